package page

import (
	"hailong/internal/i18n"
)

// Form is one page of a questionnaire, with everything that was answered so far
// inside it: nothing is kept on the server until the response is complete.
//
// What is posted: version, draft, page (index), started, lang, go (next, back or
// submit; absent when a language button was pressed), and a.<variable id> for
// every answer, several times for several options. A number or text comes with
// the code of a missing answer beside it when that box was ticked. The lang of a
// pressed language button precedes the hidden one: the first value counts.
type Form struct {
	Frame
	Action    string // where to post; empty: the same address
	Survey    string // title of the survey
	Agency    string // name of the agency; may be empty
	Default   string // what Enter in a text field does: next or submit
	Intro     []string
	Heading   string // the page's h1; empty when the only question is the heading
	Title     string // of the page, below the heading on the first page; may be empty
	Note      string
	Progress  string // where one is, in words; empty for a single page
	Back      bool
	Last      bool
	Summary   []Mistake
	Questions []Question
	Hidden    []Field
}

// Mistake is one line of the error summary.
type Mistake struct {
	Text string
	Href string // of the field; empty when it is on another page
}

// Question is one item as it is asked.
type Question struct {
	ID       string
	Kind     string // choice, several, number, text or matrix
	Text     string
	Help     string
	Optional bool
	Heading  bool    // the question is the page's h1
	Inputs   []Input // one, or one per row of a matrix
}

// Input is what one variable is answered with.
type Input struct {
	ID       string // id of the variable
	Name     string // of the form field
	Kind     string // as of the question; rows of a matrix are choices
	Text     string
	Help     string
	Hint     string
	Optional bool
	Heading  bool
	Required bool
	Errors   []string
	Options  []Option
	Missing  []Option // set apart
	Value    string   // number and text
	Unit     string
	Mode     string // inputmode of a number; may be empty
	Lines    int    // height of a text; 1 is a single line
}

// Option is one answer to choose.
type Option struct {
	ID      string // id of the control
	Value   string
	Label   string
	Level   int // 1 (lowest) to 5 on the common colour scale; 0 without a place on it
	Checked bool
}

// DescribedBy lists the ids of what explains the input, empty without any.
func (in Input) DescribedBy() string {
	ids := ""
	add := func(prefix string, present bool) {
		if !present {
			return
		}
		if ids != "" {
			ids += " "
		}
		ids += prefix + in.ID
	}
	add("h-", in.Help != "" || in.Hint != "")
	add("e-", len(in.Errors) > 0)
	return ids
}

// Invalid reports whether the input has problems.
func (in Input) Invalid() bool { return len(in.Errors) > 0 }

// PageTitle implements [Page].
func (f *Form) PageTitle() string {
	title := f.Survey
	if f.Progress != "" {
		title = f.Progress + " – " + title
	}
	if len(f.Summary) > 0 {
		title = i18n.T(f.Lang, "form.error", nil) + ": " + title
	}
	return title
}

// Others lists the languages to switch to, in their own names.
func (f *Form) Others() []Field {
	var others []Field
	for _, lang := range i18n.Languages() {
		if lang != f.Lang {
			others = append(others, Field{Name: i18n.T(f.Lang, "lang."+lang, nil), Value: lang})
		}
	}
	return others
}

func (f *Form) template() string { return "form" }
