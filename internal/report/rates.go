package report

import (
	"slices"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/figure"
	"hailong/internal/invite"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/stat"
)

// The states of a number of people or dossiers.
const (
	Stated       = "stated"        // a figure says it
	Counted      = "counted"       // the platform counted it
	Derived      = "derived"       // follows from the others: everybody invited of whom nothing else is known
	NotStated    = "not_stated"    // no figure says it
	NotCollected = "not_collected" // the platform does not count it
	Hidden       = "hidden"        // below the publication limit
)

// People is a number of people or dossiers, or why there is none.
type People struct {
	N     int64  `json:"n"` // 0 unless State is Stated, Counted or Derived
	State string `json:"state"`
}

// known reports whether there is a number.
func (p People) known() bool { return p.State == Stated || p.State == Counted || p.State == Derived }

// Outreach is how many were reached of those who could have been, in one period.
type Outreach struct {
	Period     string `json:"period"` // 2026, 2026-Q3, 2026-11 or a wave
	Agency     string `json:"agency,omitempty"`
	AgencyName string `json:"agency_name,omitempty"`
	SampleType string `json:"sample_type"` // of the wave, or the weakest of all waves
	Handled    People `json:"handled"`     // dossiers
	Invited    People `json:"invited"`
	Started    People `json:"started"`  // finished, and begun with an answer and left, or not finished yet
	Finished   People `json:"finished"` // responses

	OfStarted *float64 `json:"finished_of_started"` // per cent
	OfHandled *float64 `json:"finished_of_handled"` // per cent
	OfInvited *float64 `json:"finished_of_invited"` // per cent
	Sheet     *Sheet   `json:"aapor,omitempty"`
	Reason    string   `json:"reason,omitempty"` // why there is no sheet: no_invited, more_than_invited, no_answers, hidden
}

// Sheet is AAPOR's dispositions and outcome rates (Standard Definitions, 10th
// edition, 2023). Rates are in per cent.
type Sheet struct {
	Complete   People  `json:"complete"`          // I
	Partial    People  `json:"partial"`           // P: NotCollected, and 0 in the formulas
	Refused    People  `json:"refused"`           // R
	Noncontact People  `json:"noncontact"`        // NC
	Other      People  `json:"other_nonresponse"` // O
	Unknown    People  `json:"unknown"`           // UO
	Ineligible People  `json:"ineligible"`        // NE
	Eligible   float64 `json:"e"`                 // share of the unknown taken for eligible
	EligibleBy string  `json:"e_by"`              // Stated, or Derived by proportional allocation
	Rates      []Rate  `json:"rates"`
}

// Rate is one outcome rate with its formula. A rate that needs a disposition which
// nobody has stated is not known: to take it for 0 would say that nobody refused.
type Rate struct {
	Name    string   `json:"name"`
	Formula string   `json:"formula"`
	Value   *float64 `json:"value"`             // per cent; nil where it is not known
	Unknown []string `json:"unknown,omitempty"` // the dispositions that it lacks, such as R
}

// Rates returns how many were reached, period by period: of every wave, and of
// every year, quarter and month that figures name. A figure of invited people goes
// before the invitations that the platform issued. The first line of a period is about all agencies together;
// with byAgency each agency with answers or figures follows, where fewer answers
// than the publication limit are hidden unless internal is set; those lines are for
// staff, because nothing keeps one agency from being subtracted from the one above.
//
// A figure of an agency is about it and all that is below; where it has none,
// those of the agencies directly below are added up, if all that have answers
// have one. Counts by counter are not kept, and by day only where the
// questionnaire's grain is the day. O(periods × (cells + agencies)).
func (m *Moment) Rates(reach Reach, lang string, byAgency, internal bool) []Outreach {
	b := &outreach{m: m, reach: reach, figures: m.catalog.Figures, minN: int64(m.survey.Current().Questionnaire.MinN)}
	if internal {
		b.minN = 0
	}
	var out []Outreach
	var whole []int // by period: its line about all agencies
	periods := b.periods()
	for _, p := range periods {
		b.count(p)
		whole = append(whole, len(out))
		out = append(out, b.line(p, nil, m.catalog.Agencies.Children(""), lang))
		if !byAgency {
			continue
		}
		for _, a := range m.catalog.Agencies.All() {
			if b.finished[a.Number] > 0 || b.named(p, a) {
				out = append(out, b.line(p, a, nil, lang))
			}
		}
	}
	lines := make([]*Outreach, len(whole))
	for i, at := range whole {
		lines[i] = &out[at]
	}
	b.hideDerivable(periods, lines)
	return out
}

// Reach is what the platform knows of people who did not answer.
type Reach struct {
	Invited []invite.Count // invitations that it issued (store.Store.Invitations)
	Begun   []draft.Begun  // forms that were begun (store.Store.Begun); nil: not counted
}

type outreach struct {
	m        *Moment
	figures  *figure.Table
	reach    Reach
	minN     int64
	finished []int64 // by agency number, with all that is below, in the period at hand
	left     []int64 // the same, of forms that were begun and did not become responses
}

// span is a period of outreach.
type outreachPeriod struct {
	name     string
	wave     *catalog.Wave // nil: from and to
	from, to response.Day
}

// counted are the figures of outreach.
func outreachFigures() []string {
	return []string{
		figure.Handled, figure.Invited, figure.Ineligible, figure.Refused, figure.Noncontact, figure.OtherNonresponse, figure.Unknown,
	}
}

// periods lists the waves in order, then what else figures name.
func (b *outreach) periods() []outreachPeriod {
	var out []outreachPeriod
	for _, w := range b.m.survey.Waves {
		out = append(out, outreachPeriod{name: w.ID, wave: w})
	}
	var names []string
	for f := range b.figures.All() {
		if slices.Contains(outreachFigures(), f.ID) && !slices.Contains(names, f.Period) {
			names = append(names, f.Period)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		first, last, ok := figure.Days(name)
		from, there := response.ParseDay(first)
		to, also := response.ParseDay(last)
		if ok && there && also {
			out = append(out, outreachPeriod{name: name, from: from, to: to})
		}
	}
	return out
}

// count adds up the responses of a period, each agency with all that is below it.
func (b *outreach) count(p outreachPeriod) {
	registry := b.m.catalog.Agencies
	b.finished, b.left = make([]int64, registry.Len()+1), make([]int64, registry.Len()+1)
	for i := range b.reach.Begun {
		x := &b.reach.Begun[i]
		if x.Survey != b.m.survey.Slug || p.wave != nil && x.Wave != p.wave.ID || p.wave == nil && (x.Day < p.from || x.Day > p.to) {
			continue
		}
		for a := registry.ByNumber(x.Agency); a != nil; a = registry.ByID(a.Parent) {
			b.left[a.Number] += int64(x.Forms) - int64(x.Finished) //nolint:gosec // far fewer than 2^63
		}
	}
	for i := range b.m.cells {
		key := &b.m.cells[i].key
		if !p.in(key) {
			continue
		}
		for a := registry.ByNumber(key.Agency); a != nil; a = registry.ByID(a.Parent) {
			b.finished[a.Number] += int64(b.m.cells[i].cell.Responses)
		}
	}
}

func (b *outreach) named(p outreachPeriod, a *agency.Agency) bool {
	return slices.ContainsFunc(outreachFigures(), func(id string) bool {
		_, ok := b.figures.Value(id, a.ID, p.name, "")
		return ok
	})
}

// figureOf returns a figure of an agency, or the sum of those below it.
func (b *outreach) figureOf(id string, p outreachPeriod, a *agency.Agency) People {
	if f, ok := b.figures.Value(id, a.ID, p.name, ""); ok {
		if !f.There {
			return People{State: NotStated}
		}
		return People{N: int64(f.Value), State: Stated}
	}
	return b.sum(id, p, b.m.catalog.Agencies.Children(a.ID))
}

// sum adds up a figure over agencies; each that has answers must have it.
func (b *outreach) sum(id string, p outreachPeriod, agencies []*agency.Agency) People {
	total := People{State: NotStated}
	for _, a := range agencies {
		one := b.figureOf(id, p, a)
		switch {
		case one.known():
			total.N, total.State = total.N+one.N, Stated
		case b.finished[a.Number] > 0:
			return People{State: NotStated}
		}
	}
	return total
}

// line is about one agency, or all at the top.
func (b *outreach) line(p outreachPeriod, a *agency.Agency, top []*agency.Agency, lang string) Outreach {
	out := Outreach{Period: p.name, SampleType: b.m.sampleType(p.wave), Started: People{State: NotCollected}}
	get := func(id string) People { return b.sum(id, p, top) }
	var finished, left int64
	if a != nil {
		out.Agency, out.AgencyName = a.ID, a.Name.In(lang)
		get = func(id string) People { return b.figureOf(id, p, a) }
		finished, left = b.finished[a.Number], b.left[a.Number]
	}
	for _, t := range top {
		finished, left = finished+b.finished[t.Number], left+b.left[t.Number]
	}
	out.Finished = People{N: finished, State: Counted}
	out.Handled, out.Invited = get(figure.Handled), get(figure.Invited)
	if !out.Invited.known() && p.wave != nil {
		out.Invited = b.issued(p.wave, a)
	}
	if b.reach.Begun != nil {
		// More may be finished than begun in a period, by those who began before it.
		out.Started = People{N: finished + max(left, 0), State: Counted}
	}
	if finished < b.minN {
		out.hide()
		return out
	}
	out.OfStarted = perCent(finished, out.Started)
	out.OfHandled, out.OfInvited = perCent(finished, out.Handled), perCent(finished, out.Invited)
	out.Sheet, out.Reason = b.sheet(finished, out.Invited, get, b.eligibleShare(p, a, top))
	return out
}

// issued adds up the invitations of a wave that were issued and not revoked.
func (b *outreach) issued(w *catalog.Wave, within *agency.Agency) People {
	registry := b.m.catalog.Agencies
	total := People{State: NotStated}
	for _, c := range b.reach.Invited {
		a := registry.ByNumber(c.Agency)
		if c.Survey != b.m.survey.Slug || c.Wave != w.ID || a == nil || within != nil && !registry.IsWithin(a, within) {
			continue
		}
		total.N, total.State = total.N+int64(c.Codes-c.Revoked), Counted
	}
	return total
}

// eligibleShare returns the share of the unknown that a figure calls eligible;
// shares of several agencies can't be added up.
func (b *outreach) eligibleShare(p outreachPeriod, a *agency.Agency, top []*agency.Agency) *float64 {
	if a == nil && len(top) == 1 {
		a = top[0]
	}
	if a == nil {
		return nil
	}
	if f, ok := b.figures.Value(figure.EligibleShare, a.ID, p.name, ""); ok && f.There && f.Value >= 0 && f.Value <= 1 {
		return &f.Value
	}
	return nil
}

// perCent is n as a share of a base, nil without one.
func perCent(n int64, base People) *float64 {
	if !base.known() || base.N <= 0 {
		return nil
	}
	share := stat.RoundHalfUp(100*float64(n)/float64(base.N), 2)
	return &share
}

// sheet computes the outcome rates. Those invited of whom no figure says what
// became of them are unknown.
func (b *outreach) sheet(finished int64, invited People, get func(string) People, share *float64) (*Sheet, string) {
	if !invited.known() {
		return nil, "no_invited"
	}
	s := &Sheet{
		Complete: People{N: finished, State: Counted}, Partial: People{State: NotCollected},
		Refused: get(figure.Refused), Noncontact: get(figure.Noncontact), Other: get(figure.OtherNonresponse),
		Unknown: get(figure.Unknown), Ineligible: get(figure.Ineligible),
	}
	rest := invited.N - finished - s.Refused.N - s.Noncontact.N - s.Other.N - s.Unknown.N - s.Ineligible.N
	if rest < 0 {
		return nil, "more_than_invited"
	}
	if rest > 0 {
		s.Unknown = People{N: s.Unknown.N + rest, State: Derived}
	}
	o := stat.Outcomes{
		Complete: finished, Refusal: s.Refused.N, NonContact: s.Noncontact.N, Other: s.Other.N,
		UnknownOther: s.Unknown.N, NotEligible: s.Ineligible.N,
	}
	rates, ok := o.Rates()
	if !ok {
		return nil, "no_answers"
	}
	s.Eligible, s.EligibleBy = rates.Eligible, Derived
	if share != nil {
		s.Eligible, s.EligibleBy = *share, Stated
		rates = withShare(o, rates, *share)
	}
	s.Eligible = stat.RoundHalfUp(s.Eligible, 4)
	s.Rates = rateList(&rates, s)
	return s, ""
}

// withShare replaces the rates that take a share e of the unknown for eligible by
// those with a stated share.
func withShare(o stat.Outcomes, rates stat.Rates, e float64) stat.Rates {
	eligible := float64(o.Complete + o.Partial + o.Refusal + o.NonContact + o.Other)
	base := eligible + float64(e*float64(o.UnknownHouse+o.UnknownOther))
	rates.Response[2], rates.Response[3] = float64(o.Complete)/base, float64(o.Complete+o.Partial)/base
	rates.Refusals[1] = float64(o.Refusal) / base
	rates.Contact[1] = float64(o.Complete+o.Partial+o.Refusal+o.Other) / base
	return rates
}

// rateList lists the rates with their formulas. I complete, P partial, R refused, NC
// not reached, O other, U unknown, e as in the sheet. A sum of all that became of
// those invited needs no part of it: who is in none of the others is in U.
func rateList(x *stat.Rates, sheet *Sheet) []Rate {
	const all, some, known = "(I+P+R+NC+O+U)", "(I+P+R+NC+O+e·U)", "(I+P+R+NC+O)"
	r, nc, o := "R", "NC", "O"
	type line struct {
		name, formula string
		value         float64
		needs         []string
	}
	list := []line{
		{"RR1", "I/" + all, x.Response[0], nil},
		{"RR2", "(I+P)/" + all, x.Response[1], nil},
		{"RR3", "I/" + some, x.Response[2], nil},
		{"RR4", "(I+P)/" + some, x.Response[3], nil},
		{"RR5", "I/" + known, x.Response[4], []string{r, nc, o}},
		{"RR6", "(I+P)/" + known, x.Response[5], []string{r, nc, o}},
		{"COOP1", "I/(I+P+R+O)", x.Cooperation[0], []string{r, o}},
		{"COOP2", "(I+P)/(I+P+R+O)", x.Cooperation[1], []string{r, o}},
		{"COOP3", "I/(I+P+R)", x.Cooperation[2], []string{r}},
		{"COOP4", "(I+P)/(I+P+R)", x.Cooperation[3], []string{r}},
		{"REF1", "R/" + all, x.Refusals[0], []string{r}},
		{"REF2", "R/" + some, x.Refusals[1], []string{r}},
		{"REF3", "R/" + known, x.Refusals[2], []string{r, nc, o}},
		{"CON1", "(I+P+R+O)/" + all, x.Contact[0], []string{r, o}},
		{"CON2", "(I+P+R+O)/" + some, x.Contact[1], []string{r, o}},
		{"CON3", "(I+P+R+O)/" + known, x.Contact[2], []string{r, nc, o}},
	}
	stated := map[string]bool{r: sheet.Refused.known(), nc: sheet.Noncontact.known(), o: sheet.Other.known()}
	out := make([]Rate, len(list))
	for i, l := range list {
		out[i] = Rate{Name: l.name, Formula: l.formula}
		for _, need := range l.needs {
			if !stated[need] {
				out[i].Unknown = append(out[i].Unknown, need)
			}
		}
		if out[i].Unknown == nil {
			value := stat.RoundHalfUp(100*l.value, 2)
			out[i].Value = &value
		}
	}
	return out
}

// sampleType returns how the respondents of a wave came, or the weakest of all.
func (m *Moment) sampleType(w *catalog.Wave) string {
	if w != nil {
		return w.SampleType()
	}
	types, weakest := questionnaire.SampleTypes(), 0 // the strongest first
	for _, w := range m.survey.Waves {
		weakest = max(weakest, slices.Index(types, w.SampleType()))
	}
	return types[weakest]
}
