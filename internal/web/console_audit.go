package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"hailong/internal/errs"
	"hailong/internal/report"
)

// Releases tells what scores give away together.
type Releases interface {
	// Audit audits what a query shows now together with what it showed as of
	// earlier receipts, oldest first. What it returns is not for publication.
	Audit(ctx context.Context, q report.Query, earlier []*report.Receipt) (*report.Audit, error)
}

const pathAudit = "/audit"

// Audit implements Releases. O(events × answers) for each receipt.
func (c *localConsole) Audit(ctx context.Context, q report.Query, earlier []*report.Receipt) (*report.Audit, error) {
	var before []*report.Moment
	last := uint64(0)
	for _, receipt := range earlier {
		if receipt.Survey != q.Survey {
			return nil, errs.New(errs.Invalid, "receipt_of_other").With("survey", receipt.Survey)
		}
		if receipt.Watermark < last {
			return nil, errs.New(errs.Invalid, "receipts_out_of_order")
		}
		last = receipt.Watermark
		catalog, tally, err := c.folder.Past(ctx, receipt.Watermark, c.progress)
		if err != nil {
			return nil, fmt.Errorf("audit: %w", err)
		}
		m, err := report.Past(catalog, tally, q.Survey)
		if err != nil {
			return nil, err
		}
		before = append(before, m)
	}
	now, err := c.report.Freeze(q.Survey)
	if err != nil {
		return nil, err
	}
	return report.AuditReleases(q, now, before...)
}

func (o *Operator) audit(w http.ResponseWriter, r *http.Request) {
	var bodies []json.RawMessage
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 8<<20)).Decode(&bodies); err != nil {
		o.fail(w, errs.New(errs.Malformed, "bad_receipt").Because(err))
		return
	}
	earlier := make([]*report.Receipt, len(bodies))
	for i, b := range bodies {
		var err error
		if earlier[i], err = report.ReadReceipt(b); err != nil {
			o.fail(w, err)
			return
		}
	}
	q := operatorQuery(r.URL.Query())
	asked := q
	asked.Internal = true // findings tell what is hidden
	o.note(asked)
	found, err := o.console.Audit(r.Context(), q, earlier)
	if err != nil {
		o.fail(w, err)
		return
	}
	out := &lateWriter{w: w}
	if err := json.NewEncoder(out).Encode(found); err != nil {
		o.breakOff(w, out, err)
	}
}

// Audit implements Releases.
func (c *Remote) Audit(ctx context.Context, q report.Query, earlier []*report.Receipt) (*report.Audit, error) {
	bodies := make([]json.RawMessage, len(earlier))
	for i, receipt := range earlier {
		var b bytes.Buffer
		if err := report.WriteReceipt(&b, receipt); err != nil {
			return nil, err
		}
		bodies[i] = b.Bytes()
	}
	body, err := json.Marshal(bodies)
	if err != nil {
		return nil, err
	}
	answer, err := c.send(ctx, http.MethodPost, pathAudit, queryValues(q, ""), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, fmt.Errorf("read from the running server: %w", err)
	}
	found := new(report.Audit)
	if err := json.Unmarshal(b, found); err != nil {
		return nil, fmt.Errorf("read from the running server: %w", err)
	}
	return found, nil
}
