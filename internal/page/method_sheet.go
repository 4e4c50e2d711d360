package page

import (
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
)

// MethodOutreach is how many were reached in one period.
type MethodOutreach struct {
	Period string
	Counts []Named
	Reason string // why there are no rates
	Sheet  []Named
	E      string
	Rates  []Named
}

// waves words the periods of fieldwork, and what their intervals mean.
func (b *methodBuilder) waves(m *Method) {
	seen := map[string]bool{}
	for i := range b.in.Waves {
		w := &b.in.Waves[i]
		m.Waves = append(m.Waves, MethodWave{
			Title: b.waveTitle(w), Dates: b.dates(w), Sample: named(b.lang, "how.sample_", w.SampleType),
			Interval: named(b.lang, "how.about_", w.Interval), How: b.fieldwork(w),
		})
		if !seen[w.Interval] {
			seen[w.Interval] = true
			m.Precision = append(m.Precision, named(b.lang, "how.precision_", w.Interval))
		}
	}
	m.Precision = append(m.Precision, b.t("method.precision_methods"))
	for i := range b.in.Measures {
		if kind := b.in.Measures[i].Kind; kind == "top_box" || kind == "bottom_box" {
			m.Precision = append(m.Precision, b.t("method.precision_item"), b.t("method.precision_pooled"))
			break
		}
	}
	m.Precision = append(m.Precision, b.t("method.precision_edge"), b.t("method.precision_value"), b.t("method.precision_mean"), b.t("method.precision_n"),
		b.t("method.precision_dependent"))
}

// standing words how agencies stand to one another.
func (b *methodBuilder) standing() []string {
	return []string{
		b.t("method.standing_units"), b.t("method.standing_error"), b.t("method.standing_rank", "n", b.in.LowBase),
		b.t("method.standing_shrunk"), b.t("method.standing_change"), b.t("method.standing_parent"),
	}
}

func (b *methodBuilder) waveTitle(w *report.WaveNote) string {
	switch {
	case w.Title != "":
		return w.Title
	case w.ID != "":
		return w.ID
	}
	return b.t("method.wave_unnamed")
}

func (b *methodBuilder) dates(w *report.WaveNote) string {
	opens, closes := b.t("method.not_stated"), b.t("method.wave_no_end")
	if w.Opens != "" {
		opens = i18n.Date(b.lang, w.Opens)
	}
	if w.Closes != "" {
		closes = i18n.Date(b.lang, w.Closes)
	}
	return opens + " – " + closes
}

// fieldwork words how a wave collects.
func (b *methodBuilder) fieldwork(w *report.WaveNote) string {
	parts := []string{b.t("method.wave_channels", "text", b.channels(w.Channels))}
	add := func(there bool, id string, gaps ...any) {
		if there {
			parts = append(parts, b.t(id, gaps...))
		}
	}
	add(w.Invitation, "method.wave_invitation")
	add(w.Quotas > 0, "method.wave_quotas", "n", w.Quotas)
	add(w.MinSeconds > 0, "method.wave_min_seconds", "n", w.MinSeconds)
	add(w.Hours != "", "method.wave_hours", "text", w.Hours)
	add(w.Passes, "method.wave_passes")
	add(w.Effort, "method.wave_effort")
	return strings.Join(parts, " ")
}

func (b *methodBuilder) channels(codes []string) string {
	var names []string
	for _, code := range codes {
		names = append(names, named(b.lang, "channel.", code))
	}
	return strings.Join(names, ", ")
}

// people writes a number of people, or why there is none.
func (b *methodBuilder) people(p report.People) string {
	switch p.State {
	case report.Stated, report.Counted:
		return i18n.Int(b.lang, p.N)
	case report.Derived:
		return i18n.Int(b.lang, p.N) + " (" + named(b.lang, "how.people_", p.State) + ")"
	}
	return named(b.lang, "how.people_", p.State)
}

// reached lists how many people there were, and what shares finished.
func (b *methodBuilder) reached(o *report.Outreach) []Named {
	list := []Named{
		{b.t("method.handled"), b.people(o.Handled)},
		{b.t("method.invited"), b.people(o.Invited)},
		{b.t("method.started"), b.people(o.Started)},
		{b.t("method.finished"), b.people(o.Finished)},
	}
	if o.OfStarted != nil {
		list = append(list, Named{b.t("method.of_started"), b.percent(*o.OfStarted)})
	}
	if o.OfHandled != nil {
		list = append(list, Named{b.t("method.of_handled"), b.percent(*o.OfHandled)})
	}
	if o.OfInvited != nil {
		name := b.t("method.of_invited")
		if o.SampleType == questionnaire.OptIn {
			name = b.t("method.participation")
		}
		list = append(list, Named{name, b.percent(*o.OfInvited)})
	}
	return list
}

func (b *methodBuilder) outreach(m *Method) {
	formulas := false
	for i := range b.in.Outreach {
		o := &b.in.Outreach[i]
		out := MethodOutreach{Period: b.period(o.Period), Counts: b.reached(o)}
		if o.Reason != "" {
			out.Reason = named(b.lang, "how.no_rates_", o.Reason)
		}
		if s := o.Sheet; s != nil {
			b.sheet(&out, s)
			if !formulas {
				formulas = true
				for _, r := range s.Rates {
					m.Formulas = append(m.Formulas, Named{r.Name, r.Formula})
				}
			}
		}
		m.Outreach = append(m.Outreach, out)
	}
}

func (b *methodBuilder) sheet(out *MethodOutreach, s *report.Sheet) {
	out.Sheet = []Named{
		{b.t("method.aapor_i"), b.people(s.Complete)},
		{b.t("method.aapor_p"), b.people(s.Partial)},
		{b.t("method.aapor_r"), b.people(s.Refused)},
		{b.t("method.aapor_nc"), b.people(s.Noncontact)},
		{b.t("method.aapor_o"), b.people(s.Other)},
		{b.t("method.aapor_u"), b.people(s.Unknown)},
		{b.t("method.aapor_ne"), b.people(s.Ineligible)},
	}
	out.E = b.t("method.aapor_e", "value", b.number(s.Eligible, 4), "text", named(b.lang, "how.e_", s.EligibleBy))
	for _, r := range s.Rates {
		if r.Value == nil {
			out.Rates = append(out.Rates, Named{r.Name, b.t("method.rate_unknown", "text", strings.Join(r.Unknown, ", "))})
			continue
		}
		out.Rates = append(out.Rates, Named{r.Name, b.percent(*r.Value)})
	}
}

func (b *methodBuilder) percent(v float64) string { return i18n.Percent(b.lang, v, 2) }

// period names a wave, or writes a period as it is.
func (b *methodBuilder) period(id string) string {
	for i := range b.in.Waves {
		if b.in.Waves[i].ID == id {
			return b.waveTitle(&b.in.Waves[i])
		}
	}
	return id
}

// headings words the eleven headings of immediate disclosure of AAPOR's code of
// ethics (2021), and the access to data. What only the author can know stands as
// not stated.
func (b *methodBuilder) headings() []MethodHeading {
	in := b.in
	heading := func(id string, lines ...string) MethodHeading { return MethodHeading{Name: b.t(id), Lines: lines} }
	unsaid := func(h MethodHeading, ids ...string) MethodHeading {
		for _, id := range ids {
			h.Unsaid = append(h.Unsaid, b.t(id))
		}
		return h
	}
	var samples, dates, limits, precision []string
	for i := range in.Waves {
		w := &in.Waves[i]
		samples = append(samples, b.waveTitle(w)+": "+named(b.lang, "how.sample_", w.SampleType)+". "+b.fieldwork(w))
		dates = append(dates, b.waveTitle(w)+": "+b.dates(w))
		if line := named(b.lang, "how.limits_", w.SampleType); !slices.Contains(limits, line) {
			limits = append(limits, line)
		}
		if line := named(b.lang, "how.precision_", w.Interval); !slices.Contains(precision, line) {
			precision = append(precision, line)
		}
	}
	if in.First != "" {
		dates = append(dates, b.t("method.dates_received", "from", b.day(in.First), "to", b.day(in.Last)))
	}
	sizes := append([]string{b.size()}, precision...)
	var modes []string
	for _, c := range in.Channels {
		modes = append(modes, named(b.lang, "channel.", c.Channel)+": "+i18n.Int(b.lang, c.N))
	}
	if len(modes) == 0 {
		modes = []string{b.size()}
	}
	sponsor := heading("method.aapor_sponsor")
	for _, line := range in.Said {
		sponsor.Lines = append(sponsor.Lines, b.t("method.said", "text", line))
	}
	population := heading("method.aapor_population")
	if in.Strata {
		population.Lines = []string{b.t("method.population_figures")}
	}
	languages := make([]string, 0, len(in.Languages))
	for _, lang := range in.Languages {
		languages = append(languages, named(b.lang, "lang.", lang))
	}
	return []MethodHeading{
		heading("method.aapor_strategy", b.t("method.strategy")),
		unsaid(sponsor, "method.unsaid_sponsor", "method.unsaid_conductor"),
		heading("method.aapor_instrument", b.t("method.instrument", "n", in.Items, "text", strings.Join(languages, ", "),
			"href", "/api/v1/surveys/"+in.Survey)),
		unsaid(population, "method.unsaid_population"),
		unsaid(heading("method.aapor_sampling", samples...), "method.unsaid_frame"),
		heading("method.aapor_modes", modes...),
		heading("method.aapor_dates", dates...),
		heading("method.aapor_sizes", sizes...),
		heading("method.aapor_weights", b.weights()...),
		heading("method.aapor_processing", b.t("method.processing"), b.t("method.rule_flags"), b.t("method.missing_none_imputed")),
		heading("method.aapor_limits", limits...),
		heading("method.aapor_access", b.t("method.access")),
	}
}

// size words how many responses there are.
func (b *methodBuilder) size() string {
	if b.in.Hidden {
		return b.t("method.size_hidden", "n", b.in.MinN)
	}
	if b.in.Flagged == nil {
		return b.t("method.size_few_flagged", "n", i18n.Int(b.lang, b.in.Responses), "limit", b.in.MinN)
	}
	return b.t("method.size", "n", i18n.Int(b.lang, b.in.Responses), "flagged", i18n.Int(b.lang, *b.in.Flagged))
}

// day writes a period that counts are kept by.
func (b *methodBuilder) day(text string) string {
	if b.in.ByDay || len(text) < len("2006-01") {
		return i18n.Date(b.lang, text)
	}
	return i18n.Month(b.lang, text[:len("2006-01")])
}
