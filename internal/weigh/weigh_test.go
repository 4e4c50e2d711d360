package weigh

import (
	"bytes"
	"cmp"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/sample"
)

// What a survey may say of strata of one respondent names the policies in their order.
func TestLonelyPolicies(t *testing.T) {
	t.Parallel()
	for i, name := range questionnaire.LonelyPolicies() {
		if got := sample.LonelyNamed(name); int(got) != i {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// output is all that a result writes.
func output(t *testing.T, r *Result) string {
	t.Helper()
	var b bytes.Buffer
	for _, err := range []error{r.CSV(&b), r.JSON(&b), r.Weights(&b), r.Codebook(&b, "en"), r.Text(&b, "vi")} {
		must(t, err)
	}
	return b.String()
}

// find returns the row of a group and an item, or of a factor.
func (r *Result) find(t *testing.T, key, factor, item string) *Row {
	t.Helper()
	at := slices.IndexFunc(r.Rows, func(x Row) bool { return x.Key == key && x.Factor == factor && x.Item == item })
	if at < 0 {
		t.Fatalf("no row %q %q %q", key, factor, item)
	}
	return &r.Rows[at]
}

// TestMarginsHold: after weighting every margin has its people, and the report
// says so.
func TestMarginsHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crowd(600, 1))
	r := w.weigh(t, first, genderAge())
	if x := r.Weighting; x.Respondents != 600 || math.Abs(x.People-10500) > 1e-6 || x.Rounds < 2 || x.Base != baseEqual || x.Effect <= 1 || x.OffBy != 0 {
		t.Errorf("got %+v", x)
	}
	names := ""
	for _, m := range r.Weighting.Margins {
		names += m.Name + " "
		for _, c := range m.Cells {
			near(t, c.Cell, *c.After, c.People, 1e-9, 0)
			if math.Abs(*c.Before-float64(*c.N)) > 1e-9 {
				t.Errorf("%s: got %v before, want %d", c.Cell, *c.Before, *c.N)
			}
		}
	}
	if names != "gender age " {
		t.Errorf("got margins %q", names)
	}
	sums := map[string]float64{}
	for _, c := range r.Combinations {
		sums[c.Options[0]] += c.Weight * float64(c.N)
	}
	near(t, "male", sums["male"], 5000, 1e-9, 0)
	near(t, "female", sums["female"], 5500, 1e-9, 0)
	if r.SampleType != "opt_in" || r.IntervalKind != intervalModel || r.Unit != "%" || len(r.Method) != 64 {
		t.Errorf("got %+v", r)
	}
}

// listed repeats an estimate with package sample's calibration of listed
// respondents.
func listed(t *testing.T, people []person, in func(*person) bool, item int) sample.Estimate {
	t.Helper()
	strata := map[string]int{}
	var all []sample.Stratum
	stratum, weights := make([]int, len(people)), make([]float64, len(people))
	gender, age := sample.Margin{Name: "gender", Totals: []float64{5000, 5500}}, sample.Margin{Name: "age", Totals: []float64{3000, 4500, 3000}}
	y, domain := make([]float64, len(people)), make([]bool, len(people))
	for i := range people {
		p := &people[i]
		key := p.agency + p.channel.String()
		h, ok := strata[key]
		if !ok {
			h = len(all)
			strata[key] = h
			all = append(all, sample.Stratum{Weight: 1})
		}
		stratum[i], weights[i] = h, 1
		all[h].Sampled++
		gender.Cells = append(gender.Cells, slices.Index([]string{"male", "female"}, p.gender))
		age.Cells = append(age.Cells, slices.Index([]string{"18-34", "35-59", "60"}, p.age))
		domain[i] = in(p) && p.q[item] >= 1 && p.q[item] <= 5
		if p.q[item] == 4 || p.q[item] == 5 {
			y[i] = 1
		}
	}
	margins := []sample.Margin{gender, age}
	raked, _, err := sample.Rake(weights, margins)
	must(t, err)
	c, err := sample.NewCalibration(all, stratum, raked, margins)
	must(t, err)
	e, ok := c.Mean(y, domain, sample.Adjust)
	if !ok {
		t.Fatal("no estimate")
	}
	return e
}

// TestAgainstListedRespondents: the table of combinations gives what respondents
// one by one give.
func TestAgainstListedRespondents(t *testing.T) {
	t.Parallel()
	people := crowd(500, 2)
	r := newWorld(t, people).weigh(t, first, genderAge())
	for _, agency := range []string{"", "t24", "x1", "x2", "x3"} {
		for item, id := range []string{"q1", "q2", "q3"} {
			want := listed(t, people, func(p *person) bool { return agency == "" || agency == "t24" || p.agency == agency }, item)
			got := r.find(t, agency, []string{"first", "first", "last"}[item], id)
			name := agency + " " + id
			near(t, name+" n", float64(got.N), float64(want.N), 0, 0)
			near(t, name+" estimate", *got.Estimate, 100*want.Value, 1e-11, 0)
			near(t, name+" se", *got.SE, 100*want.SE(), 1e-9, 0)
			near(t, name+" n_eff", *got.EffectiveN, want.Kish, 1e-9, 0)
			near(t, name+" df", float64(got.DF), float64(want.DF), 0, 0)
		}
	}
}

// TestOrderDoesNotMatter: any order of arrival and any number of threads give the
// same bytes.
func TestOrderDoesNotMatter(t *testing.T) {
	people := crowd(400, 3)
	q := first
	q.Low, q.High, q.Collapse = 0.5, 2, 10
	want := ""
	for i := range 4 {
		before := runtime.GOMAXPROCS(1 + i)
		got := output(t, newWorld(t, people).weigh(t, q, genderAge()))
		runtime.GOMAXPROCS(before)
		if want = cmp.Or(want, got); got != want {
			t.Fatalf("order %d:\n%s", i, gocmp.Diff(want, got))
		}
		rand.New(rand.NewPCG(uint64(i), 9)).Shuffle(len(people), func(a, b int) { people[a], people[b] = people[b], people[a] })
	}
}

// TestLinesInAnyOrder: the order of the file does not matter either.
func TestLinesInAnyOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crowd(300, 4))
	lines := strings.SplitAfter(string(genderAge().CSV), "\n")[1:]
	want := output(t, w.weigh(t, first, genderAge()))
	for i := range uint64(3) {
		rand.New(rand.NewPCG(i, 9)).Shuffle(len(lines), func(a, b int) { lines[a], lines[b] = lines[b], lines[a] })
		got := output(t, w.weigh(t, first, Figures{Name: "other.csv", CSV: []byte(header + strings.Join(lines, ""))}))
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
}

// TestRelabelling: other codes of options, and another order of them, change no
// number.
func TestRelabelling(t *testing.T) {
	t.Parallel()
	people := crowd(400, 5)
	want := newWorld(t, people).weigh(t, first, genderAge())
	for i := range people {
		people[i].gender = map[string]string{"male": "m2", "female": "a1"}[people[i].gender]
	}
	w := newWorld(t, people, `{code: male, label: {vi: "Nam", en: "Male"}}`, `{code: a1, label: {vi: "Nữ", en: "Female"}}`,
		`{code: female, label: {vi: "Nữ", en: "Female"}}`, `{code: m2, label: {vi: "Nam", en: "Male"}}`)
	got := w.weigh(t, first, figures("t24,gender=m2,5000", "t24,gender=a1,5500", "t24,age=18-34,3000", "t24,age=35-59,4500", "t24,age=60,3000"))
	for i := range want.Rows {
		a, b := &want.Rows[i], &got.Rows[i]
		near(t, a.Key+a.Item, *b.Estimate, *a.Estimate, 1e-10, 0)
		near(t, a.Key+a.Item+" se", *b.SE, *a.SE, 1e-9, 0)
	}
}

// TestTwice: everybody twice halves the variance, and nothing else changes.
func TestTwice(t *testing.T) {
	t.Parallel()
	people := crowd(900, 6)
	q := first
	for _, index := range []string{"pool", "weighted"} {
		q.Index = index
		once := newWorld(t, people).weigh(t, q, genderAge())
		twice := newWorld(t, slices.Concat(people, people)).weigh(t, q, genderAge())
		for i := range once.Rows {
			a, b := &once.Rows[i], &twice.Rows[i]
			near(t, index+a.Key+a.Item, *b.Estimate, *a.Estimate, 1e-9, 0)
			// n/(n−1) of strata of about 150 is the rest of the difference.
			near(t, index+a.Key+a.Item+" variance", *b.SE**b.SE, *a.SE**a.SE/2, 0.006, 0)
			if b.N != 2*a.N || math.Abs(*b.EffectiveN-2**a.EffectiveN) > 1e-6 {
				t.Errorf("%s: got n %d and %v, want twice %d and %v", a.Key, b.N, *b.EffectiveN, a.N, *a.EffectiveN)
			}
		}
	}
}

// TestWeightsMove: women are two thirds of the respondents, and half of the
// people; what they say counts less.
func TestWeightsMove(t *testing.T) {
	t.Parallel()
	var people []person
	for i := range 60 {
		p := person{agency: "x1", gender: "female", age: "60", q: [3]int{5, 5, 5}}
		if i%3 == 0 {
			p.gender, p.q = "male", [3]int{1, 1, 1}
		}
		people = append(people, p)
	}
	people[0].q[0] = 5 // one man is satisfied, so that not all of them are the same
	q := first
	q.By = "gender"
	r := newWorld(t, people).weigh(t, q, figures("x1,gender=male,1000", "x1,gender=female,1000"))
	near(t, "whole", *r.find(t, "", "first", "q1").Estimate, 100*(1000+1000.0/20)/2000, 1e-12, 0)
	if row := r.find(t, "female", "first", "q1"); row.State != report.Suppressed || row.Reason != reasonAllSame || row.N != 0 {
		t.Errorf("all the same: got %+v", row)
	}
	if row := r.find(t, "male", "first", "q1"); row.Estimate != nil || row.Reason != reasonComplement {
		t.Errorf("what is left of the whole tells the hidden row: got %+v", row)
	}
}

// TestLeftOut counts everybody who has no weight, and why.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	people := crowd(200, 7)
	people[0].gender, people[1].age, people[2].agency = "", "", "t01"
	people[3].flags = response.Fast
	people[4].wave = 2
	w := newWorld(t, people)
	q := first
	q.Flags = report.FlagsWithout
	r := w.weigh(t, q, genderAge())
	x := r.Weighting
	if x.Respondents != 195 || x.Outside != 1 || x.Flagged != 1 || !slices.Equal(x.Incomplete, []Missing{{"gender", 1}, {"age", 1}}) {
		t.Errorf("got %+v", x)
	}
	var text bytes.Buffer
	must(t, r.Text(&text, "en"))
	for _, want := range []string{"195 respondents stand for 10,500 people (2026).", "1 respondents did not answer gender", "are of agencies that no margin is about"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("got %s, want %s", text.String(), want)
		}
	}
}

// TestStrata: populations of agencies by channel give base weights and finite
// populations; an agency that was asked as a whole has no sampling error.
func TestStrata(t *testing.T) {
	t.Parallel()
	people := crowd(300, 8)
	n := map[string]int{}
	for _, p := range people {
		n[p.agency+p.channel.String()]++
	}
	var lines []string
	for _, a := range []string{"x1", "x2", "x3"} {
		for _, c := range []string{"link", "kiosk"} {
			people := 10 * n[a+c]
			if a == "x1" {
				people = n[a+c]
			}
			lines = append(lines, a+",channel="+c+","+strconv.Itoa(people))
		}
	}
	r := newWorld(t, people).weigh(t, first, figures(lines...))
	if r.Weighting.Base != basePopulation || r.Weighting.Margins[0].Name != "agency&channel" || math.Abs(r.Weighting.Min-1) > 1e-12 || math.Abs(r.Weighting.Max-10) > 1e-12 {
		t.Errorf("got %+v", r.Weighting)
	}
	row := r.find(t, "x1", "first", "q1")
	if row.Interval != intervalComplete || *row.Low != *row.Estimate || *row.High != *row.Estimate {
		t.Errorf("got %+v", row)
	}
	if row := r.find(t, "x2", "first", "q1"); row.Interval != intervalKorn || *row.Low >= *row.Estimate || *row.SE <= 0 {
		t.Errorf("got %+v", row)
	}
	if !strings.Contains(output(t, r), "số dân của mỗi tầng") {
		t.Error("the report does not say what weights begin with")
	}
}

// TestLayers: a province's total and those of its communes are two margins, which
// must agree.
func TestLayers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crowd(300, 9))
	lines := []string{"t24,,9000", "x1,,3000", "x2,,3000", "x3,,3000"}
	r := w.weigh(t, first, figures(lines...))
	var names []string
	for _, m := range r.Weighting.Margins {
		names = append(names, m.Name)
	}
	if diff := gocmp.Diff([]string{"agency", "agency~2"}, names); diff != "" {
		t.Error(diff)
	}
	lines[0] = "t24,,9900"
	_, err := Weigh(t.Context(), w.store, first, figures(lines...))
	if got, want := explain(err), "margins: The margins do not have the same number of people: agency has 9,900, agency~2 has 9,000. Correct one of them, or leave it out with --rake."; got != want {
		t.Errorf("got %s", got)
	}
}

// TestParent: the people of a province are not those of its own counter alone.
func TestParent(t *testing.T) {
	t.Parallel()
	people := crowd(60, 16)
	for i := range 10 {
		people[i].agency = "t24"
	}
	r := newWorld(t, people).weigh(t, first, figures("t24,,5000"))
	if x := r.Weighting; x.Base != baseEqual || math.Abs(x.Min-5000/60.0) > 1e-9 || math.Abs(x.Max-5000/60.0) > 1e-9 {
		t.Errorf("got %+v", x)
	}
}

// TestTrim: weights keep to their bounds, and the report says by how much the
// margins suffer.
func TestTrim(t *testing.T) {
	t.Parallel()
	w := newWorld(t, crowd(400, 10))
	q := first
	q.Low, q.High = 0.5, 6
	r := w.weigh(t, q, figures("t24,gender=male,9000", "t24,gender=female,9000", "t24,age=18-34,2000", "t24,age=35-59,2000", "t24,age=60,14000"))
	x := r.Weighting
	if x.Trimmed == 0 || x.Min < x.Low*(1-1e-9) || x.Max > x.High*(1+1e-9) || x.OffBy <= 0 || math.Abs(x.People-18000) > 1e-6 {
		t.Errorf("got %+v", x)
	}
	if !strings.Contains(output(t, r), "trọng số được cắt") {
		t.Error("the report does not say that weights were cut")
	}
}

// TestCollapse: cells of few respondents, or of none, are joined with the next
// option, the last with the one before it.
func TestCollapse(t *testing.T) {
	t.Parallel()
	people := crowd(300, 11)
	people = slices.DeleteFunc(people, func(p person) bool { return p.age == "60" })
	w := newWorld(t, people)
	q := first
	q.Collapse = 5
	r := w.weigh(t, q, genderAge())
	var n int64
	for _, p := range people {
		if p.age == "35-59" {
			n++
		}
	}
	want := []Collapsed{{Margin: "age", Cells: []string{"age=35-59", "age=60"}, N: n}}
	if diff := gocmp.Diff(want, r.Weighting.Collapsed); diff != "" {
		t.Error(diff)
	}
	if got := r.Weighting.Margins[1].Cells[1]; got.Cell != "age=35-59 … age=60" || got.People != 7500 {
		t.Errorf("got %+v", got)
	}
}

func TestJoinSmall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n     []int64
		least int64
		want  [][]int
	}{
		{[]int64{9, 9, 9}, 0, [][]int{{0}, {1}, {2}}},
		{[]int64{0, 9, 9}, 5, [][]int{{0, 1}, {2}}},
		{[]int64{9, 2, 2, 2, 9}, 5, [][]int{{0}, {1, 2, 3}, {4}}},
		{[]int64{9, 9, 1}, 5, [][]int{{0}, {1, 2}}},
		{[]int64{1, 1}, 5, [][]int{{0, 1}}},
		{[]int64{1}, 5, [][]int{{0}}},
	} {
		line := make([]int, len(c.n))
		for i := range line {
			line[i] = i
		}
		if diff := gocmp.Diff(c.want, joinSmall(line, c.n, c.least)); diff != "" {
			t.Errorf("%v: %s", c.n, diff)
		}
	}
}
