package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hailong/internal/collect"
	"hailong/internal/draft"
	"hailong/internal/response"
)

// noDrafts is a store that takes responses and keeps no drafts.
type noDrafts struct{ Store }

func (noDrafts) SaveDraft(context.Context, draft.ID, response.Day, []byte, *draft.Place) error {
	return errDisk
}

func (noDrafts) Draft(draft.ID) ([]byte, error) { return nil, errDisk }

// Where drafts can't be kept or read, people are told in a line and answer all
// the same: the form carries everything.
func TestFailedDraftsHinderNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *Server) { s.collector = collect.New(noDrafts{s.store}, s.now) })
	d := newDevice(w)
	d.open(t, formPath, 200)
	d.press(t, "next", 200, "level", "5", "second", "4")
	const quiet = "Chưa lưu được trên máy chủ"
	d.shows(t, "Ý kiến khác", quiet)
	if len(d.jar) > 0 {
		t.Errorf("got cookies %v of a draft that is not there", d.jar)
	}
	if strings.Contains(d.got.body, "input/output") {
		t.Error("the page tells the disk's words")
	}
	d.press(t, "later", 200, "comment", "còn đây")
	d.shows(t, quiet)
	d.holds(t, "comment", "còn đây", "level", "5")

	// An older draft on the device does not stand in the way either.
	other := newDevice(w)
	other.jar[draftCookie] = strings.Repeat("A", 26)
	other.open(t, formPath, 200)
	other.shows(t, "Mức hài lòng")

	d.press(t, "submit", 303, "comment", "còn đây")
	d.follow(t, 200)
	if list := w.responses(t); len(list) != 1 {
		t.Errorf("got %d responses, want 1", len(list))
	}
}

// Without cookies the form works to its end, in two languages, and what is sent
// from a page that Back leads to is the first receipt.
func TestWithoutCookies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := &browser{w: w}
	b.open(t, formPath, 200)
	first := b.got
	b.press(t, "next", 200, "level", "5", "second", "4")
	b.press(t, "lang=en", 200, "comment", "Fine")
	b.shows(t, "Other remarks")
	b.holds(t, "level", "5", "comment", "Fine")
	b.press(t, "lang=xx", 200)
	b.holds(t, "level", "5", "comment", "Fine")
	last := b.got
	b.press(t, "submit", 303)
	seq := w.store.Watermark()
	for name, c := range map[string]struct {
		page   answer
		button string
	}{"first page": {first, "next"}, "last page": {last, "back"}, "saved for later": {last, "later"}, "another language": {last, "lang=vi"}} {
		b.got = c.page
		b.press(t, c.button, 303, "level", "2", "second", "4")
		if to := b.got.header.Get("Location"); !strings.Contains(to, "again=1") || w.store.Watermark() != seq {
			t.Errorf("%s: got %q and event %d, want the receipt and none after %d", name, to, w.store.Watermark(), seq)
		}
	}
}

// Two tabs of one device are two forms, each with its own answers; one that is
// thrown away takes nothing from the other.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := newDevice(w)
	one.open(t, formPath, 200)
	two := &device{browser: browser{w: w}, jar: one.jar}
	two.open(t, formPath, 200)
	one.press(t, "next", 200, "level", "5", "second", "4")
	two.press(t, "next", 200, "level", "1", "second", "2")
	one.press(t, "back", 200)
	one.holds(t, "level", "5", "second", "4")
	one.press(t, "next", 200)
	page := one.got
	two.holds(t, "level", "1", "second", "2")

	// The device offers what was saved last; thrown away, the other is still there.
	two.open(t, formPath, 200)
	two.press(t, "discard", 303)
	one.got, one.path = page, formPath
	one.press(t, "submit", 303)
	if list := w.responses(t); len(list) != 1 || one.jar[draftCookie] != "" {
		t.Errorf("got %d responses and cookies %v, want 1 and no draft", len(list), one.jar)
	}
}

// Who begins again with an invitation keeps it, and it does not come into an
// address; the draft is bound to it.
func TestDiscardKeepsTheInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  invitation: required")
	code := w.invitedTo(t, "x07210")
	d := newDevice(w)
	d.send(t, "/i", url.Values{"code": {code}}, 200)
	d.press(t, "next", 200, "level", "5", "second", "4")
	d.send(t, "/i", url.Values{"code": {code}}, 200)
	d.shows(t, "phiếu đang làm dở")
	d.press(t, "discard", 200)
	d.shows(t, "Mức hài lòng")
	if d.fields().Get("a.level") != "" || d.jar[draftCookie] != "" {
		t.Error("the draft is still there")
	}
	if to := d.got.header.Get("Location"); to != "" || strings.Contains(d.path, code) {
		t.Errorf("the code is in an address: %q, %q", to, d.path)
	}
	d.press(t, "next", 200, "level", "3", "second", "3")
	d.press(t, "submit", 303)
	if list := w.responses(t); len(list) != 1 || list[0].Channel != response.Invitation {
		t.Errorf("got %+v", list)
	}
}

// The page of a receipt tells that a response counts and among how many, and
// nothing that was answered.
func TestReceiptPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := lastPage(t, w)
	b.press(t, "submit", 303, "comment", "chỉ tôi biết")
	to, err := url.Parse(b.got.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	code := to.Query().Get("receipt")
	got := w.run(t, scenario{
		path: "/r/" + code, status: http.StatusOK, want: []string{code, "1 phiếu", "/results/trial"},
		never: []string{"chỉ tôi biết", "x07210", "Bắc Giang", "Rất tốt"},
	})
	if lower := w.run(t, scenario{path: "/r/" + strings.ToLower(code), status: http.StatusOK}); !strings.Contains(lower.body, "1 phiếu") {
		t.Errorf("in small letters: got %s, want what %s tells", head(lower.body), head(got.body))
	}
}
