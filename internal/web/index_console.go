package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/figure"
	"hailong/internal/report"
)

const pathIndex = "/index"

// maxIndexQuery is the longest question about an index: its file and its figures,
// in JSON.
const maxIndexQuery = 4 * figure.MaxBytes

// IndexQuery asks for a composite index. The files go with the question, so that
// an index can be tried on the data of a running server before it is among those
// that the server shows.
type IndexQuery struct {
	Folder      string `json:"folder"` // its name is the index's id
	File        string `json:"file"`   // names, for messages
	FiguresFile string `json:"figures_file"`
	Source      []byte `json:"source"`  // index.yaml
	Figures     []byte `json:"figures"` // figures.csv; nil: none
	Period      string `json:"period"`  // empty: the newest
	Lang        string `json:"lang"`
	Format      string `json:"format"` // json, csv or csv-excel
	Steps       bool   `json:"steps"`
	Sensitivity bool   `json:"sensitivity"`
}

// Indices computes composite indices. Both consoles do.
type Indices interface {
	// Index writes an index. Files with mistakes are an errs.Mistakes.
	Index(ctx context.Context, w io.Writer, q IndexQuery) error
}

// WriteIndex computes an index over a source, which may be report.Nothing, and
// writes it.
func WriteIndex(w io.Writer, src report.Source, q IndexQuery) error {
	o := export.IndexOptions{Steps: q.Steps, Sensitivity: q.Sensitivity}
	format, ok := indexFormatOf(q.Format, &o)
	if !ok {
		return errs.Bad(errs.Problem{Item: "format", Code: "unknown_format"})
	}
	own, err := report.ReadIndex(q.Folder, q.File, q.Source, q.FiguresFile, q.Figures)
	if err != nil {
		return err
	}
	scores, err := report.New(src).Index(own.Index, q.Period, q.Lang, own.Figures)
	if err != nil {
		return err
	}
	if scores.Period == "" { // nothing is said of any: a table without rows would not say why
		return errs.Bad(errs.Problem{Item: "period", Code: "index_nothing"})
	}
	return format.write(w, scores, o)
}

// Index implements Indices.
func (c *localConsole) Index(_ context.Context, w io.Writer, q IndexQuery) error {
	return WriteIndex(w, c.folder, q)
}

// index answers on the operator's socket.
func (o *Operator) index(w http.ResponseWriter, r *http.Request) {
	var q IndexQuery
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxIndexQuery)).Decode(&q); err != nil {
		o.fail(w, errs.New(errs.Malformed, "bad_request").Because(err))
		return
	}
	out := &lateWriter{w: w}
	if err := o.console.Index(r.Context(), out, q); err != nil {
		o.breakOff(w, out, err)
	}
}

// Index implements Indices.
func (c *Remote) Index(ctx context.Context, w io.Writer, q IndexQuery) error {
	body, err := json.Marshal(q)
	if err != nil {
		return fmt.Errorf("ask for an index: %w", err)
	}
	answer, err := c.send(ctx, http.MethodPost, pathIndex, nil, bytes.NewReader(body))
	if err != nil {
		return err
	}
	return copyAnswer(w, answer)
}
