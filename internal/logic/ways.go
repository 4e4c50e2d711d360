package logic

import (
	"math"
	"slices"
)

// ways returns an upper bound of the number of ways in which a browser, which
// tries one after the other, reads the longest text with a piece. follow are the
// characters that may come behind the piece.
//
// There is one way where the next character decides: whether to go on with a
// repeat or to leave it, which branch of a choice to take. Where it does not, all
// possible ends of the repeat, or all branches, are counted. The bound of a
// sequence is the product of its parts', that of a repeat a power.
func (p *patternParser) ways(x *piece, follow runes) float64 {
	n := 1.0
	switch x.kind {
	case oneOf:
	case sequence:
		for _, part := range slices.Backward(x.of) {
			n *= p.ways(part, follow)
			p.bound(n, part)
			if part.empty {
				follow = union(follow, part.first)
			} else {
				follow = part.first
			}
		}
	case choice:
		n = p.branches(x, follow)
	case repeat:
		n = p.repeated(x, follow)
	}
	p.bound(n, x)
	return n
}

// bound fails when there are too many ways; the place is the smallest piece that
// has them.
func (p *patternParser) bound(n float64, x *piece) {
	if n > maxWays {
		p.fail(x.at, "a text could be read in too many ways here, which can stop a browser",
			`let the next character decide, as in \w+(\.\w+)* instead of (\w+\.?)*, or give small limits, as in {1,20}`)
	}
}

// branches bounds a choice: of branches that begin differently one can be taken.
func (p *patternParser) branches(x *piece, follow runes) float64 {
	sum, most := 0.0, 0.0
	var seen runes
	decided, empty := true, false
	for _, branch := range x.of {
		n := p.ways(branch, follow)
		sum, most = sum+n, max(most, n)
		first := branch.first
		if branch.empty {
			decided = decided && !empty
			empty = true
			first = union(first, follow)
		}
		decided = decided && !first.meets(seen)
		seen = union(seen, first)
	}
	if decided {
		return most
	}
	return sum
}

// repeated bounds a repeat.
func (p *patternParser) repeated(x *piece, follow runes) float64 {
	body, most := x.of[0], float64(x.most)
	if x.most == endless {
		most = longText
	}
	inside := follow
	if x.most != 1 {
		inside = union(follow, body.first)
	}
	n := p.ways(body, inside)
	if n > 1 && x.most == endless {
		n = math.Inf(1)
	}
	n = math.Pow(n, most)
	if x.least != x.most && (body.empty || body.first.meets(follow)) {
		n *= most - float64(x.least) + 1
	}
	return n
}
