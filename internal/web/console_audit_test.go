package web

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/report"
)

// TestRemoteReceiptsAreLocal: receipts, what is computed again from them, audits
// and quality are the same over the socket.
func TestRemoteReceiptsAreLocal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 40)
	remote, _ := operate(t, w.store)
	local := NewConsole(w.store)
	q := report.Query{Survey: "trial", By: []string{"agency"}}
	var here, there bytes.Buffer
	receipt, err := local.Receipt(t.Context(), &here, q, "csv")
	if err != nil {
		t.Fatal(err)
	}
	same, err := remote.Receipt(t.Context(), &there, q, "csv")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(receipt, same); diff != "" || !bytes.Equal(here.Bytes(), there.Bytes()) || receipt.Result.Bytes == 0 {
		t.Errorf("receipt (-local +remote):\n%s", diff)
	}
	for _, key := range []string{"more1"} {
		if got := w.submit(t, "trial", key, `{"agency":"t24","channel":"qr","answers":{"level":"5","second":"4"}}`); got.status != http.StatusCreated {
			t.Fatalf("got %d %s", got.status, got.body)
		}
	}
	again, err := local.Recompute(t.Context(), io.Discard, receipt)
	if err != nil || !again.Identical {
		t.Errorf("got %v, %+v", err, again)
	}
	computed, err := remote.Recompute(t.Context(), io.Discard, receipt)
	if diff := cmp.Diff(again, computed); diff != "" || err != nil {
		t.Errorf("%v, computed again (-local +remote):\n%s", err, diff)
	}
	want, err := local.Audit(t.Context(), q, []*report.Receipt{receipt})
	if err != nil || len(want.Findings) == 0 || len(want.Earlier) != 1 {
		t.Errorf("one more answer: got %v, %+v", err, want)
	}
	got, err := remote.Audit(t.Context(), q, []*report.Receipt{receipt})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, audit (-local +remote):\n%s", err, diff)
	}
	if _, err := remote.Audit(t.Context(), report.Query{Survey: "nothing"}, nil); err == nil {
		t.Error("a survey that is not there was audited")
	}
	here.Reset()
	there.Reset()
	quality := report.QualityQuery{Survey: "trial", By: []string{"agency"}}
	if err := errors.Join(local.Quality(t.Context(), &here, quality, "csv"), remote.Quality(t.Context(), &there, quality, "csv")); err != nil || here.String() != there.String() {
		t.Errorf("%v: got %s, want %s", err, head(there.String()), head(here.String()))
	}
}

// What nobody may publish is noted when it is read; what everybody may see is not.
func TestUnprotectedScoresAreNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	remote, o := operate(t, w.store)
	o.log = slog.New(slog.NewTextHandler(w.log, nil))
	q := report.Query{Survey: "trial", By: []string{"agency"}}
	if err := remote.Scores(t.Context(), io.Discard, q, "csv"); err != nil || strings.Contains(w.log.String(), "unprotected") {
		t.Errorf("%v: the log says %s", err, w.log)
	}
	q.Internal = true
	receipt, err := remote.Receipt(t.Context(), io.Discard, q, "csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Scores(t.Context(), io.Discard, q, "csv"); err != nil || strings.Count(w.log.String(), "unprotected scores read") != 2 {
		t.Errorf("%v: the log says %s", err, w.log)
	}
	if _, err := remote.Recompute(t.Context(), io.Discard, receipt); err != nil || strings.Count(w.log.String(), "unprotected scores read") != 3 {
		t.Errorf("computed again, %v: the log says %s", err, w.log)
	}
	q.Internal = false
	if _, err := remote.Audit(t.Context(), q, nil); err != nil || strings.Count(w.log.String(), "unprotected scores read") != 4 {
		t.Errorf("an audit, %v: the log says %s", err, w.log)
	}
}
