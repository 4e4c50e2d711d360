package golden

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// shared is the folder of golden data beside the project.
const shared = "../../../shared/golden"

// folder is the set that is tested.
func folder() string {
	if dir := os.Getenv("HAILONG_GOLDEN"); dir != "" {
		return dir
	}
	return "testdata/synthetic"
}

// table is a CSV file: values by column name.
type table struct {
	name    string
	columns map[string]int
	rows    [][]string
}

// read reads a file of the set, and skips the test where the set has no such
// case: a file of third parties is not part of the project.
func read(t *testing.T, name string) *table {
	t.Helper()
	for _, dir := range []string{folder(), filepath.Join(shared, "open")} {
		tab, err := readFile(filepath.Join(dir, name))
		if err == nil {
			return tab
		}
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if os.Getenv("HAILONG_GOLDEN") != "" {
			break
		}
	}
	t.Skipf("GOLDEN DATA MISSING: there is no %s in %s; it is data of third parties, which this project does not hold: set HAILONG_GOLDEN to a set that has it", name, folder())
	return nil
}

func readFile(path string) (*table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	all, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	tab := &table{name: filepath.Base(path), columns: map[string]int{}, rows: all[1:]}
	for i, name := range all[0] {
		tab.columns[name] = i
	}
	return tab, nil
}

func (t *table) text(row int, column string) string {
	i, ok := t.columns[column]
	if !ok {
		return "no column " + column
	}
	return t.rows[row][i]
}

// number is NaN for an empty field.
func (t *table) number(row int, column string) float64 {
	s := t.text(row, column)
	if s == "" {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.Inf(-1) // no figure of any file: every comparison with it fails
	}
	return x
}

// index returns rows by the values of columns, joined with |.
func (t *table) index(columns ...string) map[string]int {
	rows := map[string]int{}
	for i := range t.rows {
		parts := make([]string, len(columns))
		for k, c := range columns {
			parts[k] = t.text(i, c)
		}
		rows[strings.Join(parts, "|")] = i
	}
	return rows
}

// tolerance of a comparison: a difference passes when it is below either.
type tolerance struct{ relative, absolute float64 }

var tight = tolerance{1e-9, 1e-12}

// comparison counts what was compared, and fails on what differs.
type comparison struct {
	t     *testing.T
	n     int
	wrong int
}

func compare(t *testing.T) *comparison {
	t.Helper()
	c := &comparison{t: t}
	t.Cleanup(func() {
		if c.n == 0 {
			t.Error("nothing was compared")
		}
		if c.wrong > 20 {
			t.Errorf("and %d more of %d", c.wrong-20, c.n)
		}
		t.Logf("%d figures compared", c.n)
	})
	return c
}

// near compares a number with a wanted one; NaN means that there is none.
func (c *comparison) near(what string, got, want float64, tol tolerance) {
	c.t.Helper()
	c.n++
	if math.IsNaN(want) && math.IsNaN(got) {
		return
	}
	d := math.Abs(got - want)
	if d <= tol.absolute || d <= tol.relative*math.Abs(want) {
		return
	}
	if c.wrong++; c.wrong <= 20 {
		c.t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

// row compares several columns of a row of expected figures.
func (c *comparison) row(e *table, row int, key string, got map[string]float64, tol tolerance) {
	c.t.Helper()
	for column, value := range got {
		c.near(e.name+" "+key+" "+column, value, e.number(row, column), tol)
	}
}

func (c *comparison) same(what string, got, want any) {
	c.t.Helper()
	c.n++
	if got == want {
		return
	}
	if c.wrong++; c.wrong <= 20 {
		c.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// or returns x where ok, else NaN: no figure.
func or(x float64, ok bool) float64 {
	if !ok {
		return math.NaN()
	}
	return x
}

var nan = math.NaN()

// smoke reads the single-number checks.
func smoke(t *testing.T) map[string]any {
	t.Helper()
	data, err := os.ReadFile("testdata/smoke.json")
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func list(v any) []map[string]any {
	var out []map[string]any
	all, _ := v.([]any)
	for _, x := range all {
		m, _ := x.(map[string]any)
		out = append(out, m)
	}
	return out
}

func number(v any) float64 {
	x, ok := v.(float64)
	if !ok {
		return math.NaN()
	}
	return x
}

func numbers(v any) []float64 {
	var out []float64
	all, _ := v.([]any)
	for _, x := range all {
		out = append(out, number(x))
	}
	return out
}
