package page

import (
	"cmp"
	"strings"

	"hailong/internal/composite"
	"hailong/internal/i18n"
	"hailong/internal/index"
	"hailong/internal/report"
)

// method words the parts below one, -1 for the index itself.
func (b *indexBuilder) method(above int) []IndexNode {
	var list []IndexNode
	for i := range b.scores.Parts {
		p := &b.scores.Parts[i]
		if p.Above != above {
			continue
		}
		node := IndexNode{Title: cmp.Or(p.Title, p.ID), How: b.how(p), Parts: b.method(i), Fold: p.Depth == 1 && !p.Leaf()}
		if above >= 0 && p.Weight > 0 {
			node.Weight = i18n.T(b.lang, "index.weighs", map[string]any{"weight": b.plain(&p.Weight)})
		}
		if p.Leaf() {
			node.How = append(b.from(p.Indicator.Source), node.How...)
		}
		if !p.Used {
			node.How = append(node.How, i18n.T(b.lang, "index.why_not_in_period", nil))
		}
		list = append(list, node)
	}
	return list
}

// how words how a part's value comes about.
func (b *indexBuilder) how(p *report.IndexPart) []string {
	if p.Leaf() {
		return b.howIndicator(p.Indicator)
	}
	return b.howGroup(p)
}

// howGroup words how a group puts its parts together.
func (b *indexBuilder) howGroup(p *report.IndexPart) []string {
	means := map[composite.Mean]string{
		composite.Arithmetic: "index.mean_arithmetic", composite.Geometric: "index.mean_geometric",
		composite.Harmonic: "index.mean_harmonic", composite.Sum: "index.mean_sum",
	}
	gaps := map[composite.Gap]string{
		composite.Rescale: "index.gap_rescale", composite.Withhold: "index.gap_withhold", composite.AsZero: "index.gap_zero",
	}
	list := []string{i18n.T(b.lang, means[p.Group.Mean], nil)}
	if p.Group.Mean == composite.Sum && p.Group.Missing == composite.Rescale {
		list = append(list, i18n.T(b.lang, "index.gap_left_out", nil))
	} else {
		list = append(list, i18n.T(b.lang, gaps[p.Group.Missing], nil))
	}
	if p.Group.Cap != nil {
		list = append(list, i18n.T(b.lang, "index.cap", map[string]any{"cap": b.plain(p.Group.Cap)}))
	}
	if p.Factor != 0 && p.Factor != 1 {
		list = append(list, i18n.T(b.lang, "index.factor", map[string]any{"factor": b.plain(&p.Factor)}))
	}
	return list
}

// howIndicator words how a raw value becomes comparable.
func (b *indexBuilder) howIndicator(x *index.Indicator) []string {
	list := []string{b.scaling(x)}
	if x.Down {
		list = append(list, i18n.T(b.lang, "index.less_is_better", nil))
	}
	if x.Treat {
		list = append(list, i18n.T(b.lang, "index.treat", nil))
	}
	if x.Impute {
		list = append(list, i18n.T(b.lang, "index.impute", nil))
	}
	return list
}

func (b *indexBuilder) scaling(x *index.Indicator) string {
	say := func(id string, args map[string]any) string { return i18n.T(b.lang, id, args) }
	ends := map[string]any{"low": b.plain(&x.Scaling.Low), "high": b.plain(&x.Scaling.High)}
	switch {
	case x.Points != nil:
		full := 100 * cmp.Or(x.Points.FullAt, 1)
		empty := map[composite.Empty]string{
			composite.NoScore: "index.empty_none", composite.NoPoints: "index.empty_zero", composite.FullPoints: "index.empty_full",
		}
		return say("index.points", map[string]any{"max": b.plain(&x.Points.Max), "full": i18n.WithPercent(b.lang, b.plain(&full))}) +
			" " + say(empty[x.Points.Empty], nil)
	case len(x.Steps) > 0:
		return b.ladder(x)
	}
	switch x.Scaling.Method {
	case composite.MinMax:
		return say("index.min_max", ends)
	case composite.Goalposts:
		return say("index.goalposts", ends)
	case composite.ZScore:
		return say("index.z_score", nil)
	case composite.PercentRank:
		return say("index.percent_rank", nil)
	case composite.AsIs:
	}
	return say("index.as_is", nil)
}

// ladder words points from a value up, or down.
func (b *indexBuilder) ladder(x *index.Indicator) string {
	var texts []string
	for _, s := range x.Steps {
		id, limit := "index.step_from", s.AtLeast
		if x.AtMost {
			id, limit = "index.step_to", -limit
		}
		texts = append(texts, i18n.T(b.lang, id, map[string]any{"points": b.plain(&s.Points), "limit": b.plain(&limit)}))
	}
	return strings.Join(texts, "; ")
}

// from words where raw values come from.
func (b *indexBuilder) from(s index.Source) []string {
	switch {
	case len(s.FirstOf) > 0:
		var texts []string
		for _, one := range s.FirstOf {
			texts = append(texts, b.from(one)...)
		}
		return []string{strings.Join(texts, "; "+i18n.T(b.lang, "index.from_else", nil)+" ")}
	case s.Share != nil:
		return []string{i18n.T(b.lang, "index.from_share", map[string]any{"numerator": s.Share.Numerator, "denominator": s.Share.Denominator})}
	case s.Survey.Survey != "":
		what := cmp.Or(s.Survey.Item, s.Survey.Factor, s.Survey.Index)
		if what == "" {
			return []string{i18n.T(b.lang, "index.from_survey", map[string]any{"survey": s.Survey.Survey})}
		}
		return []string{i18n.T(b.lang, "index.from_score", map[string]any{"survey": s.Survey.Survey, "what": what})}
	case s.Figure != "":
		return []string{i18n.T(b.lang, "index.from_figure", map[string]any{"figure": s.Figure})}
	}
	return nil
}
