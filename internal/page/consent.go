package page

import (
	"cmp"
	"html/template"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// Consent asks for consent before the first page. What is posted is that of a
// [Form], with go=agree or go=decline.
type Consent struct {
	Frame
	Tongue   string // language of the questionnaire's texts
	Tongues  []Field
	Survey   string // title of the survey
	Agency   string // name of the agency; may be empty
	Heading  string
	Intro    []template.HTML
	Words    template.HTML
	Personal []PersonalUse // what is asked about a person, why, and for how long
	Agree    string
	Decline  string
	Action   string // where to post
	Hidden   []Field
	Band     string // what staff see who fill it in for somebody; empty otherwise
}

// PersonalUse is one item about a person.
type PersonalUse struct{ Text, Why string }

// NewConsent lays out the question for consent: Page, Hide and Problems of the
// input don't matter.
func NewConsent(in FormInput) *Consent {
	q := in.Questionnaire
	b := newBuilder(in)
	c := &Consent{
		Frame: in.Frame, Tongue: b.lang, Tongues: otherTongues(q, b.lang), Survey: b.fill(q.Title), Agency: in.Agency,
		Heading: b.fill(q.Title), Intro: b.intro(), Action: in.action(), Band: in.Band,
	}
	c.Lang = b.ui
	if q.Consent != nil {
		if title := b.fill(q.Consent.Title); title != "" {
			c.Heading = title
		}
		c.Words, c.Agree, c.Decline = b.rich(q.Consent.Text), b.fill(q.Consent.Agree), b.fill(q.Consent.Decline)
	}
	for p := range q.Pages {
		for i := range q.Pages[p].Items {
			it := &q.Pages[p].Items[i]
			if it.Personal != nil && len(it.Text) > 0 {
				in := Input{}
				b.personal(&in, it)
				c.Personal = append(c.Personal, PersonalUse{b.fill(it.Text), in.Hint})
			}
		}
	}
	b.in.Page, b.in.About = 0, nil
	c.Hidden = b.hidden(&Form{})
	return c
}

// PageTitle implements [Page].
func (c *Consent) PageTitle() string {
	if c.Heading == c.Survey {
		return c.Survey
	}
	return c.Heading + " – " + c.Survey
}

// Speaks returns the language of the questionnaire's texts.
func (c *Consent) Speaks() string { return c.Tongue }

func (c *Consent) template() string { return "consent" }

// Farewell is the friendly end of a visit that stored nothing: a consent that
// was not given, or a quota that is full.
type Farewell struct {
	Frame
	Tongue  string // language of the words; empty: the frame's
	Heading string
	Words   template.HTML
	Action  string  // where to post Back
	Back    []Field // to the form; with them the visitor can think again; empty: no way back
}

// NewRefused is the end for those who do not agree. hidden is what their form
// carried.
func NewRefused(in FormInput) *Farewell {
	f := &Farewell{Frame: in.Frame}
	b := newBuilder(in)
	f.Lang, f.Tongue, f.Heading = b.ui, b.lang, b.t("end.refused")
	if in.Questionnaire.Consent != nil {
		f.Words = b.rich(in.Questionnaire.Consent.Refused)
	}
	b.in.Page, b.in.About = 0, nil
	f.Back, f.Action = b.hidden(&Form{}), in.action()
	return f
}

// NewFull is the end for those whose answers a quota or the survey has enough
// of. words may be empty.
func NewFull(in FormInput, words questionnaire.Text) *Farewell {
	f := &Farewell{Frame: in.Frame}
	b := newBuilder(in)
	f.Lang, f.Tongue, f.Heading, f.Words = b.ui, b.lang, b.t("end.full"), b.rich(words)
	if f.Words == "" {
		f.Words = markdown(b.t("end.full_words"))
	}
	return f
}

// PageTitle implements [Page].
func (f *Farewell) PageTitle() string { return f.Heading }

// Speaks returns the language of the words.
func (f *Farewell) Speaks() string { return cmp.Or(f.Tongue, f.Lang) }

func (f *Farewell) template() string { return "farewell" }

// NewDone thanks for a response, with the words of the questionnaire: those of
// an end, or else its thanks.
func NewDone(frame Frame, tell Teller, end *questionnaire.End) *Done {
	q := tell.Questionnaire
	d := &Done{Frame: frame, Survey: q.Survey, Title: tell.fill(q.Title.In(tell.Lang)), Tongue: tell.Lang}
	d.Lang = UI(tell.Lang)
	words := q.Thanks
	if end != nil {
		words = end.Text
		d.Heading = tell.fill(end.Title.In(tell.Lang))
	}
	if d.Heading == "" {
		d.Heading = i18n.T(d.Lang, "done.title", nil)
	}
	if s := words.In(tell.Lang); s != "" {
		d.Thanks = tell.rich(s, markdown)
	}
	return d
}

// Drop names the items whose answers were dropped, because a later answer made
// them out of place. Unknown ids are left out.
func (d *Done) Drop(tell Teller, ids []string) {
	seen := map[string]bool{}
	for _, id := range ids {
		v := tell.Questionnaire.Variable(id)
		if v == nil {
			continue
		}
		if text := tell.fill(v.Text().In(tell.Lang)); text != "" && !seen[text] {
			seen[text] = true
			d.Dropped = append(d.Dropped, text)
		}
	}
}
