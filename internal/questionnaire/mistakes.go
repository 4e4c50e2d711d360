package questionnaire

import (
	"fmt"
	"slices"
	"strings"

	"hailong/internal/errs"
)

// notes collects the mistakes of one file and remembers where its parts stand.
type notes struct {
	file     string
	lines    []string
	places   map[string]place // of values, by path, such as pages[0].items[1].text
	names    map[string]place // of the names that authors give as keys, such as scales[five]
	unread   map[string]bool  // paths of values that are there, with a mistake that was told
	mistakes errs.Mistakes
	untold   int // mistakes beyond maxMistakes
	warnings errs.Mistakes
	unwarned int // warnings beyond maxMistakes
	compared int // words, for suggestions

	line1 int // the line that chars are of, from 1
	chars []rune
}

// place is a line and a column in characters, both from 1.
type place struct{ line, column int }

// Limits that keep the worst file cheap and its report readable.
const (
	maxMistakes = 1000
	maxCompared = 100_000 // words, over all suggestions
	maxKnown    = 16      // names that a cure lists
	maxShown    = 1000    // characters of a line that is shown
)

// at tells a mistake at the place of a path, or of the nearest part around it.
func (n *notes) at(path, message, cure string) { n.tell(n.place(path), message, cure) }

// warn tells a fault that does not keep the survey from being tried out.
func (n *notes) warn(path, message, cure string) {
	if len(n.warnings) >= maxMistakes {
		n.unwarned++
		return
	}
	m := n.mistake(n.place(path), message, cure)
	m.Warning = true
	n.warnings = append(n.warnings, m)
}

// place returns the place of a path, or of the nearest part around it.
func (n *notes) place(path string) place {
	for {
		if p, ok := n.places[path]; ok {
			return p
		}
		if path == "" {
			return place{1, 1}
		}
		path = parent(path)
	}
}

func (n *notes) tell(p place, message, cure string) {
	if len(n.mistakes) >= maxMistakes {
		n.untold++
		return
	}
	n.mistakes = append(n.mistakes, n.mistake(p, message, cure))
}

func (n *notes) mistake(p place, message, cure string) errs.Mistake {
	m := errs.Mistake{File: n.file, Line: p.line, Column: p.column, Message: message, Cure: cure}
	if p.line >= 1 && p.line <= len(n.lines) {
		m.Source = shown(n.lines[p.line-1], p.column)
	}
	return m
}

// shown is a line as far as it can be shown: whole, or cut, or not at all when
// the place is beyond the cut.
func shown(line string, column int) string {
	if len(line) <= maxShown {
		return line
	}
	count := 0
	for i := range line {
		if count == maxShown {
			line = line[:i]
			break
		}
		count++
	}
	if column > maxShown {
		return ""
	}
	return line
}

// lacks tells that a part has none of some keys, unless one of them is there
// and was told to be wrong.
func (n *notes) lacks(path, message, cure string, keys ...string) {
	if !n.unread[path] && !slices.ContainsFunc(keys, func(key string) bool { return n.unread[join(path, key)] }) {
		n.at(path, message, cure)
	}
}

// err returns the mistakes as an error, with the warnings between them; nil
// when there are none but warnings.
func (n *notes) err() error {
	if len(n.mistakes) == 0 && n.untold == 0 {
		return nil
	}
	list := slices.Concat(n.mistakes, n.warnings)
	if n.untold > 0 {
		list = append(list, n.more(n.untold, "mistakes"))
	}
	return list.Err()
}

// warned returns the warnings in order of their places.
func (n *notes) warned() errs.Mistakes {
	list := slices.Clone(n.warnings)
	if n.unwarned > 0 {
		m := n.more(n.unwarned, "warnings")
		m.Warning = true
		list = append(list, m)
	}
	if list.Err() == nil { // which sorts them
		return nil
	}
	return list
}

// more is said at the end of a list that was cut.
func (n *notes) more(count int, what string) errs.Mistake {
	return errs.Mistake{
		File: n.file, Line: max(len(n.lines), 1), Column: 1,
		Message: fmt.Sprintf("%d more %s are not listed", count, what), Cure: "correct the others first",
	}
}

// parent returns the path of the part around a path.
func parent(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }
