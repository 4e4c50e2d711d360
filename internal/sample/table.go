package sample

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"hailong/internal/stat"
)

// Shares are the shares of the cells of a table over a domain, with their
// covariance by the design.
type Shares struct {
	N   int64 // answers
	DF  int   // respondents or clusters, minus strata
	P   []float64
	Cov *mat.SymDense
}

// NewShares estimates the shares of cells from counts: counts[h][k] respondents of
// stratum h are in cell k. Equal to R's svymean of a factor. It returns false
// when nobody answered or a stratum can't be. O(strata × cells²).
func NewShares(strata []Stratum, counts [][]int64, lonely Lonely) (Shares, bool) {
	if len(strata) == 0 || len(counts) == 0 {
		return Shares{}, false
	}
	k := len(counts[0])
	inside, ok := domain(strata, counts, k)
	if !ok {
		return Shares{}, false
	}
	s := Shares{P: make([]float64, k)}
	total := 0.0
	for h := range strata {
		if inside[h] == 0 {
			continue
		}
		w := strata[h].weight()
		for c, n := range counts[h] {
			s.P[c] += float64(w * float64(n))
		}
		s.N += inside[h]
		s.DF += int(inside[h]) - 1
		total += float64(w * float64(inside[h]))
	}
	if s.N == 0 {
		return Shares{}, false
	}
	for c := range s.P {
		s.P[c] /= total
	}
	sum := covariance{lonely: lonely, k: k, all: make([]float64, k*k)}
	for h := range strata {
		if inside[h] > 0 {
			first, second := s.linearised(counts[h], float64(inside[h]), strata[h].weight()/total)
			sum.add(strata[h].Sampled, strata[h].rest(), first, second)
		}
	}
	s.Cov = mat.NewSymDense(k, sum.total())
	return s, true
}

// linearised returns the sums, and the sums of products, of the values w(1_a − p_a)
// of the respondents of a stratum.
func (s *Shares) linearised(counts []int64, inside, w float64) (first, second []float64) {
	k := len(counts)
	first, second = make([]float64, k), make([]float64, k*k)
	for a := range k {
		na := float64(counts[a])
		first[a] = w * (na - float64(s.P[a]*inside))
		for b := range k {
			cross := float64(s.P[a]*s.P[b]*inside) - float64(s.P[b]*na) - float64(s.P[a]*float64(counts[b]))
			if a == b {
				cross += na
			}
			second[a*k+b] = w * w * cross
		}
	}
	return first, second
}

// CellCluster is a sampled cluster with the weights of its respondents by cell.
type CellCluster struct {
	Stratum int   // index
	N       int64 // respondents
	W       []float64
}

// NewClusterShares is NewShares for a sample of clusters; strata[h] has the number
// of clusters, and every sampled one must be there.
func NewClusterShares(strata []Stratum, clusters []CellCluster, stages Stages, lonely Lonely) (Shares, bool) {
	if len(strata) == 0 || len(clusters) == 0 {
		return Shares{}, false
	}
	k := len(clusters[0].W)
	s := Shares{P: make([]float64, k)}
	total := 0.0
	seen := make([]int, len(strata))
	for _, c := range clusters {
		if len(c.W) != k || c.Stratum < 0 || c.Stratum >= len(strata) {
			return Shares{}, false
		}
		inside := c.all()
		for a, w := range c.W {
			s.P[a] += w
		}
		total += inside
		s.N += c.N
		if inside > 0 {
			seen[c.Stratum]++
		}
	}
	if !(total > 0) {
		return Shares{}, false
	}
	for a := range s.P {
		s.P[a] /= total
	}
	first, second := s.clusterProducts(clusters, len(strata), total)
	sum := covariance{lonely: lonely, k: k, all: make([]float64, k*k)}
	for h := range strata {
		if seen[h] == 0 {
			continue
		}
		s.DF += seen[h] - 1
		rest := 1.0
		if stages != WithReplacement {
			rest = strata[h].rest()
		}
		sum.add(strata[h].Sampled, rest, first[h], second[h])
	}
	s.Cov = mat.NewSymDense(k, sum.total())
	return s, true
}

// all is the weight of all respondents of a cluster.
func (c *CellCluster) all() float64 {
	sum := 0.0
	for _, w := range c.W {
		sum += w
	}
	return sum
}

// clusterProducts returns, by stratum, the sums and the sums of products of the
// clusters' linearised values.
func (s *Shares) clusterProducts(clusters []CellCluster, strata int, total float64) (first, second [][]float64) {
	k := len(s.P)
	first, second = make([][]float64, strata), make([][]float64, strata)
	for h := range strata {
		first[h], second[h] = make([]float64, k), make([]float64, k*k)
	}
	z := make([]float64, k)
	for i := range clusters {
		c := &clusters[i]
		inside := c.all()
		for a, w := range c.W {
			z[a] = (w - float64(s.P[a]*inside)) / total
			first[c.Stratum][a] += z[a]
		}
		for a := range k {
			for b := range k {
				second[c.Stratum][a*k+b] += float64(z[a] * z[b])
			}
		}
	}
	return first, second
}

// covariance is variance for many values at once.
type covariance struct {
	lonely       Lonely
	k            int
	all          []float64
	strata, lone int
}

func (v *covariance) add(n int64, rest float64, first, second []float64) {
	v.strata++
	if rest < 1e-7 {
		return
	}
	m, scale := float64(n), rest
	switch {
	case n > 1:
		scale = rest * m / (m - 1)
	case v.lonely == Average:
		v.lone++
		return
	case v.lonely != Adjust:
		return
	}
	for a := range v.k {
		for b := range v.k {
			x := second[a*v.k+b]
			if n > 1 {
				x -= float64(first[a]*first[b]) / m
			}
			v.all[a*v.k+b] += float64(scale * x)
		}
	}
}

func (v *covariance) total() []float64 {
	if v.lone > 0 && v.lone < v.strata {
		for i := range v.all {
			v.all[i] *= float64(v.strata) / float64(v.strata-v.lone)
		}
	}
	return v.all
}

// Independence is a test of whether the rows and the columns of a table are
// independent.
type Independence struct {
	F, DF1, DF2 float64
	P           float64
	ChiSquareP  float64 // of Pearson's statistic over the mean design effect, the first-order correction
}

// RaoScott tests the independence of a table of rows × columns, given the shares
// of its cells row by row: Pearson's statistic over the mean design effect, with
// the second-order correction, as an F statistic.
//
//	F = X²/tr Δ      df1 = (tr Δ)²/tr Δ²      df2 = df1 × degrees of freedom
//	Δ = (C'D⁻¹C/n)⁻¹ C'D⁻¹VD⁻¹C,  D = diag p,  C the interactions without main effects
//
// Source: J. N. K. Rao and A. J. Scott, Annals of Statistics 12 (1984) 46–60;
// equal to R's svychisq(statistic = "F"). It returns false when a row or column is
// empty, there are fewer than two, or the design has no degrees of freedom.
func RaoScott(s Shares, rows, columns int) (Independence, bool) {
	k := rows * columns
	if rows < 2 || columns < 2 || len(s.P) != k || s.DF <= 0 {
		return Independence{}, false
	}
	row, column := make([]float64, rows), make([]float64, columns)
	for i := range rows {
		for j := range columns {
			row[i] += s.P[i*columns+j]
			column[j] += s.P[i*columns+j]
		}
	}
	x2, n := 0.0, float64(s.N)
	for i := range rows {
		for j := range columns {
			expected := row[i] * column[j]
			if !(expected > 0) {
				return Independence{}, false
			}
			d := s.P[i*columns+j] - expected
			x2 += n * d * d / expected
		}
	}
	delta, ok := generalizedEffects(s, rows, columns)
	if !ok {
		return Independence{}, false
	}
	q := (rows - 1) * (columns - 1)
	trace, squares := 0.0, 0.0
	for i := range q {
		trace += delta.At(i, i)
		for j := range q {
			squares += float64(delta.At(i, j) * delta.At(j, i))
		}
	}
	if !(trace > 0) || !(squares > 0) {
		return Independence{}, false
	}
	out := Independence{F: x2 / trace, DF1: trace * trace / squares}
	out.DF2 = out.DF1 * float64(s.DF)
	out.P, _ = stat.FTail(out.F, out.DF1, out.DF2)
	out.ChiSquareP, _ = stat.ChiSquareTail(x2/trace*float64(q), float64(q))
	return out, true
}

// generalizedEffects returns Δ of RaoScott.
func generalizedEffects(s Shares, rows, columns int) (*mat.Dense, bool) {
	k, q := rows*columns, (rows-1)*(columns-1)
	// The interactions, freed of what rows and columns explain: the product of
	// contrasts that are centred over rows and over columns.
	c := mat.NewDense(k, q, nil)
	for a := range rows - 1 {
		for b := range columns - 1 {
			for i := range rows {
				for j := range columns {
					c.Set(i*columns+j, a*(columns-1)+b, centred(i, a+1, rows)*centred(j, b+1, columns))
				}
			}
		}
	}
	scaled := mat.NewDense(k, q, nil)
	for i := range k {
		if s.P[i] == 0 {
			continue
		}
		for j := range q {
			scaled.Set(i, j, c.At(i, j)/s.P[i])
		}
	}
	var denominator, v, numerator, delta mat.Dense
	denominator.Mul(c.T(), scaled)
	denominator.Scale(1/float64(s.N), &denominator)
	v.Mul(s.Cov, scaled)
	numerator.Mul(scaled.T(), &v)
	if err := delta.Solve(&denominator, &numerator); err != nil {
		return nil, false
	}
	return &delta, true
}

// centred is the indicator of a level minus its mean.
func centred(level, of, levels int) float64 {
	x := -1 / float64(levels)
	if level == of {
		x++
	}
	return x
}

// Wald tests the independence of a table of rows × columns, given how many
// respondents of each stratum are in each cell, row by row: by the deviations of
// its cells from what rows and columns lead to expect, with their covariance by
// linearisation. With T the estimated totals of the cells:
//
//	Y_ij = T_ij − T_i. T_.j / T for all but one row and column,  W = Y'V⁻¹Y
//	F = W (DF − q + 1)/(q DF) with q = (rows−1)(columns−1) and DF − q + 1 degrees of freedom
//
// Source: Koch, Freeman and Freeman, International Statistical
// Review 43 (1975) 59–78; equal to R's svychisq(statistic = "adjWald"). It returns
// false where RaoScott does, or when DF is below q. ChiSquareP is not set.
func Wald(strata []Stratum, counts [][]int64, rows, columns int, lonely Lonely) (Independence, bool) {
	k, q := rows*columns, (rows-1)*(columns-1)
	s, ok := NewShares(strata, counts, lonely)
	if !ok || rows < 2 || columns < 2 || len(s.P) != k || s.DF < q {
		return Independence{}, false
	}
	totals := make([]float64, k)
	sum := covariance{lonely: lonely, k: k, all: make([]float64, k*k)}
	for h := range strata {
		w, inside := strata[h].weight(), int64(0)
		first, second := make([]float64, k), make([]float64, k*k)
		for c, n := range counts[h] {
			inside += n
			first[c] = w * float64(n)
			second[c*k+c] = w * w * float64(n)
			totals[c] += first[c]
		}
		if inside > 0 {
			sum.add(strata[h].Sampled, strata[h].rest(), first, second)
		}
	}
	y, jacobian := deviations(totals, rows, columns)
	var half, v mat.Dense
	half.Mul(jacobian, mat.NewSymDense(k, sum.total()))
	v.Mul(&half, jacobian.T())
	var solved mat.VecDense
	if err := solved.SolveVec(&v, y); err != nil {
		return Independence{}, false
	}
	w := mat.Dot(y, &solved)
	if math.IsNaN(w) || w < 0 {
		return Independence{}, false
	}
	out := Independence{DF1: float64(q), DF2: float64(s.DF - q + 1)}
	out.F = w * out.DF2 / (float64(q) * float64(s.DF))
	out.P, _ = stat.FTail(out.F, out.DF1, out.DF2)
	return out, true
}

// deviations returns Y of Wald and its derivatives by the totals of the cells.
func deviations(totals []float64, rows, columns int) (*mat.VecDense, *mat.Dense) {
	row, column, all := make([]float64, rows), make([]float64, columns), 0.0
	for i, t := range totals {
		row[i/columns] += t
		column[i%columns] += t
		all += t
	}
	q := (rows - 1) * (columns - 1)
	y, jacobian := mat.NewVecDense(q, nil), mat.NewDense(q, len(totals), nil)
	for at := range q {
		i, j := at/(columns-1), at%(columns-1)
		expected := row[i] * column[j] / all
		y.SetVec(at, totals[i*columns+j]-expected)
		for m := range totals {
			d := expected / all
			if m == i*columns+j {
				d++
			}
			if m/columns == i {
				d -= column[j] / all
			}
			if m%columns == j {
				d -= row[i] / all
			}
			jacobian.Set(at, m, d)
		}
	}
	return y, jacobian
}
