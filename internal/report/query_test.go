package report_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/report"
	"hailong/internal/response"
)

func waves(id string) (response.Control, error) {
	return response.WaveOpened{Survey: "sample", Wave: id}.Event(0)
}

func TestBadQueries(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	tests := []struct {
		name  string
		query report.Query
		want  []string // parameter: code
	}{
		{"unknown key", report.Query{By: []string{"agency", "colour"}}, []string{"by: unknown_by"}},
		{"key twice", report.Query{By: []string{"item", "item"}}, []string{"by: unknown_by"}},
		{"days of monthly counts", report.Query{By: []string{"day"}}, []string{"by: unknown_by"}},
		{"index", report.Query{Index: "other"}, []string{"index: unknown_index"}},
		{"measure", report.Query{Measure: "median"}, []string{"measure: unknown_measure"}},
		{"agency", report.Query{Agency: "nowhere"}, []string{"agency: unknown_agency"}},
		{"level", report.Query{Level: "galaxy"}, []string{"level: unknown_level"}},
		{"wave", report.Query{Wave: "2099"}, []string{"wave: unknown_wave"}},
		{"channel", report.Query{Channel: "pigeon"}, []string{"channel: unknown_channel"}},
		{"channels", report.Query{Channel: "qr,pigeon,,link"}, []string{"channel: unknown_channel", "channel: unknown_channel"}},
		{"flags", report.Query{Flags: "maybe"}, []string{"flags: unknown_flags"}},
		{"no date", report.Query{From: "yesterday", To: "2026-02-30"}, []string{"from: bad_date", "to: bad_date"}},
		{"inside months", report.Query{From: "2026-01-02", To: "2026-02-27"}, []string{"from: not_month_border", "to: not_month_border"}},
		{"backwards", report.Query{From: "2026-03-01", To: "2026-02-28"}, []string{"to: bad_value"}},
		{
			"all at once",
			report.Query{Index: "x", By: []string{"y"}, Agency: "z", From: "?", Wave: "w", Channel: "c", Level: "l"},
			[]string{
				"agency: unknown_agency", "by: unknown_by", "channel: unknown_channel", "from: bad_date",
				"index: unknown_index", "level: unknown_level", "wave: unknown_wave",
			},
		},
	}
	for _, tt := range tests {
		tt.query.Survey = "sample"
		_, err := w.report().Score(tt.query)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Kind != errs.Invalid {
			t.Errorf("%s: got %v, want an invalid query", tt.name, err)
			continue
		}
		var got []string
		for _, p := range e.Problems {
			got = append(got, p.Item+": "+p.Code)
		}
		slices.Sort(got)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if _, err := w.report().Score(report.Query{Survey: "other"}); errs.KindOf(err) != errs.NotFound {
		t.Errorf("unknown survey: got %v, want not found", err)
	}
}

func TestGoodPeriods(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.same(10, "tan-chi", "2026-02-28", "5")
	for _, q := range []report.Query{
		{From: "2026-02-01", To: "2026-02-28"}, {From: "2026-02-01"}, {To: "2026-02-28"}, {To: "2028-02-29"}, {From: "2000-01-01", To: "2199-12-31"},
	} {
		q.By = []string{"wave"}
		if row := w.one(q); row.N != 10 {
			t.Errorf("%s to %s: got n %d, want 10", q.From, q.To, row.N)
		}
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.add(w.random(50, 2)...)
	got := w.score(report.Query{By: []string{"month", "agency"}, Agency: "H05", Wave: "2026-1", Lang: "fr", To: "2026-03-31"})
	got.Rows = nil
	want := &report.Scores{
		Survey: "sample", Title: "Khảo sát mẫu", Index: "services", IndexTitle: "Dịch vụ",
		Measure: "satisfied", MeasureTitle: "Tỷ lệ hài lòng", Unit: "%", Method: got.Method,
		MethodNote: "Phương pháp mẫu; chưa xác nhận.", Watermark: w.seq, By: []string{"month", "agency"}, Rollup: "pooled", MinN: 10,
		Decimals: 2, SampleType: "opt_in",
		GeneratedFor: "survey=sample&index=services&by=month,agency&agency=bac-ninh&to=2026-03-31&wave=2026-1&lang=vi",
		Channels:     got.Channels, Flagged: got.Flagged, Flags: report.FlagsWith, // recounted in naive_test.go
	}
	for _, v := range w.catalog.Survey("sample").Versions {
		want.Versions = append(want.Versions, v.Questionnaire.Version)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	mean := w.score(report.Query{Index: "mean", Lang: "en"})
	if mean.Unit != "" || mean.IndexTitle != "Points" || mean.GeneratedFor != "survey=sample&index=mean&by=agency&lang=en" {
		t.Errorf("got %q %q %q", mean.Unit, mean.IndexTitle, mean.GeneratedFor)
	}
}

// One question has one text, and what is not said there is the default.
func TestCanonicalChannelsAndFlags(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	for want, q := range map[string]report.Query{
		"":                                    {Flags: "with"},
		"&channel=link,kiosk":                 {Channel: "kiosk,link,kiosk"},
		"&channel=qr&flags=without":           {Channel: "qr", Flags: "without"},
		"&flags=only":                         {Flags: "only"},
		"&agency=bac-ninh&channel=invitation": {Channel: "invitation", Agency: "bac-ninh"},
	} {
		want = "survey=sample&index=services&by=agency" + want + "&lang=vi"
		if got := w.score(q).GeneratedFor; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The method changes with what a score depends on, and with nothing else.
func TestMethod(t *testing.T) {
	t.Parallel()
	method := func(old, changed string) string {
		t.Helper()
		w := newWorld(t)
		yaml := w.read("second.yaml")
		if !bytes.Contains(yaml, []byte(old)) {
			t.Fatalf("the questionnaire has no %q", old)
		}
		w.publish("changed.yaml", bytes.ReplaceAll(yaml, []byte(old), []byte(changed)))
		return w.score(report.Query{Index: "weighted"}).Method
	}
	base := method("survey", "survey")
	if len(base) != 64 {
		t.Fatalf("got %q, want 64 hex digits", base)
	}
	for _, same := range [][2]string{{"Chi phí", "Giá"}, {"chưa xác nhận", "đã xác nhận"}, {"Có trọng số", "Trọng số"}} {
		if got := method(same[0], same[1]); got != base {
			t.Errorf("%v: the method changed with a text", same)
		}
	}
	seen := map[string]string{base: "itself"}
	if got := method("weight: 0.35, items: [signs, seats]}\n          - {id: staff, title: {vi: Cán bộ, en: Staff}, weight: 0.65",
		"weight: 0.65, items: [signs, seats]}\n          - {id: staff, title: {vi: Cán bộ, en: Staff}, weight: 0.35"); got == base {
		t.Error("the method did not change with the weights")
	}
	for _, other := range [][2]string{
		{"min_n: 10", "min_n: 11"},
		{`["4", "5"]`, `["5"]`},
		{"items: [result, price]", "items: [price, result]"},
		{"weight: 0.65, aggregate: pooled", "weight: 0.65"},
		{"value: 2.5", "value: 2.6"},
	} {
		got := method(other[0], other[1])
		if seen[got] != "" {
			t.Errorf("%v: same method as %s", other, seen[got])
		}
		seen[got] = other[0]
	}
}

// Many rows are refused before memory is spent on them.
func TestTooManyRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("daily.yaml", append([]byte("grain: day\n"), w.read("first.yaml")...))
	w.applyEvent(waves("2026-1"))
	start, _ := response.ParseDay("2000-01-01")
	for day := range response.Day(4500) {
		r := w.answer(0, "tan-chi", "2000-01-01", map[string]string{"signs": "5"})
		r.Day = start + day
		w.add(r)
	}
	_, err := w.report().Score(report.Query{Survey: "sample", By: []string{"agency", "day", "item"}})
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Problems) != 1 || e.Problems[0].Code != "too_many_rows" || e.Problems[0].Args["max"] == nil {
		t.Errorf("got %v, want too_many_rows", err)
	}
	if rows := w.score(report.Query{By: []string{"day", "item"}}).Rows; len(rows) != 18000 {
		t.Errorf("got %d rows, want 18000", len(rows))
	}
}
