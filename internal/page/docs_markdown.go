package page

import (
	"bytes"
	"html"
	"html/template"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// documentation renders the Markdown of a page of documentation. It differs from
// [markdown] in what the page is: headings keep their order and begin at a level,
// links lead to other pages of documentation in the reader's language and stay in
// the window, and formulas can be reached and moved by the keyboard where they
// are wider than a telephone. Raw HTML is left out, too.
func documentation(f Frame, src string, level int) template.HTML {
	source := []byte(src)
	md := docsConverter()
	root := md.Parser().Parse(text.NewReader(source))
	// The function never fails, so that Walk does not either.
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Heading:
			if entering {
				n.Level = min(level+max(n.Level-2, 0), 6)
			}
		case *ast.Link:
			if dest := string(n.Destination); entering && !strings.ContainsAny(dest, ":/#?") {
				n.Destination = []byte(f.Go(docsPath + dest))
			}
		}
		return ast.WalkContinue, nil
	})
	var b bytes.Buffer
	if err := md.Renderer().Render(&b, source, root); err != nil {
		return template.HTML("<p>" + html.EscapeString(src) + "</p>") //nolint:gosec // escaped
	}
	return template.HTML(strings.TrimSpace(b.String())) //nolint:gosec // goldmark's safe mode
}

var docsConverter = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(goldmark.WithRendererOptions(
		renderer.WithNodeRenderers(util.Prioritized(formulas{}, 100)),
	))
})

// formulas renders fenced blocks as regions that the keyboard can scroll.
type formulas struct{}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (formulas) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			_, err := w.WriteString("</code></pre>\n")
			return ast.WalkContinue, err
		}
		if _, err := w.WriteString(`<pre tabindex="0"><code>`); err != nil {
			return ast.WalkStop, err
		}
		lines := n.Lines()
		for i := range lines.Len() {
			line := lines.At(i)
			if _, err := w.WriteString(html.EscapeString(string(line.Value(source)))); err != nil {
				return ast.WalkStop, err
			}
		}
		return ast.WalkContinue, nil
	})
}
