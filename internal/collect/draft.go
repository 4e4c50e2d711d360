package collect

import (
	"slices"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

// Draft is a response on its way through the pages of a questionnaire. All of
// it travels with the form; nothing of it is stored.
type Draft struct {
	Questionnaire *questionnaire.Questionnaire
	Values        map[string][]string // what each form field held, by item or row
	checker       Checker
}

// Fields returns the answers as sent: one value is a code or a text, several
// are a list. A form can't leave a field out, so an empty value is none. Beside
// a number or a text, the code of a missing answer may be ticked: it wins.
func (d *Draft) Fields() []Field {
	fields := make([]Field, 0, len(d.Values))
	for id, sent := range d.Values {
		values := slices.DeleteFunc(slices.Clone(sent), func(v string) bool { return v == "" })
		f := Field{Item: id}
		switch {
		case len(values) == 0:
			continue
		case len(values) == 1:
			f.Value = Value{Kind: String, Text: values[0]}
		case d.typed(id):
			f.Value = Value{Kind: String, Text: ticked(d.Questionnaire.Variable(id), values)}
		default:
			f.Value = Value{Kind: List, List: values}
		}
		fields = append(fields, f)
	}
	// The order of a map is random; that of problems must not be.
	slices.SortFunc(fields, func(a, b Field) int {
		if a.Item < b.Item {
			return -1
		}
		return 1
	})
	return fields
}

func (d *Draft) typed(id string) bool {
	v := d.Questionnaire.Variable(id)
	return v != nil && (v.Kind == questionnaire.Amount || v.Kind == questionnaire.Words)
}

// ticked returns the missing code among values, or else the first.
func ticked(v *questionnaire.Variable, values []string) string {
	for _, value := range values {
		for i := range v.Item.Missing {
			if v.Item.Missing[i].Code == value {
				return value
			}
		}
	}
	return values[0]
}

// Hidden returns the ids of all items that are not asked as things stand.
func (d *Draft) Hidden() map[string]bool {
	d.checker.Check(d.Questionnaire, d.Fields(), len(d.Questionnaire.Pages))
	hidden := map[string]bool{}
	for p := range d.Questionnaire.Pages {
		for id := range d.checker.Hidden(p) {
			hidden[id] = true
		}
	}
	return hidden
}

// Check returns the problems of the answers on one page.
func (d *Draft) Check(page int) []errs.Problem {
	d.checker.Check(d.Questionnaire, d.Fields(), page)
	return slices.DeleteFunc(slices.Clone(d.checker.Problems()), func(p errs.Problem) bool {
		v := d.Questionnaire.Variable(p.Item)
		return v != nil && v.Page != page
	})
}

// Step returns the index of the next page in a direction (+1 or -1) that has
// something to show, or page itself when there is none.
func (d *Draft) Step(page, direction int) int {
	hidden := d.Hidden()
	for p := page + direction; p >= 0 && p < len(d.Questionnaire.Pages); p += direction {
		items := d.Questionnaire.Pages[p].Items
		if slices.ContainsFunc(items, func(it questionnaire.Item) bool { return !hidden[it.ID] }) {
			return p
		}
	}
	return page
}

// PageOf returns the page of the first problem that has one, or page.
func (d *Draft) PageOf(problems []errs.Problem, page int) int {
	for _, p := range problems {
		if v := d.Questionnaire.Variable(p.Item); v != nil {
			return v.Page
		}
	}
	return page
}
