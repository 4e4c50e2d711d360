package yamlfile

import (
	"fmt"
	"slices"
	"strings"

	"hailong/internal/errs"
)

// Notes collects the mistakes of one file and remembers where its parts stand.
type Notes struct {
	File     string        // name, in messages
	Lines    []string      // of the file, once Document has read it
	Mistakes errs.Mistakes // at most MaxMistakes
	Untold   int           // mistakes beyond those
	Warnings errs.Mistakes

	places   map[string]Place // of values, by path, such as pages[0].items[1].text
	names    map[string]Place // of the names that authors give as keys, such as scales[five]
	unread   map[string]bool  // paths of values that are there, with a mistake that was told
	unwarned int              // warnings beyond MaxMistakes
	compared int              // words, for suggestions

	line1 int // the line that chars are of, from 1
	chars []rune
}

// Place is a line and a column in characters, both from 1.
type Place struct{ Line, Column int }

// MaxMistakes is how many mistakes, and how many warnings, of a file are told.
const MaxMistakes = 1000

// Limits that keep the worst file cheap and its report readable.
const (
	maxCompared = 100_000 // words, over all suggestions
	maxKnown    = 20      // names that a cure lists
	maxShown    = 1000    // characters of a line that is shown
)

// At tells a mistake at the place of a path, or of the nearest part around it.
func (n *Notes) At(path, message, cure string) { n.Tell(n.Place(path), message, cure) }

// Warn tells a fault that does not keep the survey from being tried out.
func (n *Notes) Warn(path, message, cure string) {
	if len(n.Warnings) >= MaxMistakes {
		n.unwarned++
		return
	}
	m := n.mistake(n.Place(path), message, cure)
	m.Warning = true
	n.Warnings = append(n.Warnings, m)
}

// Place returns the place of a path, or of the nearest part around it.
func (n *Notes) Place(path string) Place {
	for {
		if p, ok := n.places[path]; ok {
			return p
		}
		if path == "" {
			return Place{1, 1}
		}
		path = Parent(path)
	}
}

// Tell tells a mistake at a place of the file; the zero Place is the file as a whole.
func (n *Notes) Tell(p Place, message, cure string) {
	if len(n.Mistakes) >= MaxMistakes {
		n.Untold++
		return
	}
	n.Mistakes = append(n.Mistakes, n.mistake(p, message, cure))
}

func (n *Notes) mistake(p Place, message, cure string) errs.Mistake {
	m := errs.Mistake{File: n.File, Line: p.Line, Column: p.Column, Message: message, Cure: cure}
	if p.Line >= 1 && p.Line <= len(n.Lines) {
		m.Source = shown(n.Lines[p.Line-1], p.Column)
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

// Lacks tells that a part has none of some keys, unless one of them is there
// and was told to be wrong.
func (n *Notes) Lacks(path, message, cure string, keys ...string) {
	if !n.unread[path] && !slices.ContainsFunc(keys, func(key string) bool { return n.unread[Join(path, key)] }) {
		n.At(path, message, cure)
	}
}

// Err returns the mistakes as an error, with the warnings between them; nil
// when there are none but warnings.
func (n *Notes) Err() error {
	if len(n.Mistakes) == 0 && n.Untold == 0 {
		return nil
	}
	list := slices.Concat(n.Mistakes, n.Warnings)
	if n.Untold > 0 {
		list = append(list, n.more(n.Untold, "mistakes"))
	}
	return list.Err()
}

// Warned returns the warnings in order of their places.
func (n *Notes) Warned() errs.Mistakes {
	list := slices.Clone(n.Warnings)
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
func (n *Notes) more(count int, what string) errs.Mistake {
	return errs.Mistake{
		File: n.File, Line: max(len(n.Lines), 1), Column: 1,
		Message: fmt.Sprintf("%d more %s are not listed", count, what), Cure: "correct the others first",
	}
}

// Parent returns the path of the part around a path.
func Parent(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }

// Unread reports whether a value stands at a path, with a mistake that was told.
func (n *Notes) Unread(path string) bool { return n.unread[path] }

// Name returns the place of a name that an author gave as a key, such as
// scales[five].
func (n *Notes) Name(path string) (Place, bool) {
	p, ok := n.names[path]
	return p, ok
}

// made makes the maps of a note that has none yet.
func (n *Notes) made() {
	if n.places == nil {
		n.places, n.names, n.unread = map[string]Place{}, map[string]Place{}, map[string]bool{}
	}
}
