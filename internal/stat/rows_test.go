package stat_test

import (
	"testing"

	"hailong/internal/stat"
)

func TestRowsOfATable(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string][][]float64{
		"none": nil, "no columns": {{}, {}}, "ragged": {{1, 2}, {1}, {2, 2}},
	} {
		if _, ok := stat.ReliabilityOf(rows); ok {
			t.Errorf("%s: got a reliability", name)
		}
		if _, ok := stat.DriversOf([]float64{1, 2, 3}, rows, nil); ok {
			t.Errorf("%s: got drivers", name)
		}
	}
	rows := [][]float64{{1, 2}, {2, 1}, {3, 4}, {4, 3}, {5, 5}}
	if r, ok := stat.ReliabilityOf(rows); !ok || r.N != 5 || r.Items != 2 {
		t.Errorf("got %d answers to %d items, want 5 to 2", r.N, r.Items)
	}
	if d, ok := stat.DriversOf([]float64{1, 2, 3, 4, 5}, rows, nil); !ok || len(d.Driver) != 2 {
		t.Errorf("got %d drivers, want 2", len(d.Driver))
	}
}
