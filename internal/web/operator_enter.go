package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/entry"
	"hailong/internal/errs"
	"hailong/internal/response"
	"hailong/internal/sheet"
)

const (
	pathEnter    = "/enter"
	pathTemplate = "/template"
)

// maxEntered is the largest file that is entered, in bytes.
const maxEntered = 1 << 30

// Entering says how a file is entered.
type Entering struct {
	entry.Options
	Trial bool // check everything, store nothing
}

// Desk takes in forms that were filled in on paper.
type Desk interface {
	// Enter enters a file, as entry.Enter does.
	Enter(ctx context.Context, f entry.File, e Entering, tell func(entry.Event) error) (entry.Summary, error)
	// Template writes a file to be filled in for a survey: csv or xlsx.
	Template(ctx context.Context, w io.Writer, survey, format, lang string) error
}

type localDesk struct {
	log collect.Log
	now func() time.Time
}

// NewDesk returns the desk of a log; now tells the day.
func NewDesk(log collect.Log, now func() time.Time) Desk { return localDesk{log, now} }

// Enter implements Desk.
func (d localDesk) Enter(ctx context.Context, f entry.File, e Entering, tell func(entry.Event) error) (entry.Summary, error) {
	log := d.log
	if e.Trial {
		log = &trial{Log: log, taken: map[response.ID]uint64{}}
	}
	return entry.Enter(ctx, collect.New(log, d.now), log.Catalog(), response.DayOf(d.now()), f, e.Options, tell)
}

// Template implements Desk.
func (d localDesk) Template(_ context.Context, w io.Writer, survey, format, lang string) error {
	s := d.log.Catalog().Survey(survey)
	if s == nil {
		return errs.New(errs.NotFound, "unknown_survey")
	}
	if format == "xlsx" {
		return entry.WriteXLSX(w, s.Current().Questionnaire, lang)
	}
	return entry.WriteCSV(w, s.Current().Questionnaire)
}

// trial is a log that decides as the one underneath would, and stores nothing.
// Whether there is room left in a wave or a quota, only storing tells.
type trial struct {
	collect.Log
	mu    sync.Mutex
	taken map[response.ID]uint64
}

// SubmitWith implements collect.Log.
func (t *trial) SubmitWith(_ context.Context, r *response.Response, _ catalog.With) (catalog.Outcome, error) {
	return t.decide(r)
}

func (t *trial) decide(r *response.Response) (catalog.Outcome, error) {
	outcome, err := t.Find(r.ID, r.Fingerprint)
	if err != nil || outcome.Status != 0 {
		return outcome, err
	}
	if refusal := t.Catalog().Admit(r); refusal != catalog.NoRefusal {
		return catalog.Outcome{Status: catalog.Refused, Refusal: refusal}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch before, ok := t.taken[r.ID]; {
	case ok && before == r.Fingerprint:
		return catalog.Outcome{Status: catalog.Duplicate}, nil
	case ok:
		return catalog.Outcome{Status: catalog.Reused}, nil
	}
	t.taken[r.ID] = r.Fingerprint
	return catalog.Outcome{Status: catalog.Accepted}, nil
}

// entered is a line of the answer to a file that is entered. The last one has a
// summary.
type entered struct {
	Event   *entry.Event   `json:"event,omitempty"`
	Summary *entry.Summary `json:"summary,omitempty"`
	Error   string         `json:"error,omitempty"`
}

func (o *Operator) enter(w http.ResponseWriter, r *http.Request) {
	f, drop, err := spool(w, r)
	if err != nil {
		o.fail(w, err)
		return
	}
	defer drop()
	out := &lateWriter{w: w}
	lines := json.NewEncoder(out)
	flush := http.NewResponseController(w)
	q := r.URL.Query()
	summary, err := o.desk.Enter(r.Context(), f, entering(q), func(e entry.Event) error {
		if err := lines.Encode(entered{Event: &e}); err != nil {
			return err
		}
		return flush.Flush()
	})
	last := entered{Summary: &summary}
	switch {
	case err == nil:
	case !out.began && errors.As(err, new(*entry.HeaderError)), !out.began && errors.As(err, new(*sheet.Error)):
		http.Error(w, err.Error(), http.StatusUnprocessableEntity) // told to who sent the file, and not logged
		return
	case !out.began:
		o.fail(w, err)
		return
	default:
		last.Error = Explain(err)
	}
	o.log.Info("forms entered", "survey", q.Get("survey"), "trial", q.Get("trial") == "true",
		"rows", summary.Rows, "stored", summary.Stored, "known", summary.Known, "refused", summary.Refused)
	if err := lines.Encode(last); err != nil {
		o.log.Error("operator's request failed", "error", err, "client", r.Context().Err())
	}
}

// spool keeps what is sent in a file that has no name: a spreadsheet can't be
// read from front to back.
func spool(w http.ResponseWriter, r *http.Request) (f entry.File, drop func(), err error) {
	file, err := os.CreateTemp("", "hailong-enter-*")
	if err != nil {
		return f, nil, fmt.Errorf("keep the file: %w", err)
	}
	drop = func() { _, _ = file.Close(), os.Remove(file.Name()) } // best effort: it is a copy
	size, err := io.Copy(file, http.MaxBytesReader(w, r.Body, maxEntered))
	if err != nil {
		drop()
		return f, nil, fmt.Errorf("keep the file: %w", err)
	}
	return entry.File{Reader: file, Size: size}, drop, nil
}

func (o *Operator) template(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	out := &lateWriter{w: w}
	if err := o.desk.Template(r.Context(), out, q.Get("survey"), q.Get("format"), q.Get("lang")); err != nil {
		o.breakOff(w, out, err)
	}
}

// entering reads what Entering.values writes.
func entering(q url.Values) Entering {
	return Entering{Options: entry.Options{
		Survey: q.Get("survey"), Agency: q.Get("agency"), Channel: q.Get("channel"), Counter: q.Get("counter"), Lang: q.Get("lang"),
		Consented: q.Get("consented") == "true",
	}, Trial: q.Get("trial") == "true"}
}

func (e Entering) values() url.Values {
	return url.Values{
		"survey": {e.Survey}, "agency": {e.Agency}, "channel": {e.Channel}, "counter": {e.Counter}, "lang": {e.Lang},
		"consented": {strconv.FormatBool(e.Consented)}, "trial": {strconv.FormatBool(e.Trial)},
	}
}

// Enter implements Desk: the running server enters the file.
func (c *Remote) Enter(ctx context.Context, f entry.File, e Entering, tell func(entry.Event) error) (summary entry.Summary, err error) {
	answer, err := c.send(ctx, http.MethodPost, pathEnter, e.values(), io.NewSectionReader(f.Reader, 0, f.Size))
	if err != nil {
		return summary, err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	for lines := json.NewDecoder(answer.Body); ; {
		var line entered
		if err := lines.Decode(&line); err != nil {
			return summary, fmt.Errorf("the running server broke off; enter the file again, nothing is stored twice: %w", err)
		}
		switch {
		case line.Summary != nil && line.Error != "":
			return *line.Summary, fmt.Errorf("the running server: %s", line.Error)
		case line.Summary != nil:
			return *line.Summary, nil
		case line.Event == nil:
			continue
		}
		if err := tell(*line.Event); err != nil {
			return summary, err
		}
	}
}

// Template implements Desk.
func (c *Remote) Template(ctx context.Context, w io.Writer, survey, format, lang string) error {
	answer, err := c.call(ctx, http.MethodGet, pathTemplate, url.Values{"survey": {survey}, "format": {format}, "lang": {lang}})
	if err != nil {
		return err
	}
	return copyAnswer(w, answer)
}
