package importer

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

// maxMends is how often a file is checked and mended.
const maxMends = 4

// mend checks the file as every file is checked, and leaves out what has a
// mistake: the checker knows more than any importer, such as that no answer
// makes a condition true. What can't be mended is an error.
func (a *assembly) mend() error {
	for range maxMends {
		mistakes, src, err := check(a.file)
		if err != nil {
			return err
		}
		if len(mistakes) == 0 {
			return nil
		}
		places, err := positions(src)
		if err != nil {
			return err
		}
		mended := false
		for _, m := range mistakes {
			if a.leaveOut(places.path(m.Line, m.Column), m) {
				mended = true
			}
		}
		if !mended {
			return unreadable("see the report, correct it in the source, and import it again", "what the file says can't be said here (%s)", mistakes[0].Message)
		}
	}
	return unreadable("see the report, correct the source, and import it again", "what the file says can't be said here")
}

// check returns the mistakes of a file, without warnings, and the text they are in.
func check(f *questionnaire.File) (errs.Mistakes, []byte, error) {
	src := f.Encode(nil)
	slug := f.Survey
	_, err := questionnaire.Parse(slug, "survey.yaml", src)
	var mistakes errs.Mistakes
	if err != nil && !errors.As(err, &mistakes) {
		return nil, src, fmt.Errorf("check what was imported: %w", err)
	}
	mistakes = slices.DeleteFunc(mistakes, func(m errs.Mistake) bool { return m.Warning })
	return mistakes, src, nil
}

// position is where a part of a file begins.
type position struct {
	line, column int
	path         string
}

type positionList []position

// positions lists where the parts of a YAML text begin, in its order.
func positions(src []byte) (positionList, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(src, &root); err != nil {
		return nil, fmt.Errorf("read what was imported: %w", err)
	}
	var list positionList
	var walk func(n *yaml.Node, path string)
	walk = func(n *yaml.Node, path string) {
		list = append(list, position{n.Line, n.Column, path})
		for i, c := range n.Content {
			switch {
			case n.Kind == yaml.SequenceNode:
				walk(c, fmt.Sprintf("%s[%d]", path, i))
			case n.Kind == yaml.MappingNode && i%2 == 1:
				walk(c, strings.TrimPrefix(path+"."+n.Content[i-1].Value, "."))
			case n.Kind == yaml.DocumentNode:
				walk(c, path)
			}
		}
	}
	walk(&root, "")
	return list, nil
}

// path returns the part that a place is in.
func (l positionList) path(line, column int) string {
	path := ""
	for _, p := range l {
		if p.line > line || p.line == line && p.column > column {
			break
		}
		path = p.path
	}
	return path
}

var (
	itemPath   = regexp.MustCompile(`^pages\[(\d+)\]\.items\[(\d+)\](?:\.(\w+))?`)
	pageRepeat = regexp.MustCompile(`^pages\[(\d+)\]\.repeat`)
	pagePath   = regexp.MustCompile(`^pages\[(\d+)\]\.(show_if|checks)(?:\[(\d+)\])?`)
)

// leaveOut takes what has a mistake out of the file, and tells the author. It
// reports whether there was something to take out.
func (a *assembly) leaveOut(path string, m errs.Mistake) bool {
	if at := itemPath.FindStringSubmatch(path); at != nil {
		return a.leaveOutOfItem(atoi(at[1]), atoi(at[2]), at[3], m)
	}
	at := pagePath.FindStringSubmatch(path)
	if at == nil {
		return a.leaveOutOfHead(path, m)
	}
	page := &a.file.Pages[atoi(at[1])]
	e := a.entryOf(page.ID, page.Items[0].ID)
	switch n := atoi(at[3]); {
	case at[2] == "show_if" && page.ShowIf != "":
		e.warn("the condition of the page is left out: %s (%s)", m.Message, clip(page.ShowIf, 200))
		page.ShowIf = ""
	case at[2] == "checks" && n >= 0 && n < len(page.Checks) && page.Checks[n].Require != "":
		a.entryOf(page.Checks[n].Item, page.Checks[n].Item).change("a check is left out: %s (%s)", m.Message, clip(page.Checks[n].Require, 200))
		page.Checks = slices.Delete(page.Checks, n, n+1)
	default:
		return false
	}
	return true
}

// leaveOutOfHead takes out a part of what an edited export of ours kept: it may
// be about items and options that are no longer there.
func (a *assembly) leaveOutOfHead(path string, m errs.Mistake) bool {
	f := a.file
	part, had := "", false
	switch {
	case strings.HasPrefix(path, "indices"), strings.HasPrefix(path, "measures"):
		part, had = "measures and indices", len(f.Measures)+len(f.Indices) > 0
		f.Measures, f.Indices = nil, nil
	case strings.HasPrefix(path, "ends"):
		part, had = "ends", len(f.Ends) > 0
		f.Ends = nil
	case strings.HasPrefix(path, "fieldwork"):
		part, had = "quotas", len(f.Fieldwork.Quotas) > 0
		f.Fieldwork.Quotas = nil
	case strings.HasPrefix(path, "changes"):
		part, had = "changes", f.Changes != nil
		f.Changes = nil
	case pageRepeat.MatchString(path):
		page := &f.Pages[atoi(pageRepeat.FindStringSubmatch(path)[1])]
		part, had = "repeat of the page "+page.ID, page.Repeat != ""
		page.Repeat = ""
	}
	if had {
		a.report.add(OtherEntry, part, "", "").warn("left out, because it no longer fits: %s", m.Message)
	}
	return had
}

// atoi reads a number of a path, -1 for none.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// entryOf finds the entry of what has one of two ids.
func (a *assembly) entryOf(id, otherwise string) *Entry {
	for _, want := range []string{id, otherwise} {
		for _, e := range a.report.Entries {
			if e.ID == want && want != "" {
				return e
			}
		}
	}
	return a.report.add(OtherEntry, "the whole", "", "")
}

// leaveOutOfItem takes a key out of an item, or the item with a calculation
// that can't be said.
func (a *assembly) leaveOutOfItem(page, item int, key string, m errs.Mistake) bool {
	items := a.file.Pages[page].Items
	if item >= len(items) {
		return false
	}
	it := &items[item]
	e := a.entryOf(it.ID, "")
	left := func(what, src string) bool {
		e.warn("%s is left out: %s (%s)", what, m.Message, clip(src, 200))
		return true
	}
	switch key {
	case "show_if":
		src := it.ShowIf
		it.ShowIf = ""
		return src != "" && left("its condition", src)
	case "required_if":
		src := it.RequiredIf
		it.RequiredIf = ""
		return src != "" && left("required_if", src)
	case "pattern":
		src := it.Pattern
		it.Pattern, it.Message = "", nil
		return src != "" && left("the pattern", src)
	case "min", "max", "min_choices", "max_choices", "min_chars", "max_chars", "earliest", "latest":
		return a.leaveOutLimits(it, e, m)
	case "calculate":
		if len(items) == 1 {
			return false
		}
		e.refuse("its calculation: %s (%s)", m.Message, clip(it.Calculate, 200))
		a.file.Pages[page].Items = slices.Delete(items, item, item+1)
		return true
	}
	return false
}

func (a *assembly) leaveOutLimits(it *questionnaire.FileItem, e *Entry, m errs.Mistake) bool {
	had := it.Min != nil || it.Max != nil || it.MinChoices != nil || it.MaxChoices != nil || it.MinChars != nil || it.MaxChars != nil || it.Earliest+it.Latest != ""
	if it.Type == string(questionnaire.Rating) || !had {
		return false
	}
	it.Min, it.Max, it.MinChoices, it.MaxChoices, it.MinChars, it.MaxChars, it.Earliest, it.Latest = nil, nil, nil, nil, nil, nil, "", ""
	e.warn("its limits are left out: %s", m.Message)
	return true
}
