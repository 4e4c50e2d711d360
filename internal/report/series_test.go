package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
)

// edit publishes the current version's file after replacements; FROM stands for
// the current version.
func (w *world) edit(file string, pairs ...string) {
	w.t.Helper()
	text := string(w.read(file))
	for i := 0; i+1 < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			w.t.Fatalf("%s does not say %q", file, pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	if s := w.catalog.Survey("sample"); s != nil {
		text = strings.ReplaceAll(text, "FROM", s.Current().Questionnaire.Version[:16])
	}
	w.publish("edited.yaml", []byte(text))
}

const (
	breakOfServices = "changes: {from: FROM, breaks: [{of: services, reason: {vi: Thang mới, en: New scale}}]}\nmeasures:\n"
	breakOfPrice    = "changes: {from: FROM, breaks: [{of: price, reason: {vi: Hỏi khác, en: Asked anew}}]}\nmeasures:\n"
)

// broken is the sample survey with a break of an index in its third version and
// of an item in its fourth.
func broken(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.edit("second.yaml", "measures:\n", breakOfServices)
	w.edit("second.yaml", "measures:\n", breakOfPrice)
	return w
}

// seriesOfVersion is the number of the series that answers to a version belong
// to: services breaks with the third version, whatever counts price with the
// fourth.
func seriesOfVersion(index string, row *report.Row, version uint32) int {
	switch {
	case index == "services" && version >= 3:
		return 2
	case index == "services":
		return 1
	case row.Item == "price" || row.Item == "" && (row.Factor == "" || row.Factor == "outcome"):
		if version == 4 {
			return 2
		}
		return 1
	}
	return 0 // never broken
}

// TestSeriesAreRecounts holds every row against a naive count over the responses
// of its series.
func TestSeriesAreRecounts(t *testing.T) {
	t.Parallel()
	w := broken(t)
	w.add(w.random(3000, 11)...)
	rows, cut := 0, 0
	for i := range w.catalog.Survey("sample").Current().Questionnaire.Indices {
		index := &w.catalog.Survey("sample").Current().Questionnaire.Indices[i]
		for _, q := range []report.Query{
			{},
			{By: []string{"item"}},
			{By: []string{"factor"}},
			{By: []string{"agency", "item"}},
			{By: []string{"agency", "month", "factor"}},
			{By: []string{"month"}, From: "2025-12-01"},
			{By: []string{"wave", "item", "channel"}},
			{By: []string{"level", "factor"}},
			{By: []string{"channel", "factor"}, Wave: "2026-2", Level: "department"},
			{By: []string{"version", "item"}},
			{By: []string{"item", "version"}},
		} {
			q.Index = index.ID
			scores := w.score(q)
			for j := range scores.Rows {
				row := &scores.Rows[j]
				x := &naive{world: w, index: index}
				within := x.within(q, row)
				x.keep = func(r *response.Response) bool {
					version := w.catalog.Version(r.Version).Questionnaire.Version
					return within(r) && seriesOfVersion(index.ID, row, r.Version) == row.Series && (row.Version == "" || version[:12] == row.Version)
				}
				x.check(row)
				if row.Series > 0 {
					cut++
				}
			}
			rows += len(scores.Rows)
		}
	}
	if rows < 900 || cut < 300 {
		t.Errorf("got %d rows, %d of them of broken series, want many", rows, cut)
	}
}

// Laid out in time both sides are there, and the first row of the new one says
// why; else only the newest is, and says that something was left out.
func TestBothSidesOfABreak(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "second.yaml")
	before := func(n int, day string) {
		for range n {
			w.add(w.answer(0, "tan-chi", day, map[string]string{"signs": "5"}))
		}
	}
	before(20, "2026-01-05")
	before(15, "2026-02-05")
	w.edit("second.yaml", "measures:\n", breakOfServices)
	for range 12 {
		w.add(w.answer(1, "tan-chi", "2026-02-15", map[string]string{"signs": "1"}))
	}
	for range 11 {
		w.add(w.answer(1, "tan-chi", "2026-03-15", map[string]string{"signs": "1"}))
	}
	type line struct {
		Month  string
		N      int64
		Series int
		Break  string
		Note   string
	}
	list := func(q report.Query) []line {
		var out []line
		for _, r := range w.score(q).Rows {
			out = append(out, line{r.Month, r.N, r.Series, r.Break, r.Note})
		}
		return out
	}
	if diff := cmp.Diff([]line{
		{"2026-01", 20, 1, "", ""}, {"2026-02", 15, 1, "", ""}, {"2026-02", 12, 2, "New scale", ""}, {"2026-03", 11, 2, "", ""},
	}, list(report.Query{By: []string{"month"}, Lang: "en"})); diff != "" {
		t.Errorf("by month (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]line{{"", 23, 2, "", "since_break"}}, list(report.Query{By: []string{"channel"}})); diff != "" {
		t.Errorf("over all (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]line{{"", 20, 1, "", "before_break"}}, list(report.Query{By: []string{"channel"}, To: "2026-01-31"})); diff != "" {
		t.Errorf("before the break (-want +got):\n%s", diff)
	}
	// An agency that has nothing yet of the series of the others is not ranked by its past.
	got := list(report.Query{By: []string{"agency"}, Agency: "tan-chi", Channel: "link", From: "2026-03-01"})
	if diff := cmp.Diff([]line{{"", 11, 2, "", ""}}, got); diff != "" {
		t.Errorf("after the break (-want +got):\n%s", diff)
	}
	scores := w.score(report.Query{Lang: "vi"})
	current := w.catalog.Survey("sample").Current().Questionnaire.Version
	if diff := cmp.Diff([]report.Break{{Version: current, Day: "2000-01-01", Of: "services", Reason: "Thang mới"}}, scores.Breaks); diff != "" {
		t.Errorf("breaks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{current}, scores.Versions); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
	// Another index knows nothing of it.
	if other := w.score(report.Query{Index: "mean"}); len(other.Breaks) != 0 || other.Rows[0].Series != 0 || len(other.Versions) != 2 {
		t.Errorf("another index: got %+v", other)
	}
}

// An agency without answers after the break has a row that says so.
func TestAnAgencyLeftBehindABreak(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "second.yaml")
	for range 20 {
		w.add(w.answer(0, "tan-chi", "2026-01-05", map[string]string{"signs": "5"}), w.answer(0, "so-y-te", "2026-01-05", map[string]string{"signs": "5"}))
	}
	w.edit("second.yaml", "measures:\n", breakOfServices)
	for range 20 {
		w.add(w.answer(1, "so-y-te", "2026-02-05", map[string]string{"signs": "1"}))
	}
	for _, row := range w.score(report.Query{}).Rows {
		switch row.Agency {
		case "tan-chi":
			if row.State != report.NoData || row.Note != "since_break" || row.Estimate != nil {
				t.Errorf("got %+v, want no data since the break", row)
			}
		case "so-y-te":
			if row.N != 20 || *row.Estimate != 0 {
				t.Errorf("got %+v, want only what came after the break", row)
			}
		}
	}
	for _, row := range w.score(report.Query{By: []string{"month"}, Agency: "tan-chi"}).Rows {
		if row.Month == "2026-01" && (row.Series != 1 || row.N != 20) {
			t.Errorf("got %+v, want the series before", row)
		}
	}
}

// TestMappedAnswersCountAsIfGivenNow: answers before a declared renaming and
// recoding score as if they had been given to the new version.
func TestMappedAnswersCountAsIfGivenNow(t *testing.T) {
	t.Parallel()
	// signs becomes guide; seats' code 1 becomes bad, and 2 becomes part of it;
	// staff_polite goes; result's codes change places.
	pairs := []string{
		"id: signs, type: scale, scale: five", "id: guide, type: scale, scale: five",
		"id: seats, type: scale, scale: five", "id: seats, type: scale, scale: four",
		"          - {id: staff_polite, text: {vi: Lịch sự, en: Polite}}\n", "",
		"{code: \"4\", label: {vi: Được, en: Fair}}", "{code: other, label: {vi: Được, en: Fair}}",
		"{code: other, label: {vi: Khác, en: Other}}", "{code: \"4\", label: {vi: Khác, en: Other}}",
		"items: [signs, seats]", "items: [guide, seats]",
		"scales:\n", `changes:
  from: FROM
  renamed: {guide: signs}
  recoded: {seats: {"1": bad, "2": bad}, result: {"4": other, other: "4"}}
  dropped: [staff_polite]
scales:
  four:
    options:
      - {code: bad, value: 1, label: {vi: Không hài lòng, en: Dissatisfied}}
      - {code: "3", value: 3, label: {vi: Bình thường, en: Neutral}}
      - {code: "4", value: 4, label: {vi: Hài lòng, en: Satisfied}}
      - {code: "5", value: 5, label: {vi: Rất hài lòng, en: Very satisfied}}
    missing: [dont_know, not_applicable]
`,
	}
	mapped := newWorld(t, "first.yaml")
	given := mapped.random(600, 5)
	mapped.add(given...)
	mapped.edit("first.yaml", pairs...)
	direct := newWorld(t, "first.yaml")
	direct.edit("first.yaml", pairs...)
	direct.add(translated(t, direct, given)...)
	for _, q := range []report.Query{{By: []string{"item"}}, {By: []string{"agency", "factor"}}, {By: []string{"month"}}, {By: []string{"item", "channel"}, Measure: "average"}} {
		got, want := mapped.score(q), direct.score(q)
		withoutErrors(got.Rows)
		withoutErrors(want.Rows)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(report.Scores{}, "Versions", "Watermark")); diff != "" {
			t.Errorf("%v (-given to the new version +mapped):\n%s", q.By, diff)
		}
		if len(got.Versions) != 1 || len(want.Versions) != 1 || len(got.Rows) == 0 {
			t.Errorf("got versions %v, want one", got.Versions)
		}
	}
}

// translated gives responses to the first version again, to the second.
func translated(t *testing.T, w *world, responses []*response.Response) []*response.Response {
	t.Helper()
	first, second := w.catalog.Survey("sample").Versions[0], w.catalog.Survey("sample").Versions[1]
	var out []*response.Response
	for _, r := range responses {
		next := *r
		next.Version = second.Number
		next.Answers = make([]response.Answer, len(second.Questionnaire.Variables()))
		for i, v := range second.Questionnaire.Variables() {
			old := first.Questionnaire.Variable(map[string]string{"guide": "signs"}[v.ID])
			if old == nil {
				old = first.Questionnaire.Variable(v.ID)
			}
			a := r.Answers[old.Index]
			if a.State == response.Answered && v.Kind == questionnaire.OneOf {
				code := old.Item.Options[a.Option].Code
				switch {
				case v.ID == "seats" && (code == "1" || code == "2"):
					code = "bad"
				case v.ID == "result":
					code = map[string]string{"4": "other", "other": "4"}[code]
				}
				a.Option = uint8(v.Option(code))
			}
			next.Answers[i] = a
		}
		out = append(out, &next)
	}
	return out
}

// A code that was given up and later given to another option does not bring
// back the answers to the first.
func TestAReusedCodeIsNotTheOldOption(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	for range 20 {
		w.add(w.answer(0, "tan-chi", "2026-01-05", map[string]string{"signs": "5"}))
	}
	best := "      - {code: \"5\", value: 5, label: {vi: Rất hài lòng, en: Very satisfied}}\n"
	w.edit("first.yaml", best, "", `codes: ["4", "5"]`, `codes: ["4"]`)
	w.edit("first.yaml", "Rất hài lòng", "Không có ý kiến gì")
	for range 20 {
		w.add(w.answer(2, "tan-chi", "2026-01-05", map[string]string{"signs": "5"}))
	}
	row := w.score(report.Query{By: []string{"item"}}).Rows[0]
	old := w.catalog.Survey("sample").Versions[0].Questionnaire.Version[:8]
	if row.N != 40 || *row.Estimate != 50 || !slices.Contains(row.Counts, report.Count{Code: "5", N: 20}) || !slices.Contains(row.Counts, report.Count{Code: "5@" + old, N: 20}) {
		t.Errorf("got %+v, want the two apart", row)
	}
}

// TestPlanCountsAllVersions: what a plan calls stored are the answers of all
// versions, by the names of now.
func TestPlanCountsAllVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	for range 3 {
		w.add(w.answer(0, "tan-chi", "2026-01-05", map[string]string{"signs": "5", "seats": "skipped"}))
	}
	rename := []string{"id: signs, type", "id: guide, type", "items: [signs, seats]", "items: [guide, seats]", "scales:\n", "changes: {from: FROM, renamed: {guide: signs}}\nscales:\n"}
	w.edit("first.yaml", rename...)
	for range 2 {
		w.add(w.answer(1, "tan-chi", "2026-01-05", map[string]string{"guide": "4"}))
	}
	text := strings.NewReplacer(
		"      - {id: signs, type: scale, scale: five, text: {vi: Biển chỉ dẫn, en: Signs}}\n", "",
		"      - {id: seats, type: scale, scale: five, missing: [], text: {vi: Chỗ ngồi, en: Seats}}\n", "",
		"items: [signs, seats]", "items: [comes]", "  - id: access\n    items:\n", "  - id: access\n    items:\n      - {id: comes, type: scale, scale: five, text: {vi: Mới, en: New}}\n",
	).Replace(string(w.read("first.yaml")))
	survey, err := questionnaire.Parse("sample", "next.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := w.report().Plan(survey.Questionnaire)
	if err != nil {
		t.Fatal(err)
	}
	stored := map[string]int64{}
	for _, ch := range plan.Changes {
		if ch.Kind == "item_removed" {
			stored[ch.Items[0]] = ch.Stored
		}
	}
	if diff := cmp.Diff(map[string]int64{"guide": 5, "seats": 0}, stored); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if first, err := newWorld(t).report().Plan(survey.Questionnaire); err != nil || first.Before != "" {
		t.Errorf("an empty folder: got %+v %v", first, err)
	}
}

// withoutErrors takes the precision of composites out of rows: what the answers of
// one person add up to was counted by the method of their time, so that after
// another one only a bound is known.
func withoutErrors(rows []report.Row) {
	for i := range rows {
		r := &rows[i]
		if r.Item == "" {
			r.SE, r.Low, r.High, r.DF, r.EffectiveN, r.Interval = nil, nil, nil, 0, 0, ""
			r.RankLow, r.RankHigh, r.Shrunk, r.ShrunkLow, r.ShrunkHigh = 0, 0, nil, nil, nil
		}
	}
}
