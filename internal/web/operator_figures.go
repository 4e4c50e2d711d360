package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/response"
)

const (
	pathFigures     = "/figures"
	pathFiguresLoad = "/figures/load"
)

// maxToldChanges is how many changes of figures are told one by one.
const maxToldChanges = 100

// FigureLog is what loading figures needs of a store.
type FigureLog interface {
	Catalog() *catalog.Catalog
	Change(ctx context.Context, c response.Control) (catalog.Outcome, error)
}

// Loading says how a file of figures is loaded.
type Loading struct {
	File  string // name, for messages
	CSV   []byte
	Trial bool // check everything, store nothing
}

// Loaded is what became of a file of figures.
type Loaded struct {
	Added     int             `json:"added"`
	Changed   int             `json:"changed"`
	Withdrawn int             `json:"withdrawn"`
	Unchanged int             `json:"unchanged"`
	Absent    int             `json:"absent"` // to be withdrawn, and not there
	Changes   []figure.Change `json:"changes"`
	More      int             `json:"more"`   // changes that are not told one by one
	Waves     []string        `json:"waves"`  // periods that are no wave yet
	Total     int             `json:"total"`  // figures after it
	Stored    bool            `json:"stored"` // something was
}

// Ledger keeps figures: hard data about agencies.
type Ledger interface {
	// LoadFigures merges a file into the figures that are there, whole or not at
	// all: a file with mistakes is an errs.Mistakes.
	LoadFigures(ctx context.Context, l Loading) (Loaded, error)
	// Figures returns the figures with an id, in a period; an empty one means any.
	Figures(ctx context.Context, id, period string) (*figure.Table, error)
}

// NewLedger returns the ledger of an open store; now stamps what is loaded.
func NewLedger(log FigureLog, now func() time.Time) Ledger { return localLedger{log, now} }

type localLedger struct {
	log FigureLog
	now func() time.Time
}

// LoadFigures implements Ledger.
func (l localLedger) LoadFigures(ctx context.Context, load Loading) (Loaded, error) {
	c := l.log.Catalog()
	table, err := c.ReadFigures(load.File, load.CSV)
	if err != nil {
		return Loaded{}, err
	}
	event, changed, err := c.Loading(table, l.now().Unix())
	if err != nil {
		return Loaded{}, err
	}
	done := loadedBy(c.Figures.Changes(table))
	done.Waves, done.Total = c.UnknownWaves(table), c.Figures.Len()+done.Added-done.Withdrawn
	if load.Trial || !changed {
		return done, nil
	}
	if _, err := l.log.Change(ctx, event); err != nil {
		return Loaded{}, fmt.Errorf("load figures: %w", err)
	}
	done.Stored = true
	return done, nil
}

// loadedBy counts changes.
func loadedBy(changes []figure.Change) Loaded {
	var done Loaded
	for _, c := range changes {
		switch c.Kind {
		case figure.Added:
			done.Added++
		case figure.Replaced:
			done.Changed++
		case figure.Dropped:
			done.Withdrawn++
		case figure.Same:
			done.Unchanged++
			continue
		default:
			done.Absent++
		}
		if len(done.Changes) < maxToldChanges {
			done.Changes = append(done.Changes, c)
		} else {
			done.More++
		}
	}
	return done
}

// Figures implements Ledger.
func (l localLedger) Figures(_ context.Context, id, period string) (*figure.Table, error) {
	return l.log.Catalog().Figures.Select(id, period), nil
}

// loadedReply is what the running server says of a file: what became of it, or
// its mistakes, which then look as if the file had been read here.
type loadedReply struct {
	Loaded   Loaded        `json:"loaded"`
	Mistakes errs.Mistakes `json:"mistakes,omitempty"`
}

// figures makes the routes of a ledger.
func (o *Operator) figures(mux *http.ServeMux) {
	mux.HandleFunc("POST "+pathFiguresLoad, o.asked(func(r *http.Request, body []byte) (any, error) {
		query := r.URL.Query()
		load := Loading{File: query.Get("file"), CSV: body, Trial: query.Get("trial") == "true"}
		done, err := o.ledger.LoadFigures(r.Context(), load)
		if mistakes, ok := errors.AsType[errs.Mistakes](err); ok {
			return loadedReply{Mistakes: mistakes}, nil
		}
		if err == nil && done.Stored {
			o.log.Info("figures loaded", "added", done.Added, "changed", done.Changed, "withdrawn", done.Withdrawn, "total", done.Total)
		}
		return loadedReply{Loaded: done}, err
	}))
	mux.HandleFunc("GET "+pathFigures, func(w http.ResponseWriter, r *http.Request) {
		table, err := o.ledger.Figures(r.Context(), r.URL.Query().Get("figure"), r.URL.Query().Get("period"))
		if err != nil {
			o.fail(w, err)
			return
		}
		out := &lateWriter{w: w}
		if err := json.NewEncoder(out).Encode(table.Canonical()); err != nil {
			o.breakOff(w, out, err)
		}
	})
}

// LoadFigures implements Ledger: the running server loads.
func (c *Remote) LoadFigures(ctx context.Context, l Loading) (Loaded, error) {
	if len(l.CSV) > figure.MaxBytes { // said here as there, and not sent
		_, err := figure.Parse(l.File, l.CSV, nil)
		return Loaded{}, err
	}
	query := url.Values{"file": {l.File}}
	if l.Trial {
		query.Set("trial", "true")
	}
	answer, err := c.send(ctx, http.MethodPost, pathFiguresLoad, query, bytes.NewReader(l.CSV))
	if err != nil {
		return Loaded{}, err
	}
	var reply loadedReply
	err = json.NewDecoder(answer.Body).Decode(&reply)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return Loaded{}, fmt.Errorf("read from the running server: %w", err)
	}
	if len(reply.Mistakes) > 0 {
		return Loaded{}, reply.Mistakes
	}
	return reply.Loaded, nil
}

// Figures implements Ledger.
func (c *Remote) Figures(ctx context.Context, id, period string) (*figure.Table, error) {
	answer, err := c.call(ctx, http.MethodGet, pathFigures, url.Values{"figure": {id}, "period": {period}})
	if err != nil {
		return nil, err
	}
	var canonical []byte
	err = json.NewDecoder(answer.Body).Decode(&canonical)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, fmt.Errorf("read from the running server: %w", err)
	}
	table, err := figure.ParseCanonical(canonical)
	if err != nil {
		return nil, fmt.Errorf("read from the running server: %w", err)
	}
	return table, nil
}
