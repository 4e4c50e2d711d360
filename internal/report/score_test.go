package report_test

import (
	"bytes"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/report"
	"hailong/internal/tally"
)

func TestStates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n      int
		state  report.State
		reason string
	}{
		{0, report.NoData, "no_answers"},
		{1, report.Suppressed, "min_n"},
		{9, report.Suppressed, "min_n"},
		{10, report.LowBase, "below_30"},
		{29, report.LowBase, "below_30"},
		{30, report.OK, ""},
	}
	for _, tt := range tests {
		w := newWorld(t, "first.yaml")
		w.same(tt.n, "tan-chi", "2026-01-05", "4")
		w.same(3, "tan-chi", "2026-01-05", "skipped")
		for _, by := range []string{"agency", "item"} {
			row := w.score(report.Query{By: []string{by}, Agency: "tan-chi"}).Rows[0]
			if row.N != int64(tt.n) || row.State != tt.state || row.Reason != tt.reason {
				t.Errorf("%d answers by %s: got n %d %s %q, want %s %q", tt.n, by, row.N, row.State, row.Reason, tt.state, tt.reason)
			}
			published := tt.n >= 10
			if (row.Estimate != nil) != published || (row.Low != nil) != published || (row.High != nil) != published ||
				(row.Counts != nil) != published || (row.Interval != "") != published || (row.EffectiveN != 0) != published {
				t.Errorf("%d answers by %s: got %+v, want numbers: %v", tt.n, by, row, published)
			}
		}
	}
}

func TestShareAndInterval(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.same(487, "tan-chi", "2026-01-05", "5")
	w.same(93, "tan-chi", "2026-01-05", "1")
	row := w.one(report.Query{By: []string{"wave"}})
	// Wilson's interval of 487 in 580 by R: 0.807573455484467 to 0.867267280895994.
	got := []float64{*row.Estimate, *row.Low, *row.High}
	want := []float64{48700.0 / 580, 80.7573455484467, 86.7267280895994}
	for i := range want {
		if d := got[i] - want[i]; d > 1e-10 || d < -1e-10 {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if row.Interval != "wilson95" || row.Wave != "2026-1" || row.Measure != "satisfied" {
		t.Errorf("got %+v, want wave 2026-1 with a Wilson interval", row)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.same(12, "tan-chi", "2026-01-05", "4")
	w.same(2, "tan-chi", "2026-01-05", "skipped")
	row := w.score(report.Query{By: []string{"item"}}).Rows[0]
	want := []report.Count{ // options, then what is offered or occurs
		{"1", 0}, {"2", 0}, {"3", 0}, {"4", 12}, {"5", 0}, {"dont_know", 0}, {"not_applicable", 0}, {"skipped", 2},
	}
	if diff := cmp.Diff(want, row.Counts); diff != "" {
		t.Errorf("item (-want +got):\n%s", diff)
	}
	// The whole index counts answers to all four items; three were not asked.
	row = w.one(report.Query{By: []string{"channel"}})
	if diff := cmp.Diff(append(want, report.Count{Code: "not_asked", N: 3 * 14}), row.Counts); diff != "" {
		t.Errorf("index (-want +got):\n%s", diff)
	}
	if row.N != 12 || row.Channel != "link" {
		t.Errorf("got %+v, want n 12 by link", row)
	}
}

// Options of different items can't be added up.
func TestCompositeOfDifferentOptionsHasNoCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	for range 40 {
		w.add(w.answer(1, "tan-chi", "2026-01-05", map[string]string{
			"signs": "4", "staff_clear": "4", "result": "none", "price": "5",
		}))
	}
	rows := w.score(report.Query{Index: "weighted", By: []string{"factor"}}).Rows
	for _, row := range rows {
		if row.Estimate == nil || (row.Counts != nil) != (row.Factor != "outcome") {
			t.Errorf("%s: got estimate %v, counts %v", row.Factor, row.Estimate, row.Counts)
		}
	}
	var factors []string
	for _, row := range rows {
		factors = append(factors, row.Factor)
	}
	if want := []string{"visit", "access", "staff", "outcome"}; !slices.Equal(factors, want) {
		t.Errorf("got factors %v, want the tree depth first: %v", factors, want)
	}
}

// A weighted mean without one of its parts is not a mean of the others.
func TestFactorWithoutData(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "second.yaml")
	for range 40 {
		w.add(w.answer(0, "tan-chi", "2026-01-05", map[string]string{"signs": "4", "result": "5", "price": "refused"}))
	}
	got := map[string]string{}
	for _, row := range w.score(report.Query{Index: "weighted", By: []string{"factor"}}).Rows {
		got[row.Factor] = string(row.State) + " " + row.Reason
	}
	want := map[string]string{"visit": "no_data factor_without_data", "access": "ok ", "staff": "no_data no_answers", "outcome": "ok "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	row := w.one(report.Query{Index: "weighted", By: []string{"wave"}})
	if row.State != report.NoData || row.Reason != "factor_without_data" || row.N != 40 || row.Estimate != nil {
		t.Errorf("whole index: got %+v, want none because a factor has no data", row)
	}
}

// Answers that have no value are answers, but no part of a mean. Here an earlier
// version had an option without one.
// The same index can be asked for with another measure that can count it.
func TestMeasureOfQuery(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.same(30, "tan-chi", "2026-01-05", "5")
	w.same(10, "tan-chi", "2026-01-05", "2")
	share := w.one(report.Query{By: []string{"wave"}})
	mean := w.one(report.Query{By: []string{"wave"}, Measure: "average"})
	if *share.Estimate != 75 || *mean.Estimate != 4.25 || mean.Measure != "average" || mean.N != 40 {
		t.Errorf("got %+v and %+v, want a share of 75 and a mean of 4.25", share, mean)
	}
	own, other := w.score(report.Query{}), w.score(report.Query{Measure: "average"})
	if own.Method == other.Method || own.Unit != "%" || other.Unit != "" {
		t.Errorf("got methods %s and %s, units %q and %q, want them to differ", own.Method, other.Method, own.Unit, other.Unit)
	}
}

func TestMeanLeavesOutOptionsWithoutValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	for range 20 {
		w.add(
			w.answer(0, "tan-chi", "2026-01-05", map[string]string{"result": "4"}),
			w.answer(0, "tan-chi", "2026-01-05", map[string]string{"result": "other"}),
			w.answer(1, "tan-chi", "2026-01-05", map[string]string{"result": "5"}),
		)
	}
	rows := w.score(report.Query{Index: "mean", By: []string{"item"}}).Rows
	at := slices.IndexFunc(rows, func(r report.Row) bool { return r.Item == "result" })
	row := rows[at]
	if row.N != 60 || row.EffectiveN != 40 || *row.Estimate != 1.8 || row.Interval != "normal95" || row.Factor != "outcome" {
		t.Errorf("got %+v, want the mean 1.8 of 40 of 60 answers", row)
	}
}

// An option that the current version dropped still counts among the answers.
func TestDroppedOptionCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.same(10, "tan-chi", "2026-01-05", "4")
	w.same(10, "tan-chi", "2026-01-05", "2")
	line := []byte(`      - {code: "2", value: 2, label: {vi: Không hài lòng, en: Dissatisfied}}` + "\n")
	w.publish("third.yaml", bytes.Replace(w.read("first.yaml"), line, nil, 1))
	scores := w.score(report.Query{By: []string{"item"}})
	row := scores.Rows[0]
	if len(scores.Versions) != 1 || row.N != 20 || *row.Estimate != 50 {
		t.Fatalf("got %+v, want half of 20", row)
	}
	if got, want := row.Counts[4], (report.Count{Code: "2", N: 10}); got != want {
		t.Errorf("got %v after the current options, want %v", got, want)
	}
}

func TestRowsOfAgencies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.same(40, "benh-vien", "2026-01-05", "5")
	w.same(40, "kinh-bac", "2026-02-05", "1")
	ids := func(q report.Query) []string {
		var out []string
		for _, row := range w.score(q).Rows {
			out = append(out, row.Agency+" "+string(row.State))
		}
		return out
	}
	tests := []struct {
		name  string
		query report.Query
		want  []string
	}{
		{"all that still exist, in registry order", report.Query{}, []string{
			"bac-ninh ok", "kinh-bac ok", "tan-chi no_data", "so-y-te ok", "benh-vien ok", "ha-noi no_data",
		}},
		{"one level, each with its subtree", report.Query{Level: "department"}, []string{"so-y-te ok", "benh-vien ok"}},
		{"a subtree by code", report.Query{Agency: "H05.12"}, []string{"so-y-te ok", "benh-vien ok"}},
		{"also those that ended after the period", report.Query{To: "2026-01-31", Level: "commune"}, []string{
			"kinh-bac no_data", "tan-chi no_data", "van-an no_data",
		}},
		{"by month, a full table", report.Query{By: []string{"month", "agency"}, Agency: "so-y-te", Level: "department"}, []string{
			"so-y-te ok", "benh-vien ok",
		}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, ids(tt.query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	w.same(10, "van-an", "2026-01-05", "5")
	if got := ids(report.Query{Level: "commune"}); !slices.Contains(got, "van-an low_base") {
		t.Errorf("an agency that ended keeps its answers: got %v", got)
	}
	row := w.score(report.Query{Lang: "en"}).Rows[0]
	if row.AgencyName != "Bac Ninh Province" || row.Level != "province" || row.N != 90 {
		t.Errorf("got %+v, want the province with 90 answers of its subtree", row)
	}
}

// Keys other than the agency have rows only where something was counted; the
// whole has one row also when nothing was.
func TestRowsOfNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	for by, want := range map[string]int{"level": 0, "month": 0, "wave": 0, "channel": 0, "factor": 2, "item": 4, "agency": 6} {
		rows := w.score(report.Query{By: []string{by}}).Rows
		if len(rows) != want {
			t.Errorf("by %s: got %d rows, want %d", by, len(rows), want)
		}
		for _, row := range rows {
			if row.State != report.NoData {
				t.Errorf("by %s: got state %s of nothing", by, row.State)
			}
		}
	}
	w.same(10, "tan-chi", "2026-01-05", "5")
	if row := w.one(report.Query{By: []string{"level"}}); row.Level != "commune" || row.Agency != "" {
		t.Errorf("got %+v, want the communes only", row)
	}
}

func TestRowsAreInOrderOfKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.add(w.random(600, 5)...)
	for _, by := range [][]string{{"month", "agency"}, {"agency", "month"}, {"item", "level", "month"}, {"channel", "factor", "wave"}} {
		rows := w.score(report.Query{By: by}).Rows
		key := func(r *report.Row, name string) int {
			switch name {
			case "agency":
				return int(w.catalog.Agencies.ByID(r.Agency).Number)
			case "level":
				return slices.Index([]string{"commune", "department", "province"}, r.Level)
			case "month":
				return int(r.Month[3])*10_000 + int(r.Month[5])*100 + int(r.Month[6])
			case "wave":
				return int(r.Wave[5])
			case "channel":
				return slices.Index([]string{"link", "qr", "kiosk"}, r.Channel)
			case "factor":
				return slices.Index([]string{"access", "staff"}, r.Factor)
			default:
				return slices.Index([]string{"signs", "seats", "staff_polite", "staff_clear"}, r.Item)
			}
		}
		for i := 1; i < len(rows); i++ {
			var before, after []int
			for _, name := range by {
				before, after = append(before, key(&rows[i-1], name)), append(after, key(&rows[i], name))
			}
			if slices.Compare(before, after) >= 0 || slices.Contains(after, -1) {
				t.Fatalf("by %v: row %d %v comes after %v", by, i, after, before)
			}
		}
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("daily.yaml", append([]byte("grain: day\n"), w.read("first.yaml")...))
	w.applyEvent(waves("2026-1"))
	w.same(10, "tan-chi", "2026-01-05", "5")
	w.same(20, "tan-chi", "2026-01-06", "5")
	rows := w.score(report.Query{By: []string{"day", "month"}, From: "2026-01-05"}).Rows
	if len(rows) != 2 || rows[0].Day != "2026-01-05" || rows[1].Day != "2026-01-06" || rows[1].Month != "2026-01" || rows[1].N != 20 {
		t.Errorf("got %+v, want two days", rows)
	}
	if row := w.one(report.Query{By: []string{"month"}, To: "2026-01-05"}); row.N != 10 || row.Day != "" {
		t.Errorf("got %+v, want ten answers to the fifth", row)
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.add(w.random(123, 9)...)
	n, watermark, err := w.report().Overview("sample")
	if err != nil || n != 123 || watermark != w.seq {
		t.Errorf("got %d at %d, error %v, want 123 at %d", n, watermark, err, w.seq)
	}
	if _, _, err := w.report().Overview("other"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}

// lagging shows an old catalog some times before the new one, as a reader sees
// it between whom a version was published and answered.
type lagging struct {
	*world
	old   *catalog.Catalog
	times int
}

func (l *lagging) Catalog() *catalog.Catalog {
	if l.times > 0 {
		l.times--
		return l.old
	}
	return l.catalog
}

func TestCatalogOlderThanCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	old := w.catalog
	w.publish("second.yaml", w.read("second.yaml"))
	for range 40 {
		w.add(w.answer(1, "tan-chi", "2026-01-05", map[string]string{"signs": "4"}))
	}
	scores, err := report.New(&lagging{world: w, old: old, times: 2}).Score(report.Query{Survey: "sample"})
	if err != nil || scores.Rows[0].N != 40 || len(scores.Versions) != 1 {
		t.Errorf("got %+v, error %v, want the 40 answers to the new version", scores, err)
	}
	_, err = report.New(&lagging{world: w, old: old, times: 1000}).Score(report.Query{Survey: "sample"})
	if errs.KindOf(err) != errs.Internal {
		t.Errorf("got %v, want an internal error when the catalog never follows", err)
	}
}

// damaged has a cell that does not fit its questionnaire.
type damaged struct{ *world }

func (d damaged) Tallies(f func(uint64, iter.Seq2[tally.Key, *tally.Cell])) {
	f(1, func(yield func(tally.Key, *tally.Cell) bool) {
		yield(tally.Key{Version: 1, Agency: 1, Wave: 1}, &tally.Cell{Responses: 1, Counts: make([]uint32, 3)})
	})
}

func TestCellsMustFit(t *testing.T) {
	t.Parallel()
	_, err := report.New(damaged{newWorld(t, "first.yaml")}).Score(report.Query{Survey: "sample"})
	if errs.KindOf(err) != errs.Internal || errors.Unwrap(err) == nil {
		t.Errorf("got %v, want an internal error with its cause", err)
	}
}
