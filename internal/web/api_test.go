package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSurveys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var got struct {
		Surveys []surveyJSON `json:"surveys"`
	}
	w.run(t, scenario{path: "/api/v1/surveys", status: 200, want: []string{
		`"survey":"sipas"`, `"opens":"2026-01-01"`, `"closes":"2026-12-15"`, `"open":true`,
	}}).decode(t, &got)
	open := map[string]bool{}
	for _, s := range got.Surveys {
		open[s.Survey] = s.Open
		if len(s.Version) != 64 || s.Title["vi"] == "" || len(s.Languages) == 0 || s.Waves == nil {
			t.Errorf("got %+v, want all of its fields", s)
		}
	}
	want := map[string]bool{"sipas": true, "business-obstacles": true, "counter": true, "trial": true, "over": true, "later": false}
	for survey, want := range want {
		if got, ok := open[survey]; !ok || got != want {
			t.Errorf("%s: got %t, listed %t, want %t", survey, got, ok, want)
		}
	}
}

func TestDefinition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type option struct {
		Code  string            `json:"code"`
		Value *float64          `json:"value"`
		Label map[string]string `json:"label"`
	}
	type item struct {
		ID       string            `json:"id"`
		Type     string            `json:"type"`
		Required bool              `json:"required"`
		Text     map[string]string `json:"text"`
		Options  []option          `json:"options"`
		Missing  []option          `json:"missing"`
		ShowIf   string            `json:"show_if"`
		MaxChars int               `json:"max_chars"`
	}
	type definition struct {
		Survey    string            `json:"survey"`
		Version   string            `json:"version"`
		Title     map[string]string `json:"title"`
		Languages []string          `json:"languages"`
		Pages     []struct {
			ID    string `json:"id"`
			Items []item `json:"items"`
		} `json:"pages"`
		Measures []map[string]any `json:"measures"`
		Indices  []map[string]any `json:"indices"`
	}
	var first definition
	w.run(t, scenario{path: "/api/v1/surveys/trial", status: 200}).decode(t, &first)
	if first.Survey != "trial" || first.Title["en"] != "Trial survey" || !slices.Equal(first.Languages, []string{"vi", "en"}) ||
		len(first.Pages) != 3 || len(first.Measures) != 1 || len(first.Indices) != 1 {
		t.Fatalf("got %+v", first)
	}
	level := first.Pages[0].Items[0]
	if level.ID != "level" || level.Type != "scale" || !level.Required || len(level.Options) != 5 || *level.Options[4].Value != 5 ||
		level.Options[4].Label["vi"] != "Rất tốt" || len(level.Missing) != 1 || level.Missing[0].Code != "dont_know" {
		t.Errorf("got item %+v", level)
	}
	why := first.Pages[1].Items[0]
	if why.ShowIf != "level in ('1', '2')" || why.MaxChars != 10 {
		t.Errorf("got item %+v, want its condition and limit", why)
	}

	w.sync(t, "Mức hài lòng", "Mức độ hài lòng")
	var second, old definition
	w.run(t, scenario{path: "/api/v1/surveys/trial", status: 200, want: []string{"Mức độ hài lòng"}}).decode(t, &second)
	if second.Version == first.Version {
		t.Error("got the same version for another text")
	}
	for _, hash := range []string{first.Version, first.Version[:8]} {
		w.run(t, scenario{path: "/api/v1/surveys/trial?version=" + hash, status: 200}).decode(t, &old)
		if diff := cmp.Diff(first, old); diff != "" {
			t.Errorf("old version (-want +got):\n%s", diff)
		}
	}
	for _, hash := range []string{first.Version[:7], strings.Repeat("0", 64), "%00"} {
		got := w.run(t, scenario{path: "/api/v1/surveys/trial?version=" + hash, status: 422}).problem(t)
		if got.listed() != "version:unknown_version" {
			t.Errorf("version %s: got %+v", hash, got)
		}
	}
	if got := w.run(t, scenario{path: "/api/v1/surveys/nothing?lang=en", status: 404}).problem(t); got.Detail != "There is no such survey." {
		t.Errorf("got %+v", got)
	}
}

func TestAgencies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cases := []struct {
		query string
		want  []string // ids that must be there
		never []string
		n     int // how many; 0: at least one
	}{
		{query: "", want: []string{"t01", "t24", "x07210", closedAgency}},
		{query: "?parent=t24&q=thuan+thanh", never: []string{"t24"}},
		{query: "?q=tinh+cao+bang", want: []string{"t04"}},
		{query: "?q=T%E1%BB%88NH+CAO+B%E1%BA%B0NG", want: []string{"t04"}},
		{query: "?q=so+cu&as_of=2025-11-01", want: []string{closedAgency}},
		{query: "?as_of=2026-11-20", want: []string{"t24"}, never: []string{closedAgency}},
		{query: "?as_of=2024-01-01", want: []string{closedAgency}, never: []string{"t24"}, n: 1},
		{query: "?parent=t24", want: []string{"x07210", "t24.thanh-tra"}, never: []string{"t24", "t01"}},
		{query: "?parent=H05", want: []string{"x07210"}},
		{query: "?parent=x07210", n: -1},
		{query: "?q=kh%C3%B4ng+c%C3%B3+c%C6%A1+quan+n%C3%A0y", n: -1},
	}
	for _, c := range cases {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			var got struct {
				Agencies []agencyJSON `json:"agencies"`
			}
			w.run(t, scenario{path: "/api/v1/agencies" + c.query, status: 200, want: []string{`"agencies":[`}}).decode(t, &got)
			ids := map[string]bool{}
			for _, a := range got.Agencies {
				ids[a.ID] = true
				if a.NameVi == "" || a.Level == "" {
					t.Errorf("got %+v, want a name and a level", a)
				}
			}
			for _, id := range c.want {
				if !ids[id] {
					t.Errorf("got %d agencies without %s", len(ids), id)
				}
			}
			for _, id := range c.never {
				if ids[id] {
					t.Errorf("got %s", id)
				}
			}
			if n := max(c.n, 0); (c.n != 0 && len(ids) != n) || (c.n == 0 && len(ids) == 0) {
				t.Errorf("got %d agencies, want %d", len(ids), n)
			}
		})
	}
	for query, want := range map[string]string{
		"?as_of=2026-13-01": "as_of:bad_date", "?as_of=today": "as_of:bad_date", "?parent=t99": "parent:unknown_agency",
	} {
		if got := w.run(t, scenario{path: "/api/v1/agencies" + query, status: 422}).problem(t); got.listed() != want {
			t.Errorf("%s: got %s, want %s", query, got.listed(), want)
		}
	}
}

// fill submits responses to trial: level 5 for the first of ten, down to 1.
func fill(t *testing.T, w *world, n int) {
	t.Helper()
	for i := range n {
		agency := []string{"x07210", "x07228", "t24"}[i%3]
		level := 5 - i%5
		why := ""
		if level < 3 {
			why = `,"why":"xa"`
		}
		got := w.submit(t, "trial", fmt.Sprint("fill", i), fmt.Sprintf(`{"agency":%q,"channel":"qr","answers":{"level":"%d","second":"4"%s}}`, agency, level, why))
		if got.status != http.StatusCreated {
			t.Fatalf("got %d %s, want 201", got.status, got.body)
		}
	}
}

// TestScores: the JSON, the CSV, the CSV for Excel and the page of the same
// query show the same digits.
func TestScores(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	type row struct {
		Agency   string      `json:"agency"`
		Item     string      `json:"item"`
		N        jsonLiteral `json:"n"`
		Estimate jsonLiteral `json:"estimate"`
		Low      jsonLiteral `json:"low"`
		High     jsonLiteral `json:"high"`
		State    string      `json:"state"`
	}
	var got struct {
		Survey       string   `json:"survey"`
		Versions     []string `json:"versions"`
		Watermark    uint64   `json:"watermark"`
		GeneratedFor any      `json:"generated_for"`
		Method       any      `json:"method"`
		Rows         []row    `json:"rows"`
		Channels     map[string]int64
		Flagged      *int64
		Flags        string
	}
	const query = "/api/v1/surveys/trial/scores?by=agency,item"
	w.run(t, scenario{path: query, status: 200}).decode(t, &got)
	if got.Survey != "trial" || len(got.Versions) != 1 || got.Watermark != w.store.Watermark() || got.GeneratedFor == nil || got.Method == nil {
		t.Errorf("got %+v", got)
	}
	if len(got.Channels) == 0 || got.Flagged != nil || got.Flags != "with" { // none flagged: null, as fewer than ten
		t.Errorf("got channels %v, flagged %v, flags %q", got.Channels, got.Flagged, got.Flags)
	}
	plain := w.run(t, scenario{path: query + "&format=csv", status: 200, header: map[string]string{
		"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="trial-scores.csv"`,
	}})
	excel := w.run(t, scenario{path: query + "&format=csv-excel", status: 200, header: map[string]string{
		"Content-Disposition": `attachment; filename="trial-scores-excel.csv"`,
	}})
	if excel.body != "\ufeff"+plain.body {
		t.Error("the CSV for Excel is not the CSV with a byte order mark")
	}
	records, err := csv.NewReader(strings.NewReader(plain.body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var fromCSV []row
	column := func(record []string, name string) string { return record[slices.Index(records[0], name)] }
	for _, r := range records[1:] {
		fromCSV = append(fromCSV, row{
			column(r, "agency"), column(r, "item"), jsonLiteral(column(r, "n")), jsonLiteral(column(r, "estimate")),
			jsonLiteral(column(r, "low")), jsonLiteral(column(r, "high")), column(r, "state"),
		})
	}
	if diff := cmp.Diff(got.Rows, fromCSV); diff != "" || len(fromCSV) < 6 {
		t.Errorf("%d rows (-json +csv):\n%s", len(fromCSV), diff)
	}
	w.alive(t)
}

// jsonLiteral keeps a number as it was written, empty for null.
type jsonLiteral string

func (l *jsonLiteral) UnmarshalJSON(b []byte) error {
	if *l = jsonLiteral(b); *l == "null" {
		*l = ""
	}
	return nil
}

// TestScoreMoves: the next read sees an acknowledged answer, on the page too.
func TestScoreMoves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 4)
	const path = "/results/trial?lang=en&agency=x07210"
	before := w.run(t, scenario{path: path, status: 200}).body
	if got := w.submit(t, "trial", "one more", `{}`); got.status != http.StatusBadRequest { // a space in the key
		t.Errorf("got %d, want 400", got.status)
	}
	if got := w.submit(t, "trial", "one-more", `{"agency":"x07210","answers":{"level":"5","second":"5"}}`); got.status != http.StatusCreated {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	if after := w.run(t, scenario{path: path, status: 200}).body; after == before {
		t.Error("the page is the same after one more answer")
	}
}

func TestScoreQueries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 6)
	cases := []struct {
		query  string
		status int
		listed string
	}{
		{"", 200, ""},
		{"?by=agency&agency=t24&level=commune&channel=qr&from=2026-11-01&to=2026-11-30", 200, ""},
		{"?index=trial&by=month", 200, ""},
		{"?by=factor,item&lang=en&format=json", 200, ""},
		{"?by=nothing", 422, "by:unknown_by"},
		{"?by=agency&where=x&service=y", 422, "service:not_supported where:not_supported"},
		{"?limit=3&apikey=1", 422, "apikey:unknown_parameter limit:unknown_parameter"},
		{"?format=xlsx", 422, "format:unknown_format"},
		{"?agency=t99", 422, "agency:unknown_agency"},
		{"?index=none", 422, "index:unknown_index"},
		{"?channel=pigeon", 422, "channel:unknown_channel"},
		{"?level=moon", 422, "level:unknown_level"},
		{"?channel=qr,link&flags=without", 200, ""},
		{"?flags=some", 422, "flags:unknown_flags"},
		{"?wave=w9", 422, "wave:unknown_wave"},
		{"?from=2026-11-31", 422, "from:bad_date"},
		{"?from=2026-11-02", 422, "from:not_month_border"},
	}
	for _, c := range cases {
		t.Run(c.query, func(t *testing.T) {
			t.Parallel()
			got := w.run(t, scenario{path: "/api/v1/surveys/trial/scores" + c.query, status: c.status})
			if c.status == http.StatusOK {
				return
			}
			if got := got.problem(t).listed(); got != c.listed {
				t.Errorf("got %s, want %s", got, c.listed)
			}
		})
	}
	w.run(t, scenario{path: "/api/v1/surveys/nothing/scores", status: 404})
	// The page of a query with problems says so and shows the rest.
	w.run(t, scenario{path: "/results/trial?agency=t99&lang=en", status: 422, want: []string{"There is no such agency."}})
}
