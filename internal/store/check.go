package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/response"
	"hailong/internal/tally"
)

// CheckOptions are what Check may be told.
type CheckOptions struct {
	// Live is the encoded tally of a running server, as of the event LiveThrough.
	// It is compared too when it is not nil.
	Live        []byte
	LiveThrough uint64
	// Progress is called now and then with how many of how many events were read. May be nil.
	Progress func(done, total uint64)
}

// Findings is the result of Check.
type Findings struct {
	Events    uint64
	Responses uint64
	Cells     int
	Problems  []string // in words, at most maxProblems; empty when all is well
}

const (
	maxProblems = 50
	maxProblem  = 1000 // bytes of one; bbolt quotes keys, and a damaged one may be as long as the file
)

// Check proves that the data file is what the log says. It reads every frame
// and compares its hash, its place in the chain and the checksum of each of its
// records; counts all responses again in a naive way that shares nothing with
// the tally but the decoding of records, and compares every count with the
// folds, those of quotas too; looks up every id; finds the personal values of
// every response, unless they were deleted in time; and checks the structure of
// the file. The store
// must be open read-only, in a process of its own where the file may be
// damaged: damaged pages can end a process. O(events × answers).
func (s *Store) Check(ctx context.Context, o CheckOptions) (*Findings, error) {
	if !s.readOnly {
		return nil, errors.New("check needs a store that is open read-only")
	}
	c := &checker{store: s, findings: &Findings{}, counted: recount{}, invited: map[string]uint64{}, options: o}
	if err := c.readLog(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		c.problem("log: %v", err)
	}
	c.compareLive(c.tip.sequence + 1)
	if c.options.Live != nil {
		c.problem("the running server counted to event %d, the file ends at %d", o.LiveThrough, c.tip.sequence)
	}
	c.compare("folds", s.tally)
	if err := c.comparePlaces(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		c.problem("quotas: %v", err)
	}
	if err := s.db.View(c.personal); err != nil {
		c.problem("personal values: %v", err)
	}
	if err := c.compareCodes(); err != nil {
		c.problem("%v", err)
	}
	if err := s.db.View(c.drafts); err != nil {
		c.problem("drafts: %v", err)
	}
	if err := checkMeta(s.db.Path(), s.db.Info().PageSize); err != nil {
		c.problem("file: %v", err)
	}
	if err := s.db.View(c.structure); err != nil {
		c.problem("file: %v", err)
	}
	c.findings.Cells = len(c.counted)
	return c.findings, nil
}

type checker struct {
	store    *Store
	options  CheckOptions
	findings *Findings
	counted  recount // up to tip
	tip      tip
	controls int               // control events that must be saved
	pieces   int               // of personal values that responses have
	invited  map[string]uint64 // responses by invitation, by spentKey of their wave
	omitted  int
}

func (c *checker) problem(format string, args ...any) {
	switch n := len(c.findings.Problems); {
	case n < maxProblems-1:
		text := fmt.Sprintf(format, args...)
		if len(text) > maxProblem {
			text = strings.ToValidUTF8(text[:maxProblem], "") + "…"
		}
		c.findings.Problems = append(c.findings.Problems, text)
	case c.omitted == 0:
		c.omitted = 1
		c.findings.Problems = append(c.findings.Problems, "and more; only the first are shown")
	}
}

func (c *checker) readLog(ctx context.Context) error {
	total, err := c.store.lastSequence()
	if err != nil {
		return err
	}
	r := new(response.Response)
	err = c.store.log.Read(ctx, 0, func(e Entry) error {
		if c.options.Progress != nil {
			c.options.Progress(c.tip.sequence, total)
		}
		if err := verifyFrame(e.Data); err != nil {
			return fmt.Errorf("entry %d: %w", e.Pos, err)
		}
		f, err := openFrame(e.Data)
		if err != nil {
			return err
		}
		if c.tip, err = c.tip.follow(f, e.Pos); err != nil {
			return err
		}
		return c.readFrame(f, r)
	})
	if err == nil && c.tip != c.store.tip {
		c.problem("log ends at event %d of frame %d, folds at event %d of frame %d",
			c.tip.sequence, c.tip.position, c.store.tip.sequence, c.store.tip.position)
	}
	return err
}

func (c *checker) readFrame(f frame, r *response.Response) error {
	seq := f.head.first
	for ; ; seq++ {
		record, err := f.next()
		if err != nil {
			return fmt.Errorf("event %d: %w", seq, err)
		}
		if record == nil {
			break
		}
		c.findings.Events++
		if !response.Kind(record[0]).IsResponse() {
			if err := c.checkControl(record, seq); err != nil {
				return fmt.Errorf("event %d: %w", seq, err)
			}
			continue
		}
		if err := response.ReadRecord(record, r, c.store.definitions); err != nil {
			return fmt.Errorf("event %d: %w", seq, err)
		}
		c.findings.Responses++
		c.compareLive(seq)
		c.counted.count(c.store, r)
		c.countInvited(r)
		if err := c.checkID(r.ID, seq); err != nil {
			return err
		}
		if err := c.checkPersonal(r, seq); err != nil {
			return err
		}
	}
	if seq-f.head.first != uint64(f.head.count) {
		return fmt.Errorf("%w: frame %d has %d events, says %d", ErrDamaged, f.head.position, seq-f.head.first, f.head.count)
	}
	return nil
}

// checkControl compares a control event with the one that the saved catalog is
// made from, as far as that reaches.
func (c *checker) checkControl(record []byte, seq uint64) error {
	if _, err := response.ReadControl(record); err != nil {
		return err
	}
	if seq > c.store.saved {
		return nil
	}
	c.controls++
	return c.store.db.View(func(tx *bolt.Tx) error {
		if saved := tx.Bucket(bucketControl).Get(key(seq)); !bytes.Equal(saved, closeSum(record)) {
			c.problem("event %d: the saved catalog has another", seq)
		}
		return nil
	})
}

// checkID looks an id up: its own event must be found, and no other event may have it.
func (c *checker) checkID(id response.ID, seq uint64) error {
	return c.store.db.View(func(tx *bolt.Tx) error {
		found, err := c.store.ids.inRange(tx, nil, id.Prefix(), id.Prefix())
		if err != nil {
			return err
		}
		if !slices.Contains(found, seq) {
			c.problem("event %d: its id is not in the id index", seq)
		}
		for _, other := range found {
			if other == seq {
				continue
			}
			record, err := recordAt(tx, other)
			if err != nil {
				return err
			}
			if same, _, err := response.RecordKey(record); err != nil || same == id {
				c.problem("events %d and %d have the same id: a response is counted twice", seq, other)
			}
		}
		return nil
	})
}

// compareLive compares what the running server had counted, once, when the
// recount has come to where the server was.
func (c *checker) compareLive(next uint64) {
	if c.options.Live == nil || next <= c.options.LiveThrough {
		return
	}
	live := tally.New()
	if err := live.Restore(c.options.LiveThrough, c.options.Live); err != nil {
		c.problem("running server: %v", err)
	}
	c.options.Live = nil
	c.compare("running server", live)
}

// compare compares a tally with the recount, both ways.
func (c *checker) compare(name string, t *tally.Tally) {
	got := recount{}
	t.Read(func(_ uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		for key, cell := range cells {
			version := c.store.Catalog().Version(key.Version)
			if version == nil || len(cell.Counts) != version.Questionnaire.Slots() {
				c.problem("%s: cell %v has no questionnaire of its size", name, key)
				continue
			}
			got[key] = spread(cell, version.Questionnaire)
		}
	})
	for key, cell := range c.counted {
		if !maps.Equal(cell, got[key]) {
			c.problem("%s: cell %+v differs from the recount: %s", name, key, difference(cell, got[key]))
		}
		delete(got, key)
	}
	for key := range got {
		c.problem("%s: cell %+v is not in the log", name, key)
	}
}

// structure checks the pages of the file, the id runs and the saved parts.
func (c *checker) structure(tx *bolt.Tx) error {
	if err := checkPages(c.store.db.Path(), c.store.db.Info().PageSize, tx); err != nil {
		return err // what bbolt's own check would make of it has no end
	}
	for err := range tx.Check() {
		c.problem("file structure: %v", err)
	}
	indexed := uint64(len(c.store.ids.tail))
	for _, r := range c.store.ids.runs {
		entries, err := openSum(tx.Bucket(bucketIDs).Get(r.key()))
		if err != nil {
			return fmt.Errorf("id run %d/%d: %w", r.level, r.first, err)
		}
		for i := idEntry; i < len(entries); i += idEntry {
			if string(entries[i-idEntry:i]) >= string(entries[i:i+idEntry]) {
				return fmt.Errorf("%w: id run %d/%d is not sorted", ErrDamaged, r.level, r.first)
			}
		}
		indexed += uint64(len(entries)) / idEntry
	}
	if indexed != c.findings.Responses {
		c.problem("the id index has %d entries for %d responses", indexed, c.findings.Responses)
	}
	if saved := tx.Bucket(bucketControl).Stats().KeyN; saved != c.controls {
		c.problem("the saved catalog has %d events, the log %d", saved, c.controls)
	}
	return nil
}
