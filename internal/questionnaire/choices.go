package questionnaire

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// maxSet is the most options of which several can be chosen: an answer is a
// set of 64 bits.
const maxSet = 64

// maxRanks is the most ranks that a ranking asks for.
const maxRanks = 20

// marks are what options of a list may be marked with.
type marks uint8

const (
	nothing        marks = iota
	others               // other, as of Single
	othersAndAlone       // other and exclusive, as of Multiple
)

func (b *builder) options(list []FileOption, at string, allowed marks) []Option {
	unique(b, list, at+".options", "option code", "code", func(o FileOption) string { return string(o.Code) })
	options := make([]Option, 0, len(list))
	other := -1
	for i, o := range list {
		path := fmt.Sprintf("%s.options[%d]", at, i)
		if slices.Contains(takenCodes, string(o.Code)) {
			b.At(path+".code", fmt.Sprintf("%q is the code of an answer that is missing", o.Code), "offer it under missing:, or choose another code")
		}
		if o.Exclusive && allowed != othersAndAlone {
			b.At(path+".exclusive", "only options of an item of type multiple can be exclusive", "leave it out")
		}
		switch {
		case o.Other && allowed == nothing:
			b.At(path+".other", "only options of items of type single or multiple can ask for a text", "leave it out")
		case o.Other && other >= 0:
			b.At(path+".other", fmt.Sprintf("the option %q asks for a text already", list[other].Code), "mark one option of the item with other")
		case o.Other:
			other = i
		}
		options = append(options, Option{Code: string(o.Code), Value: o.Value, Label: b.text(o.Label, path+".label"), Exclusive: o.Exclusive, Other: o.Other})
	}
	return options
}

func (b *builder) missing(list []FileMissing, at string) []Missing {
	unique(b, list, at+".missing", "missing code", "code", func(m FileMissing) string { return string(m.Code) })
	var missing []Missing
	for i, m := range list {
		path := fmt.Sprintf("%s.missing[%d]", at, i)
		label := b.text(m.Label, path+".label")
		if label == nil {
			code := string(m.Code)
			label = b.standard(standardMissing[code], path, code+" has no standard label", "write {code: "+code+", label: {…}}")
		}
		missing = append(missing, Missing{Code: string(m.Code), Label: label})
	}
	return missing
}

// scaled gives an item the options of its scale, and its missing codes, which
// the item's own replace.
func (b *builder) scaled(it *Item, f *FileItem, at string) {
	it.Scale = f.Scale
	s, ok := b.scales[f.Scale]
	switch {
	case f.Scale == "":
		b.Lacks(at, fmt.Sprintf("the item %q has no scale", f.ID), "add scale: with the name of one of the scales", "scale")
	case !ok:
		b.At(at+".scale", fmt.Sprintf("there is no scale %q", f.Scale), b.Suggest(f.Scale, slices.Sorted(maps.Keys(b.scales))))
	}
	it.Options, it.Missing, it.Order = s.options, s.missing, orderOf(f.Order)
}

func (b *builder) rows(it *Item, f *FileItem, at string, as asked) {
	if len(f.Rows) == 0 {
		b.Lacks(at, fmt.Sprintf("the matrix %q has no rows", f.ID), "add rows:", "rows")
	}
	for i, r := range f.Rows {
		path := fmt.Sprintf("%s.rows[%d]", at, i)
		as.at, as.part, as.whole = path+".id", OfRow, false
		b.name(r.ID, as)
		it.Rows = append(it.Rows, Row{ID: r.ID, Text: b.text(r.Text, path+".text")})
	}
	it.RowOrder = orderOf(f.RowOrder)
}

// chosen fills an item that has options of its own.
func (b *builder) chosen(it *Item, f *FileItem, at string, as asked) {
	allowed := map[ItemType]marks{Single: others, Multiple: othersAndAlone}[it.Type]
	it.Options, it.Order = b.options(f.Options, at, allowed), orderOf(f.Order)
	if len(it.Options) == 0 {
		b.Lacks(at, fmt.Sprintf("the item %q has no options", f.ID), "add options:", "options")
		it.Options = nil
		return
	}
	if otherOf(it.Options) >= 0 {
		text := as
		text.part, text.made = OfOther, fmt.Sprintf("the text beside an option of %q", f.ID)
		b.name(OtherID(f.ID), text)
	}
	if it.Type == Multiple {
		b.several(it, f, at)
	}
	if it.Type == Ranking {
		b.ranks(it, f, at, as)
	}
}

// several fills how many options may be chosen.
func (b *builder) several(it *Item, f *FileItem, at string) {
	it.MinChoices, it.MaxChoices = given(f.MinChoices, 0), given(f.MaxChoices, 0)
	together := 0 // options that can be chosen together
	for i := range it.Options {
		if !it.Options[i].Exclusive {
			together++
		}
	}
	if len(it.Options) > maxSet {
		b.At(at+".options", fmt.Sprintf("an item of type multiple has at most %d options", maxSet), "split the item")
	}
	if it.MaxChoices > together {
		b.At(at+".max_choices", fmt.Sprintf("max_choices is above the %d options that can be chosen together", together), "lower it, or leave it out")
	}
	if most := given(f.MaxChoices, together); it.MinChoices > most {
		b.At(at+".min_choices", fmt.Sprintf("min_choices is above the %d options that can be chosen together", most), "lower it")
	}
}

// ranks fills how many ranks are asked for, and names their variables.
func (b *builder) ranks(it *Item, f *FileItem, at string, as asked) {
	n := len(it.Options)
	it.Ranks, it.MinChoices = given(f.Ranks, n), given(f.MinChoices, 0)
	switch {
	case n < 2:
		b.At(at+".options", "there is nothing to rank", "add options, or use another type")
	case f.Ranks == nil && n > maxRanks:
		b.At(at+".options", fmt.Sprintf("a ranking of %d options asks for too many ranks", n), fmt.Sprintf("add ranks: with at most %d", maxRanks))
	case it.Ranks > n:
		b.At(at+".ranks", fmt.Sprintf("the item %q has only %d options to rank", f.ID, n), "lower ranks, or leave it out")
	case it.MinChoices > it.Ranks:
		b.At(at+".min_choices", fmt.Sprintf("min_choices is above the %d ranks", it.Ranks), "lower it")
	}
	it.Ranks = min(it.Ranks, maxRanks)
	as.part, as.whole, as.made = OfRank, false, fmt.Sprintf("a rank of %q", f.ID)
	for rank := 1; rank <= it.Ranks; rank++ {
		b.name(RankID(f.ID, rank), as)
	}
}

// yesNo makes the options yes and no; the file may give them other words.
func (b *builder) yesNo(f *FileItem, at string) []Option {
	unique(b, f.Options, at+".options", "option code", "code", func(o FileOption) string { return string(o.Code) })
	options := []Option{{Code: "yes", Value: new(1.0)}, {Code: "no", Value: new(0.0)}}
	relabelled := map[string]bool{}
	for i, o := range f.Options {
		path := fmt.Sprintf("%s.options[%d]", at, i)
		label := b.text(o.Label, path+".label")
		k := slices.IndexFunc(options, func(known Option) bool { return known.Code == string(o.Code) })
		switch {
		case k < 0 && o.Code != "":
			b.At(path+".code", fmt.Sprintf("an item of type yes_no has no option %q", o.Code), `use "yes" and "no", or type: single`)
		case o.Value != nil || o.Exclusive || o.Other:
			b.At(path, "options of an item of type yes_no only get other words", "keep code and label, or use type: single")
		case k >= 0:
			options[k].Label, relabelled[options[k].Code] = label, true
		}
	}
	for i := range options {
		if code := options[i].Code; !relabelled[code] {
			options[i].Label = b.standard(standardWords[code], at, code+" has no standard label", "add options: with {code: \""+code+"\", label: {…}}")
		}
	}
	return options
}

// rated makes the options of a rating, which always has words at its ends.
func (b *builder) rated(it *Item, f *FileItem, at string) {
	first, last := 0, 10
	if it.Type == Rating {
		first, last = 1, 5
		if f.Max != nil {
			if last = int(*f.Max); *f.Max != math.Trunc(*f.Max) || last < 3 || last > 10 {
				b.At(at+".max", "a rating goes up to a whole number from 3 to 10", "write 5, or use type: scale")
				last = 5
			}
		}
		it.Low, it.High = b.needed(f.Low, at, "low"), b.needed(f.High, at, "high")
	} else {
		it.Low, it.High = b.or(f.Low, at, "low"), b.or(f.High, at, "high")
	}
	for n := first; n <= last; n++ {
		code := strconv.Itoa(n)
		label := make(Text, len(b.languages))
		for _, lang := range b.languages {
			label[lang] = code
			if n == first && it.Low[lang] != "" {
				label[lang] += " – " + it.Low[lang]
			}
			if n == last && it.High[lang] != "" {
				label[lang] += " – " + it.High[lang]
			}
		}
		it.Options = append(it.Options, Option{Code: code, Value: new(float64(n)), Label: label})
	}
}
