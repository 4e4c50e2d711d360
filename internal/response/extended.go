package response

import "encoding/binary"

// appendExtension appends what kinds 6 and 7 have after the answers.
func appendExtension(b []byte, r *Response, l *Layout) []byte {
	b = binary.AppendUvarint(b, uint64(len(r.Dropped)))
	next := 0
	for _, i := range r.Dropped {
		b = binary.AppendUvarint(b, uint64(i-next)) //nolint:gosec // they ascend
		next = i + 1
	}
	b = binary.AppendUvarint(b, uint64(len(r.Repeats)))
	for k := range r.Repeats {
		b = binary.AppendUvarint(b, uint64(r.Repeats[k].Agency))
		for _, i := range l.repeated {
			b = appendAnswer(b, &r.Repeats[k].Answers[i], l.columns[i])
		}
	}
	return b
}

// extension reads what kinds 6 and 7 have after the answers.
func (d *reader) extension(r *Response, l *Layout) {
	next := uint64(0)
	for range d.count(len(l.columns)) {
		i := next + d.uvarint()
		if i < next || i >= uint64(len(l.columns)) {
			d.fail("dropped")
			return
		}
		r.Dropped = append(r.Dropped, int(i)) //nolint:gosec // an index
		next = i + 1
	}
	n := d.count(MaxRepeats)
	if n > 0 && !l.Repeats() {
		d.fail("repeats")
	}
	for range n {
		if d.err != nil {
			return
		}
		k := len(r.Repeats)
		if k < cap(r.Repeats) {
			r.Repeats = r.Repeats[:k+1]
		} else {
			r.Repeats = append(r.Repeats, Repeat{})
		}
		one := &r.Repeats[k]
		one.Agency = d.uint32()
		one.Answers = sized(one.Answers, len(l.columns))
		clear(one.Answers)
		for _, i := range l.repeated {
			one.Answers[i] = d.answer(l.columns[i])
		}
	}
}
