package catalog_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

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
		"proof of work":   {"2026-02-02", "fieldwork:", "fieldwork:\n  proof_of_work: true", "open:1", "1"},
		"passes":          {"2026-02-02", "[qr, link]", "[qr, paper]\n  passes: required", "open:1", "1"},
		"origins":         {"2026-02-02", "fieldwork:", "fieldwork:\n  embed: [https://a.vn]", "open:1", "1"},
		"hours":           {"2026-02-02", "[qr, link]", "[qr, kiosk]\n  hours: 00:00-12:00", "open:1", "1"},
		"what held":       {"2026-02-02", "fieldwork:", "fieldwork:\n  proof_of_work: false\n  passes: optional\n  embed: []\n  sample: opt_in\n  lonely: adjust", "", "1"},
		"the sample":      {"2026-02-02", "fieldwork:", "fieldwork:\n  sample: probability", "open:1", "1"},
		"its own sample":  {"2026-02-02", `closes: "2026-03-31"`, `closes: "2026-03-31", sample: census`, "open:1", "1"},
		"of another wave": {"2026-02-02", `opens: "2026-07-01"`, `opens: "2026-07-01", sample: census, lonely: remove`, "", "1"},
		"lonely strata":   {"2026-02-02", "fieldwork:", "fieldwork:\n  lonely: average", "open:1", "1"},
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

// What the file says of places and devices reaches the wave, and leaves it when
// the file says it no longer.
func TestPlacesOfAWave(t *testing.T) {
	t.Parallel()
	type places struct {
		effort, passes bool
		embed, hours   string
	}
	c := catalog.New()
	for _, step := range []struct {
		fieldwork, events string
		want              places
	}{
		{"", "published open:", places{}},
		{"fieldwork: {proof_of_work: true, passes: required, embed: [https://a.vn, https://b.vn], hours: 07:00-17:30}\n", "open:", places{true, true, "https://a.vn https://b.vn", "07:00-17:30"}},
		{"fieldwork: {embed: [https://b.vn, https://a.vn], hours: 00:00-24:00}\n", "open:", places{embed: "https://b.vn https://a.vn", hours: "00:00-24:00"}},
		{"fieldwork: {embed: [], passes: optional}\n", "open:", places{}},
	} {
		var events []response.Control
		c, events = update(t, c, "2026-02-01", survey(t, "test", "One", step.fieldwork))
		w := c.Survey("test").Wave("")
		got := places{w.Effort, w.Passes, strings.Join(w.Embed, " "), w.Hours()}
		if kinds(events) != step.events || got != step.want {
			t.Errorf("%q: events %q, got %+v, want %+v", step.fieldwork, kinds(events), got, step.want)
		}
	}
}

func TestAtWork(t *testing.T) {
	t.Parallel()
	w := catalog.Wave{From: 7 * 60, To: 17*60 + 30}
	for moment, want := range map[string]bool{
		"2026-11-20 06:59": false, "2026-11-20 07:00": true, "2026-11-20 17:29": true, "2026-11-20 17:30": false, // a Friday
		"2026-11-21 09:00": false, "2026-11-22 09:00": false, "2026-11-23 09:00": true, "2026-11-23 00:00": false,
	} {
		local, err := time.Parse("2006-01-02 15:04", moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.AtWork(local); got != want {
			t.Errorf("%s: got %v, want %v", moment, got, want)
		}
		if !new(catalog.Wave).AtWork(local) {
			t.Errorf("%s is outside of no hours", moment)
		}
		if day := (&catalog.Wave{To: 24 * 60}).AtWork(local); day != (local.Weekday() != time.Saturday && local.Weekday() != time.Sunday) {
			t.Errorf("%s: hours of the whole day: got %v", moment, day)
		}
	}
}

// Hours and origins that no file could have said are refused.
func TestNoSuchPlaces(t *testing.T) {
	t.Parallel()
	c, _ := update(t, catalog.New(), "2026-02-01", survey(t, "test", "One", ""))
	for name, w := range map[string]response.WaveOpened{
		"no hours":         {Hours: "morning"},
		"reversed":         {Hours: "17:30-07:00"},
		"of no length":     {Hours: "07:00-07:00"},
		"a path":           {Embed: []string{"https://a.vn/x"}},
		"another header":   {Embed: []string{"https://a.vn", "https://b.vn\r\nX: y"}},
		"another rule":     {Embed: []string{"https://a.vn; script-src *"}},
		"nothing in a row": {Embed: []string{""}},
	} {
		w.Survey, w.Wave = "test", "w"
		if next, err := c.Apply(opened(t, w)); err == nil || next != c {
			t.Errorf("%s: error %v, want the catalog as it was", name, err)
		}
	}
	const old = `{"survey":"test","wave":"","channels":["qr"],"min_seconds":3}`
	next := apply(t, c, response.Control{Kind: response.KindWaveOpened, At: 1, Payload: []byte(old)})
	if w := next.Survey("test").Wave(""); w.Effort || w.Passes || len(w.Embed) > 0 || w.Hours() != "" {
		t.Errorf("an event of before: got %+v", w)
	}
	if ev := opened(t, response.WaveOpened{Survey: "test", Channels: []string{"qr"}, MinSeconds: 3}); string(ev.Payload) != old {
		t.Errorf("got %s, want the event as before: %s", ev.Payload, old)
	}
}
