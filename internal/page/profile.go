package page

import (
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
)

// Profile shows one agency factor by factor, and within a factor the answers to
// each question as bars around the middle of the scale.
type Profile struct {
	Name    string
	Factors []ProfileFactor
	Legend  []LegendEntry
	Axis    []Tick
}

// ProfileFactor is one factor with its score and its questions.
type ProfileFactor struct {
	Score ResultRow
	Items []ProfileItem
}

// ProfileItem is one question with the distribution of its answers.
type ProfileItem struct {
	Text     string
	Score    string // the measure of this question; empty without
	N        string
	Bars     []Bar
	Spoken   string // the whole bar in words
	Missing  string // how many did not answer, by reason; may be empty
	Unscored string // in place of the bars: why there are none
}

// Bar is one answer's part of a bar, in per cent of the width.
type Bar struct {
	X, Width string
	Middle   string // of the part, for its label
	Level    int
	Label    string // share in per cent; empty where it would not fit
	Title    string // label and count in words
}

// LegendEntry is one answer with its colour.
type LegendEntry struct {
	Level int
	Label string
}

// ProfileInput is what the profile of one agency is made from.
type ProfileInput struct {
	Name    string         // of the agency
	Factors *report.Scores // by factor, of this agency
	Items   *report.Scores // by item, of this agency
}

// profile follows the index tree of the questionnaire; what it does not know is
// left out of the page and stays in the files.
func (b *resultsBuilder) profile(in *ProfileInput) *Profile {
	q := b.in.Questionnaire
	if q == nil || in.Factors == nil || in.Items == nil {
		return nil
	}
	factors, items := map[string]*report.Row{}, map[string]*report.Row{}
	var rows []*report.Row
	for i := range in.Factors.Rows {
		r := &in.Factors.Rows[i]
		factors[r.Factor] = r
		if scored(r) {
			rows = append(rows, r)
		}
	}
	for i := range in.Items.Rows {
		items[in.Items.Rows[i].Item] = &in.Items.Rows[i]
	}
	p := profileBuilder{resultsBuilder: *b, factors: factors, items: items, profile: &Profile{Name: in.Name}}
	p.axis = p.span(rows)
	p.in.Parent = ""
	p.profile.Axis = p.axis.ticks(b.lang, b.share)
	for i := range q.Indices {
		if q.Indices[i].ID == b.in.Scores.Index {
			p.walk(q.Indices[i].Factors, 0)
		}
	}
	return p.profile
}

type profileBuilder struct {
	resultsBuilder
	factors map[string]*report.Row
	items   map[string]*report.Row
	profile *Profile
}

func (p *profileBuilder) walk(factors []questionnaire.Factor, depth int) {
	for i := range factors {
		f := &factors[i]
		out := ProfileFactor{Score: ResultRow{Name: f.Title.In(p.lang), Text: i18n.T(p.lang, "standing.hidden_one", nil), Pale: true}}
		if r := p.factors[f.ID]; r != nil {
			out.Score = p.row(r)
			out.Score.Name, out.Score.Href = f.Title.In(p.lang), ""
		}
		out.Score.Depth = depth
		for _, id := range f.Variables {
			if v := p.in.Questionnaire.Variable(id); v != nil {
				out.Items = append(out.Items, p.item(v))
			}
		}
		p.profile.Factors = append(p.profile.Factors, out)
		p.walk(f.Factors, depth+1)
	}
}

// item words one question.
func (p *profileBuilder) item(v *questionnaire.Variable) ProfileItem {
	item := ProfileItem{Text: v.Text().In(p.lang)}
	r := p.items[v.ID]
	switch {
	case r == nil:
		item.Unscored = i18n.T(p.lang, "standing.hidden_one", nil)
		return item
	case !scored(r) || len(r.Counts) == 0:
		item.Unscored = p.row(r).Text
		return item
	}
	item.N, item.Score = i18n.Int(p.lang, r.N), p.number(r.Estimate)
	counts := map[string]int64{}
	for _, c := range r.Counts {
		counts[c.Code] += c.N
	}
	item.Bars, item.Spoken = p.bars(v.Item, counts)
	p.legend(v.Item)
	item.Missing = p.missing(v.Item, r.Counts)
	return item
}

// bars places the parts of a bar around the middle: what is below the middle
// level to the left, what is above to the right, the middle level half and half.
// A whole bar takes half the width, so that it fits whichever way it leans.
// Answers without an order stand centred.
func (p *profileBuilder) bars(it *questionnaire.Item, counts map[string]int64) ([]Bar, string) {
	levels := levelsOf(it)
	var total, before int64
	byLevel := make([][]int, 6)
	for i := range it.Options {
		n := counts[it.Options[i].Code]
		total += n
		byLevel[levels[i]] = append(byLevel[levels[i]], i)
		switch levels[i] {
		case 1, 2:
			before += 2 * n
		case 3, 0:
			before += n
		}
	}
	if total == 0 {
		return nil, ""
	}
	scale := 50 / float64(total)
	x := 50 - float64(before)*scale/2
	var bars []Bar
	var spoken []string
	for level, options := range byLevel {
		for _, i := range options {
			n := counts[it.Options[i].Code]
			percent := (200*n + total) / (2 * total) // half up
			title := it.Options[i].Label.In(p.lang) + ": " + i18n.Int(p.lang, n) + " (" + i18n.Percent(p.lang, float64(percent), 0) + ")"
			spoken = append(spoken, title)
			if n == 0 {
				continue
			}
			width := float64(n) * scale
			bar := Bar{X: coordinate(x), Width: coordinate(width), Middle: coordinate(x + width/2), Level: level, Title: title}
			if percent >= 14 {
				bar.Label = i18n.Int(p.lang, percent)
			}
			bars = append(bars, bar)
			x += width
		}
	}
	return bars, strings.Join(spoken, "; ")
}

// legend notes the answers of a scale, each label once.
func (p *profileBuilder) legend(it *questionnaire.Item) {
	levels := levelsOf(it)
	for level := range 6 {
		for i := range it.Options {
			entry := LegendEntry{Level: level, Label: it.Options[i].Label.In(p.lang)}
			if levels[i] == level && !p.inLegend(entry) {
				p.profile.Legend = append(p.profile.Legend, entry)
			}
		}
	}
}

func (p *profileBuilder) inLegend(entry LegendEntry) bool {
	return slices.Contains(p.profile.Legend, entry)
}

// missing lists how many gave no valid answer, by reason.
func (p *profileBuilder) missing(it *questionnaire.Item, counts []report.Count) string {
	var parts []string
	for _, c := range counts {
		if c.N == 0 || isOption(it, c.Code) {
			continue
		}
		label := named(p.lang, "missing.", c.Code)
		for i := range it.Missing {
			if it.Missing[i].Code == c.Code {
				label = it.Missing[i].Label.In(p.lang)
			}
		}
		parts = append(parts, i18n.T(p.lang, "results.missing_row", map[string]any{"label": label, "n": c.N}))
	}
	return strings.Join(parts, " · ")
}

func isOption(it *questionnaire.Item, code string) bool {
	for i := range it.Options {
		if it.Options[i].Code == code {
			return true
		}
	}
	return false
}
