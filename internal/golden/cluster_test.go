package golden

import (
	"slices"
	"strconv"
	"testing"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

func TestGolden03Clusters(t *testing.T) {
	t.Parallel()
	d, e, c := read(t, "data/responses_cluster.csv"), read(t, "expected/03_cluster.csv"), compare(t)
	var strata []sample.Stratum
	var names []string
	psu := map[string]int{}
	var empty []sample.Cluster
	cluster := make([]int, len(d.rows))
	for i := range d.rows {
		id := d.text(i, "psu_id")
		k, ok := psu[id]
		if !ok {
			h := slices.Index(names, d.text(i, "stratum_id"))
			if h < 0 {
				h = len(names)
				names = append(names, d.text(i, "stratum_id"))
				strata = append(strata, sample.Stratum{Population: int64(d.number(i, "M_psu"))})
			}
			k = len(empty)
			psu[id] = k
			strata[h].Sampled++
			empty = append(empty, sample.Cluster{Stratum: h, Population: int64(d.number(i, "N_ssu"))})
		}
		empty[k].Sampled++
		cluster[i] = k
	}
	stages := map[string]sample.Stages{"wr": sample.WithReplacement, "fpc1": sample.FirstStage, "fpc2": sample.BothStages}
	for row := range e.rows {
		item, domain, level, kind := e.text(row, "item"), e.text(row, "domain"), e.text(row, "level"), e.text(row, "design")
		clusters := slices.Clone(empty)
		column := map[string]string{"province": "stratum_id", "sex": "sex"}[domain]
		for i := range d.rows {
			n, err := strconv.Atoi(d.text(i, "c"+item[1:]))
			if err != nil || n > 5 || column != "" && d.text(i, column) != level {
				continue
			}
			y := float64(n)
			if item[0] == 't' {
				y = 0
				if n > 3 {
					y = 1
				}
			}
			clusters[cluster[i]].Add(d.number(i, "weight"), y)
		}
		var m sample.Estimate
		var ok bool
		if kind == "jkn" {
			m, ok = sample.Jackknife(strata, clusters)
		} else {
			m, ok = sample.ClusterMean(strata, clusters, stages[kind], sample.Adjust)
		}
		got := shares(m, ok)
		if kind == "jkn" {
			got["deff_wr"] = nan
		}
		for _, name := range []string{"sum_w", "neff_kish", "deff_wor", "kgcap_neff", "wils_neff", "wils_lo", "wils_hi"} {
			delete(got, name)
		}
		if item[0] != 't' {
			for _, name := range []string{"logit_lo", "logit_hi", "kg_neff", "kg_lo", "kg_hi", "kgcap_lo", "kgcap_hi"} {
				got[name] = nan
			}
		}
		c.row(e, row, kind+"|"+level+"|"+item, got, tight)
	}
}

func TestGolden02Contrast(t *testing.T) {
	t.Parallel()
	r, e, c := readResponses(t, "2"), read(t, "expected/02_ttest_sex.csv"), compare(t)
	for row := range e.rows {
		item := e.text(row, "item")
		groups := make([][]int64, len(r.strata))
		for h := range groups {
			groups[h] = make([]int64, 4)
		}
		for i := range r.rows {
			a := r.answer(i, item)
			if a == 0 {
				continue
			}
			cell := 0
			if r.text(i, "sex") == "M" {
				cell = 2
			}
			if a > 3 {
				cell++
			}
			groups[r.stratum[i]][cell]++
		}
		d, ok := sample.Contrast([]float64{0, 1, 0, 1}, []int{0, 0, 1, 1}, r.strata, groups, sample.Adjust)
		// R's svyttest counts the coefficient it tests among the degrees of freedom.
		df := float64(d.DF - 1)
		p, _ := stat.StudentTails(d.Value/d.SE(), df)
		i, _ := stat.StudentMean(d.Value, d.SE(), df)
		c.row(e, row, item, map[string]float64{
			"diff": or(d.Value, ok), "se": d.SE(), "t": d.Value / d.SE(), "df": df, "p": p, "lo": i.Low, "hi": i.High,
		}, tolerance{1e-8, 1e-12})
	}
}
