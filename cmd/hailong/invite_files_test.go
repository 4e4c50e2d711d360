package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hailong/internal/dossier"
	"hailong/internal/web"
)

func writes(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// A file gets its name only when it is whole, and never the name of another one.
func TestKeptFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "codes.csv")
	k, err := keep(path, "b1", writes("codes"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("before show: got %v", err)
	}
	if info, err := os.Stat(k.part); err != nil || info.Mode().Perm() != private {
		t.Errorf("got %v, %v, want a file for its owner only", info, err)
	}
	if again, err := keep(path, "b1", writes("other")); err == nil || read(t, k.part) != "codes" {
		t.Errorf("got %+v: a file that is being written is written over", again)
	}
	write(t, path, "older")
	if err := k.show(); err == nil || read(t, path) != "older" || read(t, k.part) != "codes" {
		t.Errorf("got %v, %q and %q, want both files as they were", err, read(t, path), read(t, k.part))
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(k.show(), k.drop()); err != nil || read(t, path) != "codes" {
		t.Errorf("got %v, %q", err, read(t, path))
	}
	full := errors.New("the disk is full")
	if _, err := keep(filepath.Join(dir, "other.csv"), "b2", func(io.Writer) error { return full }); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v, want the one file alone", entries, err)
	}
}

// What is sent to be issued says nothing of the rows: no numbers, no order.
func TestIssuedSaysNothingOfRows(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("Mã hồ sơ;Cơ quan;Cơ quan giải quyết;Thủ tục;Điện thoại\r\n")
	for i := range 200 {
		b.WriteString("H-" + strings.Repeat("x", i%7) + string(rune('a'+i/26)) + string(rune('a'+i%26)) + ";a;b;" + []string{"1.001", ""}[i%2] + ";\"09;12\"\r\n")
	}
	list, err := dossier.Parse("f.csv", []byte("\ufeff"+b.String()))
	if err != nil {
		t.Fatal(err)
	}
	known := web.Invitable{Today: "2026-11-20", Wave: "w", Agencies: map[string]web.InvitableAgency{"a": {Number: 1}, "b": {Number: 2}}}
	for noService, groups := range map[bool]int{false: 2, true: 1} {
		batch, err := newIssuing(&inviteIssueCommand{Survey: "s", NoService: noService}, list, known)
		if err != nil || len(batch.issue.Groups) != groups || len(batch.codes) != 200 {
			t.Fatalf("got %d groups, %d codes, %v", len(batch.issue.Groups), len(batch.codes), err)
		}
		total := 0
		for _, g := range batch.issue.Groups {
			total += len(g.Codes)
			if !slices.IsSorted(g.Codes) || g.Agency != 1 || g.Resolver != 2 || (g.Service != "") && noService {
				t.Errorf("got group %+v, want its codes in their own order", g)
			}
		}
		if slices.IsSorted(batch.codes) || total != 200 || len(slices.Compact(slices.Sorted(slices.Values(batch.codes)))) != 200 {
			t.Errorf("got %d codes, want 200 different ones in the order of chance", total)
		}
		var out strings.Builder
		batch.base = "https://a.vn"
		if err := batch.write(&out); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		if lines[0] != "\ufeffMã hồ sơ;Cơ quan;Cơ quan giải quyết;Thủ tục;Điện thoại;code;link" || !strings.Contains(lines[1], `;"09;12";`+batch.codes[0]+";https://a.vn/i/"+batch.codes[0]) {
			t.Errorf("got %q, want the file as Excel wrote it, and two columns", lines[:2])
		}
	}
}
