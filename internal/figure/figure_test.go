package figure

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

const header = "figure,agency,period,cell,value,source,checked,note\n"

func mustParse(t testing.TB, csv string) *Table {
	t.Helper()
	table, err := Parse("f.csv", []byte(csv), nil)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func rows(t *Table) []Figure { return slices.Collect(t.All()) }

func TestParse(t *testing.T) {
	t.Parallel()
	want := []Figure{
		{ID: "on_time", Agency: "x1", Period: "2026-11", Value: -0.25, There: true, Source: "Cổng DVC", Note: "may be, revised"},
		{ID: "on_time", Agency: "x1", Period: "2026-Q3", Value: 96.3, There: true, Source: "Cổng DVC, quý 3", Checked: true},
		{ID: "population", Agency: "H05.12", Period: "2026", Cell: "age=18-34&gender=female", Value: 120000, There: true, Source: "GSO", Checked: true},
		{ID: "population", Agency: "x1", Period: "2026", Value: 0, There: true, Source: "GSO"},
		{ID: "self", Agency: "x1", Period: "dot-1", Source: "Sở", Note: "not yet handed in"},
	}
	plain := "figure,agency,period,cell,value,source,checked,note\n" +
		"self,x1,dot-1,,,Sở,no,not yet handed in\n" +
		"population,x1,2026,,-0,GSO,no,\n" +
		"population,H05.12,2026,gender=female&age=18-34,120000,GSO,yes,\n" +
		"on_time,x1,2026-Q3,,96.30,\"Cổng DVC, quý 3\",yes,\n" +
		"on_time,x1,2026-11,,-0.25,Cổng DVC,no,\"may be, revised\"\n"
	for name, csv := range map[string]string{
		"plain":    plain,
		"comments": "\uFEFF# all, of it\n\"# a \"\"quoted\"\" one\",,,,,,,\n" + strings.ReplaceAll(plain, "population,x1", "# between, x\n\npopulation,x1"),
		"windows":  strings.ReplaceAll(plain, "\n", "\r\n"),
		"excel": "figure;agency;period;cell;value;source;checked;note\r\n" +
			"self;x1;dot-1;;;Sở;no;not yet handed in\r\npopulation;x1;2026;;0;GSO;no;\r\n" +
			"population;H05.12;2026;gender=female&age=18-34;120000;GSO;yes;\r\n" +
			"on_time;x1;2026-Q3;;96.3;Cổng DVC, quý 3;yes;\r\non_time;x1;2026-11;;-0.25;Cổng DVC;no;may be, revised\r\n",
		"another order": "note,checked,source,value,cell,period,agency,figure\n" +
			"not yet handed in,no,Sở,,,dot-1,x1,self\n,no,GSO,00,,2026,x1,population\n" +
			",yes,GSO,0120000.0,gender=female&age=18-34,2026,H05.12,population\n" +
			",yes,\"Cổng DVC, quý 3\",96.3,,2026-Q3,x1,on_time\n\"may be, revised\",no,Cổng DVC,-0.25,,2026-11,x1,on_time\n",
	} {
		got := mustParse(t, csv)
		if diff := cmp.Diff(want, rows(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		canonical := header +
			"on_time,x1,2026-11,,-0.25,Cổng DVC,no,\"may be, revised\"\n" +
			"on_time,x1,2026-Q3,,96.3,\"Cổng DVC, quý 3\",yes,\n" +
			"population,H05.12,2026,age=18-34&gender=female,120000,GSO,yes,\n" +
			"population,x1,2026,,0,GSO,no,\n" +
			"self,x1,dot-1,,,Sở,no,not yet handed in\n"
		if diff := cmp.Diff(canonical, string(got.Canonical())); diff != "" {
			t.Errorf("%s: canonical (-want +got):\n%s", name, diff)
		}
		if got.Hash() != "83fdb6f0351cf32047159ba3e45bf47c70259afdd916d081f8add96e0b1897a3" {
			t.Errorf("%s: hash %s; the canonical form is stored, and must not change", name, got.Hash())
		}
	}
	if got := mustParse(t, header).Len(); got != 0 {
		t.Errorf("a header alone has %d figures", got)
	}
	if got := mustParse(t, "figure,agency,period,cell,value,source,checked\nself,x1,2026,,1,S,no\n").Len(); got != 1 {
		t.Errorf("without the column note: %d figures, want 1", got)
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	table := mustParse(t, header+"a,x1,2026,,1,S,no,\na,x1,2026,age=old&sex=f,2,S,no,\na,x2,2026,,,S,no,lost\na,x2,2027,,4,S,no,\nb,x1,2026,,5,S,no,\n")
	for key, want := range map[[4]string]string{
		{"a", "x1", "2026", ""}: "1", {"a", "x1", "2026", "age=old&sex=f"}: "2", {"a", "x1", "2026", "sex=f&age=old"}: "2",
		{"a", "x2", "2027", ""}: "4", {"b", "x1", "2026", ""}: "5", {"a", "x2", "2026", ""}: "lost",
		{"a", "x1", "2026", "sex=f"}: "none", {"a", "x3", "2026", ""}: "none", {"", "", "", ""}: "none", {"c", "x1", "2026", ""}: "none",
		{"a", "x1", "2026-Q1", ""}: "none",
	} {
		f, ok := table.Value(key[0], key[1], key[2], key[3])
		got := f.Text()
		switch {
		case !ok:
			got = "none"
		case !f.There:
			got = f.Note
		}
		if got != want {
			t.Errorf("%v: got %q, want %q", key, got, want)
		}
	}
	got := []string{}
	for f := range table.Of("a", "2026") {
		got = append(got, f.Agency+" "+f.Cell+" "+f.Text())
	}
	if diff := cmp.Diff([]string{"x1  1", "x1 age=old&sex=f 2", "x2  "}, got); diff != "" {
		t.Errorf("Of (-want +got):\n%s", diff)
	}
	for range table.Of("z", "2026") {
		t.Error("Of what is not there")
	}
	for range table.Of("a", "2026") {
		break // an iteration may end early
	}
	if _, ok := Empty().Value("a", "b", "c", "d"); ok {
		t.Error("the empty table has a figure")
	}
}

func TestPopulation(t *testing.T) {
	t.Parallel()
	table := mustParse(t, header+"population,x1,2026,,100,S,no,\npopulation,x1,2026,sex=f,0,S,no,\npopulation,x2,2026,,,S,no,not counted\n")
	for key, want := range map[[3]string]string{
		{"x1", "2026", ""}: "100 ", {"x1", "2026", "sex=f"}: "0 ", {"x1", "2026", "sex=m"}: "0 missing",
		{"x1", "2027", ""}: "0 missing", {"x2", "2026", ""}: "0 not counted", {"x2", "2026", "sex=f"}: "0 missing",
	} {
		n, reason := table.Population(key[0], key[1], key[2])
		if got := fmt.Sprintf("%d %s", n, reason); got != want {
			t.Errorf("%v: got %q, want %q", key, got, want)
		}
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	first := mustParse(t, header+"a,x1,2026,,1,S,no,\na,x2,2026,,2,S,no,\na,x3,2026,,3,S,no,\nb,x1,2026,,4,S,no,\n")
	second := mustParse(t, header+"a,x1,2026,,1,S,no,\na,x2,2026,,2,S,yes,\na,x3,2026,,,S,no,withdrawn\na,x4,2026,,5,S,no,\na,x5,2026,,,S,no,withdrawn\n")
	kinds := map[string]string{}
	for _, c := range first.Changes(second) {
		kinds[c.After.Agency] = c.Kind
	}
	want := map[string]string{"x1": Same, "x2": Replaced, "x3": Dropped, "x4": Added, "x5": Absent}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	merged := first.Merge(second)
	canonical := header + "a,x1,2026,,1,S,no,\na,x2,2026,,2,S,yes,\na,x4,2026,,5,S,no,\nb,x1,2026,,4,S,no,\n"
	if diff := cmp.Diff(canonical, string(merged.Canonical())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !merged.Merge(second).Equal(merged) {
		t.Error("merged again, it is another table")
	}
	if !merged.Merge(Empty()).Equal(merged) || !Empty().Merge(merged).Equal(merged) {
		t.Error("the empty table changes something")
	}
	if first.Len() != 4 || first.Equal(merged) || first.Hash() == merged.Hash() {
		t.Error("merging changed the first table")
	}
}

// TestMergeIsAMap compares merging with a map that is written to, over tables by chance.
func TestMergeIsAMap(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	table, model := Empty(), map[string]string{}
	for range 200 {
		var b strings.Builder
		b.WriteString(header)
		loaded := map[string]string{}
		for range r.IntN(12) {
			key := fmt.Sprintf("f%d,x%d,202%d,%s", r.IntN(2), r.IntN(3), r.IntN(2), []string{"", "sex=f"}[r.IntN(2)])
			loaded[key] = []string{"1,S,no,", "2.5,S,yes,n", ",S,no,lost", ",S,no,withdrawn"}[r.IntN(4)]
		}
		for key, rest := range loaded {
			b.WriteString(key + "," + rest + "\n")
			if strings.HasSuffix(rest, Withdrawn) {
				delete(model, key)
			} else {
				model[key] = rest
			}
		}
		table = table.Merge(mustParse(t, b.String()))
		want := slices.Sorted(maps.Keys(model))
		got := []string{}
		for f := range table.All() {
			key := strings.Join([]string{f.ID, f.Agency, f.Period, f.Cell}, ",")
			got = append(got, key)
			if line := strings.Join([]string{f.Text(), f.Source, yesNo(f.Checked), f.Note}, ","); line != model[key] {
				t.Fatalf("%s: got %q, want %q", key, line, model[key])
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]string{
		"2026": "2026-01-01 2026-12-31", "2026-Q1": "2026-01-01 2026-03-31", "2026-Q4": "2026-10-01 2026-12-31",
		"2024-02": "2024-02-01 2024-02-29", "2026-12": "2026-12-01 2026-12-31", "9999": "9999-01-01 9999-12-31",
		"2026-Q0": "", "2026-Q5": "", "2026-00": "", "2026-13": "", "2026-1": "", "2026-": "", "0000": "", "202": "", "20266": "",
		"": "", "-": "", "2026-q1": "", "dot-1": "", "2026-11-01": "", "２０２６": "",
	} {
		first, last, ok := Days(period)
		if got := strings.TrimSpace(first + " " + last); got != want || ok != (want != "") {
			t.Errorf("%q: got %q %v, want %q", period, got, ok, want)
		}
	}
}

// brief shows mistakes as line:column message; cure.
func brief(err error) []string {
	ms, ok := errors.AsType[errs.Mistakes](err)
	if !ok {
		return []string{fmt.Sprint(err)}
	}
	list := make([]string, len(ms))
	for i, m := range ms {
		list[i] = fmt.Sprintf("%d:%d %s; %s", m.Line, m.Column, m.Message, m.Cure)
	}
	return list
}

func TestRecognize(t *testing.T) {
	t.Parallel()
	for csv, want := range map[string]bool{
		header: true,
		"\uFEFF# from the portal\r\n\r\nfigure;agency;period\r\n":    true,
		"\"# from, the portal\"\n\"agency\",\"period\",\"figure\"\n": true,
		"Figure\tagency\n":                    true,
		"id,parent,level,name_vi\nfigure,,1,": false,
		"# figure,agency\nid\n":               false,
		"configure,agency\n":                  false,
		"# figure":                            false,
		"":                                    false,
	} {
		if got := Recognize([]byte(csv)); got != want {
			t.Errorf("%q: got %v", csv, got)
		}
	}
}
