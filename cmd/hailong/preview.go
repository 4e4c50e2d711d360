package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/web"
)

type previewCommand struct {
	File     string `arg:"" help:"A survey.yaml, or the folder it is in." type:"path"`
	Listen   string `help:"Address to listen on." default:"localhost:8081" placeholder:"ADDR" env:"HAILONG_LISTEN"`
	Agencies string `help:"Agency file (CSV). Default: the shipped provinces and communes." placeholder:"FILE" env:"HAILONG_AGENCIES"`
}

// Run shows a form as people will see it, and again whenever its file is saved.
// Nothing that is answered is stored.
func (c *previewCommand) Run(ctx context.Context, env environment) error {
	path, err := surveyFile(c.File)
	if err != nil {
		return err
	}
	name, csv, err := files{Agencies: c.Agencies}.agencies()
	if err != nil {
		return err
	}
	registry, err := agency.Parse(name, csv)
	if err != nil {
		return fmt.Errorf("agencies: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; give another address with --listen", c.Listen, err)
	}
	preview := web.NewPreview(web.PreviewOptions{
		File: path, Agencies: registry, Now: time.Now, Log: newLog(env.stderr, "warn"), //nolint:forbidigo // the edge owns the clock
	})
	failed := make(chan error, 1)
	go func() { failed <- preview.Serve(listener) }()
	if _, err := fmt.Fprintf(env.stderr, "preview of %s on http://%s (stop it with Ctrl+C)\n", path, listener.Addr()); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopAfter)
		defer cancel()
		return preview.Shutdown(ctx)
	}
}

// surveyFile returns the survey.yaml that a path means: itself, or the one in
// the folder.
func surveyFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%w; name a survey.yaml or its folder", err)
	}
	if !info.IsDir() {
		return path, nil
	}
	path = filepath.Join(path, questionnaire.FileName)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w; name a survey.yaml or its folder", err)
	}
	return path, nil
}
