package catalog_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/response"
)

const figuresHeader = "figure,agency,period,cell,value,source,checked,note\n"

// figuresWorld is a catalog of agencies, two surveys and their waves. Vạn An ended
// on 2026-01-31; the department began in 2020, and the code H05.40 changed hands
// in the middle of 2025.
func figuresWorld(t *testing.T) *catalog.Catalog {
	t.Helper()
	agencies := append(read(t, "agencies.csv"),
		"cu,bac-ninh,department,,H05.40,Sở Cũ,,2010-01-01,2025-06-30,moi\nmoi,bac-ninh,department,,H05.40,Sở Mới,,2025-07-01,,\n"+
			"doc-lap,bac-ninh,department,,,Ban Độc Lập,,2024-01-01,2024-12-31,\n"...)
	return apply(t, catalog.New(),
		response.AgenciesImported(1, agencies),
		response.Published(1, survey(t, "a", "One", "").Questionnaire.Canonical()),
		response.Published(1, survey(t, "b", "One", "").Questionnaire.Canonical()),
		opened(t, response.WaveOpened{Survey: "a", Wave: "2026-1", Opens: "2026-02-01", Closes: "2026-03-31"}),
		opened(t, response.WaveOpened{Survey: "a", Wave: "dot-2", Opens: "2026-02-01", Closes: "2026-03-31"}),
		opened(t, response.WaveOpened{Survey: "b", Wave: "dot-2", Opens: "2026-01-15"}),
		opened(t, response.WaveOpened{Survey: "b", Wave: ""}),
	)
}

func TestChangeFigures(t *testing.T) {
	t.Parallel()
	c := figuresWorld(t)
	if c.Figures == nil || catalog.New().Figures.Len() != 0 {
		t.Fatal("a catalog without figures has no table")
	}
	csv := "# Dân số\n" + figuresHeader + "population,H05.36,2026,,41000,GSO,yes,\nhandled,kinh-bac,2026-1,,90,MC,no,\n"
	ev, changed, err := c.ChangeFigures("f.csv", []byte(csv), 77)
	if err != nil || !changed || ev.Kind != response.KindFigures || ev.At != 77 {
		t.Fatalf("got %v %v, event of kind %d at %d", changed, err, ev.Kind, ev.At)
	}
	want := figuresHeader + "handled,kinh-bac,2026-1,,90,MC,no,\npopulation,kinh-bac,2026,,41000,GSO,yes,\n"
	if diff := cmp.Diff(want, string(ev.Payload)); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	next := apply(t, c, ev)
	if n, reason := next.Figures.Population("kinh-bac", "2026", ""); n != 41000 || reason != "" {
		t.Errorf("got %d people, %q", n, reason)
	}
	if c.Figures.Len() != 0 {
		t.Error("the catalog before has figures")
	}
	if again := apply(t, next, ev); again != next {
		t.Error("the same event makes another catalog")
	}
	for name, same := range map[string]string{
		"the same":        csv,
		"by id":           want,
		"a part of it":    figuresHeader + "population,kinh-bac,2026,,41000.0,GSO,yes,\n",
		"nothing":         figuresHeader,
		"none to go away": figuresHeader + "population,tan-chi,2026,,,GSO,yes,withdrawn\n",
	} {
		if _, changed, err := next.ChangeFigures("f.csv", []byte(same), 78); changed || err != nil {
			t.Errorf("%s: changed %v, error %v; want nothing to do", name, changed, err)
		}
	}
}

// Tables follow each other in the order of the log.
func TestFiguresFollowEachOther(t *testing.T) {
	t.Parallel()
	c := figuresWorld(t)
	load := func(c *catalog.Catalog, rows ...string) *catalog.Catalog {
		ev, _, err := c.ChangeFigures("f.csv", []byte(figuresHeader+strings.Join(rows, "\n")+"\n"), 1)
		if err != nil {
			t.Fatal(err)
		}
		return apply(t, c, ev)
	}
	one, two, out := "a,kinh-bac,2026,,1,S,no,", "a,kinh-bac,2026,,2,S,no,", "a,kinh-bac,2026,,,S,no,withdrawn"
	other := "b,kinh-bac,2026,,7,S,no,"
	for _, tc := range []struct {
		order []string
		want  string
	}{
		{[]string{one, two}, two},
		{[]string{two, one}, one},
		{[]string{one, out}, ""},
		{[]string{out, one}, one},
		{[]string{one, out, two}, two},
		{[]string{one, two, out}, ""},
	} {
		got := load(c, other)
		for _, row := range tc.order {
			got = load(got, row)
		}
		want := figuresHeader + other + "\n"
		if tc.want != "" {
			want = figuresHeader + tc.want + "\n" + other + "\n"
		}
		if diff := cmp.Diff(want, string(got.Figures.Canonical())); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.order, diff)
		}
	}
}

func TestFiguresOfAgenciesOutOfTheirTime(t *testing.T) {
	t.Parallel()
	c := figuresWorld(t)
	for ref, want := range map[string]string{
		"van-an,2026":         "van-an", // it existed in January
		"van-an,2026-Q1":      "van-an",
		"van-an,2026-01":      "van-an",
		"H05.38,2025":         "van-an",
		"van-an,dot-2":        "van-an", // one of the two waves begins while it is there
		"van-an,dot-3":        "van-an", // nobody knows when that is
		"cu,2025":             "cu",
		"H05.40,2025-06":      "cu",
		"H05.40,2025-Q3":      "moi",
		"H05.40,2026":         "moi",
		"H05.40,dot-3":        "moi",
		"so-y-te,2020":        "so-y-te",
		"bac-ninh,1990":       "bac-ninh",
		"24,2026":             "bac-ninh",
		"van-an,2026-02":      `agency "van-an" ended on 2026-01-31, before 2026-02; write "kinh-bac", into which it was merged`,
		"van-an,2026-1":       `agency "van-an" ended on 2026-01-31, before 2026-1; write "kinh-bac", into which it was merged`,
		"H05.38,2027":         `agency "van-an" ended on 2026-01-31, before 2027; write "kinh-bac", into which it was merged`,
		"cu,2025-Q3":          `agency "cu" ended on 2025-06-30, before 2025-Q3; write "moi", into which it was merged`,
		"doc-lap,2025":        `agency "doc-lap" ended on 2024-12-31, before 2025; write the agency that existed then`,
		"moi,2025-Q2":         `agency "moi" begins on 2025-07-01, after 2025-Q2; write one of those that were merged into it: cu`,
		"so-y-te,2019":        `agency "so-y-te" begins on 2020-01-01, after 2019; write the agency that existed then`,
		"H05.40,2009":         `agency "moi" begins on 2025-07-01, after 2009; write one of those that were merged into it: cu`,
		"H05.40,2025":         `code "H05.40" belongs to two agencies in 2025: "cu", from 2010-01-01 to 2025-06-30, and "moi", from 2025-07-01; write the id of the one that is meant`,
		"nowhere,2026":        `no agency has the id or code "nowhere"; write it as the registry of agencies has it`,
		"Phường Kinh Bắc,x-1": `no agency has the id or code "Phường Kinh Bắc"; write it as the registry of agencies has it`,
	} {
		table, err := c.ReadFigures("f.csv", []byte(figuresHeader+"a,"+ref+",,1,S,no,\n"))
		var got string
		switch ms, ok := errors.AsType[errs.Mistakes](err); {
		case err == nil:
			got = slices.Collect(table.All())[0].Agency
		case ok && len(ms) == 1 && ms[0].File == "f.csv" && ms[0].Line == 2 && ms[0].Column == 3:
			got = ms[0].Message + "; " + ms[0].Cure
		default:
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", ref, got, want)
		}
	}
	_, err := catalog.New().ReadFigures("f.csv", []byte(figuresHeader+"a,x,2026,,1,S,no,\n"))
	if err == nil || !strings.Contains(err.Error(), "knows no agencies yet") {
		t.Errorf("a folder without agencies: got %v", err)
	}
}

func TestUnknownWaves(t *testing.T) {
	t.Parallel()
	c := figuresWorld(t)
	table, err := c.ReadFigures("f.csv", []byte(figuresHeader+
		"a,kinh-bac,dot-4,,1,S,no,\nb,kinh-bac,dot-4,,1,S,no,\na,kinh-bac,dot-2,,1,S,no,\na,kinh-bac,2026,,1,S,no,\na,kinh-bac,dot-3,,1,S,no,\na,kinh-bac,2026-1,,1,S,no,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"dot-3", "dot-4"}, c.UnknownWaves(table)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTooManyFigures(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a million figures")
	}
	c := figuresWorld(t)
	var err error
	for n := 0; err == nil && n <= catalog.MaxFigures/figure.MaxRows; n++ {
		var b strings.Builder
		b.WriteString(figuresHeader)
		for i := range figure.MaxRows {
			fmt.Fprintf(&b, "f%d,kinh-bac,2026,c=%d,1,S,no,\n", n, i)
		}
		var next *catalog.Catalog
		if next, err = c.Apply(response.FiguresLoaded(1, []byte(b.String()))); err == nil {
			c = next
		} else if next != c {
			t.Error("what was refused is in the catalog")
		}
	}
	if err == nil || c.Figures.Len() != catalog.MaxFigures {
		t.Errorf("got %d figures, %v", c.Figures.Len(), err)
	}
}
