package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/invite"
	"hailong/internal/response"
)

const (
	retrySeconds = 3                      // after which an overloaded sender may come back
	queueLen     = 16384                  // submissions that may wait
	maxWait      = 500 * time.Millisecond // estimated wait at which new ones are refused
)

// request is what somebody wants of the writer: one of its four kinds.
type request struct {
	response *response.Response // with its layout, and what goes with it
	layout   *response.Layout
	with     catalog.With

	control *response.Control
	draft   *draftChange
	task    func() error // runs in the writer, between commits
}

// alone reports whether nothing else may be decided in the same transaction.
func (r *request) alone() bool { return r.control != nil || r.task != nil }

// submission is one request on its way.
type submission struct {
	request
	record  []byte // packed
	apart   []personal
	outcome catalog.Outcome
	err     error
	done    chan struct{} // gets one token when outcome or err is set
}

// writer is the one goroutine that appends to the log, with its queue.
type writer struct {
	queue    chan *submission
	closed   chan struct{}
	finished chan struct{}
	gate     sync.RWMutex // held for reading while queueing, for writing to close
	closing  bool
	failed   atomic.Pointer[error]
	took     atomic.Int64 // nanoseconds a commit took lately, smoothed
	pool     sync.Pool

	draftBytes atomic.Int64 // of the drafts that wait
	became     finishedDrafts

	store    *Store
	batch    []*submission
	accepted []*response.Response
	pending  map[response.ID]*submission
	frame    frameWriter
	beside   beside           // of the frame
	soon     <-chan time.Time // when unsettled invitations are settled; nil when there are none
	lastN    int              // size of the last batch
	lastTook time.Duration    // and how long it took to commit
}

func (w *writer) start(s *Store) {
	w.store = s
	w.queue = make(chan *submission, queueLen)
	w.closed = make(chan struct{})
	w.finished = make(chan struct{})
	w.pending = map[response.ID]*submission{}
	w.beside.spent = map[string]uint64{}
	w.pool.New = func() any { return &submission{done: make(chan struct{}, 1)} }
	go w.run()
}

func (w *writer) failure() error {
	if err := w.failed.Load(); err != nil {
		return *err
	}
	return nil
}

func (w *writer) stop() error {
	w.gate.Lock()
	already := w.closing
	w.closing = true
	w.gate.Unlock()
	if !already {
		close(w.closed)
	}
	<-w.finished
	return w.failure()
}

// run commits until it is stopped and the queue is empty, then saves the folds.
func (w *writer) run() {
	defer close(w.finished)
	for {
		select {
		case sub := <-w.queue:
			w.gather(sub)
			w.commit()
		case <-w.soon:
			w.settle()
		case <-w.closed:
			select {
			case sub := <-w.queue:
				w.gather(sub)
				w.commit()
			default:
				w.settle()
				if w.failure() == nil {
					w.fail(w.store.save(true))
				}
				return
			}
		}
	}
}

// settle makes what became of invitations final.
func (w *writer) settle() {
	w.soon = nil
	if s := &w.store.settler; len(s.unsettled) > 0 && w.failure() == nil {
		w.fail(s.settle(w.store.db))
	}
}

// gather takes what is queued. When the last batch was clearly larger, it lingers
// for an eighth of the time a commit takes, because those who were just answered
// are about to come back: larger batches cost fewer syncs. It yields rather than
// sleeps, since a short sleep of an idle process lasts a millisecond. A lone
// client never waits.
func (w *writer) gather(first *submission) {
	w.batch = append(w.batch[:0], first)
	if first.alone() {
		return
	}
	var deadline time.Time
	for len(w.batch) < maxPerFrame {
		select {
		case sub := <-w.queue:
			w.batch = append(w.batch, sub)
			if sub.alone() {
				return
			}
		default:
			if len(w.batch) >= w.lastN-w.lastN/8 {
				return
			}
			now := time.Now() //nolint:forbidigo // waiting, not deciding
			if deadline.IsZero() {
				deadline = now.Add(min(w.lastTook/8, time.Millisecond))
			} else if now.After(deadline) {
				return
			}
			runtime.Gosched()
		}
	}
}

// commit decides, appends, folds and answers a batch.
func (w *writer) commit() {
	start := time.Now() //nolint:forbidigo // measures, decides nothing
	batch := w.batch
	if last := batch[len(batch)-1]; last.alone() {
		batch = batch[:len(batch)-1]
		switch err := w.responses(batch); {
		case err != nil:
			last.err = err
		case last.task != nil:
			last.err = last.task()
		default:
			last.outcome, last.err = w.change(*last.control, last.record)
		}
	} else {
		_ = w.responses(batch) // every submission of it carries the error
	}
	w.lastN, w.lastTook = len(w.batch), time.Since(start)
	w.took.Store((7*w.took.Load() + int64(w.lastTook)) / 8)
	for _, sub := range w.batch {
		sub.done <- struct{}{}
	}
	if w.failure() != nil {
		return
	}
	if len(w.store.settler.unsettled) >= settleMost {
		w.settle()
	}
	if w.store.due() {
		w.fail(w.store.save(false))
	}
}

// responses commits a batch of responses and drafts in as few frames as they fit in.
func (w *writer) responses(batch []*submission) error {
	for len(batch) > 0 {
		n, err := w.oneFrame(batch)
		if err != nil {
			w.fail(err)
			for _, sub := range batch {
				sub.err = err
			}
			return err
		}
		batch = batch[n:]
	}
	return nil
}

// oneFrame commits as many of the batch as one frame takes and returns how many.
func (w *writer) oneFrame(batch []*submission) (int, error) {
	if err := w.failure(); err != nil {
		return 0, err
	}
	s := w.store
	w.begin()
	first := s.tip.sequence + 1
	taken := 0
	err := s.db.View(func(tx *bolt.Tx) error {
		draftBytes := 0
		for _, sub := range batch {
			if w.frame.full() || draftBytes >= maxDraftBytes {
				return nil
			}
			taken++
			if sub.draft != nil {
				draftBytes += len(sub.draft.sealed)
				w.changeDraft(tx, *sub.draft)
				continue
			}
			if err := w.decide(tx, sub); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err != nil || len(w.accepted) == 0 && w.beside.empty():
		return taken, err
	case len(w.accepted) == 0:
		if err := s.db.Update(w.beside.put); err != nil {
			return 0, fmt.Errorf("store drafts: %w", err)
		}
		s.drafts.add(w.beside.grown)
		return taken, nil
	}
	next, err := w.append()
	if err != nil {
		return 0, err
	}
	s.foldResponses(next, first, w.accepted)
	return taken, nil
}

// begin starts a frame.
func (w *writer) begin() {
	at := w.store.tip
	w.accepted = w.accepted[:0]
	w.beside.reset()
	clear(w.pending)
	w.frame.reset(head{position: uint64(at.position) + 1, first: at.sequence + 1, previous: at.hash})
}

// decide says what becomes of a response, and adds one that is accepted to the
// frame. A response that is stored takes its draft away.
func (w *writer) decide(tx *bolt.Tx, sub *submission) error {
	s := w.store
	if earlier := w.pending[sub.response.ID]; earlier != nil {
		sub.outcome = again(earlier.outcome.Seq, earlier.response.Fingerprint, sub.response.Fingerprint)
	} else {
		outcome, code, err := s.decide(tx, sub.response, sub.with.Invitation)
		if errors.Is(err, ErrInvitations) {
			sub.err = err // of this one, not of the store
			return nil
		}
		if err != nil {
			return err
		}
		sub.outcome = outcome
		if outcome.Status == catalog.Accepted {
			sub.outcome.Seq = w.frame.head.first + uint64(len(w.accepted))
			w.accept(sub, code)
		}
	}
	if status := sub.outcome.Status; sub.with.Draft != (draft.ID{}) && (status == catalog.Accepted || status == catalog.Duplicate) {
		w.changeDraft(tx, draftChange{id: sub.with.Draft, place: s.placeOf(sub.response)})
		w.became.add(sub.with.Draft)
	}
	return nil
}

// changeDraft lets a draft change with the frame that is being made.
func (w *writer) changeDraft(tx *bolt.Tx, d draftChange) {
	if d.sealed != nil && w.became.has(d.id) {
		return
	}
	if d.wanted(tx, w.beside.drafts) {
		w.beside.drafts = append(w.beside.drafts, d)
	}
}

// accept adds a response to the frame that is being made, and uses up the
// invitation that it came with.
func (w *writer) accept(sub *submission, code *usedCode) {
	w.accepted = append(w.accepted, sub.response)
	w.pending[sub.response.ID] = sub
	w.frame.add(sub.record)
	for _, p := range sub.apart {
		p.seq = sub.outcome.Seq
		w.beside.personal = append(w.beside.personal, p)
	}
	if code == nil {
		return
	}
	s := w.store
	s.codes.change(code.number, invite.Used)
	s.spent[code.wave]++
	w.beside.spent[code.wave] = s.spent[code.wave]
	w.beside.codes = append(w.beside.codes, s.settler.seal(entry{kind: entryUsed, digest: sub.with.Invitation}))
	s.settler.unsettled = append(s.settler.unsettled, code.number)
}

// append writes the frame and returns the tip after it.
func (w *writer) append() (tip, error) {
	data, hash := w.frame.seal()
	pos, err := w.store.log.Append(context.Background(), data, &w.beside)
	if err != nil {
		return tip{}, err
	}
	w.store.drafts.add(w.beside.grown)
	if len(w.beside.codes) > 0 && w.soon == nil {
		w.soon = time.After(w.store.settler.after)
	}
	last := w.store.tip.sequence + uint64(w.frame.head.count)
	return tip{position: pos, sequence: last, hash: hash}, nil
}

// change commits a control event in a frame of its own, so that what follows is
// decided by it, with entries about invitations.
func (w *writer) change(ev response.Control, record []byte, entries ...sealedCode) (catalog.Outcome, error) {
	s := w.store
	c, err := s.catalog.Load().Apply(ev)
	if err != nil {
		return catalog.Outcome{}, err
	}
	note, err := readIssue(ev)
	if err != nil {
		return catalog.Outcome{}, err
	}
	list, counts, err := s.prepareCounts(context.Background(), c)
	if err != nil {
		return catalog.Outcome{}, err
	}
	w.begin()
	w.frame.add(record)
	w.beside.codes = append(w.beside.codes, entries...)
	w.beside.lost = note.revoked != nil && note.revoked.Lost
	next, err := w.append()
	if err != nil {
		w.fail(err)
		return catalog.Outcome{}, err
	}
	s.places.follow(c, list, counts)
	s.issued.follow(note)
	s.foldControl(next, c, append([]byte(nil), record...))
	return catalog.Outcome{Status: catalog.Accepted, Seq: next.sequence}, nil
}

// fail stops the store for good, once.
func (w *writer) fail(err error) {
	if err != nil {
		w.failed.CompareAndSwap(nil, &err)
	}
}
