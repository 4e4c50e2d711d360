package floors

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Load reads the import clauses of every Go file of the module in tree. Folders
// that belong to another module, hidden folders, testdata and node_modules are
// left out, as the go command does.
func Load(tree fs.FS, module string) ([]Package, error) {
	byPath := map[string]*Package{}
	var order []string
	err := walk(tree, func(name string, source []byte) error {
		imports, err := importsOf(name, source, module)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if dir == "." {
			dir = ""
		}
		if byPath[dir] == nil {
			byPath[dir] = &Package{Path: dir}
			order = append(order, dir)
		}
		byPath[dir].Imports = append(byPath[dir].Imports, imports...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	packages := make([]Package, 0, len(order))
	for _, dir := range order {
		packages = append(packages, *byPath[dir])
	}
	return packages, nil
}

func importsOf(name string, source []byte, module string) ([]Import, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.ImportsOnly)
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	imports := make([]Import, 0, len(file.Imports))
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("read imports of %s: %w", name, err)
		}
		local, inside := strings.CutPrefix(imported, module+"/")
		if inside {
			imported = local
		}
		imports = append(imports, Import{
			Path:  imported,
			Local: inside || imported == module,
			File:  name,
			Line:  set.Position(spec.Pos()).Line,
			Test:  strings.HasSuffix(name, "_test.go"),
		})
	}
	return imports, nil
}

// LongFiles returns the files with more than limit lines that people wrote, as
// "name: lines".
func LongFiles(tree fs.FS, limit int) ([]string, error) {
	var found []string
	err := walk(tree, func(name string, source []byte) error {
		lines := bytes.Count(source, []byte("\n"))
		if lines <= limit {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			return fmt.Errorf("read comments: %w", err)
		}
		if !ast.IsGenerated(file) {
			found = append(found, fmt.Sprintf("%s: %d", name, lines))
		}
		return nil
	})
	return found, err
}

// Strangers returns the names in the first folder of tree that are neither
// allowed nor kept out by a line of .gitignore that begins with a slash.
func Strangers(tree fs.FS, allowed []string) ([]string, error) {
	entries, err := fs.ReadDir(tree, ".")
	if err != nil {
		return nil, fmt.Errorf("list the first folder: %w", err)
	}
	ignore, err := fs.ReadFile(tree, ".gitignore")
	if err != nil {
		return nil, fmt.Errorf("read what is ignored: %w", err)
	}
	ignored := map[string]bool{}
	for line := range strings.Lines(string(ignore)) {
		if name, anchored := strings.CutPrefix(strings.TrimSpace(line), "/"); anchored {
			ignored[strings.TrimSuffix(name, "/")] = true
		}
	}
	var found []string
	for _, entry := range entries {
		if !slices.Contains(allowed, entry.Name()) && !ignored[entry.Name()] {
			found = append(found, entry.Name())
		}
	}
	return found, nil
}

// walk calls visit for every Go file of the module.
func walk(tree fs.FS, visit func(name string, source []byte) error) error {
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return enter(tree, name, entry.Name())
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		return visit(name, source)
	})
	if err != nil {
		return fmt.Errorf("walk the module: %w", err)
	}
	return nil
}

// enter says whether a folder belongs to the module.
func enter(tree fs.FS, name, base string) error {
	if name == "." {
		return nil
	}
	if base == "testdata" || base == "node_modules" || base[0] == '.' || base[0] == '_' {
		return fs.SkipDir
	}
	if _, err := fs.Stat(tree, path.Join(name, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}
