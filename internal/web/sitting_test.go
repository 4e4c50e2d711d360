package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/draft"
	"hailong/internal/invite"
	"hailong/internal/response"
	"hailong/internal/seal"
)

// invitedTo issues a code and returns it.
func (w *world) invitedTo(t *testing.T, agency string) string {
	t.Helper()
	issuer := NewIssuer(w.store, w.server.now)
	known, err := issuer.Invitable(t.Context(), "trial", "", []string{agency})
	if err != nil {
		t.Fatal(err)
	}
	code, _ := invite.Parse(invite.New([8]byte([]byte("random8 "))))
	err = issuer.Issue(t.Context(), Issue{
		Batch: "b1", Survey: "trial", Wave: known.Wave, Expires: known.Today,
		Groups: []IssueGroup{{Agency: known.Agencies[agency].Number, Codes: []string{code}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// An invitation leads to its agency; its code travels in the form, never in an
// address, and is good once.
func TestInvitationJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  invitation: required")
	code := w.invitedTo(t, "x07210")
	d := newDevice(w)
	d.open(t, "/i", 200)
	d.send(t, "/i", url.Values{"code": {" " + strings.ToLower(code[:4]+" "+code[4:]) + " "}}, 200)
	d.shows(t, "Phường Bắc Giang", "Mức hài lòng")
	d.press(t, "next", 200, "level", "5", "second", "4")
	if strings.Contains(d.path, code) {
		t.Errorf("the code is in the address %s", d.path)
	}
	d.press(t, "submit", 303)
	if to := d.got.header.Get("Location"); strings.Contains(to, code) {
		t.Errorf("the code is in the address %s", to)
	}
	d.follow(t, 200)

	for path, want := range map[string]string{
		"/i/" + code:                     "đã được dùng",
		"/s/trial?t=" + code:             "đã được dùng",
		"/i/ABCD-EFGH-JKM":               "",
		"/i/%3Cscript%3E":                "",
		"/s/counter?t=" + code:           "", // another survey: told like one that nobody issued
		"/i/" + strings.Repeat("A", 300): "",
	} {
		got := w.run(t, scenario{path: path, status: 422, never: []string{"<script>"}, header: map[string]string{"Cache-Control": "no-store"}})
		if !strings.Contains(got.body, want) || !strings.Contains(got.body, `name="code"`) {
			t.Errorf("%s: got %s, want %q and the field", path, head(got.body), want)
		}
	}
	list := w.responses(t)
	if len(list) != 1 || list[0].Channel != response.Invitation || list[0].Flags != 0 {
		t.Errorf("got %+v", list)
	}
	if strings.Contains(w.log.String(), code) {
		t.Error("the code is in the log")
	}
}

// Two tabs with one code: the second is told, and its answers are still there.
func TestInvitationInTwoTabs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  invitation: required")
	code := w.invitedTo(t, "x07210")
	one, two := newDevice(w), newDevice(w)
	for _, d := range []*device{one, two} {
		d.open(t, "/i/"+code, 200)
		d.press(t, "next", 200, "level", "5", "second", "4")
	}
	one.press(t, "submit", 303)
	two.press(t, "submit", 422, "comment", "Giữ lại")
	two.shows(t, "đã được dùng")
	two.holds(t, "comment", "Giữ lại", "level", "5")
	if list := w.responses(t); len(list) != 1 {
		t.Errorf("got %d responses, want 1", len(list))
	}
}

// responses reads what is stored.
func (w *world) responses(t *testing.T) []response.Response {
	t.Helper()
	var list []response.Response
	err := w.store.Scan(t.Context(), 0, w.store.Watermark(), func(_ uint64, r *response.Response) error {
		list = append(list, *r.Clone())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Without scripts, time is the price of sending; with them, work.
func TestEffortOfForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  proof_of_work: true")
	d := newDevice(w)
	d.open(t, formPath, 200)
	if d.fields().Get("effort") == "" {
		t.Fatal("no challenge")
	}
	d.press(t, "next", 200, "level", "5", "second", "4")
	d.press(t, "submit", 422, "comment", "sớm")
	d.shows(t, "giây")
	d.holds(t, "comment", "sớm")
	w.now.Add(seal.Wait + 1)
	d.press(t, "submit", 303)

	quick := newDevice(w)
	quick.open(t, formPath, 200)
	quick.press(t, "next", 200, "level", "5", "second", "4")
	values := quick.with("submit")
	for n := 0; ; n++ {
		if solution := strconv.Itoa(n); seal.Solves(values.Get("effort"), solution) {
			values.Set("solution", solution)
			break
		}
	}
	quick.send(t, quick.path, values, 303)

	forged := newDevice(w)
	forged.open(t, formPath, 200)
	forged.press(t, "next", 200, "level", "5", "second", "4")
	values = forged.with("submit")
	values.Set("effort", "abc.def")
	values.Set("solution", "1")
	forged.send(t, forged.path, values, 422)
}

// What people don't see only programs fill in.
func TestHoneypot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDevice(w)
	d.open(t, formPath, 200)
	d.press(t, "next", 200, "level", "5", "second", "4")
	values := d.with("submit")
	values.Set("homepage", "https://cheap.example")
	d.send(t, d.path, values, 303)
	if list := w.responses(t); len(list) != 1 || list[0].Flags&response.Honeypot == 0 {
		t.Errorf("got %+v", list)
	}
}

// A device that answered about the same agency before is flagged; about another
// it is not.
func TestSameDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDevice(w)
	for i, c := range []struct {
		agency string
		flag   bool
	}{{"x07210", false}, {"t24", false}, {"x07210", true}} {
		d.open(t, "/s/trial?agency="+c.agency, 200)
		d.press(t, "next", 200, "level", "5", "second", "4")
		d.press(t, "submit", 303)
		list := w.responses(t)
		if got := list[i].Flags&response.SameDevice != 0; got != c.flag {
			t.Errorf("%d: got %v, want %v", i, got, c.flag)
		}
	}
}

// Staff see on every page for whom they type, and go on with the next form.
func TestAssistedEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	place := seal.Place{Survey: "trial", Agency: "x07210", Counter: "Q2", Channel: response.Paper}
	pass := seal.Pass(w.store.Secret(), place, response.DayOf(w.server.now()))
	d := newDevice(w)
	d.open(t, "/s/trial?agency=x07210&counter=Q2&channel=paper&k="+url.QueryEscape(pass), 200)
	d.shows(t, "Nhập hộ", "Q2")
	d.press(t, "next", 200, "level", "5", "second", "4")
	d.shows(t, "Nhập hộ")
	d.press(t, "submit", 303)
	d.follow(t, 200)
	d.shows(t, "Nhập hộ", "counter=Q2")
	list := w.responses(t)
	if len(list) != 1 || list[0].Flags != 0 || list[0].Counter != "Q2" || list[0].Channel != response.Paper {
		t.Errorf("got %+v", list)
	}
	// Anybody can write a channel into a link; then it is said to be unverified.
	d.open(t, "/s/trial?agency=x07210&counter=Q2&channel=paper&k=forged", 200)
	if strings.Contains(d.got.body, "Nhập hộ") {
		t.Error("a forged pass makes staff")
	}
	d.press(t, "next", 200, "level", "5", "second", "4")
	d.press(t, "submit", 303)
	if list = w.responses(t); list[1].Flags != response.Unverified {
		t.Errorf("got %+v", list[1])
	}
}

// A language that does not exist, a draft's token that is none, a counter that is
// none: the form opens, or says what is wrong.
func TestOddAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, status := range map[string]int{
		formPath + "&lang=xx": 200, formPath + "&lang=": 200, formPath + "&lang=%00": 200, formPath + "&counter=Qu%E1%BA%A7y+1": 422,
		formPath + "&counter=" + strings.Repeat("Q", 500): 422, "/s/trial?agency=x07210&channel=invitation": 422, formPath + "&k=x": 200,
	} {
		w.run(t, scenario{path: path, status: status, headers: []string{"Cookie", "hl_draft=x; hl_seen=zzz"}})
	}
	if _, ok := draft.ParseToken("x"); ok {
		t.Error("x is a token")
	}
}

// A script that has the page asks for what is new in it; the first page, another
// language and everything that is no form come whole.
func TestPartOfAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := &browser{w: w}
	b.open(t, formPath, 200)
	for name, c := range map[string]struct {
		button, part string
		status       int
		whole        bool
	}{
		"next":             {"next", "vi", 200, false},
		"nothing answered": {"next", "vi", 422, true}, // the first page
		"another language": {"lang=en", "vi", 200, true},
		"no part":          {"next", "", 200, true},
		"an odd part":      {"next", "<x>", 200, true},
	} {
		values := b.with(c.button, "level", "5", "second", "4")
		if c.status == 422 {
			values = b.with(c.button)
		}
		got := w.run(t, scenario{
			method: http.MethodPost, path: formPath, body: values.Encode(), status: c.status, want: []string{`<main id="main">`},
			headers: []string{"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html", "Hailong-Part", c.part},
		})
		if whole := strings.Contains(got.body, "<header>"); whole != c.whole {
			t.Errorf("%s: got the whole page: %v, want %v", name, whole, c.whole)
		}
	}
}
