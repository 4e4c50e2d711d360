package golden

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hailong/internal/sample"
	"hailong/internal/stat"
)

// schools is a sample of California's schools as R's package survey has it: every
// school or every district is a cluster.
type schools struct {
	*table
	strata   []sample.Stratum
	in       []int // stratum of each cluster
	cluster  []int // of each school
	weights  []float64
	clusters int
}

// readSchools reads a sample; by names the column of its strata, unit that of its
// clusters ("" where there is none).
func readSchools(t *testing.T, file, by, unit string) *schools {
	t.Helper()
	s := &schools{table: read(t, file)}
	var strata, units []string
	for i := range s.rows {
		stratum, id := "all", s.text(i, "cds")
		if by != "" {
			stratum = s.text(i, by)
		}
		if unit != "" {
			id = s.text(i, unit)
		}
		h := slices.Index(strata, stratum)
		if h < 0 {
			h = len(strata)
			strata = append(strata, stratum)
			s.strata = append(s.strata, sample.Stratum{Population: int64(s.number(i, "fpc"))})
		}
		k := slices.Index(units, id)
		if k < 0 {
			k = len(units)
			units = append(units, id)
			s.in = append(s.in, h)
			s.strata[h].Sampled++
		}
		s.cluster = append(s.cluster, k)
		s.weights = append(s.weights, s.number(i, "pw"))
	}
	s.clusters = len(units)
	return s
}

// sums adds up w·d and y of the schools for which value gives a number.
func (s *schools) sums(value func(i int) (d, y float64)) []sample.Cluster {
	list := make([]sample.Cluster, s.clusters)
	for k := range list {
		list[k].Stratum = s.in[k]
	}
	for i := range s.rows {
		c := &list[s.cluster[i]]
		c.Sampled++
		if d, y := value(i); !math.IsNaN(d) && !math.IsNaN(y) {
			c.Add(s.weights[i]*d, y)
		}
	}
	return list
}

func (s *schools) mean(value func(i int) float64) (sample.Estimate, bool) {
	return sample.ClusterMean(s.strata, s.sums(func(i int) (float64, float64) { return 1, value(i) }), sample.FirstStage, sample.Adjust)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func TestGolden20Real(t *testing.T) {
	t.Parallel()
	e, c := read(t, "expected/20_real.csv"), compare(t)
	all := map[string]*schools{
		"apistrat": readSchools(t, "data/20_apistrat.csv", "stype", ""),
		"apiclus1": readSchools(t, "data/20_apiclus1.csv", "", "dnum"),
	}
	for row := range e.rows {
		dataset, statistic, level := e.text(row, "dataset"), e.text(row, "statistic"), e.text(row, "level")
		s := all[dataset]
		if s == nil {
			continue // weighted ones are below
		}
		got, ok := s.figure(statistic, level)
		if !ok {
			continue // an interval that we do not offer
		}
		c.row(e, row, dataset+"|"+statistic+"|"+level, got, tolerance{1e-7, 1e-12})
	}
}

// figure computes one line of the file.
func (s *schools) figure(statistic, level string) (map[string]float64, bool) {
	plain := func(m sample.Estimate) map[string]float64 {
		return map[string]float64{"est": m.Value, "se": m.SE(), "df": float64(m.DF)}
	}
	kind, _, _ := strings.Cut(statistic, "(")
	switch kind {
	case "mean":
		m, _ := s.mean(func(i int) float64 { return s.number(i, level) })
		got := plain(m)
		x, _ := stat.StudentMean(m.Value, m.SE(), float64(m.DF))
		got["lo"], got["hi"] = x.Low, x.High
		return got, true
	case "share":
		m, _ := s.mean(func(i int) float64 { return truth("stype"+s.text(i, "stype") == level) })
		if m.SE() < 1e-8 {
			m.Variance = 0 // a share of strata is known
		}
		return plain(m), true
	case "total":
		m, _ := sample.ClusterTotal(s.strata, s.sums(func(i int) (float64, float64) { return 1, s.number(i, level) }), sample.FirstStage, sample.Adjust)
		return plain(m), true
	case "ratio":
		m, _ := sample.ClusterMean(s.strata, s.sums(func(i int) (float64, float64) {
			d := s.number(i, "enroll")
			return d, s.number(i, "api.stu") / d
		}), sample.FirstStage, sample.Adjust)
		return plain(m), true
	case "mean_api00_by_sch.wide":
		m, _ := s.mean(func(i int) float64 {
			if s.text(i, "sch.wide") != level {
				return nan
			}
			return s.number(i, "api00")
		})
		return map[string]float64{"est": m.Value, "se": m.SE()}, true
	case "chisq_RaoScott_F":
		x, _ := sample.RaoScott(s.crossed(), 2, 3)
		return map[string]float64{"est": x.F, "se": x.P, "lo": x.DF1, "hi": x.DF2}, true
	case "ttest":
		var parts [2][]sample.Cluster
		for k, group := range []string{"No", "Yes"} {
			parts[k] = s.sums(func(i int) (float64, float64) {
				if s.text(i, "comp.imp") != group {
					return nan, nan
				}
				return 1, s.number(i, "enroll")
			})
		}
		d, _ := sample.ClusterContrast(s.strata, parts[0], parts[1], sample.FirstStage, sample.Adjust)
		x, _ := stat.StudentMean(d.Value, d.SE(), float64(d.DF-1))
		return map[string]float64{"est": d.Value, "se": d.SE(), "df": float64(d.DF - 1), "lo": x.Low, "hi": x.High}, true
	}
	return s.proportion(kind, level)
}

// proportion are the intervals of a share.
func (s *schools) proportion(kind, level string) (map[string]float64, bool) {
	m, _ := s.mean(func(i int) float64 {
		if level == "awards=Yes" {
			return truth(s.text(i, "awards") == "Yes")
		}
		return truth(s.text(i, "ell") == "0")
	})
	var x stat.Interval
	var ok bool
	switch kind {
	case "ciprop_xlogit":
		x, ok = stat.Logit(m.Value, m.SE(), float64(m.DF))
	case "ciprop_beta":
		x, _, ok = stat.KornGraubard(m.Value, m.Variance, float64(m.N), float64(m.DF), false)
	case "ciprop_mean":
		x, ok = stat.StudentMean(m.Value, m.SE(), float64(m.DF))
	}
	return map[string]float64{"est": m.Value, "se": m.SE(), "df": float64(m.DF), "lo": x.Low, "hi": x.High}, ok
}

// crossed is the table of sch.wide by stype.
func (s *schools) crossed() sample.Shares {
	cells := make([]sample.CellCluster, s.clusters)
	for k := range cells {
		cells[k] = sample.CellCluster{Stratum: s.in[k], W: make([]float64, 6)}
	}
	types := []string{"E", "H", "M"}
	for i := range s.rows {
		cell := slices.Index(types, s.text(i, "stype"))
		if s.text(i, "sch.wide") == "Yes" {
			cell += 3
		}
		cells[s.cluster[i]].W[cell] += s.weights[i]
		cells[s.cluster[i]].N++
	}
	shares, _ := sample.NewClusterShares(s.strata, cells, sample.FirstStage, sample.Adjust)
	return shares
}

func TestGolden20Weights(t *testing.T) {
	t.Parallel()
	s, e := readSchools(t, "data/20_apiclus1.csv", "", "dnum"), read(t, "expected/20_apiclus1_weights.csv")
	figures, trimmed, c := read(t, "expected/20_figures.csv"), read(t, "expected/20_apiclus1_trim.csv"), compare(t)
	margin := func(column string, labels []string, totals ...float64) sample.Margin {
		m := sample.Margin{Name: column, Labels: labels, Totals: totals}
		for i := range s.rows {
			m.Cells = append(m.Cells, slices.Index(labels, s.text(i, column)))
		}
		return m
	}
	types := margin("stype", []string{"E", "H", "M"}, 4421, 755, 1018)
	wide := margin("sch.wide", []string{"No", "Yes"}, 1072, 5122)
	post, err := sample.PostStratify(s.weights, types)
	if err != nil {
		t.Fatal(err)
	}
	raked, _, err := sample.Rake(s.weights, []sample.Margin{types, wide})
	if err != nil {
		t.Fatal(err)
	}
	cut, _, _ := sample.Trim(raked, 20, 45)
	for i := range s.rows {
		c.row(e, i, s.text(i, "cds"), map[string]float64{"w_ps": post[i], "w_rake": raked[i], "w_cal_raking": raked[i]}, tolerance{1e-8, 0})
		c.near("trimmed "+s.text(i, "cds"), cut[i], trimmed.number(i, "w_trim_20_45"), tolerance{1e-8, 0})
	}
	everybody := make([]bool, len(s.rows))
	for i := range everybody {
		everybody[i] = true
	}
	for row := range figures.rows {
		w, margins := raked, []sample.Margin{types, wide}
		switch figures.text(row, "dataset") {
		case "apiclus1_poststratified":
			w, margins = post, margins[:1]
		case "apiclus1_calibrated_raking":
		default:
			continue // what R's rake says of the variance is not a target
		}
		if figures.text(row, "statistic") != "mean" {
			continue
		}
		k, err := sample.NewClusterCalibration(s.strata, s.in, s.cluster, s.weights, w, margins)
		if err != nil {
			t.Fatal(err)
		}
		y := make([]float64, len(s.rows))
		for i := range y {
			y[i] = s.number(i, figures.text(row, "level"))
		}
		m, _ := k.Mean(y, everybody, sample.Adjust)
		c.row(figures, row, figures.text(row, "dataset")+figures.text(row, "level"), map[string]float64{"est": m.Value, "se": m.SE(), "df": float64(m.DF)}, tolerance{1e-8, 1e-10})
	}
}
