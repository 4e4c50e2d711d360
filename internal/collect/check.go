package collect

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hailong/internal/errs"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Checker checks what was sent against a questionnaire. It may be used again,
// by one goroutine at a time; its results are valid until then.
type Checker struct {
	q        *questionnaire.Questionnaire
	sent     []*Value // by variable
	answers  []response.Answer
	problems []errs.Problem
	unknown  int  // items that are not asked
	twice    bool // an item was sent twice
}

// maxUnknown is how many unknown items are told. Nobody needs more, and the
// answer to a body of made-up names must not be many times its size.
const maxUnknown = 20

// Check fills Answers and Problems: every answer of the pages from the first up
// to and including through (an index; all pages when it is larger). Items that a
// condition hides are not asked, whatever was sent for them: an answer hidden by
// a later change of mind is dropped. Problems are in questionnaire order, unknown
// items first. An item that was sent twice is the last problem: nothing else is
// checked then. O(variables).
func (c *Checker) Check(q *questionnaire.Questionnaire, fields []Field, through int) {
	variables := q.Variables()
	c.q = q
	c.sent = resize(c.sent, len(variables))
	c.answers = resize(c.answers, len(variables))
	c.problems = c.problems[:0]
	c.unknown, c.twice = 0, false
	c.take(fields, nil)
	if c.twice {
		return
	}
	for i := range variables {
		v := &variables[i]
		if v.Page > through {
			break
		}
		if v.Item.ShowIf != "" && !v.Item.Shown(c.lookup) {
			continue
		}
		c.answer(v, c.sent[i])
	}
}

// resize returns s with n zero elements, reusing its memory.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// Answers returns one answer per variable; those with a problem are skipped.
func (c *Checker) Answers() []response.Answer { return c.answers }

// Problems returns what was wrong.
func (c *Checker) Problems() []errs.Problem { return c.problems }

// Hidden returns the ids of the items of a page that are not asked, given the
// answers to the pages before.
func (c *Checker) Hidden(page int) map[string]bool {
	hidden := map[string]bool{}
	items := c.q.Pages[page].Items
	for i := range items {
		if items[i].ShowIf != "" && !items[i].Shown(c.lookup) {
			hidden[items[i].ID] = true
		}
	}
	return hidden
}

func (c *Checker) problem(item, code string, args map[string]any) {
	c.problems = append(c.problems, errs.Problem{Item: item, Code: code, Args: args})
}

// take sorts what was sent by variable. The rows of a matrix may come on their
// own or as an object under the matrix's id.
func (c *Checker) take(fields []Field, within *questionnaire.Item) {
	for i := range fields {
		if c.twice {
			return
		}
		f := &fields[i]
		v := c.q.Variable(f.Item)
		switch {
		case v == nil && within == nil && c.matrix(fields[:i], f):
		case v == nil || within != nil && v.Item != within:
			if c.unknown++; c.unknown <= maxUnknown {
				c.problem(shown(f.Item), "unknown_item", nil)
			}
		case c.sent[v.Index] != nil:
			c.duplicate(f.Item)
		default:
			c.sent[v.Index] = &f.Value
		}
	}
}

// matrix takes a field that names a matrix; false when it does not. before are
// the fields that stand before it.
func (c *Checker) matrix(before []Field, f *Field) bool {
	item := c.q.Item(f.Item)
	switch {
	case item == nil || item.Type != questionnaire.Matrix:
		return false
	case slices.ContainsFunc(before, func(b Field) bool { return b.Item == f.Item }):
		c.duplicate(f.Item) // its rows could be told apart, but nobody means that
	case f.Value.Kind == Rows:
		c.take(f.Value.Rows, item)
	case f.Value.Kind != None:
		c.problem(f.Item, "wrong_type", nil)
	}
	return true
}

// duplicate tells an item that was sent twice: the last one silently winning
// has cost others their data.
func (c *Checker) duplicate(id string) {
	c.twice = true
	c.problem(id, "duplicate", nil)
}

// answer checks one answer and keeps it.
func (c *Checker) answer(v *questionnaire.Variable, sent *Value) {
	a := &c.answers[v.Index]
	a.State = response.Skipped
	if sent != nil && sent.Kind != None && !c.missing(v, sent, a) {
		var code string
		var args map[string]any
		switch v.Kind {
		case questionnaire.OneOf:
			code = oneOf(v, sent, a)
		case questionnaire.SetOf:
			code = setOf(v, sent, a)
		case questionnaire.Amount:
			code, args = amount(v.Item, sent, a)
		case questionnaire.Words:
			code, args = words(v.Item, sent, a)
		}
		if code != "" {
			*a = response.Answer{State: response.Skipped}
			c.problem(v.ID, code, args)
			return
		}
	}
	if a.State == response.Skipped && v.Item.Required {
		c.problem(v.ID, "required", nil)
	}
}

var missingStates = map[string]response.State{
	questionnaire.DontKnow:      response.DontKnow,
	questionnaire.Refused:       response.Refused,
	questionnaire.NotApplicable: response.NotApplicable,
}

// missing takes a missing code that the item offers, also as the only element
// of a list.
func (c *Checker) missing(v *questionnaire.Variable, sent *Value, a *response.Answer) bool {
	text := sent.Text
	if sent.Kind == List && len(sent.List) == 1 {
		text = sent.List[0]
	}
	for i := range v.Item.Missing {
		if v.Item.Missing[i].Code == text {
			a.State = missingStates[text]
			return true
		}
	}
	return false
}

// oneOf takes an option code. A number is taken when it is written as the code
// is: 4, but not 4.0.
func oneOf(v *questionnaire.Variable, sent *Value, a *response.Answer) string {
	if sent.Kind == List && len(sent.List) > 1 {
		return "too_many_options"
	}
	if sent.Kind != String && sent.Kind != Number {
		return "wrong_type"
	}
	if sent.Text == "" {
		return ""
	}
	i := v.Option(sent.Text)
	if i < 0 {
		return notOffered(v, sent.Text)
	}
	*a = response.Answer{State: response.Answered, Option: uint8(i)} //nolint:gosec // at most 200 options
	return ""
}

// notOffered is the problem of a code that is none of the options. A missing
// code is there when it came beside options.
func notOffered(v *questionnaire.Variable, code string) string {
	if slices.ContainsFunc(v.Item.Missing, func(m questionnaire.Missing) bool { return m.Code == code }) {
		return "exclusive"
	}
	if _, ok := missingStates[code]; ok {
		return "unknown_missing"
	}
	return "unknown_option"
}

func setOf(v *questionnaire.Variable, sent *Value, a *response.Answer) string {
	codes := sent.List
	switch sent.Kind {
	case String, Number:
		if sent.Text == "" {
			return ""
		}
		codes = []string{sent.Text}
	case List:
	case None, Rows, Other:
		return "wrong_type"
	}
	var set uint64
	exclusive := false
	for _, code := range codes {
		i := v.Option(code)
		if i < 0 {
			return notOffered(v, code)
		}
		if set>>i&1 == 1 {
			return "duplicate"
		}
		set |= 1 << i
		exclusive = exclusive || v.Item.Options[i].Exclusive
	}
	if exclusive && len(codes) > 1 {
		return "exclusive"
	}
	if set != 0 {
		*a = response.Answer{State: response.Answered, Set: set}
	}
	return ""
}

// amount takes a number literal, or a text as people write numbers: with a
// comma or a point before the decimals. In a text, every digit after the point
// counts: who writes 50.000 where whole numbers are asked means fifty thousand,
// and is asked again instead of counted as fifty.
func amount(item *questionnaire.Item, sent *Value, a *response.Answer) (string, map[string]any) {
	if sent.Kind != String && sent.Kind != Number {
		return "wrong_type", nil
	}
	text := strings.TrimSpace(sent.Text)
	if text == "" {
		return "", nil
	}
	whole, fraction, point := strings.Cut(text, ".")
	if sent.Kind == String && !point {
		whole, fraction, point = strings.Cut(text, ",")
	}
	if point && fraction == "" {
		return "not_a_number", nil
	}
	if sent.Kind == Number {
		fraction = strings.TrimRight(fraction, "0")
	}
	n, code := decimal(whole, fraction, item.Decimals)
	if code == "too_many_decimals" && item.Decimals == 0 {
		code = "not_a_whole_number"
	}
	if code != "" {
		return code, map[string]any{"decimals": item.Decimals}
	}
	value := float64(n) / math.Pow10(item.Decimals)
	if low, high := limits(item); value < low {
		return "too_small", map[string]any{"min": low}
	} else if value > high {
		return "too_large", map[string]any{"max": high}
	}
	*a = response.Answer{State: response.Answered, Amount: n}
	return "", nil
}

// limits returns the least and the largest answer to a number item: its own, or
// those of what can be stored.
func limits(item *questionnaire.Item) (low, high float64) {
	high = float64(beyond-1) / math.Pow10(item.Decimals)
	low = -high
	if item.Min != nil {
		low = max(low, *item.Min)
	}
	if item.Max != nil {
		high = min(high, *item.Max)
	}
	return low, high
}

// An amount has at most 15 digits, so that it is exact as a float too.
const (
	maxDigits = 15
	beyond    = 1_000_000_000_000_000 // the first with one more
)

// decimal reads a plain decimal number (no exponent), given as what stands
// before and after its point, as a whole number of 10^-decimals. One with too
// many digits becomes one that is beyond every limit.
func decimal(whole, fraction string, decimals int) (int64, string) {
	whole, negative := strings.CutPrefix(whole, "-")
	if whole == "" {
		return 0, "not_a_number"
	}
	for _, r := range whole + fraction {
		if r < '0' || r > '9' {
			return 0, "not_a_number"
		}
	}
	if len(fraction) > decimals {
		return 0, "too_many_decimals"
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole)+decimals > maxDigits {
		whole, fraction, decimals = strconv.Itoa(beyond), "", 0
	}
	var n int64
	for _, r := range whole + fraction + strings.Repeat("0", decimals-len(fraction)) {
		n = n*10 + int64(r-'0')
	}
	if negative {
		n = -n
	}
	return n, ""
}

func words(item *questionnaire.Item, sent *Value, a *response.Answer) (string, map[string]any) {
	if sent.Kind != String {
		return "wrong_type", nil
	}
	if !utf8.ValidString(sent.Text) {
		return "invalid_text", nil
	}
	text := clean(sent.Text)
	if !visible(text) {
		return "", nil
	}
	if n := utf8.RuneCountInString(text); n > item.MaxChars {
		return "too_long", map[string]any{"max": item.MaxChars, "length": n}
	}
	*a = response.Answer{State: response.Answered, Words: text}
	return "", nil
}

// visible reports whether a text has anything to read: not only spaces and
// characters without a shape, such as zero-width ones.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) })
}

// clean brings a text to one form: NFC, line feeds only, no control characters
// or invisible marks that turn the direction of text around, no space at either end.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == 0xFEFF:
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}

// lookup shows a condition the answers so far.
func (c *Checker) lookup(id string) logic.Value {
	v := c.q.Variable(id)
	if v == nil {
		return logic.Value{}
	}
	a := &c.answers[v.Index]
	if a.State != response.Answered {
		return logic.Value{}
	}
	return v.Value(int(a.Option), a.Set, float64(a.Amount)/math.Pow10(v.Item.Decimals), a.Words)
}
