package stat

import (
	"math"
	"math/bits"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// MaxDrivers is how many drivers NewDrivers takes apart exactly: 4 096 subsets.
const MaxDrivers = 12

// Drivers tells how much of the differences in an overall answer go along with
// those in others. It is correlation, not cause.
type Drivers struct {
	N      int
	R2     float64 // of all drivers together
	Driver []Driver
}

// Driver is one of them.
type Driver struct {
	Correlation float64 // Pearson's, with the overall answer
	Beta        float64 // standardised coefficient of the regression on all drivers
	LMG         float64 // its share of R²: the mean of what it adds over all orders; they sum to R2
	Johnson     float64 // relative weight, also summing to R2
	VIF         float64 // variance inflation: how much the others already say
}

// NewDrivers takes R² of the regression of y on the columns of x apart (weights
// may be nil).
//
//	LMG_j = Σ_S |S|!(k−1−|S|)!/k! (R²(S∪j) − R²(S))      all subsets S without j
//
// Sources: R. H. Lindeman, P. F. Merenda and R. Z. Gold, Introduction to Bivariate
// and Multivariate Analysis (1980), the same as Shapley's value; J. W. Johnson,
// Multivariate Behavioral Research 35 (2000) 1–19. It returns false for no or more
// than MaxDrivers drivers, too few rows, or drivers that depend on each other
// wholly. O(rows × k² + 2^k k³).
func NewDrivers(y []float64, x *mat.Dense, weights []float64) (Drivers, bool) {
	n, k := x.Dims()
	if k == 0 || k > MaxDrivers || n != len(y) || n < k+2 {
		return Drivers{}, false
	}
	all := mat.NewDense(n, k+1, nil)
	for i := range n {
		all.Set(i, 0, y[i])
		for j := range k {
			all.Set(i, j+1, x.At(i, j))
		}
	}
	var c mat.SymDense
	stat.CorrelationMatrix(&c, all, weights)
	if math.IsNaN(mat.Sum(&c)) {
		return Drivers{}, false
	}
	r2 := make([]float64, 1<<k)
	for s := 1; s < len(r2); s++ {
		var ok bool
		if r2[s], ok = explained(&c, s, k); !ok {
			return Drivers{}, false
		}
	}
	d := Drivers{N: n, R2: r2[len(r2)-1], Driver: make([]Driver, k)}
	weight := make([]float64, k)
	for size := range k {
		weight[size] = 1 / (float64(k) * binomial(k-1, size))
	}
	for s := range r2 {
		for j := range k {
			if s&(1<<j) == 0 {
				d.Driver[j].LMG += weight[bits.OnesCount(uint(s))] * (r2[s|1<<j] - r2[s])
			}
		}
	}
	ok := d.details(&c)
	return d, ok
}

func binomial(n, k int) float64 {
	x := 1.0
	for i := range k {
		x *= float64(n-i) / float64(i+1)
	}
	return x
}

// explained is R² of the drivers of a subset.
func explained(c *mat.SymDense, subset, k int) (float64, bool) {
	var in []int
	for j := range k {
		if subset&(1<<j) != 0 {
			in = append(in, j+1)
		}
	}
	m := len(in)
	a, b := mat.NewSymDense(m, nil), mat.NewVecDense(m, nil)
	for i := range m {
		b.SetVec(i, c.At(0, in[i]))
		for j := i; j < m; j++ {
			a.SetSym(i, j, c.At(in[i], in[j]))
		}
	}
	var f mat.Cholesky
	if !f.Factorize(a) {
		return 0, false
	}
	var beta mat.VecDense
	if err := f.SolveVecTo(&beta, b); err != nil {
		return 0, false
	}
	return mat.Dot(&beta, b), true
}

// details fills in what follows from the correlations of all drivers.
func (d *Drivers) details(c *mat.SymDense) bool {
	k := len(d.Driver)
	a, b := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
	for i := range k {
		b.SetVec(i, c.At(0, i+1))
		for j := i; j < k; j++ {
			a.SetSym(i, j, c.At(i+1, j+1))
		}
	}
	var f mat.Cholesky
	var inverse mat.SymDense
	var beta mat.VecDense
	if !f.Factorize(a) || f.InverseTo(&inverse) != nil || f.SolveVecTo(&beta, b) != nil {
		return false
	}
	var e mat.EigenSym
	if !e.Factorize(a, true) {
		return false
	}
	var vectors, half, scaled mat.Dense
	e.VectorsTo(&vectors)
	root := mat.NewDiagDense(k, nil)
	for i, v := range e.Values(nil) {
		root.SetDiag(i, math.Sqrt(math.Max(v, 0)))
	}
	scaled.Mul(&vectors, root)
	half.Mul(&scaled, vectors.T()) // the square root of the correlations
	var orthogonal mat.VecDense
	if err := orthogonal.SolveVec(&half, b); err != nil {
		return false
	}
	for i := range k {
		one := &d.Driver[i]
		one.Correlation, one.Beta, one.VIF = b.AtVec(i), beta.AtVec(i), inverse.At(i, i)
		for j := range k {
			l := half.At(i, j)
			one.Johnson += l * l * orthogonal.AtVec(j) * orthogonal.AtVec(j)
		}
	}
	return true
}

// Quadrant says what to do about a driver, by its importance and performance
// beside the means of all: fix_first, keep_up, maintain or low_priority. Source:
// J. A. Martilla and J. C. James, Journal of Marketing 41 (1977) 77–79.
func Quadrant(importance, performance, meanImportance, meanPerformance float64) string {
	switch {
	case importance >= meanImportance && performance >= meanPerformance:
		return "keep_up"
	case importance >= meanImportance:
		return "fix_first"
	case performance >= meanPerformance:
		return "maintain"
	}
	return "low_priority"
}
