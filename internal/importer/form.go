package importer

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"hailong/internal/questionnaire"
)

// form is a questionnaire as its source has it: in our shapes, but with the
// names, the expressions and the languages of the source.
type form struct {
	report *Report
	tags   *tags
	names  *scope
	slug   string
	title  texts
	intro  []texts
	thanks texts
	notes  string
	pages  []*page
	scales ids             // that are given out
	losses []string        // of the texts that were read since tell
	beside func(*assembly) // changes the file before it is checked; may be nil
}

// page is what is shown at once; the questions of a loose page may be spread
// over several of ours.
type page struct {
	entry     *Entry // nil for a page that the source has not
	name      string
	title     texts
	note      texts
	when      []*cond // all must hold
	questions []*question
	loose     bool
	order     string

	id   string
	show string // its condition, once it is translated
}

// question is one thing asked.
type question struct {
	entry *Entry
	name  string
	item  questionnaire.FileItem // all but id, texts, options and expressions
	text  texts
	help  texts
	list  *list // of options
	own   bool  // the options are not shared with other questions
	rows  []*row
	when  []*cond
	must  *cond
	rules []rule
	calc  *cond
	scope *scope

	id       string
	gone     bool // its calculation can't be said, or it is never asked
	at, page int  // its place among all questions and pages
	kind     questionnaire.ItemType
	result   valueKind // of a calculation, once it is translated
}

// row is a line of a matrix.
type row struct {
	entry *Entry
	name  string
	text  texts
	id    string
}

// rule is a condition on answers that must hold.
type rule struct {
	cond    *cond
	message texts
}

// cond is an expression of the source.
type cond struct {
	what string // what the source calls it, such as relevant
	src  string
	tree *node
	err  error // why it could not be read
}

func newCond(what, src string, s *syntax) *cond {
	if src == "" {
		return nil
	}
	c := &cond{what: what, src: src}
	c.tree, c.err = parseExpr(src, s)
	return c
}

// list is options to choose from.
type list struct {
	name     string
	choices  []choice
	missing  []missing
	numbered bool // something counts with the numbers that the names are
	uses     int
	scale    string // id of the scale that it is shared by
}

// missing is a way of not answering: dont_know, refused or not_applicable.
type missing struct {
	code  string
	label texts
}

type choice struct {
	name      string
	code      string
	label     texts
	value     *float64
	exclusive bool
	other     bool
}

// number reports whether the names of all options are numbers, and has them
// become the values of the options.
func (l *list) number() bool {
	for i := range l.choices {
		if l.choices[i].amount() == nil {
			return false
		}
	}
	l.numbered = true
	return true
}

func (c *choice) amount() *float64 {
	if c.value != nil {
		return c.value
	}
	f, err := strconv.ParseFloat(c.name, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 1e6 {
		return nil
	}
	return &f
}

// counts reports whether the names are consecutive whole numbers, as of a scale.
func (l *list) counts() bool {
	var last float64
	step := 0.0
	for i := range l.choices {
		f := l.choices[i].amount()
		if f == nil || *f != math.Trunc(*f) {
			return false
		}
		if i == 1 {
			step = *f - last
		}
		if i > 0 && (*f-last != step || math.Abs(step) != 1) {
			return false
		}
		last = *f
	}
	return len(l.choices) > 1
}

// codes gives every option a code of its own.
func (l *list) codes(e *Entry) {
	taken := map[string]bool{}
	for _, c := range takenCodes {
		taken[c] = true
	}
	for i := range l.choices {
		c := &l.choices[i]
		code := codeOf(c.name, "option_"+strconv.Itoa(i+1))
		if slices.Contains(takenCodes, code) {
			code += "_option"
		}
		try := code
		for n := 2; taken[try]; n++ {
			end := "_" + strconv.Itoa(n)
			try = code[:min(len(code), maxName-len(end))] + end
		}
		taken[try] = true
		c.code = try
		if try != c.name && e != nil {
			e.change("the option %q has the code %s", clip(c.name, 40), try)
		}
	}
}

// ref is what a name of the source stands for.
type ref struct {
	question *question // nil for what was refused
	row      *row
	member   string // name of an option
	why      string // it was refused
}

// scope is the names that can be read at a place: of a repetition, then of the
// form around it.
type scope struct {
	around *scope
	names  map[string]*ref
}

func newScope(around *scope) *scope { return &scope{around, map[string]*ref{}} }

// name notes what a name stands for; the first of two with the same name keeps it.
func (s *scope) name(name string, r *ref) bool {
	if _, twice := s.names[name]; twice {
		return false
	}
	s.names[name] = r
	return true
}

func (s *scope) lookup(name string) *ref {
	for ; s != nil; s = s.around {
		if r, ok := s.names[name]; ok {
			return r
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
