package weigh

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/sample"
)

// counted are the sums of people by agency and channel that package sample
// makes its estimates of composites from.
type counted struct {
	strata []sample.Stratum
	ratio  []sample.Sums
	items  []*sample.Crossed
}

func countedOf(people []person, in func(*person) bool) counted {
	var out counted
	index := map[string]int{}
	for i := range people {
		p := &people[i]
		key := p.agency + p.channel.String()
		h, ok := index[key]
		if !ok {
			h = len(out.strata)
			index[key] = h
			out.strata = append(out.strata, sample.Stratum{Weight: 1})
			out.ratio, out.items = append(out.ratio, sample.Sums{}), append(out.items, sample.NewCrossed(2))
		}
		out.strata[h].Sampled++
		if !in(p) {
			continue
		}
		var u, d int64
		values, answered := make([]int64, 2), make([]bool, 2)
		for j, a := range p.q {
			if a < 1 || a > 5 {
				continue
			}
			d++
			if a > 3 {
				u++
			}
			if j < 2 {
				values[j], answered[j] = int64(a), true
			}
		}
		if d > 0 {
			out.ratio[h].Add(u, d)
		}
		out.items[h].Add(values, answered)
	}
	return out
}

// TestComposites: with one total for a margin there is nothing to calibrate, and
// composites are those of package sample: a ratio, and a mean of items with the
// covariance of what one person says.
func TestComposites(t *testing.T) {
	t.Parallel()
	people := crowd(400, 20)
	w := newWorld(t, people)
	q := first
	pooled := w.weigh(t, q, figures("t24,,50000"))
	q.Index = "weighted"
	means := w.weigh(t, q, figures("t24,,50000"))
	for _, agency := range []string{"", "x1", "x2", "x3"} {
		c := countedOf(people, func(p *person) bool { return agency == "" || p.agency == agency })
		ratio, ok := sample.Ratio(c.strata, c.ratio, sample.Adjust)
		items, _, fine := sample.MeanOfItems(c.strata, c.items, nil, sample.Adjust)
		if !ok || !fine {
			t.Fatal("no estimate")
		}
		row := pooled.find(t, agency, "", "")
		near(t, agency+" pooled", *row.Estimate, 100*ratio.Value, 1e-11, 0)
		near(t, agency+" pooled se", *row.SE, 100*ratio.SE(), 1e-9, 0)
		row = means.find(t, agency, "first", "")
		near(t, agency+" mean of items", *row.Estimate, items.Value, 1e-11, 0)
		near(t, agency+" mean of items se", *row.SE, items.SE(), 1e-9, 0)
		whole, last := means.find(t, agency, "", ""), means.find(t, agency, "last", "")
		near(t, agency+" weighted", *whole.Estimate, 0.7**row.Estimate+0.3**last.Estimate, 1e-11, 0)
		if *whole.SE > 0.7**row.SE+0.3**last.SE || whole.Interval != intervalStudent || *whole.Low >= *whole.Estimate {
			t.Errorf("%s: got %+v", agency, whole)
		}
	}
}

// TestBy: every way to ask for rows.
func TestBy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crowd(400, 21))
	for by, want := range map[string][]string{
		"":        {"", "t24", "x1", "x2", "x3"},
		"agency":  {"", "t24", "x1", "x2", "x3"},
		"whole":   {""},
		"level":   {"", "commune"},
		"channel": {"", "link", "kiosk"},
		"gender":  {"", "male", "female"},
		"age":     {"", "18-34", "35-59", "60"},
	} {
		q := first
		q.By = by
		r := w.weigh(t, q, genderAge())
		var keys []string
		var n int64
		for _, row := range r.Rows {
			if row.Item != "q1" {
				continue
			}
			keys = append(keys, row.Key)
			if row.Key != "" && row.Key != "t24" {
				n += row.N
			}
		}
		if diff := gocmp.Diff(want, keys); diff != "" {
			t.Errorf("by %q: %s", by, diff)
		}
		if whole := r.find(t, "", "first", "q1").N; n != 0 && n != whole {
			t.Errorf("by %q: the parts have %d respondents, the whole %d", by, n, whole)
		}
	}
}

// TestProtect: nobody can work out a hidden row from those that are shown.
func TestProtect(t *testing.T) {
	t.Parallel()
	domains := []domain{{parent: -1}, {parent: 0}, {parent: 1}, {parent: 1}, {parent: 1}, {parent: 0}}
	for _, c := range []struct {
		name   string
		n      []int64
		hidden []int // before
		want   []int
	}{
		{"nothing hidden", []int64{90, 60, 20, 20, 20, 30}, nil, nil},
		{"one of three", []int64{90, 63, 3, 20, 40, 27}, []int{2}, []int{2, 3}},
		{"two that are few together", []int64{90, 60, 2, 2, 56, 30}, []int{2, 3}, []int{2, 3, 4}},
		{"two that are many together", []int64{90, 60, 4, 4, 52, 30}, []int{2, 3}, []int{2, 3}},
		{"one of two, with what is below the other", []int64{90, 87, 20, 20, 47, 3}, []int{5}, []int{1, 2, 3, 4, 5}},
		{"nobody has nothing to hide", []int64{90, 60, 0, 20, 40, 30}, []int{2}, []int{2}},
	} {
		rows := make([]Row, len(c.n))
		for i := range rows {
			rows[i] = Row{N: c.n[i], State: report.OK, Estimate: new(float64)}
			if slices.Contains(c.hidden, i) {
				rows[i].Estimate, rows[i].State, rows[i].Reason = nil, report.Suppressed, reasonMinN
			}
		}
		protect(rows, domains, 1, 5)
		var got []int
		for i := range rows {
			if rows[i].Estimate == nil {
				got = append(got, i)
				if rows[i].N != 0 || rows[i].State != report.Suppressed {
					t.Errorf("%s: got %+v", c.name, rows[i])
				}
			}
		}
		if diff := gocmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestVersions: answers to an earlier version count as what they are now; those
// before a break do not count.
func TestVersions(t *testing.T) {
	t.Parallel()
	people := crowd(200, 22)
	w := newWorld(t, people[:100])
	version := w.version.Questionnaire.Version
	swapped := []string{
		`      - {id: q1, type: scale, scale: five, text: {vi: "Câu một", en: "First"}}` + "\n", "",
		`      - {id: q3, type`, `      - {id: q1, type: scale, scale: five, text: {vi: "Câu một", en: "First"}}` + "\n" + `      - {id: q3, type`,
	}
	w.publish(t, swapped...)
	if w.version.Questionnaire.Version == version {
		t.Fatal("nothing was changed")
	}
	w.submit(t, people[100:])
	want := newWorld(t, people).weigh(t, first, genderAge())
	got := w.weigh(t, first, genderAge())
	for i := range want.Rows {
		a := &want.Rows[i]
		b := got.find(t, a.Key, a.Factor, a.Item)
		near(t, a.Key+a.Item, *b.Estimate, *a.Estimate, 1e-10, 0)
		near(t, a.Key+a.Item+" se", *b.SE, *a.SE, 1e-9, 0)
	}
	broken := append(slices.Clone(swapped), "measures:\n",
		fmt.Sprintf("changes: {from: %s, breaks: [{of: q3, reason: {vi: Thang mới, en: New scale}}]}\nmeasures:\n", w.version.Questionnaire.Version[:12]))
	w.publish(t, broken...)
	if r := w.weigh(t, first, genderAge()); r.Weighting.Earlier != 0 || r.Weighting.Respondents != 200 {
		t.Errorf("nothing came after the break yet: got %+v", r.Weighting)
	}
	w.submit(t, crowd(80, 23))
	if r := w.weigh(t, first, genderAge()); r.Weighting.Earlier != 200 || r.Weighting.Respondents != 80 {
		t.Errorf("got %+v", r.Weighting)
	}
}

// TestFiguresOfTheFolder: without a file the figures of the data folder are used,
// here with the agency as a part of the cell; the method is the same.
func TestFiguresOfTheFolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crowd(200, 25))
	lines := figures("t24,agency=x1,5000", "t24,agency=x2,6000", "t24,agency=x3,4000", "t24,gender=male,7000", "t24,gender=female,8000")
	want := w.weigh(t, first, lines)
	table, err := readPopulation(w.store.Catalog(), lines)
	must(t, err)
	w.change(t, response.FiguresLoaded(0, table.Canonical()))
	got := w.weigh(t, first, Figures{})
	if got.Watermark != want.Watermark+1 || want.Weighting.Base != basePopulation {
		t.Errorf("got %d, %+v", got.Watermark, got.Weighting)
	}
	got.Watermark = want.Watermark
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestDontKnow: a measure may count those who don't know among all.
func TestDontKnow(t *testing.T) {
	t.Parallel()
	var people []person
	for i := range 40 {
		people = append(people, person{agency: "x1", gender: "male", q: [3]int{[]int{5, 5, 1, 6}[i%4], 1 + i%5, 1 + i%5}, channel: response.Link})
	}
	q := first
	q.By = "whole"
	for base, want := range map[string]float64{"valid": 200.0 / 3, "with_dont_know": 50} {
		w := newWorld(t, people, `codes: ["4", "5"], title`, `codes: ["4", "5"], base: `+base+`, title`)
		row := w.weigh(t, q, figures("x1,gender=male,4000")).find(t, "", "first", "q1")
		near(t, base, *row.Estimate, want, 1e-12, 0)
	}
}

// TestKinds: every kind of measure has its unit and its interval.
func TestKinds(t *testing.T) {
	t.Parallel()
	people := crowd(200, 24)
	const score = `  - {id: score, kind: mean, title`
	means := map[string]float64{}
	for _, c := range []struct{ name, measure, interval string }{
		{"mean", score, intervalStudent},
		{"score100", `  - {id: score, kind: score100, title`, intervalStudent},
		{"net", `  - {id: score, kind: net, codes: ["5"], against: ["1"], title`, intervalStudent},
		{"bottom_box", `  - {id: score, kind: bottom_box, codes: ["1", "2"], title`, intervalKorn},
	} {
		w := newWorld(t, people, score, c.measure)
		q := first
		q.Index, q.By = "weighted", "whole"
		row := w.weigh(t, q, genderAge()).find(t, "", "first", "q1")
		means[c.name] = *row.Estimate
		if row.Interval != c.interval || *row.Low >= *row.Estimate || *row.High <= *row.Estimate {
			t.Errorf("%s: got %+v", c.name, row)
		}
	}
	near(t, "score100", means["score100"], 25*(means["mean"]-1), 1e-11, 0)
}

// FuzzCell: no cell of a file makes margins fail but in words.
func FuzzCell(f *testing.F) {
	for _, cell := range []string{"", "gender=male", "age=18-34&gender=female", "agency=x1&channel=kiosk", "gender=male&gender=female", "a=b=c", "channel=", "&"} {
		f.Add(cell, "5")
	}
	w := newWorld(f, crowd(20, 1))
	cat := w.store.Catalog()
	survey := cat.Survey("trial")
	f.Fuzz(func(t *testing.T, cell, value string) {
		table, err := readPopulation(cat, figures("t24,"+cell+","+value))
		if err != nil {
			return
		}
		if frame, err := newFrame(cat, survey, survey.Waves[0], table, first); err == nil && len(frame.margins) == 0 {
			t.Errorf("%q: neither margins nor an error", cell)
		} else if err != nil && explain(err) == "" {
			t.Errorf("%q: an error without words", cell)
		}
	})
}
