package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"hailong/internal/report"
)

// TestScoreAudit: what is published stays safe, until a few more answers make the
// difference to what was published before too small.
func TestScoreAudit(t *testing.T) {
	t.Parallel()
	dir := demoOf(t, "3000", "min_n: 2", "min_n: 10")
	folder := t.TempDir()
	receipt := filepath.Join(folder, "receipt.json")
	flags := []string{"--data", dir, "--survey", "trial", "--by", "agency"}
	good(t, append([]string{"score", "--receipt", receipt, "-o", filepath.Join(folder, "scores.csv")}, flags...)...)
	audit := append([]string{"score", "audit"}, flags...)
	if got := good(t, audit...); !strings.Contains(got.stdout, "None of them can be worked out") {
		t.Errorf("got %q", got.stdout)
	}
	if got := good(t, append(audit, "--earlier", receipt)...); !strings.Contains(got.stdout, "None") {
		t.Errorf("nothing new: got %q", got.stdout)
	}
	good(t, "demo", "--data", dir, "--surveys", surveysOf(t, "min_n: 2", "min_n: 10"), "--agencies", "testdata/agencies.csv",
		"--survey", "trial", "--responses", "6", "--seed", "9")
	got := call(t, append(audit, "--earlier", receipt)...)
	if got.code != 1 || !strings.Contains(got.stdout, "how many answered since event") || !strings.Contains(got.stdout, "exactly") || !strings.Contains(got.stdout, "What helps") {
		t.Errorf("six more: got %d, %q, %q", got.code, got.stdout, got.stderr)
	}
	object := call(t, append(audit, "--earlier", receipt, "--format", "json")...)
	var found report.Audit
	if err := json.Unmarshal([]byte(object.stdout), &found); err != nil || len(found.Findings) == 0 || len(found.Earlier) != 1 || found.Findings[0].Kind != report.FoundNew {
		t.Errorf("got %v, %+v", err, found)
	}

	later := filepath.Join(folder, "later.json")
	good(t, append([]string{"score", "--receipt", later, "-o", filepath.Join(folder, "later.csv")}, flags...)...)
	for name, tt := range map[string]struct {
		args []string
		part string
	}{
		"no survey":         {[]string{"score", "audit", "--data", dir}, "--survey"},
		"no receipt":        {append(audit, "--earlier", filepath.Join(folder, "none.json")), "writes one"},
		"not a receipt":     {append(audit, "--earlier", filepath.Join(folder, "scores.csv")), "scores.csv"},
		"newest first":      {append(audit, "--earlier", later, "--earlier", receipt), "oldest first"},
		"another survey":    {[]string{"score", "audit", "--data", dir, "--survey", "nothing"}, "no such survey"},
		"of another survey": {[]string{"score", "audit", "--data", dir, "--survey", "nothing", "--earlier", receipt}, "not of the one"},
		"too many splits":   {append(audit, "--by", "month,channel,wave"), "fewer things"},
	} {
		if got := call(t, tt.args...); got.code == 0 || !strings.Contains(got.stdout+got.stderr, tt.part) {
			t.Errorf("%s: got %d, %q, want %q", name, got.code, got.stdout+got.stderr, tt.part)
		}
	}
}
