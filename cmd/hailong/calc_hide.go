package main

import (
	"fmt"
	"slices"
	"strings"

	"hailong/internal/disclose"
)

type hideCalcs struct {
	Suppress suppressCalc `cmd:"" help:"Hide small cells of a table of counts, and others so that nobody finds them out."`
	Audit    auditCalc    `cmd:"" help:"What a reader finds out about the hidden cells of a table of counts."`
}

// crossTable is a table of counts: the first column names the rows, each other
// column is one. Totals are added, because readers see them.
type crossTable struct{ tableArg }

const totalName = "total"

func (c *crossTable) read(in calcInput) (*disclose.Table, error) {
	t, err := in.table(c.Data)
	if err != nil {
		return nil, err
	}
	columns := t.columns[1:]
	if len(columns) == 0 {
		return nil, fmt.Errorf("%s:1: there is no column with counts", t.name)
	}
	width := len(columns) + 1
	cells := make([]disclose.Cell, (len(t.rows)+1)*width)
	for i := range len(t.rows) + 1 {
		for j := range width {
			row, column := totalName, totalName
			if i < len(t.rows) {
				row = t.rows[i][0]
			}
			if j < len(columns) {
				column = columns[j]
			}
			cell := &cells[i*width+j]
			cell.ID = row + "/" + column
			cell.Cost = 1
			if row == totalName || column == totalName {
				cell.Cost = 10 // totals are what readers look for
				continue
			}
			if cell.Count, err = t.count(i, column); err != nil {
				return nil, err
			}
			cells[i*width+width-1].Count += cell.Count
			cells[len(t.rows)*width+j].Count += cell.Count
			cells[len(cells)-1].Count += cell.Count
		}
	}
	return &disclose.Table{Cells: cells, Sums: crossSums(len(t.rows), width)}, nil
}

// crossSums says that rows and columns add up.
func crossSums(rows, width int) []disclose.Sum {
	var sums []disclose.Sum
	add := func(n int, at func(k int) int) {
		s := disclose.Sum{}
		for k := range n {
			s.Cells, s.Coefs = append(s.Cells, at(k)), append(s.Coefs, 1)
		}
		s.Coefs[n-1] = -1
		sums = append(sums, s)
	}
	for i := range rows + 1 {
		add(width, func(k int) int { return i*width + k })
	}
	for j := range width {
		add(rows+1, func(k int) int { return k*width + j })
	}
	return sums
}

// tellHidden lists hidden cells with what a reader finds out.
func tellHidden(r *calcResult, t *disclose.Table, hidden []int, why func(int) string) error {
	ranges, ok := t.Audit(hidden)
	if !ok {
		return errUndefined
	}
	r.columns = []string{"cell", "count", "why", "reader_low", "reader_high", "width"}
	for i, cell := range hidden {
		x := ranges[i]
		r.row(t.Cells[cell].ID, t.Cells[cell].Count, why(cell), x.Low, x.High, x.Width())
	}
	return nil
}

type suppressCalc struct {
	crossTable
	Small int64   `help:"Counts from 1 to below it are hidden." default:"5"`
	Width float64 `help:"How uncertain a hidden count must stay." default:"5"`
}

func (c *suppressCalc) compute(in calcInput) (*calcResult, error) {
	t, err := c.read(in)
	if err != nil {
		return nil, err
	}
	if err := firstOf(positive("small", float64(c.Small)), positive("width", c.Width)); err != nil {
		return nil, err
	}
	rule := disclose.Rule{Small: c.Small, Width: c.Width}
	primary := t.Primary(rule)
	hidden, ok := t.Suppress(primary, rule)
	if !ok {
		return nil, fmt.Errorf("no pattern protects the small counts: even with all cells hidden a reader finds them out; join rows or columns")
	}
	r := &calcResult{}
	r.add("small_cells", len(primary))
	r.add("hidden_cells", len(hidden))
	return r, tellHidden(r, t, hidden, func(cell int) string {
		if slices.Contains(primary, cell) {
			return "small"
		}
		return "protects others"
	})
}

type auditCalc struct {
	crossTable
	Hidden []string `help:"Hidden cells, as row/column; total is the name of the totals." required:"" placeholder:"R/C"`
	Width  float64  `help:"How uncertain a hidden count must stay." default:"5"`
}

func (c *auditCalc) compute(in calcInput) (*calcResult, error) {
	t, err := c.read(in)
	if err != nil {
		return nil, err
	}
	var hidden []int
	for _, id := range c.Hidden {
		at := slices.IndexFunc(t.Cells, func(cell disclose.Cell) bool { return cell.ID == strings.TrimSpace(id) })
		if at < 0 {
			return nil, fmt.Errorf("--hidden: there is no cell %q; the first is %s", id, t.Cells[0].ID)
		}
		hidden = append(hidden, at)
	}
	slices.Sort(hidden)
	hidden = slices.Compact(hidden)
	ranges, ok := t.Audit(hidden)
	if !ok {
		return nil, errUndefined
	}
	r := &calcResult{}
	unsafe := 0
	for _, x := range ranges {
		if x.Width() < c.Width {
			unsafe++
		}
	}
	r.add("hidden_cells", len(hidden))
	r.add("found_out", unsafe)
	return r, tellHidden(r, t, hidden, func(cell int) string {
		if x := ranges[slices.Index(hidden, cell)]; x.Width() < c.Width {
			return "found out"
		}
		return "safe"
	})
}
