package catalog_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// TestPublishing publishes one survey and touches no other.
func TestPublishing(t *testing.T) {
	t.Parallel()
	a := survey(t, "a", "Overall", "fieldwork: {waves: [{id: w1, title: {vi: A, en: A}, opens: \"2026-01-01\"}]}")
	b := survey(t, "b", "Overall", "")
	c, _ := update(t, catalog.New(), "2026-01-10", a, b)
	field := c.Survey("a").Current().Questionnaire.Version
	next := survey(t, "a", "All in all", "fieldwork: {waves: [{id: w2, title: {vi: B, en: B}, opens: \"2026-01-01\"}]}")

	events, err := c.Publishing(next, field, day(t, "2026-01-11"), 1_768_100_000)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("published open:w2 close:w1", kinds(events)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	after := apply(t, c, events...)
	history := after.Survey("a").History
	if len(history) != 2 || history[1].Version != after.Survey("a").Current() || history[1].Day.String() != "2026-01-11" {
		t.Errorf("got history %+v, want the second on 2026-01-11", history)
	}
	if got := after.Survey("a").Lineage.Len(); got != 2 {
		t.Errorf("got a lineage of %d versions, want 2", got)
	}
	if len(after.Survey("b").OpenWaves()) != 1 || c.Survey("a").Lineage.Len() != 1 {
		t.Error("another survey, or another catalog, changed")
	}
	again, err := after.Publishing(next, after.Survey("a").Current().Questionnaire.Version, day(t, "2026-01-11"), 9)
	if err != nil || len(again) != 0 {
		t.Errorf("again: got %s %v, want nothing to do", kinds(again), err)
	}
}

// TestPublishingRaces: of two who publish after the same version, the second is
// told, and so is one who thinks that there is none.
func TestPublishingRaces(t *testing.T) {
	t.Parallel()
	c, _ := update(t, catalog.New(), "2026-01-10", survey(t, "a", "Overall", ""))
	field := c.Survey("a").Current().Questionnaire.Version
	propose := func(text, expected string) []response.Control {
		events, err := c.Publishing(survey(t, "a", text, ""), expected, day(t, "2026-01-10"), 100)
		if err != nil {
			t.Fatal(err)
		}
		return events
	}
	first, second := propose("First", field), propose("Second", field)
	after := apply(t, c, first...)
	if next, err := after.Apply(second[0]); !errors.Is(err, catalog.ErrOvertaken) || next != after {
		t.Errorf("second: got %v, want ErrOvertaken", err)
	}
	if next, err := after.Apply(first[0]); err != nil || next != after {
		t.Errorf("the same again: got %v, want no change", err)
	}
	for name, expected := range map[string]string{"none": "", "another": field[:12], "nonsense": "x\ny"} {
		_, err := c.Publishing(survey(t, "a", "Third", ""), expected, day(t, "2026-01-10"), 100)
		if !errors.Is(err, catalog.ErrOvertaken) {
			t.Errorf("%s: got %v, want ErrOvertaken", name, err)
		}
	}
	fresh := survey(t, "new", "Overall", "")
	if _, err := c.Publishing(fresh, field, day(t, "2026-01-10"), 100); !errors.Is(err, catalog.ErrOvertaken) {
		t.Errorf("a version of nothing: got %v, want ErrOvertaken", err)
	}
	if events, err := c.Publishing(fresh, "", day(t, "2026-01-10"), 100); err != nil || kinds(events) != "published open:" {
		t.Errorf("a new survey: got %s %v", kinds(events), err)
	}
}

// A version that comes back has its place in the history twice, and its answers
// stand where it was published last.
func TestHistoryOfAVersionThatComesBack(t *testing.T) {
	t.Parallel()
	a, b := survey(t, "a", "Overall", ""), survey(t, "a", "All in all", "")
	c := catalog.New()
	for _, s := range []*questionnaire.Survey{a, b, a} {
		c, _ = update(t, c, "2026-01-10", s)
	}
	s := c.Survey("a")
	if len(s.Versions) != 2 || len(s.History) != 3 || s.History[0].Version != s.History[2].Version {
		t.Errorf("got %d versions and history %+v", len(s.Versions), s.History)
	}
	if first, second := s.Lineage.Place(a.Questionnaire.Version), s.Lineage.Place(b.Questionnaire.Version); first != 2 || second != 1 {
		t.Errorf("got places %d and %d, want 2 and 1", first, second)
	}
}
