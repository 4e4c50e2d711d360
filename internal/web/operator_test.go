package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/export"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/store"
)

// operate starts the operator's surface of a store on a socket and returns its
// remote and the surface.
func operate(t *testing.T, s Operated) (*Remote, *Operator) {
	t.Helper()
	return operateWith(t, s, nil)
}

func operateWith(t *testing.T, s Operated, p Publisher) (*Remote, *Operator) {
	t.Helper()
	dir, err := os.MkdirTemp("", "op") //nolint:usetesting // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	o := NewOperator(t.Context(), s, p, slog.New(slog.DiscardHandler))
	served := make(chan error, 1)
	go func() { served <- o.Serve(l) }()
	remote := NewRemote(func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(dir, "s"))
	})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := errors.Join(remote.Close(), o.Shutdown(ctx), <-served, os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	return remote, o
}

// TestRemoteIsLocal: over the socket comes byte for byte what the folder gives,
// and what the API gives.
func TestRemoteIsLocal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	remote, _ := operate(t, w.store)
	local := NewConsole(w.store)
	if err := remote.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	q := report.Query{
		Survey: "trial", By: []string{"agency", "item"}, Lang: "en", Channel: "qr", Agency: "t24", Level: "commune",
		From: "2026-11-01", To: "2026-11-30", Index: "trial", Measure: "satisfied",
	}
	for _, format := range []string{"json", "csv", "csv-excel"} {
		var here, there bytes.Buffer
		if err := errors.Join(local.Scores(t.Context(), &here, q, format), remote.Scores(t.Context(), &there, q, format)); err != nil {
			t.Fatal(err)
		}
		query := queryValues(q, format)
		query.Del("survey")
		api := w.do(t, http.MethodGet, "/api/v1/surveys/trial/scores?"+query.Encode(), "")
		if api.status != http.StatusOK || api.body != here.String() || there.String() != here.String() || here.Len() < 100 {
			t.Errorf("%s: got %d %s from the API, %s from the socket, want %s", format, api.status, head(api.body), head(there.String()), head(here.String()))
		}
	}
	for _, format := range export.Formats {
		var here, there bytes.Buffer
		want, err := local.Responses(t.Context(), &here, Raw{Survey: "trial", Format: string(format)})
		if err != nil {
			t.Fatal(err)
		}
		got, err := remote.Responses(t.Context(), &there, Raw{Survey: "trial", Format: string(format)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || got.Rows != 30 {
			t.Errorf("%s: manifest (-local +remote):\n%s", format, diff)
		}
		if !bytes.Equal(here.Bytes(), there.Bytes()) {
			t.Errorf("%s: the files differ", format)
		}
		if format != export.JSONLines { // whose last line is the manifest
			sum := sha256.Sum256(there.Bytes())
			if hex.EncodeToString(sum[:]) != got.SHA256 {
				t.Errorf("%s: the checksum is not that of the file", format)
			}
		}
	}
}

func TestRemoteErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, _ := operate(t, w.store)
	_, unknownSurvey := remote.Responses(t.Context(), io.Discard, Raw{Survey: "nothing", Format: "csv"})
	_, unknownFormat := remote.Responses(t.Context(), io.Discard, Raw{Survey: "trial", Format: "xlsx"})
	cases := []struct {
		err  error
		want string
	}{
		{unknownSurvey, "the running server: There is no such survey."},
		{unknownFormat, "format: There is no such file format."},
		{remote.Scores(t.Context(), io.Discard, report.Query{Survey: "nothing"}, "csv"), "the running server: There is no such survey."},
		{remote.Scores(t.Context(), io.Discard, report.Query{Survey: "trial"}, "xlsx"), "format: There is no such file format."},
		{remote.Scores(t.Context(), io.Discard, report.Query{Survey: "trial", By: []string{"x"}}, "csv"), "by: Scores cannot be split in this way."},
	}
	for _, c := range cases {
		if c.err == nil || !strings.HasSuffix(c.err.Error(), c.want) {
			t.Errorf("got %v, want %q at its end", c.err, c.want)
		}
	}
}

// slowStore is a store whose scan fails, or waits, after some responses.
type slowStore struct {
	Operated

	after func(ctx context.Context) error
}

func (s slowStore) Scan(ctx context.Context, after, through uint64, f func(uint64, *response.Response) error) error {
	n := 0
	return s.Operated.Scan(ctx, after, through, func(seq uint64, r *response.Response) error {
		if n++; n == 10 {
			if err := s.after(ctx); err != nil {
				return err
			}
		}
		for range 200 { // more than the buffers hold
			if err := f(seq, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestBrokenExport: an export that breaks off is an error for who asked for it.
func TestBrokenExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	remote, _ := operate(t, slowStore{w.store, func(context.Context) error { return errDisk }})
	for _, format := range export.Formats {
		var got bytes.Buffer
		manifest, err := remote.Responses(t.Context(), &got, Raw{Survey: "trial", Format: string(format)})
		if err == nil || !strings.Contains(err.Error(), "not whole") {
			t.Errorf("%s: got %v %v after %d bytes, want an error", format, manifest, err, got.Len())
		}
	}
	if err := remote.Ping(t.Context()); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// halfConsole fails after it has written much.
type halfConsole struct{ Console }

func (halfConsole) Scores(_ context.Context, w io.Writer, _ report.Query, _ string) error {
	_, err := io.WriteString(w, strings.Repeat("agency,score\n", 10_000))
	return errors.Join(err, errDisk)
}

// TestBrokenScores: scores that break off are an error too.
func TestBrokenScores(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, o := operate(t, w.store)
	o.console = halfConsole{o.console}
	var got bytes.Buffer
	if err := remote.Scores(t.Context(), &got, report.Query{Survey: "trial"}, "csv"); err == nil || strings.Contains(got.String(), "input/output") {
		t.Errorf("got %v after %d bytes, want an error", err, got.Len())
	}
}

// TestExportWithoutItsClient: the scan ends when the client is gone.
func TestExportWithoutItsClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	ended := make(chan error, 1)
	began := make(chan struct{})
	remote, _ := operate(t, slowStore{w.store, func(ctx context.Context) error {
		close(began)
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
		}
		ended <- ctx.Err()
		return ctx.Err()
	}})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-began; cancel() }()
	if _, err := remote.Responses(ctx, io.Discard, Raw{Survey: "trial", Format: "csv"}); err == nil {
		t.Error("got no error for a cancelled export")
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the scan: got %v, want it cancelled", err)
	}
}

// TestShutdownBreaksExportsOff: a stop does not wait for a slow download.
func TestShutdownBreaksExportsOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	began := make(chan struct{})
	remote, o := operate(t, slowStore{w.store, func(ctx context.Context) error { close(began); <-ctx.Done(); return ctx.Err() }})
	stopped := make(chan error, 1)
	go func() { <-began; stopped <- o.Shutdown(t.Context()) }()
	if _, err := remote.Responses(t.Context(), io.Discard, Raw{Survey: "trial", Format: "csv"}); err == nil {
		t.Error("got no error for an export that was broken off")
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// failingWriter takes some bytes and then fails.
type failingWriter struct{ left int }

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, errDisk
	}
	return len(b), nil
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	remote, _ := operate(t, w.store)
	for name, console := range map[string]Console{"local": NewConsole(w.store), "remote": remote} {
		for _, format := range export.Formats {
			if _, err := console.Responses(t.Context(), &failingWriter{100}, Raw{Survey: "trial", Format: string(format)}); !errors.Is(err, errDisk) {
				t.Errorf("%s %s: got %v, want the writer's error", name, format, err)
			}
		}
		if err := console.Scores(t.Context(), &failingWriter{10}, report.Query{Survey: "trial", By: []string{"agency"}}, "csv"); !errors.Is(err, errDisk) {
			t.Errorf("%s: scores: got %v, want the writer's error", name, err)
		}
	}
}

// TestSnapshot: the copy of a running server's file opens, checks, and agrees
// with what the server has counted.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	remote, _ := operate(t, w.store)
	live, err := remote.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Rename(live.Path, filepath.Join(dir, store.FileName)); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dir, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	findings, err := s.Check(t.Context(), store.CheckOptions{Live: live.Tally, LiveThrough: live.Through})
	if err != nil || len(findings.Problems) > 0 || findings.Responses != 30 || live.Through != w.store.Watermark() {
		t.Errorf("got %+v through %d, %v", findings, live.Through, err)
	}
}

// TestQueryValuesIsTheInverse: a query survives its way over the socket.
func TestQueryValuesIsTheInverse(t *testing.T) {
	t.Parallel()
	for _, want := range []report.Query{
		{Survey: "s"},
		{
			Survey: "s", Index: "i", Measure: "m", By: []string{"agency", "item"}, Agency: "a", Level: "l", From: "2026-01-01",
			To: "2026-01-31", Wave: "w", Channel: "c", Lang: "en",
		},
	} {
		values := queryValues(want, "csv")
		got := scoreQuery(values.Get("survey"), values.Get("lang"), values.Get)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestOperatorIsApart: what the socket serves is not on the network, and the
// socket takes nothing else.
func TestOperatorIsApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, _ := operate(t, w.store)
	for _, path := range []string{"/", "/snapshot", "/responses/x"} {
		if answer, err := remote.call(t.Context(), http.MethodGet, path, nil); err == nil {
			_ = answer.Body.Close()
			t.Errorf("GET %s: got %d", path, answer.StatusCode)
		}
	}
}
