package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/web"
)

// publisher puts questionnaires into the field and opens and closes their waves.
// At start it publishes by itself only what loses nothing: a survey that has no
// version yet, or whose plan refuses no change. After that a questionnaire
// changes only when somebody publishes it; waves follow the calendar.
type publisher struct {
	store *store.Store

	mu      sync.Mutex
	surveys []*questionnaire.Survey // as read from files, or published last
}

func newPublisher(s *store.Store, surveys []*questionnaire.Survey) *publisher {
	return &publisher{store: s, surveys: append([]*questionnaire.Survey(nil), surveys...)}
}

// start publishes what may be published unasked, and logs what may not.
func (p *publisher) start(ctx context.Context, now time.Time, log *slog.Logger) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*questionnaire.Survey
	for _, survey := range p.surveys {
		q := survey.Questionnaire
		plan, err := report.New(p.store).Plan(q)
		if err != nil {
			return fmt.Errorf("plan %s: %w", q.Survey, err)
		}
		if plan.Before != plan.Now && (survey.Untranslated || plan.Refused() > 0) {
			reason := "the plan refuses changes"
			if survey.Untranslated {
				reason = "texts are missing in a language"
			}
			log.Warn("questionnaire not published: run hailong plan FILE", "survey", q.Survey, "reason", reason,
				"refused", plan.Refused(), "in_field", plan.Before, "file", plan.Now)
			if survey = p.inField(survey); survey == nil {
				continue
			}
		}
		list = append(list, survey)
	}
	return p.apply(ctx, list, now)
}

// follow opens and closes waves by the calendar.
func (p *publisher) follow(ctx context.Context, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*questionnaire.Survey
	for _, survey := range p.surveys {
		if survey = p.inField(survey); survey != nil {
			list = append(list, survey)
		}
	}
	return p.apply(ctx, list, now)
}

// inField returns the fieldwork of a survey with the questionnaire that is
// published, nil when none is.
func (p *publisher) inField(survey *questionnaire.Survey) *questionnaire.Survey {
	published := p.store.Catalog().Survey(survey.Questionnaire.Survey)
	if published == nil {
		return nil
	}
	return &questionnaire.Survey{Questionnaire: published.Current().Questionnaire, Fieldwork: survey.Fieldwork}
}

func (p *publisher) apply(ctx context.Context, list []*questionnaire.Survey, now time.Time) error {
	events, err := p.store.Catalog().Changes(list, response.DayOf(now), now.Unix())
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return p.change(ctx, events)
}

func (p *publisher) change(ctx context.Context, events []response.Control) error {
	for _, event := range events {
		if _, err := p.store.Change(ctx, event); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
	return nil
}

// Publish implements web.Publisher.
func (p *publisher) Publish(ctx context.Context, survey *questionnaire.Survey, expected string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	plan, err := report.New(p.store).Plan(survey.Questionnaire)
	if err != nil {
		return fmt.Errorf("plan %s: %w", survey.Questionnaire.Survey, err)
	}
	if plan.Before != expected {
		return catalog.ErrOvertaken
	}
	if plan.Refused() > 0 {
		return web.ErrRefused
	}
	now := time.Now() //nolint:forbidigo // the proposer stamps the time
	events, err := p.store.Catalog().Publishing(survey, expected, response.DayOf(now), now.Unix())
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := p.change(ctx, events); err != nil {
		return err
	}
	for i, known := range p.surveys {
		if known.Questionnaire.Survey == survey.Questionnaire.Survey {
			p.surveys[i] = survey
			return nil
		}
	}
	p.surveys = append(p.surveys, survey)
	return nil
}
