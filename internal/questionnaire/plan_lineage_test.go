package questionnaire

import (
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/surveys"
)

// traceOf publishes one version after the other. Each is an edit of the base, and
// says what it declares about the one before.
func traceOf(t *testing.T, versions ...planned) (*Lineage, []*Questionnaire) {
	t.Helper()
	var l *Lineage
	var list []*Questionnaire
	for _, v := range versions {
		q := again(t, base(t, v.edit...), func(q *Questionnaire) {
			if v.mutate != nil {
				v.mutate(q)
			}
			if v.changes != nil {
				c := *v.changes
				c.From = l.At(l.Len() - 1).Version[:minFrom]
				q.Changes = &c
			}
		})
		l = l.Extend(q)
		list = append(list, q)
	}
	return l, list
}

// readAs says how the answers of a version are read now: "comment" is an id now,
// after it what it was there; options that changed their code follow.
func readAs(l *Lineage, place int) map[string]string {
	out := map[string]string{}
	now := l.At(l.Len() - 1)
	for i := range now.Variables() {
		v := &now.Variables()[i]
		from, options := l.Earlier(place, v)
		if from == nil {
			out[v.ID] = ""
			continue
		}
		_, names := l.Earlier(l.Len()-1, v)
		var moved []string
		for o, number := range options {
			to := slices.Index(names, number)
			code := "-"
			if to >= 0 {
				code = v.Item.Options[to].Code
			}
			if code != from.Item.Options[o].Code {
				moved = append(moved, from.Item.Options[o].Code+">"+code)
			}
		}
		if from.ID != v.ID || len(moved) > 0 {
			out[v.ID] = strings.TrimSpace(from.ID + " " + strings.Join(moved, " "))
		}
	}
	return out
}

func TestLineage(t *testing.T) {
	t.Parallel()
	remarks := planned{edit: []string{"id: comment", "id: remarks"}, changes: &Changes{Renamed: map[string]string{"remarks": "comment"}}}
	without := planned{edit: []string{commentLine, ""}, changes: &Changes{Dropped: []string{"comment"}}}
	cheap := "          - {code: cheap, label: {vi: \"Rẻ hơn\", en: \"Cheaper\"}}\n"
	for name, c := range map[string]struct {
		versions []planned
		want     map[string]string // of the first version
	}{
		"nothing changed": {[]planned{{}, {edit: []string{"Thank you.", "Thanks."}}}, map[string]string{}},
		"renamed twice": {[]planned{{}, remarks, {
			edit: []string{"id: comment", "id: notes"}, changes: &Changes{Renamed: map[string]string{"notes": "remarks"}},
		}}, map[string]string{"notes": "comment"}},
		"there and back": {[]planned{{}, remarks, {changes: &Changes{Renamed: map[string]string{"comment": "remarks"}}}}, map[string]string{}},
		"names changed places": {[]planned{{}, {
			edit: []string{"id: why", "id: x", "id: comment", "id: why", "id: x", "id: comment"}, changes: &Changes{Renamed: map[string]string{"why": "comment", "comment": "why"}},
		}}, map[string]string{"why": "comment", "comment": "why"}},
		"renamed without saying so":   {[]planned{{}, {edit: []string{"id: comment", "id: remarks"}}}, map[string]string{"remarks": ""}},
		"another kind":                {[]planned{{}, {edit: []string{"id: comment, type: text, max_chars: 1000", "id: comment, type: number"}}}, map[string]string{"comment": ""}},
		"gone and back":               {[]planned{{}, without, {edit: []string{"Thank you.", "Thanks."}}}, map[string]string{}},
		"gone and back for another":   {[]planned{{}, without, {edit: []string{"Ý kiến khác", "Tên cơ quan"}}}, map[string]string{"comment": ""}},
		"dropped and asked all anew":  {[]planned{{}, {edit: []string{"Thank you.", "Thanks."}, changes: &Changes{Dropped: []string{"comment"}}}}, map[string]string{"comment": ""}},
		"codes changed places":        {[]planned{{}, {changes: recoded("want", map[string]string{"fast": "cheap", "cheap": "fast"})}}, map[string]string{"want": "want fast>cheap cheap>fast"}},
		"codes changed places, twice": {[]planned{{}, {changes: recoded("want", map[string]string{"fast": "cheap", "cheap": "fast"})}, {edit: []string{"Thank you.", "Thanks."}, changes: recoded("want", map[string]string{"fast": "cheap", "cheap": "fast"})}}, map[string]string{}},
		"part of another": {[]planned{{}, {edit: []string{cheap, ""}, changes: recoded("want", map[string]string{"cheap": "fast"})}}, map[string]string{
			"want": "want cheap>fast",
		}},
		"part of another, that is recoded": {[]planned{
			{},
			{edit: []string{cheap, ""}, changes: recoded("want", map[string]string{"cheap": "fast"})},
			{edit: []string{cheap, "", "code: fast", "code: quick"}, changes: recoded("want", map[string]string{"fast": "quick"})},
		}, map[string]string{"want": "want fast>quick cheap>quick"}},
		"an option gone":              {[]planned{{}, {edit: []string{cheap, ""}}}, map[string]string{"want": "want cheap>-"}},
		"an option gone and back":     {[]planned{{}, {edit: []string{cheap, ""}}, {edit: []string{"Thank you.", "Thanks."}}}, map[string]string{}},
		"a code that means another":   {[]planned{{}, {edit: []string{cheap, ""}}, {edit: []string{"Rẻ hơn", "Gần nhà"}}}, map[string]string{"want": "want cheap>-"}},
		"given up for another option": {[]planned{{}, {edit: []string{"Rẻ hơn", "Gần nhà"}, changes: recoded("want", map[string]string{"cheap": ""})}}, map[string]string{"want": "want cheap>-"}},
		"a version between is stale": {[]planned{{}, {edit: []string{"id: comment", "id: remarks"}, mutate: func(q *Questionnaire) {
			q.Changes = &Changes{From: "0123456789ab", Renamed: map[string]string{"remarks": "comment"}}
		}}}, map[string]string{"remarks": ""}},
	} {
		l, list := traceOf(t, c.versions...)
		if diff := cmp.Diff(c.want, readAs(l, 0)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(map[string]string{}, readAs(l, l.Len()-1)); diff != "" {
			t.Errorf("%s: the last version is not read as it is:\n%s", name, diff)
		}
		if l.Len() != len(list) || l.Place(list[0].Version) < 0 || l.Place("nothing") != -1 {
			t.Errorf("%s: got %d versions, want %d", name, l.Len(), len(list))
		}
	}
}

// What is stored is told by the names of now, and of the last version that had it.
func TestNamesAndCodes(t *testing.T) {
	t.Parallel()
	cheap := "          - {code: cheap, label: {vi: \"Rẻ hơn\", en: \"Cheaper\"}}\n"
	l, list := traceOf(t, planned{}, planned{
		edit:    []string{"id: comment", "id: remarks", cheap, "", timesLine, ""},
		changes: &Changes{Renamed: map[string]string{"remarks": "comment"}, Recoded: map[string]map[string]string{"want": {"cheap": "fast"}}, Dropped: []string{"times"}},
	})
	names, codes := l.Names(0), l.Codes(0)
	got := map[string]string{}
	for i, v := range list[0].Variables() {
		if names[i] != v.ID || slices.ContainsFunc(v.Options(), func(o Option) bool { return codes[i][v.Option(o.Code)] != o.Code }) {
			got[v.ID] = names[i] + ": " + strings.Join(codes[i], "/")
		}
	}
	if diff := cmp.Diff(map[string]string{"comment": "remarks: ", "want": "want: fast/fast/none"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A lineage does not change when another goes on from it.
func TestExtendSharesNothingThatChanges(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	edits := slices.Concat(textPlans, optionPlans, itemPlans, scoringPlans, measurePlans)
	var lineages []*Lineage
	var seen []map[string]string
	var l *Lineage
	for range 40 {
		row := edits[r.IntN(len(edits))]
		q := again(t, base(t, row.edit...), func(q *Questionnaire) {
			if row.mutate != nil {
				row.mutate(q)
			}
			if row.changes != nil && l != nil {
				c := *row.changes
				c.From = l.At(l.Len() - 1).Version[:minFrom]
				q.Changes = &c
			}
		})
		if l != nil && l.At(l.Len()-1).Version == q.Version {
			continue
		}
		if l != nil {
			checkPlan(t, Compare(l, q, allStored))
		}
		l = l.Extend(q)
		lineages, seen = append(lineages, l), append(seen, readAs(l, 0))
		if len(l.Names(0)) != len(l.At(0).Variables()) || len(l.Codes(0)) != len(l.At(0).Variables()) {
			t.Fatal("names and codes do not fit the variables")
		}
	}
	for i := range lineages {
		if !maps.Equal(seen[i], readAs(lineages[i], 0)) {
			t.Errorf("lineage %d changed afterwards", i)
		}
	}
}

// Plans between questionnaires that have nothing to do with each other are long,
// and nothing else.
func TestPlansOfStrangers(t *testing.T) {
	t.Parallel()
	shipped, err := LoadAll(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range shipped {
		for _, b := range shipped {
			var l *Lineage
			p := Compare(l.Extend(a.Questionnaire), b.Questionnaire, allStored)
			if a != b && p.Refused() == 0 {
				t.Errorf("%s to %s: nothing is refused", a.Questionnaire.Survey, b.Questionnaire.Survey)
			}
			checkPlan(t, p)
			l.Extend(a.Questionnaire).Extend(b.Questionnaire).Extend(a.Questionnaire)
		}
	}
}

// FuzzCompare: whatever two stored versions say, a plan can be made and printed.
func FuzzCompare(f *testing.F) {
	src, err := fs.ReadFile(surveys.FS, "counter/survey.yaml")
	if err != nil {
		f.Fatal(err)
	}
	s, err := Parse("counter", "survey.yaml", src)
	if err != nil {
		f.Fatal(err)
	}
	one := s.Questionnaire.Canonical()
	two := base(f).Canonical()
	f.Add(one, two)
	f.Add(two, []byte(strings.Replace(string(two), `"code":"4"`, `"code":"x"`, 1)))
	f.Fuzz(func(t *testing.T, before, now []byte) {
		a, err := Decode(before)
		if err != nil {
			return
		}
		b, err := Decode(now)
		if err != nil {
			return
		}
		var l *Lineage
		l = l.Extend(a)
		if err := Compare(l, b, allStored).Print(io.Discard); err != nil {
			t.Error(err)
		}
		l.Extend(b).Extend(a)
	})
}
