package web

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"hailong/internal/invite"
	"hailong/internal/response"
)

// codes issues invitations to a survey about an agency, good until a day.
func (w *world) codes(t *testing.T, batch, survey string, n int, expires response.Day) []string {
	t.Helper()
	cat := w.store.Catalog()
	group := invite.Group{Agency: cat.Agencies.ByID("x07210").Number, Service: "1.001"}
	var list []string
	for i := range n {
		random := [8]byte{byte(i)}
		copy(random[1:], batch)
		code, _ := invite.Parse(invite.New(random))
		list = append(list, code)
		group.Digests = append(group.Digests, invite.DigestOf(w.store.Secret(), code))
	}
	err := w.store.Invite(t.Context(), invite.Batch{
		ID: batch, Survey: survey, Wave: cat.Survey(survey).Waves[0].ID,
		Issued: min(response.DayOf(w.server.now()), expires), Expires: expires, Groups: []invite.Group{group},
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// wave opens a wave of the trial survey in the place of the one it has.
func (w *world) wave(t *testing.T, change func(*response.WaveOpened)) {
	t.Helper()
	wave := response.WaveOpened{Survey: "trial", Wave: w.store.Catalog().Survey("trial").Waves[0].ID}
	change(&wave)
	event, err := wave.Event(w.now.Load())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.store.Change(t.Context(), event); err != nil {
		t.Fatal(err)
	}
}

// byCode is a body with an invitation, as JSON.
func byCode(invitation string) string {
	return `{"invitation":` + invitation + `,"answers":{"level":"5","second":"4"}}`
}

// refused wants a problem: its status, and its code or the problems of a 422.
func (a answer) refused(t *testing.T, status int, want string) {
	t.Helper()
	if a.status != status {
		t.Fatalf("got %d %s, want %d", a.status, a.body, status)
	}
	p := a.problem(t)
	told := p.Code
	if status == http.StatusUnprocessableEntity {
		told = p.listed()
	}
	if told != want {
		t.Errorf("got %s, want %s", told, want)
	}
	for _, x := range p.Problems {
		if x.Message == "" || strings.HasPrefix(x.Message, "problem.") {
			t.Errorf("got message %q for %s", x.Message, x.Code)
		}
	}
}

func TestInvitationsByAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := response.DayOf(w.server.now())
	w.wave(t, func(o *response.WaveOpened) { o.Invitation = true })
	codes := w.codes(t, "aaaaaa", "trial", 3, day)
	other := w.codes(t, "bbbbbb", "counter", 1, day)
	late := w.codes(t, "cccccc", "trial", 1, day-1)
	if n, err := w.store.Revoke(t.Context(), []invite.Digest{invite.DigestOf(w.store.Secret(), codes[2])}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	first := w.submit(t, "trial", "first", byCode(`"`+codes[0]+`"`))
	if first.status != http.StatusCreated {
		t.Fatalf("got %d %s", first.status, first.body)
	}
	if again := w.submit(t, "trial", "first", byCode(`"`+codes[0]+`"`)); again.status != http.StatusOK || again.body != first.body {
		t.Errorf("again: got %d %s, want 200 %s", again.status, again.body, first.body)
	}
	for name, c := range map[string]struct{ code, want string }{
		"used":           {codes[0], "invitation:invitation_used"},
		"mistyped":       {codes[1][:10], "invitation:invitation_mistyped"},
		"markup":         {"<b>&amp;", "invitation:invitation_mistyped"},
		"very long":      {strings.Repeat("A", 5000), "invitation:invitation_mistyped"},
		"forged":         {invite.New([8]byte{9}), "invitation:invitation_unknown"},
		"another survey": {other[0], "invitation:invitation_unknown"},
		"expired":        {late[0], "invitation:invitation_expired"},
		"revoked":        {codes[2], "invitation:invitation_revoked"},
	} {
		key := "k-" + strings.ReplaceAll(name, " ", "")
		w.submit(t, "trial", key, byCode(`"`+c.code+`"`)).refused(t, http.StatusUnprocessableEntity, c.want)
	}
	w.submit(t, "trial", codes[1], byCode(`"`+codes[1]+`"`)).refused(t, http.StatusBadRequest, "key_is_code")
	if got := w.submit(t, "trial", "second", byCode(`"`+codes[1]+`"`)); got.status != http.StatusCreated {
		t.Errorf("after all this: got %d %s", got.status, got.body)
	}
	for _, code := range append(codes, other[0], late[0]) {
		if strings.Contains(w.log.String(), code) {
			t.Error("a code is in the log")
		}
	}
}

// Nothing, in whatever type it is written, is no invitation.
func TestNoInvitationByAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wave(t, func(o *response.WaveOpened) { o.Invitation = true })
	before := w.store.Watermark()
	for i, nothing := range []string{`null`, `""`, `" "`, `[]`, `[""]`, `{}`, `0`, `false`, `true`} {
		for _, channel := range []string{"invitation", "link"} {
			body := strings.Replace(byCode(nothing), "{", `{"agency":"x07210","channel":"`+channel+`",`, 1)
			got := w.submit(t, "trial", fmt.Sprint("k", i, channel), body)
			if got.status != http.StatusForbidden && got.status != http.StatusUnprocessableEntity && got.status != http.StatusBadRequest {
				t.Errorf("%s by %s: got %d %s", nothing, channel, got.status, got.body)
			}
		}
	}
	w.submit(t, "trial", "k", `{"agency":"x07210","answers":{"level":"5","second":"4"}}`).refused(t, http.StatusForbidden, "invitation_required")
	if w.store.Watermark() != before {
		t.Error("something was stored")
	}
	w.wave(t, func(*response.WaveOpened) {})
	w.submit(t, "trial", "k", `{"agency":"x07210","channel":"invitation","answers":{"level":"5","second":"4"}}`).
		refused(t, http.StatusUnprocessableEntity, "invitation:invitation_missing")
}

// One code that many type at once is good for one answer.
func TestInvitationOnceByAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.codes(t, "aaaaaa", "trial", 1, response.DayOf(w.server.now()))[0]
	before := w.store.Watermark()
	answers := make([]answer, 50)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			var err error
			answers[i], err = w.try(http.MethodPost, "/api/v1/surveys/trial/responses", byCode(`"`+code+`"`),
				"Content-Type", "application/json", "Idempotency-Key", fmt.Sprint("key", i))
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	created := 0
	for _, a := range answers {
		if a.status == http.StatusCreated {
			created++
			continue
		}
		a.refused(t, http.StatusUnprocessableEntity, "invitation:invitation_used")
	}
	if created != 1 || w.store.Watermark() != before+1 {
		t.Errorf("%d were told to be stored, %d are", created, w.store.Watermark()-before)
	}
}

// Who guesses has to wait, and is told for how long.
func TestTooManyCodesByAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.codes(t, "aaaaaa", "trial", 1, response.DayOf(w.server.now()))[0]
	for i := range 100 {
		w.submit(t, "trial", fmt.Sprint("guess", i), byCode(`"`+invite.New([8]byte{7, byte(i)})+`"`)).
			refused(t, http.StatusUnprocessableEntity, "invitation:invitation_unknown")
	}
	got := w.submit(t, "trial", "key", byCode(`"`+code+`"`))
	got.refused(t, http.StatusServiceUnavailable, "too_many_codes")
	if got.header.Get("Retry-After") == "" {
		t.Error("nobody is told when to come again")
	}
	// Others are not slowed down.
	if got := w.submit(t, "trial", "other", good); got.status != http.StatusCreated {
		t.Errorf("without a code: got %d %s", got.status, got.body)
	}
	w.now.Add(1)
	if got := w.submit(t, "trial", "key", byCode(`"`+code+`"`)); got.status != http.StatusCreated {
		t.Errorf("after a pause: got %d %s", got.status, got.body)
	}
}

// A wave that asks for passes and work refuses who has none, in words.
func TestPassAndEffortByAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wave(t, func(o *response.WaveOpened) { o.Passes, o.Effort = true, true })
	body := func(more string) string {
		return `{"agency":"x07210",` + more + `"answers":{"level":"5","second":"4"}}`
	}
	for i, c := range []struct {
		more   string
		status int
		want   string
	}{
		{`"channel":"kiosk",`, http.StatusForbidden, "pass_required"},
		{`"channel":"kiosk","counter":"Q1","pass":"aaaa.bbbb",`, http.StatusForbidden, "pass_required"},
		{`"channel":"link",`, http.StatusForbidden, "effort_required"},
		{`"channel":"qr","effort":{"challenge":"made.up","solution":"1"},`, http.StatusUnprocessableEntity, "effort:effort_failed"},
		{`"channel":"qr","effort":null,`, http.StatusForbidden, "effort_required"},
		{`"channel":"invitation",`, http.StatusUnprocessableEntity, "invitation:invitation_missing"},
	} {
		w.submit(t, "trial", fmt.Sprint("key", i), body(c.more)).refused(t, c.status, c.want)
	}
	w.wave(t, func(*response.WaveOpened) {})
	w.submit(t, "trial", "counter", body(`"counter":"Quầy 1",`)).refused(t, http.StatusUnprocessableEntity, "counter:invalid_counter")
}
