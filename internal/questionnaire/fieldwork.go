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
// as YYYY-MM-DD; Closes may be empty.
type Wave struct {
	ID     string
	Title  Text
	Opens  string
	Closes string
}

// fieldwork makes the fieldwork, all but the quotas.
func (b *builder) fieldwork() Fieldwork {
	f := b.file.Fieldwork
	unique(b, f.Waves, "fieldwork.waves", "wave", "id", func(w FileWave) string { return w.ID })
	unique(b, f.Channels, "fieldwork.channels", "channel", "", func(c string) string { return c })
	work := Fieldwork{
		Channels: f.Channels, Invitation: f.Invitation == "required",
		MinSeconds: given(f.MinSeconds, 0), MaxResponses: given(f.MaxResponses, 0),
	}
	if closed := []string{"link", "qr", "kiosk"}; work.Invitation && len(f.Channels) > 0 &&
		!slices.ContainsFunc(f.Channels, func(c string) bool { return !slices.Contains(closed, c) }) {
		b.at("fieldwork.invitation", "with an invitation nobody can answer by "+strings.Join(f.Channels, ", "), "add the channel invitation, or leave channels out")
	}
	for i, w := range f.Waves {
		at := fmt.Sprintf("fieldwork.waves[%d]", i)
		if w.Closes != "" && w.Closes < w.Opens {
			b.at(at+".closes", "the wave closes before it opens", "swap the two dates")
		}
		work.Waves = append(work.Waves, Wave{ID: w.ID, Title: b.text(w.Title, at+".title"), Opens: w.Opens, Closes: w.Closes})
	}
	b.overlaps(work.Waves)
	return work
}

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
			b.warn(fmt.Sprintf("fieldwork.waves[%d].opens", i), fmt.Sprintf("the wave %q opens while %q is open", w.ID, waves[open].ID), "close the one before the other opens")
		}
		if open < 0 || waves[open].Closes != "" && (w.Closes == "" || w.Closes > waves[open].Closes) {
			open = i
		}
	}
}
