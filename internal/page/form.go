package page

import (
	"html/template"

	"hailong/internal/i18n"
)

// Form is one page of a questionnaire, with everything that was answered so far
// inside it, so that nothing is lost when no draft could be kept.
//
// What is posted: version, draft, page (index), about (agency of a page that
// repeats), started, lang, consent, seen (ids of the items that were visible),
// invitation, effort and solution (of a proof of work), homepage (which people
// don't see), go (next, back, submit, later, rank:ITEM:CODE:WAY or find:ITEM; absent
// when a language button was pressed), and for every answer a.NAME, several times for
// several options, where NAME is a variable, or variable@agency on a page that
// repeats; kept holds the answers of other pages. A number or text comes with the code of a missing answer beside it
// when that box was ticked. Days and months come as d.NAME, part by part (see
// [Answers]); f.NAME is what was searched for among agencies, and w.NAME what
// the agencies shown were found by. The lang of a pressed language button
// precedes the hidden one: the first value counts.
type Form struct {
	Frame
	Tongue    string // language of the questionnaire's texts; the frame's is that of the program's words
	Tongues   []Field
	Action    string // where to post: written out, because the browser would keep a fragment of its address
	Survey    string // title of the survey
	Agency    string // name of the agency; may be empty
	Default   string // what Enter in a text field does: next or submit
	Intro     []template.HTML
	About     *About // the agency of a page that repeats
	Heading   string // the page's h1; empty when the only question is the heading
	Title     string // of the page, below the heading on the first page; may be empty
	Note      template.HTML
	Progress  string // where one is, in words; empty for a single page
	Back      bool
	Last      bool
	Summary   []Mistake
	Questions []Question
	Hidden    []Field
	Seen      string // ids of the questions that are visible; told only with Reads
	Reads     string // what the conditions of this page read, in JSON; empty without any
	Band      string // what staff see who fill it in for somebody; empty otherwise
	Drafts    bool   // a draft is kept
	Later     bool   // going on another day is offered
	Unsaved   bool   // a draft could not be kept this time
	Offline   string // address of the script that helps without network; empty: there is none
	Says      string // words for the script, in JSON; may be empty
	Trap      string // what stands in the field that people don't see
	Part      bool   // only what is new in the page is wanted
}

// About is the agency that a page which repeats is about.
type About struct {
	Agency string // id
	Name   string
	Index  int // from 0
	Total  int
}

// Mistake is one line of the error summary.
type Mistake struct {
	Text string
	Href string // of the field; empty when it is on another page
}

// The kinds of questions, by what they are answered with.
const (
	kindChoice  = "choice"  // one radio button of several
	kindSeveral = "several" // any of several boxes
	kindTyped   = "typed"   // a field, or a box of several lines
	kindParts   = "parts"   // a day or month, in parts
	kindRanking = "ranking" // options put into an order
	kindAgency  = "agency"  // agencies, found by name
	kindMatrix  = "matrix"  // a choice for each of several rows
	kindNote    = "note"    // nothing
)

// Question is one item as it is asked.
type Question struct {
	ID       string
	Kind     string
	Text     string
	Help     template.HTML
	Words    template.HTML // of a note
	Figure   *Figure
	Optional bool
	Heading  bool    // the question is the page's h1
	Focus    bool    // a note that is the first to have just appeared
	Inputs   []Input // one, or one per row of a matrix
	If       string  // condition on answers of this page, in JSON; empty: none
	Gone     bool    // hidden by that condition now
}

// Figure is a picture.
type Figure struct{ Href, Alt string }

// Input is what one variable is answered with.
type Input struct {
	ID       string // id of the variable
	Name     string // of the form field
	Kind     string // as of the question; rows of a matrix are choices
	Style    string // of a choice: stars or steps; may be empty
	Text     string
	Help     template.HTML
	Hint     string
	Figure   *Figure
	Optional bool
	Heading  bool
	Required bool
	Fresh    bool // has just appeared
	Focus    bool // the first that has
	Errors   []string
	Options  []Option
	Missing  []Option // set apart

	Base        string // address that the form is sent to, where that is not the page's own
	MissingName string // of the form field of Missing
	Low         string // words at the ends of a row of numbers
	High        string

	Value string // of what is typed
	Type  string // of the field: text, email or tel
	Fill  string // autocomplete; empty: off
	Unit  string
	Mode  string // inputmode; may be empty
	Lines int    // height of a text; 1 is a single line
	Short bool   // a few characters are enough
	Parts []Part

	Ranks  int      // how many ranks there are
	Ranked []Option // in order
	Search *Search
}

// Option is one answer to choose.
type Option struct {
	ID        string // id of the control
	Value     string
	Label     string
	Note      string // after the label; may be empty
	Level     int    // 1 (lowest) to 5 on the common colour scale; 0 without a place on it
	Stars     []bool // filled or not
	Exclusive bool
	Checked   bool
	Other     *Other
}

// Other is the field that belongs to an option.
type Other struct {
	ID     string // of the variable
	Name   string
	Label  string
	Value  string
	Errors []string
}

// Control is the id of the field.
func (o Other) Control() string { return controlID(o.ID, 0) }

// Part is one field of a day or month.
type Part struct {
	ID    string
	Label string
	Value string
	Wide  bool // a year
}

// Search is how agencies are found.
type Search struct {
	ID     string // of the item
	Name   string // of the field that is searched with
	Query  string
	Found  string // what was found, in words; empty without a search
	Was    string // name of the field that tells what Query was
	Anchor string // where to go on after a search
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
	add("n-", in.Fresh)
	add("h-", in.Help != "" || in.Hint != "")
	add("e-", len(in.Errors) > 0)
	return ids
}

// Invalid reports whether the input has problems.
func (in Input) Invalid() bool { return len(in.Errors) > 0 }

// Unranked lists the options without a rank.
func (in Input) Unranked() []Option {
	var rest []Option
	for _, o := range in.Options {
		if !o.Checked {
			rest = append(rest, o)
		}
	}
	return rest
}

// Full reports whether every rank is taken.
func (in Input) Full() bool { return len(in.Ranked) >= in.Ranks }

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

// Speaks returns the language of the questionnaire's texts.
func (f *Form) Speaks() string { return f.Tongue }

func (f *Form) template() string { return "form" }
