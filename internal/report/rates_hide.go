package report

import "hailong/internal/tally"

// in reports whether the responses of a cell came in a period.
func (p *outreachPeriod) in(key *tally.Key) bool {
	if p.wave != nil {
		return key.Wave == p.wave.Number
	}
	return key.Period >= p.from && key.Period <= p.to
}

// hideDerivable hides what would tell, by subtraction, of how few people the
// answers of another period or of no listed period are. lines are those of all
// agencies together, one for each period; the number of all responses is public.
//
// The waves add up to all responses, so that what is hidden of them must be nobody
// or the minimum n together. A period within another must not differ from it, nor
// any from the whole, by fewer than that. The smaller is hidden, until nothing
// changes. O(periods² × cells).
func (b *outreach) hideDerivable(periods []outreachPeriod, lines []*Outreach) {
	for changed := true; changed; {
		changed = b.hideRest(periods, lines) || b.hideWithin(periods, lines)
	}
}

// hideRest hides the smallest wave while those that are hidden are too few.
func (b *outreach) hideRest(periods []outreachPeriod, lines []*Outreach) bool {
	var rest int64
	smallest := -1
	for i := range periods {
		n := b.countIn(&periods[i], nil)
		switch {
		case periods[i].wave == nil || n == 0:
		case lines[i].Finished.State == Hidden:
			rest += n
		case smallest < 0 || lines[i].Finished.N < lines[smallest].Finished.N:
			smallest = i
		}
	}
	if rest == 0 || rest >= b.minN || smallest < 0 {
		return false
	}
	lines[smallest].hide()
	return true
}

// hideWithin hides a period that is nearly another, or nearly everything.
func (b *outreach) hideWithin(periods []outreachPeriod, lines []*Outreach) (hid bool) {
	few := func(n int64) bool { return n > 0 && n < b.minN }
	for i := range periods {
		p := &periods[i]
		if lines[i].Finished.State == Hidden {
			continue
		}
		near := few(b.countIn(nil, p))
		for j := range periods {
			if j != i && lines[j].Finished.State != Hidden {
				q := &periods[j]
				near = near || b.countIn(p, q) == 0 && few(b.countIn(q, p))
			}
		}
		if near {
			lines[i].hide()
			hid = true
		}
	}
	return hid
}

// countIn counts the responses in a period, nil for all, that are not in another,
// nil for none.
func (b *outreach) countIn(in, out *outreachPeriod) (n int64) {
	for i := range b.m.cells {
		key := &b.m.cells[i].key
		if (in == nil || in.in(key)) && (out == nil || !out.in(key)) {
			n += int64(b.m.cells[i].cell.Responses)
		}
	}
	return n
}

// hide takes out what tells how many answered.
func (o *Outreach) hide() {
	o.Finished, o.Started, o.Reason = People{State: Hidden}, People{State: Hidden}, Hidden
	o.OfStarted, o.OfHandled, o.OfInvited, o.Sheet = nil, nil, nil, nil
}
