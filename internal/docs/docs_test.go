package docs_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/docs"
)

// find returns a page that must be there.
func find(t *testing.T, name string) *docs.Page {
	t.Helper()
	p, ok, err := docs.Find(name)
	if err != nil || !ok {
		t.Fatalf("page %s: %v, %v", name, ok, err)
	}
	return p
}

// names are the pages of all groups.
func names(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, g := range docs.Groups() {
		for _, name := range g.Pages {
			if slices.Contains(list, name) {
				t.Errorf("page %s is in two groups", name)
			}
			list = append(list, name)
		}
	}
	return list
}

func TestEveryFileIsListed(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("methods")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, strings.TrimSuffix(e.Name(), ".md"))
	}
	want := names(t)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files and list differ (-list +files):\n%s", diff)
	}
}

// Every page tells the same things, in the same order.
func TestEveryPageIsWhole(t *testing.T) {
	t.Parallel()
	heading := regexp.MustCompile(`(?m)^## (.+)$`)
	want := []string{"When to use", "Formula", "Source", "Undefined", "Example by hand", "Command"}
	for _, name := range names(t) {
		p := find(t, name)
		var got []string
		for _, m := range heading.FindAllStringSubmatch(p.English.Body, -1) {
			got = append(got, m[1])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: sections differ (-want +got):\n%s", name, diff)
		}
		if strings.Contains(p.Vietnamese.Body, "```") || !strings.ContainsAny(p.Vietnamese.Body, "ốộảạếềđư") {
			t.Errorf("%s: the first part is not a Vietnamese summary", name)
		}
		if len(p.Commands()) == 0 {
			t.Errorf("%s: no command", name)
		}
		if lines := strings.Count(p.English.Body, "\n"); lines > 160 {
			t.Errorf("%s: %d lines, which nobody reads", name, lines)
		}
	}
}

func TestLinksResolve(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)]*)\)`)
	for _, name := range names(t) {
		p := find(t, name)
		for _, m := range link.FindAllStringSubmatch(p.Vietnamese.Body+p.English.Body, -1) {
			if _, ok, _ := docs.Find(m[1]); !ok {
				t.Errorf("%s: the link to %s leads nowhere", name, m[1])
			}
		}
	}
}

func TestFindNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "none", "../docs", "wilson.md", "Wilson"} {
		if _, ok, err := docs.Find(name); ok || err != nil {
			t.Errorf("%q: got %v, %v", name, ok, err)
		}
	}
}

func TestIn(t *testing.T) {
	t.Parallel()
	p := find(t, "wilson")
	if p.In("vi") != p.Vietnamese || p.In("en") != p.English || p.In("fr") != p.English || p.Group != "precision" {
		t.Errorf("got %+v", p)
	}
}

func TestParseMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ src, want string }{
		"nothing":        {"", "there are 0 headings"},
		"one language":   {"# A\n\na\n", "there are 1 headings"},
		"three":          {"# A\na\n# B\nb\n# C\nc\n", "there are 3 headings"},
		"text before":    {"x\n# A\na\n# B\nb\n", "line 1 stands before"},
		"no end":         {"# A\na\n# B\n```\nb\n", "no end"},
		"empty":          {"# A\n# B\nb\n", "heading 1 has no text"},
		"heading inside": {"# A\na\n```\n# B\n```\n", "there are 1 headings"},
	} {
		_, err := docs.Parse(c.src)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	p, err := docs.Parse("# A\na\n# B\n```\nx = 1\n```\n\n```\n$ hailong calc mean a,b \\\n  1,2\nmean  1\nn     2\n```\n\n```\n$ hailong serve\n```\n\n```\n$ hailong calc round 1 \\\n```\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []docs.Command{{"hailong calc mean a,b 1,2", "mean  1\nn     2\n"}, {"hailong calc round 1 \\", ""}}
	if diff := cmp.Diff(want, p.Commands()); diff != "" {
		t.Errorf("commands differ (-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("# A\n\na\n\n# B\n\n```\n$ hailong calc x 1\n1\n```\n")
	f.Add("```\n# A\n")
	f.Fuzz(func(t *testing.T, src string) {
		p, err := docs.Parse(src)
		if err != nil {
			return
		}
		if p.Vietnamese.Title == "" || p.English.Body == "" {
			t.Errorf("got %+v of %q", p, src)
		}
		for _, c := range p.Commands() {
			if !strings.HasPrefix(c.Line, "hailong calc") {
				t.Errorf("got command %q", c.Line)
			}
		}
	})
}
