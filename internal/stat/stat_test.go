package stat_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"hailong/internal/stat"
)

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

// The expected values were computed with R 4.2.2 (prop.test without correction).
func TestWilsonAgreesWithR(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/wilson.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Y, N float64
		CI   struct{ Lo, Hi float64 }
	}
	if err := json.Unmarshal(data, &cases); err != nil || len(cases) < 4 {
		t.Fatalf("got %d cases, error %v", len(cases), err)
	}
	for _, c := range cases {
		got, ok := stat.Wilson(c.Y/c.N, c.N)
		if !ok || !near(got.Low, c.CI.Lo, 1e-12) || !near(got.High, c.CI.Hi, 1e-12) {
			t.Errorf("Wilson(%v of %v): got %v %v, want %v", c.Y, c.N, got, ok, c.CI)
		}
	}
}

// goldenRow is one agency and item of testdata/srs_items.csv, made with base R.
type goldenRow struct {
	name   string
	counts []int64
	field  func(name string) float64
	n      int64
}

func golden(t *testing.T) []goldenRow {
	t.Helper()
	f, err := os.Open("testdata/srs_items.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []goldenRow
	for _, record := range records[1:] {
		values := map[string]float64{}
		for i, name := range records[0] {
			v, err := strconv.ParseFloat(record[i], 64)
			if err != nil {
				v = math.NaN()
			}
			values[name] = v
		}
		row := goldenRow{name: record[0] + " " + record[1], n: int64(values["n_valid"])}
		row.field = func(name string) float64 { return values[name] }
		for _, name := range []string{"n1", "n2", "n3", "n4", "n5"} {
			row.counts = append(row.counts, int64(values[name]))
		}
		rows = append(rows, row)
	}
	if len(rows) < 20 {
		t.Fatalf("got %d golden rows, want at least 20", len(rows))
	}
	return rows
}

var fivePoints = []stat.Wide{stat.Whole(1), stat.Whole(2), stat.Whole(3), stat.Whole(4), stat.Whole(5)}

func TestScoresAgreeWithR(t *testing.T) {
	t.Parallel()
	const tolerance = 1e-12
	for _, row := range golden(t) {
		share, ok := stat.TopBox(row.counts[3]+row.counts[4], row.n)
		if ok != (row.n > 0) {
			t.Errorf("%s: TopBox ok = %v with n = %d", row.name, ok, row.n)
		}
		if !ok {
			continue
		}
		p := share.Float64() / 100
		if !near(p, row.field("t2b"), tolerance) {
			t.Errorf("%s: got share %v, want %v", row.name, p, row.field("t2b"))
		}
		wilson, _ := stat.Wilson(p, float64(row.n))
		if !near(wilson.Low, row.field("wilson_lo"), tolerance) || !near(wilson.High, row.field("wilson_hi"), tolerance) {
			t.Errorf("%s: got %v, want %v to %v", row.name, wilson, row.field("wilson_lo"), row.field("wilson_hi"))
		}
		moments, _ := stat.MomentsOf(fivePoints, row.counts)
		sd, _ := moments.SD()
		if !near(moments.Mean.Float64(), row.field("mean"), tolerance) || !near(sd, row.field("sd"), tolerance) {
			t.Errorf("%s: got mean %v sd %v, want %v %v", row.name, moments.Mean.Float64(), sd, row.field("mean"), row.field("sd"))
		}
		interval, _ := moments.Interval()
		want := row.field("mean") + stat.Z95*row.field("se_mean")
		if !near(interval.High, want, tolerance) {
			t.Errorf("%s: got upper limit of the mean %v, want %v", row.name, interval.High, want)
		}
	}
}

func TestWilsonBounds(t *testing.T) {
	t.Parallel()
	for _, n := range []float64{0.3, 1, 2.5, 10, 1e6} {
		for _, p := range []float64{0, 1e-9, 0.25, 0.5, 0.999, 1} {
			got, ok := stat.Wilson(p, n)
			if !ok || got.Low < 0 || got.High > 1 || got.Low > p || got.High < p || got.Low >= got.High {
				t.Errorf("Wilson(%v, %v) = %v %v: want an interval of [0, 1] around p", p, n, got, ok)
			}
			mirror, _ := stat.Wilson(1-p, n)
			if !near(got.Low, 1-mirror.High, 1e-12) {
				t.Errorf("Wilson(%v, %v): not symmetric", p, n)
			}
		}
	}
}

func TestUndefined(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range [][2]float64{{0.5, 0}, {0.5, -1}, {0.5, nan}, {0.5, inf}, {-0.1, 9}, {1.1, 9}, {nan, 9}} {
		if got, ok := stat.Wilson(c[0], c[1]); ok {
			t.Errorf("Wilson(%v) = %v, want undefined", c, got)
		}
	}
	for _, c := range [][3]float64{{3, 1, 1}, {3, -1, 9}, {3, nan, 9}, {nan, 1, 9}, {3, inf, 9}, {inf, 1, 9}, {3, 1, inf}} {
		if got, ok := stat.NormalMean(c[0], c[1], c[2]); ok {
			t.Errorf("NormalMean(%v) = %v, want undefined", c, got)
		}
	}
	for _, c := range [][2]int64{{0, 0}, {1, 0}, {-1, 5}, {6, 5}, {1, 1<<46 + 1}} {
		if got, ok := stat.TopBox(c[0], c[1]); ok {
			t.Errorf("TopBox(%v) = %v, want undefined", c, got)
		}
	}
}
