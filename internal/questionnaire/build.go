package questionnaire

import (
	"fmt"
	"maps"
	"slices"
)

// builder makes a survey of a decoded file, telling every mistake that needs
// more than one place of the file to be seen.
type builder struct {
	*notes
	file      *surveyFile
	slug      string
	survey    *Survey // of use only when there are no mistakes
	q         *Questionnaire
	languages []string
	scales    map[string]scale
	asked     map[string]*asked // by id of an item or row
	ids       []string          // of asked, in order
	measured  map[pair]bool     // pairs that are checked already
}

// scale is a scale as items get it.
type scale struct {
	options []Option
	missing []Missing
}

// asked is what an id of an item or a row stands for. A matrix's own id stands
// for no variable.
type asked struct {
	item *Item
	at   string // path of the id
	page int
	node int // number of the item in the file
	row  bool
}

// maxVariables keeps one cell of a tally, and the checks of one response, small.
const maxVariables = 2000

func (b *builder) build() {
	f := b.file
	b.asked, b.measured, b.scales = map[string]*asked{}, map[pair]bool{}, map[string]scale{}
	b.q = &Questionnaire{Survey: b.slug, Notes: f.Notes, Grain: ByMonth, MinN: 10, Measures: []Measure{}, Indices: []Index{}}
	if f.Survey != "" {
		b.q.Survey = f.Survey
	} else if !patterns["slug"].MatchString(b.slug) {
		b.at("", fmt.Sprintf("the folder %q is no name for a survey", b.slug), "rename it, or add survey: with "+spelt["slug"])
	}
	b.languages = f.Languages
	if len(b.languages) == 0 {
		b.languages = []string{"vi", "en"}
	}
	unique(b, b.languages, "languages", "language", "", func(l string) string { return l })
	b.q.Languages = b.languages
	b.q.Title = b.text(f.Title, "title")
	b.q.Thanks = b.text(f.Thanks, "thanks")
	for i, t := range f.Intro {
		at := fmt.Sprintf("intro[%d]", i)
		if len(t) == 0 && !b.unread[at] {
			b.at(at, "the text is empty", "write it, or leave the entry out")
		}
		b.q.Intro = append(b.q.Intro, b.text(t, at))
	}
	if f.Grain != "" {
		b.q.Grain = Grain(f.Grain)
	}
	if f.MinN != nil {
		b.q.MinN = *f.MinN
	}
	for _, name := range slices.Sorted(maps.Keys(f.Scales)) {
		at := fmt.Sprintf("scales[%s]", name)
		b.scales[name] = scale{b.options(f.Scales[name].Options, at, false), b.missing(f.Scales[name].Missing, at)}
	}
	work := b.fieldwork()
	if b.pages() {
		b.conditions()
		b.measures()
		b.indices()
	}
	b.survey = &Survey{Questionnaire: b.q, Fieldwork: work}
	if len(b.mistakes) > 0 {
		return
	}
	if err := b.q.finish(); err != nil {
		b.at("", err.Error(), "see the items it names")
	}
}

// unique tells entries of a list that have the name of an earlier one; field is
// where the name stands in an entry.
func unique[T any](b *builder, list []T, at, what, field string, name func(T) string) {
	seen := map[string]int{}
	for i, entry := range list {
		n := name(entry)
		if first, twice := seen[n]; twice && n != "" {
			b.at(join(fmt.Sprintf("%s[%d]", at, i), field), fmt.Sprintf("the %s %q is there twice, first on line %d", what, n, b.line(join(fmt.Sprintf("%s[%d]", at, first), field))), "give one of the two another name, or leave it out")
			continue
		}
		seen[n] = i
	}
}

// line returns the line of a path, or of the nearest part around it.
func (n *notes) line(path string) int {
	for {
		if p, ok := n.places[path]; ok || path == "" {
			return max(p.line, 1)
		}
		path = parent(path)
	}
}

// text checks that a text is there in every language, and in no other.
func (b *builder) text(t Text, at string) Text {
	if len(t) == 0 {
		return nil
	}
	for _, lang := range b.languages {
		if t[lang] == "" && !b.unread[join(at, lang)] {
			b.at(at, fmt.Sprintf("the text is missing in language %q", lang), fmt.Sprintf("add %s:", lang))
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(b.languages, lang) {
			b.at(join(at, lang), fmt.Sprintf("the language %q is not one of the survey's languages", lang), "add it to languages:, or leave the text out")
		}
	}
	return t
}

func (b *builder) options(list []optionFile, at string, exclusive bool) []Option {
	unique(b, list, at+".options", "option code", "code", func(o optionFile) string { return string(o.Code) })
	options := make([]Option, 0, len(list))
	for i, o := range list {
		path := fmt.Sprintf("%s.options[%d]", at, i)
		if slices.Contains(takenCodes, string(o.Code)) {
			b.at(path+".code", fmt.Sprintf("%q is the code of an answer that is missing", o.Code), "offer it under missing:, or choose another code")
		}
		if o.Exclusive && !exclusive {
			b.at(path+".exclusive", "only options of an item of type multiple can be exclusive", "leave it out")
		}
		options = append(options, Option{Code: string(o.Code), Value: o.Value, Label: b.text(o.Label, path+".label"), Exclusive: o.Exclusive})
	}
	return options
}

func (b *builder) missing(list []missingFile, at string) []Missing {
	unique(b, list, at+".missing", "missing code", "code", func(m missingFile) string { return string(m.Code) })
	var missing []Missing
	for i, m := range list {
		path := fmt.Sprintf("%s.missing[%d]", at, i)
		label := b.text(m.Label, path+".label")
		if label == nil {
			label = b.standard(string(m.Code), path)
		}
		missing = append(missing, Missing{Code: string(m.Code), Label: label})
	}
	return missing
}

// standard returns the standard label of a missing code in the survey's languages.
func (b *builder) standard(code, at string) Text {
	label := Text{}
	for _, lang := range b.languages {
		s, ok := standardMissing[code][lang]
		if !ok && standardMissing[code] != nil {
			b.at(at, fmt.Sprintf("%s has no standard label in language %q", code, lang), "write {code: "+code+", label: {…}}")
		}
		label[lang] = s
	}
	return label
}

func (b *builder) fieldwork() Fieldwork {
	f := b.file.Fieldwork
	unique(b, f.Waves, "fieldwork.waves", "wave", "id", func(w waveFile) string { return w.ID })
	unique(b, f.Channels, "fieldwork.channels", "channel", "", func(c string) string { return c })
	work := Fieldwork{Channels: f.Channels}
	for i, w := range f.Waves {
		at := fmt.Sprintf("fieldwork.waves[%d]", i)
		if w.Closes != "" && w.Closes < w.Opens {
			b.at(at+".closes", "the wave closes before it opens", "swap the two dates")
		}
		work.Waves = append(work.Waves, Wave{ID: w.ID, Title: b.text(w.Title, at+".title"), Opens: w.Opens, Closes: w.Closes})
	}
	return work
}
