package simulate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// variable is how one variable is answered.
type variable struct {
	def        *questionnaire.Variable
	follows    func(*drawer, *variable) response.Answer // how it follows from what was answered; nil: it is drawn
	kind       questionnaire.VariableKind
	always     bool // it has no condition
	factor     int
	difficulty int32
	levels     []uint8   // OneOf with values: options from lowest to highest value; else nil
	cuts       []int32   // OneOf with values: limits between the levels on the latent scale
	options    []uint64  // OneOf without values: limits of the choice
	shares     []uint32  // SetOf: share that chooses each option
	low, span  int64     // Amount
	instead    []missing // ways of not answering that are offered
	skip       uint32    // share that leaves it empty; zero when required
}

// missing is a way of not answering and the share of 65536ths up to which it is
// chosen.
type missing struct {
	state response.State
	limit uint32
}

// factorMap says which factor of quality stands behind each variable.
type factorMap struct {
	of    map[string]int
	count int
}

// factorsOf numbers the lowest factors of all indices; a variable belongs to
// the first that names it. Variables of no index share one factor per page.
func factorsOf(q *questionnaire.Questionnaire) factorMap {
	m := factorMap{of: map[string]int{}}
	var add func(factors []questionnaire.Factor)
	add = func(factors []questionnaire.Factor) {
		for i := range factors {
			add(factors[i].Factors)
			for _, id := range factors[i].Variables {
				if _, known := m.of[id]; !known {
					m.of[id] = m.count
				}
			}
			m.count++
		}
	}
	for i := range q.Indices {
		add(q.Indices[i].Factors)
	}
	for _, v := range q.Variables() {
		if _, known := m.of[v.ID]; !known {
			m.of[v.ID] = m.count + v.Page
		}
	}
	m.count += len(q.Pages)
	return m
}

// newVariables gives every variable a difficulty and habits of leaving it out.
func newVariables(rng *rand.Rand, q *questionnaire.Questionnaire, factors factorMap) []variable {
	defs := q.Variables()
	vs := make([]variable, len(defs))
	for i := range defs {
		def := &defs[i]
		v := &vs[i]
		v.def, v.kind, v.always = def, def.Kind, def.Item.ShowIf == ""
		v.follows = following(def)
		v.factor = factors.of[def.ID]
		v.difficulty = fixed(0.4 * rng.NormFloat64())
		v.instead = newMissing(rng, def.Item)
		tired := float64(i) / float64(len(defs))
		if skip := 0.005 + 0.02*rng.Float64() + 0.02*tired; !def.Item.Required {
			v.skip = share(skip)
		}
		switch def.Kind {
		case questionnaire.OneOf:
			v.levels = levels(def.Item.Options)
			v.cuts = cuts(len(v.levels))
			v.options = newChoice(rng, len(def.Item.Options))
		case questionnaire.SetOf:
			v.shares = newShares(rng, def.Item.Options)
		case questionnaire.Amount:
			v.low, v.span = limits(def.Item)
		case questionnaire.Words, questionnaire.Days, questionnaire.Months:
		}
		if def.Item.Personal != nil && v.skip > 0 {
			v.skip = share(0.7) // most people keep such things to themselves
		}
	}
	return vs
}

// following returns how a variable that nobody is asked follows from others.
func following(def *questionnaire.Variable) func(*drawer, *variable) response.Answer {
	switch {
	case def.Part == questionnaire.OfOther:
		return (*drawer).other
	case def.Part == questionnaire.OfRank:
		return (*drawer).rank
	case def.Item.Type == questionnaire.Calculated:
		return (*drawer).calculated
	case def.Item.Type == questionnaire.Hidden:
		return (*drawer).hidden
	}
	return nil
}

// newMissing draws how often each offered way of not answering is chosen.
func newMissing(rng *rand.Rand, item *questionnaire.Item) []missing {
	var list []missing
	sum := 0.0
	for _, m := range item.Missing {
		var state response.State
		switch m.Code {
		case questionnaire.DontKnow:
			state = response.DontKnow
			sum += 0.01 + 0.05*rng.Float64()
		case questionnaire.Refused:
			state = response.Refused
			sum += 0.005 + 0.015*rng.Float64()
		case questionnaire.NotApplicable:
			state = response.NotApplicable
			sum += 0.10 * rng.Float64()
		default:
			continue // a code of a later version of the language; nobody chooses it
		}
		list = append(list, missing{state, share(sum)})
	}
	return list
}

// levels orders options by value, lowest first; nil when one has no value.
func levels(options []questionnaire.Option) []uint8 {
	order := make([]uint8, len(options))
	for i := range options {
		if options[i].Value == nil {
			return nil
		}
		order[i] = uint8(i)
	}
	slices.SortStableFunc(order, func(a, b uint8) int { return cmp.Compare(*options[a].Value, *options[b].Value) })
	return order
}

// cuts are the limits between k levels for a respondent at zero, in logits of
// the share at or below a level. The curve is fitted to five levels with 2, 6,
// 22 and 70 % at or below the first four, because most visits go well and most
// people keep the highest praise.
func cuts(k int) []int32 {
	if k == 0 {
		return nil
	}
	limits := make([]int32, k-1)
	for j := range limits {
		x := float64(j+1) / float64(k)
		limits[j] = fixed(-4.4 + 1.2*x + 6.7*x*x)
	}
	return limits
}

// newChoice draws how popular options without values are.
func newChoice(rng *rand.Rand, n int) []uint64 {
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = math.Exp(0.8 * rng.NormFloat64())
	}
	return cumulate(weights)
}

func newShares(rng *rand.Rand, options []questionnaire.Option) []uint32 {
	shares := make([]uint32, len(options))
	for i := range options {
		shares[i] = share(0.05 + 0.40*rng.Float64())
	}
	return shares
}

// limits are the smallest amount and the width of the range, in units of the
// last decimal. Where the item has no upper limit, nobody answers above 100 more.
func limits(item *questionnaire.Item) (low, span int64) {
	unit := math.Pow10(item.Decimals)
	lo := 0.0
	if item.Min != nil {
		lo = *item.Min
	} else if item.Max != nil {
		lo = min(0, *item.Max-100)
	}
	hi := lo + 100
	if item.Max != nil {
		hi = *item.Max
	}
	low = int64(math.Ceil(lo*unit - 1e-6))
	return low, max(0, int64(math.Floor(hi*unit+1e-6))-low)
}
