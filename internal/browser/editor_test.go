package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestEditor opens our questionnaires, and some with mistakes, in the language
// server that editors use for YAML: the schema must complete and explain keys,
// underline mistakes, and find none in what we ship.
func TestEditor(t *testing.T) {
	const server = "node_modules/yaml-language-server/package.json"
	if _, err := exec.LookPath("node"); err != nil {
		cannotRun(t, "node")
	}
	if _, err := os.Stat(server); err != nil {
		cannotRun(t, "the npm packages of internal/browser")
	}
	files, err := filepath.Glob(root + "/surveys/*/survey.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no surveys", err)
	}
	for _, file := range append(files, root+"/surveys/survey.schema.json", "editor.mjs") {
		if _, err := os.Stat(file); err != nil { // so that stored results depend on it
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "editor.mjs")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Errorf("node: %v\n%s", err, stderr.String())
	}
	seen := 0
	for lines := bufio.NewScanner(bytes.NewReader(stdout)); lines.Scan(); seen++ {
		var o outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Errorf("node said %q", lines.Text())
			continue
		}
		t.Run(o.Name, func(t *testing.T) {
			if !o.OK {
				t.Error(o.Error)
			}
		})
	}
	if seen < 20 {
		t.Errorf("node tried only %d things", seen)
	}
}

// cannotRun skips a test for which something is missing, or fails it where it
// must run.
func cannotRun(t *testing.T, missing string) {
	t.Helper()
	message := "EDITOR TESTS CANNOT RUN: missing " + missing + ". Run: make setup"
	if os.Getenv("CI") != "" || os.Getenv("BROWSER_TESTS") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
}
