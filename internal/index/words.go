package index

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hailong/internal/composite"
	"hailong/internal/yamlfile"
)

// maxText is the length of a text that stands on a line, in characters.
const maxText = 1000

// text checks a text in every language.
func (b *builder) text(path string, t Text) {
	if len(t) == 0 {
		key := path[strings.LastIndexByte(path, '.')+1:]
		b.Lacks(yamlfile.Parent(path), "there is no "+key, "write "+key+": {vi: \"…\", en: \"…\"}", key)
		return
	}
	for _, lang := range []string{"vi", "en"} {
		if t[lang] == "" {
			b.Lacks(path, "the text is missing in "+lang, "write it in both languages: {vi: \"…\", en: \"…\"}", lang)
		}
	}
	for lang, s := range t {
		if lang != "vi" && lang != "en" {
			b.At(path+"."+lang, fmt.Sprintf("texts are in vi and en, not in %q", lang), "leave it out")
		}
		if utf8.RuneCountInString(s) > maxText {
			b.At(path+"."+lang, fmt.Sprintf("the text has more than %d characters", maxText), "make it shorter; what is longer stands in notes")
		}
	}
}

// word checks a word by its pattern; an empty one is told elsewhere.
func (b *builder) word(path, word string, pattern *regexp.Regexp, allowed, what string) {
	if word != "" && !pattern.MatchString(word) {
		b.At(path, fmt.Sprintf("bad %s %q", what, word), allowed)
	}
}

// choice returns the position of a word in those that may be used; the first is
// meant when it is left out.
func (b *builder) choice(path, word string, known []string) int {
	if word == "" {
		return 0
	}
	i := slices.Index(known, word)
	if i < 0 {
		b.At(path, fmt.Sprintf("unknown word %q", word), b.OneOf(word, known))
	}
	return max(i, 0)
}

// once tells an id that was there before.
func (b *builder) once(seen map[string]bool, path, id, what string) {
	if id != "" && seen[id] {
		b.At(path, fmt.Sprintf("the %s %q is there twice", what, id), "remove one of the two")
	}
	seen[id] = true
}

// name checks the id of an indicator or group, which share their names.
func (b *builder) name(at, id, what string) {
	if id == "" {
		b.Lacks(at, fmt.Sprintf("the %s has no id", what), idWords, "id")
		return
	}
	b.word(at+".id", id, b.id, idWords, "id")
	if first, twice := b.parts[id]; twice {
		b.At(at+".id", fmt.Sprintf("the id %q is already used on line %d", id, b.Place(first).Line), "indicators and groups need ids of their own")
		return
	}
	b.parts[id] = at + ".id"
}

// span reads a range of periods of the calendar.
func (b *builder) span(at, fromPath, toPath, from, to string) Span {
	whole := true
	for _, end := range [][2]string{{fromPath, from}, {toPath, to}} {
		if end[1] != "" && firstDay(end[1]) == "" {
			b.At(end[0], fmt.Sprintf("%q is no period of the calendar", end[1]), "write a year, a quarter or a month in quotes: \"2026\", \"2026-Q3\" or \"2026-11\"")
			whole = false
		}
	}
	if !whole {
		return Span{}
	}
	if from != "" && to != "" && firstDay(from) > lastDay(to) {
		b.At(at, fmt.Sprintf("no period is from %s to %s", from, to), "give from the sooner one")
	}
	return Span{From: from, To: to}
}

// period checks a period: of the calendar, or the id of a wave.
func (b *builder) period(path, period string) {
	if period != "" && firstDay(period) == "" && !b.wave.MatchString(period) {
		b.At(path, fmt.Sprintf("bad period %q", period), "write 2026, 2026-Q3, 2026-11 or the id of a wave, in quotes")
	}
}

// classes reads the grades, in one order or the other.
func (b *builder) classes() {
	seen := map[string]bool{}
	up, down := true, true
	last := math.NaN()
	for i, c := range b.file.Classes {
		at := fmt.Sprintf("classes[%d]", i)
		b.once(seen, at+".id", c.ID, "class")
		if c.ID == "" {
			b.Lacks(at, "the class has no id", idWords, "id")
		}
		b.word(at+".id", c.ID, b.id, idWords, "id")
		b.text(at+".title", c.Title)
		if c.AtLeast == nil {
			b.Lacks(at, "nobody says where the class begins", "write at_least: 15", "at_least")
			continue
		}
		up, down = up && !(*c.AtLeast <= last), down && !(*c.AtLeast >= last)
		last = *c.AtLeast
		b.x.Classes = append(b.x.Classes, Class{ID: c.ID, Title: c.Title, AtLeast: *c.AtLeast})
	}
	if !up && !down {
		b.At("classes", "the classes are in no order, or two begin at the same value", "sort them by at_least, each value once")
	}
}

// withheld reads which units get no index.
func (b *builder) withheld() {
	seen := map[string]bool{}
	for i, w := range b.file.Withheld {
		at := fmt.Sprintf("withheld[%d]", i)
		if w.Unit == "" {
			b.Lacks(at, "nobody says which unit is withheld", "write unit: with its id", "unit")
		}
		b.word(at+".unit", w.Unit, b.unit, unitWords, "unit")
		list := b.x.Units.List
		if len(list) > 0 && w.Unit != "" && !slices.ContainsFunc(list, func(u Unit) bool { return u.ID == w.Unit }) {
			b.At(at+".unit", fmt.Sprintf("the unit %q is not on the list", w.Unit), b.Suggest(w.Unit, unitIDs(list)))
		}
		b.period(at+".period", w.Period)
		b.text(at+".reason", w.Reason)
		b.once(seen, at, w.Unit+" "+w.Period, "unit")
		b.x.Withheld = append(b.x.Withheld, Withheld(w))
	}
}

// breaks reads where a series begins anew.
func (b *builder) breaks() {
	seen := map[string]bool{}
	for i, f := range b.file.Breaks {
		at := fmt.Sprintf("breaks[%d]", i)
		if f.Period == "" {
			b.Lacks(at, "nobody says when the series begins anew", "write period: \"2026\"", "period")
		}
		b.period(at+".period", f.Period)
		b.once(seen, at+".period", f.Period, "break of")
		b.text(at+".reason", f.Reason)
		if day := firstDay(f.Period); day != "" && !b.x.Periods.has(day) {
			b.At(at+".period", fmt.Sprintf("the index does not cover %s", f.Period), "look at periods")
		}
		b.x.Breaks = append(b.x.Breaks, Break(f))
	}
}

// published reads which figures the results should agree with. Left out, the
// tolerance is half a unit of the last decimal.
func (b *builder) published() {
	for i, f := range b.file.Published {
		at := fmt.Sprintf("published[%d]", i)
		if f.Figure == "" {
			b.Lacks(at, "nobody says which figure was published", "write figure: ID", "figure")
		}
		b.word(at+".figure", f.Figure, b.id, idWords, "figure")
		if _, known := b.parts[f.Part]; f.Part != "" && !known {
			b.At(at+".part", fmt.Sprintf("no indicator or group is called %q", f.Part), b.Suggest(f.Part, b.names()))
		}
		p := Published{Part: f.Part, Figure: f.Figure, Tolerance: 0.5*math.Pow10(-b.x.Rounding) + 1e-9}
		if f.Tolerance != nil {
			if p.Tolerance = *f.Tolerance; p.Tolerance < 0 {
				b.At(at+".tolerance", "a difference can't be below 0", "write a number such as 0.02")
			}
		}
		b.x.Published = append(b.x.Published, p)
	}
}

// names lists the ids of indicators and groups.
func (b *builder) names() []string {
	list := make([]string, 0, len(b.parts))
	for id := range b.parts {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

func unitIDs(list []Unit) []string {
	ids := make([]string, len(list))
	for i, u := range list {
		ids[i] = u.ID
	}
	return ids
}

// means and gaps are what authors call them.
func means() ([]string, []composite.Mean) {
	return []string{"arithmetic", "geometric", "harmonic", "sum"},
		[]composite.Mean{composite.Arithmetic, composite.Geometric, composite.Harmonic, composite.Sum}
}

func gaps() ([]string, []composite.Gap) {
	return []string{"withhold", "rescale", "zero"}, []composite.Gap{composite.Withhold, composite.Rescale, composite.AsZero}
}

// scaleWords are the methods of scaling in the words of authors.
func scaleWords() map[composite.Method]string {
	return map[composite.Method]string{
		composite.AsIs: "as_is", composite.MinMax: "min_max", composite.Goalposts: "goalposts",
		composite.ZScore: "z", composite.PercentRank: "rank",
	}
}
