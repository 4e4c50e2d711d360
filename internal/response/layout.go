package response

import (
	"fmt"
	"slices"

	"hailong/internal/questionnaire"
)

// Layout is what the packed format needs to know of a questionnaire, worked out
// once. It is immutable.
type Layout struct {
	columns    []column // one per variable
	repeated   []int    // indices of the variables of repeated pages
	personal   []int    // indices of the variables whose values are kept apart
	retentions []int    // how many days those are kept: each number once, ascending
	repeats    bool     // there is a page that repeats
}

// column is one variable as the packed format sees it.
type column struct {
	kind      questionnaire.VariableKind
	personal  bool
	options   uint16
	retention int32 // personal: days
}

// MaxRepeats is how often pages may repeat in one response.
const MaxRepeats = 64

// maxRetention bounds the days that personal values are kept, so that the day
// they go can be written.
const maxRetention = 1 << 20

// NewLayout works out the layout of a questionnaire. O(variables).
func NewLayout(q *questionnaire.Questionnaire) *Layout {
	variables := q.Variables()
	l := &Layout{columns: make([]column, len(variables))}
	for i := range q.Pages {
		l.repeats = l.repeats || q.Pages[i].Repeat != ""
	}
	for i := range variables {
		v, c := &variables[i], &l.columns[i]
		c.kind = v.Kind
		c.options = uint16(len(v.Options())) //nolint:gosec // at most 200
		if q.Repeated(v) {
			l.repeated = append(l.repeated, i)
		}
		if p := v.Item.Personal; p != nil {
			days := min(max(p.RetentionDays, 0), maxRetention)
			c.personal, c.retention = true, int32(days)
			l.personal = append(l.personal, i)
			l.retentions = append(l.retentions, days)
		}
	}
	slices.Sort(l.retentions)
	l.retentions = slices.Compact(l.retentions)
	return l
}

// Repeats reports whether a response may have Repeats.
func (l *Layout) Repeats() bool { return l.repeats }

// Fits returns an error that says why a response can't be one to the
// questionnaire: its answers are not one per variable, those of repeated pages
// stand in the wrong place, or what it says about agencies and dropped answers
// makes no sense. Answers themselves are not looked at. O(repeats × variables).
func (l *Layout) Fits(r *Response) error {
	if len(r.Answers) != len(l.columns) {
		return fmt.Errorf("a response of %d answers to a questionnaire of %d variables", len(r.Answers), len(l.columns))
	}
	for _, i := range l.repeated {
		if r.Answers[i].State != NotAsked {
			return fmt.Errorf("variable %d is of a repeated page, but has an answer for the response as a whole", i)
		}
	}
	if err := l.whole(r.Answers); err != nil {
		return err
	}
	if r.Flags&^AllFlags != 0 || r.Counter != "" && !ValidCounter(r.Counter) {
		return fmt.Errorf("a response with flags %b and counter %q", r.Flags, r.Counter)
	}
	next := 0
	for _, i := range r.Dropped {
		if i < next || i >= len(l.columns) {
			return fmt.Errorf("dropped answers %v are not indices of variables in order", r.Dropped)
		}
		next = i + 1
	}
	if len(r.Repeats) > MaxRepeats || len(r.Repeats) > 0 && !l.repeats {
		return fmt.Errorf("a response with %d repeats; at most %d, and only where a page repeats", len(r.Repeats), MaxRepeats)
	}
	for k := range r.Repeats {
		if err := l.fitsRepeat(r, k); err != nil {
			return err
		}
	}
	return nil
}

func (l *Layout) fitsRepeat(r *Response, k int) error {
	one := &r.Repeats[k]
	if len(one.Answers) != len(l.columns) {
		return fmt.Errorf("repeat %d has %d answers, the questionnaire %d variables", k+1, len(one.Answers), len(l.columns))
	}
	for _, earlier := range r.Repeats[:k] {
		if earlier.Agency == one.Agency {
			return fmt.Errorf("two repeats are about agency %d", one.Agency)
		}
	}
	own := l.repeated
	for i := range one.Answers {
		if len(own) > 0 && own[0] == i {
			own = own[1:]
		} else if one.Answers[i].State != NotAsked {
			return fmt.Errorf("variable %d is of no repeated page, but has an answer in repeat %d", i, k+1)
		}
	}
	return l.whole(one.Answers)
}

// whole refuses answers whose values are not there.
func (l *Layout) whole(answers []Answer) error {
	for _, i := range l.personal {
		if answers[i].Apart {
			return fmt.Errorf("the value of variable %d is personal and was not read", i)
		}
	}
	return nil
}
