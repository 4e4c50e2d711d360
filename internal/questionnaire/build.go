package questionnaire

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"hailong/internal/logic"
	"hailong/internal/yamlfile"
)

// builder makes a survey of a decoded file, telling every mistake that needs
// more than one place of the file to be seen.
type builder struct {
	*yamlfile.Notes
	folder       fs.FS // of the survey; nil: there is none
	file         *File
	slug         string
	survey       *Survey // of use only when there are no mistakes
	q            *Questionnaire
	languages    []string
	scales       map[string]scale
	asked        map[string]*asked     // by id of an item, row, rank or text of an option
	ids          []string              // of asked, in order
	pageOf       []span                // of q.Pages, by page of the file
	nodes        int                   // items of the file
	described    map[string]logic.Item // what conditions may know, by id
	measured     map[pair]bool         // pairs that are checked already
	tries        int                   // answers that conditions were tried with
	images       map[string]bool       // files that were looked at, and whether they are good
	gaps         []gap                 // texts with ${…} in them
	scopes       map[string]scope      // where answers may be put into texts, by their paths
	untranslated bool                  // a text is missing in a language
}

// scale is a scale as items get it.
type scale struct {
	options []Option
	missing []Missing
}

// asked is what an id stands for.
type asked struct {
	item  *Item
	at    string // path of the id
	index int    // in the order of ids
	page  int    // index in q.Pages
	node  int    // number of the item in the file
	part  Part
	made  string // what the id is for when it does not stand in the file
	whole bool   // a matrix or ranking itself, or a note: no variable
	again bool   // on a page that repeats
}

// span is a range of pages, both ends inclusive.
type span struct{ first, last int }

// maxVariables keeps one cell of a tally, and the checks of one response, small.
const maxVariables = 2000

// maxLanguages is what the shape of the file allows; more are not looked at.
const maxLanguages = 20

func (b *builder) build() {
	f := b.file
	b.asked, b.measured, b.scales = map[string]*asked{}, map[pair]bool{}, map[string]scale{}
	b.images, b.scopes, b.described = map[string]bool{}, map[string]scope{}, map[string]logic.Item{}
	b.q = &Questionnaire{Survey: b.slug, Notes: f.Notes, Grain: ByMonth, MinN: 10, Measures: []Measure{}, Indices: []Index{}}
	if f.Survey != "" {
		b.q.Survey = f.Survey
	} else if !patterns["slug"].MatchString(b.slug) {
		b.At("", fmt.Sprintf("the folder %q is no name for a survey", b.slug), "rename it, or add survey: with "+spelt["slug"])
	}
	b.languages = f.Languages[:min(len(f.Languages), maxLanguages)]
	if len(b.languages) == 0 {
		b.languages = []string{"vi", "en"}
	}
	unique(b, b.languages, "languages", "language", "", func(l string) string { return l })
	b.q.Languages = b.languages
	b.q.Title = b.text(f.Title, "title")
	b.q.Thanks = b.text(f.Thanks, "thanks")
	for i, t := range f.Intro {
		at := fmt.Sprintf("intro[%d]", i)
		if len(t) == 0 && !b.Unread(at) {
			b.At(at, "the text is empty", "write it, or leave the entry out")
		}
		b.q.Intro = append(b.q.Intro, b.text(t, at))
	}
	b.q.Consent = b.consent()
	if f.Grain != "" {
		b.q.Grain = Grain(f.Grain)
	}
	b.publication()
	for _, name := range slices.Sorted(maps.Keys(f.Scales)) {
		at := fmt.Sprintf("scales[%s]", name)
		b.scales[name] = scale{b.options(f.Scales[name].Options, at, nothing), b.missing(f.Scales[name].Missing, at)}
	}
	work := b.fieldwork()
	if b.pages() {
		b.repeats()
		b.conditions()
		b.checks()
		b.ends()
		b.quotas(&work)
		b.measures()
		b.indices()
		b.fillings()
		b.q.Changes = b.changes()
	}
	b.survey = &Survey{Questionnaire: b.q, Fieldwork: work, Warnings: b.Warned(), Untranslated: b.untranslated}
	if len(b.Mistakes) > 0 {
		return
	}
	if err := b.q.finish(); err != nil {
		b.At("", err.Error(), "see the items it names")
	}
}

// unique tells entries of a list that have the name of an earlier one; field is
// where the name stands in an entry.
func unique[T any](b *builder, list []T, at, what, field string, name func(T) string) {
	seen := map[string]int{}
	for i, entry := range list {
		n := name(entry)
		if first, twice := seen[n]; twice && n != "" {
			b.At(yamlfile.Join(fmt.Sprintf("%s[%d]", at, i), field), fmt.Sprintf("the %s %q is there twice, first on line %d", what, n, b.line(yamlfile.Join(fmt.Sprintf("%s[%d]", at, first), field))), "give one of the two another name, or leave it out")
			continue
		}
		seen[n] = i
	}
}

// line returns the line of a path, or of the nearest part around it.
func (b *builder) line(path string) int { return max(b.Place(path).Line, 1) }

// given returns what a key says, or something else when it is not there.
func given[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}
