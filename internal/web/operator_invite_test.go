package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/invite"
	"hailong/internal/page"
	"hailong/internal/response"
	"hailong/internal/seal"
)

// issuers are both ways to the same folder: beside a server, and through one.
func issuers(t *testing.T, w *world) (local, remote Issuer) {
	t.Helper()
	r, o := operate(t, w.store)
	o.log = slog.New(slog.NewTextHandler(w.log, nil))
	o.issuer = NewIssuer(w.store, w.server.now)
	return o.issuer, r
}

// codesFrom returns codes that differ from each other, and from those of another letter.
func codesFrom(letter byte, n int) []string {
	var codes []string
	for i := range n {
		codes = append(codes, invite.New([8]byte{letter, byte(i), 3, 4, 5, 6, 7, 8}))
	}
	return codes
}

// Over the socket goes what goes into the folder: codes are issued once, all or
// none, counted by batch and agency, and revoked; nobody is told which were used.
func TestIssuers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	local, remote := issuers(t, w)
	ctx := t.Context()
	// One after the other: batches are listed in the order of their issue.
	for _, way := range []struct {
		name   string
		issuer Issuer
	}{{"a", local}, {"b", remote}} {
		name, issuer := way.name, way.issuer
		known, err := issuer.Invitable(ctx, "trial", "", []string{"x07210", "nowhere", closedAgency, "x07210"})
		if err != nil {
			t.Fatal(err)
		}
		ward := known.Agencies["x07210"]
		if ward.Number == 0 || ward.Closed || ward.Name != "Phường Bắc Giang" || !known.Agencies[closedAgency].Closed || known.Agencies["nowhere"].Number != 0 {
			t.Errorf("%s: got %+v", name, known)
		}
		codes := codesFrom(name[0], 5)
		issue := Issue{Batch: name, Survey: "trial", Wave: known.Wave, Expires: "2026-11-30", Groups: []IssueGroup{
			{Agency: ward.Number, Service: "1.001", Codes: codes[:2]}, {Agency: ward.Number, Codes: codes[2:]},
		}}
		if err := issuer.Issue(ctx, issue); err != nil {
			t.Fatal(err)
		}
		again := issue
		again.Batch += "2"
		if err := issuer.Issue(ctx, again); err == nil {
			t.Errorf("%s: codes were issued twice", name)
		}
		if got, err := issuer.Revoke(ctx, []string{codes[0], strings.ToLower(codes[0]), codes[1], codesFrom('z', 1)[0]}, ""); err != nil || got != (Revoked{2, 1}) {
			t.Errorf("%s: got %+v, %v, want 2 revoked and 1 left", name, got, err)
		}
		if got, err := issuer.Revoke(ctx, codes[:1], ""); err != nil || got != (Revoked{0, 1}) {
			t.Errorf("%s: again: got %+v, %v", name, got, err)
		}
	}
	here, err := local.Invited(ctx)
	there, remoteErr := remote.Invited(ctx)
	if err != nil || remoteErr != nil {
		t.Fatal(err, remoteErr)
	}
	if diff := cmp.Diff(here, there); diff != "" {
		t.Errorf("what was invited (-local +remote):\n%s", diff)
	}
	want := Invited{Batch: "a", Survey: "trial", Wave: here[0].Wave, Agency: "x07210", Name: "Phường Bắc Giang", Issued: today, Expires: "2026-11-30", Codes: 5, Revoked: 2, Open: 3}
	if diff := cmp.Diff(want, here[0]); diff != "" || len(here) != 2 {
		t.Errorf("got %d rows, the first differs (-want +got):\n%s", len(here), diff)
	}
	if got, err := remote.Revoke(ctx, nil, "b"); err != nil || got != (Revoked{3, 2}) {
		t.Errorf("a batch: got %+v, %v", got, err)
	}
	w.setDay(t, "2026-12-01")
	if late, err := remote.Invited(ctx); err != nil || late[0].Open != 0 || late[0].Expired != 3 || late[1].Expired != 0 {
		t.Errorf("got %+v, %v, want three expired", late, err)
	}
	log := w.log.String()
	if !strings.Contains(log, "invitations issued") || !strings.Contains(log, "invitations revoked") {
		t.Error("the log does not say what was done")
	}
	for _, code := range append(codesFrom('a', 5), codesFrom('b', 5)...) {
		if strings.Contains(log, code) || strings.Contains(log, strings.ReplaceAll(code, "-", "")) {
			t.Errorf("the log has a code:\n%s", log)
		}
	}
}

// What is asked wrongly is told in words on both ways, and changes nothing.
func TestIssuersRefuse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	local, remote := issuers(t, w)
	known, err := local.Invitable(t.Context(), "trial", "", []string{"x07210"})
	if err != nil {
		t.Fatal(err)
	}
	number := known.Agencies["x07210"].Number
	issue := func(change func(*Issue)) func(Issuer) error {
		return func(i Issuer) error {
			batch := Issue{Batch: "b", Survey: "trial", Wave: known.Wave, Expires: "2026-11-30", Groups: []IssueGroup{{Agency: number, Codes: codesFrom('a', 1)}}}
			change(&batch)
			return i.Issue(context.Background(), batch)
		}
	}
	pass := func(p PassWanted) func(Issuer) error {
		return func(i Issuer) error { _, err := i.Pass(context.Background(), p); return err }
	}
	invitable := func(survey, wave string) func(Issuer) error {
		return func(i Issuer) error { _, err := i.Invitable(context.Background(), survey, wave, nil); return err }
	}
	for name, ask := range map[string]func(Issuer) error{
		"expired before":    issue(func(i *Issue) { i.Expires = "2026-11-19" }),
		"no day":            issue(func(i *Issue) { i.Expires = "soon" }),
		"a typing mistake":  issue(func(i *Issue) { i.Groups[0].Codes = []string{"ABCD-EFGH-JK0"} }),
		"an unknown survey": issue(func(i *Issue) { i.Survey = "none" }),
		"an unknown wave":   issue(func(i *Issue) { i.Wave = "none" }),
		"an unknown agency": issue(func(i *Issue) { i.Groups[0].Agency = 1 << 30 }),
		"a code twice":      issue(func(i *Issue) { i.Groups[0].Codes = append(i.Groups[0].Codes, i.Groups[0].Codes[0]) }),
		"an unknown batch":  func(i Issuer) error { _, err := i.Revoke(context.Background(), nil, "none"); return err },
		"no code":           func(i Issuer) error { _, err := i.Revoke(context.Background(), []string{"x"}, ""); return err },
		"invite: no survey": invitable("none", ""), "invite: no wave": invitable("trial", "none"), "invite: not open": invitable("later", ""),
		"pass: no survey": pass(PassWanted{Survey: "none", Channel: "kiosk", Until: today}),
		"pass: no agency": pass(PassWanted{Survey: "trial", Agency: "none", Channel: "kiosk", Until: today}),
		"pass: closed":    pass(PassWanted{Survey: "trial", Agency: closedAgency, Channel: "kiosk", Until: today}),
		"pass: counter":   pass(PassWanted{Survey: "trial", Counter: "quầy", Channel: "kiosk", Until: today}),
		"pass: channel":   pass(PassWanted{Survey: "trial", Channel: "pigeon", Until: today}),
		"pass: over":      pass(PassWanted{Survey: "trial", Channel: "kiosk", Until: "2026-11-19"}),
		"pass: no day":    pass(PassWanted{Survey: "trial", Channel: "kiosk"}),
		"posters: size": func(i Issuer) error {
			_, err := i.Posters(context.Background(), io.Discard, PostersWanted{Survey: "trial", Size: "a3"})
			return err
		},
	} {
		here, there := ask(local), ask(remote)
		if here == nil || there == nil {
			t.Errorf("%s: got %v and %v, want two errors", name, here, there)
			continue
		}
		for _, leak := range leaks {
			if strings.Contains(there.Error(), leak) {
				t.Errorf("%s: got %v", name, there)
			}
		}
	}
	if list, err := local.Invited(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("got %+v, %v, want no invitations", list, err)
	}
	if strings.Contains(w.log.String(), codesFrom('a', 1)[0]) {
		t.Error("the log has a code")
	}
}

// A pass from either way is known by the server, for its place and until its day.
func TestPassOfIssuers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	local, remote := issuers(t, w)
	wanted := PassWanted{Survey: "trial", Agency: "x07210", Counter: "Q1", Channel: "kiosk", Until: "2026-11-30"}
	here, err := local.Pass(t.Context(), wanted)
	there, remoteErr := remote.Pass(t.Context(), wanted)
	if err != nil || remoteErr != nil || here != there || there.Agency != "x07210" || there.Name != "Phường Bắc Giang" {
		t.Fatalf("got %+v, %v and %+v, %v", here, err, there, remoteErr)
	}
	place := seal.Place{Survey: "trial", Agency: "x07210", Counter: "Q1", Channel: response.Kiosk}
	if !w.server.collector.Verified(place, there.Pass) {
		t.Error("the pass is not known")
	}
	for name, other := range map[string]seal.Place{
		"agency": {Survey: "trial", Agency: "t24", Counter: "Q1", Channel: response.Kiosk}, "counter": {Survey: "trial", Agency: "x07210", Counter: "Q2", Channel: response.Kiosk},
		"channel": {Survey: "trial", Agency: "x07210", Counter: "Q1", Channel: response.Paper}, "survey": {Survey: "sipas", Agency: "x07210", Counter: "Q1", Channel: response.Kiosk},
	} {
		if w.server.collector.Verified(other, there.Pass) {
			t.Errorf("the pass is good for another %s", name)
		}
	}
	w.setDay(t, "2026-12-01")
	if w.server.collector.Verified(place, there.Pass) {
		t.Error("the pass is good after its last day")
	}
}

// Posters over the socket are those of the folder; one that breaks off is told.
func TestPostersOfIssuers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	local, remote := issuers(t, w)
	wanted := PostersWanted{Survey: "trial", Within: "x07210", Counters: []string{"1", "2"}, Size: page.SizeCard, Base: "https://khaosat.example.vn"}
	var here, there bytes.Buffer
	n, err := local.Posters(t.Context(), &here, wanted)
	m, remoteErr := remote.Posters(t.Context(), &there, wanted)
	if err != nil || remoteErr != nil || n != 2 || m != 2 || here.String() != there.String() || here.Len() == 0 {
		t.Errorf("got %d, %v of %d bytes and %d, %v of %d bytes", n, err, here.Len(), m, remoteErr, there.Len())
	}
	if _, err := remote.Posters(t.Context(), fullDisk{}, wanted); !errors.Is(err, errFullDisk) {
		t.Errorf("got %v", err)
	}
}

var errFullDisk = errors.New("the disk is full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFullDisk }

// What issues codes and passes is behind the socket, which only its owner opens:
// nothing of it is served to the network, and the socket takes no GET.
func TestIssuingIsNotPublic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, _ := operate(t, w.store)
	for _, path := range []string{pathPass, pathPosters, pathInvitable, pathInvite, pathRevoke, pathInvitations} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if got := w.do(t, method, path, "{}", "Content-Type", "application/json"); got.status != http.StatusNotFound {
				t.Errorf("%s %s: got %d, want 404", method, path, got.status)
			}
		}
		if answer, err := remote.send(t.Context(), http.MethodGet, path, nil, http.NoBody); err == nil {
			_ = answer.Body.Close()
			t.Errorf("GET %s is answered over the socket", path)
		}
		if path == pathInvitations {
			continue // asks nothing
		}
		answer, err := remote.send(t.Context(), http.MethodPost, path, nil, strings.NewReader(`{"codes": SECRET`))
		if err == nil {
			_ = answer.Body.Close()
			t.Errorf("POST %s takes what is no JSON", path)
		} else if strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s quotes what it got: %v", path, err)
		}
	}
}
