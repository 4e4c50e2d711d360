package store

import (
	"sync"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

// places is the fold behind limits: how many responses each wave has, and how
// many of them each of its quotas covers. The first in log order get what places
// there are.
//
// A quota counts all responses of its wave, also those from before it was set:
// when a wave is opened with a condition that its quota did not have before, the
// log is counted again by it. A changed limit, title or message keeps the count.
// Conditions see the catalog as it was when a response was accepted, and for
// responses from before the quota was set, as it was then (Lookup says what they
// see). So the counts are a function of the log.
//
// The number of responses of a wave is in the tally too and is taken from there
// at start; only the counts of quotas are saved.
type places struct {
	mu    sync.Mutex
	waves map[waveKey]*taken
}

// waveKey names a wave.
type waveKey struct {
	survey string
	wave   uint32
}

// taken is what is taken of a wave.
type taken struct {
	responses int
	quotas    []quotaCount // those of the wave, in its order
}

// quotaCount is how many responses a quota covers, by the condition it had.
type quotaCount struct {
	id, condition string
	responses     int
}

func newPlaces() *places { return &places{waves: map[waveKey]*taken{}} }

func keyOf(c *catalog.Catalog, r *response.Response) waveKey {
	return waveKey{c.Version(r.Version).Questionnaire.Survey, r.Wave}
}

// at returns what is taken of a wave; the lock is held.
func (p *places) at(k waveKey) *taken {
	t := p.waves[k]
	if t == nil {
		t = &taken{}
		p.waves[k] = t
	}
	return t
}

// empty reports whether a wave has no responses.
func (p *places) empty(k waveKey) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at(k).responses == 0
}

// take counts a response that the catalog admits, unless a limit is reached: then
// it counts nothing, and the outcome says which. O(quotas × conditions).
func (p *places) take(c *catalog.Catalog, r *response.Response) catalog.Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, wave := p.at(keyOf(c, r)), c.WaveOf(r)
	if wave.MaxResponses > 0 && t.responses >= wave.MaxResponses {
		return catalog.Outcome{Status: catalog.Refused, Refusal: catalog.SurveyFull}
	}
	covered := covering(c, wave, r)
	for _, i := range covered {
		if q := &wave.Quotas[i]; t.quotas[i].responses >= q.Limit {
			return catalog.Outcome{Status: catalog.Refused, Refusal: catalog.QuotaFull, Quota: q.ID}
		}
	}
	t.count(covered)
	return catalog.Outcome{Status: catalog.Accepted}
}

// count counts a response that was accepted.
func (p *places) count(c *catalog.Catalog, r *response.Response) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at(keyOf(c, r)).count(covering(c, c.WaveOf(r), r))
}

func (t *taken) count(covered []int) {
	t.responses++
	for _, i := range covered {
		t.quotas[i].responses++
	}
}

// covering lists the quotas of a wave that cover a response, by their index.
func covering(c *catalog.Catalog, wave *catalog.Wave, r *response.Response) (covered []int) {
	if wave == nil || len(wave.Quotas) == 0 {
		return nil
	}
	lookup := c.Lookup(r)
	for i := range wave.Quotas {
		if wave.Quotas[i].Covers(lookup) {
			covered = append(covered, i)
		}
	}
	return covered
}

// Full tells what can't be had any more of a wave, named by its survey's slug and
// its id: any response at all, or those that some quotas cover, by their ids in
// the wave's order. It may be out of date when it returns; what holds is decided
// when a response is submitted. O(quotas).
func (s *Store) Full(survey, wave string) (whole bool, quotas []string) {
	known := s.Catalog().Survey(survey)
	if known == nil || known.Wave(wave) == nil {
		return false, nil
	}
	w, p := known.Wave(wave), s.places
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.waves[waveKey{survey, w.Number}]
	if t == nil {
		return false, nil
	}
	for _, count := range t.quotas { // by id: a change of the wave may be on its way
		if q := w.Quota(count.id); q != nil && q.If == count.condition && count.responses >= q.Limit {
			quotas = append(quotas, q.ID)
		}
	}
	return w.MaxResponses > 0 && t.responses >= w.MaxResponses, quotas
}

// Taken tells how many responses a wave has and, by id, how many each of its
// quotas covers.
func (s *Store) Taken(survey, wave string) (responses int, quotas map[string]int) {
	quotas = map[string]int{}
	known := s.Catalog().Survey(survey)
	if known == nil || known.Wave(wave) == nil {
		return 0, quotas
	}
	s.places.mu.Lock()
	defer s.places.mu.Unlock()
	t := s.places.waves[waveKey{survey, known.Wave(wave).Number}]
	if t == nil {
		return 0, quotas
	}
	for _, count := range t.quotas {
		quotas[count.id] = count.responses
	}
	return t.responses, quotas
}

// find returns the count of a quota that was counted by the condition it has.
func (t *taken) find(q *catalog.Quota) (int, bool) {
	if t == nil {
		return 0, false
	}
	for _, count := range t.quotas {
		if count.id == q.ID && count.condition == q.If {
			return count.responses, true
		}
	}
	return 0, false
}

// follow makes the counts those of the quotas of a catalog: it drops those that
// it has no more, and adds those that were counted for it.
func (p *places) follow(c *catalog.Catalog, counted []wanted, counts []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, survey := range c.Surveys() {
		for _, w := range survey.Waves {
			k := waveKey{survey.Slug, w.Number}
			t := p.at(k)
			next := make([]quotaCount, len(w.Quotas))
			for i := range w.Quotas {
				q := &w.Quotas[i]
				next[i].id, next[i].condition = q.ID, q.If
				next[i].responses, _ = t.find(q)
			}
			for j, one := range counted {
				if one.key == k {
					next[one.index].responses = counts[j]
				}
			}
			t.quotas = next
		}
	}
}
