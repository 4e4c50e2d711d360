package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hailong/internal/questionnaire"
)

// stored is a data folder with answers to the trial survey, and the folder of
// its file.
func stored(t *testing.T) (data, surveys string) {
	t.Helper()
	data, surveys = filepath.Join(t.TempDir(), "data"), surveysOf(t)
	s := serve(t, data, "--surveys", surveys)
	for i := range 4 {
		mustSubmit(t, s, fmt.Sprint("good", i), satisfied)
		mustSubmit(t, s, fmt.Sprint("bad", i), unsatisfied)
	}
	if code := s.stop(t); code != 0 {
		t.Fatalf("stop: got code %d: %s", code, s.stderr)
	}
	return data, surveys
}

func plansIn(t *testing.T, text string) []questionnaire.Plan {
	t.Helper()
	var plans []questionnaire.Plan
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return plans
}

// TestPlanAndPublish is the day of an author: an edit is refused, the cure is
// copied, and the survey is published, without and with a server.
func TestPlanAndPublish(t *testing.T) {
	t.Parallel()
	data, surveys := stored(t)
	file := filepath.Join(surveys, "trial", "survey.yaml")
	if got := good(t, "plan", file, "--data", data); !strings.Contains(got.stdout, "nothing changes") {
		t.Errorf("unedited: got %s", got.stdout)
	}
	writeSurvey(t, surveys, `vi: "Rất tốt"`, `vi: "Chấp nhận được"`)
	refused := call(t, "plan", file, "--data", data)
	for _, want := range []string{"refused   option 5 of scale five", "Rất tốt", "Chấp nhận được", "4 stored", "reworded: [level]", "breaks:", "1 refused"} {
		if refused.code != 1 || !strings.Contains(refused.stdout, want) {
			t.Errorf("got code %d, want %q in\n%s", refused.code, want, refused.stdout)
		}
	}
	if got := call(t, "publish", file, "--data", data, "--yes"); got.code != 1 || !strings.Contains(got.stderr, "Nothing was published.") {
		t.Errorf("publish: got %+v, want a refusal", got)
	}
	// serve keeps what is published in the field, and says so.
	s := serve(t, data, "--surveys", surveys)
	if log := s.stderr.String(); strings.Count(log, "questionnaire not published") != 1 || !strings.Contains(log, "hailong plan") {
		t.Errorf("got log %s, want one warning", log)
	}
	if definition := get(t, s.url+"/api/v1/surveys/trial"); strings.Contains(definition, "Chấp nhận được") {
		t.Error("the refused questionnaire is in the field")
	}
	get(t, s.url+"/readyz")
	// The running server plans and publishes.
	plans := plansIn(t, call(t, "plan", file, "--data", data, "--format", "json").stdout)
	if len(plans) != 1 || plans[0].Refused() != 1 || plans[0].Block == "" {
		t.Fatalf("got %+v, want one refused change with a block", plans)
	}
	writeSurvey(t, surveys, `vi: "Rất tốt"`, `vi: "Chấp nhận được"`, "measures:\n", plans[0].Block+"measures:\n")
	got := good(t, "publish", file, "--data", data, "--yes")
	if !strings.Contains(got.stdout, "declared  option 5") || !strings.Contains(got.stdout, "published version ") {
		t.Errorf("publish: got %s", got.stdout)
	}
	if definition := get(t, s.url+"/api/v1/surveys/trial"); !strings.Contains(definition, "Chấp nhận được") {
		t.Errorf("got %s, want the published questionnaire", definition)
	}
	mustSubmit(t, s, "after", satisfied)
	if scores := get(t, s.url+"/api/v1/surveys/trial/scores?by=month&format=csv"); !strings.Contains(scores, "series,break,note") || strings.Count(scores, "\n") != 3 {
		t.Errorf("got %s, want both sides of the break", scores)
	}
	s.stop(t)
	if got := good(t, "plan", surveys, "--data", data); !strings.Contains(got.stdout, "nothing changes") {
		t.Errorf("published: got %s", got.stdout)
	}
	good(t, "verify", "--data", data)
}

// TestPublishAsks: without --yes somebody has to say yes.
func TestPublishAsks(t *testing.T) {
	t.Parallel()
	data, surveys := stored(t)
	writeSurvey(t, surveys, `vi: "Rất tốt"`, `vi: "Rất tốt!"`)
	for _, c := range []struct {
		answer string
		code   int
	}{{"no\n", 1}, {"", 1}, {"y\n", 1}, {strings.Repeat("yes", 1000), 1}, {"yes\n", 0}} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"publish", surveys, "--data", data}, environment{stdin: strings.NewReader(c.answer), stdout: &stdout, stderr: &stderr})
		if code != c.code || strings.Contains(stdout.String(), "published version") != (c.code == 0) {
			t.Errorf("%.10q: got code %d, %s", c.answer, code, &stdout)
		}
	}
	if got := good(t, "publish", surveys, "--data", data); !strings.Contains(got.stdout, "is published already") {
		t.Errorf("again: got %s", got.stdout)
	}
	writeSurvey(t, surveys, `vi: "Rất tốt"`, `vi: "RẤT tốt"`)
	if got := call(t, "publish", surveys, "--data", data); got.code != 1 || !strings.Contains(got.stderr, "--yes") {
		t.Errorf("nobody to ask: got %+v", got)
	}
}

// TestUntranslatedIsNotPublished: neither by hand nor at the start.
func TestUntranslatedIsNotPublished(t *testing.T) {
	t.Parallel()
	data, surveys := stored(t)
	writeSurvey(t, surveys, `, en: "Other remarks"`, "")
	for _, verb := range []string{"plan", "publish"} {
		if got := call(t, verb, surveys, "--data", data); got.code != 1 || !strings.Contains(got.stdout, "missing in a language") {
			t.Errorf("%s: got %+v", verb, got)
		}
	}
	s := serve(t, data, "--surveys", surveys)
	if !strings.Contains(s.stderr.String(), "texts are missing in a language") {
		t.Errorf("got %s, want a warning", s.stderr.String())
	}
	get(t, s.url+"/api/v1/surveys/trial")
	s.stop(t)
	fresh := serve(t, filepath.Join(t.TempDir(), "data"), "--surveys", surveys)
	if page := get(t, fresh.url+"/"); strings.Contains(page, "Khảo sát thử") {
		t.Error("a survey without its translation is in the field")
	}
}

func TestPlanOfNothing(t *testing.T) {
	t.Parallel()
	surveys := surveysOf(t)
	data := filepath.Join(t.TempDir(), "none")
	got := good(t, "plan", filepath.Join(surveys, "trial"), "--data", data)
	if !strings.Contains(got.stdout, "is the first") || !strings.Contains(got.stderr, "nothing is published there") {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("the data folder was made")
	}
	if got := call(t, "publish", surveys, "--data", data, "--yes"); got.code != 1 || !strings.Contains(got.stderr, "there is no data file") {
		t.Errorf("publish: got %+v", got)
	}
	for _, args := range [][]string{{"plan", filepath.Join(surveys, "nothing")}, {"plan", surveysOf(t, "type: text", "type: txet")}, {"publish", t.TempDir()}} {
		if got := call(t, append(args, "--data", data)...); got.code != 1 || got.stderr == "" {
			t.Errorf("%v: got %+v", args, got)
		}
	}
}
