package main

import (
	"fmt"
	"slices"
	"strings"
)

// around is how many lines stand around a change.
const around = 3

// pair is a line of the one text that is kept, and where it stands in the other.
type pair struct{ old, now int }

// change is a line of a difference: kept, taken away, or new.
type change struct {
	sign byte // one of space, - and +
	line string
}

// unifiedDiff shows what changes from one text to another, as patch reads it;
// nothing when they are the same.
func unifiedDiff(name, old, now string) string {
	if old == now {
		return ""
	}
	all := changes(withoutEnd(strings.SplitAfter(old, "\n")), withoutEnd(strings.SplitAfter(now, "\n")))
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s (formatted)\n", name, name)
	at := pair{} // lines of both texts before what is looked at
	for i := 0; i < len(all); {
		first, last := hunk(all, i)
		for ; i < first; i++ { // kept, and not shown
			at.old, at.now = at.old+1, at.now+1
		}
		next := at
		for _, c := range all[first:last] {
			if c.sign != '+' {
				next.old++
			}
			if c.sign != '-' {
				next.now++
			}
		}
		if first < last {
			fmt.Fprintf(&out, "@@ -%s +%s @@\n", span(at.old, next.old), span(at.now, next.now))
		}
		for _, c := range all[first:last] {
			out.WriteString(string(c.sign) + strings.TrimSuffix(c.line, "\n") + "\n")
			if !strings.HasSuffix(c.line, "\n") {
				out.WriteString("\\ No newline at end of file\n")
			}
		}
		at, i = next, last
	}
	return out.String()
}

// hunk finds the next lines to be shown, from an index on: changes that stand
// near each other, and the lines around them.
func hunk(all []change, from int) (first, last int) {
	first, last = len(all), len(all)
	for i := from; i < len(all) && i < last+around; i++ {
		if all[i].sign != ' ' {
			first, last = min(first, max(from, i-around)), min(i+1+around, len(all))
		}
	}
	return first, last
}

// changes lists the lines of two texts in one order.
func changes(a, b []string) []change {
	var all []change
	at := pair{}
	for _, k := range append(keptLines(a, b, 0, 0), pair{len(a), len(b)}) {
		for _, line := range a[at.old:k.old] {
			all = append(all, change{'-', line})
		}
		for _, line := range b[at.now:k.now] {
			all = append(all, change{'+', line})
		}
		if k.old < len(a) {
			all = append(all, change{' ', a[k.old]})
		}
		at = pair{k.old + 1, k.now + 1}
	}
	return all
}

func withoutEnd(lines []string) []string {
	if lines[len(lines)-1] == "" {
		return lines[:len(lines)-1]
	}
	return lines
}

// span says which lines a hunk is about.
func span(from, to int) string {
	if from == to {
		return fmt.Sprintf("%d,0", from)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

// keptLines finds lines that two texts share, in order: those at both ends, and
// between them those that each text has once, with what is the same around them.
// It takes O(n log n), and need not find as many as there could be.
func keptLines(a, b []string, oldAt, nowAt int) []pair {
	var kept []pair
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		kept = append(kept, pair{oldAt + start, nowAt + start})
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	if middle := anchors(a[start:len(a)-end], b[start:len(b)-end]); len(middle) > 0 {
		at := pair{start, start}
		for _, m := range append(middle, pair{len(a) - end - start, len(b) - end - start}) {
			next := pair{start + m.old, start + m.now}
			kept = append(kept, keptLines(a[at.old:next.old], b[at.now:next.now], oldAt+at.old, nowAt+at.now)...)
			if m.old < len(a)-end-start {
				kept = append(kept, pair{oldAt + next.old, nowAt + next.now})
			}
			at = pair{next.old + 1, next.now + 1}
		}
	}
	for i := end; i > 0; i-- {
		kept = append(kept, pair{oldAt + len(a) - i, nowAt + len(b) - i})
	}
	return kept
}

// anchors are the lines that both texts have exactly once, as many as stand in
// the same order.
func anchors(a, b []string) []pair {
	type places struct{ inA, inB, old, now int }
	seen := map[string]*places{}
	look := func(lines []string, note func(p *places, i int)) {
		for i, line := range lines {
			if seen[line] == nil {
				seen[line] = &places{}
			}
			note(seen[line], i)
		}
	}
	look(a, func(p *places, i int) { p.inA, p.old = p.inA+1, i })
	look(b, func(p *places, i int) { p.inB, p.now = p.inB+1, i })
	var list []pair // by place in a
	for i, line := range a {
		if p := seen[line]; p.inA == 1 && p.inB == 1 {
			list = append(list, pair{i, p.now})
		}
	}
	// The longest part of the list that rises in b: tails are the last of the
	// best parts of each length, before is who comes before whom.
	var tails []int
	before := make([]int, len(list))
	for i, p := range list {
		n, _ := slices.BinarySearchFunc(tails, p.now, func(t, now int) int { return list[t].now - now })
		before[i] = -1
		if n > 0 {
			before[i] = tails[n-1]
		}
		tails = append(tails[:n], append([]int{i}, tails[min(n+1, len(tails)):]...)...)
	}
	if len(tails) == 0 {
		return nil
	}
	best := make([]pair, len(tails))
	for i, n := tails[len(tails)-1], len(tails)-1; n >= 0; i, n = before[i], n-1 {
		best[n] = list[i]
	}
	return best
}
