package sample

// ClusterTotal estimates a total over a domain of a sample of clusters, Σwy, from
// the clusters' own totals. Value, Variance, N, Weight and DF are set. It returns
// false where ClusterMean does.
func ClusterTotal(strata []Stratum, clusters []Cluster, stages Stages, lonely Lonely) (Estimate, bool) {
	z := make([]float64, len(clusters))
	var e Estimate
	for i := range clusters {
		z[i] = clusters[i].WY
		e.Value += z[i]
		e.Weight += clusters[i].W
		e.N += clusters[i].N
	}
	var ok bool
	e.Variance, e.DF, ok = betweenClusters(strata, clusters, z, stages, lonely)
	return e, ok && e.N > 0
}

// ClusterContrast estimates the difference of the means of two domains, second
// minus first, over the same clusters. Value, Variance, N and DF are set. It
// returns false where ClusterMean does for either.
func ClusterContrast(strata []Stratum, first, second []Cluster, stages Stages, lonely Lonely) (Estimate, bool) {
	a, ok1 := ClusterMean(strata, first, stages, lonely)
	b, ok2 := ClusterMean(strata, second, stages, lonely)
	if !ok1 || !ok2 || len(first) != len(second) {
		return Estimate{}, false
	}
	z, both := make([]float64, len(first)), make([]Cluster, len(first))
	for i := range first {
		z[i] = (second[i].WY-float64(b.Value*second[i].W))/b.Weight - (first[i].WY-float64(a.Value*first[i].W))/a.Weight
		both[i] = Cluster{Stratum: first[i].Stratum, N: first[i].N + second[i].N}
	}
	e := Estimate{Value: b.Value - a.Value, N: a.N + b.N}
	var ok bool
	e.Variance, e.DF, ok = betweenClusters(strata, both, z, stages, lonely)
	return e, ok
}

// betweenClusters returns the variance of Σz between clusters, and the degrees of
// freedom of those with somebody in the domain. The variance within clusters is
// left out.
func betweenClusters(strata []Stratum, clusters []Cluster, z []float64, stages Stages, lonely Lonely) (float64, int, bool) {
	sum, squares, seen := make([]float64, len(strata)), make([]float64, len(strata)), make([]int, len(strata))
	for i := range clusters {
		h := clusters[i].Stratum
		if h < 0 || h >= len(strata) {
			return 0, 0, false
		}
		sum[h] += z[i]
		squares[h] += float64(z[i] * z[i])
		if clusters[i].N > 0 {
			seen[h]++
		}
	}
	v := variance{lonely: lonely}
	df := 0
	for h, s := range strata {
		if seen[h] == 0 {
			continue
		}
		df += seen[h] - 1
		rest := 1.0
		if stages != WithReplacement {
			rest = s.rest()
		}
		v.add(s.Sampled, rest, sum[h], squares[h])
	}
	return v.total(), df, true
}
