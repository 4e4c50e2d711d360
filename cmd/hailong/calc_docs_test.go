package main

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"hailong/internal/docs"
)

// updateDocs is the variable with which the test writes the outputs of commands
// into the pages anew.
const updateDocs = "HAILONG_UPDATE_DOCS"

// TestDocs runs every command of every page of documentation: a page may not say
// anything else than the program.
func TestDocs(t *testing.T) {
	t.Parallel()
	for _, g := range docs.Groups() {
		for _, name := range g.Pages {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				p, ok, err := docs.Find(name)
				if err != nil || !ok {
					t.Fatalf("got %v, %v", ok, err)
				}
				for _, c := range p.Commands() {
					got := good(t, strings.Fields(strings.TrimPrefix(c.Line, "hailong "))...).stdout
					if os.Getenv(updateDocs) != "" {
						rewrite(t, name, c, got)
						continue
					}
					if diff := cmp.Diff(c.Output, got); diff != "" {
						t.Errorf("%s\ngives something else than the page says (-page +program; %s=1 writes it):\n%s", c.Line, updateDocs, diff)
					}
				}
			})
		}
	}
}

// rewrite puts the output of a command below it.
func rewrite(t *testing.T, name string, c docs.Command, output string) {
	t.Helper()
	file := "../../internal/docs/methods/" + name + ".md"
	lines := strings.Split(read(t, file), "\n")
	for i := range lines {
		end := i
		for end+1 < len(lines) && strings.HasSuffix(lines[end], "\\") {
			end++
		}
		joined := strings.Join(strings.Fields(strings.ReplaceAll(strings.Join(lines[i:end+1], " "), "\\", "")), " ")
		if joined != "$ "+c.Line {
			continue
		}
		stop := end + 1 + slices.Index(lines[end+1:], "```")
		out := slices.Concat(lines[:end+1], strings.Split(strings.TrimSuffix(output, "\n"), "\n"), lines[stop:])
		write(t, file, strings.Join(out, "\n"))
		return
	}
	t.Errorf("%s: no place for %s", name, c.Line)
}

// TestEveryMethodHasAPage: no method without documentation, and no documentation
// of a method that is gone (such a command fails in TestDocs).
func TestEveryMethodHasAPage(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, g := range docs.Groups() {
		for _, name := range g.Pages {
			p, ok, err := docs.Find(name)
			if err != nil || !ok {
				t.Fatalf("%s: got %v, %v", name, ok, err)
			}
			for _, c := range p.Commands() {
				shown[strings.Fields(c.Line)[2]] = true
			}
		}
	}
	for _, m := range methodNames(t) {
		if !shown[m] {
			t.Errorf("calc %s stands on no page of internal/docs", m)
		}
	}
}

// methodNames are the methods of calc, each of which must be one.
func methodNames(t *testing.T) []string {
	t.Helper()
	parser, err := kong.New(&struct {
		Calc calcCommand `cmd:""`
	}{})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, node := range parser.Model.Children[0].Children {
		if !node.Target.Addr().Type().Implements(reflect.TypeFor[method]()) {
			t.Errorf("calc %s is no method", node.Name)
		}
		if node.Help == "" {
			t.Errorf("calc %s has no help", node.Name)
		}
		list = append(list, node.Name)
	}
	if len(list) < 40 {
		t.Errorf("got %d methods, want all", len(list))
	}
	return list
}
