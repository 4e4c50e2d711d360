package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/i18n"
	"hailong/internal/report"
)

// The operator's surface is plain HTTP over a socket in the data folder that
// only the folder's owner can open. It is apart from the public server, so that
// no mistake in a route can show it to the network; and it is net/http, because
// that tells a handler when its client is gone and can end an answer with a
// trailer: a broken export is a broken transfer, never a short file.
const (
	pathPing      = "/ping"
	pathScores    = "/scores"
	pathResponses = "/responses"
	pathSnapshot  = "/snapshot"

	trailerManifest = "Hailong-Manifest"
)

// Live is a copy of the data folder beside what the server that made it has
// counted, for verify.
type Live struct {
	Path    string `json:"path"`    // of the copied data file, whose folder the receiver removes
	Tally   []byte `json:"tally"`   // tally.Encode of the running server
	Through uint64 `json:"through"` // the event up to which Tally counts
}

// Operated is what the operator's surface needs of a store.
type Operated interface {
	Folder
	collect.Log
	Issuing
	FigureLog
	Snapshot() (string, error)
	Counted() (through uint64, encoded []byte)
}

// Operator serves the operator's surface.
type Operator struct {
	store     Operated
	console   Console
	publisher Publisher
	desk      Desk
	issuer    Issuer
	ledger    Ledger
	log       *slog.Logger
	server    *http.Server
	cancel    context.CancelFunc
}

// NewOperator returns the operator's surface of a store, with who publishes in
// it. Requests end with Shutdown, not with ctx.
func NewOperator(ctx context.Context, store Operated, publisher Publisher, log *slog.Logger) *Operator {
	o := &Operator{store: store, console: NewConsole(store), publisher: publisher, log: log}
	o.desk = NewDesk(store, time.Now)     //nolint:forbidigo // the edge owns the clock
	o.issuer = NewIssuer(store, time.Now) //nolint:forbidigo // the edge owns the clock
	o.ledger = NewLedger(store, time.Now) //nolint:forbidigo // the edge owns the clock
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+pathPing, func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET "+pathScores, o.scores)
	mux.HandleFunc("GET "+pathResponses, o.responses)
	mux.HandleFunc("POST "+pathSnapshot, o.snapshot)
	mux.HandleFunc("POST "+pathPlan, o.plan)
	mux.HandleFunc("POST "+pathPublish, o.publish)
	mux.HandleFunc("POST "+pathEnter, o.enter)
	mux.HandleFunc("GET "+pathTemplate, o.template)
	mux.HandleFunc("POST "+pathIndex, o.index)
	mux.HandleFunc("POST "+pathWeigh, o.weigh)
	o.issuing(mux)
	o.figures(mux)
	o.receipts(mux)
	mux.HandleFunc("GET "+pathQuality, o.quality)
	mux.HandleFunc("POST "+pathAudit, o.audit)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	o.cancel = cancel
	o.server = &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	return o
}

// Serve answers on a listener until Shutdown.
func (o *Operator) Serve(l net.Listener) error {
	if err := o.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("operator's socket: %w", err)
	}
	return nil
}

// Shutdown breaks off exports and stops.
func (o *Operator) Shutdown(ctx context.Context) error {
	o.cancel()
	if err := o.server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop operator's socket: %w", err)
	}
	return nil
}

// fail tells the operator what is wrong; here raw errors may be shown.
func (o *Operator) fail(w http.ResponseWriter, err error) {
	status := statuses[errs.KindOf(err)]
	if status == http.StatusInternalServerError {
		o.log.Error("operator's request failed", "error", err)
	}
	http.Error(w, Explain(err), status)
}

func (o *Operator) scores(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	q := o.query(values)
	out := &lateWriter{w: w}
	if err := o.console.Scores(r.Context(), out, q, values.Get("format")); err != nil {
		o.breakOff(w, out, err)
	}
}

// breakOff tells what is wrong; an answer that has begun breaks off instead, so
// that it never looks whole.
func (o *Operator) breakOff(w http.ResponseWriter, out *lateWriter, err error) {
	if !out.began {
		o.fail(w, err)
		return
	}
	o.log.Error("answer to the operator broke off", "error", err)
	panic(http.ErrAbortHandler) //nolint:forbidigo // how net/http breaks a transfer off
}

func (o *Operator) responses(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", trailerManifest)
	out := &lateWriter{w: w}
	query := r.URL.Query()
	wanted := Raw{
		Survey: query.Get("survey"), Format: query.Get("format"), Part: query.Get("part"), Personal: query.Get("personal") == "true",
	}
	if wanted.Personal {
		o.log.Warn("answers about persons are being exported", "survey", wanted.Survey)
	}
	manifest, err := o.console.Responses(r.Context(), out, wanted)
	o.trail(w, out, trailerManifest, manifest, err)
}

func (o *Operator) snapshot(w http.ResponseWriter, r *http.Request) {
	// Counted first: the copy then holds at least all of it.
	through, encoded := o.store.Counted()
	path, err := o.store.Snapshot()
	if err != nil {
		o.fail(w, err)
		return
	}
	if err := json.NewEncoder(w).Encode(Live{Path: path, Tally: encoded, Through: through}); err != nil {
		o.log.Error("operator's request failed", "error", err, "client", r.Context().Err())
	}
}

// lateWriter knows whether anything was written, after which no status can be told.
type lateWriter struct {
	w     io.Writer
	began bool
}

func (l *lateWriter) Write(b []byte) (int, error) {
	l.began = true
	return l.w.Write(b)
}

// Remote is the console of a running server.
type Remote struct{ client *http.Client }

// NewRemote returns a console that reaches its server through dial.
func NewRemote(dial func(ctx context.Context) (net.Conn, error)) *Remote {
	return &Remote{&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
	}}}
}

// call sends a request and returns the answer of a good one.
func (c *Remote) call(ctx context.Context, method, path string, values url.Values) (*http.Response, error) {
	return c.send(ctx, method, path, values, http.NoBody)
}

func (c *Remote) send(ctx context.Context, method, path string, values url.Values, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://hailong"+path+"?"+values.Encode(), body)
	if err != nil {
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	answer, err := c.client.Do(request) //nolint:gosec // through the socket, wherever the address seems to lead
	if err != nil {
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	if answer.StatusCode == http.StatusOK {
		return answer, nil
	}
	defer func() { _ = answer.Body.Close() }()
	message, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("ask the running server: %w", err)
	}
	return nil, fmt.Errorf("the running server: %s", bytes.TrimSpace(message))
}

// Ping reports whether the server answers.
func (c *Remote) Ping(ctx context.Context) error {
	answer, err := c.call(ctx, http.MethodGet, pathPing, nil)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// Close ends idle connections.
func (c *Remote) Close() error {
	c.client.CloseIdleConnections()
	return nil
}

// Scores implements Console.
func (c *Remote) Scores(ctx context.Context, w io.Writer, q report.Query, format string) error {
	answer, err := c.call(ctx, http.MethodGet, pathScores, queryValues(q, format))
	if err != nil {
		return err
	}
	return copyAnswer(w, answer)
}

// copyAnswer writes what the running server answers, or as much of it as comes.
func copyAnswer(w io.Writer, answer *http.Response) error {
	_, err := io.Copy(w, answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return fmt.Errorf("read from the running server; what was written is not whole: %w", err)
	}
	return nil
}

// Responses implements Console.
func (c *Remote) Responses(ctx context.Context, w io.Writer, wanted Raw) (export.Manifest, error) {
	query := url.Values{"survey": {wanted.Survey}, "format": {wanted.Format}, "part": {wanted.Part}}
	if wanted.Personal {
		query.Set("personal", "true")
	}
	answer, err := c.call(ctx, http.MethodGet, pathResponses, query)
	if err != nil {
		return export.Manifest{}, err
	}
	if err := copyAnswer(w, answer); err != nil {
		return export.Manifest{}, err
	}
	var manifest export.Manifest
	err = readTrailer(answer, trailerManifest, &manifest)
	return manifest, err
}

// Snapshot asks the server for a copy of its data file.
func (c *Remote) Snapshot(ctx context.Context) (Live, error) {
	answer, err := c.call(ctx, http.MethodPost, pathSnapshot, nil)
	if err != nil {
		return Live{}, err
	}
	var live Live
	err = json.NewDecoder(answer.Body).Decode(&live)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return Live{}, fmt.Errorf("read from the running server: %w", err)
	}
	return live, nil
}

// queryValues is the inverse of scoreQuery.
func queryValues(q report.Query, format string) url.Values {
	values := url.Values{}
	for name, value := range map[string]string{
		"survey": q.Survey, "index": q.Index, "measure": q.Measure, "agency": q.Agency, "level": q.Level, "from": q.From, "to": q.To,
		"wave": q.Wave, "channel": q.Channel, "flags": q.Flags, "compare": q.Compare, "lang": q.Lang, "format": format,
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if q.Internal {
		values.Set("internal", "true")
	}
	for i, by := range q.By {
		if i == 0 {
			values.Set("by", by)
		} else {
			values.Set("by", values.Get("by")+","+by)
		}
	}
	return values
}

// Explain words an error for the person at a terminal: what may be told to
// anybody as pages and the API word it, everything else as it is.
func Explain(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind == errs.Internal {
		return err.Error()
	}
	const lang = "en" // as all of the command line
	lines := []string{i18n.T(lang, "error."+e.Code, e.Args)}
	for _, p := range e.Problems {
		lines = append(lines, p.Item+": "+i18n.T(lang, "problem."+p.Code, p.Args))
	}
	return strings.Join(lines, "\n")
}
