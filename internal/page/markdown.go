package page

import (
	"bytes"
	"html"
	"html/template"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown renders the Markdown of a questionnaire. It is the only place that
// makes HTML of a text: raw HTML and dangerous links are left out (goldmark's
// safe mode), and pictures become their words, because pictures of a survey
// are files of its folder with a description of their own.
func markdown(src string) template.HTML {
	if plain(src) {
		return template.HTML("<p>" + html.EscapeString(src) + "</p>") //nolint:gosec // escaped
	}
	var b bytes.Buffer
	if err := converter().Convert([]byte(src), &b); err != nil {
		return template.HTML("<p>" + html.EscapeString(src) + "</p>") //nolint:gosec // escaped
	}
	return template.HTML(strings.TrimSpace(b.String())) //nolint:gosec // goldmark's safe mode
}

// line renders Markdown without the paragraph around it, for places that hold
// one line.
func line(src string) template.HTML {
	s := string(markdown(src))
	inner, ok := strings.CutPrefix(s, "<p>")
	if inner, ok2 := strings.CutSuffix(inner, "</p>"); ok && ok2 && !strings.Contains(inner, "<p>") {
		return template.HTML(inner) //nolint:gosec // part of what markdown returned
	}
	return template.HTML(s) //nolint:gosec // what markdown returned
}

// plain reports whether a text is one paragraph without any markup, which most are.
func plain(src string) bool {
	if src == "" || strings.ContainsAny(src, "\\`*_[]<>&#\n\r\t:@") {
		return false
	}
	first := src[0]
	return first != ' ' && first != '-' && first != '+' && first != '=' && first != '~' && (first < '0' || first > '9') && !strings.HasSuffix(src, " ")
}

var converter = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(goldmark.WithParserOptions(
		parser.WithASTTransformers(util.Prioritized(tame{}, 100)),
	))
})

// tame fits a text into a page: its headings stand below the page's own, its
// links open beside the form, so that no answer is lost, and there are no pictures.
type tame struct{}

// Transform implements goldmark's parser.ASTTransformer.
func (tame) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var pictures []*ast.Image
	// The function never fails, so that Walk does not either.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			n.Level = 2
		case *ast.Link:
			beside(n)
		case *ast.AutoLink:
			beside(n)
		case *ast.Image:
			pictures = append(pictures, n)
		}
		return ast.WalkContinue, nil
	})
	for _, p := range pictures {
		if parent := p.Parent(); parent != nil {
			parent.ReplaceChild(parent, p, ast.NewString(alternative(p, reader.Source())))
		}
	}
}

func beside(n ast.Node) {
	n.SetAttributeString("rel", []byte("noopener"))
	n.SetAttributeString("target", []byte("_blank"))
}

// alternative is the text inside a picture's brackets.
func alternative(n ast.Node, source []byte) []byte {
	var b []byte
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		switch c := c.(type) {
		case *ast.Text:
			if entering {
				b = append(b, c.Segment.Value(source)...)
			}
		case *ast.String:
			if entering {
				b = append(b, c.Value...)
			}
		}
		return ast.WalkContinue, nil
	})
	return b
}
