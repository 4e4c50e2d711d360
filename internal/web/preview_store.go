package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"time"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/draft"
	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// draftStore is a store that keeps nothing. What it knows of surveys is one
// file, as it stands now; a response that is submitted is handed to whoever
// waits for it (witness) and forgotten.
type draftStore struct {
	path     string // of the file
	slug     string
	agencies *agency.Registry
	now      func() time.Time

	mu   sync.Mutex
	seen reading
}

// reading is what was read of the file.
type reading struct {
	hash     string // of the file and what lies beside it; another hash, another reading
	survey   *questionnaire.Survey
	catalog  *catalog.Catalog // without the survey when the file can't be used
	mistakes errs.Mistakes
}

func newDraftStore(path string, agencies *agency.Registry, now func() time.Time) *draftStore {
	slug := filepath.Base(filepath.Dir(path))
	if abs, err := filepath.Abs(path); err == nil {
		slug = filepath.Base(filepath.Dir(abs))
	}
	return &draftStore{path: path, slug: slugOf(slug), agencies: agencies, now: now}
}

// slugOf makes a slug of the name of a folder: in a preview any folder will do.
func slugOf(name string) string {
	slug := make([]byte, 0, len(name))
	for _, r := range agency.Fold(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			slug = append(slug, byte(r)) //nolint:gosec // ASCII
		case len(slug) > 0 && slug[len(slug)-1] != '-':
			slug = append(slug, '-')
		}
	}
	if len(slug) == 0 {
		return "preview"
	}
	return string(slug[:min(len(slug), 40)])
}

// read returns the file as it stands now. It is parsed only when it changed.
func (d *draftStore) read() reading {
	d.mu.Lock()
	defer d.mu.Unlock()
	src, err := os.ReadFile(d.path)
	hash := d.fingerprint(src, err)
	if d.seen.hash == hash {
		return d.seen
	}
	r := reading{hash: hash, catalog: &catalog.Catalog{Agencies: d.agencies}}
	if err == nil {
		r.survey, err = questionnaire.ParseIn(os.DirFS(filepath.Dir(d.path)), d.slug, d.path, src)
	}
	if err == nil {
		err = r.publish(d.now())
	}
	if mistakes, ok := errors.AsType[errs.Mistakes](err); ok {
		r.mistakes = mistakes
	} else if err != nil {
		r.mistakes = errs.Mistakes{{File: d.path, Message: err.Error()}}
	}
	d.seen = r
	return r
}

// fingerprint changes with the file and with the files beside it, which may be
// its pictures.
func (d *draftStore) fingerprint(src []byte, err error) string {
	h := sha256.New()
	_, _ = h.Write(src)
	if err != nil {
		_, _ = h.Write([]byte(err.Error()))
	}
	entries, _ := os.ReadDir(filepath.Dir(d.path))
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && !entry.IsDir() {
			_, _ = fmt.Fprintf(h, "%s %d %d\n", entry.Name(), info.Size(), info.ModTime().UnixNano())
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// publish puts the survey into the catalog, open to everybody: when it is in
// the field, and for whom, is no matter of a preview.
func (r *reading) publish(now time.Time) error {
	open := *r.survey
	open.Fieldwork = questionnaire.Fieldwork{}
	events, err := r.catalog.Changes([]*questionnaire.Survey{&open}, response.DayOf(now), now.Unix())
	if err != nil {
		return err
	}
	for _, event := range events {
		if r.catalog, err = r.catalog.Apply(event); err != nil {
			return err
		}
	}
	return nil
}

// witness is where a submitted response goes.
type witness struct{ response *response.Response }

type witnessKey struct{}

// SubmitWith implements collect.Log. The response is valid only during the call,
// so that a witness gets a copy.
func (d *draftStore) SubmitWith(ctx context.Context, r *response.Response, _ catalog.With) (catalog.Outcome, error) {
	if w, ok := ctx.Value(witnessKey{}).(*witness); ok {
		kept := *r
		kept.Answers = append([]response.Answer(nil), r.Answers...)
		kept.Repeats = nil
		for _, repeat := range r.Repeats {
			kept.Repeats = append(kept.Repeats, response.Repeat{Agency: repeat.Agency, Answers: append([]response.Answer(nil), repeat.Answers...)})
		}
		w.response = &kept
	}
	return catalog.Outcome{Status: catalog.Accepted}, nil
}

// Catalog implements collect.Log.
func (d *draftStore) Catalog() *catalog.Catalog { return d.read().catalog }

// Find implements collect.Log: nothing was ever stored.
func (d *draftStore) Find(response.ID, uint64) (catalog.Outcome, error) {
	return catalog.Outcome{}, nil
}

// Secret implements collect.Log: nothing that a preview signs is good elsewhere.
func (d *draftStore) Secret() [32]byte { return [32]byte{} }

// Invitation implements collect.Log: there are none.
func (d *draftStore) Invitation(invite.Digest) (invite.Entry, bool) { return invite.Entry{}, false }

// SaveDraft implements collect.Log: a preview stores nothing.
func (d *draftStore) SaveDraft(context.Context, draft.ID, response.Day, []byte, *draft.Place) error {
	return nil
}

// Draft implements collect.Log.
func (d *draftStore) Draft(draft.ID) ([]byte, error) { return nil, nil }

// DropDraft implements collect.Log.
func (d *draftStore) DropDraft(context.Context, draft.ID) error { return nil }

// Tallies implements report.Source.
func (d *draftStore) Tallies(f func(uint64, iter.Seq2[tally.Key, *tally.Cell])) {
	f(0, func(func(tally.Key, *tally.Cell) bool) {})
}

// ByReceipt implements Store.
func (d *draftStore) ByReceipt(response.ReceiptRange) ([]uint64, error) { return nil, nil }

// At implements Store.
func (d *draftStore) At(seq uint64) (*response.Response, error) {
	return nil, fmt.Errorf("a preview holds no response %d", seq)
}

// Watermark implements Store.
func (d *draftStore) Watermark() uint64 { return 0 }

// Failed implements Store.
func (d *draftStore) Failed() error { return nil }
