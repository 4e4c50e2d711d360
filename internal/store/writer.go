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
	"hailong/internal/errs"
	"hailong/internal/response"
)

// overloaded is returned by Submit when the queue is longer than what can be
// written in half a second. Nothing was stored.
func overloaded() error {
	return errs.New(errs.Overloaded, "overloaded").With("seconds", retrySeconds)
}

const (
	retrySeconds = 3                      // after which an overloaded sender may come back
	queueLen     = 16384                  // submissions that may wait
	maxWait      = 500 * time.Millisecond // estimated wait at which new ones are refused
)

// submission is one event on its way to the log.
type submission struct {
	response *response.Response // or
	control  *response.Control
	record   []byte // packed
	apart    []personal
	outcome  catalog.Outcome
	err      error
	done     chan struct{} // gets one token when outcome or err is set
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

	store    *Store
	batch    []*submission
	accepted []*response.Response
	pending  map[response.ID]*submission
	frame    frameWriter
	apart    []personal    // of the frame
	lastN    int           // size of the last batch
	lastTook time.Duration // and how long it took to commit
}

func (w *writer) start(s *Store) {
	w.store = s
	w.queue = make(chan *submission, queueLen)
	w.closed = make(chan struct{})
	w.finished = make(chan struct{})
	w.pending = map[response.ID]*submission{}
	w.pool.New = func() any { return &submission{done: make(chan struct{}, 1)} }
	go w.run()
}

// Submit makes a response durable and counts it. The response, which it only
// reads, may be used again when Submit returns. The outcome holds when the error
// is nil; any error but errs.Overloaded and ErrClosed means that the outcome is
// unknown, and the same response may be submitted again.
//
// A ctx that ends does not recall the response: Submit waits for its outcome,
// which is at most one commit away. Personal answers become durable with it and
// are kept until [Store.Purge] takes them; the fingerprint stays, so it must not
// be computed from them.
func (s *Store) Submit(ctx context.Context, r *response.Response) (catalog.Outcome, error) {
	l := s.definitions(r.Version)
	if l == nil {
		return catalog.Outcome{Status: catalog.Refused, Refusal: catalog.UnknownVersion}, nil
	}
	if err := l.Fits(r); err != nil {
		return catalog.Outcome{}, err
	}
	return s.writer.submit(ctx, r, l, nil)
}

// SubmitMany makes responses durable in their order, as few syncs as possible,
// and returns one outcome each. It is for imports: it waits where Submit would
// refuse because of load, and an error leaves the outcome of all unknown, so the
// whole call may be repeated.
func (s *Store) SubmitMany(ctx context.Context, responses []*response.Response) ([]catalog.Outcome, error) {
	w := &s.writer
	queued := make([]*submission, 0, len(responses))
	outcomes := make([]catalog.Outcome, len(responses))
	var failed error
	for i, r := range responses {
		l := s.definitions(r.Version)
		if l == nil {
			failed = fmt.Errorf("response %d of the batch is to a questionnaire that is not published", i+1)
			break
		}
		if err := l.Fits(r); err != nil {
			failed = fmt.Errorf("response %d of the batch: %w", i+1, err)
			break
		}
		sub := &submission{response: r, record: response.AppendRecord(nil, r, l), apart: apart(r, l), done: make(chan struct{}, 1)}
		if failed = w.enqueueSoon(ctx, sub); failed != nil {
			break
		}
		queued = append(queued, sub)
	}
	for i, sub := range queued {
		<-sub.done
		outcomes[i] = sub.outcome
		failed = errors.Join(failed, sub.err)
	}
	return outcomes, failed
}

// enqueueSoon queues, waiting for room.
func (w *writer) enqueueSoon(ctx context.Context, sub *submission) error {
	for {
		if err := errors.Join(ctx.Err(), w.failure()); err != nil {
			return err
		}
		if w.queue == nil {
			return fmt.Errorf("%w for writing", ErrClosed)
		}
		err := w.enqueue(sub)
		if errs.KindOf(err) != errs.Overloaded {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}

// Change makes a control event durable and applies it. An event that contradicts
// the catalog is an error and is not stored.
func (s *Store) Change(ctx context.Context, c response.Control) (catalog.Outcome, error) {
	if len(c.Payload) > response.MaxControl {
		return catalog.Outcome{}, fmt.Errorf("an event of %d bytes; at most %d can be stored", len(c.Payload), response.MaxControl)
	}
	return s.writer.submit(ctx, nil, nil, &c)
}

// submit queues a response with its layout, or a control event, and waits for its outcome.
func (w *writer) submit(ctx context.Context, r *response.Response, l *response.Layout, c *response.Control) (catalog.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return catalog.Outcome{}, err
	}
	if w.queue == nil {
		return catalog.Outcome{}, fmt.Errorf("%w for writing", ErrClosed)
	}
	if err := w.failure(); err != nil {
		return catalog.Outcome{}, err
	}
	if w.wait() > maxWait {
		return catalog.Outcome{}, overloaded()
	}
	sub, _ := w.pool.Get().(*submission)
	sub.response, sub.control, sub.err, sub.outcome, sub.apart = r, c, nil, catalog.Outcome{}, nil
	if c != nil {
		sub.record = response.AppendControl(sub.record[:0], *c)
	} else {
		sub.record, sub.apart = response.AppendRecord(sub.record[:0], r, l), apart(r, l)
	}
	if err := w.enqueue(sub); err != nil {
		return catalog.Outcome{}, err
	}
	<-sub.done
	outcome, err := sub.outcome, sub.err
	sub.response, sub.control, sub.apart = nil, nil, nil
	if cap(sub.record) <= 64<<10 {
		w.pool.Put(sub)
	}
	return outcome, err
}

// wait estimates how long a submission that comes now has to wait: one commit
// for every batch that is queued before it. With nothing queued it is nothing,
// so that one slow commit does not refuse those that come when all is well.
func (w *writer) wait() time.Duration {
	return time.Duration(w.took.Load() * int64((len(w.queue)+maxPerFrame-1)/maxPerFrame))
}

func (w *writer) enqueue(sub *submission) error {
	w.gate.RLock()
	defer w.gate.RUnlock()
	if w.closing {
		return ErrClosed
	}
	select {
	case w.queue <- sub:
		return nil
	default:
		return overloaded()
	}
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
		case <-w.closed:
			select {
			case sub := <-w.queue:
				w.gather(sub)
				w.commit()
			default:
				if w.failure() == nil {
					w.fail(w.store.save(true))
				}
				return
			}
		}
	}
}

// gather takes what is queued. When the last batch was clearly larger, it lingers
// for an eighth of the time a commit takes, because those who were just answered
// are about to come back: larger batches cost fewer syncs. It yields rather than
// sleeps, since a short sleep of an idle process lasts a millisecond. A lone
// client never waits.
func (w *writer) gather(first *submission) {
	w.batch = append(w.batch[:0], first)
	if first.control != nil {
		return
	}
	var deadline time.Time
	for len(w.batch) < maxPerFrame {
		select {
		case sub := <-w.queue:
			w.batch = append(w.batch, sub)
			if sub.control != nil {
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
	if last := batch[len(batch)-1]; last.control != nil {
		batch = batch[:len(batch)-1]
		if w.responses(batch) == nil {
			w.change(last)
		} else {
			last.err = w.failure()
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
	if w.store.due() {
		w.fail(w.store.save(false))
	}
}

// responses commits a batch of responses in as few frames as they fit in.
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
	w.accepted, w.apart = w.accepted[:0], w.apart[:0]
	clear(w.pending)
	first := s.tip.sequence + 1
	w.frame.reset(head{position: uint64(s.tip.position) + 1, first: first, previous: s.tip.hash})
	taken := 0
	err := s.db.View(func(tx *bolt.Tx) error {
		for _, sub := range batch {
			if w.frame.full() {
				return nil
			}
			taken++
			if earlier := w.pending[sub.response.ID]; earlier != nil {
				sub.outcome = again(earlier.outcome.Seq, earlier.response.Fingerprint, sub.response.Fingerprint)
				continue
			}
			outcome, err := s.decide(tx, sub.response)
			if err != nil {
				return err
			}
			if outcome.Status == catalog.Accepted {
				outcome.Seq = first + uint64(len(w.accepted))
				w.accept(sub, outcome.Seq)
			}
			sub.outcome = outcome
		}
		return nil
	})
	if err != nil || len(w.accepted) == 0 {
		return taken, err
	}
	next, err := w.append()
	if err != nil {
		return 0, err
	}
	s.foldResponses(next, first, w.accepted)
	return taken, nil
}

// accept adds a response to the frame that is being made.
func (w *writer) accept(sub *submission, seq uint64) {
	w.accepted = append(w.accepted, sub.response)
	w.pending[sub.response.ID] = sub
	w.frame.add(sub.record)
	for _, p := range sub.apart {
		p.seq = seq
		w.apart = append(w.apart, p)
	}
}

// append writes the frame and returns the tip after it.
func (w *writer) append() (tip, error) {
	data, hash := w.frame.seal()
	pos, err := w.store.log.Append(context.Background(), data, w.apart)
	if err != nil {
		return tip{}, err
	}
	last := w.store.tip.sequence + uint64(w.frame.head.count)
	return tip{position: pos, sequence: last, hash: hash}, nil
}

// change commits a control event in a frame of its own, so that what follows is
// decided by it.
func (w *writer) change(sub *submission) {
	s := w.store
	c, err := s.catalog.Load().Apply(*sub.control)
	if err != nil {
		sub.err = err
		return
	}
	list, counts, err := s.prepareCounts(context.Background(), c)
	if err != nil {
		sub.err = err
		return
	}
	w.apart = w.apart[:0]
	w.frame.reset(head{position: uint64(s.tip.position) + 1, first: s.tip.sequence + 1, previous: s.tip.hash})
	w.frame.add(sub.record)
	next, err := w.append()
	if err != nil {
		w.fail(err)
		sub.err = err
		return
	}
	sub.outcome = catalog.Outcome{Status: catalog.Accepted, Seq: next.sequence}
	s.places.follow(c, list, counts)
	s.foldControl(next, c, append([]byte(nil), sub.record...))
}

// fail stops the store for good, once.
func (w *writer) fail(err error) {
	if err != nil {
		w.failed.CompareAndSwap(nil, &err)
	}
}
