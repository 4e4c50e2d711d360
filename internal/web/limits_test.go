package web

import (
	"net/http"
	"strings"
	"testing"
)

// withFieldwork publishes trial again, with something in its fieldwork.
func (w *world) withFieldwork(t *testing.T, lines string) {
	t.Helper()
	w.sync(t, "measures:\n", "fieldwork:\n"+lines+"\nmeasures:\n")
}

const happy = `  quotas:
    - id: happy
      title: {vi: "Hài lòng", en: "Satisfied"}
      if: "level = '5'"
      limit: 1
      message: {vi: "Đã đủ phiếu của người **hài lòng**.", en: "There are enough **satisfied** people."}`

// Whoever is not needed any more is told as soon as that is known, kindly, and
// nothing is stored.
func TestQuotaIsFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, happy)
	early, late := &browser{w: w}, &browser{w: w}
	late.open(t, formPath, 200)
	late.press(t, "next", 200, "level", "5", "second", "4")
	if got := w.submit(t, "trial", "k1", `{"agency":"x07210","channel":"qr","answers":{"level":"5","second":"5"}}`); got.status != http.StatusCreated {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	seq := w.store.Watermark()
	early.open(t, formPath, 200)
	early.press(t, "next", 410, "level", "5", "second", "4")
	early.shows(t, "Đã đủ phiếu của người <strong>hài lòng</strong>.", "Không có câu trả lời nào được lưu lại.")
	late.press(t, "submit", 410)
	late.shows(t, "Đã đủ phiếu của người <strong>hài lòng</strong>.")
	if w.store.Watermark() != seq {
		t.Error("something was stored")
	}
	got := w.submit(t, "trial", "k2", `{"agency":"x07210","channel":"qr","answers":{"level":"5","second":"5"}}`)
	if p := got.problem(t); got.status != http.StatusGone || p.Code != "quota_full" {
		t.Errorf("got %d %+v, want 410 quota_full", got.status, p)
	}
	// Others are still needed.
	early.open(t, formPath, 200)
	early.press(t, "next", 200, "level", "4", "second", "4")
	early.press(t, "submit", 303)
}

func TestSurveyIsFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  max_responses: 1")
	b, late := lastPage(t, w), lastPage(t, w)
	b.press(t, "submit", 303)
	b.open(t, formPath, 410)
	b.shows(t, "<h1>Cảm ơn ông/bà</h1>", "đã đủ số phiếu")
	late.press(t, "back", 200)
	late.press(t, "next", 410)
	late.shows(t, "<h1>Cảm ơn ông/bà</h1>", "đã đủ số phiếu")
}

func TestInvitationIsRequired(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  invitation: required")
	b := &browser{w: w}
	b.open(t, formPath, 403)
	b.shows(t, "theo giấy mời")
	got := w.submit(t, "trial", "k1", `{"agency":"x07210","channel":"qr","answers":{"level":"5","second":"5"}}`)
	if p := got.problem(t); got.status != http.StatusForbidden || p.Code != "invitation_required" {
		t.Errorf("got %d %+v, want 403 invitation_required", got.status, p)
	}
	if got := w.submit(t, "trial", "k2", `{"agency":"x07210","channel":"paper","answers":{"level":"5","second":"5"}}`); got.status != http.StatusCreated {
		t.Errorf("paper: got %d %s, want 201", got.status, got.body)
	}
}

// What a program is told of answers that are not stored, and of the end.
func TestSubmitEveryType(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const body = `{"agency":"x07210","consent":true,"answers":{"used":"no","why_not":"far","how":["online"],"how_other":"x","visits":2,
		"stars":"5","recommend":"10","needs":["web","cost","time"],"handed_in":"2026-03-01","departments":["t24.so-y-te"],"campaign":"c"},
		"repeat":[{"agency":"t24.so-y-te","answers":{"each_level":"4"}}]}`
	first := w.submit(t, "every", "k", body)
	if first.status != http.StatusCreated || !strings.HasSuffix(first.body, `,"dropped":["how","how_other"],"end":"sad"}`+"\n") {
		t.Fatalf("got %d %s", first.status, first.body)
	}
	var got struct {
		Dropped []string
		End     string
	}
	first.decode(t, &got)
	if again := w.submit(t, "every", "k", body); again.status != http.StatusOK || again.body != first.body {
		t.Errorf("again: got %d %s, want 200 %s", again.status, again.body, first.body)
	}
	refused := w.submit(t, "every", "k2", strings.Replace(body, `"consent":true,`, "", 1))
	if p := refused.problem(t); refused.status != http.StatusUnprocessableEntity || p.listed() != "consent:consent_required" {
		t.Errorf("without consent: got %d %s", refused.status, p.listed())
	}
	refused = w.submit(t, "every", "k3", strings.Replace(body, `"each_level":"4"`, `"each_level":"9"`, 1))
	if p := refused.problem(t); refused.status != http.StatusUnprocessableEntity || p.listed() != "each_level@t24.so-y-te:unknown_option" {
		t.Errorf("wrong about an agency: got %d %s", refused.status, p.listed())
	}
}
