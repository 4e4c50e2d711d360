package browser

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/agency"
	"hailong/internal/web"
	"hailong/surveys"
)

// everyType is the folder of the survey with every type of item.
const everyType = root + "/internal/page/testdata/surveys/every"

// surveysFolder makes a folder of the shipped surveys and the one with every type
// of item.
func surveysFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "surveys")
	entries, err := fs.ReadDir(surveys.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		folder, err := fs.Sub(surveys.FS, entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(dir, entry.Name()), folder); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "every"), os.DirFS(everyType)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// preview serves a preview of a copy of that survey, and returns where, and the
// file to edit.
func preview(t *testing.T) (address, file string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "every")
	if err := os.CopyFS(dir, os.DirFS(everyType)); err != nil {
		t.Fatal(err)
	}
	csv, err := fs.ReadFile(surveys.FS, "agencies.csv")
	if err != nil {
		t.Fatal(err)
	}
	agencies, err := agency.Parse("agencies.csv", csv)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "survey.yaml")
	p := web.NewPreview(web.PreviewOptions{File: file, Agencies: agencies, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := p.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String(), file
}
