package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hailong/internal/response"
)

// device is a browser that keeps cookies, as most do.
type device struct {
	browser
	jar map[string]string // by name
}

func newDevice(w *world) *device { return &device{browser: browser{w: w}, jar: map[string]string{}} }

func (d *device) cookies() string {
	var list []string
	for name, value := range d.jar {
		list = append(list, name+"="+value)
	}
	return strings.Join(list, "; ")
}

func (d *device) take() {
	for _, line := range d.got.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		d.jar[c.Name] = c.Value
		if c.Value == "" {
			delete(d.jar, c.Name)
		}
	}
}

func (d *device) open(t *testing.T, path string, status int) {
	t.Helper()
	d.path = path
	d.got = d.w.run(t, scenario{path: path, status: status, headers: []string{"Cookie", d.cookies()}})
	d.take()
}

// action is where the shown form is sent.
var action = regexp.MustCompile(`<form[^>]* action="([^"]*)"`)

// press sends the shown form to where it says.
func (d *device) press(t *testing.T, button string, status int, answers ...string) {
	t.Helper()
	if to := action.FindStringSubmatch(d.got.body); len(to) == 2 && to[1] != "" {
		base := strings.ReplaceAll(to[1], "&amp;", "&")
		if strings.HasPrefix(base, "?") {
			path, _, _ := strings.Cut(d.path, "?")
			base = path + base
		}
		d.path = base
	}
	d.send(t, d.path, d.with(button, answers...), status)
}

func (d *device) send(t *testing.T, path string, values url.Values, status int) {
	t.Helper()
	d.got = d.w.run(t, scenario{
		method: http.MethodPost, path: path, body: values.Encode(), status: status,
		headers: []string{"Content-Type", "application/x-www-form-urlencoded", "Cookie", d.cookies()},
	})
	d.take()
}

// follow goes where the answer leads.
func (d *device) follow(t *testing.T, status int) {
	t.Helper()
	d.open(t, d.got.header.Get("Location"), status)
}

// A draft is there from the first answer on, on the same device: in another
// language if wanted, until it is thrown away.
func TestDraftOnTheSameDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDevice(w)
	d.open(t, formPath, 200)
	if len(d.jar) > 0 {
		t.Fatal("a cookie was set before anything was answered")
	}
	d.press(t, "next", 200, "level", "5", "second", "4")
	if d.jar[draftCookie] == "" {
		t.Fatal("no draft")
	}
	d.open(t, formPath, 200)
	d.shows(t, "phiếu đang làm dở", "Phường Bắc Giang")
	d.press(t, "resume", 200)
	d.shows(t, "Ý kiến khác")
	d.holds(t, "level", "5", "second", "4")
	d.press(t, "lang=en", 200, "comment", "Fine")
	d.shows(t, "Other remarks")
	d.open(t, formPath+"&lang=en", 200)
	d.press(t, "resume", 200)
	d.shows(t, "Other remarks")
	d.holds(t, "level", "5", "comment", "Fine")

	d.open(t, formPath, 200)
	d.press(t, "discard", 303)
	if d.jar[draftCookie] != "" {
		t.Error("the cookie is still there")
	}
	d.follow(t, 200)
	d.shows(t, "Mức hài lòng")
	if got := d.fields(); got.Get("a.level") != "" {
		t.Error("the answers are still there")
	}
}

var token = regexp.MustCompile(`/d/([A-Z2-7]{26})`)

// What was begun here is finished there, and is one response.
func TestDraftOnAnotherDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	phone, tablet := newDevice(w), newDevice(w)
	phone.open(t, formPath+"&service=1.001", 200)
	phone.press(t, "next", 200, "level", "5", "second", "4")
	before := phone.got
	phone.press(t, "later", 200, "comment", "chưa xong")
	link := token.FindString(phone.got.body)
	if link == "" {
		t.Fatal("no link")
	}
	phone.shows(t, "<svg", "4/12/2026")

	// Programs that look into links change nothing.
	for range 3 {
		tablet.open(t, link, 200)
		if len(tablet.jar) > 0 {
			t.Error("a cookie was set by a link")
		}
	}
	tablet.press(t, "resume", 200)
	tablet.holds(t, "level", "5", "comment", "chưa xong")
	tablet.press(t, "submit", 303)
	seq := w.store.Watermark()

	// The phone's form is of a response that is stored by now.
	phone.got, phone.path = before, formPath+"&service=1.001"
	phone.press(t, "submit", 303, "comment", "khác")
	if to := phone.got.header.Get("Location"); !strings.Contains(to, "again=1") || w.store.Watermark() != seq {
		t.Errorf("got %q and event %d, want the receipt of before and none after %d", to, w.store.Watermark(), seq)
	}
	phone.open(t, link, 404)
	phone.shows(t, "Không còn phiếu dở")
}

func TestDraftLinksThatLeadNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/d/AAAAAAAAAAAAAAAAAAAAAAAAAA", "/d/short", "/d/%3Cscript%3E", "/d/" + strings.Repeat("A", 500)} {
		w.run(t, scenario{path: path, status: 404, never: []string{"<script>"}})
	}
}

// Two weeks later the draft is gone, and says so.
func TestDraftThatIsTooOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDevice(w)
	d.open(t, formPath, 200)
	d.press(t, "next", 200, "level", "5", "second", "4")
	if _, err := w.store.Purge(response.DayOf(w.server.now()) + 15); err != nil {
		t.Fatal(err)
	}
	d.open(t, "/d/"+d.jar[draftCookie], 404)
	d.open(t, formPath, 200)
	d.shows(t, "Mức hài lòng")
}

// The form was published anew while somebody was filling it in: the draft goes on
// in the version that it was begun in.
func TestDraftOfAnOldVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDevice(w)
	d.open(t, formPath, 200)
	d.press(t, "next", 200, "level", "5", "second", "4")
	w.sync(t, "Ý kiến khác", "Góp ý thêm")
	d.open(t, formPath, 200)
	d.press(t, "resume", 200)
	d.shows(t, "Ý kiến khác")
	d.press(t, "submit", 303)
}

// What can't be sent any more can be read, by its owner.
func TestDraftOfAClosedSurvey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const term = `  waves: [{id: "w1", title: {vi: "Đợt 1", en: "Wave 1"}, opens: "2026-11-01", closes: "2026-11-25"}]`
	w.withFieldwork(t, term)
	d := newDevice(w)
	d.open(t, formPath, 200)
	d.press(t, "next", 200, "level", "5", "second", "4")
	w.setDay(t, "2026-11-27")
	w.withFieldwork(t, term)
	d.open(t, "/d/"+d.jar[draftCookie], 200)
	d.shows(t, "Mức hài lòng", "Rất tốt", "Tốt")
	if strings.Contains(d.got.body, `value="resume"`) {
		t.Error("it offers to go on")
	}
	d.press(t, "discard", 303)
}

// The agency closed between the first page and the last.
func TestAgencyThatCloses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.setDay(t, "2025-12-30")
	w.sync(t)
	d := newDevice(w)
	d.open(t, "/s/trial?agency="+closedAgency, 200)
	d.press(t, "next", 200, "level", "5", "second", "4")
	w.setDay(t, "2026-01-02")
	d.press(t, "submit", 422)
	d.shows(t, "Sở Cũ")
	if list := w.responses(t); len(list) != 0 {
		t.Errorf("got %+v stored", list)
	}
}

// Where a device belongs to nobody, and where staff type, nothing is kept on it.
func TestNoDraftsOnSharedDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, channel := range []string{"kiosk", "paper", "phone"} {
		d := newDevice(w)
		d.open(t, "/s/trial?agency=x07210&channel="+channel, 200)
		d.press(t, "next", 200, "level", "5", "second", "4")
		d.press(t, "submit", 303)
		if len(d.jar) > 0 {
			t.Errorf("%s: got %v", channel, d.jar)
		}
	}
}

// A script saves while somebody fills in a page; what comes late brings nothing
// back.
func TestAutosave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDevice(w)
	d.open(t, formPath, 200)
	path := strings.Replace(formPath, "?", "/draft?", 1)
	page, half := d.got, d.with("", "level", "2")
	d.send(t, path, half, 204)
	if d.got.body != "" || d.jar[draftCookie] == "" {
		t.Errorf("got %q and cookies %v", d.got.body, d.jar)
	}
	other := newDevice(w)
	other.open(t, "/d/"+d.jar[draftCookie], 200)
	other.press(t, "resume", 200)
	other.holds(t, "level", "2")

	d.got, d.path = page, formPath
	d.press(t, "next", 200, "level", "5", "second", "4")
	d.press(t, "submit", 303)
	d.send(t, path, half, 204)
	other.open(t, "/d/"+half.Get("draft"), 404)

	empty := newDevice(w)
	empty.open(t, formPath, 200)
	empty.send(t, path, empty.with(""), 204)
	if len(empty.jar) > 0 {
		t.Error("a draft of nothing was kept")
	}
}
