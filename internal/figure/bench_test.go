package figure

import (
	"fmt"
	"strings"
	"testing"
)

// population is a file of the people of 3 321 agencies in ten cells each.
func population() []byte {
	var b strings.Builder
	b.WriteString(header)
	for a := range 3321 {
		for cell := range 10 {
			fmt.Fprintf(&b, "population,x%05d,2026,age=a%d&gender=g%d,%d,GSO 2026,yes,\n", a, cell/2, cell%2, 1000+a*7+cell)
		}
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	csv := population()
	b.SetBytes(int64(len(csv)))
	for b.Loop() {
		if _, err := Parse("f.csv", csv, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValue(b *testing.B) {
	table, err := Parse("f.csv", population(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, ok := table.Value(Population, "x01234", "2026", "age=a3&gender=g1"); !ok {
			b.Fatal("not there")
		}
	}
}

func BenchmarkMerge(b *testing.B) {
	table, err := Parse("f.csv", population(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		table.Merge(table)
	}
}
