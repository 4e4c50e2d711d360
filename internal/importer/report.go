package importer

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Outcome says what became of a part of the source.
type Outcome string

// The outcomes, from good to bad.
const (
	Mapped  Outcome = "mapped"  // means the same
	Changed Outcome = "changed" // there, but not quite the same; the remarks say how and why
	Refused Outcome = "refused" // not there; the remarks say why
)

func worse(a, b Outcome) Outcome {
	order := []Outcome{Mapped, Changed, Refused}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// Kind says what sort of part of the source an entry is about.
type Kind string

// The kinds of entries.
const (
	QuestionEntry Kind = "question" // a row of the sheet survey, a question, a group
	OtherEntry    Kind = "other"    // settings, choices, sheets
)

// Entry is what became of one row or question of the source.
type Entry struct {
	Kind    Kind     `json:"kind"`
	Place   string   `json:"place"`          // where in the source: "survey row 12", "pages[0].elements[3]"
	Name    string   `json:"name,omitempty"` // its name in the source
	Type    string   `json:"type,omitempty"` // its type in the source
	Outcome Outcome  `json:"outcome"`
	ID      string   `json:"id,omitempty"`      // of the item or page that it became
	Look    bool     `json:"look,omitempty"`    // the author must look at it: who is asked what differs from the source
	Remarks []string `json:"remarks,omitempty"` // how it changed, why it was refused, what was left out
}

// note adds a remark on what makes no difference to answers.
func (e *Entry) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(e.Remarks, text) && len(e.Remarks) < 50 {
		e.Remarks = append(e.Remarks, text)
	}
}

func (e *Entry) change(format string, args ...any) {
	e.Outcome = worse(e.Outcome, Changed)
	e.note(format, args...)
}

// warn is change for what the author must look at.
func (e *Entry) warn(format string, args ...any) {
	e.Look = true
	e.change(format, args...)
}

func (e *Entry) refuse(format string, args ...any) {
	e.Outcome, e.ID = Refused, ""
	e.note(format, args...)
}

// Report says what became of every part of a source, in its order.
type Report struct {
	Format  string   `json:"format"` // such as "XLSForm"
	Entries []*Entry `json:"entries"`
}

// add makes an entry. It is mapped until something else is said.
func (r *Report) add(kind Kind, place, name, typ string) *Entry {
	e := &Entry{Kind: kind, Place: place, Name: clip(name, 80), Type: clip(typ, 80), Outcome: Mapped}
	r.Entries = append(r.Entries, e)
	return e
}

// Count is how many questions had an outcome, and how many must be looked at.
type Count struct {
	Questions int `json:"questions"`
	Mapped    int `json:"mapped"`
	Changed   int `json:"changed"`
	Refused   int `json:"refused"`
	Look      int `json:"look"` // of all entries
}

// Count counts the entries about questions.
func (r *Report) Count() Count {
	var c Count
	for _, e := range r.Entries {
		if e.Look {
			c.Look++
		}
		if e.Kind != QuestionEntry {
			continue
		}
		c.Questions++
		switch e.Outcome {
		case Mapped:
			c.Mapped++
		case Changed:
			c.Changed++
		case Refused:
			c.Refused++
		}
	}
	return c
}

// WriteJSON writes the report with its counts as indented JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Count Count `json:"count"`
		*Report
	}{r.Count(), r})
}

// WriteText writes the report for people: the counts, what must be looked at,
// then every entry that is not plainly mapped, then the rest in one line each.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	c := r.Count()
	fmt.Fprintf(&b, "%s: %d questions and groups: %d mapped, %d changed, %d refused\n", r.Format, c.Questions, c.Mapped, c.Changed, c.Refused)
	section(&b, "Look at these: who is asked what is not as in the source", r.Entries, func(e *Entry) bool { return e.Look })
	section(&b, "Refused", r.Entries, func(e *Entry) bool { return e.Outcome == Refused && !e.Look })
	section(&b, "Changed", r.Entries, func(e *Entry) bool { return e.Outcome == Changed && !e.Look })
	section(&b, "Mapped", r.Entries, func(e *Entry) bool { return e.Outcome == Mapped && !e.Look })
	_, err := io.WriteString(w, b.String())
	return err
}

func section(b *strings.Builder, title string, entries []*Entry, in func(*Entry) bool) {
	first := true
	for _, e := range entries {
		if !in(e) {
			continue
		}
		if first {
			b.WriteString("\n" + title + "\n")
			first = false
		}
		b.WriteString("  " + e.String() + "\n")
	}
}

// String shows an entry in one line.
func (e *Entry) String() string {
	var b strings.Builder
	b.WriteString(e.Place + ":")
	if e.Type != "" {
		b.WriteString(" " + visible(e.Type))
	}
	if e.Name != "" {
		b.WriteString(" " + visible(e.Name))
	}
	b.WriteString(" " + string(e.Outcome))
	if e.ID != "" && e.ID != e.Name {
		b.WriteString(" as " + e.ID)
	}
	if len(e.Remarks) > 0 {
		b.WriteString(": " + visible(strings.Join(e.Remarks, "; ")))
	}
	return b.String()
}
