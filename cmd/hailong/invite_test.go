package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"hailong/internal/invite"
)

// readCodes reads a list of codes as a spreadsheet does.
func readCodes(t *testing.T, path string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(read(t, path), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// A list of dossiers becomes a list with codes and slips, also while the folder is
// served; codes are counted, used once and revoked.
func TestInvite(t *testing.T) {
	t.Parallel()
	data, out := t.TempDir(), t.TempDir()
	s := serve(t, data, "--surveys", surveysOf(t))
	agencies := strings.Split(read(t, "testdata/agencies.csv"), "\n")
	agency, _, _ := strings.Cut(agencies[2], ",")
	list, codes, slips := filepath.Join(out, "list.csv"), filepath.Join(out, "codes.csv"), filepath.Join(out, "slips.html")
	write(t, list, "dossier,agency,service,phone\nD1,"+agency+",1.001,0912\nD2,"+agency+",1.001,0913\nD3,"+agency+",1.002,\n")
	args := []string{"invite", "--data", data, "--survey", "trial", "--file", list, "--url", "https://hailong.example", "--out", codes}
	got := good(t, append(args, "--slips", slips)...)
	if !strings.Contains(got.stderr, "3 codes good until") || !strings.Contains(got.stderr, "fewer than 10 codes") || got.stdout != "" {
		t.Errorf("got %+v", got)
	}
	rows := readCodes(t, codes)
	if len(rows) != 4 || strings.Join(rows[0], ",") != "dossier,agency,service,phone,code,link" || rows[2][0] != "D2" || rows[2][3] != "0913" {
		t.Fatalf("got %q", rows)
	}
	for _, row := range rows[1:] {
		if code, ok := invite.Parse(row[4]); !ok || row[5] != "https://hailong.example/i/"+row[4] {
			t.Errorf("got code %s of %q", code, row)
		}
	}
	if html := read(t, slips); strings.Count(html, "<svg") < 3 || !strings.Contains(html, rows[1][4]) || !strings.Contains(html, "D3") {
		t.Error("the slips lack codes")
	}
	if info, err := os.Stat(codes); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v %v, want a file that only its owner reads", info.Mode(), err)
	}

	// Nothing is written over, and nothing is issued when nothing can be written.
	before := read(t, codes)
	if again := call(t, args...); again.code != 1 || !strings.Contains(again.stderr, "is there already") || read(t, codes) != before {
		t.Errorf("again: got %+v", again)
	}
	counts := func() []map[string]any {
		t.Helper()
		var list []map[string]any
		if err := json.Unmarshal([]byte(good(t, "invite", "list", "--data", data, "--format", "json").stdout), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if got := counts(); len(got) != 1 || got[0]["codes"] != 3.0 || got[0]["open"] != 3.0 {
		t.Errorf("got %v", got)
	}

	// One is used, one revoked; a batch can be revoked as a whole.
	response, err := http.Get(s.url + "/i/" + rows[1][4])
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(response.Body)
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(page), `name="invitation"`) {
		t.Fatalf("got %d %v %.300s", response.StatusCode, err, page)
	}
	code, _ := invite.Parse(rows[1][4])
	body := `{"invitation":"` + code + `","answers":{"level":"5","second":"4"}}`
	if status, told, err := submit(t.Context(), s.url, "key-1", body); status != http.StatusCreated {
		t.Fatalf("got %d %s %v", status, told, err)
	}
	if status, told, _ := submit(t.Context(), s.url, "key-2", body); status != http.StatusUnprocessableEntity || !strings.Contains(told, "invitation_used") {
		t.Errorf("a second time: got %d %s", status, told)
	}
	if got := good(t, "invite", "revoke", "--data", data, "--code", rows[2][4]); !strings.Contains(got.stdout+got.stderr, "1") {
		t.Errorf("got %+v", got)
	}
	if got := call(t, "invite", "revoke", "--data", data, "--code", "ABCD-EFGH-JK0"); got.code != 1 {
		t.Errorf("a mistyped code: got %+v", got)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got := counts()[0]
		if got["used"] == 1.0 && got["revoked"] == 1.0 && got["open"] == 1.0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %v", got)
		}
	}
	batch, _ := counts()[0]["batch"].(string)
	good(t, "invite", "revoke", "--data", data, "--batch", batch)
	if got := counts()[0]; got["open"] != 0.0 || got["used"] != 1.0 {
		t.Errorf("got %v", got)
	}
	if got := call(t, "invite", "revoke", "--data", data, "--batch", "nothing"); got.code != 1 || !strings.Contains(got.stderr, "nothing") {
		t.Errorf("an unknown batch: got %+v", got)
	}
	if table := good(t, "invite", "list", "--data", data); !strings.Contains(table.stdout, "trial") {
		t.Errorf("got %s", table.stdout)
	}
	if code := s.stop(t); code != 0 {
		t.Errorf("serve ended with %d: %s", code, s.stderr)
	}
	if log := s.stderr.String(); strings.Contains(log, code) || strings.Contains(log, rows[1][4]) || strings.Contains(log, "D1") {
		t.Error("a code or a dossier is in the log")
	}
	good(t, "verify", "--data", data)
}

// Whatever is wrong with a list, nothing is issued and nothing written.
func TestInviteRefuses(t *testing.T) {
	t.Parallel()
	data, out := t.TempDir(), t.TempDir()
	s := serve(t, data, "--surveys", surveysOf(t))
	defer s.stop(t)
	list := filepath.Join(out, "list.csv")
	write(t, list, "dossier,agency\nD1,nowhere\nD1,zz\n")
	codes := filepath.Join(out, "codes.csv")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"bad rows":           {[]string{"--file", list, "--out", codes}, "list.csv:3:1: dossier D1 is in line 2 already"},
		"no file":            {[]string{"--file", filepath.Join(out, "none.csv"), "--out", codes}, "none.csv"},
		"a folder":           {[]string{"--file", out, "--out", codes}, ""},
		"in the data folder": {[]string{"--file", list, "--out", filepath.Join(data, "codes.csv")}, "must not lie together"},
		"one file for two":   {[]string{"--file", list, "--out", codes, "--slips", codes}, "same file"},
		"an odd address":     {[]string{"--file", list, "--out", codes, "--url", "javascript:alert(1)"}, "--url"},
		"over before today":  {[]string{"--file", list, "--out", codes, "--expires", "2020-01-01"}, ""},
	} {
		args := append([]string{"invite", "--data", data, "--survey", "trial", "--url", "https://hailong.example"}, c.args...)
		if got := call(t, args...); got.code != 1 || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: got %+v, want %q", name, got, c.want)
		}
	}
	entries, err := os.ReadDir(out)
	if err != nil || len(entries) != 1 {
		t.Errorf("got %v %v, want the list alone", entries, err)
	}
	if got := good(t, "invite", "list", "--data", data); !strings.Contains(got.stderr+got.stdout, "no invitations") {
		t.Errorf("got %+v", got)
	}
}

var passed = regexp.MustCompile(`https://hailong\.example/(s|kiosk)/trial\?\S*k=\S+`)

// A link holds a pass that the pages of that folder know, on a server or beside it.
func TestLinkAndPoster(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := serve(t, data, "--surveys", surveysOf(t))
	defer s.stop(t)
	for channel, place := range map[string]string{"kiosk": "/kiosk/trial", "paper": "/s/trial", "phone": "/s/trial"} {
		got := good(t, "link", "--data", data, "--survey", "trial", "--counter", "Q1", "--channel", channel, "--url", "https://hailong.example")
		link := passed.FindString(got.stdout)
		if link == "" || !strings.Contains(link, place) {
			t.Errorf("%s: got %+v", channel, got)
		}
	}
	for _, args := range [][]string{
		{"link", "--data", data, "--survey", "none", "--channel", "kiosk"},
		{"link", "--data", data, "--survey", "trial", "--agency", "nowhere", "--channel", "kiosk"},
		{"link", "--data", data, "--survey", "trial", "--counter", "Quầy 1", "--channel", "kiosk"},
		{"link", "--data", data, "--survey", "trial", "--channel", "kiosk", "--until", "2020-01-01"},
		{"poster", "--data", data, "--survey", "none"},
		{"poster", "--data", data, "--survey", "trial", "--agency", "nowhere"},
	} {
		if got := call(t, args...); got.code != 1 || got.stderr == "" || got.stdout != "" {
			t.Errorf("%q: got %+v", args, got)
		}
	}
	out := filepath.Join(t.TempDir(), "posters.html")
	poster := []string{"poster", "--data", data, "--survey", "trial", "--counter", "1,2", "--size", "card", "--url", "https://hailong.example", "--out", out}
	good(t, poster...)
	html := read(t, out)
	if strings.Count(html, "<svg") < 2 || !strings.Contains(html, "hailong.example") || strings.Contains(html, "<script") {
		t.Errorf("got %.500s", html)
	}
	if got := call(t, poster...); got.code != 1 || read(t, out) != html {
		t.Errorf("a poster is written over: %+v", got)
	}
	good(t, append(poster, "--force")...)
}
