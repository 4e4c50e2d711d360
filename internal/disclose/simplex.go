package disclose

import "math"

// program is a linear program over variables between 0 and their upper bounds, at
// a basic solution that meets all equations: T x = const, with one column of the
// identity per basic variable. It keeps its basis from one objective to the next,
// so that a few steps lead from one optimum to another.
//
// It is dense, which suits tables of some hundred suppressed cells; gonum's
// simplex wants full rank, knows no upper bounds and starts anew each time.
type program struct {
	m, n  int
	t     [][]float64 // rows
	upper []float64
	x     []float64
	basis []int // variable of each row
	row   []int // of a variable, −1 when it is not basic
}

const (
	zero  = 1e-9 // what is less is rounding
	steps = 200  // times the number of columns: more steps than any program takes
)

// newProgram starts from a solution: equations holds rows of coefficients, which
// may depend on each other, and x meets them.
func newProgram(equations [][]float64, upper, x []float64) *program {
	p := &program{n: len(x), upper: upper, x: append([]float64(nil), x...), row: make([]int, len(x))}
	for j := range p.row {
		p.row[j] = -1
	}
	for _, e := range equations {
		r := append([]float64(nil), e...)
		for i, b := range p.basis {
			subtract(r, p.t[i], r[b])
		}
		best := -1
		for j, v := range r {
			if math.Abs(v) > zero && (best < 0 || p.inside(j) > p.inside(best)) {
				best = j
			}
		}
		if best < 0 {
			continue // follows from the others
		}
		scale(r, 1/r[best])
		for i := range p.t {
			subtract(p.t[i], r, p.t[i][best])
		}
		p.row[best] = len(p.basis)
		p.basis = append(p.basis, best)
		p.t = append(p.t, r)
	}
	p.m = len(p.basis)
	p.purify()
	return p
}

// inside is how far a variable is from its bounds.
func (p *program) inside(j int) float64 { return math.Min(p.x[j], p.upper[j]-p.x[j]) }

// purify moves every variable that is not basic to a bound, or makes it basic.
func (p *program) purify() {
	for j := range p.n {
		if p.row[j] < 0 && p.inside(j) > zero {
			p.move(j, -1)
		}
	}
}

// move changes a variable that is not basic in a direction until it or a basic one
// meets a bound; that one then leaves the basis. It returns how far it went.
func (p *program) move(j int, direction float64) float64 {
	limit := p.x[j]
	if direction > 0 {
		limit = p.upper[j] - p.x[j]
	}
	leaves := -1
	for i, b := range p.basis {
		rate := -p.t[i][j] * direction // of the basic variable
		var room float64
		switch {
		case rate > zero:
			room = (p.upper[b] - p.x[b]) / rate
		case rate < -zero:
			room = p.x[b] / -rate
		default:
			continue
		}
		room = math.Max(room, 0)
		if room < limit-zero || room <= limit && leaves >= 0 && math.Abs(p.t[i][j]) > math.Abs(p.t[leaves][j]) {
			limit, leaves = math.Min(limit, room), i
		}
	}
	p.x[j] += direction * limit
	for i, b := range p.basis {
		p.x[b] -= float64(p.t[i][j] * direction * limit)
		if math.Abs(p.x[b]) < zero {
			p.x[b] = 0
		}
	}
	if leaves >= 0 {
		p.pivot(leaves, j)
	}
	return limit
}

func (p *program) pivot(i, j int) {
	r := p.t[i]
	scale(r, 1/r[j])
	r[j] = 1
	for k := range p.t {
		if k != i && p.t[k][j] != 0 {
			subtract(p.t[k], r, p.t[k][j])
			p.t[k][j] = 0
		}
	}
	p.row[p.basis[i]] = -1
	p.basis[i], p.row[j] = j, i
}

// minimize goes to a solution where Σ cost·x is least, and returns that. It stops
// earlier at stop, which may be −∞. A false means that it did not get there, which
// only rounding can cause.
func (p *program) minimize(cost []float64, stop float64) (float64, bool) {
	reduced := make([]float64, p.n)
	still := 0
	for range steps * (p.n + p.m) {
		value := 0.0
		for j, c := range cost {
			value += float64(c * p.x[j])
		}
		if value <= stop {
			return value, true
		}
		copy(reduced, cost)
		for i, b := range p.basis {
			subtract(reduced, p.t[i], cost[b])
		}
		enters := p.entering(reduced, still >= patience)
		if enters < 0 {
			return value, true
		}
		direction := 1.0
		if reduced[enters] > 0 {
			direction = -1
		}
		still++
		if p.move(enters, direction) > zero {
			still = 0
		}
	}
	return 0, false
}

// patience is how many steps that lead nowhere are taken before the rule that
// can't go round in circles (Bland's) is followed.
const patience = 50

// entering returns the variable whose change lowers the cost most steeply, or
// simply the first that lowers it, −1 when none does.
func (p *program) entering(reduced []float64, first bool) int {
	best := -1
	for j, d := range reduced {
		lowers := d < -zero && p.x[j] < p.upper[j]-zero || d > zero && p.x[j] > zero
		if p.row[j] >= 0 || !lowers {
			continue
		}
		if first {
			return j
		}
		if best < 0 || math.Abs(d) > math.Abs(reduced[best]) {
			best = j
		}
	}
	return best
}

// subtract takes a multiple of b from a.
func subtract(a, b []float64, times float64) {
	if times == 0 {
		return
	}
	for j, v := range b {
		if v != 0 {
			a[j] -= float64(times * v)
		}
	}
}

func scale(a []float64, times float64) {
	for j := range a {
		a[j] *= times
	}
}
