package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

// country is a response that the quota "country" covers.
func country(s *Store, key string) *response.Response {
	r := seeded(1).response(s.Catalog().Version(2).Questionnaire, 2, key)
	r.Answers[1] = response.Answer{State: response.Answered, Option: 1}
	return r
}

// town is one that it does not cover.
func town(s *Store, key string) *response.Response {
	r := country(s, key)
	r.Answers[1].Option = 0
	return r
}

func countryQuota(places int) response.Quota {
	return response.Quota{ID: "country", If: "region = 'country'", Limit: places}
}

// submitAtOnce queues responses behind a held writer, so that they are decided in
// one frame, in their order.
func submitAtOnce(t *testing.T, s *Store, batch []*response.Response) []catalog.Outcome {
	t.Helper()
	release := held(t, s, seeded(99).responses(s, "plug", 1)[0])
	before := lastFrame(t, s)
	result := make(chan []catalog.Outcome)
	go func() {
		outcomes, err := s.SubmitMany(context.Background(), batch)
		if err != nil {
			t.Errorf("submit: %v", err)
		}
		result <- outcomes
	}()
	waitQueued(s, len(batch))
	release()
	outcomes := <-result
	if got := lastFrame(t, s); got != before+1 {
		t.Errorf("the batch took %d frames, want one", got-before)
	}
	return outcomes
}

// Two submissions of one commit compete for the last place: the first gets it.
func TestTheLastPlaceWithinOneFrame(t *testing.T) {
	t.Parallel()
	s := richField(t, t.TempDir(), Options{})
	limit(t, s, response.WaveOpened{MaxResponses: 5, Quotas: []response.Quota{countryQuota(2)}})
	submit(t, s, country(s, "0"), catalog.Accepted)
	if whole, quotas := s.Full("rich", ""); whole || len(quotas) > 0 {
		t.Errorf("with one of two places taken, full is %v %v", whole, quotas)
	}
	full := catalog.Outcome{Status: catalog.Refused, Refusal: catalog.QuotaFull, Quota: "country"}
	got := submitAtOnce(t, s, []*response.Response{
		country(s, "1"), country(s, "2"), town(s, "3"), country(s, "1"), town(s, "4"), country(s, "5"), town(s, "6"), town(s, "7"), country(s, "8"),
	})
	wholeFull := catalog.Outcome{Status: catalog.Refused, Refusal: catalog.SurveyFull}
	want := []catalog.Outcome{
		{Status: catalog.Accepted, Seq: 9},
		full,
		{Status: catalog.Accepted, Seq: 10},
		{Status: catalog.Duplicate, Seq: 9}, // what has its place keeps it
		{Status: catalog.Accepted, Seq: 11},
		full,
		{Status: catalog.Accepted, Seq: 12},
		wholeFull,
		wholeFull,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if whole, quotas := s.Full("rich", ""); !whole || !slices.Equal(quotas, []string{"country"}) {
		t.Errorf("full: got %v %v", whole, quotas)
	}
	submit(t, s, country(s, "0"), catalog.Duplicate)
	if got := submit(t, s, country(s, "2"), catalog.Refused); got != wholeFull {
		t.Errorf("a refused one again: got %+v", got)
	}
	submitAll(t, s, seeded(3).responses(s, "another survey", 10))
}

// Many at once: exactly as many get in as there are places.
func TestAsManyAsThereArePlaces(t *testing.T) {
	t.Parallel()
	const submitters, each, places = 32, 20, 100
	s := richField(t, t.TempDir(), Options{FoldEvery: 50})
	limit(t, s, response.WaveOpened{Quotas: []response.Quota{countryQuota(places)}})
	var mu sync.Mutex
	accepted := 0
	var all sync.WaitGroup
	for g := range submitters {
		all.Go(func() {
			for i := range each {
				got, err := s.Submit(t.Context(), country(s, fmt.Sprintf("%d-%d", g, i)))
				if err != nil || got.Status != catalog.Accepted && got.Quota != "country" {
					t.Errorf("got %+v %v", got, err)
				}
				if got.Status == catalog.Accepted {
					mu.Lock()
					accepted++
					mu.Unlock()
				}
				s.Full("rich", "")
			}
		})
	}
	for range 10 { // the limits are set again meanwhile, and waves open
		limit(t, s, response.WaveOpened{Quotas: []response.Quota{countryQuota(places)}})
		limit(t, s, response.WaveOpened{Wave: "other", Quotas: []response.Quota{countryQuota(places)}})
	}
	all.Wait()
	if _, quotas := s.Taken("rich", ""); accepted != places || quotas["country"] != places {
		t.Errorf("%d were accepted, %v are counted, want %d", accepted, quotas, places)
	}
}

// A quota counts what came before it was set; a changed limit keeps the count, a
// changed condition counts again, and so does one that comes back.
func TestQuotasCountTheWholeWave(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := richField(t, dir, Options{})
	for i := range 3 {
		submit(t, s, country(s, fmt.Sprint("c", i)), catalog.Accepted)
		submit(t, s, town(s, fmt.Sprint("t", i)), catalog.Accepted)
	}
	townQuota := response.Quota{ID: "country", If: "region = 'town'", Limit: 9}
	for i, step := range []struct {
		quotas []response.Quota
		want   int
		next   catalog.Status // of a response from the country
	}{
		{[]response.Quota{countryQuota(4)}, 3, catalog.Accepted},
		{[]response.Quota{countryQuota(4)}, 4, catalog.Refused},
		{[]response.Quota{countryQuota(5)}, 4, catalog.Accepted},
		{[]response.Quota{countryQuota(2)}, 5, catalog.Refused},
		{nil, 0, catalog.Accepted},
		{[]response.Quota{townQuota}, 3, catalog.Accepted},
		{[]response.Quota{{ID: "other", If: townQuota.If, Limit: 9}, countryQuota(8)}, 7, catalog.Accepted},
		{[]response.Quota{countryQuota(8), {ID: "other", If: townQuota.If, Limit: 9}}, 8, catalog.Refused},
	} {
		limit(t, s, response.WaveOpened{Quotas: step.quotas})
		if _, quotas := s.Taken("rich", ""); quotas["country"] != step.want {
			t.Errorf("step %d: the quota counts %d, want %d", i, quotas["country"], step.want)
		}
		submit(t, s, country(s, fmt.Sprint("step ", i)), step.next)
	}
	ev, err := response.WaveClosed{Survey: "rich"}.Event(1)
	change(t, s, ev, err)
	if _, quotas := s.Taken("rich", ""); quotas["country"] != 8 || quotas["other"] != 3 {
		t.Errorf("the wave closed: %v", quotas)
	}
	limit(t, s, response.WaveOpened{Wave: "2", Quotas: []response.Quota{countryQuota(1)}})
	if n, quotas := s.Taken("rich", "2"); n != 0 || quotas["country"] != 0 {
		t.Errorf("a new wave has %d responses, %v", n, quotas)
	}
	r := country(s, "second wave")
	r.Wave = 2
	submit(t, s, r, catalog.Accepted)
	for _, unknown := range [][2]string{{"rich", "3"}, {"poor", ""}} {
		if whole, quotas := s.Full(unknown[0], unknown[1]); whole || len(quotas) > 0 {
			t.Errorf("%q is full", unknown)
		}
		if n, quotas := s.Taken(unknown[0], unknown[1]); n > 0 || len(quotas) > 0 {
			t.Errorf("of %q %d are taken", unknown, n)
		}
	}
}

// What a condition reads of the agency is as it was when the response came.
func TestQuotasSeeTheAgenciesOfTheirTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := richField(t, dir, Options{FoldEvery: 3})
	quota := []response.Quota{{ID: "communes", If: "agency_level = 'commune'", Limit: 100}}
	limit(t, s, response.WaveOpened{Quotas: quota})
	commune := func(key string) *response.Response {
		r := town(s, key)
		r.Agency = 2
		return r
	}
	for i := range 5 {
		submit(t, s, commune(fmt.Sprint("a", i)), catalog.Accepted)
	}
	csv := string(readFile(t, "agencies.csv"))
	importAgencies(t, s, []byte(replaceOnce(t, csv, "kinh-bac,bac-ninh,commune,09163", "kinh-bac,bac-ninh,department,")))
	for i := range 5 {
		submit(t, s, commune(fmt.Sprint("b", i)), catalog.Accepted)
	}
	if _, quotas := s.Taken("rich", ""); quotas["communes"] != 5 {
		t.Errorf("the quota counts %v, want the 5 from before the import", quotas)
	}
	mustClose(t, s)
	// As the file is, without what is saved, and counted again by the checker at the end.
	without := copyFolder(t, dir)
	tamper(t, without, func(tx *bolt.Tx) error { return tx.Bucket(bucketFolds).Delete(keyQuotas) })
	for _, dir := range []string{dir, without} {
		if _, quotas := mustOpen(t, dir, Options{}).Taken("rich", ""); quotas["communes"] != 5 {
			t.Errorf("opened again, the quota counts %v, want 5", quotas)
		}
	}
	s = mustOpen(t, t.TempDir(), Options{})
	if n, _ := s.Taken("rich", ""); n != 0 {
		t.Errorf("an empty store has %d responses", n)
	}
}
