package collect

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"hailong/internal/draft"
	"hailong/internal/response"
)

// DraftDays is for how many days a draft is kept after it was last saved.
const DraftDays = 14

// SaveDraft seals a draft and makes it durable in the place of the one before. It
// is kept for DraftDays more.
func (c *Collector) SaveDraft(ctx context.Context, token draft.Token, content *draft.Content) error {
	var nonce [12]byte
	_, _ = rand.Read(nonce[:]) // never fails
	sealed, err := token.Seal(nonce, content)
	if err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	today := response.DayOf(c.now())
	return c.log.SaveDraft(ctx, token.ID(), today+DraftDays, sealed, c.placeOf(content, today))
}

// placeOf is where a form is begun.
func (c *Collector) placeOf(content *draft.Content, day response.Day) *draft.Place {
	p := &draft.Place{Survey: content.Survey, Wave: content.Wave, Day: day}
	now := c.log.Catalog()
	if s := now.Survey(content.Survey); s != nil && p.Wave == "" {
		if open := s.OpenWaves(); len(open) == 1 {
			p.Wave = open[0].ID
		}
	}
	if a := now.Agencies.ByID(content.Agency); a != nil {
		p.Agency = a.Number
	}
	if channel, ok := response.ParseChannel(content.Channel); ok {
		p.Channel = channel
	}
	if response.ValidCounter(content.Counter) {
		p.Counter = content.Counter
	}
	return p
}

// Draft opens a draft. It returns nil when there is none, or none any more.
func (c *Collector) Draft(token draft.Token) (*draft.Content, error) {
	sealed, err := c.log.Draft(token.ID())
	if err != nil || sealed == nil {
		return nil, err
	}
	content, err := token.Open(sealed)
	if errors.Is(err, draft.ErrSealed) {
		return nil, nil //nolint:nilnil // nothing is there that this token opens
	}
	return content, err
}

// DropDraft deletes a draft, which need not be there.
func (c *Collector) DropDraft(ctx context.Context, token draft.Token) error {
	return c.log.DropDraft(ctx, token.ID())
}
