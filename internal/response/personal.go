package response

import (
	"encoding/binary"
	"fmt"
)

// Retentions lists for how many days after the day of a response its personal
// values are kept, each number once, in ascending order. The values that are
// kept equally long make one piece. The slice belongs to the layout.
func (l *Layout) Retentions() []int { return l.retentions }

// Goes returns the day on which values that are kept for so many days are deleted.
func (d Day) Goes(retention int) Day {
	return Day(min(uint64(d)+uint64(max(retention, 0)), 1<<32-1))
}

// AppendPersonal appends the piece with the personal values of r that are kept
// for so many days (FORMAT.md, personal values). It appends nothing when r has
// none. O(personal variables × repeats).
func AppendPersonal(b []byte, r *Response, l *Layout, retention int) []byte {
	b = l.appendPersonal(b, r.Answers, 0, retention)
	for k := range r.Repeats {
		b = l.appendPersonal(b, r.Repeats[k].Answers, k+1, retention)
	}
	return b
}

func (l *Layout) appendPersonal(b []byte, answers []Answer, place, retention int) []byte {
	for _, i := range l.personal {
		a, c := &answers[i], l.columns[i]
		if a.State != Answered || a.Apart || int(c.retention) != retention {
			continue
		}
		b = binary.AppendUvarint(b, uint64(place)) //nolint:gosec // not negative
		b = binary.AppendUvarint(b, uint64(i))     //nolint:gosec // an index
		b = appendValue(b, a, c.kind)
	}
	return b
}

// ReadPersonal reads a piece into the response that was read from the record of
// the same event: answers whose value is in the piece are no longer Apart. It
// returns an error that wraps [ErrRecord] for anything but the exact output of
// AppendPersonal, without the answers that are not Apart (any more); r is then of
// no use.
func ReadPersonal(b []byte, r *Response, l *Layout, retention int) error {
	d := reader{b: b}
	lastPlace, lastIndex := 0, -1
	for len(d.b) > 0 {
		place, index := d.count(len(r.Repeats)), d.count(len(l.columns))
		if d.err != nil {
			return d.err
		}
		if place < lastPlace || place == lastPlace && index <= lastIndex {
			return fmt.Errorf("%w: order of personal values", ErrRecord)
		}
		lastPlace, lastIndex = place, index
		answers := r.Answers
		if place > 0 {
			answers = r.Repeats[place-1].Answers
		}
		if index >= len(answers) || !answers[index].Apart || int(l.columns[index].retention) != retention {
			return fmt.Errorf("%w: personal value of variable %d", ErrRecord, index)
		}
		answers[index].Apart = false
		d.value(&answers[index], l.columns[index])
	}
	return d.err
}

// Apart reports whether a response that was read has personal values that are
// kept for so many days, and that were not read yet.
func (l *Layout) Apart(r *Response, retention int) bool {
	if l.apart(r.Answers, retention) {
		return true
	}
	for k := range r.Repeats {
		if l.apart(r.Repeats[k].Answers, retention) {
			return true
		}
	}
	return false
}

func (l *Layout) apart(answers []Answer, retention int) bool {
	for _, i := range l.personal {
		if answers[i].Apart && int(l.columns[i].retention) == retention {
			return true
		}
	}
	return false
}
