package collect

import (
	"slices"
	"strings"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Draft is a response on its way through the pages of a questionnaire. All of
// it travels with the form; nothing of it is stored. Its fields may be changed
// between calls of its methods. A draft is for one goroutine. Every method is
// O(variables × chosen agencies), and much less when nothing has changed.
//
// Values holds what each form field held, by the name of the answer: the id of
// a variable (a row of a matrix, a rank, the text beside an option too) or of a
// ranking, whose values are its codes in order; on pages that repeat with @ and
// the id of the agency behind it. Several values are several options. Days are
// taken as people write them, 31/3/2026, and as 2026-03-31; months likewise.
type Draft struct {
	Questionnaire *questionnaire.Questionnaire
	World         World
	Values        map[string][]string
	Parameters    map[string]string // of the link, by the ids of hidden items
	Consent       bool              // was given

	checker Checker
	checked stamp   // of what the checker has looked at
	steps   []Place // as of then; nil: not known
}

// Place is where a respondent is: a page, and on a page that repeats the agency
// that it is about (its id; empty on other pages).
type Place struct {
	Page  int // index
	About string
}

// Seed is what the order of options, rows and items is drawn from
// (questionnaire.Shuffle) for the response that this key of a draft makes.
func Seed(survey, key string) uint64 { return response.NewID(survey, key).Prefix() }

// Steps lists the places that have something to show as things stand, in order:
// pages that a condition empties are left out, pages that repeat come once per
// chosen agency, all of them for one agency before the next. What is answered on
// one changes those after it. It is empty when nothing is shown at all.
func (d *Draft) Steps() []Place { return slices.Clone(d.places()) }

// places returns the steps, which belong to the draft.
func (d *Draft) places() []Place {
	d.check()
	if d.steps != nil {
		return d.steps
	}
	steps := []Place{}
	for p := 0; p < len(d.Questionnaire.Pages); p++ {
		if d.Questionnaire.Pages[p].Repeat == "" {
			if d.shows(p) {
				steps = append(steps, Place{Page: p})
			}
			continue
		}
		end := d.checker.blockEnd(p)
		for k := range d.checker.repeats {
			d.checker.within(k)
			for i := p; i < end; i++ {
				if d.shows(i) {
					steps = append(steps, Place{i, d.checker.repeats[k].agency.ID})
				}
			}
		}
		d.checker.outside()
		p = end - 1
	}
	d.steps = steps
	return steps
}

// shows reports whether a page has something to show, where names are looked up
// now.
func (d *Draft) shows(page int) bool {
	items := d.Questionnaire.Pages[page].Items
	for i := range items {
		if isShown(&items[i]) && items[i].Shown(d.checker.look) {
			return true
		}
	}
	return false
}

// isShown reports whether respondents see items of its type at all.
func isShown(it *questionnaire.Item) bool {
	return it.Type != questionnaire.Hidden && it.Type != questionnaire.Calculated
}

// Near returns the step at a place, or, when it has nothing to show, the nearest
// before it, or else the first. It is the zero place when there are no steps.
func (d *Draft) Near(at Place) Place {
	steps := d.places()
	if len(steps) == 0 {
		return Place{}
	}
	return steps[max(d.index(steps, at), 0)]
}

// index returns the index of the last step that does not come after a place, -1
// without one. A place about an agency that is not chosen any more stands before
// those about the others.
func (d *Draft) index(steps []Place, at Place) int {
	key, last := d.order(at), -1
	for i, s := range steps {
		if slices.Compare(d.order(s), key) > 0 {
			break
		}
		last = i
	}
	return last
}

// order returns what places are ordered by.
func (d *Draft) order(at Place) []int {
	if at.Page < 0 || at.Page >= len(d.Questionnaire.Pages) || d.Questionnaire.Pages[at.Page].Repeat == "" {
		return []int{at.Page}
	}
	first := at.Page
	for first > 0 && d.Questionnaire.Pages[first-1].Repeat != "" {
		first--
	}
	return []int{first, d.checker.chosen(at.About), at.Page}
}

// Next returns the step after a place; false at the end.
func (d *Draft) Next(at Place) (Place, bool) {
	steps := d.places()
	if i := d.index(steps, at) + 1; i < len(steps) {
		return steps[i], true
	}
	return at, false
}

// Previous returns the step before a place; false at the beginning.
func (d *Draft) Previous(at Place) (Place, bool) {
	steps := d.places()
	i := d.index(steps, at)
	if i >= 0 && steps[i] == at {
		i--
	}
	if i >= 0 {
		return steps[i], true
	}
	return at, false
}

// Problems returns what is wrong with the answers at a place, and with names
// that the questionnaire does not have. Problems about an agency name the item
// as item@agency.
func (d *Draft) Problems(at Place) []errs.Problem {
	d.check()
	return slices.DeleteFunc(slices.Clone(d.checker.Problems()), func(p errs.Problem) bool {
		place, ok := d.placeOf(p)
		return ok && place != at
	})
}

// placeOf returns where a problem stands; false for one that stands nowhere.
func (d *Draft) placeOf(p errs.Problem) (Place, bool) {
	id, about, _ := strings.Cut(p.Item, "@")
	if v := d.Questionnaire.Variable(id); v != nil {
		return Place{v.Page, about}, true
	}
	if it := d.Questionnaire.Item(id); it != nil {
		variables := d.Questionnaire.Variables()
		if i := slices.IndexFunc(variables, func(v questionnaire.Variable) bool { return v.Item == it }); i >= 0 {
			return Place{variables[i].Page, about}, true
		}
	}
	return Place{}, false
}

// PlaceOf returns the step at which the first problem stands that stands at
// one, or else at.
func (d *Draft) PlaceOf(problems []errs.Problem, at Place) Place {
	for _, p := range problems {
		if place, ok := d.placeOf(p); ok {
			return d.Near(place)
		}
	}
	return at
}

// Hides returns the ids of the items of a place that are not shown as things
// stand: a condition hides them, or their type is never shown.
func (d *Draft) Hides(at Place) map[string]bool {
	d.check()
	hidden := map[string]bool{}
	if at.Page < 0 || at.Page >= len(d.Questionnaire.Pages) {
		return hidden
	}
	d.checker.about(at.About)
	defer d.checker.outside()
	items := d.Questionnaire.Pages[at.Page].Items
	for i := range items {
		if !isShown(&items[i]) || !items[i].Shown(d.checker.look) {
			hidden[items[i].ID] = true
		}
	}
	return hidden
}

// Appeared returns the ids of the items of a place that are shown now, but were
// not among those that the respondent saw when it was sent: an answer at the same
// place made them appear. It is nil when there are none.
func (d *Draft) Appeared(at Place, seen []string) map[string]bool {
	if at.Page < 0 || at.Page >= len(d.Questionnaire.Pages) {
		return nil
	}
	hidden := d.Hides(at)
	var fresh map[string]bool
	items := d.Questionnaire.Pages[at.Page].Items
	for i := range items {
		id := items[i].ID
		if items[i].ShowIf == "" || hidden[id] || slices.Contains(seen, id) {
			continue
		}
		if fresh == nil {
			fresh = map[string]bool{}
		}
		fresh[id] = true
	}
	return fresh
}

// Lookup returns the answers so far and the context, as conditions and texts of
// a place read them. Answers with a problem are missing. The function is valid
// while the draft is, and sees the Values of the draft's last method call.
func (d *Draft) Lookup(at Place) questionnaire.Lookup {
	d.check()
	return d.checker.lookupAbout(at.About)
}

// End returns what is said after a response with these answers, nil when that
// is the questionnaire's Thanks.
func (d *Draft) End() *questionnaire.End {
	d.check()
	return d.Questionnaire.End(d.checker.look)
}

// Submission returns the draft as it is submitted. Key, Wave, Channel, Service,
// Resolver and Seconds are for the caller to fill in.
func (d *Draft) Submission() *Input {
	in := &Input{
		Survey: d.Questionnaire.Survey, Version: d.Questionnaire.Version, Lang: d.World.Lang,
		Parameters: d.Parameters, Consent: d.Consent, Form: true,
	}
	if d.World.Agency != nil {
		in.Agency = d.World.Agency.ID
	}
	in.Answers, in.Repeats = d.sent()
	return in
}

// check checks the whole draft, unless that was done.
func (d *Draft) check() {
	now := d.stamp()
	if d.checked == now && now.questionnaire != nil {
		return
	}
	d.checked, d.steps = now, nil
	in := Input{Parameters: d.Parameters, Form: true}
	in.Answers, in.Repeats = d.sent()
	d.checker.Check(d.Questionnaire, &d.World, &in, len(d.Questionnaire.Pages))
}

// stamp tells whether anything in a draft has changed that its check depends on.
type stamp struct {
	questionnaire *questionnaire.Questionnaire
	world         World
	values        uint64 // digest of Values and Parameters
}

func (d *Draft) stamp() stamp {
	s := stamp{questionnaire: d.Questionnaire, world: d.World}
	for name, values := range d.Values {
		h := hash(fnvOffset, name)
		for _, value := range values {
			h = hash(h, value)
		}
		s.values += mix(h)
	}
	for id, value := range d.Parameters {
		s.values += mix(hash(hash(fnvPrime, id), value))
	}
	return s
}
