package sample

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Calibration is a set of weights that meet margins, ready to give estimates with
// the variance that calibration leaves. It is worked out once for all items.
type Calibration struct {
	strata  []Stratum
	stratum []int // of each respondent
	cluster []int // of each respondent; nil: everybody is one of his own
	in      []int // stratum of each cluster
	base    []float64
	weights []float64
	columns [][]int // dummy columns of each respondent that are 1
	factor  mat.Cholesky
	width   int
}

// ErrSingular is returned when margins say the same twice in a way that is not
// found by leaving out the first cell of each.
var ErrSingular = errors.New("the margins depend on each other")

// NewCalibration prepares estimates with calibrated weights. stratum[i] is the
// stratum of respondent i; base are the design weights, and weights the
// calibrated ones (PostStratify with the one margin, Rake, or CalibrateLinear
// with the margins). O(respondents × margins² + dummies³).
func NewCalibration(strata []Stratum, stratum []int, weights []float64, margins []Margin) (*Calibration, error) {
	if len(stratum) != len(weights) {
		return nil, ErrShape
	}
	c := &Calibration{strata: strata, stratum: stratum, weights: weights, base: make([]float64, len(stratum))}
	for i, h := range stratum {
		if h < 0 || h >= len(strata) || !strata[h].valid() {
			return nil, fmt.Errorf("%w: respondent %d is in no stratum", ErrShape, i+1)
		}
		c.base[i] = strata[h].weight()
	}
	var err error
	if c.columns, c.width, err = dummies(len(stratum), margins); err != nil {
		return nil, err
	}
	if !c.factor.Factorize(crossProducts(c.columns, c.base, c.width)) {
		return nil, ErrSingular
	}
	return c, nil
}

// NewClusterCalibration is NewCalibration for a sample of clusters: cluster[i] is
// the cluster of respondent i, in[c] the stratum of cluster c, strata[h] has the
// number of clusters, and base the design weights. Every sampled cluster must be
// there.
func NewClusterCalibration(strata []Stratum, in, cluster []int, base, weights []float64, margins []Margin) (*Calibration, error) {
	if len(cluster) != len(weights) || len(base) != len(weights) {
		return nil, ErrShape
	}
	c := &Calibration{strata: strata, stratum: make([]int, len(cluster)), cluster: cluster, in: in, base: base, weights: weights}
	for i, k := range cluster {
		if k < 0 || k >= len(in) || in[k] < 0 || in[k] >= len(strata) {
			return nil, fmt.Errorf("%w: respondent %d is in no cluster", ErrShape, i+1)
		}
		c.stratum[i] = in[k]
	}
	var err error
	if c.columns, c.width, err = dummies(len(cluster), margins); err != nil {
		return nil, err
	}
	if !c.factor.Factorize(crossProducts(c.columns, c.base, c.width)) {
		return nil, ErrSingular
	}
	return c, nil
}

// dummies lists the columns of the design matrix that are 1 for each respondent:
// the intercept, and one per cell of each margin but its first.
func dummies(n int, margins []Margin) ([][]int, int, error) {
	columns := make([][]int, n)
	flat := make([]int, 0, n*(len(margins)+1))
	offsets, width := make([]int, len(margins)), 1
	for j := range margins {
		if len(margins[j].Cells) != n {
			return nil, 0, fmt.Errorf("%w: %s", ErrShape, margins[j].Name)
		}
		offsets[j] = width - 1
		width += len(margins[j].Totals) - 1
	}
	for i := range n {
		start := len(flat)
		flat = append(flat, 0)
		for j := range margins {
			if cell := margins[j].Cells[i]; cell > 0 {
				flat = append(flat, offsets[j]+cell)
			}
		}
		columns[i] = flat[start:len(flat):len(flat)]
	}
	return columns, width, nil
}

// crossProducts is X'WX of dummy columns.
func crossProducts(columns [][]int, weights []float64, width int) *mat.SymDense {
	sums := make([]float64, width*width)
	for i, list := range columns {
		for _, a := range list {
			for _, b := range list {
				sums[a*width+b] += weights[i]
			}
		}
	}
	return mat.NewSymDense(width, sums)
}

// Mean estimates the mean of y over a domain with the calibrated weights. The
// linearised values are taken apart: only what the margins do not explain
// varies.
//
//	p = Σ_D w̃y/Σ_D w̃       u_i = 1_D (y_i − p)/Σ_D w̃
//	ê = u − X(X'WX)⁻¹X'Wu    with the base weights W
//	variance = that of the strata's sums of w̃·ê
//
// Source: J.-C. Deville and C.-E. Särndal, JASA 87 (1992) 376–382; equal to R's
// calibrate. It is not what R's rake gives, which sweeps residuals without
// weights. It returns false when nobody of the domain answered. Not for two
// goroutines at once. O(respondents × margins + dummies²).
func (c *Calibration) Mean(y []float64, domain []bool, lonely Lonely) (Estimate, bool) {
	if len(y) != len(c.weights) || len(domain) != len(c.weights) {
		return Estimate{}, false
	}
	var e Estimate
	var total, squares float64
	inside := make([]int64, len(c.strata))
	for i, in := range domain {
		if !in {
			continue
		}
		e.N++
		inside[c.stratum[i]]++
		w := c.weights[i]
		e.Weight += w
		total += float64(w * y[i])
		squares += float64(w * w)
	}
	if e.N == 0 || !(e.Weight > 0) {
		return Estimate{}, false
	}
	e.Value, e.Kish = total/e.Weight, e.Weight*e.Weight/squares
	u := func(i int) float64 {
		if !domain[i] {
			return 0
		}
		return (y[i] - e.Value) / e.Weight
	}
	beta, err := c.solve(u)
	if err != nil {
		return Estimate{}, false
	}
	e.Variance, e.Complete = c.variance(u, beta, inside, lonely)
	e.DF = c.degrees(domain, inside)
	return e, true
}

// variance is that of the sums of what the margins do not explain.
func (c *Calibration) variance(u func(i int) float64, beta []float64, inside []int64, lonely Lonely) (v float64, complete bool) {
	units := len(c.columns)
	if c.cluster != nil {
		units = len(c.in)
	}
	sums := make([]float64, units)
	for i, list := range c.columns {
		r := u(i)
		for _, col := range list {
			r -= beta[col]
		}
		unit := i
		if c.cluster != nil {
			unit = c.cluster[i]
		}
		sums[unit] += float64(r * c.weights[i])
	}
	sum, sumSquares := make([]float64, len(c.strata)), make([]float64, len(c.strata))
	touched := make([]bool, len(c.strata))
	for unit, z := range sums {
		of := c.stratum
		if c.cluster != nil {
			of = c.in
		}
		h := of[unit]
		sum[h] += z
		sumSquares[h] += float64(z * z)
		touched[h] = true
	}
	complete = true
	total := variance{lonely: lonely}
	for h, s := range c.strata {
		if inside[h] > 0 {
			complete = complete && s.rest() == 0
		}
		if touched[h] {
			total.add(s.Sampled, s.rest(), sum[h], sumSquares[h])
		}
	}
	return total.total(), complete
}

// degrees are the respondents, or clusters, of a domain, minus its strata.
func (c *Calibration) degrees(domain []bool, inside []int64) int {
	df := 0
	for _, n := range inside {
		if n > 0 {
			df--
		}
	}
	seen := make([]bool, len(c.in))
	for i, in := range domain {
		switch {
		case !in:
		case c.cluster == nil:
			df++
		case !seen[c.cluster[i]]:
			seen[c.cluster[i]] = true
			df++
		}
	}
	return df
}

// solve returns (X'WX)⁻¹X'Wu.
func (c *Calibration) solve(u func(i int) float64) ([]float64, error) {
	right := make([]float64, c.width)
	for i, list := range c.columns {
		value := u(i)
		if value == 0 {
			continue
		}
		value *= c.base[i]
		for _, col := range list {
			right[col] += value
		}
	}
	var beta mat.VecDense
	if err := c.factor.SolveVecTo(&beta, mat.NewVecDense(c.width, right)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSingular, err)
	}
	return beta.RawVector().Data, nil
}

// CalibrateLinear returns the weights that meet margins and are nearest to the
// ones given in the sense of least squares (generalised regression estimator).
// Some may be negative. Errors are those of Rake, and ErrSingular.
func CalibrateLinear(weights []float64, margins []Margin) ([]float64, error) {
	columns, width, err := dummies(len(weights), margins)
	if err != nil {
		return nil, err
	}
	gap, err := marginGap(weights, margins, columns, width)
	if err != nil {
		return nil, err
	}
	var factor mat.Cholesky
	if !factor.Factorize(crossProducts(columns, weights, width)) {
		return nil, ErrSingular
	}
	var lambda mat.VecDense
	if err := factor.SolveVecTo(&lambda, mat.NewVecDense(width, gap)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSingular, err)
	}
	out := make([]float64, len(weights))
	for i, list := range columns {
		g := 1.0
		for _, col := range list {
			g += lambda.AtVec(col)
		}
		if out[i] = weights[i] * g; math.IsNaN(out[i]) {
			return nil, ErrSingular
		}
	}
	return out, nil
}

// marginGap returns what weights lack of the margins, by dummy column.
func marginGap(weights []float64, margins []Margin, columns [][]int, width int) ([]float64, error) {
	if err := agree(weights, margins); err != nil {
		return nil, err
	}
	gap := make([]float64, width)
	at := 1
	for j := range margins {
		for cell, t := range margins[j].Totals {
			if j == 0 {
				gap[0] += t
			}
			if cell > 0 {
				gap[at] = t
				at++
			}
		}
	}
	for i, list := range columns {
		for _, col := range list {
			gap[col] -= weights[i]
		}
	}
	return gap, nil
}
