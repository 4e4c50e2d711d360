package simulate

import (
	"math/rand/v2"
	"slices"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// pageVariables are the variables of a page: those from first on, before end.
type pageVariables struct {
	def        *questionnaire.Page
	first, end int
	repeats    bool
}

func pagesOf(q *questionnaire.Questionnaire) []pageVariables {
	pages := make([]pageVariables, len(q.Pages))
	next := 0
	for i := range pages {
		p := &pages[i]
		p.def, p.first, p.repeats = &q.Pages[i], next, q.Pages[i].Repeat != ""
		for next < len(q.Variables()) && q.Variables()[next].Page == i {
			next++
		}
		p.end = next
	}
	return pages
}

// choice is an agency that can be chosen in an item.
type choice struct {
	agency  *agency.Agency
	quality []int32 // by wave and factor, where it is rated; else nil
	known   []bool  // by wave: it exists throughout
}

// newChoices lists the agencies that items of type agency offer, by variable. The
// agencies of pages that repeat have a quality of their own.
func newChoices(rng *rand.Rand, c Config, factors int) map[int][]choice {
	choices := map[int][]choice{}
	rated := c.Questionnaire.Choice()
	for i := range c.Questionnaire.Variables() {
		v := &c.Questionnaire.Variables()[i]
		if v.Item.Type != questionnaire.AgencyType || v.Part != questionnaire.Whole {
			continue
		}
		list := []choice{}
		for _, a := range c.offered(v.Item) {
			one := choice{agency: a, known: make([]bool, len(c.Waves))}
			for w, wave := range c.Waves {
				one.known[w] = a.ValidOn(wave.Opens.String()) && a.ValidOn(wave.Closes.String())
			}
			if rated != nil && rated.Index == i {
				one.quality = drift(rng, len(c.Waves), factors)
			}
			list = append(list, one)
		}
		choices[i] = list
	}
	return choices
}

// offered lists the agencies that an item offers. Without a registry these are
// among those that receive responses.
func (c *Config) offered(item *questionnaire.Item) []*agency.Agency {
	list := c.Agencies
	if c.Registry != nil {
		list = c.Registry.All()
		if item.Within != "" {
			list = c.Registry.Subtree(c.Registry.ByID(item.Within))
		}
	}
	if len(item.Levels) == 0 {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(a *agency.Agency) bool { return !slices.Contains(item.Levels, a.Level) })
}

// mostRated is how many agencies one respondent rates.
const mostRated = 3

// chosen draws the agencies of an item: one, or where several may be chosen one
// to three. Nobody chooses one that does not exist throughout the wave.
func (d *drawer) chosen(v *variable) (list []*choice) {
	all := d.s.choices[v.def.Index]
	item := v.def.Item
	n := 1
	if item.MaxChoices > 1 {
		n = min(max(1+d.random.below(mostRated), item.MinChoices), item.MaxChoices)
	}
	if len(all) == 0 {
		return nil
	}
	for at, left := d.random.below(len(all)), len(all); left > 0 && len(list) < n; left-- {
		if all[at].known[d.period] {
			list = append(list, &all[at])
		}
		at = (at + 1) % len(all)
	}
	if len(list) < item.MinChoices {
		return nil
	}
	return list
}

// repeat fills in all pages that repeat, once for every agency that was chosen,
// and returns how many variables were asked.
func (d *drawer) repeat() (asked int) {
	v := d.s.config.Questionnaire.Choice()
	if d.r.Answers[v.Index].State != response.Answered {
		return 0
	}
	for _, one := range d.rating {
		k := len(d.r.Repeats)
		if k < cap(d.r.Repeats) {
			d.r.Repeats = d.r.Repeats[:k+1]
		} else {
			d.r.Repeats = append(d.r.Repeats, response.Repeat{})
		}
		d.rated = &d.r.Repeats[k]
		d.rated.Agency = one.agency.Number
		if d.rated.Answers == nil {
			d.rated.Answers = make([]response.Answer, len(d.r.Answers))
		}
		clear(d.rated.Answers)
		d.page = -1
		quality := one.quality[d.period*len(one.quality)/len(d.s.periods):]
		for _, p := range d.s.pages {
			if p.repeats {
				asked += d.answerPage(p, quality)
			}
		}
	}
	d.rated, d.shownItem, d.page = nil, nil, -1
	return asked
}
