package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/invite"
	"hailong/internal/response"
)

// BenchmarkSubmitWith measures what a draft and an invitation cost that go with a
// response. Only ratios within one run can be compared. "drafts" is a draft saved
// for each response, beside it.
func BenchmarkSubmitWith(b *testing.B) {
	for _, submitters := range []int{1, 64, 256} {
		for _, kind := range []string{"plain", "draft", "invitation", "both", "drafts"} {
			b.Run(fmt.Sprintf("%s/%d", kind, submitters), func(b *testing.B) { benchmarkWith(b, kind, submitters) })
		}
	}
}

func benchmarkWith(b *testing.B, kind string, submitters int) {
	b.Helper()
	sink, _ := openStoreSink(b, submitters).(storeSink)
	s := sink.store
	withDraft, withCode := kind == "draft" || kind == "both", kind == "invitation" || kind == "both"
	if withDraft {
		saveMany(b, s, b.N)
	}
	if withCode {
		inviteMany(b, s, b.N)
	}
	sample := thirtyAnswers(b)
	sealed := make([]byte, 29+512)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for g := range submitters {
		all.Go(func() {
			r := *sample[g%len(sample)]
			r.Agency, r.Resolver, r.Service, r.Channel, r.Day = 2, 0, "", response.Invitation, 9822
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				binary.BigEndian.PutUint64(r.ID[:], uint64(n)*0x9e3779b97f4a7c15)
				binary.BigEndian.PutUint64(r.ID[8:], uint64(n))
				var with catalog.With
				if withDraft {
					with.Draft = draftID(int(n - 1))
				}
				if withCode {
					with.Invitation = manyDigest(int(n - 1))
				}
				if kind == "drafts" {
					if err := s.SaveDraft(context.Background(), draftID(int(n)), 9900, sealed, nil); err != nil {
						b.Error(err)
					}
				}
				if got, err := s.SubmitWith(context.Background(), &r, with); err != nil || got.Status != catalog.Accepted {
					b.Errorf("got %+v %v", got, err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "responses/s")
	b.StopTimer()
	if err := sink.close(); err != nil {
		b.Fatal(err)
	}
}

// saveMany saves drafts 0 to n-1.
func saveMany(b *testing.B, s *Store, n int) {
	b.Helper()
	var all sync.WaitGroup
	var next atomic.Int64
	for range 256 {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				if err := s.SaveDraft(context.Background(), draftID(int(i)), 9900, make([]byte, 29+512), nil); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func manyDigest(n int) invite.Digest { return invite.Digest(draftID(n)) }

// inviteMany issues codes 0 to n-1 to agency 2.
func inviteMany(b testing.TB, s *Store, n int) {
	b.Helper()
	for from := 0; from < n; from += maxBatch {
		g := invite.Group{Agency: 2}
		for i := from; i < min(from+maxBatch, n); i++ {
			g.Digests = append(g.Digests, manyDigest(i))
		}
		if err := s.Invite(b.Context(), batchOf(fmt.Sprint(from), g)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInvitations measures what a million invitations cost: to issue, to open
// a folder with, to keep in memory, to look up, to revoke.
func BenchmarkInvitations(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		dir := b.TempDir()
		s, err := Open(b.Context(), dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		populate(b, s)
		took := func(unit string, start time.Time) { b.ReportMetric(float64(time.Since(start).Milliseconds()), unit) }
		start := time.Now()
		inviteMany(b, s, n)
		took("ms/issue", start)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		before := heap()
		start = time.Now()
		if s, err = Open(b.Context(), dir, Options{}); err != nil {
			b.Fatal(err)
		}
		took("ms/open", start)
		b.ReportMetric(float64(heap()-before)/n, "B/code")
		start = time.Now()
		for i := range n {
			if _, known := s.Invitation(manyDigest(i)); !known {
				b.Fatal("a code is not known")
			}
		}
		b.ReportMetric(float64(time.Since(start).Nanoseconds())/n, "ns/look-up")
		start = time.Now()
		if got, err := s.RevokeBatch(b.Context(), "0"); err != nil || got != n {
			b.Fatalf("revoked %d: %v", got, err)
		}
		took("ms/revoke", start)
		info, err := os.Stat(filepath.Join(dir, CodesName))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/n, "B/code-on-disk")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
