package page

import (
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/report"
)

// Made tells what responses a score is made from.
type Made struct {
	Text    string // channels and their responses; empty without any
	Flagged string // what was done with responses that look unusual; empty when there are none
	Other   Link   // the same results with these treated the other way
	Groups  []Link // the same results of one way of collecting alone; empty when no ways are mixed
}

// way is channels whose respondents come to the survey in the same manner.
// Scores of different ways differ for reasons that have nothing to do with the
// agencies: who is reached, who helps, who looks on.
type way struct {
	message  string
	channels []string
}

// ways lists the ways of collecting.
var ways = []way{
	{"results.way_open", []string{"link", "qr"}},
	{"results.way_invited", []string{"invitation"}},
	{"results.way_kiosk", []string{"kiosk"}},
	{"results.way_assisted", []string{"paper", "phone", "import"}},
}

// made words what the scores are made from.
func (b *resultsBuilder) made() Made {
	var m Made
	var parts []string
	for _, c := range b.in.Scores.Channels {
		parts = append(parts, named(b.lang, "channel.", c.Channel)+" "+i18n.Int(b.lang, c.N))
	}
	if len(parts) > 0 {
		m.Text = i18n.T(b.lang, "results.made", map[string]any{"text": strings.Join(parts, ", ")})
	}
	b.flagged(&m)
	b.mixed(&m)
	return m
}

// flagged says how many responses look unusual, and leads to the scores with
// these counted where they are not, and the other way round.
func (b *resultsBuilder) flagged(m *Made) {
	sc := b.in.Scores
	if sc.Flagged == 0 {
		return
	}
	m.Flagged = i18n.Plural(b.lang, "results.flags_"+sc.Flags, sc.Flagged, nil)
	if sc.Flags == report.FlagsWith {
		m.Other = Link{Text: i18n.T(b.lang, "results.flags_leave", nil), Href: b.address("flags", report.FlagsWithout, "part", "")}
	} else {
		m.Other = Link{Text: i18n.T(b.lang, "results.flags_take", nil), Href: b.address("flags", "", "part", "")}
	}
}

// mixed leads to each way alone when there are several. A filter of channels
// stays: a way then has only those that it let through.
func (b *resultsBuilder) mixed(m *Made) {
	var wanted []string
	if b.used.Channel != "" {
		wanted = strings.Split(b.used.Channel, ",")
	}
	for _, w := range ways {
		if !slices.ContainsFunc(b.in.Scores.Channels, func(c report.ChannelCount) bool { return slices.Contains(w.channels, c.Channel) }) {
			continue
		}
		channels := slices.DeleteFunc(slices.Clone(w.channels), func(c string) bool {
			return wanted != nil && !slices.Contains(wanted, c)
		})
		m.Groups = append(m.Groups, Link{
			Text: i18n.T(b.lang, w.message, nil), Href: b.address("channel", strings.Join(channels, ","), "part", ""),
		})
	}
	if len(m.Groups) < 2 {
		m.Groups = nil
	}
}

// channelNames words a filter of channels.
func (b *resultsBuilder) channelNames(list string) string {
	if list == "" {
		return ""
	}
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		names = append(names, named(b.lang, "channel.", name))
	}
	return strings.Join(names, ", ")
}

// channelChoices lists the channels to filter by, and the several of them that
// a link has chosen.
func (b *resultsBuilder) channelChoices() []Choice {
	list := b.named("channel.", b.in.Channels)
	if chosen := b.in.Query.Channel; strings.Contains(chosen, ",") && len(list) > 0 {
		list = append(list, Choice{Value: chosen, Text: b.channelNames(chosen)})
	}
	return b.choices(list, b.in.Query.Channel)
}
