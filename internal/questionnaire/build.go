package questionnaire

import (
	"fmt"
	"maps"
	"slices"
)

// builder makes a questionnaire of a decoded file, telling every mistake that
// needs more than one place of the file to be seen.
type builder struct {
	*decoder
	file      *surveyFile
	slug      string
	q         *Questionnaire
	languages []string
	ids       map[string]string // item or row id → path of its first use
	pageOf    map[string]int    // item or row id → its page
}

func (b *builder) build() *Survey {
	f := b.file
	b.ids, b.pageOf = map[string]string{}, map[string]int{}
	b.q = &Questionnaire{Survey: b.slug, Notes: f.Notes, Grain: ByMonth, MinN: 10}
	if f.Survey != "" {
		b.q.Survey = f.Survey
	} else if !patterns["slug"].MatchString(b.slug) {
		b.at("", fmt.Sprintf("the folder %q is no name for a survey", b.slug), "rename the folder, or add survey: with "+spelt["slug"])
	}
	b.languages = f.Languages
	if len(b.languages) == 0 {
		b.languages = []string{"vi", "en"}
	}
	unique(b, b.languages, "languages", func(l string) string { return l }, "language", "")
	b.q.Languages = b.languages
	b.q.Title = b.text(f.Title, "title")
	b.q.Thanks = b.text(f.Thanks, "thanks")
	for i, t := range f.Intro {
		b.q.Intro = append(b.q.Intro, b.text(t, fmt.Sprintf("intro[%d]", i)))
	}
	if f.Grain != "" {
		b.q.Grain = Grain(f.Grain)
	}
	if f.MinN != nil {
		b.q.MinN = *f.MinN
	}
	for _, name := range slices.Sorted(maps.Keys(f.Scales)) {
		at := fmt.Sprintf("scales[%s]", name)
		b.options(f.Scales[name].Options, at)
		b.missing(f.Scales[name].Missing, at)
	}
	b.pages()
	b.measures()
	b.indices()
	s := &Survey{Questionnaire: b.q, Fieldwork: b.fieldwork()}
	if len(b.mistakes) == 0 {
		if err := b.q.finish(); err != nil {
			b.at("", err.Error(), "see the items it names")
		} else if len(b.q.variables) > maxVariables {
			b.at("pages", fmt.Sprintf("the questionnaire has more than %d variables", maxVariables), "split it into several surveys")
		}
	}
	return s
}

// maxVariables keeps one cell of a tally, and the checks of one response, small.
const maxVariables = 2000

// unique tells entries of a list that have the name of an earlier one.
func unique[T any](b *builder, list []T, at string, name func(T) string, what, field string) {
	seen := map[string]bool{}
	for i, entry := range list {
		if n := name(entry); n != "" && seen[n] {
			b.at(join(fmt.Sprintf("%s[%d]", at, i), field), fmt.Sprintf("the %s %q is there twice", what, n), "give one of the two another name")
		}
		seen[name(entry)] = true
	}
}

// text checks that a text is there in every language, and in no other.
func (b *builder) text(t Text, at string) Text {
	if len(t) == 0 {
		return nil
	}
	for _, lang := range b.languages {
		if t[lang] == "" {
			b.at(at, fmt.Sprintf("the text is missing in language %q", lang), fmt.Sprintf("add %s:", lang))
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(b.languages, lang) {
			b.at(join(at, lang), fmt.Sprintf("the language %q is not one of the survey's languages", lang), suggest(lang, b.languages))
		}
	}
	return t
}

func (b *builder) options(list []optionFile, at string) []Option {
	unique(b, list, at+".options", func(o optionFile) string { return o.Code }, "option code", "code")
	options := make([]Option, 0, len(list))
	for i, o := range list {
		path := fmt.Sprintf("%s.options[%d]", at, i)
		if slices.Contains(takenCodes, o.Code) {
			b.at(path+".code", fmt.Sprintf("%q is the code of a missing answer", o.Code), "offer it under missing:, or choose another code")
		}
		options = append(options, Option{Code: o.Code, Value: o.Value, Label: b.text(o.Label, path+".label"), Exclusive: o.Exclusive})
	}
	return options
}

func (b *builder) missing(list []missingFile, at string) []Missing {
	unique(b, list, at+".missing", func(m missingFile) string { return m.Code }, "missing code", "")
	var missing []Missing
	for i, m := range list {
		path := fmt.Sprintf("%s.missing[%d]", at, i)
		label := b.text(m.Label, path+".label")
		if label == nil {
			label = b.standard(m.Code, path)
		}
		missing = append(missing, Missing{Code: m.Code, Label: label})
	}
	return missing
}

// standard returns the standard label of a missing code in the survey's languages.
func (b *builder) standard(code, at string) Text {
	label := Text{}
	for _, lang := range b.languages {
		s, ok := standardMissing[code][lang]
		if !ok && standardMissing[code] != nil {
			b.at(at, fmt.Sprintf("%s has no standard label in language %q", code, lang), "write {code: "+code+", label: {…}}")
		}
		label[lang] = s
	}
	return label
}

func (b *builder) pages() {
	unique(b, b.file.Pages, "pages", func(p pageFile) string { return p.ID }, "page", "id")
	for i, p := range b.file.Pages {
		at := fmt.Sprintf("pages[%d]", i)
		page := Page{ID: p.ID, Title: b.text(p.Title, at+".title"), Note: b.text(p.Note, at+".note")}
		for j := range p.Items {
			page.Items = append(page.Items, b.item(&p.Items[j], fmt.Sprintf("%s.items[%d]", at, j), i))
		}
		b.q.Pages = append(b.q.Pages, page)
	}
	b.conditions()
}

// name notes the id of an item or row, which must be new.
func (b *builder) name(id, at string, page int) {
	if id == "" {
		return
	}
	if first, twice := b.ids[id]; twice {
		b.at(at, fmt.Sprintf("the id %q is there twice, first on line %d", id, b.places[first].line), "give one of the two another id")
		return
	}
	if takenID(id) {
		b.at(at, fmt.Sprintf("the id %q has a meaning of its own", id), "choose another id, such as "+id+"_item")
	}
	b.ids[id] = at
	b.pageOf[id] = page
}

func (b *builder) item(f *itemFile, at string, page int) Item {
	b.name(f.ID, at+".id", page)
	it := Item{
		ID: f.ID, Type: ItemType(f.Type), Required: f.Required, Text: b.text(f.Text, at+".text"), Help: b.text(f.Help, at+".help"),
		Unit: b.text(f.Unit, at+".unit"), Min: f.Min, Max: f.Max, Lines: 4, MaxChars: 1000,
	}
	b.misplaced(f, at)
	var inherited []missingFile
	switch it.Type {
	case Scale, Matrix:
		it.Scale = f.Scale
		scale, ok := b.file.Scales[f.Scale]
		if !ok {
			b.dangling(f.Scale, at, "scale", slices.Sorted(maps.Keys(b.file.Scales)))
		}
		it.Options = plainOptions(scale.Options)
		inherited = scale.Missing
	case Single, Multiple:
		it.Options = b.ownOptions(f, at)
	case Number, TextType:
		b.typed(&it, f, at)
	}
	if it.Type == Matrix {
		b.rows(&it, f, at, page)
	}
	if it.Type != TextType {
		it.Lines, it.MaxChars = 0, 0
	}
	if f.Missing != nil {
		it.Missing = b.missing(*f.Missing, at)
	} else {
		it.Missing = b.inherit(inherited)
	}
	return it
}

// inherit takes the missing codes of a scale, whose mistakes were told there.
func (b *builder) inherit(list []missingFile) []Missing {
	told := len(b.mistakes)
	missing := b.missing(list, "scales")
	b.mistakes = b.mistakes[:told]
	return missing
}

// plainOptions are a scale's options, whose mistakes were told there.
func plainOptions(list []optionFile) []Option {
	options := make([]Option, 0, len(list))
	for _, o := range list {
		options = append(options, Option{Code: o.Code, Value: o.Value, Label: o.Label})
	}
	return options
}

func (b *builder) ownOptions(f *itemFile, at string) []Option {
	options := b.options(f.Options, at)
	switch {
	case len(options) == 0:
		b.at(at, fmt.Sprintf("the item %q has no options", f.ID), "add options:")
	case f.Type == string(Multiple) && len(options) > 64:
		b.at(at+".options", "an item of type multiple has at most 64 options", "split the item")
	}
	return options
}

func (b *builder) rows(it *Item, f *itemFile, at string, page int) {
	if len(f.Rows) == 0 {
		b.at(at, fmt.Sprintf("the matrix %q has no rows", f.ID), "add rows:")
	}
	for i, r := range f.Rows {
		path := fmt.Sprintf("%s.rows[%d]", at, i)
		b.name(r.ID, path+".id", page)
		it.Rows = append(it.Rows, Row{ID: r.ID, Text: b.text(r.Text, path+".text")})
	}
}

func (b *builder) typed(it *Item, f *itemFile, at string) {
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		b.at(at+".max", "max is below min", "swap the two")
	}
	if f.Decimals != nil {
		it.Decimals = *f.Decimals
	}
	if f.MaxChars != nil {
		it.MaxChars = *f.MaxChars
	}
	if f.Lines != nil {
		it.Lines = *f.Lines
	}
}

// misplaced tells keys that mean nothing for an item's type.
func (b *builder) misplaced(f *itemFile, at string) {
	t := ItemType(f.Type)
	for _, key := range []struct {
		name  string
		given bool
		types []ItemType
	}{
		{"scale", f.Scale != "", []ItemType{Scale, Matrix}},
		{"options", len(f.Options) > 0, []ItemType{Single, Multiple}},
		{"rows", len(f.Rows) > 0, []ItemType{Matrix}},
		{"min", f.Min != nil, []ItemType{Number}},
		{"max", f.Max != nil, []ItemType{Number}},
		{"decimals", f.Decimals != nil, []ItemType{Number}},
		{"unit", len(f.Unit) > 0, []ItemType{Number}},
		{"max_chars", f.MaxChars != nil, []ItemType{TextType}},
		{"lines", f.Lines != nil, []ItemType{TextType}},
	} {
		if key.given && f.Type != "" && !slices.Contains(key.types, t) {
			b.at(at+"."+key.name, fmt.Sprintf("an item of type %s has no %s", f.Type, key.name), "leave it out, or change the type")
		}
	}
	for i, o := range f.Options {
		if o.Exclusive && t == Single {
			b.at(fmt.Sprintf("%s.options[%d].exclusive", at, i), "only options of type multiple can be exclusive", "leave it out")
		}
	}
}

// dangling tells a reference to something that is not there.
func (b *builder) dangling(name, at, what string, known []string) {
	if name == "" {
		b.at(at, what+" is missing", "add "+what+":")
		return
	}
	b.at(join(at, what), fmt.Sprintf("there is no %s %q", what, name), suggest(name, known))
}
