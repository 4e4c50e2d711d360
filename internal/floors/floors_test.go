package floors

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// root is the module's first folder; tests run in the folder of their package.
const root = "../.."

func module(t *testing.T) (path string, direct []string) {
	t.Helper()
	file := filepath.Join(root, "go.mod")
	if _, err := os.Stat(file); err != nil { // also tells the test cache that this test depends on it
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "mod", "edit", "-json", file).Output()
	if err != nil {
		t.Fatalf("go mod edit: %v", err)
	}
	var mod struct {
		Module  struct{ Path string }
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	return mod.Module.Path, direct
}

func rules() *Rules {
	return &Rules{Floors: Floors, Effects: Effects, Impure: Impure, Fences: Fences, Exceptions: Exceptions}
}

func violations(t *testing.T, ofTests bool) {
	t.Helper()
	path, _ := module(t)
	packages, err := Load(os.DirFS(root), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range rules().Check(packages) {
		if v.Test == ofTests {
			t.Error(v)
		}
	}
}

// The code keeps to the floors and the fences.
func TestCode(t *testing.T) {
	t.Parallel()
	violations(t, false)
}

// So do the tests, which may also look at their neighbours.
func TestTests(t *testing.T) {
	t.Parallel()
	violations(t, true)
}

func TestEveryRequirementIsFenced(t *testing.T) {
	t.Parallel()
	_, direct := module(t)
	for _, m := range rules().Unfenced(direct) {
		t.Errorf("%s is required by go.mod but no fence names it", m)
	}
}

func TestPinned(t *testing.T) {
	t.Parallel()
	for _, path := range slices.Sorted(maps.Keys(Pinned)) {
		cmd := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}{{with .Replace}} replaced{{end}}", path)
		cmd.Dir = root
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list -m %s: %v", path, err)
		}
		if got, want := string(out), Pinned[path]+"\n"; got != want {
			t.Errorf("%s in the build list: got %q, want %q", path, got, want)
		}
	}
}

func TestLongFiles(t *testing.T) {
	t.Parallel()
	long, err := LongFiles(os.DirFS(root), MaxLines)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range long {
		t.Errorf("%s lines, want at most %d", file, MaxLines)
	}
}

func TestTopLevel(t *testing.T) {
	t.Parallel()
	strangers, err := Strangers(os.DirFS(root), TopLevel)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strangers {
		t.Errorf("%s is not a name for the first folder of the repository", name)
	}
}
