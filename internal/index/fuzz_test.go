package index

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"hailong/internal/errs"
	"hailong/surveys"
)

// FuzzParse: whatever the file, there is an index that can be computed or there are
// mistakes, soon.
func FuzzParse(f *testing.F) {
	files, err := fs.Glob(surveys.Indices(), "*/index.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		src, err := fs.ReadFile(surveys.Indices(), file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(head + "aggregate: geometric\nweights: equal\nmissing: rescale\navailable: 0.5\nindicators:\n" +
		flow("a", "source: {figure: f}, treat: true, impute: group_mean, min: 1") + flow("b", "source: {figure: g}, scale: {method: min_max, low: 1, high: 10}, from: \"2020\"")))
	f.Add([]byte(head + "indicators:\n" + flow("a", "source: {first_of: [{figure: f}, {survey: {survey: s, item: i, measure: m}}]}, steps: [{at_most: 3, points: 1}]")))
	f.Fuzz(func(t *testing.T, src []byte) {
		start := time.Now()
		x, err := Parse("example", "index.yaml", src)
		if took := time.Since(start); took > 20*time.Second {
			t.Fatalf("took %v", took)
		}
		if err != nil {
			var list errs.Mistakes
			if !errors.As(err, &list) || len(list) == 0 || x != nil {
				t.Fatalf("got %v and %v, want mistakes only", x, err)
			}
			for _, m := range list {
				if m.Message == "" || m.Cure == "" || m.Line < 1 || m.Column < 1 {
					t.Fatalf("incomplete: %+v", m)
				}
			}
			return
		}
		again, err := Parse("example", "index.yaml", src)
		if err != nil {
			t.Fatal(err)
		}
		one, _ := x.Hash()
		two, _ := again.Hash()
		if one != two || one == "" {
			t.Fatalf("hashes %q and %q", one, two)
		}
		if len(x.Indicators) > 100 {
			return
		}
		in := Input{Period: "2021", Survey: func(SurveyRef, string) Score { return Score{Value: 3, SE: Number{1, true}} }}
		for u := range 4 {
			in.Units = append(in.Units, Unit{ID: fmt.Sprint("u", u), Group: "g"})
		}
		in.Figure = func(id, unit, _ string) (float64, bool, string) {
			return float64((len(id)*7+int(unit[1])*5)%11) - 1, (len(id)+int(unit[1]))%5 > 0, ""
		}
		sound(t, compute(t, x, in))
		if _, err := Sensitivity(x, in, 3, 1); err != nil {
			t.Fatal(err)
		}
	})
}
