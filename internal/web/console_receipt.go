package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/report"
)

// Receipts is what the operator may ask about where scores come from. Both
// consoles have it.
type Receipts interface {
	// Receipt writes scores in json, csv or csv-excel, and returns what they were
	// computed from.
	Receipt(ctx context.Context, w io.Writer, q report.Query, format string) (*report.Receipt, error)
	// Recompute computes the scores of a receipt again from the log as it was at the
	// receipt's watermark, writes them to w as CSV, and says how they differ from
	// what the receipt states, and from what would be computed now.
	Recompute(ctx context.Context, w io.Writer, receipt *report.Receipt) (report.Verdict, error)
}

// Receipt implements Receipts.
func (c *localConsole) Receipt(_ context.Context, w io.Writer, q report.Query, format string) (*report.Receipt, error) {
	f, ok := scoreFormats[format]
	if !ok {
		return nil, errs.Bad(errs.Problem{Item: "format", Code: "unknown_format"})
	}
	scores, receipt, err := c.report.ScoreWithReceipt(q)
	if err != nil {
		return nil, err
	}
	if err := export.Seal(nil, scores, receipt); err != nil {
		return nil, err
	}
	return receipt, f.write(w, scores)
}

// Recompute implements Receipts. O(events up to the watermark × answers).
func (c *localConsole) Recompute(ctx context.Context, w io.Writer, receipt *report.Receipt) (report.Verdict, error) {
	out := report.Verdict{Watermark: receipt.Watermark, Now: c.folder.Watermark()}
	catalog, tally, err := c.folder.Past(ctx, receipt.Watermark, c.progress)
	if err != nil {
		return out, fmt.Errorf("recompute: %w", err)
	}
	var result bytes.Buffer
	then, err := recomputed(&result, receipt, func() (*report.Moment, error) { return report.Past(catalog, tally, receipt.Survey) })
	if err != nil {
		return out, err
	}
	out.Differs = then
	out.Identical = len(then) == 0
	if out.Since, err = recomputed(nil, receipt, func() (*report.Moment, error) { return c.report.Freeze(receipt.Survey) }); err != nil {
		return out, err
	}
	if _, err := result.WriteTo(w); err != nil {
		return out, fmt.Errorf("recompute: %w", err)
	}
	return out, nil
}

// recomputed computes what a receipt is about from a moment, and compares. A
// query that can't be answered there, because its survey or an agency is not
// known, is a difference, too.
func recomputed(w io.Writer, receipt *report.Receipt, moment func() (*report.Moment, error)) ([]report.Difference, error) {
	q, err := receipt.Asked()
	if err != nil {
		return nil, err
	}
	refused := func(err error) ([]report.Difference, error) {
		if kind := errs.KindOf(err); kind != errs.NotFound && kind != errs.Invalid {
			return nil, err
		}
		return []report.Difference{{Part: report.PartRefused, Stated: receipt.Query, Found: Explain(err)}}, nil
	}
	m, err := moment()
	if err != nil {
		return refused(err)
	}
	scores, err := report.New(m).Score(q)
	if err != nil {
		return refused(err)
	}
	found, err := m.Receipt(scores)
	if err != nil {
		return nil, err
	}
	found.Internal = q.Internal
	if err := export.Seal(w, scores, found); err != nil {
		return nil, err
	}
	return receipt.Differences(found), nil
}

const (
	pathReceipt   = "/receipt"
	pathRecompute = "/recompute"

	trailerReceipt = "Hailong-Receipt"
	trailerVerdict = "Hailong-Verdict"
)

// receipts adds the operator's routes for receipts.
func (o *Operator) receipts(mux *http.ServeMux) {
	mux.HandleFunc("GET "+pathReceipt, o.receipt)
	mux.HandleFunc("POST "+pathRecompute, o.recompute)
}

func (o *Operator) receipt(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	q := o.query(values)
	out := &lateWriter{w: w}
	w.Header().Set("Trailer", trailerReceipt)
	receipt, err := o.console.Receipt(r.Context(), out, q, values.Get("format"))
	o.trail(w, out, trailerReceipt, receipt, err)
}

// query reads a query for scores, and notes that unprotected ones are asked for.
func (o *Operator) query(values url.Values) report.Query {
	q := operatorQuery(values)
	o.note(q)
	return q
}

// note writes into the log that somebody reads what the public may not see.
func (o *Operator) note(q report.Query) {
	if q.Internal {
		o.log.Info("unprotected scores read", "survey", q.Survey, "by", strings.Join(q.By, ","), "agency", q.Agency, "wave", q.Wave)
	}
}

// operatorQuery reads a query for scores with what only the operator may ask.
func operatorQuery(values url.Values) report.Query {
	q := scoreQuery(values.Get("survey"), values.Get("lang"), values.Get)
	q.Internal = values.Get("internal") == "true"
	return q
}

func (o *Operator) recompute(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		o.fail(w, errs.New(errs.Malformed, "bad_receipt").Because(err))
		return
	}
	receipt, err := report.ReadReceipt(b)
	if err != nil {
		o.fail(w, err)
		return
	}
	if q, err := receipt.Asked(); err == nil {
		o.note(q)
	}
	out := &lateWriter{w: w}
	w.Header().Set("Trailer", trailerVerdict)
	verdict, err := o.console.Recompute(r.Context(), out, receipt)
	o.trail(w, out, trailerVerdict, verdict, err)
}

// trail ends an answer with a value as its trailer, or breaks it off.
func (o *Operator) trail(w http.ResponseWriter, out *lateWriter, trailer string, value any, err error) {
	if err != nil {
		o.breakOff(w, out, err)
		return
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		o.breakOff(w, out, err)
		return
	}
	w.Header().Set(trailer, string(encoded))
}

// Receipt implements Receipts.
func (c *Remote) Receipt(ctx context.Context, w io.Writer, q report.Query, format string) (*report.Receipt, error) {
	answer, err := c.call(ctx, http.MethodGet, pathReceipt, queryValues(q, format))
	if err != nil {
		return nil, err
	}
	if err := copyAnswer(w, answer); err != nil {
		return nil, err
	}
	receipt := new(report.Receipt)
	return receipt, readTrailer(answer, trailerReceipt, receipt)
}

// Recompute implements Receipts.
func (c *Remote) Recompute(ctx context.Context, w io.Writer, receipt *report.Receipt) (report.Verdict, error) {
	var body bytes.Buffer
	if err := report.WriteReceipt(&body, receipt); err != nil {
		return report.Verdict{}, err
	}
	answer, err := c.send(ctx, http.MethodPost, pathRecompute, nil, &body)
	if err != nil {
		return report.Verdict{}, err
	}
	if err := copyAnswer(w, answer); err != nil {
		return report.Verdict{}, err
	}
	var verdict report.Verdict
	err = readTrailer(answer, trailerVerdict, &verdict)
	return verdict, err
}

// readTrailer reads the trailer of an answer that was copied.
func readTrailer(answer *http.Response, trailer string, into any) error {
	if err := json.Unmarshal([]byte(answer.Trailer.Get(trailer)), into); err != nil {
		return fmt.Errorf("the running server broke off; what was written is not whole: %w", err)
	}
	return nil
}
