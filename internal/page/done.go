package page

import (
	"cmp"
	"html/template"
	"math"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Done thanks for a response that is durable.
type Done struct {
	Frame
	Tongue  string // language of the questionnaire's words; empty: the frame's
	Survey  string // slug
	Title   string // of the survey
	Heading string
	Thanks  template.HTML // the survey's own words; may be empty
	Receipt string        // code of the receipt; empty when it is not known any more
	Again   bool          // it was sent before: this time nothing was stored
	Band    string        // what staff see who filled it in for somebody; empty otherwise
	Next    string        // address of the next form that staff fill in; empty without one
	Dropped []string      // items whose answers are not stored, because a later answer made them out of place
	Preview bool          // nothing was stored
	Values  []Told        // of a preview: what would have been stored
}

// Told is one answer of a preview.
type Told struct{ Variable, Text, Value string }

// PageTitle implements [Page].
func (d *Done) PageTitle() string { return d.Heading }

// Speaks returns the language of the words.
func (d *Done) Speaks() string { return cmp.Or(d.Tongue, d.Lang) }

func (d *Done) template() string { return "done" }

// Receipt tells whether a receipt code belongs to a counted response, and
// nothing else.
type Receipt struct {
	Frame
	Code      string
	Counted   bool   // false: there is no such response; the rest is empty
	Survey    string // slug
	Title     string // of the survey
	Watermark uint64 // the first state of the data that holds the response
	Total     int    // responses of the survey that are counted now
}

// PageTitle implements [Page].
func (r *Receipt) PageTitle() string { return i18n.T(r.Lang, "receipt.title", nil) }

func (r *Receipt) template() string { return "receipt" }

// Mark returns the watermark as text.
func (r *Receipt) Mark() string { return i18n.Int(r.Lang, int64(min(r.Watermark, 1<<62))) }

// Tell lists what a response of a preview would store: every variable that was
// asked, with its answer in words and as it goes into files. about names the
// agency of answers that were given about one.
func (d *Done) Tell(tell Teller, answers []response.Answer, about string) {
	variables := tell.Questionnaire.Variables()
	for i := range min(len(answers), len(variables)) {
		v, a := &variables[i], &answers[i]
		if a.State == response.NotAsked {
			continue
		}
		told := Told{Variable: v.ID, Text: tell.fill(v.Text().In(tell.Lang)), Value: named(d.Lang, "missing.", a.State.String())}
		if about != "" {
			told.Variable += "@" + about
		}
		if v.Part == questionnaire.OfRank {
			told.Text += " – " + i18n.Int(d.Lang, int64(v.Rank))
		}
		if a.State == response.Answered {
			value := v.Value(int(a.Option), a.Set, float64(a.Amount)/math.Pow10(v.Item.Decimals), a.Words)
			told.Value = tell.answer(v, value)
			if codes := strings.Join(append(value.Codes, value.Code), " "); strings.TrimSpace(codes) != "" {
				told.Value += " (" + strings.TrimSpace(codes) + ")"
			}
		}
		d.Values = append(d.Values, told)
	}
}
