package golden

import (
	"maps"
	"math"
	"strconv"
	"testing"

	"hailong/internal/stat"
)

func TestGolden01Items(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/01_srs_items.csv")
	rows, c := e.index("agency_id", "item"), compare(t)
	r.every(func(agency string, in func(int) bool) {
		for _, item := range r.items {
			key := agency + "|" + item
			n := added(r.counts(item, in))
			var dk int64
			for i := range r.rows {
				if in(i) && r.text(i, item) == "8" {
					dk++
				}
			}
			got := map[string]float64{"n_valid": 0, "n_dk": float64(dk)}
			for l := range n {
				got["n"+strconv.Itoa(l+1)] = float64(n[l])
				got["n_valid"] += float64(n[l])
			}
			maps.Copy(got, simple(n, dk))
			c.row(e, rows[key], key, got, tight)
		}
	})
}

// simple are the figures of a simple random sample, from counts of levels.
func simple(n []int64, dk int64) map[string]float64 {
	got := map[string]float64{}
	for _, name := range []string{
		"t2b", "b2b", "net", "mean", "sd", "score100", "se_t2b", "se_mean", "se_net",
		"wilson_lo", "wilson_hi", "ac_lo", "ac_hi", "cp_lo", "cp_hi", "jeff_lo", "jeff_hi", "t2b_dk_in_base",
	} {
		got[name] = nan
	}
	l := stat.Levels(n)
	if share, ok := l.TopWithDontKnow(2, dk); ok {
		got["t2b_dk_in_base"] = share
	}
	top, ok := l.Top(2)
	if !ok {
		return got
	}
	all := float64(l.N())
	bottom, _ := l.Bottom(2)
	net, _ := l.Net(2)
	mean, _ := l.Mean()
	got["t2b"], got["b2b"], got["net"], got["mean"] = top, bottom, net, mean
	got["score100"], _ = l.Score100()
	got["sd"] = or(l.SD())
	got["se_t2b"], got["se_mean"], got["se_net"] = or(l.TopSE(2)), or(l.MeanSE()), or(l.NetSE(2))
	for name, f := range map[string]func() (stat.Interval, bool){
		"wilson": func() (stat.Interval, bool) { return stat.Wilson(top, all) },
		"ac":     func() (stat.Interval, bool) { return stat.AgrestiCoull(top, all) },
		"cp":     func() (stat.Interval, bool) { return stat.ClopperPearson(float64(n[3]+n[4]), all) },
		"jeff":   func() (stat.Interval, bool) { return stat.Jeffreys(float64(n[3]+n[4]), all) },
	} {
		i, ok := f()
		got[name+"_lo"], got[name+"_hi"] = or(i.Low, ok), or(i.High, ok)
	}
	return got
}

func TestGolden01NPS(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/01_srs_nps.csv")
	rows, c := e.index("agency_id"), compare(t)
	r.every(func(agency string, in func(int) bool) {
		counts := make([]int64, 11)
		for i := range r.rows {
			if n, err := strconv.Atoi(r.text(i, "nps")); err == nil && in(i) {
				counts[n]++
			}
		}
		nps, ok := stat.Promoters(counts)
		got := map[string]float64{
			"n_valid": float64(nps.N), "promoters": float64(nps.Promoters), "passives": float64(nps.Passives),
			"detractors": float64(nps.Detractors), "nps": or(nps.Score, ok), "se_nps": or(nps.SE, ok && nps.N > 1),
		}
		c.row(e, rows[agency], agency, got, tight)
	})
}

func TestGolden01Factors(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/01_srs_factors.csv")
	rows, c := e.index("agency_id", "factor"), compare(t)
	r.every(func(agency string, in func(int) bool) {
		for _, factor := range r.order {
			items := r.factors[factor]
			var f stat.Factor
			for i := range r.rows {
				if !in(i) {
					continue
				}
				answers := make([]int, len(items))
				for k, item := range items {
					answers[k] = r.answer(i, item)
				}
				f.Add(answers, 4)
			}
			key := agency + "|" + factor
			got := map[string]float64{
				"n_items": float64(len(items)), "n_answers": float64(f.Answers), "n_satisfied": float64(f.Counted),
				"pooled_t2b": or(f.Pooled()), "n_items_answered": float64(f.ItemsAnswered()), "mean_item_t2b": or(f.MeanOfShares()),
				"n_half": float64(f.Half), "mean_score_half": or(f.MeanScore()), "n_any": float64(f.Any), "all_satisfied": or(f.AllCounted()),
			}
			c.row(e, rows[key], key, got, tight)
		}
	})
}

func TestGolden01Quality(t *testing.T) {
	t.Parallel()
	r, e := readResponses(t, "2"), read(t, "expected/01_quality_respondent.csv")
	rows, c := e.index("resp_id"), compare(t)
	for i := range r.rows {
		var answers []float64
		for _, factor := range r.order {
			for _, item := range r.factors[factor] {
				a := math.NaN()
				if n := r.answer(i, item); n > 0 {
					a = float64(n)
				}
				answers = append(answers, a)
			}
		}
		id := r.text(i, "resp_id")
		straight := 0.0
		if stat.StraightLine(answers) {
			straight = 1
		}
		c.near(id+" straightline", straight, e.number(rows[id], "straightline"), tight)
	}
}

func TestGolden01Newcombe(t *testing.T) {
	t.Parallel()
	e, c := read(t, "expected/01_newcombe.csv"), compare(t)
	for i := range e.rows {
		n := func(name string) int64 { return int64(e.number(i, name)) }
		d, interval, _ := stat.Newcombe(n("y1"), n("n1"), n("y2"), n("n2"))
		z, p, ok := stat.PooledZ(n("y1"), n("n1"), n("y2"), n("n2"))
		c.row(e, i, strconv.Itoa(i+1), map[string]float64{
			"diff": d, "newcombe_lo": interval.Low, "newcombe_hi": interval.High, "z_pooled": or(z, ok), "p_pooled": or(p, ok),
		}, tolerance{1e-9, 1e-9})
	}
}

func TestGolden12AAPOR(t *testing.T) {
	t.Parallel()
	d, e, c := read(t, "data/12_dispositions.csv"), read(t, "expected/12_aapor.csv"), compare(t)
	for i := range d.rows {
		n := func(name string) int64 { return int64(d.number(i, name)) }
		rates, _ := stat.Outcomes{
			Complete: n("I"), Partial: n("P"), Refusal: n("R"), NonContact: n("NC"), Other: n("O"),
			UnknownHouse: n("UH"), UnknownOther: n("UO"), NotEligible: n("NE"),
		}.Rates()
		got := map[string]float64{"e": rates.Eligible}
		for k, names := range map[string][]float64{"RR": rates.Response[:], "COOP": rates.Cooperation[:], "REF": rates.Refusals[:], "CON": rates.Contact[:]} {
			for j, x := range names {
				got[k+strconv.Itoa(j+1)] = x
			}
		}
		c.row(e, i, d.text(i, "case"), got, tolerance{1e-12, 1e-12})
	}
}
