package store

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

// life is a store and what it must say, through random events.
type life struct {
	t      *testing.T
	dir    string
	store  *Store
	model  *model
	random chance
	keys   int
	known  map[string]bool // versions that were published
}

// TestAnyLife compares the store with a list, through random submissions, retries,
// new versions, waves and reopenings, with folds saved after random counts.
func TestAnyLife(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := seeded(100 + seed)
			dir := t.TempDir()
			l := &life{t: t, dir: dir, store: richField(t, dir, Options{FoldEvery: 1 + random.IntN(40)}), model: newModel(), random: random}
			l.known = map[string]bool{"rich": true, l.store.Catalog().Version(1).Questionnaire.Version: true}
			l.model.seq = 5
			for range 60 {
				l.step()
			}
			l.reopen()
			l.model.compare(t, l.store)
		})
	}
}

func (l *life) step() {
	switch n := l.random.IntN(25); {
	case n < 9:
		l.submitOne(l.fresh())
	case n < 12:
		l.submitMany()
	case n < 15:
		l.retry()
	case n == 15:
		l.publish()
	case n == 16:
		openWave(l.t, l.store, "")
		l.model.control()
	case n == 17:
		l.model.compare(l.t, l.store)
	case n == 18:
		l.limit()
	case n == 19:
		l.purge()
	case n == 20 || n == 21:
		l.crash()
	default:
		l.reopen()
	}
}

func (l *life) fresh() *response.Response {
	l.keys++
	versions := uint32(0)
	for l.store.Catalog().Version(versions+1) != nil {
		versions++
	}
	version := 1 + l.random.Uint32N(versions) // old versions stay open
	q := l.store.Catalog().Version(version).Questionnaire
	return l.random.response(q, version, fmt.Sprintf("key-%d", l.keys))
}

func (l *life) submitOne(r *response.Response) {
	want := l.model.submit(r)
	got, err := l.store.Submit(l.t.Context(), r)
	if err != nil || got != want {
		l.t.Fatalf("got %+v %v, want %+v", got, err, want)
	}
}

func (l *life) submitMany() {
	var rs []*response.Response
	for range l.random.IntN(60) {
		rs = append(rs, l.fresh())
		if l.random.IntN(5) == 0 {
			rs = append(rs, rs[l.random.IntN(len(rs))])
		}
	}
	got, err := l.store.SubmitMany(l.t.Context(), rs)
	if err != nil {
		l.t.Fatal(err)
	}
	for i, r := range rs {
		if want := l.model.submit(r); got[i] != want {
			l.t.Fatalf("response %d of %d: got %+v, want %+v", i, len(rs), got[i], want)
		}
	}
}

// retry submits something that is stored, as it was or changed.
func (l *life) retry() {
	if len(l.model.list) == 0 {
		return
	}
	r := l.model.list[l.random.IntN(len(l.model.list))].Response
	if l.random.IntN(2) == 0 {
		r.Fingerprint ^= 1 << l.random.IntN(64)
	}
	l.submitOne(&r)
}

// limit opens the wave of "rich" again with other limits.
func (l *life) limit() {
	w := response.WaveOpened{}
	if l.random.IntN(3) == 0 {
		w.MaxResponses = 1 + l.random.IntN(200)
	}
	for i, condition := range slices.Sorted(maps.Keys(covers)) {
		if l.random.IntN(2) == 0 {
			id := fmt.Sprint("q", i+l.random.IntN(2)*10) // the same condition under two names
			w.Quotas = append(w.Quotas, response.Quota{ID: id, If: condition, Limit: 1 + l.random.IntN(60)})
		}
	}
	limit(l.t, l.store, w)
	l.model.limits = w
	l.model.control()
}

func (l *life) purge() {
	day := response.Day(9830 + l.random.Uint32N(400))
	want := l.model.purge(day)
	if got, err := l.store.Purge(day); err != nil || got != want {
		l.t.Fatalf("purge through %s: got %d %v, want %d", day, got, err, want)
	}
}

// publish publishes a new version or an old one again.
func (l *life) publish() {
	q := readSurvey(l.t, "survey.yaml", "en: Overall", fmt.Sprintf("en: Overall %d", l.random.IntN(4))).Questionnaire
	l.known[q.Version] = true
	change(l.t, l.store, response.Published(1, q.Canonical()), nil)
	l.model.control()
	if got := l.store.Catalog().Survey("test").Current().Questionnaire.Version; got != q.Version {
		l.t.Fatalf("version %.8s was published, %.8s is current", q.Version, got)
	}
	if l.store.Catalog().Version(uint32(len(l.known))) == nil || l.store.Catalog().Version(uint32(len(l.known)+1)) != nil {
		l.t.Fatalf("%d versions were published; the catalog has another number", len(l.known))
	}
}

func (l *life) reopen() {
	before := describe(l.store.Catalog())
	_, counted := l.store.Counted()
	mustClose(l.t, l.store)
	l.store = mustOpen(l.t, l.dir, Options{FoldEvery: 1 + l.random.IntN(40)})
	if diff := cmp.Diff(before, describe(l.store.Catalog())); diff != "" {
		l.t.Fatalf("catalog after reopening (-want +got):\n%s", diff)
	}
	if _, again := l.store.Counted(); !bytes.Equal(again, counted) {
		l.t.Fatal("the counts after reopening are not those before")
	}
}

// crash goes on with the file as it is: folds are as old as they were last saved.
func (l *life) crash() {
	left := copyFolder(l.t, l.dir)
	if l.random.IntN(3) == 0 { // also without what is saved of quotas
		tamper(l.t, left, func(tx *bolt.Tx) error { return tx.Bucket(bucketFolds).Delete(keyQuotas) })
	}
	mustClose(l.t, l.store)
	l.dir = left
	l.store = mustOpen(l.t, l.dir, Options{FoldEvery: 1 + l.random.IntN(40)})
}

// describe writes down what a catalog says.
func describe(c *catalog.Catalog) (said []string) {
	for n := uint32(1); c.Version(n) != nil; n++ {
		said = append(said, c.Version(n).Questionnaire.Survey+" "+c.Version(n).Questionnaire.Version)
	}
	for _, s := range c.Surveys() {
		said = append(said, fmt.Sprintf("%s, current %d", s.Slug, s.Current().Number))
		for _, w := range s.Waves {
			said = append(said, fmt.Sprintf("wave %d %q %v %s %s %v %v %v %d %d", w.Number, w.ID, w.Title, w.Opens, w.Closes, w.Open, w.Channels,
				w.Invitation, w.MinSeconds, w.MaxResponses))
			for _, q := range w.Quotas {
				said = append(said, fmt.Sprintf("quota %q %v %q %d %v", q.ID, q.Title, q.If, q.Limit, q.Message))
			}
		}
	}
	return append(said, string(c.Agencies.Canonical()))
}

// The same responses in another order, in other batches, saved at other times,
// count the same.
func TestTheOrderOfResponsesMakesNoDifference(t *testing.T) {
	t.Parallel()
	var rs []*response.Response
	var want string
	for round := range uint64(5) {
		random := seeded(round)
		s := field(t, t.TempDir(), Options{FoldEvery: 1 + random.IntN(100)})
		if rs == nil {
			rs = seeded(200).responses(s, "key", 500)
		}
		random.Shuffle(len(rs), func(i, j int) { rs[i], rs[j] = rs[j], rs[i] })
		submitAll(t, s, rs)
		_, counted := s.Counted()
		if round == 0 {
			want = string(counted)
		} else if string(counted) != want {
			t.Fatalf("round %d counts otherwise", round)
		}
	}
}

// The log, the saved folds and what a server had counted must agree; Check tells
// when they do not.
func TestCheckComparesARunningServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	random := seeded(5)
	submitAll(t, s, random.responses(s, "a", 50))
	through, live := s.Counted()
	submitAll(t, s, random.responses(s, "b", 50))
	_, later := s.Counted()
	end := s.Watermark()
	mustClose(t, s)
	check := func(o CheckOptions) *Findings {
		t.Helper()
		s, err := Open(t.Context(), dir, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		findings, err := s.Check(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return findings
	}
	for name, test := range map[string]struct {
		o    CheckOptions
		good bool
	}{
		"as of the middle":              {CheckOptions{Live: live, LiveThrough: through}, true},
		"as of the end":                 {CheckOptions{Live: later, LiveThrough: end}, true},
		"of another time":               {CheckOptions{Live: later, LiveThrough: through}, false},
		"of an earlier time":            {CheckOptions{Live: live, LiveThrough: end}, false},
		"beyond the end of the file":    {CheckOptions{Live: later, LiveThrough: end + 5}, false},
		"not a tally":                   {CheckOptions{Live: []byte{9}, LiveThrough: end}, false},
		"nothing counted at the middle": {CheckOptions{Live: []byte{0}, LiveThrough: through}, false},
	} {
		if got := check(test.o); (len(got.Problems) == 0) != test.good {
			t.Errorf("%s: got problems %q", name, got.Problems)
		}
	}
	calls := 0
	findings := check(CheckOptions{Progress: func(done, total uint64) {
		if calls++; done > total || total != end {
			t.Errorf("progress %d of %d, want at most %d", done, total, end)
		}
	}})
	if findings.Events != 103 || findings.Responses != 100 || findings.Cells == 0 || calls == 0 {
		t.Errorf("got %+v after %d calls", findings, calls)
	}
}

func TestCheckNeedsAReadOnlyStore(t *testing.T) {
	t.Parallel()
	if _, err := field(t, t.TempDir(), Options{}).Check(t.Context(), CheckOptions{}); err == nil {
		t.Error("Check works beside a writer")
	}
}
