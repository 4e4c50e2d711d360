package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// A sink is one way to make a record durable under its id.
type sink interface {
	submit(r *response.Response) error
	close() error
}

// BenchmarkSubmit measures durable responses per second, by how many goroutines
// submit at once: the store, and what it could have been. Only ratios within one
// run can be compared.
//
//   - store: this package, everything included (id index, tallies, hash chain).
//   - transaction: one bbolt transaction for each response, record and id index.
//   - batch: the same with bbolt's own db.Batch.
//   - file: records appended to a file, one fsync for all that wait; no index, no
//     way to read. It is the limit.
func BenchmarkSubmit(b *testing.B) {
	sinks := []struct {
		name string
		open func(b *testing.B, submitters int) sink
	}{
		{"store", openStoreSink},
		{"transaction", openTransactionSink},
		{"batch", openBatchSink},
		{"file", openFileSink},
	}
	for _, submitters := range []int{1, 64, 256} {
		for _, s := range sinks {
			b.Run(fmt.Sprintf("%s/%d", s.name, submitters), func(b *testing.B) {
				benchmarkSink(b, s.open(b, submitters), submitters)
			})
		}
	}
}

func benchmarkSink(b *testing.B, s sink, submitters int) {
	b.Helper()
	sample := thirtyAnswers(b)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for g := range submitters {
		all.Go(func() {
			r := *sample[g%len(sample)]
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				binary.BigEndian.PutUint64(r.ID[:], uint64(n)*0x9e3779b97f4a7c15) // spread as digests are
				binary.BigEndian.PutUint64(r.ID[8:], uint64(n))
				if err := s.submit(&r); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "responses/s")
	b.StopTimer()
	if s, ok := s.(storeSink); ok {
		b.ReportMetric(float64(b.N)/float64(s.store.log.last), "responses/commit")
	}
	if err := s.close(); err != nil {
		b.Fatal(err)
	}
}

// thirty is a survey of thirty items on a scale of five.
func thirty(b testing.TB) *questionnaire.Questionnaire {
	b.Helper()
	var y strings.Builder
	y.WriteString("survey: test\ntitle: {vi: T, en: T}\nscales:\n  five:\n    missing: [dont_know]\n    options:\n")
	for code := 1; code <= 5; code++ {
		fmt.Fprintf(&y, "      - {code: \"%d\", value: %d, label: {vi: M%d, en: L%d}}\n", code, code, code, code)
	}
	y.WriteString("pages:\n  - id: all\n    items:\n")
	for i := range 30 {
		fmt.Fprintf(&y, "      - {id: item%d, type: scale, scale: five, text: {vi: M%d, en: I%d}}\n", i, i, i)
	}
	y.WriteString("measures:\n  - {id: mean, kind: mean, title: {vi: T, en: T}}\n" +
		"indices:\n  - {id: all, title: {vi: T, en: T}, measure: mean, aggregate: pooled, factors: [{id: f, title: {vi: T, en: T}, items: [item0]}]}\n")
	survey, err := questionnaire.Parse("test", "thirty.yaml", []byte(y.String()))
	if err != nil {
		b.Fatal(err)
	}
	return survey.Questionnaire
}

func thirtyAnswers(b *testing.B) []*response.Response {
	b.Helper()
	q, random := thirty(b), seeded(1)
	rs := make([]*response.Response, 256)
	for i := range rs {
		rs[i] = random.response(q, 1, fmt.Sprint(i))
	}
	return rs
}

type storeSink struct{ store *Store }

func openStoreSink(b *testing.B, _ int) sink {
	b.Helper()
	s, err := Open(b.Context(), b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	importAgencies(b, s, readFile(b, "agencies.csv"))
	change(b, s, response.Published(1, thirty(b).Canonical()), nil)
	openWave(b, s, "")
	return storeSink{s}
}

func (s storeSink) submit(r *response.Response) error {
	_, err := s.store.Submit(context.Background(), r)
	return err
}

func (s storeSink) close() error { return s.store.Close() }

// boltSink is a log bucket and an id bucket, and how a transaction comes about.
type boltSink struct {
	db     *bolt.DB
	update func(func(tx *bolt.Tx) error) error
	layout *response.Layout
}

func openBoltSink(b *testing.B) *boltSink {
	b.Helper()
	db, err := bolt.Open(filepath.Join(b.TempDir(), "bolt.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, InitialMmapSize: 4 << 30})
	if err != nil {
		b.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		if _, err := tx.CreateBucket(bucketIDs); err != nil {
			return err
		}
		_, err := tx.CreateBucket(bucketLog)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return &boltSink{db: db, layout: response.NewLayout(thirty(b))}
}

func openTransactionSink(b *testing.B, _ int) sink {
	b.Helper()
	s := openBoltSink(b)
	s.update = s.db.Update
	return s
}

func openBatchSink(b *testing.B, submitters int) sink {
	b.Helper()
	s := openBoltSink(b)
	s.update = s.db.Batch
	s.db.MaxBatchSize = submitters
	return s
}

func (s *boltSink) submit(r *response.Response) error {
	record := response.AppendRecord(nil, r, s.layout)
	return s.update(func(tx *bolt.Tx) error {
		log, ids := tx.Bucket(bucketLog), tx.Bucket(bucketIDs)
		if ids.Get(r.ID[:]) != nil {
			return nil
		}
		seq, err := log.NextSequence()
		if err != nil {
			return err
		}
		if err := log.Put(key(seq), record); err != nil {
			return err
		}
		return ids.Put(r.ID[:], key(seq))
	})
}

func (s *boltSink) close() error { return s.db.Close() }

// fileSink appends what waits and syncs once for all of it.
type fileSink struct {
	file     *os.File
	layout   *response.Layout
	queue    chan fileRecord
	finished chan error
}

type fileRecord struct {
	record []byte
	done   chan error
}

func openFileSink(b *testing.B, submitters int) sink {
	b.Helper()
	file, err := os.Create(filepath.Join(b.TempDir(), "log"))
	if err != nil {
		b.Fatal(err)
	}
	s := &fileSink{file: file, layout: response.NewLayout(thirty(b)), queue: make(chan fileRecord, submitters), finished: make(chan error)}
	go s.run()
	return s
}

func (s *fileSink) run() {
	var buffer []byte
	var waiting []chan error
	for first := range s.queue {
		buffer, waiting = append(buffer[:0], first.record...), append(waiting[:0], first.done)
		for more := true; more; {
			select {
			case next, ok := <-s.queue:
				if more = ok; ok {
					buffer, waiting = append(buffer, next.record...), append(waiting, next.done)
				}
			default:
				more = false
			}
		}
		_, err := s.file.Write(buffer)
		if err == nil {
			err = s.file.Sync()
		}
		for _, w := range waiting {
			w <- err
		}
	}
	s.finished <- s.file.Close()
}

func (s *fileSink) submit(r *response.Response) error {
	w := fileRecord{record: response.AppendRecord(nil, r, s.layout), done: make(chan error, 1)}
	s.queue <- w
	return <-w.done
}

func (s *fileSink) close() error {
	close(s.queue)
	return <-s.finished
}
