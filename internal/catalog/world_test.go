package catalog_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// survey is the sample under a slug, with a change of its text that makes
// another version, and with fieldwork.
func survey(t testing.TB, slug, text, fieldwork string) *questionnaire.Survey {
	t.Helper()
	src := strings.Replace(string(read(t, "survey.yaml")), "survey: test", "survey: "+slug, 1)
	src = strings.Replace(src, "en: Overall", "en: "+text, 1)
	s, err := questionnaire.Parse(slug, "survey.yaml", []byte(src+fieldwork))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// rich is a questionnaire with pages that repeat and personal items.
func rich(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	q := new(questionnaire.Questionnaire)
	if err := json.Unmarshal(read(t, "rich.json"), q); err != nil {
		t.Fatal(err)
	}
	q, err := questionnaire.Decode(q.Canonical())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func day(t testing.TB, s string) response.Day {
	t.Helper()
	d, ok := response.ParseDay(s)
	if !ok {
		t.Fatalf("no day: %q", s)
	}
	return d
}

// apply applies events that must be good.
func apply(t testing.TB, c *catalog.Catalog, events ...response.Control) *catalog.Catalog {
	t.Helper()
	for _, ev := range events {
		next, err := c.Apply(ev)
		if err != nil {
			t.Fatal(err)
		}
		c = next
	}
	return c
}

// update applies what the files say on a day and returns the events.
func update(t testing.TB, c *catalog.Catalog, today string, surveys ...*questionnaire.Survey) (*catalog.Catalog, []response.Control) {
	t.Helper()
	events, err := c.Changes(surveys, day(t, today), 100)
	if err != nil {
		t.Fatal(err)
	}
	next := apply(t, c, events...)
	again, err := next.Changes(surveys, day(t, today), 200)
	if err != nil || len(again) > 0 {
		t.Fatalf("proposed again, %d events are left: %s, error %v", len(again), kinds(again), err)
	}
	return next, events
}

// kinds shows events in short.
func kinds(events []response.Control) string {
	var b strings.Builder
	for _, ev := range events {
		switch ev.Kind {
		case response.KindPublished:
			b.WriteString(" published")
		case response.KindAgencies:
			b.WriteString(" agencies")
		case response.KindWaveOpened:
			b.WriteString(" open")
		case response.KindWaveClosed:
			b.WriteString(" close")
		case response.KindFigures:
			b.WriteString(" figures")
		case response.KindInvitationsIssued, response.KindInvitationsRevoked:
			b.WriteString(" invitations")
		case response.KindResponse, response.KindExtended, response.KindMarked:
			b.WriteString(" response")
		}
		if _, wave, ok := bytes.Cut(ev.Payload, []byte(`"wave":"`)); ok {
			id, _, _ := bytes.Cut(wave, []byte(`"`))
			b.WriteString(":" + string(id))
		}
	}
	return strings.TrimSpace(b.String())
}

func opened(t testing.TB, w response.WaveOpened) response.Control {
	t.Helper()
	ev, err := w.Event(1)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

func closed(t testing.TB, w response.WaveClosed) response.Control {
	t.Helper()
	ev, err := w.Event(1)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// describe writes down everything that a catalog says.
func describe(c *catalog.Catalog) string {
	var b strings.Builder
	for n := uint32(1); c.Version(n) != nil; n++ {
		v := c.Version(n)
		b.WriteString(strings.Join([]string{"version", v.Questionnaire.Survey, v.Questionnaire.Version, "\n"}, " "))
	}
	for _, s := range c.Surveys() {
		b.WriteString("survey " + s.Slug)
		for _, v := range s.Versions {
			b.WriteString(" " + v.Questionnaire.Version[:8])
		}
		for _, w := range s.Waves {
			b.WriteString(" [" + w.ID + " " + w.Title["vi"] + " " + w.Opens + " " + w.Closes)
			if w.Open {
				b.WriteString(" open")
			}
			for _, ch := range w.Channels {
				b.WriteString(" " + ch.String())
			}
			b.WriteString("]")
		}
		b.WriteString("\n")
	}
	b.Write(c.Agencies.Canonical())
	b.Write(c.Figures.Canonical())
	return b.String()
}
