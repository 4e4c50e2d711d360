package sample

import "math"

// Cluster is a sampled cluster (primary sampling unit) with the sums over its
// respondents in the domain; w is a respondent's weight, y his value.
type Cluster struct {
	Stratum    int     // index
	N          int64   // valid answers in the domain
	Sampled    int64   // all respondents of the cluster
	Population int64   // of the cluster; 0: not known, the second stage has no correction
	W, WY      float64 // Σw, Σwy
	WW         float64 // Σw²
	WWY, WWYY  float64 // Σw²y, Σw²y²
	WYY        float64 // Σwy²
}

// Add counts one answer of the domain.
func (c *Cluster) Add(w, y float64) {
	c.N++
	c.W += w
	c.WY += float64(w * y)
	c.WYY += float64(w * y * y)
	c.WW += float64(w * w)
	c.WWY += float64(w * w * y)
	c.WWYY += float64(w * w * y * y)
}

// Stages says which finite populations a variance of clusters takes into account.
type Stages uint8

// The ways. WithReplacement is the ultimate cluster variance: cautious, and all
// that is needed where few clusters of many were drawn.
const (
	WithReplacement Stages = iota
	FirstStage             // correction for the share of clusters drawn
	BothStages             // and, beside it, the variance within clusters
)

// ClusterMean estimates a mean over a domain of a sample of clusters. strata[h]
// has the number of clusters: Sampled m_h, of Population M_h. Every sampled
// cluster must be among clusters, also one without anybody in the domain, which
// counts with 0.
//
//	p = Σwy/Σw      z_hc = Σ_{i in c} w_i (y_i − p)/Σw
//	variance = Σ_h (1−f_h) m_h/(m_h−1) Σ_c (z_hc − z̄_h)²
//
// and with both stages Σ_h f_h Σ_c (1−f_hc) n_hc/(n_hc−1) Σ_i (e_i − ē_hc)². DF is
// clusters minus strata of the domain. Source: W. G. Cochran, Sampling Techniques
// (1977), 11; equal to R's survey. It returns false when there is no answer or a
// stratum can't be. O(clusters).
func ClusterMean(strata []Stratum, clusters []Cluster, stages Stages, lonely Lonely) (Estimate, bool) {
	var e Estimate
	var total, totalSquares, squares float64
	seen := make([]int, len(strata)) // clusters with somebody in the domain
	for i := range clusters {
		c := &clusters[i]
		if c.Stratum < 0 || c.Stratum >= len(strata) || c.N > c.Sampled {
			return Estimate{}, false
		}
		e.N += c.N
		e.Weight += c.W
		total += c.WY
		totalSquares += c.WYY
		squares += c.WW
		if c.N > 0 {
			seen[c.Stratum]++
		}
	}
	if e.N == 0 || !(e.Weight > 0) {
		return Estimate{}, false
	}
	for _, n := range seen {
		if n > 0 {
			e.DF += n - 1
		}
	}
	e.Value = total / e.Weight
	e.Kish = e.Weight * e.Weight / squares
	e.Spread = math.Max(0, totalSquares/e.Weight-float64(e.Value*e.Value))
	variance, ok := clusterVariance(&e, strata, clusters, seen, stages, lonely)
	e.Variance = variance
	return e, ok
}

// clusterVariance is the variance of ClusterMean.
func clusterVariance(e *Estimate, strata []Stratum, clusters []Cluster, seen []int, stages Stages, lonely Lonely) (float64, bool) {
	sum, sumSquares := make([]float64, len(strata)), make([]float64, len(strata))
	within := make([]float64, len(strata))
	for i := range clusters {
		c := &clusters[i]
		z := (c.WY - float64(e.Value*c.W)) / e.Weight
		sum[c.Stratum] += z
		sumSquares[c.Stratum] += float64(z * z)
		if stages == BothStages && c.Sampled > 1 && c.Population > c.Sampled {
			n := float64(c.Sampled)
			e2 := (c.WWYY - float64(2*e.Value*c.WWY) + float64(e.Value*e.Value*c.WW)) / (e.Weight * e.Weight)
			within[c.Stratum] += float64((1 - n/float64(c.Population)) * n / (n - 1) * math.Max(0, e2-float64(z*z)/n))
		}
	}
	v := variance{lonely: lonely}
	inner := 0.0
	for h, s := range strata {
		if seen[h] == 0 {
			continue
		}
		if s.Sampled < int64(seen[h]) || s.Population < 0 || s.Population > 0 && s.Sampled > s.Population {
			return 0, false
		}
		rest := 1.0
		if stages != WithReplacement {
			rest = s.rest()
		}
		v.add(s.Sampled, rest, sum[h], sumSquares[h])
		inner += float64((1 - rest) * within[h])
	}
	return v.total() + inner, true
}

// Jackknife estimates the variance of a mean over a domain by leaving out one
// cluster at a time (JKn): the others of its stratum count m_h/(m_h−1) times.
//
//	variance = Σ_h (m_h−1)/m_h Σ_c (p_(hc) − p̄)²    p̄ the mean of all p_(hc)
//
// Equal to R's as.svrepdesign(type = "JKn"). It returns false when there is no
// answer, a stratum has a single cluster, or leaving one out leaves nothing.
// O(clusters).
func Jackknife(strata []Stratum, clusters []Cluster) (Estimate, bool) {
	e, ok := ClusterMean(strata, clusters, WithReplacement, Remove)
	if !ok {
		return Estimate{}, false
	}
	w, wy := make([]float64, len(strata)), make([]float64, len(strata))
	allW, allWY := 0.0, 0.0
	for i := range clusters {
		c := &clusters[i]
		w[c.Stratum] += c.W
		wy[c.Stratum] += c.WY
		allW += c.W
		allWY += c.WY
	}
	estimates := make([]float64, len(clusters))
	mean := 0.0
	for i := range clusters {
		c := &clusters[i]
		m := float64(strata[c.Stratum].Sampled)
		if m < 2 {
			return Estimate{}, false
		}
		more := m / (m - 1)
		left := allW - w[c.Stratum] + more*(w[c.Stratum]-c.W)
		if !(left > 0) {
			return Estimate{}, false
		}
		estimates[i] = (allWY - wy[c.Stratum] + more*(wy[c.Stratum]-c.WY)) / left
		mean += estimates[i]
	}
	mean /= float64(len(clusters))
	e.Variance = 0
	for i := range clusters {
		m := float64(strata[clusters[i].Stratum].Sampled)
		d := estimates[i] - mean
		e.Variance += float64((m - 1) / m * d * d)
	}
	return e, true
}
