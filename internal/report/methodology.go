package report

import (
	"slices"

	"hailong/internal/figure"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Methodology is everything that somebody needs who wants to judge the scores of
// a survey, or to compute them again: what is measured, of whom, how it was
// collected, and what the numbers rest on. Codes and numbers are for whoever
// words them; nothing in it is below the publication limits.
type Methodology struct {
	Survey    string   `json:"survey"`
	Title     string   `json:"title"`
	Watermark uint64   `json:"watermark"`
	Language  string   `json:"language"`  // of titles and texts
	Languages []string `json:"languages"` // in which was asked
	MinN      int      `json:"min_n"`
	LowBase   int      `json:"low_base"`
	HideSame  bool     `json:"hide_all_same"` // what says the same of everybody is hidden
	Rounding  int      `json:"rounding"`      // decimals, half up
	Items     int      `json:"items"`         // asked
	Said      []string `json:"said"`          // to respondents before they answer: who asks, what for

	Measures []MeasureNote `json:"measures"`
	Indices  []IndexNote   `json:"indices"`
	Waves    []WaveNote    `json:"waves"`
	Versions []VersionNote `json:"versions"`

	Responses int64          `json:"responses"` // 0 below MinN
	Hidden    bool           `json:"hidden"`    // there are fewer responses than MinN
	Flagged   *int64         `json:"flagged"`   // null: fewer than MinN, or none
	Channels  []ChannelCount `json:"channels"`
	First     string         `json:"first,omitempty"` // period of the first response: a day, or the first day of a month
	Last      string         `json:"last,omitempty"`
	ByDay     bool           `json:"by_day"`    // counts are kept by day; else by month
	Strata    bool           `json:"strata"`    // the log has populations
	Outreach  []Outreach     `json:"outreach"`  // all agencies together
	Worked    []Worked       `json:"worked"`    // three numbers to compute by hand
	Reproduce string         `json:"reproduce"` // command that writes the receipt's scores
	Receipt   *Receipt       `json:"receipt"`
}

// MeasureNote is a measure with what it counts.
type MeasureNote struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Kind    string   `json:"kind"`
	Codes   []string `json:"codes,omitempty"`
	Against []string `json:"against,omitempty"`
	Base    string   `json:"base"` // valid or with_dont_know
}

// IndexNote is an index with all that it is made of.
type IndexNote struct {
	ID        string       `json:"id"`
	Title     string       `json:"title"`
	Measure   string       `json:"measure"`
	Aggregate string       `json:"aggregate"`
	Note      string       `json:"note,omitempty"` // the author's words
	Method    string       `json:"method"`         // hash
	Breaks    []Break      `json:"breaks,omitempty"`
	Factors   []FactorNote `json:"factors"` // depth first
}

// FactorNote is a factor of an index.
type FactorNote struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Depth     int        `json:"depth"` // 0: directly below the index
	Weight    *float64   `json:"weight"`
	Aggregate string     `json:"aggregate"`
	Items     []ItemNote `json:"items,omitempty"`
}

// ItemNote is what an index counts: the answers to one variable.
type ItemNote struct {
	ID      string       `json:"id"`
	Text    string       `json:"text"`
	Options []OptionNote `json:"options"`
	Missing []string     `json:"missing,omitempty"` // codes offered to those who don't answer
}

// OptionNote is one answer, with its value for means.
type OptionNote struct {
	Code  string   `json:"code"`
	Label string   `json:"label"`
	Value *float64 `json:"value"`
}

// WaveNote is a period of fieldwork.
type WaveNote struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Opens      string   `json:"opens,omitempty"`
	Closes     string   `json:"closes,omitempty"`
	Open       bool     `json:"open"`
	SampleType string   `json:"sample_type"`
	Interval   string   `json:"interval_kind"` // what an interval is about: sampling, none or model
	Channels   []string `json:"channels"`      // allowed
	Invitation bool     `json:"invitation"`
	MinSeconds int      `json:"min_seconds"`
	Quotas     int      `json:"quotas"`
	Effort     bool     `json:"effort"`
	Passes     bool     `json:"passes"`
	Hours      string   `json:"hours,omitempty"`
}

// VersionNote is a version of the questionnaire that was in the field.
type VersionNote struct {
	Version string `json:"version"`
	Day     string `json:"day"`
}

// Methodology describes the survey as of the moment, in a language of the
// questionnaire. invited is as in [Moment.Rates].
func (m *Moment) Methodology(lang string, reach Reach) (*Methodology, error) {
	q := m.survey.Current().Questionnaire
	if !slices.Contains(q.Languages, lang) && len(q.Languages) > 0 {
		lang = q.Languages[0]
	}
	out := &Methodology{
		Survey: m.survey.Slug, Title: q.Title.In(lang), Watermark: m.watermark, Language: lang, Languages: q.Languages,
		MinN: q.MinN, LowBase: lowBase, HideSame: q.AllSame != questionnaire.PublishAllSame, Rounding: defaultRounding,
		Items: len(q.Variables()), Said: []string{}, ByDay: q.Grain == questionnaire.ByDay, Indices: []IndexNote{}, Worked: []Worked{},
	}
	if q.Rounding != nil {
		out.Rounding = *q.Rounding
	}
	for _, line := range q.Intro {
		out.Said = append(out.Said, line.In(lang))
	}
	for i := range q.Measures {
		out.Measures = append(out.Measures, measureNote(&q.Measures[i], lang))
	}
	for _, w := range m.survey.Waves {
		out.Waves = append(out.Waves, m.waveNote(w.Number, lang))
	}
	for _, p := range m.survey.History {
		out.Versions = append(out.Versions, VersionNote{p.Version.Questionnaire.Version, p.Day.String()})
	}
	for f := range m.catalog.Figures.All() {
		out.Strata = out.Strata || f.ID == figure.Population && f.There
	}
	m.collected(out)
	out.Outreach = m.Rates(reach, lang, false, false)
	return out, m.indices(out, lang)
}

// defaultRounding is how many decimals package export writes when the
// questionnaire says nothing.
const defaultRounding = 2

// indices describes the indices, works out three numbers of the first, and makes
// its receipt.
func (m *Moment) indices(out *Methodology, lang string) error {
	q := m.survey.Current().Questionnaire
	for i := range q.Indices {
		x := &q.Indices[i]
		scores, err := New(m).Score(Query{Survey: m.survey.Slug, Index: x.ID, Lang: lang})
		if err != nil {
			return err
		}
		note := IndexNote{
			ID: x.ID, Title: x.Title.In(lang), Measure: x.Measure, Aggregate: string(x.Aggregate), Note: x.Method,
			Method: scores.Method, Breaks: scores.Breaks,
		}
		note.Factors = factorNotes(q, x.Factors, x.Aggregate, 0, lang)
		out.Indices = append(out.Indices, note)
		if i > 0 {
			continue
		}
		receipt, err := m.Receipt(scores)
		if err != nil {
			return err
		}
		out.Receipt = receipt.Public()
		out.Reproduce = "hailong score --survey " + m.survey.Slug + " --lang " + lang + " --receipt receipt.json"
		if out.Worked, err = m.worked(scores, x, lang); err != nil {
			return err
		}
	}
	return nil
}

func measureNote(x *questionnaire.Measure, lang string) MeasureNote {
	base := questionnaire.ValidBase
	if x.Base != "" {
		base = x.Base
	}
	return MeasureNote{ID: x.ID, Title: x.Title.In(lang), Kind: string(x.Kind), Codes: x.Codes, Against: x.Against, Base: base}
}

// factorNotes lists factors depth first. Weights are told where they are used.
func factorNotes(q *questionnaire.Questionnaire, factors []questionnaire.Factor, above questionnaire.Aggregate, depth int, lang string) []FactorNote {
	out := []FactorNote{}
	for i := range factors {
		f := &factors[i]
		note := FactorNote{ID: f.ID, Title: f.Title.In(lang), Depth: depth, Aggregate: string(f.Aggregate)}
		if above == questionnaire.WeightedMean {
			note.Weight = &f.Weight
		}
		for _, id := range f.Variables {
			if v := q.Variable(id); v != nil {
				note.Items = append(note.Items, itemNote(v, lang))
			}
		}
		out = append(out, note)
		out = append(out, factorNotes(q, f.Factors, f.Aggregate, depth+1, lang)...)
	}
	return out
}

func itemNote(v *questionnaire.Variable, lang string) ItemNote {
	note := ItemNote{ID: v.ID, Text: v.Text().In(lang), Options: []OptionNote{}}
	for _, o := range v.Options() {
		note.Options = append(note.Options, OptionNote{Code: o.Code, Label: o.Label.In(lang), Value: o.Value})
	}
	for _, missing := range v.Item.Missing {
		note.Missing = append(note.Missing, missing.Code)
	}
	return note
}

func (m *Moment) waveNote(number uint32, lang string) WaveNote {
	w := m.survey.Waves[number-1]
	note := WaveNote{
		ID: w.ID, Title: w.Title.In(lang), Opens: w.Opens, Closes: w.Closes, Open: w.Open, SampleType: w.SampleType(),
		Interval: intervalAbout(w.SampleType()), Channels: []string{}, Invitation: w.Invitation, MinSeconds: w.MinSeconds,
		Quotas: len(w.Quotas), Effort: w.Effort, Passes: w.Passes, Hours: w.Hours(),
	}
	for _, c := range w.Channels {
		note.Channels = append(note.Channels, c.String())
	}
	if len(w.Channels) == 0 {
		for _, c := range response.Channels {
			note.Channels = append(note.Channels, c.String())
		}
	}
	return note
}

// What an interval is about, by how respondents came.
const (
	aboutSampling = "sampling" // error of a random sample
	aboutNone     = "none"     // everybody was asked: only those who did not answer are missing
	aboutModel    = "model"    // not a margin of sampling error
)

func intervalAbout(sampleType string) string {
	switch sampleType {
	case questionnaire.Probability:
		return aboutSampling
	case questionnaire.Census:
		return aboutNone
	}
	return aboutModel
}

// collected fills in what came, over all waves and versions. Small channels and few
// flagged responses are left out as from the head of scores.
func (m *Moment) collected(out *Methodology) {
	var head Scores
	byChannel := map[response.Channel]int64{}
	var first, last response.Day
	for i := range m.cells {
		key, n := &m.cells[i].key, int64(m.cells[i].cell.Responses)
		if n == 0 {
			continue
		}
		out.Responses += n
		byChannel[key.Channel] += n
		if key.Flagged {
			head.Flagged += n
		}
		if first == 0 || key.Period < first {
			first = key.Period
		}
		last = max(last, key.Period)
	}
	out.Channels = []ChannelCount{}
	if out.Responses < int64(out.MinN) {
		out.Hidden, out.Responses = true, 0
		return
	}
	for _, c := range response.Channels {
		if byChannel[c] > 0 {
			head.Channels = append(head.Channels, ChannelCount{Channel: c.String(), N: byChannel[c]})
		}
	}
	guard := protection{k: int64(out.MinN)}
	guard.protectHead(&head)
	out.Channels = append(out.Channels, head.Channels...)
	if !head.FewFlagged {
		out.Flagged = &head.Flagged
	}
	if first > 0 {
		out.First, out.Last = first.String(), last.String()
	}
}
