package yamlfile

import (
	"fmt"
	"strings"

	"hailong/internal/errs"
)

// nearest returns the word that was probably meant, nothing when none is near.
func (n *Notes) nearest(word string, known []string) string {
	best, distance := "", min(len(word), 2+len(word)/3)
	for _, k := range known {
		if n.compared++; n.compared > maxCompared || len(word) > 60 || len(k) > 60 {
			continue
		}
		if d := errs.Edits(strings.ToLower(word), k); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// Suggest names the word that was probably meant, or those there are.
func (n *Notes) Suggest(word string, known []string) string {
	best := n.nearest(word, known)
	switch {
	case best != "":
		return fmt.Sprintf("did you mean %q?", best)
	case len(known) == 0:
		return "there are none"
	case len(known) > maxKnown:
		return "known here: " + strings.Join(known[:maxKnown], ", ") + " …"
	}
	return "known here: " + strings.Join(known, ", ")
}

// OneOf names all words that may be used, or of many the one that was probably
// meant.
func (n *Notes) OneOf(word string, known []string) string {
	if best := n.nearest(word, known); best != "" && len(known) > maxKnown/2 {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "use one of " + strings.Join(known, ", ")
}
