package catalog_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/response"
)

const twoWaves = `fieldwork:
  channels: [qr, link]
  waves:
    - {id: "1", title: {vi: Đợt 1, en: Wave 1}, opens: "2026-01-01", closes: "2026-03-31"}
    - {id: "2", title: {vi: Đợt 2, en: Wave 2}, opens: "2026-07-01"}
`

func TestChangesThroughAYear(t *testing.T) {
	t.Parallel()
	s := survey(t, "test", "One", twoWaves)
	c := catalog.New()
	for _, step := range []struct{ today, want, open string }{
		{"2025-12-31", "published", ""},
		{"2026-01-01", "open:1", "1"},
		{"2026-03-31", "", "1"},
		{"2026-04-01", "close:1", ""},
		{"2026-06-30", "", ""},
		{"2026-07-01", "open:2", "2"},
		{"2199-12-31", "", "2"},
	} {
		var events []response.Control
		c, events = update(t, c, step.today, s)
		if got := kinds(events); got != step.want {
			t.Errorf("%s: got events %q, want %q", step.today, got, step.want)
		}
		if got := openIDs(c, "test"); got != step.open {
			t.Errorf("%s: waves %q are open, want %q", step.today, got, step.open)
		}
		for _, ev := range events {
			if ev.At != 100 {
				t.Errorf("%s: the event says %d, want the time it was proposed", step.today, ev.At)
			}
		}
	}
}

func openIDs(c *catalog.Catalog, slug string) string {
	var ids []string
	for _, w := range c.Survey(slug).OpenWaves() {
		ids = append(ids, w.ID)
	}
	return strings.Join(ids, " ")
}

func TestChangesOfAWave(t *testing.T) {
	t.Parallel()
	c, _ := update(t, catalog.New(), "2026-02-01", survey(t, "test", "One", twoWaves))
	for name, test := range map[string]struct {
		today     string
		old, new  string
		want      string
		stillOpen string
	}{
		"longer":          {"2026-04-05", "2026-03-31", "2026-04-30", "open:1", "1"},
		"shorter":         {"2026-02-20", "2026-03-31", "2026-02-15", "open:1 close:1", ""},
		"other title":     {"2026-02-02", "Wave 1", "First wave", "open:1", "1"},
		"other channels":  {"2026-02-02", "[qr, link]", "[kiosk]", "open:1", "1"},
		"another comment": {"2026-02-02", "fieldwork:", "# nothing\nfieldwork:", "", "1"},
		"gone":            {"2026-02-02", `{id: "1", title: {vi: Đợt 1, en: Wave 1}, opens: "2026-01-01"`, `{id: "3", title: {vi: Đợt 3, en: Wave 3}, opens: "2026-02-02"`, "open:3 close:1", "3"},
		"all gone":        {"2026-02-02", twoWaves, "", "open: close:1", ""},
	} {
		next, events := update(t, c, test.today, survey(t, "test", "One", strings.Replace(twoWaves, test.old, test.new, 1)))
		if got := kinds(events); got != test.want {
			t.Errorf("%s: got events %q, want %q", name, got, test.want)
		}
		if got := openIDs(next, "test"); got != test.stillOpen {
			t.Errorf("%s: waves %q are open, want %q", name, got, test.stillOpen)
		}
	}
}

// A closed wave whose file gives it more time opens again, under its number.
func TestAWaveOpensAgain(t *testing.T) {
	t.Parallel()
	c, _ := update(t, catalog.New(), "2026-02-01", survey(t, "test", "One", twoWaves))
	c, _ = update(t, c, "2026-04-01", survey(t, "test", "One", twoWaves))
	if got := openIDs(c, "test"); got != "" {
		t.Fatalf("waves %q are open, want none", got)
	}
	c, events := update(t, c, "2026-04-02", survey(t, "test", "One", strings.Replace(twoWaves, "2026-03-31", "2026-04-30", 1)))
	if w := c.Survey("test").Wave("1"); kinds(events) != "open:1" || !w.Open || w.Number != 1 || len(c.Survey("test").Waves) != 1 {
		t.Errorf("events %q, wave %+v", kinds(events), w)
	}
}

// Imports may name a wave that was over when its file was first read.
func TestAWaveThatWasOverBeforeItBegan(t *testing.T) {
	t.Parallel()
	c, events := update(t, catalog.New(), "2026-05-01", survey(t, "test", "One", twoWaves))
	if got := kinds(events); got != "published open:1 close:1" {
		t.Errorf("got events %q", got)
	}
	if w := c.Survey("test").Wave("1"); w == nil || w.Open {
		t.Errorf("got wave %+v, want a closed one", w)
	}
}

func TestASurveyWithoutWavesHasOneThatNeverCloses(t *testing.T) {
	t.Parallel()
	s := survey(t, "test", "One", "")
	c, events := update(t, catalog.New(), "2000-01-01", s)
	if got := kinds(events); got != "published open:" {
		t.Errorf("got events %q", got)
	}
	c, events = update(t, c, "2199-12-31", s)
	if w := c.Survey("test").Wave(""); len(events) > 0 || w == nil || !w.Open {
		t.Errorf("events %q, wave %+v", kinds(events), w)
	}
}

func TestASurveyWhoseFileIsGoneClosesItsWaves(t *testing.T) {
	t.Parallel()
	a, b := survey(t, "a", "One", ""), survey(t, "b", "One", twoWaves)
	c, _ := update(t, catalog.New(), "2026-02-01", a, b)
	c, events := update(t, c, "2026-02-02", a)
	if got := kinds(events); got != "close:1" || openIDs(c, "b") != "" || len(c.Survey("a").OpenWaves()) != 1 {
		t.Errorf("got events %q", got)
	}
	if c.Survey("b").Current() == nil || c.Version(2) == nil {
		t.Error("the version is gone with its file")
	}
	_, events = update(t, c, "2026-02-03", a, b)
	if got := kinds(events); got != "open:1" {
		t.Errorf("the file is back: got events %q", got)
	}
}

func TestAnEditedFileIsANewVersion(t *testing.T) {
	t.Parallel()
	one, two := survey(t, "test", "One", ""), survey(t, "test", "Two", "")
	c, _ := update(t, catalog.New(), "2026-02-01", one)
	c, events := update(t, c, "2026-02-01", two)
	if got := kinds(events); got != "published" || c.Survey("test").Current().Number != 2 {
		t.Errorf("events %q, current version %d", got, c.Survey("test").Current().Number)
	}
	c, events = update(t, c, "2026-02-01", one)
	if got := kinds(events); got != "published" || c.Survey("test").Current().Number != 1 {
		t.Errorf("edited back: events %q, current version %d", got, c.Survey("test").Current().Number)
	}
}

// The waves of a survey keep their order and numbers whatever files come along.
func TestNumbersOfWavesAreNeverReused(t *testing.T) {
	t.Parallel()
	c, _ := update(t, catalog.New(), "2026-08-01", survey(t, "test", "One", twoWaves))
	c, _ = update(t, c, "2026-08-02", survey(t, "test", "One", ""))
	c, _ = update(t, c, "2026-08-03", survey(t, "test", "One", twoWaves))
	for i, want := range []string{"1", "2", ""} {
		w := c.Survey("test").Waves[i]
		if w.ID != want || int(w.Number) != i+1 {
			t.Errorf("wave %d: got %q with number %d, want %q", i+1, w.ID, w.Number, want)
		}
	}
}

// A wave that was opened too early, by a file with a slip, closes when the file
// says that it opens later.
func TestAWaveThatIsPutOff(t *testing.T) {
	t.Parallel()
	c, _ := update(t, catalog.New(), "2026-02-01", survey(t, "test", "One", twoWaves))
	c, _ = update(t, c, "2026-02-02", survey(t, "test", "One", strings.Replace(twoWaves, "2026-01-01", "2026-03-01", 1)))
	if got := openIDs(c, "test"); got != "" {
		t.Errorf("waves %q take responses before the day they open", got)
	}
}

func TestChangeAgencies(t *testing.T) {
	t.Parallel()
	csv := read(t, "agencies.csv")
	c := catalog.New()
	ev, changed, err := c.ChangeAgencies("agencies.csv", csv, 77)
	if err != nil || !changed || ev.Kind != response.KindAgencies || ev.At != 77 {
		t.Fatalf("first import: %v %v, event of kind %d at %d", changed, err, ev.Kind, ev.At)
	}
	c = apply(t, c, ev)
	if got := c.Agencies.Len(); got != 5 || c.Agencies.ByID("kinh-bac").Number != 2 {
		t.Fatalf("got %d agencies", got)
	}
	for name, same := range map[string][]byte{
		"the same file":      csv,
		"with a comment":     append([]byte("# a comment\n"), csv...),
		"Windows line ends":  bytes.ReplaceAll(csv, []byte("\n"), []byte("\r\n")),
		"its canonical form": c.Agencies.Canonical(),
	} {
		if _, changed, err := c.ChangeAgencies("agencies.csv", same, 78); changed || err != nil {
			t.Errorf("%s: changed %v, error %v; want nothing to do", name, changed, err)
		}
	}
	_, changed, err = c.ChangeAgencies("agencies.csv", csv[:bytes.LastIndexByte(csv[:len(csv)-1], '\n')+1], 79)
	if mistakes, ok := errors.AsType[errs.Mistakes](err); changed || !ok || len(mistakes) == 0 {
		t.Errorf("an agency is gone: changed %v, error %v; want mistakes", changed, err)
	}
	lines := strings.SplitAfter(strings.TrimSpace(string(csv))+"\n", "\n")
	reordered := strings.Join([]string{lines[0], lines[5], "so-moi,bac-ninh,department,,,Sở Mới,,,,\n", lines[1], lines[2], lines[3], lines[4]}, "")
	ev, changed, err = c.ChangeAgencies("agencies.csv", []byte(reordered), 80)
	if err != nil || !changed {
		t.Fatalf("one more agency: changed %v, error %v", changed, err)
	}
	next := apply(t, c, ev)
	for _, a := range c.Agencies.All() {
		if got := next.Agencies.ByID(a.ID).Number; got != a.Number {
			t.Errorf("%s: number %d became %d", a.ID, a.Number, got)
		}
	}
	if got := next.Agencies.ByID("so-moi").Number; got != 6 {
		t.Errorf("the new agency has number %d, want 6", got)
	}
}

func TestChangesOfNothing(t *testing.T) {
	t.Parallel()
	if _, events := update(t, catalog.New(), "2026-01-01"); len(events) > 0 {
		t.Errorf("got events %q, want none", kinds(events))
	}
}
