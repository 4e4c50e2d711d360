package questionnaire

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMeasures(t *testing.T) {
	t.Parallel()
	q := good(t, "measures")
	four, one := []string{"4", "5"}, []string{"1", "2"}
	want := []Measure{
		{ID: "top", Kind: TopBox, Codes: four, Base: WithDontKnow},
		{ID: "bottom", Kind: BottomBox, Codes: one},
		{ID: "balance", Kind: Net, Codes: four, Against: one},
		{ID: "average", Kind: Mean},
		{ID: "hundred", Kind: Score100},
		{ID: "promoters", Kind: NPS},
	}
	for i := range want {
		want[i].Title = q.Measures[i].Title
	}
	if diff := cmp.Diff(want, q.Measures); diff != "" {
		t.Errorf("measures (-want +got):\n%s", diff)
	}
	if q.MinN != 25 || q.AllSame != PublishAllSame || q.Rounding == nil || *q.Rounding != 0 {
		t.Errorf("got min_n %d, all_same %q, rounding %v", q.MinN, q.AllSame, q.Rounding)
	}
	if plain := good(t, "pinned"); plain.MinN != 10 || plain.AllSame != "" || plain.Rounding != nil {
		t.Errorf("nothing said: got min_n %d, all_same %q, rounding %v", plain.MinN, plain.AllSame, plain.Rounding)
	}
	for i := range q.Measures {
		if m := &q.Measures[i]; m.Kind.Coded() == m.Kind.Valued() || m.Kind.Coded() != (len(m.Codes) > 0) {
			t.Errorf("%s: coded %v, valued %v", m.Kind, m.Kind.Coded(), m.Kind.Valued())
		}
	}
	if unknown := MeasureKind("median"); unknown.Coded() || unknown.Valued() {
		t.Error("a kind that there is not counts something")
	}
}

func TestSpanOfOptions(t *testing.T) {
	t.Parallel()
	options := func(values ...float64) []Option {
		var list []Option
		for _, v := range values {
			list = append(list, Option{Value: &v})
		}
		return list
	}
	for _, row := range []struct {
		name      string
		options   []Option
		low, high float64
		nps       bool
	}{
		{"nothing", nil, 0, 0, false},
		{"no value", []Option{{}}, 0, 0, false},
		{"one", options(-3), -3, -3, false},
		{"below zero", options(-3, -5), -5, -3, false},
		{"a hole", append([]Option{{}}, options(2, 1)...), 1, 2, false},
		{"0 to 10", options(10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), 0, 10, true},
		{"0 to 10, one twice", options(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10), 0, 10, true},
		{"1 to 10", options(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 1, 10, false},
		{"0 to 11", options(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 0, 11, false},
		{"a half", options(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 9.5), 0, 10, false},
		{"below", options(-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), -1, 10, false},
		{"0 to 10 and none", append(options(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Option{}), 0, 10, false},
	} {
		if low, high := spanOf(row.options); low != row.low || high != row.high {
			t.Errorf("%s: got %v to %v, want %v to %v", row.name, low, high, row.low, row.high)
		}
		if got := zeroToTen(row.options); got != row.nps {
			t.Errorf("%s: values from 0 to 10: got %v, want %v", row.name, got, row.nps)
		}
	}
}

// A measure that counts don't know where nobody may say so is told.
func TestBaseThatNothingOffers(t *testing.T) {
	t.Parallel()
	const file = `title: {vi: T}
languages: [vi]
pages:
  - id: p
    items:
      - {id: a, type: yes_no, text: {vi: A}}
      - {id: b, type: yes_no, missing: [refused], text: {vi: B}}
      - {id: c, type: yes_no, missing: [dont_know], text: {vi: C}}
measures:
  - {id: m, kind: net, codes: ["yes"], against: ["no"], base: with_dont_know, title: {vi: M}}
indices:
  - {id: i, title: {vi: I}, measure: m, aggregate: pooled, factors: [{id: f, title: {vi: F}, items: `
	for items, want := range map[string]int{"[a, b]": 1, "[a, c]": 0, "[c]": 0} {
		s, err := Parse("s", "survey.yaml", []byte(file+items+"}]}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Warnings) != want {
			t.Errorf("%s: got %v, want %d warnings", items, s.Warnings, want)
		}
	}
}

// Waves keep what they say themselves; the fieldwork has the rest.
func TestFieldworkOfSamples(t *testing.T) {
	t.Parallel()
	s, err := Parse("sample", "survey.yaml", []byte(source(t, "measures")))
	if err != nil {
		t.Fatal(err)
	}
	work := s.Fieldwork
	got := []string{work.Sample, work.Lonely, work.Waves[0].Sample, work.Waves[0].Lonely, work.Waves[1].Sample, work.Waves[1].Lonely}
	if diff := cmp.Diff([]string{Probability, LonelyAverage, "", "", Census, LonelyRemove}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What the shapes take is what the lists say.
func TestSampleKeysAreListed(t *testing.T) {
	t.Parallel()
	for _, shape := range []reflect.Type{reflect.TypeFor[FileFieldwork](), reflect.TypeFor[FileWave]()} {
		for key, list := range map[string][]string{"Sample": SampleTypes(), "Lonely": LonelyPolicies()} {
			field, _ := shape.FieldByName(key)
			if got, want := field.Tag.Get("validate"), "omitempty,oneof="+strings.Join(list, " "); got != want {
				t.Errorf("%s of %s: got %q, want %q", key, shape.Name(), got, want)
			}
		}
	}
}
