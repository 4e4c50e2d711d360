package floors

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Package is one package of the module with everything it imports.
type Package struct {
	Path    string // below the module; empty for the module's root
	Imports []Import
}

// Import is one import clause.
type Import struct {
	Path  string // as written; packages of the module without the module's path
	Local bool   // of this module
	File  string // path below the module
	Line  int
	Test  bool // in a _test.go file
}

// Rules is an architecture: the lists of this package, or a small one in a test.
type Rules struct {
	Floors     []Floor
	Effects    string
	Impure     []string
	Fences     []Fence
	Exceptions map[string]string
}

// Violation is one breach of the rules.
type Violation struct {
	Where   string // file:line, or the package
	Test    bool   // committed by a test
	Message string
}

// String shows the violation as compilers do.
func (v Violation) String() string {
	if v.Test {
		return v.Where + ": " + v.Message + " (in a test)"
	}
	return v.Where + ": " + v.Message
}

// Check returns every breach of the rules, in order of place.
func (r *Rules) Check(packages []Package) []Violation {
	height, found := r.heights()
	used := map[string]bool{}
	seen := map[string]bool{}
	for _, p := range packages {
		seen[p.Path] = true
		own, ok := height[p.Path]
		if !ok {
			found = append(found, Violation{Where: place(p), Message: "package is on no floor"})
			continue
		}
		for _, imp := range p.Imports {
			if message := r.checkImport(p.Path, own, imp, height, used); message != "" {
				found = append(found, Violation{fmt.Sprintf("%s:%d", imp.File, imp.Line), imp.Test, message})
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(height)) {
		if !seen[path] {
			found = append(found, Violation{Where: path, Message: "is on the list of floors but has no Go files"})
		}
	}
	for _, arrow := range slices.Sorted(maps.Keys(r.Exceptions)) {
		if !used[arrow] {
			found = append(found, Violation{Where: arrow, Test: true, Message: "exception is not used"})
		}
	}
	slices.SortStableFunc(found, func(a, b Violation) int { return cmp.Compare(a.Where, b.Where) })
	return found
}

// heights numbers the floors from 0; a package on two floors is a violation.
func (r *Rules) heights() (height map[string]int, found []Violation) {
	height = map[string]int{}
	for i, floor := range r.Floors {
		for _, path := range floor.Packages {
			if _, twice := height[path]; twice {
				found = append(found, Violation{Where: path, Message: "is listed twice"})
			}
			height[path] = i
		}
	}
	return height, found
}

// checkImport says what is wrong with one import of the package at path, which
// is own floors up. Empty: nothing.
func (r *Rules) checkImport(path string, own int, imp Import, height map[string]int, used map[string]bool) string {
	if !imp.Local {
		return r.checkForeign(path, own, imp)
	}
	if imp.Path == path && imp.Test { // a test in package x_test looks at x from outside
		return ""
	}
	target, known := height[imp.Path]
	if !known {
		return fmt.Sprintf("imports %s, which is on no floor", imp.Path)
	}
	if target < own || imp.Test && target == own {
		return ""
	}
	arrow := path + " " + imp.Path
	if imp.Test && r.Exceptions[arrow] != "" {
		used[arrow] = true
		return ""
	}
	return fmt.Sprintf("%s (%s) imports %s (%s), which is not below it",
		path, r.Floors[own].Name, imp.Path, r.Floors[target].Name)
}

// checkForeign judges an import from the standard library or a third party.
func (r *Rules) checkForeign(path string, own int, imp Import) string {
	first, _, _ := strings.Cut(imp.Path, "/")
	if !strings.Contains(first, ".") {
		if !imp.Test && own < r.effects() && slices.Contains(r.Impure, imp.Path) {
			return fmt.Sprintf("%s imports %s, which only floors from %s on may", path, imp.Path, r.Effects)
		}
		return ""
	}
	fence := r.fence(imp.Path)
	switch {
	case fence == nil:
		return fmt.Sprintf("imports %s, which has no fence", imp.Path)
	case fence.TestsOnly && imp.Test:
		return ""
	case fence.TestsOnly:
		return fmt.Sprintf("imports %s, which is for tests only", imp.Path)
	case slices.Contains(fence.Packages, path):
		return ""
	default:
		return fmt.Sprintf("%s imports %s, which only %s may", path, imp.Path, strings.Join(fence.Packages, ", "))
	}
}

// effects is the height of the first floor with effects; without one, above all.
func (r *Rules) effects() int {
	if i := slices.IndexFunc(r.Floors, func(f Floor) bool { return f.Name == r.Effects }); i >= 0 {
		return i
	}
	return len(r.Floors)
}

// fence returns the fence with the longest path that holds an import path.
func (r *Rules) fence(path string) *Fence {
	var best *Fence
	for i := range r.Fences {
		f := &r.Fences[i]
		within := path == f.Library || strings.HasPrefix(path, f.Library+"/")
		if within && (best == nil || len(f.Library) > len(best.Library)) {
			best = f
		}
	}
	return best
}

// Unfenced returns the direct requirements of a go.mod file that no fence names.
func (r *Rules) Unfenced(requirements []string) []string {
	var found []string
	for _, module := range requirements {
		named := func(f Fence) bool { return f.Library == module || strings.HasPrefix(f.Library, module+"/") }
		if !slices.ContainsFunc(r.Fences, named) {
			found = append(found, module)
		}
	}
	return found
}

func place(p Package) string {
	if len(p.Imports) > 0 {
		return p.Imports[0].File
	}
	return p.Path
}
