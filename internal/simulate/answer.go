package simulate

import (
	"math/bits"

	"hailong/internal/questionnaire"
)

// option draws one option: by popularity, or where options have values by an
// ordered logit.
func (d *drawer) option(v *variable, quality int32) uint8 {
	if v.levels == nil {
		return uint8(pick(v.options, d.random.take(32))) //nolint:gosec // an item has at most 255 options
	}
	latent := d.latent(v, quality)
	level := 0
	for level < len(v.cuts) && latent > v.cuts[level] {
		level++
	}
	return v.levels[level]
}

// latent is where the respondent stands on this variable.
func (d *drawer) latent(v *variable, quality int32) int32 {
	noise := d.s.chance.logistic[d.random.take(tableBits)]
	opinion := quality + d.person.trait - v.difficulty
	if d.person.straightLiner {
		if d.page != v.def.Page {
			d.page, d.noise = v.def.Page, quality+d.person.trait+noise
		}
		return d.noise
	}
	if d.person.speeder {
		return opinion/hasteDivides + 2*noise
	}
	return opinion + noise
}

// set draws any of the options, or one exclusive option alone. Zero: none.
func (d *drawer) set(v *variable) uint64 {
	options := v.def.Item.Options
	var set, exclusive uint64
	for i, limit := range v.shares {
		chosen := uint64(0)
		if d.random.chance(limit) {
			chosen = 1 << i
		}
		if options[i].Exclusive {
			exclusive |= chosen
		} else {
			set |= chosen
		}
	}
	if exclusive != 0 && (set == 0 || d.random.chance(1<<15)) {
		set = exclusive & -exclusive // exclusive options stand alone, even without each other
	}
	item := v.def.Item
	if set == 0 && item.Must(d.lookup) {
		set = 1 << d.random.below(len(options))
	}
	if set == 0 || item.MinChoices <= 1 && item.MaxChoices == 0 {
		return set
	}
	return d.limited(item, set)
}

// limited keeps a set to the number of options that may be chosen.
func (d *drawer) limited(item *questionnaire.Item, set uint64) uint64 {
	var free uint64 // those that may be chosen together
	for i := range item.Options {
		if !item.Options[i].Exclusive {
			free |= 1 << i
		}
	}
	if set&free == 0 && item.MinChoices <= 1 {
		return set
	}
	least, most := min(item.MinChoices, bits.OnesCount64(free)), len(item.Options)
	if item.MaxChoices > 0 {
		most = item.MaxChoices
	}
	for set &= free; bits.OnesCount64(set) < least; {
		set |= free & (1 << d.random.below(len(item.Options)))
	}
	for bits.OnesCount64(set) > most {
		set &^= 1 << d.random.below(len(item.Options))
	}
	return set
}

// amount draws a number; small ones are far more common.
func (d *drawer) amount(v *variable) int64 {
	u := uint64(d.random.take(32))
	u = u * u >> 32
	u = u * u >> 32
	high, _ := bits.Mul64(u<<32, uint64(v.span)+1) //nolint:gosec // the width is not negative
	return v.low + int64(high)                     //nolint:gosec // below the width
}

// words draws a comment that suits the opinion, from the few who write one.
func (d *drawer) words(v *variable, quality int32) string {
	item := v.def.Item
	if !item.Must(d.lookup) && (!d.random.chance(writers) || d.person.speeder) {
		return ""
	}
	mood := quality + d.person.trait + d.s.chance.logistic[d.random.take(tableBits)]
	lang := d.s.config.Questionnaire.Languages[d.r.Lang]
	return fitting(item, comment(mood, lang, item.MaxChars, d.random.take(16)))
}
