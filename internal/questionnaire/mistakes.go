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
	compared int // words, for suggestions
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
func (n *notes) at(path, message, cure string) {
	for {
		if p, ok := n.places[path]; ok {
			n.tell(p, message, cure)
			return
		}
		if path == "" {
			n.tell(place{1, 1}, message, cure)
			return
		}
		path = parent(path)
	}
}

func (n *notes) tell(p place, message, cure string) {
	if len(n.mistakes) >= maxMistakes {
		n.untold++
		return
	}
	m := errs.Mistake{File: n.file, Line: p.line, Column: p.column, Message: message, Cure: cure}
	if p.line >= 1 && p.line <= len(n.lines) {
		m.Source = shown(n.lines[p.line-1], p.column)
	}
	n.mistakes = append(n.mistakes, m)
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

// err returns the mistakes as an error, nil without any.
func (n *notes) err() error {
	list := slices.Clone(n.mistakes)
	if n.untold > 0 {
		list = append(list, errs.Mistake{
			File: n.file, Line: max(len(n.lines), 1), Column: 1,
			Message: fmt.Sprintf("%d more mistakes are not listed", n.untold), Cure: "correct the others first",
		})
	}
	return list.Err()
}

// parent returns the path of the part around a path.
func parent(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }
