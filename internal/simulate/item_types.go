package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Shares of respondents, in 65536ths.
const (
	tellsOther = 1 << 16 * 80 / 100 // say what they mean by "other"
	allRanks   = 1 << 16 * 85 / 100 // go through the whole ranking
	hasHidden  = 1 << 16 * 30 / 100 // come by a link with a parameter
	hasBranch  = 1 << 16 * 25 / 100 // have the tax code of a dependent unit
)

// others are what people write into the field for another option.
var others = []remark{
	{"Người quen giúp", "Somebody I know helped"},
	{"Tùy lúc", "It depends"},
	{"Cả hai", "Both"},
	{"Không nhớ rõ", "I don't remember exactly"},
	{"Qua tổ dân phố", "Through the neighbourhood group"},
}

// other is the text of an option that asks for one, if it was chosen.
func (d *drawer) other(v *variable) response.Answer {
	item := v.def.Item
	main := d.s.config.Questionnaire.Variable(item.ID)
	a := &d.answers()[main.Index]
	chosen := false
	for i := range item.Options {
		if item.Options[i].Other && a.State == response.Answered {
			chosen = main.Kind == questionnaire.OneOf && int(a.Option) == i || main.Kind == questionnaire.SetOf && a.Set>>i&1 == 1
		}
	}
	switch {
	case !chosen:
		return response.Answer{}
	case !d.random.chance(tellsOther):
		return response.Answer{State: response.Skipped}
	}
	lang := d.s.config.Questionnaire.Languages[d.r.Lang]
	return response.Answer{State: response.Answered, Words: others[d.random.below(len(others))].in(lang)}
}

// rank is one rank of a ranking, which is drawn as a whole with its first: the
// popular options tend to come first.
func (d *drawer) rank(v *variable) response.Answer {
	if v.def.Rank == 1 {
		d.ranks = d.ranks[:0]
		if d.rankState = d.leave(v); d.rankState == response.Answered {
			d.rankState = response.Skipped
			d.order(v)
		}
	}
	if v.def.Rank > len(d.ranks) {
		return response.Answer{State: d.rankState}
	}
	return response.Answer{State: response.Answered, Option: d.ranks[v.def.Rank-1]}
}

// order draws the options of a ranking, from the first rank on.
func (d *drawer) order(v *variable) {
	item := v.def.Item
	n := min(item.Ranks, len(item.Options))
	if !item.Must(d.lookup) && !d.random.chance(allRanks) {
		n = max(1, item.MinChoices, d.random.below(n+1))
	}
	for len(d.ranks) < min(n, item.Ranks, len(item.Options)) {
		next := uint8(pick(v.options, d.random.take(32))) //nolint:gosec // an item has at most 255 options
		for slices.Contains(d.ranks, next) {
			next = uint8((int(next) + 1) % len(item.Options)) //nolint:gosec // as above
		}
		d.ranks = append(d.ranks, next)
	}
}

// calculated works a value out, as collect does.
func (d *drawer) calculated(v *variable) response.Answer {
	item := v.def.Item
	value := item.Work(d.lookup)
	a := response.Answer{State: response.Answered}
	switch value.Kind {
	case logic.Number:
		a.Amount = int64(math.Round(value.Number * math.Pow10(item.Decimals)))
	case logic.Date:
		a.Amount = int64(value.Number)
	case logic.Text:
		a.Words = value.Text
	case logic.Code:
		a.Words = value.Code
	default:
		return response.Answer{State: response.Skipped}
	}
	return a
}

// hidden is the parameter of the link, of those who come by one that has it.
func (d *drawer) hidden(v *variable) response.Answer {
	item := v.def.Item
	text := item.Value
	if d.random.chance(hasHidden) {
		text = fmt.Sprintf("%s-%d", item.ID, 1+d.random.below(9))
	}
	if text == "" {
		return response.Answer{State: response.Skipped}
	}
	return response.Answer{State: response.Answered, Words: text}
}

// when draws a day or a month, near the last that is allowed.
func (d *drawer) when(v *variable) int64 {
	item, parse := v.def.Item, questionnaire.ParseDay
	today, reach := float64(d.r.Day), 365.0
	if v.def.Kind == questionnaire.Months {
		parse = questionnaire.ParseMonth
		day := d.r.Day.Date()
		today, reach = float64((day.Year()-2000)*12+int(day.Month()-time.January)), 12
	}
	limit := func(text string) (float64, bool) {
		if text == questionnaire.Today {
			return today, true
		}
		return parse(text)
	}
	earliest, hasEarliest := limit(item.Earliest)
	latest, hasLatest := limit(item.Latest)
	switch {
	case !hasLatest && hasEarliest:
		latest = max(today, earliest+reach)
	case !hasLatest:
		latest = today
	}
	if !hasEarliest {
		earliest = latest - reach
	}
	u := uint64(d.random.take(32))
	u = u * u >> 32
	return int64(latest) - int64(u*uint64(max(latest-earliest, 0)+1)>>32)
}

// text draws what is written: a comment, or what has a form.
func (d *drawer) text(v *variable, quality int32) string {
	switch v.def.Item.Type {
	case questionnaire.Email:
		return fmt.Sprintf("nguoi.dan.%d@example.vn", 1+d.random.below(50_000))
	case questionnaire.Phone:
		return fmt.Sprintf("090000%04d", d.random.below(10_000)) // of the right form, and nobody's
	case questionnaire.TaxCode:
		return d.taxCode()
	case questionnaire.DossierCode:
		filed := d.r.Day.Date().AddDate(0, 0, -d.random.below(60))
		return fmt.Sprintf("H05.%02d.%02d-%s-%04d", 1+d.random.below(40), 1+d.random.below(20), filed.Format("060102"), 1+d.random.below(2000))
	case questionnaire.AgencyType:
		list := d.chosen(v)
		ids := make([]string, len(list))
		for i, one := range list {
			ids[i] = one.agency.ID
		}
		if v.def == d.s.config.Questionnaire.Choice() {
			d.rating = list
		}
		return strings.Join(ids, " ")
	default:
		return d.words(v, quality)
	}
}

// taxWeights are those of the check digit, which is 10 less the weighted sum
// modulo 11.
var taxWeights = [9]int{31, 29, 23, 19, 17, 13, 7, 5, 3}

// taxCode draws ten digits of which the last checks the others, sometimes with
// the number of a dependent unit.
func (d *drawer) taxCode() string {
	for {
		var digits [10]byte
		sum := 0
		for i, weight := range taxWeights {
			digit := d.random.below(10)
			digits[i] = byte('0' + digit) //nolint:gosec // a digit
			sum += weight * digit
		}
		check := 10 - sum%11
		if check > 9 {
			continue // no code has these nine digits
		}
		digits[9] = byte('0' + check)
		if d.random.chance(hasBranch) {
			return fmt.Sprintf("%s-%03d", digits[:], 1+d.random.below(20))
		}
		return string(digits[:])
	}
}

// samples are tried where a text must have a form.
var samples = []string{"1", "12", "123", "1234", "12345", "123456", "12345678", "123456789", "0123456789", "012345678901", "A", "AB", "ABC", "a", "abc", "A1", "AB12", "H05.12", "A-1", "1/2026"}

// fitting makes a text one that an item takes: long enough, and of its form.
// Where that can't be had it is empty.
func fitting(item *questionnaire.Item, text string) string {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); text != "" && n < item.MinChars {
		runes := []rune(strings.Repeat(text+" ", item.MinChars/n+1))
		text = strings.TrimSpace(string(runes[:min(len(runes), item.MaxChars)]))
	}
	if n := utf8.RuneCountInString(text); text == "" || n >= item.MinChars && item.Fits(text) {
		return text
	}
	for _, sample := range samples {
		if n := len(sample); n >= item.MinChars && n <= item.MaxChars && item.Fits(sample) {
			return sample
		}
	}
	return ""
}
