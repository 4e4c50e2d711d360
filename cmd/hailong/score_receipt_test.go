package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// demoOf fills a folder with simulated responses to the survey of these tests.
func demoOf(t *testing.T, n string, replacements ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	good(t, "demo", "--data", dir, "--surveys", surveysOf(t, replacements...), "--agencies", "testdata/agencies.csv",
		"--survey", "trial", "--responses", n, "--seed", "4")
	return dir
}

// TestReceipt: a receipt is written beside scores, and the same bytes come back
// from the log, also when more came since; whatever else differs is told with its
// cause.
func TestReceipt(t *testing.T) {
	t.Parallel()
	dir := demoOf(t, "300")
	folder := t.TempDir()
	file, csv := filepath.Join(folder, "receipt.json"), filepath.Join(folder, "scores.csv")
	printed := good(t, "score", "--data", dir, "--survey", "trial", "--by", "agency,channel", "--receipt", file, "-o", csv)
	if printed.stdout != "" || !strings.HasPrefix(read(t, csv), "agency,") {
		t.Errorf("got %q and %q", printed.stdout, read(t, csv))
	}
	same := good(t, "score", "verify", file, "--data", dir)
	if !strings.Contains(same.stdout, "identical to the last byte") {
		t.Errorf("got %q", same.stdout)
	}
	again := good(t, "score", "--receipt", file, "--data", dir)
	if again.stdout != read(t, csv) || !strings.Contains(again.stderr, "identical") {
		t.Errorf("computed again: got %q, %q", again.stdout, again.stderr)
	}

	good(t, "demo", "--data", dir, "--surveys", surveysOf(t), "--agencies", "testdata/agencies.csv", "--survey", "trial", "--responses", "50", "--seed", "5")
	later := good(t, "score", "verify", file, "--data", dir, "-o", filepath.Join(folder, "then.csv"))
	for _, part := range []string{"identical", "more events came", "the counts: other responses", "the result: other bytes"} {
		if !strings.Contains(later.stdout, part) {
			t.Errorf("%q is not in %q", part, later.stdout)
		}
	}
	if read(t, filepath.Join(folder, "then.csv")) != read(t, csv) {
		t.Error("the scores of then are not those of then")
	}

	for name, tt := range map[string]struct{ n, from, to, part string }{
		"another method": {"300", `codes: ["4", "5"]`, `codes: ["5"]`, "the method:"},
		"fewer":          {"100", "min_n: 2", "min_n: 2 ", "does not reach"},
	} {
		got := call(t, "score", "verify", file, "--data", demoOf(t, tt.n, tt.from, tt.to))
		if got.code != 1 || !strings.Contains(got.stdout+got.stderr, tt.part) {
			t.Errorf("%s: got %d, %q, %q", name, got.code, got.stdout, got.stderr)
		}
	}
	receipt := read(t, file)
	for _, change := range [][2]string{{`"bytes": `, `"bytes": 1`}, {`"responses": 300`, `"responses": 299`}} {
		forged := filepath.Join(folder, "forged.json")
		write(t, forged, strings.Replace(receipt, change[0], change[1], 1))
		if got := call(t, "score", "verify", forged, "--data", dir); got.code != 1 || !strings.Contains(got.stdout, "NOT reproduced") {
			t.Errorf("forged: got %d, %q, %q", got.code, got.stdout, got.stderr)
		}
	}
	write(t, file, "no receipt")
	if got := call(t, "score", "verify", file, "--data", dir); got.code != 1 || !strings.Contains(got.stderr, "not a receipt") {
		t.Errorf("no receipt: got %d, %q", got.code, got.stderr)
	}
	if got := call(t, "score", "verify", file+"x", "--data", dir); got.code != 1 || !strings.Contains(got.stderr, "score --survey") {
		t.Errorf("no file: got %d, %q", got.code, got.stderr)
	}
	if got := call(t, "score", "--data", dir); got.code != 2 || !strings.Contains(got.stderr, "--survey") {
		t.Errorf("nothing asked: got %d, %q", got.code, got.stderr)
	}
}

// TestReceiptThroughServer: a running server gives the same receipt as the folder,
// and checks it.
func TestReceiptThroughServer(t *testing.T) {
	t.Parallel()
	dir := demoOf(t, "200")
	folder := t.TempDir()
	closed, live := filepath.Join(folder, "closed.json"), filepath.Join(folder, "live.json")
	want := good(t, "score", "--data", dir, "--survey", "trial", "--receipt", closed)
	quality := good(t, "quality", "--data", dir, "--survey", "trial", "--by", "agency,channel")
	s := serve(t, dir, "--surveys", surveysOf(t))
	defer s.stop(t)
	got := good(t, "score", "--data", dir, "--survey", "trial", "--receipt", live)
	if got.stdout != want.stdout {
		t.Error("the server's scores are others")
	}
	for _, file := range []string{closed, live} {
		if out := good(t, "score", "verify", file, "--data", dir); !strings.Contains(out.stdout, "identical") {
			t.Errorf("%s: %q", file, out.stdout)
		}
	}
	if out := good(t, "score", "--receipt", closed, "--data", dir); out.stdout != want.stdout {
		t.Error("the server computed other scores again")
	}
	if out := good(t, "quality", "--data", dir, "--survey", "trial", "--by", "agency,channel"); out.stdout != quality.stdout {
		t.Error("the server's quality is another")
	}
	if out := call(t, "quality", "--data", dir, "--survey", "none"); out.code != 1 {
		t.Errorf("an unknown survey: %d %q", out.code, out.stderr)
	}
}

// TestQualityCommand: a table as CSV and JSON.
func TestQualityCommand(t *testing.T) {
	t.Parallel()
	dir := demoOf(t, "200")
	csv := good(t, "quality", "--data", dir, "--survey", "trial").stdout
	if !strings.HasPrefix(csv, "agency,agency_name,responses,asked,dont_know_pct,") || strings.Count(csv, "\r\n") < 2 {
		t.Errorf("got %q", csv)
	}
	if json := good(t, "quality", "--data", dir, "--survey", "trial", "--by", "channel", "--format", "json").stdout; !strings.Contains(json, `"total":{"channel":"","responses":200,`) {
		t.Errorf("got %q", json)
	}
	file := filepath.Join(t.TempDir(), "q.csv")
	if good(t, "quality", "--data", dir, "--survey", "trial", "-o", file); read(t, file) != csv {
		t.Error("the file is another")
	}
	for _, args := range [][]string{{"--survey", "none"}, {"--survey", "trial", "--by", "month"}} {
		if got := call(t, append([]string{"quality", "--data", dir}, args...)...); got.code != 1 {
			t.Errorf("%q: got %d, %q", args, got.code, got.stderr)
		}
	}
}
