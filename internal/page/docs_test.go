package page

import (
	"strings"
	"testing"

	"hailong/internal/docs"
)

// docsPage is a page of documentation that must be there.
func docsPage(t *testing.T, name string) *docs.Page {
	t.Helper()
	p, ok, err := docs.Find(name)
	if err != nil || !ok {
		t.Fatalf("page %s: got %v, %v", name, ok, err)
	}
	return p
}

// docsFixtures are the list and one page.
func docsFixtures(t *testing.T, lang string) []fixture {
	t.Helper()
	list, err := NewDocs(Frame{Lang: lang, URL: "/docs?lang=" + lang})
	if err != nil {
		t.Fatal(err)
	}
	return []fixture{
		{"docs", list},
		{"docs_method", NewDocsMethod(Frame{Lang: lang, URL: "/docs/methods/pooled-share"}, docsPage(t, "pooled-share"))},
	}
}

// Every page of documentation keeps to what all pages do.
func TestEveryDocsPage(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"vi", "en"} {
		for _, g := range docs.Groups() {
			for _, name := range g.Pages {
				t.Run(lang+"/"+name, func(t *testing.T) {
					t.Parallel()
					got := render(t, NewDocsMethod(Frame{Lang: lang, URL: "/docs/methods/" + name}, docsPage(t, name)))
					checkWords(t, got, lang)
					checkTags(t, got)
					if n := strings.Count(got, `<section class="doc" lang="`); n != 1 {
						t.Errorf("got %d parts in another language, want 1", n)
					}
				})
			}
		}
	}
}

func TestDocumentation(t *testing.T) {
	t.Parallel()
	f := Frame{Lang: "en", URL: "/docs/methods/x?lang=en"}
	for name, c := range map[string]struct {
		src   string
		level int
		want  string
	}{
		"headings":   {"## A\n\n### B", 3, "<h3>A</h3>\n<h4>B</h4>"},
		"first":      {"# A", 2, "<h2>A</h2>"},
		"link":       {"[w](wilson)", 2, `<p><a href="/docs/methods/wilson?lang=en">w</a></p>`},
		"other link": {"[w](https://example.org/a)", 2, `<p><a href="https://example.org/a">w</a></p>`},
		"danger":     {"[w](javascript:alert(1))", 2, `<p><a href="">w</a></p>`},
		"html":       {"a <b onclick=x>b</b>", 2, "<p>a <!-- raw HTML omitted -->b<!-- raw HTML omitted --></p>"},
		"formula":    {"```\na < b & c\n```", 2, "<pre tabindex=\"0\"><code>a &lt; b &amp; c\n</code></pre>"},
	} {
		if got := string(documentation(f, c.src, c.level)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
