package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"hailong/internal/errs"
	"hailong/internal/figure"
	"hailong/internal/weigh"
)

const pathWeigh = "/weigh"

// Weigher weights the respondents of a wave, whether the data folder is open
// here or in a running server. Both do the same with the same code.
type Weigher interface {
	// Weigh is weigh.Weigh.
	Weigh(ctx context.Context, q weigh.Query, figures weigh.Figures) (*weigh.Result, error)
}

type localWeigher struct{ folder weigh.Folder }

// NewWeigher returns the weigher of an open store.
func NewWeigher(folder weigh.Folder) Weigher { return localWeigher{folder} }

// Weigh implements Weigher.
func (l localWeigher) Weigh(ctx context.Context, q weigh.Query, figures weigh.Figures) (*weigh.Result, error) {
	return weigh.Weigh(ctx, l.folder, q, figures)
}

// weighing is what the operator's socket takes.
type weighing struct {
	Query   weigh.Query   `json:"query"`
	Figures weigh.Figures `json:"figures"`
}

// mostWeighing is the largest request: a file of figures in base 64.
const mostWeighing = 2 * figure.MaxBytes

func (o *Operator) weigh(w http.ResponseWriter, r *http.Request) {
	var asked weighing
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostWeighing)).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	result, err := weigh.Weigh(r.Context(), o.store, asked.Query, asked.Figures)
	if mistakes, ok := errors.AsType[errs.Mistakes](err); ok { // told to who sent the file, and not logged
		http.Error(w, mistakes.Summary()+":\n"+mistakes.Error(), http.StatusUnprocessableEntity)
		return
	}
	if err != nil {
		o.fail(w, err)
		return
	}
	out := &lateWriter{w: w}
	if err := json.NewEncoder(out).Encode(result); err != nil {
		o.breakOff(w, out, err)
	}
}

// Weigh implements Weigher: the running server does it.
func (c *Remote) Weigh(ctx context.Context, q weigh.Query, figures weigh.Figures) (*weigh.Result, error) {
	body, err := json.Marshal(weighing{q, figures})
	if err != nil {
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	answer, err := c.send(ctx, http.MethodPost, pathWeigh, url.Values{}, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	var result weigh.Result
	err = json.NewDecoder(answer.Body).Decode(&result)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, fmt.Errorf("read weights from the running server: %w", err)
	}
	return &result, nil
}
