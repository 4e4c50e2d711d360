package main

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/invite"
	"hailong/internal/store"
)

// inviteInto issues invitations to "trial" in a folder that nobody uses, and
// returns their codes.
func inviteInto(t *testing.T, data, batch string, n int) (codes []string) {
	t.Helper()
	s, err := store.Open(t.Context(), data, store.Options{MustExist: true})
	if err != nil {
		t.Fatal(err)
	}
	group := invite.Group{Agency: 2}
	for i := range n {
		code, _ := invite.Parse(invite.New([8]byte{batch[0], byte(i)}))
		codes = append(codes, code)
		group.Digests = append(group.Digests, invite.DigestOf(s.Secret(), code))
	}
	survey := s.Catalog().Survey("trial")
	err = s.Invite(t.Context(), invite.Batch{
		ID: batch, Survey: survey.Slug, Wave: survey.Waves[0].ID, Issued: 9800, Expires: 40000, Groups: []invite.Group{group},
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return codes
}

// mustCountCodes compares how many codes of a folder that nobody uses were issued
// and used.
func mustCountCodes(t *testing.T, data string, issued, used int) {
	t.Helper()
	s, err := store.Open(t.Context(), data, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	got := [2]int{}
	for _, c := range s.Invitations() {
		got[0], got[1] = got[0]+c.Codes, got[1]+c.Used
	}
	if err := s.Close(); err != nil || got != [2]int{issued, used} {
		t.Errorf("got %d codes issued and used, want %d and %d (%v)", got, issued, used, err)
	}
}

// Codes are used on a server: the folder is sound while it is served, a moment
// after, and when nobody serves it, with as many codes used as there are responses.
func TestVerifyOfUsedInvitations(t *testing.T) {
	t.Parallel()
	data, surveys := t.TempDir(), surveysOf(t)
	if code := serve(t, data, "--surveys", surveys).stop(t); code != 0 {
		t.Fatalf("serve: got code %d", code)
	}
	codes := inviteInto(t, data, "a", 5)
	running := serve(t, data, "--surveys", surveys)
	for i, want := range []int{http.StatusCreated, http.StatusCreated, http.StatusUnprocessableEntity} {
		code := codes[i%2] // the third is the first again
		status, body, err := submit(t.Context(), running.url, "key-"+strconv.Itoa(i), `{"invitation":"`+code+`","answers":{"level":"4","second":"3"}}`)
		if err != nil || status != want {
			t.Fatalf("code %d: got %d %s %v, want %d", i%2, status, body, err, want)
		}
		if got := good(t, "verify", "--data", data); !strings.Contains(got.stdout, " "+strconv.Itoa(min(i+1, 2))+" responses") {
			t.Errorf("while it is served: got %+v", got)
		}
	}
	mustLeaveNoCopy(t, data)
	if code := running.stop(t); code != 0 {
		t.Fatalf("serve: got code %d", code)
	}
	good(t, "verify", "--data", data)
	mustCountCodes(t, data, 5, 2)
}

// mustLeaveNoCopy fails when a copy that verify asked for is still there.
func mustLeaveNoCopy(t *testing.T, data string) {
	t.Helper()
	entries, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), store.CopyPrefix) {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// A folder with invitations is verified, also while it is served; one that lost
// their file is told with the cure, and the cure works.
func TestVerifyOfInvitations(t *testing.T) {
	t.Parallel()
	data, surveys := t.TempDir(), surveysOf(t)
	if code := serve(t, data, "--surveys", surveys).stop(t); code != 0 {
		t.Fatalf("serve: got code %d", code)
	}
	inviteInto(t, data, "a", 2)
	good(t, "verify", "--data", data)
	running := serve(t, data, "--surveys", surveys)
	good(t, "verify", "--data", data)
	mustLeaveNoCopy(t, data)
	if code := running.stop(t); code != 0 {
		t.Fatalf("serve: got code %d", code)
	}
	if got := call(t, "verify", "--data", data, "--give-up-invitations"); got.code != 1 || !strings.Contains(got.stderr, "nothing to give up") {
		t.Errorf("a whole folder: got %+v", got)
	}
	if err := os.Remove(filepath.Join(data, store.CodesName)); err != nil {
		t.Fatal(err)
	}
	running = serve(t, data, "--surveys", surveys)
	if !strings.Contains(running.stderr.String(), "invitations are refused") {
		t.Errorf("serve does not tell: %s", running.stderr)
	}
	running.stop(t)
	if got := call(t, "verify", "--data", data); got.code != 1 || !strings.Contains(got.stderr, "verify --give-up-invitations") {
		t.Errorf("without its file: got %+v", got)
	}
	if got := good(t, "verify", "--data", data, "--give-up-invitations"); !strings.Contains(got.stdout, "2 invitations are worthless now") {
		t.Errorf("given up: got %+v", got)
	}
	inviteInto(t, data, "b", 1)
	good(t, "verify", "--data", data)
	mustCountCodes(t, data, 1, 0)
	if _, err := os.Stat(filepath.Join(data, store.CodesName+".given-up")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that was not there was kept: %v", err)
	}
}
