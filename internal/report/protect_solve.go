package report

import (
	"cmp"
	"math/bits"
	"slices"
)

// maxSolving bounds the work of solving for all leaves together, in steps of a few
// nanoseconds. What would take longer is not looked for: releases are audited
// (AuditReleases).
const maxSolving = 40_000_000

// solve looks for cells that follow from all lines together and must not be
// known, hides another one beside each, and reports whether it hid any. Lines that
// each have two hidden cells can still determine one of them, in a chain.
func (s *decision) solve() (hid bool) {
	s.collect()
	for _, of := range s.determined() {
		cell := s.unknown[of]
		var secret bool
		if s.counts, secret = s.sensitive(s.counts, cell, s.kind, s.leaf); secret {
			hid = s.hideBeside(cell) || hid
		}
	}
	return hid
}

// determined lists the unknown that all lines together determine. These are 0 in
// every solution of the lines with totals of 0, and in one that is picked at random
// no other is: so lines are brought into triangular form, unknown that are free get
// random values, and all others follow. Numbers are residues of a large prime, so
// that nothing is rounded; that one is 0 by chance is as likely as a collision of
// 61-bit hashes, and the same for the same counts.
//
// O(lines × pivots × their terms), of lines that are not peeled.
func (s *decision) determined() []int {
	e := eliminator{order: make([]int32, len(s.unknown)), sum: make([]residue, len(s.unknown)), left: &s.left}
	for i := range e.order {
		e.order[i] = -1
	}
	core, peeled := s.peel()
	slices.SortStableFunc(core, func(a, b []term) int { return cmp.Compare(len(a), len(b)) })
	e.lines = make([]int32, len(s.unknown))
	for _, row := range core {
		for _, t := range row {
			e.lines[t.of]++
		}
	}
	for _, row := range core {
		if !e.add(row) {
			return nil
		}
	}
	x := make([]residue, len(s.unknown))
	solved := make([]bool, len(s.unknown))
	for _, p := range e.pivots {
		solved[p.of] = true
	}
	for _, p := range peeled {
		solved[p.of] = true
	}
	for i := range x {
		if !solved[i] {
			x[i] = scramble(uint64(i) + 1)
		}
	}
	for _, p := range slices.Backward(e.pivots) {
		x[p.of] = p.value(x)
	}
	for _, p := range slices.Backward(peeled) {
		x[p.of] = p.value(x)
	}
	var out []int
	for i := range x {
		if x[i] == 0 {
			out = append(out, i)
		}
	}
	return out
}

// pivot is a line solved for one of its unknown.
type pivot struct {
	of    int32
	terms []weighted
}

// weighted is an unknown times a residue.
type weighted struct {
	of int32
	f  residue
}

func (p *pivot) value(x []residue) residue {
	var sum residue
	for _, t := range p.terms {
		sum = sum.plus(t.f.times(x[t.of]))
	}
	return sum
}

// peel takes out lines with a cell that no other line has, again and again, solved
// for that cell: they say nothing about the cells of the other lines. It returns
// those that are left, and those taken out, in order. O(terms).
func (s *decision) peel() (core [][]term, peeled []pivot) {
	within := make([][]int32, len(s.unknown)) // by number: its lines
	count := make([]int32, len(s.unknown))
	for i, row := range s.rows {
		for _, t := range row {
			within[t.of] = append(within[t.of], int32(i))
			count[t.of]++
		}
	}
	var single []int32
	for of, n := range count {
		if n == 1 {
			single = append(single, int32(of))
		}
	}
	gone := make([]bool, len(s.rows))
	for len(single) > 0 {
		of := single[len(single)-1]
		single = single[:len(single)-1]
		at := slices.IndexFunc(within[of], func(i int32) bool { return !gone[i] })
		if at < 0 {
			continue
		}
		line := within[of][at]
		gone[line] = true
		peeled = append(peeled, solvedFor(s.rows[line], of))
		for _, t := range s.rows[line] {
			if count[t.of]--; count[t.of] == 1 {
				single = append(single, t.of)
			}
		}
	}
	for i, row := range s.rows {
		if !gone[i] {
			core = append(core, row)
		}
	}
	return core, peeled
}

// solvedFor solves 0 = Σ ±x for one x.
func solvedFor(row []term, of int32) pivot {
	p := pivot{of: of}
	at := slices.IndexFunc(row, func(t term) bool { return t.of == of })
	for _, t := range row {
		if t.of != of {
			f := residue(1)
			if t.minus == row[at].minus {
				f = modulus - 1
			}
			p.terms = append(p.terms, weighted{t.of, f})
		}
	}
	return p
}

// eliminator brings lines into triangular form: the terms of a pivot are free or
// of later pivots.
type eliminator struct {
	pivots []pivot
	order  []int32 // by unknown: its place among the pivots, −1: none
	lines  []int32 // by unknown: how many lines hold it
	left   *int    // steps

	sum     []residue // of the line at hand, by unknown; 0 between lines
	touched []int32   // unknown that it held
	waiting []uint64  // bits of the pivots that it holds
}

// add adds a line, and reports whether there was time to. Pivots that the line
// holds are put in, the earliest first.
func (e *eliminator) add(row []term) bool {
	e.touched = e.touched[:0]
	e.waiting = append(e.waiting[:0], make([]uint64, len(e.pivots)/64+1)...)
	for _, t := range row {
		if t.minus {
			e.put(t.of, modulus-1)
		} else {
			e.put(t.of, 1)
		}
	}
	e.reduce()
	slices.Sort(e.touched)
	e.touched = slices.Compact(e.touched)
	e.solve()
	for _, of := range e.touched {
		e.sum[of] = 0
	}
	return *e.left > 0
}

// put adds an unknown, times a residue, to the line at hand.
func (e *eliminator) put(of int32, f residue) {
	if at := e.order[of]; at >= 0 {
		e.waiting[at/64] |= 1 << (at % 64)
	}
	e.touched = append(e.touched, of)
	e.sum[of] = e.sum[of].plus(f)
}

// reduce puts in the pivots that the line at hand holds.
func (e *eliminator) reduce() {
	for word := range e.waiting {
		for e.waiting[word] != 0 {
			at := word*64 + bits.TrailingZeros64(e.waiting[word])
			e.waiting[word] &= e.waiting[word] - 1
			p := &e.pivots[at]
			f := e.sum[p.of]
			e.sum[p.of] = 0
			if f == 0 {
				continue
			}
			*e.left -= len(p.terms)
			for _, t := range p.terms {
				e.put(t.of, f.times(t.f))
			}
		}
	}
}

// solve makes a pivot of what is left of the line at hand, if anything: of the
// unknown that fewest lines hold.
func (e *eliminator) solve() {
	best := int32(-1)
	for _, of := range e.touched {
		if e.sum[of] != 0 && (best < 0 || e.lines[of] < e.lines[best]) {
			best = of
		}
	}
	if best < 0 { // it says nothing new
		return
	}
	p := pivot{of: best}
	scale := e.sum[best].negative().inverse()
	for _, of := range e.touched {
		if of != best && e.sum[of] != 0 {
			p.terms = append(p.terms, weighted{of, e.sum[of].times(scale)})
		}
	}
	e.order[best] = int32(len(e.pivots)) //nolint:gosec // as many as cells
	e.pivots = append(e.pivots, p)
}

// residue is a number modulo the prime 2⁶¹ − 1.
type residue uint64

const modulus = 1<<61 - 1

func (a residue) plus(b residue) residue {
	if a += b; a >= modulus {
		a -= modulus
	}
	return a
}

func (a residue) negative() residue {
	if a == 0 {
		return 0
	}
	return modulus - a
}

func (a residue) times(b residue) residue {
	high, low := bits.Mul64(uint64(a), uint64(b))
	return residue(low & modulus).plus(residue(high<<3 | low>>61))
}

// inverse is a to the power of the modulus − 2, by Fermat's little theorem.
func (a residue) inverse() residue {
	out := residue(1)
	for e := uint64(modulus - 2); e > 0; e >>= 1 {
		if e&1 == 1 {
			out = out.times(a)
		}
		a = a.times(a)
	}
	return out
}

// scramble returns a residue that looks random, and is not 0 (S. Vigna's splitmix64).
func scramble(n uint64) residue {
	n *= 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return residue((n^n>>31)%(modulus-1) + 1)
}
