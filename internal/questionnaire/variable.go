package questionnaire

// VariableKind says what a variable's answer holds.
type VariableKind uint8

// The kinds of variables.
const (
	OneOf  VariableKind = iota // the index of one option
	SetOf                      // a set of options
	Amount                     // a number
	Words                      // a text
	Days                       // a day, as its distance from 2000-01-01, before which it is negative
	Months                     // a month, as its distance from 2000-01
)

// Part says which part of its item a variable is.
type Part uint8

// The parts.
const (
	Whole   Part = iota
	OfRow        // a row of a matrix
	OfRank       // a rank of a ranking: the option that was put there
	OfOther      // the text that belongs to an option with Other
)

// Variable is one column of data: an item, one row of a matrix (named by the
// row's id), one rank of a ranking (item_1, item_2 …), or the text of an option
// that asks for one (item_other). Notes have none. Variables are numbered in
// questionnaire order; Index is that number.
//
// A variable of a page that repeats has one answer per chosen agency, counted
// for that agency (response.Repeat), and none in the response itself.
//
// Its tally takes Slots consecutive counters from Slot on: five for the states
// without an answer (not asked, skipped, don't know, refused, not applicable),
// one per option, one for "answered".
type Variable struct {
	ID    string
	Index int
	Kind  VariableKind
	Item  *Item
	Part  Part
	Row   *Row // OfRow only
	Rank  int  // OfRank only: from 1
	Page  int  // index of its page
	Slot  int
	Slots int
}

// StateSlots is the number of counters before the options in a variable's slots.
const StateSlots = 5

// Text returns what the variable asks: the row's text, or the item's.
func (v *Variable) Text() Text {
	if v.Row != nil {
		return v.Row.Text
	}
	return v.Item.Text
}

// Options returns the options to choose from, nil where nothing is chosen.
func (v *Variable) Options() []Option {
	if v.Part == OfOther {
		return nil
	}
	return v.Item.Options
}

// Option returns the index of an option code, or -1.
func (v *Variable) Option(code string) int {
	for i := range v.Options() {
		if v.Item.Options[i].Code == code {
			return i
		}
	}
	return -1
}

// Variables lists all variables; the slice belongs to the questionnaire.
func (q *Questionnaire) Variables() []Variable { return q.variables }

// Variable returns the variable of an item or row id, nil when there is none.
func (q *Questionnaire) Variable(id string) *Variable {
	if i, ok := q.byID[id]; ok {
		return &q.variables[i]
	}
	return nil
}

// Item returns the item with an id, nil when there is none. Rows are not items.
func (q *Questionnaire) Item(id string) *Item { return q.items[id] }

// Slots is the number of counters that the tally of one cell takes.
func (q *Questionnaire) Slots() int { return q.slots }

// Repeated reports whether the variable is asked once per chosen agency.
func (q *Questionnaire) Repeated(v *Variable) bool { return q.Pages[v.Page].Repeat != "" }

// Choice returns the variable of the item in which the agencies of repeated
// pages are chosen, nil when no page repeats.
func (q *Questionnaire) Choice() *Variable {
	for i := range q.Pages {
		if q.Pages[i].Repeat != "" {
			return q.Variable(q.Pages[i].Repeat)
		}
	}
	return nil
}
