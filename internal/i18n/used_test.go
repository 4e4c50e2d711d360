package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// built are the beginnings of ids that are put together from a code at run
// time, so that no text of the program names them whole.
var built = []string{"how.", "problem.", "error.", "status.", "todo.", "lang.", "level.", "channel.", "state.", "interval.", "missing.", "results.sort_", "results.flags_", "codebook.kind_", "codebook.flag_"}

// inTemplate finds the ids that templates name: t "id" and plural "id".
var inTemplate = regexp.MustCompile(`\b(?:t|plural) "([^"]+)"`)

// idShaped is a text that can only be meant as an id.
var idShaped = regexp.MustCompile(`^[a-z]+\.[a-z_0-9]+$`)

// TestUsedIDs scans the templates and the Go files of the module: every id named
// there exists, every code of a problem or error has its message, and no
// message is left over.
func TestUsedIDs(t *testing.T) {
	t.Parallel()
	used := map[string]string{} // id -> a file that uses it
	root := os.DirFS("../..")
	for _, dir := range []string{"internal", "cmd"} {
		err := fs.WalkDir(root, dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				if name == dir {
					return nil // not there yet
				}
				return err
			case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata"):
				return fs.SkipDir
			case strings.HasSuffix(name, ".html"):
				return scanTemplate(root, name, used)
			case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
				return scanGo(t, root, name, used)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for id, name := range used {
		for _, lang := range Languages() {
			if !Has(lang, id) {
				t.Errorf("%s uses %s, which has no message in %s", name, id, lang)
			}
		}
	}
	for _, id := range IDs(Vietnamese) {
		if used[id] == "" && !slices.ContainsFunc(built, func(prefix string) bool { return strings.HasPrefix(id, prefix) }) {
			t.Errorf("nothing uses message %s", id)
		}
	}
}

func scanTemplate(root fs.FS, name string, used map[string]string) error {
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	for _, m := range inTemplate.FindAllStringSubmatch(string(data), -1) {
		used[m[1]] = name
	}
	return nil
}

func scanGo(t *testing.T, root fs.FS, name string, used map[string]string) error {
	t.Helper()
	data, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, data, parser.SkipObjectResolution)
	if err != nil {
		t.Logf("passed over: %v", err)
		return nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if id := literal(n); idShaped.MatchString(id) && Has(Vietnamese, id) {
				used[id] = name
			}
		case *ast.CallExpr:
			scanCall(n, name, used)
		case *ast.CompositeLit:
			if calls(n.Type, "Problem") {
				scanProblem(n, name, used)
			}
		}
		return true
	})
	return nil
}

// scanCall looks at calls of T, t, Plural and errs.New.
func scanCall(call *ast.CallExpr, name string, used map[string]string) {
	switch {
	case calls(call.Fun, "T") && len(call.Args) == 3, calls(call.Fun, "Plural") && len(call.Args) == 4:
		if id := literal(call.Args[1]); id != "" {
			used[id] = name
		}
	case calls(call.Fun, "t") && len(call.Args) > 0:
		if id := literal(call.Args[0]); idShaped.MatchString(id) {
			used[id] = name
		}
	case calls(call.Fun, "errs.New") && len(call.Args) == 2:
		if code := literal(call.Args[1]); code != "" {
			used["error."+code] = name
		}
	}
}

// scanProblem looks at values of errs.Problem.
func scanProblem(value *ast.CompositeLit, name string, used map[string]string) {
	for i, element := range value.Elts {
		code := ""
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Code" {
				code = literal(pair.Value)
			}
		} else if i == 1 {
			code = literal(element)
		}
		if code != "" {
			used["problem."+code] = name
		}
	}
}

// calls reports whether an expression is a name, or the name of a package or
// value's member; a name with a point must fit whole.
func calls(e ast.Expr, want string) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == want
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && x.Name+"."+e.Sel.Name == want {
			return true
		}
		return e.Sel.Name == want
	}
	return false
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
