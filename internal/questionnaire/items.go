package questionnaire

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hailong/internal/logic"
)

// maxWords is how long the texts are that have no limit of their own: of hidden
// items, and beside options, in characters.
const maxWords = 200

// What items of the types of text have unless the file says otherwise.
const (
	textChars, textLines = 1000, 4
	longChars, longLines = 5000, 8
	amountDecimals       = 2 // of Decimal and Calculated
)

// name notes an id, which must be new.
func (b *builder) name(id string, as asked) {
	if id == "" {
		return
	}
	if first, twice := b.asked[id]; twice {
		name, where := strconv.Quote(id), strconv.Itoa(b.line(first.at))
		if as.made != "" {
			name += ", " + as.made + ","
		}
		if first.made != "" {
			where += " as " + first.made
		}
		b.At(as.at, fmt.Sprintf("the id %s is there twice, first on line %s", name, where), "give one of the two another id")
		return
	}
	if takenID(id) {
		b.At(as.at, fmt.Sprintf("the id %q has a meaning of its own", id), "choose another id, such as "+id+"_item")
	}
	as.index = len(b.ids)
	b.asked[id] = &as
	b.ids = append(b.ids, id)
}

// item fills an item, all but its conditions; as says what stands for it.
func (b *builder) item(it *Item, f *FileItem, at string, as asked) {
	sc := scope{page: as.page, again: as.again}
	as.item, as.at = it, at+".id"
	*it = Item{ID: f.ID, Type: ItemType(f.Type), Required: f.Required, Help: b.piped(f.Help, at+".help", sc)}
	as.whole = it.Type == Matrix || it.Type == Ranking || it.Type == Note
	b.name(f.ID, as)
	b.scopes[at+".text"] = sc
	if neverShown(it.Type) {
		it.Text = b.text(f.Text, at+".text")
	} else {
		it.Text = b.needed(f.Text, at, "text")
	}
	b.misplaced(f, at)
	if f.Required && f.RequiredIf != "" {
		b.At(at+".required_if", "the item is required anyway", "leave out required or required_if")
	}
	b.typed(it, f, at, as)
	if f.Missing != nil {
		it.Missing = b.missing(*f.Missing, at)
	}
	if f.Image != nil {
		it.Image = b.picture(f.Image, at+".image")
	}
	if f.Personal != nil {
		it.Personal = b.personal(f.Personal, at+".personal", as)
	}
}

// typed fills what an item of its type has.
func (b *builder) typed(it *Item, f *FileItem, at string, as asked) {
	switch it.Type {
	case Scale, Matrix:
		b.scaled(it, f, at)
		if it.Type == Matrix {
			b.rows(it, f, at, as)
		}
	case Single, Multiple, Ranking:
		b.chosen(it, f, at, as)
	case YesNo:
		it.Options, it.Order = b.yesNo(f, at), orderOf(f.Order)
	case Rating, NetPromoter:
		b.rated(it, f, at)
	case Number, Integer, Decimal:
		b.amount(it, f, at)
	case TextType:
		b.words(it, f, at, textChars, textLines)
	case LongText:
		b.words(it, f, at, longChars, longLines)
	case Date, Month:
		b.days(it, f, at)
	case AgencyType:
		b.agencies(it, f, at)
	case Hidden:
		b.hidden(it, f, at)
	case Calculated:
		if f.Calculate == "" {
			b.Lacks(at, fmt.Sprintf("the item %q calculates nothing", f.ID), "add calculate:", "calculate")
		}
		it.Unit = b.text(f.Unit, at+".unit") // the rest follows from the expression's kind
	default: // has nothing of its own
	}
}

func orderOf(s string) Order {
	if s == "fixed" {
		return Fixed
	}
	return Order(s)
}

func (b *builder) amount(it *Item, f *FileItem, at string) {
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		b.At(at+".max", "max is below min", "swap the two")
	}
	for _, limit := range []struct {
		key   string
		value *float64
	}{{"min", f.Min}, {"max", f.Max}} {
		if it.Type == Integer && limit.value != nil && *limit.value != math.Trunc(*limit.value) {
			b.At(at+"."+limit.key, limit.key+" of an integer is no whole number", "round it, or use type: decimal")
		}
	}
	otherwise := 0
	if it.Type == Decimal {
		otherwise = amountDecimals
	}
	it.Min, it.Max, it.Decimals, it.Unit = f.Min, f.Max, given(f.Decimals, otherwise), b.text(f.Unit, at+".unit")
}

func (b *builder) words(it *Item, f *FileItem, at string, chars, lines int) {
	it.MinChars, it.MaxChars, it.Lines = given(f.MinChars, 0), given(f.MaxChars, chars), given(f.Lines, lines)
	if it.MinChars > it.MaxChars {
		b.At(at+".min_chars", fmt.Sprintf("min_chars is above max_chars, which is %d", it.MaxChars), "lower it, or raise max_chars")
	}
	it.Message = b.text(f.Message, at+".message")
	switch {
	case f.Pattern == "" && len(f.Message) > 0:
		b.Lacks(at, "a message is said when a pattern does not fit, and there is none", "add pattern:, or leave message out", "pattern")
	case f.Pattern != "" && len(f.Message) == 0:
		b.Lacks(at, "nothing is said when the pattern does not fit", "add message: with what is expected", "message")
	}
	if f.Pattern == "" {
		return
	}
	if _, problem := logic.CompilePattern(f.Pattern); problem != nil {
		b.Tell(b.Spread(b.Place(at+".pattern"), f.Pattern)(problem.Column), "in the pattern: "+problem.Message, problem.Cure)
	}
	it.Pattern = f.Pattern
}

// days fills the limits of a day or month.
func (b *builder) days(it *Item, f *FileItem, at string) {
	parse, example := ParseDay, "2026-03-31"
	if it.Type == Month {
		parse, example = ParseMonth, "2026-03"
	}
	var limits []float64
	for _, limit := range []struct{ key, value string }{{"earliest", f.Earliest}, {"latest", f.Latest}} {
		if limit.value == "" || limit.value == Today {
			continue
		}
		n, ok := parse(limit.value)
		if !ok {
			b.At(at+"."+limit.key, fmt.Sprintf("%q is no %s of the years %d to %d", limit.value, map[ItemType]string{Date: "day", Month: "month"}[it.Type], firstYear, lastYear), fmt.Sprintf("write it as %q, or today", example))
			continue
		}
		limits = append(limits, n)
	}
	if len(limits) == 2 && limits[0] > limits[1] {
		b.At(at+".latest", "latest is before earliest", "swap the two")
	}
	it.Earliest, it.Latest = f.Earliest, f.Latest
}

func (b *builder) agencies(it *Item, f *FileItem, at string) {
	if strings.ContainsFunc(f.Within, func(r rune) bool { return r == ' ' || r == ',' }) {
		b.At(at+".within", fmt.Sprintf("%q is no id of an agency", f.Within), "name one agency, all below it are offered")
	}
	unique(b, f.Levels, at+".levels", "level", "", func(l string) string { return l })
	for i, level := range f.Levels {
		if level == "" && !b.Unread(fmt.Sprintf("%s.levels[%d]", at, i)) {
			b.At(fmt.Sprintf("%s.levels[%d]", at, i), "the level is empty", "leave the entry out")
		}
	}
	it.Within, it.Levels = f.Within, f.Levels
	it.MinChoices, it.MaxChoices = given(f.MinChoices, 0), given(f.MaxChoices, 0)
	if most := max(it.MaxChoices, 1); it.MinChoices > most {
		b.At(at+".min_choices", fmt.Sprintf("min_choices is above max_choices, which is %d", most), "lower it, or raise max_choices")
	}
}

func (b *builder) hidden(it *Item, f *FileItem, at string) {
	if slices.Contains(linkParameters, f.ID) {
		b.At(at+".id", fmt.Sprintf("the parameter %q of links has a meaning of its own", f.ID), "choose another id, such as "+f.ID+"_item")
	}
	if utf8.RuneCountInString(f.Value) > maxWords {
		b.At(at+".value", fmt.Sprintf("the value has more than %d characters", maxWords), "shorten it")
	}
	it.Value = f.Value
}

// linkParameters are the names that links have beside those of context.
var linkParameters = []string{"t", "q", "within", "page", "go", "seen", "key"}

// retentionDays is how long personal answers are kept unless the file says otherwise.
const retentionDays = 365

func (b *builder) personal(f *FilePersonal, at string, as asked) *Personal {
	if as.again {
		b.At(at, "what is asked once for each chosen agency can't be personal", "ask it on a page that does not repeat")
	}
	return &Personal{
		Purpose:       b.text(f.Purpose, at+".purpose"),
		RetentionDays: given(f.RetentionDays, given(b.file.Fieldwork.RetentionDays, retentionDays)),
	}
}
