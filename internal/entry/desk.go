package entry

import (
	"context"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"time"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

// How many rows are on their way at once: as many as the log commits together.
const (
	workers = 128
	ahead   = 4 * workers
)

// large is the size from which a row is not read ahead, in bytes.
const large = 16 << 10

// errStopped ends the reading when the outcome of a row ended the entry.
var errStopped = errors.New("stopped")

// desk submits rows, many at once, and tells what became of them in their order.
type desk struct {
	*form
	ctx     context.Context //nolint:containedctx // it lives as long as the call it is made for
	stop    context.CancelFunc
	to      Taker
	total   int64
	said    func(Event) error
	work    [workers]chan *row // by key, so that of two rows with one key the first wins
	order   chan *row
	workers sync.WaitGroup
	ended   chan struct{} // the outcomes of all rows were told
	summary Summary
	drops   int   // rows with answers to what was not asked
	err     error // the first that ends the entry; of the goroutine that tells, until ended
}

func newDesk(ctx context.Context, to Taker, f *form, total int64, tell func(Event) error) *desk {
	d := &desk{form: f, to: to, total: total, said: tell, order: make(chan *row, ahead), ended: make(chan struct{})}
	d.ctx, d.stop = context.WithCancel(ctx)
	for i := range d.work {
		d.work[i] = make(chan *row, ahead/workers)
		d.workers.Go(func() { d.submit(d.work[i]) })
	}
	go d.follow()
	return d
}

// tell is for what stands before all rows.
func (d *desk) tell(e Event) error { return d.said(e) }

// take sends a row on its way.
func (d *desk) take(l *line) error {
	r := d.read(l)
	r.done, r.gone = make(chan struct{}), make(chan struct{})
	r.read = l.read
	select {
	case d.order <- r:
	case <-d.ctx.Done():
		return errStopped
	}
	if len(r.told.Faults) > 0 {
		close(r.done)
	} else {
		d.work[crc32.ChecksumIEEE([]byte(r.input.Key))%workers] <- r // workers wait for nothing but the log
	}
	if r.size() > large { // it goes alone, or many of them would fill the memory
		<-r.gone
	}
	return nil
}

// finish waits until all rows are told.
func (d *desk) finish() (Summary, error) {
	for i := range d.work {
		close(d.work[i])
	}
	close(d.order)
	d.workers.Wait()
	<-d.ended
	d.stop()
	d.counted.dropped = d.drops
	return d.summary, d.err
}

// submit is the work of one worker. After the end of the entry the rows that are
// left are not submitted.
func (d *desk) submit(work <-chan *row) {
	for r := range work {
		if r.err = d.ctx.Err(); r.err == nil {
			r.known, r.drops, r.err = d.try(r)
		}
		close(r.done)
	}
}

// tries is how often a row is submitted that the log has no time for.
const tries = 12

func (d *desk) try(r *row) (known, drops bool, err error) {
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		receipt, err := d.to.Submit(d.ctx, &r.input)
		if err == nil || errs.KindOf(err) != errs.Overloaded {
			return !receipt.New, len(receipt.Dropped) > 0, err
		}
		if r.tries++; r.tries == tries {
			return false, false, err
		}
		select {
		case <-time.After(wait):
		case <-d.ctx.Done():
			return false, false, d.ctx.Err()
		}
	}
}

// follow tells the outcomes in order.
func (d *desk) follow() {
	defer close(d.ended)
	for r := range d.order {
		<-r.done
		if d.err == nil {
			if d.err = d.outcome(r); d.err != nil {
				d.stop()
			}
		}
		close(r.gone)
	}
}

// progressEvery is how many rows are told of at once.
const progressEvery = 500

// outcome counts what became of a row, and tells what is worth it.
func (d *desk) outcome(r *row) error {
	if e, ok := errors.AsType[*errs.Error](r.err); ok && e.Kind != errs.Internal && e.Kind != errs.Overloaded {
		d.explain(r, e)
	} else if r.err != nil {
		return r.err
	}
	d.summary.Rows++
	switch {
	case len(r.told.Faults) > 0:
		d.summary.Refused++
		return d.said(Event{Refused: &r.told, Done: r.read, Total: d.total})
	case r.known:
		d.summary.Known++
	default:
		d.summary.Stored++
	}
	if r.drops {
		d.drops++
	}
	if d.summary.Rows%progressEvery == 0 {
		return d.said(Event{Done: r.read, Total: d.total})
	}
	return nil
}

// explain words why a row was refused.
func (d *desk) explain(r *row, e *errs.Error) {
	switch {
	case len(e.Problems) == 0 && e.Kind == errs.Conflict:
		r.told.Faults = []Fault{{Message: d.t("entry.form_reused", nil)}}
	case len(e.Problems) == 0:
		r.told.Faults = []Fault{{Message: d.t("error."+e.Code, e.Args)}}
	}
	for _, p := range e.Problems {
		column, v := d.columnOf(r, p.Item)
		message := d.t("problem."+p.Code, p.Args)
		switch p.Code {
		case "consent_required":
			message = d.t("entry.consent", nil)
		case "required", "unknown_option", "unknown_missing":
			if v != nil && len(v.Options()) > 0 {
				message += " " + d.t("entry.allowed", map[string]any{"text": allowed(v)})
			}
		}
		r.told.Faults = append(r.told.Faults, Fault{column, message})
	}
}

// columnOf returns the name of the column that a problem is about, or else of
// the item, with its variable.
func (d *desk) columnOf(r *row, item string) (string, *questionnaire.Variable) {
	id, about, _ := strings.Cut(item, "@")
	var v *questionnaire.Variable
	if r.layout != nil {
		v = r.layout.questionnaire.Variable(id)
	}
	at := slices.IndexFunc(d.columns, func(c column) bool {
		return c.item == id && (c.about == about || about != "" && c.about == r.places[about]) || c.head == item
	})
	if at < 0 || d.columns[at].option != "" { // of several columns none is more wrong than the others
		return item, v
	}
	return d.columns[at].name, v
}
