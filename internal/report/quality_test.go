package report_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/report"
	"hailong/internal/response"
)

// Watermark implements report.Responses.
func (w *world) Watermark() uint64 { return w.seq }

// Scan implements report.Responses.
func (w *world) Scan(_ context.Context, _, _ uint64, f func(uint64, *response.Response) error) error {
	for i, r := range w.responses {
		if err := f(uint64(i+1), r); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) quality(by ...string) *report.Quality {
	w.t.Helper()
	q, err := w.report().Quality(w.t.Context(), w, report.QualityQuery{Survey: "sample", By: by, Lang: "vi"}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return q
}

// TestQuality: every share by hand.
func TestQuality(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.applyEvent(waves("2026-1"))
	all := func(code string) map[string]string {
		return map[string]string{"signs": code, "seats": code, "staff_polite": code, "staff_clear": code}
	}
	for i := range 30 {
		answers := all("4")
		if i < 3 { // straight lines
			w.add(w.answer(0, "tan-chi", "2026-03-01", answers))
			continue
		}
		answers["seats"] = "1"
		r := w.answer(0, "tan-chi", "2026-03-01", answers)
		r.Seconds = uint16(10 + 5*i)
		if i == 5 {
			r.Flags = response.Fast | response.Burst
		}
		w.add(r)
	}
	for range 20 {
		answers := all("dont_know")
		answers["seats"], answers["staff_clear"], answers["result"] = "skipped", "not_applicable", "refused"
		r := w.answer(0, "kinh-bac", "2026-03-01", answers)
		r.Channel = response.QR
		w.add(r)
	}
	q := w.quality()
	if len(q.Rows) != 2 || q.Rows[0].Agency != "kinh-bac" || q.Rows[1].Agency != "tan-chi" {
		t.Fatalf("got %+v", q.Rows)
	}
	few, good := q.Rows[0], q.Rows[1]
	want := report.QualityRow{
		Agency: "kinh-bac", AgencyName: "Phường Kinh Bắc", Responses: 20, Flags: few.Flags,
		Asked: 100, DontKnow: 40, Refused: 20, Skipped: 20, NotApplicable: 20, Warnings: few.Warnings,
	}
	if diff := cmp.Diff(want, few); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if good.Responses != 30 || good.WithScale != 30 || good.Straight != 3 || good.Flagged != 1 || good.Typical != 90 || good.Asked != 120 {
		t.Errorf("got %+v", good)
	}
	for _, f := range good.Flags {
		if want := int64(0); f.Code == "fast" || f.Code == "burst" {
			if want = 1; f.N != want {
				t.Errorf("flag %s: %d", f.Code, f.N)
			}
		} else if f.N != want {
			t.Errorf("flag %s: %d", f.Code, f.N)
		}
	}
	codes := func(r report.QualityRow) (list []string) {
		for _, x := range r.Warnings {
			list = append(list, x.Code)
		}
		return list
	}
	if got := codes(few); !slices.Equal(got, []string{report.WarnMissing, report.WarnDiffers}) {
		t.Errorf("warnings: %v", got)
	}
	if got := codes(good); !slices.Equal(got, []string{report.WarnDiffers}) {
		t.Errorf("warnings: %v", got)
	}
	if q.Total.Responses != 50 || q.Total.Asked != 220 {
		t.Errorf("total: %+v", q.Total)
	}
	if got := w.quality("channel"); len(got.Rows) != 2 || got.Rows[0].Channel != "link" || got.Rows[0].Responses != 30 || got.Rows[0].Agency != "" {
		t.Errorf("by channel: %+v", got.Rows)
	}
	w.responses[0].Counter, w.responses[1].Counter = "q1", "q1"
	if got := w.quality("counter", "day"); len(got.Rows) != 2 || got.Rows[0].Counter != "" || got.Rows[1].Counter != "q1" || got.Rows[1].Responses != 2 || got.Rows[1].Day != "2026-03-01" {
		t.Errorf("by counter and day: %+v", got.Rows)
	}
	if got := w.quality("agency", "channel"); len(got.Rows) != 2 || got.Rows[0].Channel != "qr" {
		t.Errorf("by both: %+v", got.Rows)
	}
}

// TestQualityRefuses: what it can't do is said.
func TestQualityRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	for _, by := range [][]string{{"month"}, {"agency", "agency"}, {""}} {
		if _, err := w.report().Quality(t.Context(), w, report.QualityQuery{Survey: "sample", By: by}, nil); errs.KindOf(err) != errs.Invalid {
			t.Errorf("by %q: got %v", by, err)
		}
	}
	if _, err := w.report().Quality(t.Context(), w, report.QualityQuery{Survey: "none"}, nil); errs.KindOf(err) != errs.NotFound {
		t.Errorf("unknown survey: got %v", err)
	}
	if q := w.quality(); len(q.Rows) != 0 || q.Total.Responses != 0 {
		t.Errorf("nobody answered: %+v", q)
	}
}

// TestQualityOfAnything: whatever comes, in whatever order, gives the same numbers.
func TestQualityOfAnything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.add(w.random(400, 11)...)
	want := w.quality("agency", "channel")
	slices.Reverse(w.responses)
	if diff := cmp.Diff(want, w.quality("agency", "channel")); diff != "" {
		t.Errorf("in another order (-want +got)\n%s", diff)
	}
	var sum int64
	for _, r := range want.Rows {
		sum += r.Responses
	}
	if sum != 400 || want.Total.Responses != 400 {
		t.Errorf("rows have %d responses, the total %d", sum, want.Total.Responses)
	}
}
