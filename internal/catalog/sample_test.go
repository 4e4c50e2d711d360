package catalog_test

import (
	"strings"
	"testing"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// What the file says of the sample reaches each wave: its own words first, then
// those of the fieldwork, then what holds when nobody says anything.
func TestSampleOfAWave(t *testing.T) {
	t.Parallel()
	const waves = `  waves:
    - {id: "1", title: {vi: Đợt 1, en: Wave 1}, opens: "2026-01-01"%s}
`
	c := catalog.New()
	for _, step := range []struct {
		fieldwork, events, sample, lonely string
	}{
		{"", "published open:1", questionnaire.OptIn, questionnaire.LonelyAdjust},
		{"  sample: probability\n  lonely: certainty\n", "open:1", questionnaire.Probability, questionnaire.LonelyCertainty},
		{"  sample: probability\n  lonely: certainty\n", "", questionnaire.Probability, questionnaire.LonelyCertainty},
		{"  sample: census\n", "open:1", questionnaire.Census, questionnaire.LonelyAdjust},
		{"  sample: opt_in\n", "open:1", questionnaire.OptIn, questionnaire.LonelyAdjust},
		{"  lonely: adjust\n", "", questionnaire.OptIn, questionnaire.LonelyAdjust},
	} {
		var events []response.Control
		c, events = update(t, c, "2026-02-01", survey(t, "test", "One", "fieldwork:\n"+step.fieldwork+waveOf(waves, "")))
		checkSample(t, c, step.fieldwork, events, step.events, step.sample, step.lonely)
	}
	for _, step := range []struct {
		own, events, sample, lonely string
	}{
		{"", "open:1", questionnaire.Probability, questionnaire.LonelyRemove},
		{", sample: opt_in", "open:1", questionnaire.OptIn, questionnaire.LonelyRemove},
		{", sample: census, lonely: adjust", "open:1", questionnaire.Census, questionnaire.LonelyAdjust},
		{", lonely: average", "open:1", questionnaire.Probability, questionnaire.LonelyAverage},
		{", sample: probability, lonely: average", "", questionnaire.Probability, questionnaire.LonelyAverage},
	} {
		var events []response.Control
		c, events = update(t, c, "2026-02-01", survey(t, "test", "One", "fieldwork:\n  sample: probability\n  lonely: remove\n"+waveOf(waves, step.own)))
		checkSample(t, c, step.own, events, step.events, step.sample, step.lonely)
	}
}

func waveOf(waves, own string) string {
	return strings.Replace(waves, "%s", own, 1)
}

func checkSample(t *testing.T, c *catalog.Catalog, name string, events []response.Control, want, sample, lonely string) {
	t.Helper()
	w := c.Survey("test").Wave("1")
	if kinds(events) != want || w.SampleType() != sample || w.LonelyPolicy() != lonely {
		t.Errorf("%q: events %q, got %s and %s; want %q, %s and %s", name, kinds(events), w.SampleType(), w.LonelyPolicy(), want, sample, lonely)
	}
}

// A survey without waves has what the fieldwork says.
func TestSampleWithoutWaves(t *testing.T) {
	t.Parallel()
	c, _ := update(t, catalog.New(), "2026-02-01", survey(t, "test", "One", "fieldwork: {sample: census, lonely: remove}\n"))
	if w := c.Survey("test").Wave(""); w.SampleType() != questionnaire.Census || w.LonelyPolicy() != questionnaire.LonelyRemove {
		t.Errorf("got %s and %s", w.SampleType(), w.LonelyPolicy())
	}
}

// A closed wave keeps its sample, and what no file could have said is refused.
func TestNoSuchSample(t *testing.T) {
	t.Parallel()
	c, _ := update(t, catalog.New(), "2026-02-01", survey(t, "test", "One", ""))
	c = apply(t, c, opened(t, response.WaveOpened{Survey: "test", Wave: "w", Sample: "census", Lonely: "remove"}), closed(t, response.WaveClosed{Survey: "test", Wave: "w"}))
	if w := c.Survey("test").Wave("w"); w.Open || w.Sample != "census" || w.Lonely != "remove" {
		t.Errorf("closed: got %+v", w)
	}
	for name, w := range map[string]response.WaveOpened{
		"a sample": {Sample: "quota"},
		"capitals": {Sample: "Census"},
		"a policy": {Lonely: "fail"},
		"a space":  {Lonely: " "},
	} {
		w.Survey, w.Wave = "test", "w"
		if next, err := c.Apply(opened(t, w)); err == nil || next != c {
			t.Errorf("%s: error %v, want the catalog as it was", name, err)
		}
	}
}
