package questionnaire

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hailong/internal/logic"
	"hailong/internal/yamlfile"
)

// gapStart begins a gap of a text: ${id}, where an earlier answer is put in.
const gapStart = "${"

// maxGap is longer than any gap with an id.
const maxGap = 100

var gapPattern = regexp.MustCompile(`^\$\{([a-z][a-z0-9_]*)\}`)

// gap is a text that has gaps.
type gap struct {
	text Text
	at   string
}

// scope says which answers a text may tell.
type scope struct {
	page  int  // answers of pages before it
	again bool // on a page that repeats
	after bool // after the response, where what is personal can't be read any more
}

// fillings checks what is put into texts.
func (b *builder) fillings() {
	for _, g := range b.gaps {
		sc, ok := b.scopes[g.at]
		for _, lang := range slices.Sorted(maps.Keys(g.text)) {
			path, text := yamlfile.Join(g.at, lang), g.text[lang]
			before, _, found := strings.Cut(text, gapStart)
			if !found {
				continue
			}
			column := b.Spread(b.Place(path), text)
			if !ok {
				b.Tell(column(utf8.RuneCountInString(before)+1), "answers can't be put into this text", "leave "+gapStart+"…} out")
				continue
			}
			b.filling(text, sc, column)
		}
	}
}

// filling checks the gaps of one text.
func (b *builder) filling(text string, sc scope, column func(int) yamlfile.Place) {
	at, chars := 0, 0 // bytes and characters that are behind
	for {
		next := strings.Index(text[at:], gapStart)
		if next < 0 {
			return
		}
		chars += utf8.RuneCountInString(text[at : at+next])
		at += next
		found := gapPattern.FindStringSubmatch(text[at:min(len(text), at+maxGap)])
		if found == nil {
			b.Tell(column(chars+1), gapStart+" begins an answer that is put in, but no id and } follow", "write "+gapStart+"item} with the id of an earlier item")
		} else if message, cure := b.canFill(found[1], sc); message != "" {
			b.Tell(column(chars+1), message, cure)
		}
		at, chars = at+len(gapStart), chars+len(gapStart)
	}
}

// canFill tells why an answer can't be put into a text.
func (b *builder) canFill(id string, sc scope) (message, cure string) {
	if slices.Contains(contextNames, id) {
		return "", ""
	}
	to, ok := b.asked[id]
	if !ok {
		return fmt.Sprintf("there is no item %q", id), b.Suggest(id, b.ids)
	}
	if message, cure := noVariable(id, to); message != "" {
		return message, cure
	}
	switch {
	case to.page >= sc.page:
		return fmt.Sprintf("%q is asked on the same or a later page", id), "move it to an earlier page, or this text to a later one"
	case to.again && !sc.again:
		return fmt.Sprintf("%q is asked once for each chosen agency", id), "put it into texts of pages that repeat"
	case sc.after && to.item.Personal != nil:
		return fmt.Sprintf("%q is personal, and not read again after the response", id), "leave it out"
	}
	return "", ""
}

// contextNames are what conditions and texts may name beside items.
var contextNames = []string{"channel", "lang", "agency_level", "service", "agency", "today"}

// channels are the ways by which a response may come.
var channels = []string{"link", "qr", "kiosk", "invitation", "paper", "phone", "import"}

// context tells a condition what a name of the context is.
func (b *builder) context(id string) logic.Item {
	if known, ok := b.described[id]; ok {
		return known
	}
	codes := channels
	switch id {
	case "channel":
	case "lang":
		codes = b.languages
	case "today":
		return logic.Item{Kind: logic.Date}
	default:
		return logic.Item{Kind: logic.Text}
	}
	options := make(map[string]*float64, len(codes))
	for _, code := range codes {
		options[code] = nil
	}
	b.described[id] = logic.Item{Kind: logic.Code, Options: options}
	return b.described[id]
}
