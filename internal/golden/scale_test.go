package golden

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hailong/internal/stat"
)

// complete makes a matrix of the rows in which every value is there.
func complete(rows [][]float64) *mat.Dense {
	var data []float64
	n := 0
	for _, row := range rows {
		if slices.ContainsFunc(row, math.IsNaN) {
			continue
		}
		data = append(data, row...)
		n++
	}
	return mat.NewDense(n, len(rows[0]), data)
}

func TestGolden08Reliability(t *testing.T) {
	t.Parallel()
	r, e, items, c := readResponses(t, "2"), read(t, "expected/08_reliability.csv"), read(t, "expected/08_items.csv"), compare(t)
	lines := items.index("scale", "item")
	for row := range e.rows {
		scale := e.text(row, "scale")
		var names []string
		var rows [][]float64
		if set := r.factors[scale]; set != nil || scale == "ALL_ITEMS" {
			names = set
			if scale == "ALL_ITEMS" {
				for _, f := range r.order {
					names = append(names, r.factors[f]...)
				}
			}
			for i := range r.rows {
				line := make([]float64, len(names))
				for k, item := range names {
					line[k] = nan
					if a := r.answer(i, item); a > 0 {
						line[k] = float64(a)
					}
				}
				rows = append(rows, line)
			}
		} else {
			bfi, err := readFile(folder() + "/data/08_bfi_scale.csv")
			if err != nil {
				bfi, err = readFile(shared + "/open/data/08_bfi_scale.csv")
			}
			if err != nil {
				t.Logf("GOLDEN DATA MISSING: %s is data of third parties: %v", scale, err)
				continue
			}
			names = make([]string, len(bfi.columns))
			for name, k := range bfi.columns {
				names[k] = name
			}
			for i := range bfi.rows {
				line := make([]float64, len(names))
				for k, name := range names {
					line[k] = bfi.number(i, name)
				}
				rows = append(rows, line)
			}
		}
		x, ok := stat.NewReliability(complete(rows))
		if !ok {
			t.Fatal(scale)
		}
		c.row(e, row, scale, map[string]float64{
			"k": float64(x.Items), "n_complete": float64(x.N), "alpha_raw": x.Alpha, "alpha_std": x.AlphaStandard,
			"feldt_lo": x.AlphaInterval.Low, "feldt_hi": x.AlphaInterval.High, "mean_inter_item_r": x.MeanCorrelation,
		}, tight)
		c.row(e, row, scale, map[string]float64{"omega_total_cfa": or(x.Omega, x.Factor), "ave_cfa": or(x.Variance, x.Factor)}, tolerance{0, 1e-4})
		for k, item := range x.Item {
			key := scale + "|" + names[k]
			c.row(items, lines[key], key, map[string]float64{
				"mean": item.Mean, "sd": item.SD, "r_item_rest": item.Rest, "alpha_if_dropped": or(item.AlphaWithout, x.Items > 2),
			}, tight)
			c.row(items, lines[key], key, map[string]float64{"std_loading_cfa": or(item.Loading, x.Factor)}, tolerance{0, 1e-4})
		}
	}
}

func TestGolden09Drivers(t *testing.T) {
	t.Parallel()
	r, in, e, c := readResponses(t, "2"), read(t, "data/09_driver_input.csv"), read(t, "expected/09_drivers.csv"), compare(t)
	rows := r.index("resp_id")
	models := map[string][]int{}
	for row := range e.rows {
		models[e.text(row, "model")] = append(models[e.text(row, "model")], row)
	}
	for model, lines := range models {
		data, target := in, "overall"
		if model == "attitude_real" {
			var err error
			if data, err = readFile(folder() + "/data/09_attitude.csv"); err != nil {
				if data, err = readFile(shared + "/open/data/09_attitude.csv"); err != nil {
					t.Logf("GOLDEN DATA MISSING: %s is data of third parties: %v", model, err)
					continue
				}
			}
			target = "rating"
		}
		x, y := mat.NewDense(len(data.rows), len(lines), nil), make([]float64, len(data.rows))
		var w []float64
		for i := range data.rows {
			y[i] = data.number(i, target)
			for k, row := range lines {
				x.Set(i, k, data.number(i, e.text(row, "driver")))
			}
			if model == "factors_weighted" {
				s := r.strata[r.stratum[rows[data.text(i, "resp_id")]]]
				w = append(w, float64(s.Population)/float64(s.Sampled))
			}
		}
		d, ok := stat.NewDrivers(y, x, w)
		if !ok {
			t.Fatal(model)
		}
		importance, performance := 0.0, 0.0
		for k, row := range lines {
			importance += d.Driver[k].LMG / d.R2 / float64(len(lines))
			performance += e.number(row, "performance") / float64(len(lines))
		}
		for k, row := range lines {
			one := d.Driver[k]
			key := model + "|" + e.text(row, "driver")
			c.row(e, row, key, map[string]float64{
				"n": float64(d.N), "R2": d.R2, "pearson": one.Correlation, "std_beta": one.Beta, "lmg": one.LMG, "lmg_pct": 100 * one.LMG / d.R2,
				"johnson": one.Johnson, "johnson_pct": 100 * one.Johnson / d.R2, "vif": one.VIF,
			}, tolerance{1e-7, 1e-9})
			c.same(key, stat.Quadrant(one.LMG/d.R2, e.number(row, "performance"), importance, performance), e.text(row, "quadrant"))
			if model != "factors_weighted" {
				column := make([]float64, len(y))
				mat.Col(column, k, x)
				s, fine := stat.Spearman(column, y)
				c.row(e, row, key, map[string]float64{"spearman": or(s, fine)}, tolerance{1e-7, 1e-9})
			}
		}
	}
}

func TestGoldenSmoke(t *testing.T) {
	t.Parallel()
	s, c := smoke(t), compare(t)
	fine := tolerance{0, 1e-9}
	interval := func(what string, i stat.Interval, row map[string]any) {
		t.Helper()
		ci, ok := row["ci"].(map[string]any)
		if !ok {
			ci = row
		}
		c.near(what+" low", i.Low, number(ci["lo"]), fine)
		c.near(what+" high", i.High, number(ci["hi"]), fine)
	}
	for i, row := range list(s["wilson"]) {
		x, _ := stat.Wilson(number(row["y"])/number(row["n"]), number(row["n"]))
		interval("wilson "+strconv.Itoa(i), x, row)
	}
	for _, row := range list(s["agresti_coull"]) {
		x, _ := stat.AgrestiCoull(number(row["y"])/number(row["n"]), number(row["n"]))
		interval("agresti", x, row)
	}
	for _, row := range list(s["clopper_pearson"]) {
		x, _ := stat.ClopperPearson(number(row["y"]), number(row["n"]))
		interval("clopper", x, row)
	}
	for _, row := range list(s["jeffreys"]) {
		x, _ := stat.Jeffreys(number(row["y"]), number(row["n"]))
		interval("jeffreys", x, row)
	}
	for _, row := range list(s["korn_graubard"]) {
		se := number(row["se"])
		x, effective, _ := stat.KornGraubard(number(row["p"]), se*se, number(row["n"]), number(row["df"]), row["cap"] == true)
		interval("korn", x, row)
		c.near("korn n", effective, number(row["neff"]), tolerance{1e-9, 1e-9})
	}
	for _, row := range list(s["logit_t"]) {
		x, _ := stat.Logit(number(row["p"]), number(row["se"]), number(row["df"]))
		interval("logit", x, row)
	}
	adjust, _ := s["p_adjust"].(map[string]any)
	p := numbers(adjust["p"])
	for name, got := range map[string][]float64{"holm": stat.Holm(p), "BH": stat.BenjaminiHochberg(p)} {
		for i, want := range numbers(adjust[name]) {
			c.near(name, got[i], want, fine)
		}
	}
	q, _ := s["quantiles"].(map[string]any)
	x, _ := stat.StudentQuantile(0.975, 17)
	c.near("t 17", x, number(q["qt_.975_17"]), fine)
	x, _ = stat.StudentQuantile(0.975, 1)
	c.near("t 1", x, number(q["qt_.975_1"]), fine)
	x, _ = stat.NormalQuantile((1 + math.Pow(0.95, 1.0/63)) / 2)
	c.near("kww", x, number(q["qnorm_kww_K63"]), fine)
	for _, row := range list(q["qbeta_extreme"]) {
		x, _ := stat.BetaQuantile(number(row["p"]), number(row["a"]), number(row["b"]))
		c.near("beta", x, number(row["q"]), tolerance{1e-8, 0})
	}
	x, _ = stat.FTail(10, 40, 2e5)
	c.near("F tail", x, number(q["pf_upper_x10_d40_2e5"]), tolerance{1e-8, 0})
	two, _ := stat.StudentTails(12, 400)
	c.near("t tail", two/2, number(q["pt_upper_12_400"]), tolerance{1e-8, 0})
	for _, row := range list(s["slovin"]) {
		c.near("slovin", stat.Slovin(number(row["N"]), number(row["e"])), number(row["n"]), fine)
	}
}
