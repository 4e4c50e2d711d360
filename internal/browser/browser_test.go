package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// root is the module's first folder; tests run in the folder of their package.
const root = "../.."

// limit is how long all journeys together may take.
const limit = 14 * time.Minute

// outcome is one line that main.mjs prints for each journey.
type outcome struct {
	Name    string
	OK      bool
	Seconds float64
	Error   string
}

func TestBrowser(t *testing.T) {
	chromium := requirements(t)
	dependOnSources(t)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	program := build(ctx, t)
	data := filepath.Join(t.TempDir(), "data")
	fill(ctx, t, program, data)
	server := start(ctx, t, program, data, surveysFolder(t))
	address, file := preview(t)

	cmd := exec.CommandContext(ctx, "node", "main.mjs")
	cmd.Env = append(os.Environ(), "BASE_URL="+server.address, "HAILONG="+program, "DATA="+data, "CHROMIUM="+chromium,
		"PREVIEW_URL="+address, "PREVIEW_FILE="+file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := 0
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o outcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Errorf("node said %q", lines.Text())
			continue
		}
		seen++
		t.Run(o.Name, func(t *testing.T) {
			t.Logf("took %.1f s", o.Seconds)
			if !o.OK {
				t.Error(o.Error)
			}
		})
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("node: %v\n%s", err, stderr.String())
	}
	if err := lines.Err(); err != nil {
		t.Error(err)
	}
	if seen == 0 {
		t.Error("node ran no journey")
	}
	server.stop(t)
	if t.Failed() {
		t.Logf("the server said:\n%s", server.output())
	}
}

// requirements returns the path of Chromium. Without it, node or the npm
// packages the test is skipped, or fails where it must run.
func requirements(t *testing.T) (chromium string) {
	t.Helper()
	chromium = os.Getenv("CHROMIUM")
	if chromium == "" {
		chromium = "/usr/bin/chromium"
	}
	var missing []string
	if _, err := exec.LookPath(chromium); err != nil {
		missing = append(missing, "Chromium at "+chromium)
	}
	if _, err := exec.LookPath("node"); err != nil {
		missing = append(missing, "node")
	}
	if _, err := os.Stat("node_modules/playwright-core/package.json"); err != nil {
		missing = append(missing, "the npm packages of internal/browser")
	}
	if missing == nil {
		return chromium
	}
	message := "BROWSER TESTS CANNOT RUN: missing " + strings.Join(missing, ", ") + ". Run: make setup"
	if os.Getenv("CI") != "" || os.Getenv("BROWSER_TESTS") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// dependOnSources looks at every file that the program is built from and that
// the journeys are made of, so that the go command knows that a stored result
// of this test is good only as long as none of them changes.
func dependOnSources(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"cmd", "internal", "static", "surveys", "go.mod"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				if name := entry.Name(); name == "node_modules" || name == "testdata" {
					return fs.SkipDir
				}
				return nil
			}
			_, err = os.Stat(path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
