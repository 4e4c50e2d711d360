package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

func TestVersionsAreNumberedInLogOrder(t *testing.T) {
	t.Parallel()
	events := []response.Control{
		response.Published(1, survey(t, "b", "One", "").Questionnaire.Canonical()),
		response.Published(2, survey(t, "a", "One", "").Questionnaire.Canonical()),
		response.Published(3, survey(t, "b", "Two", "").Questionnaire.Canonical()),
	}
	c := apply(t, catalog.New(), events...)
	var got []string
	for n := uint32(1); c.Version(n) != nil; n++ {
		v := c.Version(n)
		if v.Number != n {
			t.Errorf("version %d says it is %d", n, v.Number)
		}
		got = append(got, v.Questionnaire.Survey+" "+v.Questionnaire.Variables()[0].Text()["en"])
	}
	if want := "b One, a One, b Two"; strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := len(c.Surveys()); got != 2 || c.Surveys()[0].Slug != "b" {
		t.Errorf("got %d surveys, the first %q; want 2 in order of publication", got, c.Surveys()[0].Slug)
	}
	if got := c.Survey("b").Current().Number; got != 3 {
		t.Errorf("current version of b: got %d, want 3", got)
	}
	if c.Version(0) != nil || c.Version(4) != nil || c.Survey("c") != nil {
		t.Error("there is something that was never published")
	}
}

func TestAVersionThatComesBackKeepsItsNumber(t *testing.T) {
	t.Parallel()
	one := response.Published(1, survey(t, "test", "One", "").Questionnaire.Canonical())
	two := response.Published(2, survey(t, "test", "Two", "").Questionnaire.Canonical())
	c := apply(t, catalog.New(), one, two)
	back := apply(t, c, one)
	s := back.Survey("test")
	if s.Current().Number != 1 || len(s.Versions) != 2 || s.Versions[0].Number != 2 || back.Version(3) != nil {
		t.Errorf("got %s", describe(back))
	}
	if c.Survey("test").Current().Number != 2 {
		t.Error("the catalog before changed")
	}
	three := apply(t, back, response.Published(3, survey(t, "test", "Three", "").Questionnaire.Canonical()))
	if got := three.Survey("test").Current().Number; got != 3 {
		t.Errorf("the next new version has number %d, want 3", got)
	}
}

func TestApplyWhatIsAlreadySo(t *testing.T) {
	t.Parallel()
	one := response.Published(1, survey(t, "test", "One", "").Questionnaire.Canonical())
	c := apply(t, catalog.New(), one)
	if again := apply(t, c, one); again != c {
		t.Error("the publication of the current version made another catalog")
	}
}

func TestWaves(t *testing.T) {
	t.Parallel()
	c := apply(t, catalog.New(), response.Published(1, survey(t, "test", "One", "").Questionnaire.Canonical()))
	first := apply(t, c, opened(t, response.WaveOpened{
		Survey: "test", Wave: "2026-1", Title: map[string]string{"vi": "Đợt 1"}, Opens: "2026-01-01", Closes: "2026-01-31",
		Channels: []string{"qr", "paper"},
	}))
	both := apply(t, first, opened(t, response.WaveOpened{Survey: "test", Wave: "2026-2"}))
	over := apply(t, both, closed(t, response.WaveClosed{Survey: "test", Wave: "2026-1"}))
	again := apply(t, over, opened(t, response.WaveOpened{Survey: "test", Wave: "2026-1", Closes: "2026-02-28"}))
	for name, test := range map[string]struct {
		c    *catalog.Catalog
		want string
	}{
		"none":   {c, ""},
		"first":  {first, " [2026-1 Đợt 1 2026-01-01 2026-01-31 open qr paper]"},
		"both":   {both, " [2026-1 Đợt 1 2026-01-01 2026-01-31 open qr paper] [2026-2    open]"},
		"closed": {over, " [2026-1 Đợt 1 2026-01-01 2026-01-31 qr paper] [2026-2    open]"},
		"again":  {again, " [2026-1   2026-02-28 open] [2026-2    open]"},
	} {
		want := "survey test " + test.c.Version(1).Questionnaire.Version[:8] + test.want + "\n"
		if got := describe(test.c); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if got := len(over.Survey("test").OpenWaves()); got != 1 {
		t.Errorf("one wave closed: %d open, want 1", got)
	}
	if w := again.Survey("test").Wave("2026-1"); w.Number != 1 {
		t.Errorf("the wave that opened again has number %d, want 1", w.Number)
	}
	if again.Survey("test").Wave("2026-3") != nil {
		t.Error("there is a wave that was never opened")
	}
	if got := apply(t, again, response.Published(2, survey(t, "test", "Two", "").Questionnaire.Canonical())); len(got.Survey("test").Waves) != 2 {
		t.Errorf("a new version has %d waves, want the 2 of its survey", len(got.Survey("test").Waves))
	}
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	c := apply(t, catalog.New(),
		response.Published(1, survey(t, "test", "One", "").Questionnaire.Canonical()),
		response.AgenciesImported(1, read(t, "agencies.csv")),
	)
	canonical := survey(t, "test", "Two", "").Questionnaire.Canonical()
	before := describe(c)
	for name, ev := range map[string]response.Control{
		"a kind of the future":         {Kind: 7},
		"an extended response":         {Kind: response.KindExtended},
		"a response":                   {Kind: response.KindResponse},
		"no questionnaire":             response.Published(1, nil),
		"a questionnaire cut off":      response.Published(1, canonical[:len(canonical)-1]),
		"a form that isn't canonical":  response.Published(1, append([]byte(" "), canonical...)),
		"a wave of an unknown survey":  opened(t, response.WaveOpened{Survey: "other", Wave: "w"}),
		"a wave of an unknown channel": opened(t, response.WaveOpened{Survey: "test", Wave: "w", Channels: []string{"smoke"}}),
		"an unknown wave closed":       closed(t, response.WaveClosed{Survey: "test", Wave: "w"}),
		"an unknown survey's wave":     closed(t, response.WaveClosed{Survey: "other", Wave: "w"}),
		"a wave that isn't JSON":       {Kind: response.KindWaveOpened, Payload: []byte("{")},
		"a closing that isn't JSON":    {Kind: response.KindWaveClosed, Payload: []byte("[]")},
		"figures without a header":     response.FiguresLoaded(1, []byte("bac-ninh\n")),
		"figures of no agency":         response.FiguresLoaded(1, []byte("figure,agency,period,cell,value,source,checked,note\na,H05,2026,,1,S,no,\n")),
		"agencies without a header":    response.AgenciesImported(1, []byte("bac-ninh\n")),
		"agencies that are gone":       response.AgenciesImported(1, []byte("id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\nx,,province,,,X,,,,\n")),
	} {
		got, err := c.Apply(ev)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if got != c || describe(c) != before {
			t.Errorf("%s: the catalog is not as it was", name)
		}
	}
}

// A tally of so many counters could not be read back.
func TestApplyRefusesAQuestionnaireThatIsTooWide(t *testing.T) {
	t.Parallel()
	published := func(rows int) response.Control {
		it := questionnaire.Item{ID: "m", Type: questionnaire.Matrix, Scale: "s"}
		for i := range 200 {
			it.Options = append(it.Options, questionnaire.Option{Code: fmt.Sprint("o", i)})
		}
		for i := range rows {
			it.Rows = append(it.Rows, questionnaire.Row{ID: fmt.Sprint("r", i)})
		}
		q := questionnaire.Questionnaire{
			Survey: "wide", Languages: []string{"vi"}, Grain: questionnaire.ByMonth,
			Pages: []questionnaire.Page{{ID: "p", Items: []questionnaire.Item{it}}},
		}
		return response.Published(1, q.Canonical())
	}
	if _, err := catalog.New().Apply(published(2000)); err != nil {
		t.Errorf("2 000 variables of 206 counters: %v", err)
	}
	if _, err := catalog.New().Apply(published(2001)); err == nil || !strings.Contains(err.Error(), "412206") {
		t.Errorf("one variable more: got %v", err)
	}
}

// A catalog never changes: every one that ever was says the same at the end.
func TestCatalogsAreImmutable(t *testing.T) {
	t.Parallel()
	events := []response.Control{
		response.AgenciesImported(1, read(t, "agencies.csv")),
		response.Published(1, survey(t, "a", "One", "").Questionnaire.Canonical()),
		response.Published(1, survey(t, "b", "One", "").Questionnaire.Canonical()),
		opened(t, response.WaveOpened{Survey: "a", Wave: "1"}),
		opened(t, response.WaveOpened{Survey: "b", Wave: "1"}),
		opened(t, response.WaveOpened{Survey: "a", Wave: "2"}),
		response.Published(1, survey(t, "a", "Two", "").Questionnaire.Canonical()),
		closed(t, response.WaveClosed{Survey: "a", Wave: "1"}),
		response.Published(1, survey(t, "a", "One", "").Questionnaire.Canonical()),
		opened(t, response.WaveOpened{Survey: "a", Wave: "1", Closes: "2027-01-01"}),
		response.AgenciesImported(1, append(read(t, "agencies.csv"), "so-moi,bac-ninh,department,,,Sở Mới,,,,\n"...)),
		response.FiguresLoaded(1, []byte("figure,agency,period,cell,value,source,checked,note\na,van-an,2026,,1,S,no,\nb,van-an,2026,,1,S,no,\n")),
		response.FiguresLoaded(1, []byte("figure,agency,period,cell,value,source,checked,note\na,van-an,2026,,2,S,no,\nb,van-an,2026,,,S,no,withdrawn\n")),
	}
	c := catalog.New()
	var all []*catalog.Catalog
	var said []string
	for _, ev := range events {
		c = apply(t, c, ev)
		all, said = append(all, c), append(said, describe(c))
	}
	// Two catalogs grown from one must not write into what they share.
	for _, c := range all {
		for _, ev := range events {
			_, _ = c.Apply(ev)
		}
	}
	for i, c := range all {
		if got := describe(c); got != said[i] {
			t.Errorf("the catalog after event %d changed from\n%s\nto\n%s", i+1, said[i], got)
		}
	}
	again := catalog.New()
	for i, ev := range events {
		if again = apply(t, again, ev); describe(again) != said[i] {
			t.Errorf("applied again, event %d gives another catalog", i+1)
		}
	}
}

func TestVersionByHash(t *testing.T) {
	t.Parallel()
	c := apply(t, catalog.New(),
		response.Published(1, survey(t, "test", "One", "").Questionnaire.Canonical()),
		response.Published(1, survey(t, "test", "Two", "").Questionnaire.Canonical()),
	)
	s := c.Survey("test")
	for _, want := range s.Versions {
		for _, n := range []int{8, 20, 64} {
			if got := s.Version(want.Questionnaire.Version[:n]); got != want {
				t.Errorf("%d characters of version %d: got %v", n, want.Number, got)
			}
		}
	}
	hash := s.Current().Questionnaire.Version
	for _, wrong := range []string{"", hash[:7], hash + "0", "0123456789", strings.ToUpper(hash[:12]) + "X"} {
		if got := s.Version(wrong); got != nil {
			t.Errorf("%q: got version %d, want none", wrong, got.Number)
		}
	}
}
