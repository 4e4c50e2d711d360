// Package docs holds the pages about methods: what a number of the platform
// means, its formula and source, where it is undefined, an example worked by
// hand, and the command that gives the same digits.
//
// A page is a Markdown file of the folder methods, in two languages: a heading of
// the first level and a summary in Vietnamese, then a heading of the first level
// and all else in English. Fenced blocks that begin with "$ hailong calc" are
// commands with their exact output; a test of the program runs all of them.
package docs

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed methods/*.md
var files embed.FS

// Page is the page of one method. Titles are plain text, bodies Markdown.
type Page struct {
	Name       string // in its address: docs/methods/NAME
	Group      string // ID of its group
	Vietnamese Text
	English    Text
}

// Text is a page in one language.
type Text struct{ Title, Body string }

// In returns the page in a language; English unless it is Vietnamese ("vi").
func (p *Page) In(lang string) Text {
	if lang == "vi" {
		return p.Vietnamese
	}
	return p.English
}

// Group is a part of the list of pages.
type Group struct {
	ID      string
	Message string // ID of the message with its name
	Pages   []string
}

// Groups returns the pages in the order of the list.
func Groups() []Group {
	return []Group{
		{"measures", "docs.group_measures", []string{"measures", "nps", "pooled-share", "mean-of-shares", "missing-values", "rounding"}},
		{"precision", "docs.group_precision", []string{
			"sample-types", "taylor-strata", "clusters", "ratio", "korn-graubard", "wilson", "clopper-pearson", "logit-and-t",
		}},
		{"weights", "docs.group_weights", []string{"post-stratification", "raking", "trimming", "calibration-se"}},
		{"comparison", "docs.group_comparison", []string{"differences", "multiplicity", "rao-scott", "ranks", "shrinkage", "funnel"}},
		{"index", "docs.group_index", []string{"composite-index", "outliers", "normalisation", "aggregation", "points-and-classes"}},
		{"scales", "docs.group_scales", []string{"reliability", "drivers"}},
		{"fieldwork", "docs.group_fieldwork", []string{"sample-size", "detectable-change", "aapor", "quality"}},
		{"trust", "docs.group_trust", []string{"disclosure", "receipts"}},
	}
}

// library reads all pages once.
var library = sync.OnceValues(func() (map[string]*Page, error) {
	all := map[string]*Page{}
	for _, g := range Groups() {
		for _, name := range g.Pages {
			src, err := files.ReadFile("methods/" + name + ".md")
			if err != nil {
				return nil, fmt.Errorf("reading a page of documentation: %w", err)
			}
			p, err := Parse(string(src))
			if err != nil {
				return nil, fmt.Errorf("methods/%s.md: %w", name, err)
			}
			p.Name, p.Group = name, g.ID
			all[name] = &p
		}
	}
	return all, nil
})

// Find returns the page of a method; false when there is none. The error is that
// of a broken file, which the tests find.
func Find(name string) (*Page, bool, error) {
	all, err := library()
	if err != nil {
		return nil, false, err
	}
	p, ok := all[name]
	return p, ok, nil
}

// Parse reads a page. It must have exactly two headings of the first level, one
// for each language, and something below each.
func Parse(src string) (Page, error) {
	var texts []Text
	fence := false
	for at, line := range strings.Split(src, "\n") {
		if strings.HasPrefix(line, "```") {
			fence = !fence
		}
		if title, ok := strings.CutPrefix(line, "# "); ok && !fence {
			texts = append(texts, Text{Title: strings.TrimSpace(title)})
			continue
		}
		if len(texts) == 0 {
			if strings.TrimSpace(line) != "" {
				return Page{}, fmt.Errorf("line %d stands before the first heading; begin with # and the Vietnamese title", at+1)
			}
			continue
		}
		texts[len(texts)-1].Body += line + "\n"
	}
	if fence {
		return Page{}, fmt.Errorf("a fenced block has no end")
	}
	if len(texts) != 2 {
		return Page{}, fmt.Errorf("there are %d headings of the first level; a page has two, Vietnamese and English", len(texts))
	}
	for i := range texts {
		texts[i].Body = strings.TrimSpace(texts[i].Body)
		if texts[i].Title == "" || texts[i].Body == "" {
			return Page{}, fmt.Errorf("heading %d has no text, or nothing below", i+1)
		}
	}
	return Page{Vietnamese: texts[0], English: texts[1]}, nil
}

// Command is a command of a page with what it prints.
type Command struct {
	Line   string // without "$ "; a backslash at the end of a line joins it with the next
	Output string
}

// Commands returns the fenced blocks of a page that begin with "$ hailong calc".
func (p *Page) Commands() []Command {
	var list []Command
	blocks := strings.Split("\n"+p.English.Body, "\n```")
	for i := 1; i < len(blocks); i += 2 {
		line, ok := strings.CutPrefix(blocks[i], "\n$ ")
		if !ok || !strings.HasPrefix(line, "hailong calc ") {
			continue
		}
		lines := strings.Split(line, "\n")
		n := slices.IndexFunc(lines, func(l string) bool { return !strings.HasSuffix(l, "\\") })
		if n < 0 {
			n = len(lines) - 1
		}
		joined := strings.ReplaceAll(strings.Join(lines[:n+1], "\n"), "\\\n", "")
		c := Command{Line: strings.Join(strings.Fields(joined), " ")}
		if n+1 < len(lines) {
			c.Output = strings.Join(lines[n+1:], "\n") + "\n"
		}
		list = append(list, c)
	}
	return list
}
