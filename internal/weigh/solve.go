package weigh

import "math"

// projection fits respondents' values by the margins, by least squares with the
// base weights. The largest margin, often one of thousands of agencies, has a
// column for each of its cells; these hold different respondents, so that their
// part of X'WX is a diagonal that is divided away (the Schur complement), and only
// the cells of the other margins, all but the first of each, make a matrix that
// has to be decomposed:
//
//	X'WX = [D B; B' C]    S = C − B'D⁻¹B
//	β₂ = S⁻¹(r₂ − B'D⁻¹r₁)    β₁ = D⁻¹(r₁ − Bβ₂)
type projection struct {
	big      []int     // by combination: cell of the largest margin
	columns  [][]int   // by combination: columns of the others that are 1
	diagonal []float64 // D
	cross    []float64 // B, row by row
	small    *factor   // of S
	width    int       // of S
}

// newProjection prepares the fit for all estimates. O(combinations × margins² +
// cells of the largest margin × others² + others³).
func newProjection(combos []combination, margins []*placed) *projection {
	p := &projection{big: make([]int, len(combos)), columns: make([][]int, len(combos))}
	cells := p.place(combos, margins)
	k := p.width
	p.diagonal, p.cross = make([]float64, cells), make([]float64, cells*k)
	square := make([]float64, k*k)
	for i := range combos {
		w := combos[i].base * float64(combos[i].n)
		p.diagonal[p.big[i]] += w
		for _, a := range p.columns[i] {
			p.cross[p.big[i]*k+a] += w
			for _, b := range p.columns[i] {
				square[a*k+b] += w
			}
		}
	}
	lengths := make([]float64, k)
	for a := range k {
		lengths[a] = square[a*k+a]
	}
	for cell, d := range p.diagonal {
		row := p.cross[cell*k : cell*k+k]
		for a, x := range row {
			if x == 0 {
				continue
			}
			for b, y := range row {
				square[a*k+b] -= float64(x * y / d)
			}
		}
	}
	p.small = factorize(square, k, lengths)
	return p
}

// place finds the largest margin and the columns of the others, and returns how
// many cells the largest has; without margins all combinations are in one.
func (p *projection) place(combos []combination, margins []*placed) int {
	largest, cells := -1, 1
	for j, m := range margins {
		if largest < 0 || len(m.people) > cells {
			largest, cells = j, len(m.people)
		}
	}
	for j, m := range margins {
		if j == largest {
			copy(p.big, m.of)
			continue
		}
		for i := range combos {
			if at := m.of[i]; at > 0 {
				p.columns[i] = append(p.columns[i], p.width+at-1)
			}
		}
		p.width += len(m.people) - 1
	}
	return cells
}

// fit replaces X'Wu, by cells of the largest margin and by the other columns, by
// the coefficients.
func (p *projection) fit(big, other []float64) {
	k := p.width
	for cell, d := range p.diagonal {
		if d > 0 && big[cell] != 0 {
			for a, x := range p.cross[cell*k : cell*k+k] {
				other[a] -= float64(x * big[cell] / d)
			}
		}
	}
	p.small.solve(other)
	for cell, d := range p.diagonal {
		if !(d > 0) {
			continue
		}
		sum := big[cell]
		for a, x := range p.cross[cell*k : cell*k+k] {
			sum -= float64(x * other[a])
		}
		big[cell] = sum / d
	}
}

// value is what the margins say of a combination.
func (p *projection) value(i int, big, other []float64) float64 {
	sum := big[p.big[i]]
	for _, col := range p.columns[i] {
		sum += other[col]
	}
	return sum
}

// factor is the Cholesky decomposition of a symmetric matrix whose columns may
// depend on each other, as those of margins do: the cells of sex add up to
// those of sex and age. A column that the ones before it explain gets no
// coefficient, which changes no fitted value. Plain loops with every product
// rounded by itself give the same bits on every processor, which the kernels of a
// library of linear algebra do not promise.
type factor struct {
	width int
	l     []float64 // lower triangle, row by row; whole rows of width
	alias []bool
}

// dependent is what share of a column's length is rounding, where others explain it.
const dependent = 1e-10

// factorize decomposes a matrix, in place; lengths are those of its columns before
// anything was explained. O(width³).
func factorize(m []float64, width int, lengths []float64) *factor {
	f := &factor{width: width, l: m, alias: make([]bool, width)}
	for j := range width {
		row := m[j*width : j*width+j]
		pivot := m[j*width+j]
		for _, x := range row {
			pivot -= float64(x * x)
		}
		if !(pivot > dependent*lengths[j]) {
			f.alias[j] = true
			m[j*width+j] = 1
			for i := j + 1; i < width; i++ {
				m[i*width+j] = 0
			}
			continue
		}
		root := math.Sqrt(pivot)
		m[j*width+j] = root
		for i := j + 1; i < width; i++ {
			other := m[i*width : i*width+j]
			sum := m[i*width+j]
			for k, x := range row {
				sum -= float64(x * other[k])
			}
			m[i*width+j] = sum / root
		}
	}
	return f
}

// solve replaces right by the solution. Aliased columns get 0.
func (f *factor) solve(right []float64) {
	w := f.width
	for i := range w {
		if f.alias[i] {
			right[i] = 0
			continue
		}
		sum := right[i]
		for k := range i {
			sum -= float64(f.l[i*w+k] * right[k])
		}
		right[i] = sum / f.l[i*w+i]
	}
	for i := w - 1; i >= 0; i-- {
		if f.alias[i] {
			right[i] = 0
			continue
		}
		sum := right[i]
		for k := i + 1; k < w; k++ {
			sum -= float64(f.l[k*w+i] * right[k])
		}
		right[i] = sum / f.l[i*w+i]
	}
}
