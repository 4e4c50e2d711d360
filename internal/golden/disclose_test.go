package golden

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/disclose"
)

// suppression reads an instance of case 11.
func suppression(t *testing.T, name string) (*disclose.Table, map[string]int) {
	t.Helper()
	cells, relations := read(t, "data/11_"+name+"_cells.csv"), read(t, "data/11_"+name+"_relations.csv")
	x := new(disclose.Table)
	index := cells.index("cell_id")
	for i := range cells.rows {
		x.Cells = append(x.Cells, disclose.Cell{ID: cells.text(i, "cell_id"), Count: int64(cells.number(i, "count")), Cost: cells.number(i, "cost")})
	}
	sums := map[string]int{}
	for i := range relations.rows {
		id := relations.text(i, "rel_id")
		k, ok := sums[id]
		if !ok {
			k = len(x.Sums)
			sums[id] = k
			x.Sums = append(x.Sums, disclose.Sum{})
		}
		x.Sums[k].Cells = append(x.Sums[k].Cells, index[relations.text(i, "cell_id")])
		x.Sums[k].Coefs = append(x.Sums[k].Coefs, relations.number(i, "coef"))
	}
	return x, index
}

func TestGolden11Audit(t *testing.T) {
	t.Parallel()
	e, patterns, primary, c := read(t, "expected/11_audit.csv"), read(t, "expected/11_patterns.csv"), read(t, "expected/11_primary.csv"), compare(t)
	hidden, rows := map[string][]int{}, map[string][]int{}
	tables, indices := map[string]*disclose.Table{}, map[string]map[string]int{}
	for row := range patterns.rows {
		if name := patterns.text(row, "instance"); tables[name] == nil {
			tables[name], indices[name] = suppression(t, name)
		}
	}
	for row := range e.rows {
		name := e.text(row, "instance")
		key := name + "|" + e.text(row, "pattern")
		hidden[key] = append(hidden[key], indices[name][e.text(row, "cell_id")])
		rows[key] = append(rows[key], row)
	}
	for row := range primary.rows {
		name := primary.text(row, "instance")
		if tables[name] == nil {
			continue
		}
		cell := indices[name][primary.text(row, "cell_id")]
		is := slices.Contains(tables[name].Primary(disclose.Standard), cell)
		c.same("primary "+primary.text(row, "cell_id"), strconv.FormatBool(is), strconv.FormatBool(primary.text(row, "primary") == "1"))
	}
	for key, cells := range hidden {
		name, _, _ := strings.Cut(key, "|")
		ranges, ok := tables[name].Audit(cells)
		if !ok {
			t.Fatal(key)
		}
		for k, row := range rows[key] {
			c.row(e, row, key+"|"+e.text(row, "cell_id"), map[string]float64{"lo": ranges[k].Low, "hi": ranges[k].High}, tolerance{0, 1e-5})
		}
	}
	for row := range patterns.rows {
		name := patterns.text(row, "instance")
		x := tables[name]
		first := x.Primary(disclose.Standard)
		cells := hidden[name+"|"+patterns.text(row, "pattern")]
		for column, width := range map[string]float64{"safe_exact": 2e-6, "safe_width5": 5} {
			unsafe, ok := x.Unsafe(cells, first, width)
			c.same(name+"|"+patterns.text(row, "pattern")+"|"+column, strconv.FormatBool(ok && len(unsafe) == 0), strconv.FormatBool(patterns.text(row, column) == "1"))
		}
	}
}

// Our own patterns are safe, and not much dearer than the cheapest.
func TestGolden11Suppress(t *testing.T) {
	t.Parallel()
	patterns, c := read(t, "expected/11_patterns.csv"), compare(t)
	for row := range patterns.rows {
		if patterns.text(row, "pattern") != "best" {
			continue
		}
		name := patterns.text(row, "instance")
		x, _ := suppression(t, name)
		primary := x.Primary(disclose.Standard)
		hidden, ok := x.Suppress(primary, disclose.Standard)
		if !ok {
			t.Fatal(name)
		}
		ranges, _ := x.Audit(hidden)
		cost := 0.0
		for k, cell := range hidden {
			if !slices.Contains(primary, cell) {
				cost += x.Cells[cell].Cost
			} else if ranges[k].Width() < 5-1e-6 {
				t.Errorf("%s: %s can be found out: %v", name, x.Cells[cell].ID, ranges[k])
			}
		}
		best := patterns.number(row, "optimal_extra_cost")
		c.same(name, strconv.FormatBool(cost <= 1.5*best+1e-9), "true")
		t.Logf("%s: hiding %d more costs %v, the cheapest %v", name, len(hidden)-len(primary), cost, best)
	}
}
