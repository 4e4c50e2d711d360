package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var previewing = regexp.MustCompile(`(?m)^preview of \S+ on (http://\S+) `)

// The preview shows a file as it is now, and its mistakes; it keeps nothing.
func TestPreview(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "housing", "survey.yaml")
	write(t, file, read(t, housing))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stderr := new(buffer)
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"preview", filepath.Dir(file), "--listen", "127.0.0.1:0", "--agencies", "testdata/agencies.csv"}, environment{stderr: stderr})
	}()
	address := ""
	for deadline := time.After(20 * time.Second); address == ""; {
		if m := previewing.FindStringSubmatch(stderr.String()); m != nil {
			address = m[1]
			break
		}
		select {
		case code := <-done:
			t.Fatalf("preview ended with code %d: %s", code, stderr)
		case <-deadline:
			t.Fatalf("preview does not listen: %s", stderr)
		case <-time.After(5 * time.Millisecond):
		}
	}
	if got := get(t, address+"/"); !strings.Contains(got, "<iframe") || !strings.Contains(got, "/s/housing") {
		t.Errorf("got %s", got)
	}
	if got := get(t, address+"/s/housing?lang=en&agency=x1"); !strings.Contains(got, "How many rooms?") {
		t.Errorf("form: got %s", got)
	}
	before := get(t, address+"/version")
	write(t, file, strings.Replace(read(t, housing), "min: 1", "mim: 1", 1))
	if got := get(t, address+"/version"); got == before {
		t.Error("a saved file has the same version")
	}
	if got := get(t, address+"/?lang=en"); !strings.Contains(got, "mim") || !strings.Contains(got, "did you mean") {
		t.Errorf("mistakes: got %s", got)
	}
	cancel()
	select {
	case code := <-done:
		if code != 0 {
			t.Errorf("got code %d: %s", code, stderr)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("preview does not stop")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("got %v %v, want nothing but the survey", entries, err)
	}
}

func TestPreviewRefuses(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"name a survey.yaml or its folder": {"preview", t.TempDir()},
		"no such file":                     {"preview", filepath.Join(t.TempDir(), "none")},
		"give another address":             {"preview", housing, "--listen", "127.0.0.1:notaport"},
		"agency file":                      {"preview", housing, "--agencies", "none.csv"},
	} {
		if got := call(t, args...); got.code != 1 || !strings.Contains(got.stderr, want) {
			t.Errorf("%v: got %+v, want %q", args, got, want)
		}
	}
}
