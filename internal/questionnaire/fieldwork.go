package questionnaire

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Fieldwork says when and how a survey is in the field.
type Fieldwork struct {
	Waves    []Wave   // in order; empty means one unnamed wave that never closes
	Channels []string // channels a response may come by; empty means all

	Invitation   bool    // responses by link, qr and kiosk need an invitation
	MinSeconds   int     // faster responses are kept, but flagged; 0: none is too fast
	MaxResponses int     // of a wave; 0: no limit
	Quotas       []Quota // of a wave

	Effort bool     // responses by link and qr come with a proof of work, or are flagged
	Passes bool     // kiosk, paper and phone need a pass; else those without one are flagged
	Embed  []string // origins whose pages may show the survey in a frame; "*": all; empty: none
	Hours  string   // of work, such as 07:00-17:30 ([ParseHours]); empty: any

	Sample string // how respondents come to it ([SampleTypes]), for waves that say nothing; empty: OptIn
	Lonely string // what strata of one respondent add ([LonelyPolicies]), likewise; empty: Adjust
}

// How respondents come to a survey. It decides what an interval around a score
// may be called: only a probability sample has a sampling error.
const (
	Probability = "probability" // drawn from a list by chance, each with a known probability
	Census      = "census"      // everybody of the list was asked
	OptIn       = "opt_in"      // whoever came; what holds when nothing is said
)

// What a stratum with a single respondent adds to a variance, which can't be
// seen from one answer. They are the policies of package sample, by the names of
// survey.lonely.psu in R's package survey.
const (
	LonelyAdjust    = "adjust"    // the deviation from the estimate itself; what holds when nothing is said
	LonelyRemove    = "remove"    // nothing
	LonelyCertainty = "certainty" // nothing, as if it were sampled with certainty
	LonelyAverage   = "average"   // the mean of the other strata
)

// SampleTypes lists what the key sample may say.
func SampleTypes() []string { return []string{Probability, Census, OptIn} }

// LonelyPolicies lists what the key lonely may say.
func LonelyPolicies() []string {
	return []string{LonelyAdjust, LonelyRemove, LonelyCertainty, LonelyAverage}
}

// Quota limits how many responses of a kind a wave takes. Those beyond are
// thanked and not stored.
type Quota struct {
	ID      string
	Title   Text
	If      string // condition on the answers, in canonical form
	Limit   int
	Message Text // said when it is full, in Markdown; empty: standard words
}

// Wave is a period of fieldwork. Dates are local calendar days, both inclusive,
// as YYYY-MM-DD; Closes may be empty. Sample and Lonely are what the wave itself
// says; empty: as the fieldwork has it.
type Wave struct {
	ID     string
	Title  Text
	Opens  string
	Closes string
	Sample string
	Lonely string
}

// fieldwork makes the fieldwork, all but the quotas.
func (b *builder) fieldwork() Fieldwork {
	f := b.file.Fieldwork
	unique(b, f.Waves, "fieldwork.waves", "wave", "id", func(w FileWave) string { return w.ID })
	unique(b, f.Channels, "fieldwork.channels", "channel", "", func(c string) string { return c })
	work := Fieldwork{
		Channels: f.Channels, Invitation: f.Invitation == "required",
		MinSeconds: given(f.MinSeconds, 0), MaxResponses: given(f.MaxResponses, 0), Sample: f.Sample, Lonely: f.Lonely,
	}
	if closed := []string{"link", "qr", "kiosk"}; work.Invitation && len(f.Channels) > 0 &&
		!slices.ContainsFunc(f.Channels, func(c string) bool { return !slices.Contains(closed, c) }) {
		b.At("fieldwork.invitation", "with an invitation nobody can answer by "+strings.Join(f.Channels, ", "), "add the channel invitation, or leave channels out")
	}
	for i, w := range f.Waves {
		at := fmt.Sprintf("fieldwork.waves[%d]", i)
		if w.Closes != "" && w.Closes < w.Opens {
			b.At(at+".closes", "the wave closes before it opens", "swap the two dates")
		}
		work.Waves = append(work.Waves, Wave{ID: w.ID, Title: b.text(w.Title, at+".title"), Opens: w.Opens, Closes: w.Closes, Sample: w.Sample, Lonely: w.Lonely})
	}
	b.overlaps(work.Waves)
	b.surroundings(&work)
	return work
}

// surroundings makes what the fieldwork says of the places and devices that responses
// come from.
func (b *builder) surroundings(work *Fieldwork) {
	f := b.file.Fieldwork
	unique(b, f.Embed, "fieldwork.embed", "address", "", func(origin string) string { return origin })
	work.Effort, work.Passes, work.Embed, work.Hours = f.ProofOfWork, f.Passes == "required", f.Embed, f.Hours
	if i := slices.Index(f.Embed, "*"); i >= 0 && len(f.Embed) > 1 {
		b.Warn(fmt.Sprintf("fieldwork.embed[%d]", i), "\"*\" lets every page show the survey, so that the other addresses make no difference", "leave \"*\" out, or the others")
	}
	if from, to, ok := ParseHours(f.Hours); ok && from >= to {
		b.At("fieldwork.hours", "the hours end before they begin", "swap the two times; hours over midnight are not known")
	}
	b.idle("proof_of_work", f.ProofOfWork, "link", "qr")
	b.idle("passes", work.Passes, "kiosk", "paper", "phone")
	b.idle("hours", f.Hours != "", "kiosk", "paper")
}

// idle warns of a key that concerns only channels that the survey does not take.
func (b *builder) idle(key string, said bool, channels ...string) {
	taken := b.file.Fieldwork.Channels
	if said && len(taken) > 0 && !slices.ContainsFunc(channels, func(c string) bool { return slices.Contains(taken, c) }) {
		b.Warn("fieldwork."+key, key+" concerns "+strings.Join(channels, ", ")+", and the survey takes none of these channels", "leave it out, or add a channel")
	}
}

// ParseHours returns the minutes of the day at which hours such as 07:00-17:30
// begin and end; false for a text that is not written so.
func ParseHours(hours string) (from, to int, ok bool) {
	if !patterns["hours"].MatchString(hours) {
		return 0, 0, false
	}
	two := func(at int) int { return int(hours[at]-'0')*10 + int(hours[at+1]-'0') }
	return two(0)*60 + two(3), two(6)*60 + two(9), true
}

// ValidOrigin reports whether a text may stand in [Fieldwork.Embed]: it names
// pages by scheme, host and port, and is safe in a header as it is.
func ValidOrigin(origin string) bool { return patterns["origin"].MatchString(origin) }

// overlaps warns of waves that are open on the same days: a response without a
// wave of its own counts for only one of them.
func (b *builder) overlaps(waves []Wave) {
	order := make([]int, len(waves))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return strings.Compare(waves[x].Opens, waves[y].Opens) })
	open := -1 // the wave that closes last of those that opened
	for _, i := range order {
		w := &waves[i]
		if _, err := time.Parse(time.DateOnly, w.Opens); err != nil || w.Closes != "" && w.Closes < w.Opens {
			continue // told
		}
		if open >= 0 && (waves[open].Closes == "" || waves[open].Closes >= w.Opens) {
			b.Warn(fmt.Sprintf("fieldwork.waves[%d].opens", i), fmt.Sprintf("the wave %q opens while %q is open", w.ID, waves[open].ID), "close the one before the other opens")
		}
		if open < 0 || waves[open].Closes != "" && (w.Closes == "" || w.Closes > waves[open].Closes) {
			open = i
		}
	}
}
