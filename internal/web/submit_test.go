package web

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"hailong/internal/response"
)

const good = `{"agency":"x07210","channel":"qr","answers":{"level":"5","second":"4","needs":["a","b"],"times":2,"comment":"Tốt"}}`

type receiptJSON struct {
	ID      string `json:"id"`
	Receipt string `json:"receipt"`
	Seq     uint64 `json:"seq"`
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.submit(t, "trial", "k1", good)
	if first.status != http.StatusCreated || first.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d %s", first.status, first.body)
	}
	var receipt receiptJSON
	first.decode(t, &receipt)
	if len(receipt.ID) != 32 || receipt.Seq != w.store.Watermark() {
		t.Errorf("got %+v, want an id of 32 digits and sequence %d", receipt, w.store.Watermark())
	}
	again := w.submit(t, "trial", "k1", good)
	if again.status != http.StatusOK || again.body != first.body {
		t.Errorf("again: got %d %s, want 200 %s", again.status, again.body, first.body)
	}
	// The order of the answers and the language do not make another submission.
	same := `{"lang":"en","answers":{"comment":"Tốt","second":"4","times":2,"needs":["a","b"],"level":"5"},"channel":"qr","agency":"x07210"}`
	if got := w.submit(t, "trial", "k1", same); got.status != http.StatusOK || got.body != first.body {
		t.Errorf("in another order: got %d %s, want 200 %s", got.status, got.body, first.body)
	}
	other := w.submit(t, "trial", "k1", strings.Replace(good, `"level":"5"`, `"level":"4"`, 1))
	if got := other.problem(t); other.status != http.StatusConflict || got.Code != "key_reused" {
		t.Errorf("another body: got %d %+v", other.status, got)
	}
	// A key belongs to its survey.
	if got := w.submit(t, "counter", "k1", `{"agency":"x07210","channel":"qr","answers":{"satisfaction":"5"}}`); got.status != http.StatusCreated {
		t.Errorf("the key in another survey: got %d %s", got.status, got.body)
	}
	stored, err := w.store.At(receipt.Seq)
	if err != nil || len(stored.Answers) == 0 {
		t.Errorf("stored: got %+v %v", stored, err)
	}
	w.run(t, scenario{path: "/api/v1/receipts/" + receipt.Receipt, status: 200, want: []string{
		`"counted":true`, `"survey":"trial"`, fmt.Sprintf(`"watermark":%d`, receipt.Seq),
	}, never: []string{receipt.ID, "x07210", "level"}})
	w.run(t, scenario{path: "/api/v1/receipts/" + strings.ToLower(receipt.Receipt), status: 200})
	w.run(t, scenario{path: "/r/" + receipt.Receipt + "?lang=en", status: 200, want: []string{"These answers are counted", "Trial survey"}})
	for _, code := range []string{"AAAA-AAAA", "x", strings.Repeat("A", 4000), "%00", "%F0%9F%98%80"} {
		w.run(t, scenario{path: "/api/v1/receipts/" + code, status: 404, want: []string{`"code":"unknown_receipt"`}})
		w.run(t, scenario{path: "/r/" + code + "?lang=en", status: 404, want: []string{"This code was not found"}})
	}
}

func TestSubmitRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answers := func(s string) string { return `{"agency":"x07210","answers":{` + s + `}}` }
	text := func(n int) string {
		return answers(`"level":"1","second":"1","why":"` + strings.Repeat("ệ", n) + `"`)
	}
	cases := []struct {
		name, survey, body string
		status             int
		want               string // code, or the problems of a 422
	}{
		{"nothing", "trial", ``, 400, "not_json"},
		{"no object", "trial", `[]`, 400, "not_json"},
		{"cut off", "trial", good[:40], 400, "not_json"},
		{"more behind", "trial", good + "{}", 400, "not_json"},
		{"invalid UTF-8", "trial", answers("\"level\":\"5\",\"second\":\"5\",\"comment\":\"a\xff\""), 400, "not_json"},
		{"nested 10 000 deep", "trial", answers(`"level":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)), 400, "json_too_deep"},
		{"nested and cut off", "trial", strings.Repeat(`{"answers":`, 10_000), 400, "json_too_deep"},
		{"answer sent twice", "trial", answers(`"level":"5","level":"4","second":"5"`), 400, "invalid"},
		{"unknown item", "trial", answers(`"level":"5","second":"5","nothing":"1"`), 422, "nothing:unknown_item"},
		{"unknown option", "trial", answers(`"level":"6","second":"5"`), 422, "level:unknown_option"},
		{"number for a code", "trial", answers(`"level":5,"second":"5"`), 201, ""},
		{"list for a code", "trial", answers(`"level":["5","4"],"second":"5"`), 422, "level:too_many_options"},
		{"true for a code", "trial", answers(`"level":true,"second":"5"`), 422, "level:wrong_type"},
		{"nothing answered", "trial", answers(``), 422, "level:required second:required"},
		{"missing code not offered", "trial", answers(`"level":"refused","second":"5"`), 422, "level:unknown_missing"},
		{"too long by one", "trial", text(11), 422, "why:too_long"},
		{"at the limit", "trial", text(10), 201, ""},
		{"hidden answers are dropped", "trial", answers(`"level":"5","second":"5","why":"nothing hidden counts"`), 201, ""},
		{"too large", "trial", answers(`"level":"5","second":"5","times":51`), 422, "times:too_large"},
		{"unknown agency", "trial", strings.Replace(good, "x07210", "x99999", 1), 422, "agency:unknown_agency"},
		{"no agency", "trial", `{"answers":{"level":"5","second":"5"}}`, 422, "agency:agency_required"},
		{"closed agency", "trial", strings.Replace(good, "x07210", closedAgency, 1), 422, "agency:agency_closed"},
		{"unknown channel", "trial", strings.Replace(good, `"qr"`, `"pigeon"`, 1), 422, "channel:unknown_channel"},
		{"channel that the survey does not take", "over", `{"agency":"x07210","channel":"paper","answers":{"level":"yes"}}`, 422, "channel:channel_not_allowed"},
		{"unknown wave", "over", `{"agency":"x07210","wave":"w9","answers":{"level":"yes"}}`, 422, "wave:unknown_wave"},
		{"unknown field", "trial", `{"agency":"x07210","answer":{}}`, 422, "answer:unknown_field"},
		{"unknown version", "trial", `{"agency":"x07210","version":"0123456789","answers":{"level":"5","second":"5"}}`, 422, "version:unknown_version"},
		{"unknown survey", "nothing", good, 404, "unknown_survey"},
		{"not yet open", "later", `{"agency":"x07210","answers":{"level":"yes"}}`, 403, "survey_not_open"},
	}
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := w.submit(t, c.survey, fmt.Sprint("key", i), c.body)
			if got.status != c.status {
				t.Fatalf("got %d %s, want %d", got.status, got.body, c.status)
			}
			if c.status == http.StatusCreated {
				return
			}
			p := got.problem(t)
			for _, leak := range leaks {
				if strings.Contains(got.body, leak) {
					t.Errorf("got %s with %q", got.body, leak)
				}
			}
			told := p.Code
			if c.status == http.StatusUnprocessableEntity {
				told = p.listed()
			}
			if told != c.want {
				t.Errorf("got %s, want %s", told, c.want)
			}
			for _, x := range p.Problems {
				if x.Message == "" || strings.HasPrefix(x.Message, "problem.") {
					t.Errorf("got message %q for %s", x.Message, x.Code)
				}
			}
			w.alive(t)
		})
	}
}

func TestSubmitHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const path = "/api/v1/surveys/trial/responses"
	cases := []struct {
		name    string
		headers []string
		status  int
		want    string
	}{
		{"no key", []string{"Content-Type", "application/json"}, 400, "bad_key"},
		{"key too long", []string{"Content-Type", "application/json", "Idempotency-Key", strings.Repeat("k", 201)}, 400, "bad_key"},
		{"key with Vietnamese letters", []string{"Content-Type", "application/json", "Idempotency-Key", "khóa"}, 400, "bad_key"},
		{"key at the limit", []string{"Content-Type", "application/json; charset=utf-8", "Idempotency-Key", strings.Repeat("k", 200)}, 201, ""},
		{"no type", []string{"Idempotency-Key", "k1"}, 415, "unsupported_media"},
		{"a form", []string{"Content-Type", "application/x-www-form-urlencoded", "Idempotency-Key", "k1"}, 415, "unsupported_media"},
		{"text", []string{"Content-Type", "text/plain", "Idempotency-Key", "k1"}, 415, "unsupported_media"},
		{"gzip", []string{"Content-Type", "application/json", "Idempotency-Key", "k1", "Content-Encoding", "gzip"}, 415, "content_encoding"},
		{"identity", []string{"Content-Type", "application/json", "Idempotency-Key", "k1", "Content-Encoding", "identity"}, 415, "content_encoding"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := w.run(t, scenario{method: http.MethodPost, path: path, body: good, headers: c.headers, status: c.status})
			if c.want != "" {
				if got := got.problem(t); got.Code != c.want {
					t.Errorf("got %s, want %s", got.Code, c.want)
				}
			}
			w.alive(t)
		})
	}
	english := w.run(t, scenario{method: http.MethodPost, path: path, status: 415, headers: []string{"Accept-Language", "en-GB, vi;q=0.5"}})
	if got, want := english.problem(t).Detail, "The server does not read this type of content."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWavesOpenAndClose: 403 before, 201 within, 410 after.
func TestWavesOpenAndClose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const body = `{"agency":"x07210","answers":{"level":"yes"}}`
	step := func(day, survey, key string, want int) {
		t.Helper()
		w.setDay(t, day)
		w.sync(t)
		if got := w.submit(t, survey, key, body); got.status != want {
			t.Errorf("%s on %s: got %d %s, want %d", survey, day, got.status, got.body, want)
		}
	}
	step("2026-12-15", "over", "a", http.StatusCreated)
	step("2026-12-16", "over", "b", http.StatusGone)
	step("2026-12-16", "over", "a", http.StatusOK) // the answer to the first try was lost
	step("2026-12-31", "later", "a", http.StatusForbidden)
	w.run(t, scenario{path: "/s/later?agency=t24&lang=en", status: 403, want: []string{"This survey is not open now."}})
	step("2027-01-01", "later", "a", http.StatusCreated)
	step("2027-03-31", "later", "b", http.StatusCreated)
	step("2027-04-01", "later", "c", http.StatusGone)
	w.run(t, scenario{path: "/s/over?agency=t24&lang=en", status: 410, want: []string{"This survey has ended"}})
	w.run(t, scenario{path: "/", status: 200, want: []string{"Khảo sát thử"}, never: []string{"Một câu"}})
}

// TestSameKeyAtOnce: of 20 submissions of one key at the same time one is
// stored; all get the same receipt.
func TestSameKeyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.store.Watermark()
	for round := range 5 {
		key := fmt.Sprint("round", round)
		answers := make([]answer, 20)
		var wait sync.WaitGroup
		for i := range answers {
			wait.Go(func() {
				var err error
				answers[i], err = w.try(http.MethodPost, "/api/v1/surveys/trial/responses", good, "Content-Type", "application/json", "Idempotency-Key", key)
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		created := 0
		for _, a := range answers {
			switch {
			case a.status == http.StatusCreated:
				created++
			case a.status != http.StatusOK:
				t.Errorf("got %d %s, want 200 or 201", a.status, a.body)
			}
			if a.body != answers[0].body {
				t.Errorf("got %s beside %s", a.body, answers[0].body)
			}
		}
		if created != 1 {
			t.Errorf("got %d times 201, want once", created)
		}
	}
	if got := w.store.Watermark() - before; got != 5 {
		t.Errorf("got %d events, want 5", got)
	}
}

// TestNothingOfTheSenderIsLogged: no address, agent or time of day is stored.
func TestNothingOfTheSenderIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.do(t, http.MethodPost, "/api/v1/surveys/trial/responses", strings.Replace(good, "Tốt", "bí mật riêng", 1),
		"Content-Type", "application/json", "Idempotency-Key", "secret-key-17", "User-Agent", "telltale/1", "X-Forwarded-For", "203.0.113.9")
	if got.status != http.StatusCreated {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	log := w.log.String()
	if !strings.Contains(log, "response stored") || !strings.Contains(log, "survey=trial") {
		t.Errorf("got log %s, want the submission noted", log)
	}
	for _, never := range []string{"bí mật", "secret-key", "telltale", "203.0.113.9", "127.0.0.1"} {
		if strings.Contains(log, never) {
			t.Errorf("got log %s with %q", log, never)
		}
	}
	r, err := w.store.At(w.store.Watermark())
	if err != nil {
		t.Fatal(err)
	}
	if r.Day != response.DayOf(w.server.now()) {
		t.Errorf("got day %v", r.Day)
	}
}
