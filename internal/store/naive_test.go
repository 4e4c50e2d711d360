package store

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// model is the naive store: a list.
type model struct {
	list   []stored
	byID   map[response.ID]int
	seq    uint64
	limits response.WaveOpened        // of the survey "rich"
	gone   map[personalPiece]struct{} // pieces that were deleted
}

// personalPiece names the values of a response that are kept equally long.
type personalPiece struct {
	seq  uint64
	days int
}

func newModel() *model {
	return &model{byID: map[response.ID]int{}, gone: map[personalPiece]struct{}{}}
}

// control counts a control event.
func (m *model) control() { m.seq++ }

// covers says what the conditions of quotas mean, by another way.
var covers = map[string]func(r *response.Response) bool{
	"region = 'country'": func(r *response.Response) bool {
		return r.Answers[1] == response.Answer{State: response.Answered, Option: 1}
	},
	"selected(needs, 'more')": func(r *response.Response) bool {
		return r.Answers[3].State == response.Answered && r.Answers[3].Set&4 != 0
	},
	"channel in ('qr', 'kiosk')": func(r *response.Response) bool { return r.Channel == response.QR || r.Channel == response.Kiosk },
	"agency_level = 'commune'":   func(r *response.Response) bool { return r.Agency == 2 || r.Agency == 3 },
	"cost > 20": func(r *response.Response) bool {
		return r.Answers[9].State == response.Answered && r.Answers[9].Amount > 2000
	},
}

// refuse says which limit a response meets, by counting the list.
func (m *model) refuse(r *response.Response) catalog.Outcome {
	if r.Version != 2 {
		return catalog.Outcome{}
	}
	count := func(covers func(r *response.Response) bool) (n int) {
		for i := range m.list {
			if other := &m.list[i].Response; other.Version == 2 && covers(other) {
				n++
			}
		}
		return n
	}
	all := func(*response.Response) bool { return true }
	if m.limits.MaxResponses > 0 && count(all) >= m.limits.MaxResponses {
		return catalog.Outcome{Status: catalog.Refused, Refusal: catalog.SurveyFull}
	}
	for _, q := range m.limits.Quotas {
		if covers[q.If](r) && count(covers[q.If]) >= q.Limit {
			return catalog.Outcome{Status: catalog.Refused, Refusal: catalog.QuotaFull, Quota: q.ID}
		}
	}
	return catalog.Outcome{}
}

// submit says what must become of a response that the catalog admits.
func (m *model) submit(r *response.Response) catalog.Outcome {
	if i, known := m.byID[r.ID]; known {
		status := catalog.Duplicate
		if m.list[i].Response.Fingerprint != r.Fingerprint {
			status = catalog.Reused
		}
		return catalog.Outcome{Status: status, Seq: m.list[i].Seq}
	}
	if refused := m.refuse(r); refused.Status != 0 {
		return refused
	}
	m.seq++
	m.byID[r.ID] = len(m.list)
	m.list = append(m.list, stored{m.seq, *r})
	return catalog.Outcome{Status: catalog.Accepted, Seq: m.seq}
}

// purge says how many pieces a purge must delete.
func (m *model) purge(day response.Day) (n int) {
	for _, one := range m.list {
		for _, days := range []int{30, 365} {
			piece := personalPiece{one.Seq, days}
			if _, gone := m.gone[piece]; !gone && hasPersonal(&one.Response, days) && one.Response.Day+response.Day(days) <= day {
				m.gone[piece] = struct{}{}
				n++
			}
		}
	}
	return n
}

// personalDays says how long the values of a variable of "rich" are kept.
var personalDays = map[int]int{13: 30, 14: 30, 15: 365}

func hasPersonal(r *response.Response, days int) bool {
	for variable, kept := range personalDays {
		if r.Version != 2 || kept != days {
			continue
		}
		if r.Answers[variable].State == response.Answered {
			return true
		}
		for _, one := range r.Repeats {
			if one.Answers[variable].State == response.Answered {
				return true
			}
		}
	}
	return false
}

// without is a response without the personal values that are kept for some times.
func without(r *response.Response, days ...int) response.Response {
	c := r.Clone()
	if r.Version != 2 {
		return *c
	}
	strip := func(answers []response.Answer) {
		for variable, kept := range personalDays {
			if answers[variable].State == response.Answered && slices.Contains(days, kept) {
				answers[variable] = response.Answer{State: response.Answered, Apart: true}
			}
		}
	}
	strip(c.Answers)
	for _, one := range c.Repeats {
		strip(one.Answers)
	}
	return *c
}

// open is the list as it is read without personal values, or with what is left of them.
func (m *model) read(personal bool) []stored {
	list := []stored{}
	for _, one := range m.list {
		var hidden []int
		for _, days := range []int{30, 365} {
			if _, gone := m.gone[personalPiece{one.Seq, days}]; gone || !personal {
				hidden = append(hidden, days)
			}
		}
		list = append(list, stored{one.Seq, without(&one.Response, hidden...)})
	}
	return list
}

// count counts every response of the model anew.
func (m *model) count(c *catalog.Catalog) map[tally.Key]tally.Cell {
	want := map[tally.Key]tally.Cell{}
	cell := func(r *response.Response, agency uint32) (tally.Key, tally.Cell) {
		key := tally.Key{Version: r.Version, Agency: agency, Channel: r.Channel, Wave: r.Wave, Flagged: r.Flags != 0}
		key.Period, _ = response.ParseDay(r.Day.String()[:8] + "01")
		cell, ok := want[key]
		if !ok {
			cell.Counts = make([]uint32, c.Version(r.Version).Questionnaire.Slots())
		}
		return key, cell
	}
	for i := range m.list {
		r := &m.list[i].Response
		variables := c.Version(r.Version).Questionnaire.Variables()
		key, own := cell(r, r.Agency)
		own.Responses++
		want[key] = own
		for _, v := range variables {
			if r.Version != 2 || v.Page != 1 {
				countAnswer(own, &v, r.Answers[v.Index])
			}
		}
		countPools(own, c.Version(r.Version).Questionnaire, r.Answers, r.Version == 2)
		for _, one := range r.Repeats {
			key, rated := cell(r, one.Agency)
			want[key] = rated
			countPools(rated, c.Version(r.Version).Questionnaire, one.Answers, false)
			for _, v := range variables {
				if v.Page == 1 {
					countAnswer(rated, &v, one.Answers[v.Index])
				}
			}
		}
	}
	return want
}

func countAnswer(cell tally.Cell, v *questionnaire.Variable, a response.Answer) {
	if a.State != response.Answered {
		cell.Counts[v.Slot+int(a.State)]++
		return
	}
	cell.Counts[v.Slot+5+len(v.Options())]++
	for o := range v.Options() {
		if v.Item.Type == questionnaire.Multiple && a.Set&(1<<o) != 0 ||
			v.Item.Type != questionnaire.Multiple && int(a.Option) == o {
			cell.Counts[v.Slot+5+o]++
		}
	}
}

// countPools counts what one person says on pooled variables; without skips those
// of the page that repeats, of which nothing is pooled here.
func countPools(cell tally.Cell, q *questionnaire.Questionnaire, answers []response.Answer, without bool) {
	for _, p := range q.Pools() {
		var u, d uint32
		for place, index := range p.Variables {
			if v := q.Variables()[index]; without && v.Page == 1 || answers[index].State != response.Answered || v.Kind != questionnaire.OneOf {
				continue
			}
			d++
			if p.Counts(place, int(answers[index].Option)) {
				u++
			}
		}
		if d > 0 {
			for i, n := range []uint32{1, u * u, u * d, d * d} {
				cell.Counts[p.Slot+i] += n
			}
		}
	}
}

// compare compares everything that a store answers with the model.
func (m *model) compare(t testing.TB, s *Store) {
	t.Helper()
	if got := s.Watermark(); got != m.seq {
		t.Fatalf("watermark: got %d, want %d", got, m.seq)
	}
	if diff := cmp.Diff(m.read(false), scan(t, s)); diff != "" {
		t.Fatalf("scan (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(m.read(true), scanPersonal(t, s)); diff != "" {
		t.Fatalf("scan with personal values (-want +got):\n%s", diff)
	}
	watermark, got := cells(s)
	if diff := cmp.Diff(m.count(s.Catalog()), got); diff != "" || watermark != m.seq {
		t.Fatalf("counts at %d, want %d (-want +got):\n%s", watermark, m.seq, diff)
	}
	m.compareLimits(t, s)
	for _, want := range m.list {
		code, ok := response.ParseReceipt(want.Response.ID.Receipt())
		if !ok {
			t.Fatalf("receipt %s can't be read", want.Response.ID.Receipt())
		}
		seqs, err := s.ByReceipt(code)
		if err != nil || !slices.Contains(seqs, want.Seq) {
			t.Fatalf("receipt %s: got events %d %v, want %d", want.Response.ID.Receipt(), seqs, err, want.Seq)
		}
	}
}

// compareLimits compares what is taken of the wave of "rich".
func (m *model) compareLimits(t testing.TB, s *Store) {
	t.Helper()
	responses, full := 0, []string(nil)
	quotas := map[string]int{}
	for _, q := range m.limits.Quotas {
		quotas[q.ID] = 0
	}
	for _, one := range m.list {
		if one.Response.Version != 2 {
			continue
		}
		responses++
		for _, q := range m.limits.Quotas {
			if covers[q.If](&one.Response) {
				quotas[q.ID]++
			}
		}
	}
	for _, q := range m.limits.Quotas {
		if quotas[q.ID] >= q.Limit {
			full = append(full, q.ID)
		}
	}
	if n, got := s.Taken("rich", ""); n != responses || !maps.Equal(got, quotas) {
		t.Fatalf("taken: got %d %v, want %d %v", n, got, responses, quotas)
	}
	whole, got := s.Full("rich", "")
	if whole != (m.limits.MaxResponses > 0 && responses >= m.limits.MaxResponses) || !slices.Equal(got, full) {
		t.Fatalf("full: got %v %v, want %d responses of %d, %v", whole, got, responses, m.limits.MaxResponses, full)
	}
}

// scanPersonal copies all responses of a store with their personal values.
func scanPersonal(t testing.TB, s *Store) []stored {
	t.Helper()
	all := []stored{}
	err := s.ScanPersonal(context.Background(), 0, ^uint64(0), func(seq uint64, r *response.Response) error {
		all = append(all, stored{seq, *r.Clone()})
		return nil
	})
	if err != nil {
		t.Fatalf("scan with personal values: %v", err)
	}
	return all
}
