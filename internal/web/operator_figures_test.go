package web

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/figure"
)

const figuresHeader = "figure,agency,period,cell,value,source,checked,note\n"

// TestRemoteFigures: figures that are loaded over the socket come to the same as
// those that are loaded into the folder, and so do the mistakes of a file.
func TestRemoteFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, o := operate(t, w.store)
	o.log = slog.New(slog.NewTextHandler(w.log, nil))
	local := NewLedger(w.store, time.Now)
	load := func(l Ledger, rows string, trial bool) (Loaded, error) {
		return l.LoadFigures(t.Context(), Loading{File: "f.csv", CSV: []byte(figuresHeader + rows), Trial: trial})
	}
	first := "population,x07210,2026,,12000,GSO,yes,\npopulation,07210,2026,gender=female,6100,GSO,no,\nself,t24,dot-9,,,Sở,no,chưa nộp\n"
	for _, l := range []Ledger{remote, local} {
		done, err := load(l, first, true)
		if err != nil || done.Added != 3 || done.Stored || w.store.Catalog().Figures.Len() != 0 {
			t.Fatalf("trial: got %+v, %v", done, err)
		}
		if diff := cmp.Diff([]string{"dot-9"}, done.Waves); diff != "" {
			t.Errorf("waves (-want +got):\n%s", diff)
		}
	}
	done, err := load(remote, first, false)
	if err != nil || done.Added != 3 || !done.Stored || done.Total != 3 || len(done.Changes) != 3 {
		t.Fatalf("got %+v, %v", done, err)
	}
	before := w.store.Watermark()
	if done, err := load(remote, first, false); err != nil || done.Unchanged != 3 || done.Stored || w.store.Watermark() != before {
		t.Errorf("again: got %+v, %v", done, err)
	}
	second := "population,x07210,2026,,12500,GSO,yes,\npopulation,x07210,2026,gender=female,,GSO,no,withdrawn\n" +
		"population,x07210,2025,,,GSO,no,withdrawn\nself,t24,dot-9,,,Sở,no,chưa nộp\nself,t24,2026,,7.5,Sở,no,\n"
	here, err := load(local, second, true)
	if err != nil {
		t.Fatal(err)
	}
	there, err := load(remote, second, false)
	here.Stored = true
	if diff := cmp.Diff(here, there); diff != "" || err != nil {
		t.Errorf("%v (-local +remote):\n%s", err, diff)
	}
	if there.Added != 1 || there.Changed != 1 || there.Withdrawn != 1 || there.Absent != 1 || there.Unchanged != 1 || there.Total != 3 {
		t.Errorf("got %+v", there)
	}
	for _, wanted := range [][2]string{{"", ""}, {"population", ""}, {"self", "2026"}, {"nothing", ""}} {
		here, err1 := local.Figures(t.Context(), wanted[0], wanted[1])
		there, err2 := remote.Figures(t.Context(), wanted[0], wanted[1])
		if err := errors.Join(err1, err2); err != nil || !here.Equal(there) {
			t.Errorf("%v: %v, %d figures here, %d there", wanted, err, here.Len(), there.Len())
		}
	}
	if log := w.log.String(); strings.Count(log, "figures loaded") != 2 || strings.Contains(log, "operator's request failed") {
		t.Errorf("got log\n%s", log)
	}
}

func TestRemoteFiguresRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, _ := operate(t, w.store)
	local := NewLedger(w.store, time.Now)
	for name, csv := range map[string][]byte{
		"mistakes":     []byte(figuresHeader + "population,nowhere,2026,,-1,,yes,\npopulation," + closedAgency + ",2026,,\"1,5\",S,yes,\n"),
		"nothing":      nil,
		"too large":    bytes.Repeat([]byte("a"), figure.MaxBytes+1),
		"another file": []byte("id,parent\n"),
	} {
		_, here := local.LoadFigures(t.Context(), Loading{File: "f.csv", CSV: csv})
		_, there := remote.LoadFigures(t.Context(), Loading{File: "f.csv", CSV: csv})
		want, ok1 := errors.AsType[errs.Mistakes](here)
		got, ok2 := errors.AsType[errs.Mistakes](there)
		if diff := cmp.Diff(want, got); diff != "" || !ok1 || !ok2 {
			t.Errorf("%s: %v %v (-local +remote):\n%s", name, ok1, ok2, diff)
		}
	}
	if w.store.Catalog().Figures.Len() != 0 {
		t.Error("something was stored")
	}
}

// TestManyFigures: of many changes some are told one by one, and all are counted.
func TestManyFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	remote, _ := operate(t, w.store)
	var rows strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&rows, "population,x07210,2026,part=p%d,%d,GSO,yes,\n", i, i)
	}
	done, err := remote.LoadFigures(t.Context(), Loading{File: "f.csv", CSV: []byte(figuresHeader + rows.String())})
	if err != nil || done.Added != 50_000 || len(done.Changes) != maxToldChanges || done.More != 50_000-maxToldChanges {
		t.Errorf("got %d added, %d told, %d more, %v", done.Added, len(done.Changes), done.More, err)
	}
	table, err := remote.Figures(t.Context(), "", "")
	if err != nil || table.Len() != 50_000 {
		t.Errorf("got %v", err)
	}
}
