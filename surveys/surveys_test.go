package surveys_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/surveys"
)

// shelf lists the surveys that we ship.
var shelf = []string{
	"business-obstacles", "counter", "ddci", "one-stop", "online-services", "page-rating", "postal-delivery", "sipas",
}

// indices lists the composite indices that we ship.
var indices = []string{"ddci-index", "papi", "par-index", "pci", "qd766", "sipas-index", "tt01"}

func TestFilesAreIn(t *testing.T) {
	t.Parallel()
	var got []string
	err := fs.WalkDir(surveys.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			got = append(got, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"agencies.csv"}
	for _, slug := range shelf {
		want = append(want, slug+"/survey.yaml")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// Package index reads and computes them; here is only that none is left behind.
func TestIndicesAreIn(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"*/index.yaml", "*/figures.csv"} {
		got, err := fs.Glob(surveys.Indices(), pattern)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]string, len(indices))
		for i, id := range indices {
			want[i] = strings.Replace(pattern, "*", id, 1)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("files (-want +got):\n%s", diff)
		}
	}
}

func TestAgenciesHaveNoMistake(t *testing.T) {
	t.Parallel()
	b, err := fs.ReadFile(surveys.FS, "agencies.csv")
	if err != nil {
		t.Fatal(err)
	}
	r, err := agency.Parse("agencies.csv", b)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Len(); got < 34+99 {
		t.Errorf("got %d agencies, want the 34 provinces, 99 communes and some departments", got)
	}
}

// load reads the shipped surveys by slug.
func load(t *testing.T) map[string]*questionnaire.Survey {
	t.Helper()
	list, err := questionnaire.LoadAll(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*questionnaire.Survey{}
	for _, s := range list {
		all[s.Questionnaire.Survey] = s
	}
	return all
}

func TestSurveysHaveNoMistake(t *testing.T) {
	t.Parallel()
	all := load(t)
	if diff := cmp.Diff(shelf, slices.Sorted(maps.Keys(all))); diff != "" {
		t.Errorf("surveys (-want +got):\n%s", diff)
	}
	for slug, s := range all {
		if len(s.Warnings) > 0 {
			t.Errorf("%s: %v", slug, s.Warnings)
		}
		for _, say := range []string{"CHƯA XÁC NHẬN", "chưa xác nhận"} {
			if strings.Contains(s.Questionnaire.Notes, say) {
				break
			} else if say == "chưa xác nhận" {
				t.Errorf("%s does not say what is unconfirmed", slug)
			}
		}
	}
}

// The numbers that the texts for respondents promise, and those of the decree.
func TestCounts(t *testing.T) {
	t.Parallel()
	all := load(t)
	sipas := all["sipas"].Questionnaire
	required, rows := 0, 0
	for _, v := range sipas.Variables() {
		if v.Item.Required {
			required++
		}
		if v.Row != nil {
			rows++
		}
	}
	if required != 21 || !strings.Contains(sipas.Intro[1].In("vi"), "21 câu") || !strings.Contains(sipas.Intro[1].In("en"), "21 ") {
		t.Errorf("sipas: %d required items, the intro says %q", required, sipas.Intro[1].In("vi"))
	}
	if rows != 4*9 {
		t.Errorf("sipas: %d policy items, want 4 contents of 9 groups", rows)
	}
	if got := len(sipas.Item("needs").Options); got != 10+1 {
		t.Errorf("sipas: %d needs, want 10 and none", got)
	}
	counter := all["counter"]
	if got := len(counter.Questionnaire.Variables()); got != 1 || counter.Questionnaire.Grain != questionnaire.ByDay {
		t.Errorf("counter: %d items by %s, want one by day", got, counter.Questionnaire.Grain)
	}
	if diff := cmp.Diff([]string{"kiosk", "qr", "link"}, counter.Fieldwork.Channels); diff != "" {
		t.Errorf("counter: channels (-want +got):\n%s", diff)
	}
	for slug, s := range all {
		if len(s.Fieldwork.Waves) != 0 {
			t.Errorf("%s is not always open", slug)
		}
	}
}

func TestIndices(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"sipas":              "services:pooled services_by_factor:weighted_mean policy:pooled overall:weighted_mean",
		"business-obstacles": "handling:pooled severity:pooled",
		"counter":            "counter:pooled",
		"ddci":               "ddci:weighted_mean approval:pooled",
		"one-stop":           "dossier_points:weighted_mean satisfaction:pooled",
		"online-services":    "online:pooled",
		"page-rating":        "usefulness:pooled",
		"postal-delivery":    "satisfaction:pooled problems:pooled",
	}
	for slug, s := range load(t) {
		var got []string
		for _, index := range s.Questionnaire.Indices {
			got = append(got, index.ID+":"+string(index.Aggregate))
		}
		if diff := cmp.Diff(want[slug], strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", slug, diff)
		}
	}
	overall := load(t)["sipas"].Questionnaire.Indices[3]
	// The range that the published figures of 2023 and 2024 leave for one weight.
	if w := overall.Factors[0].Weight; w < 0.615 || w > 0.640 {
		t.Errorf("policy weighs %v, outside the derived range", w)
	}
	if !strings.Contains(overall.Method, "UNCONFIRMED") || !strings.Contains(overall.Method, "CHƯA XÁC NHẬN") {
		t.Error("the derived weight is not marked unconfirmed")
	}
}

// Nobody may be identified: these surveys tell respondents so.
func TestFreeTextWarns(t *testing.T) {
	t.Parallel()
	for slug, s := range load(t) {
		for _, page := range s.Questionnaire.Pages {
			for _, item := range page.Items {
				if item.Type != questionnaire.TextType && item.Type != questionnaire.LongText {
					continue
				}
				if near := item.Help.In("vi") + page.Note.In("vi"); !strings.Contains(near, "không ghi tên") {
					t.Errorf("%s: %s does not ask to leave names out", slug, item.ID)
				}
			}
		}
	}
}
