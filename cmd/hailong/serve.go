package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"hailong/internal/page"
	"hailong/internal/store"
	"hailong/internal/web"
)

type serveCommand struct {
	dataFlag
	files
	Listen string `help:"Address to listen on." default:"localhost:8080" placeholder:"ADDR" env:"HAILONG_LISTEN"`
	URL    string `help:"Address under which people reach the pages, such as https://khaosat.example.vn: what QR codes and links say. Default: as each request says." placeholder:"BASE" env:"HAILONG_URL"`
	Log    string `help:"What to log: debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"HAILONG_LOG"`
}

// dataFlag says which data folder is meant.
type dataFlag struct {
	Data string `help:"Data folder." default:"data" placeholder:"DIR" env:"HAILONG_DATA" type:"path"`
}

// stopAfter is how long requests under way may take after a stop was asked for.
const stopAfter = 10 * time.Second

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context, env environment) error {
	log := newLog(env.stderr, c.Log)
	web.Tune()
	// Everything that can be wrong in files is told before anything is opened.
	surveys, err := c.checked()
	if err != nil {
		return err
	}
	if c.URL != "" {
		if c.URL, err = page.ParseBase(c.URL); err != nil {
			return fmt.Errorf("--url: %w", err)
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; give another address with --listen", c.Listen, err)
	}
	defer func() { _ = listener.Close() }()
	start := time.Now() //nolint:forbidigo // the edge owns the clock
	s, err := store.Open(ctx, c.Data, store.Options{Progress: bar(env.stderr, "reading the log")})
	if err != nil {
		return err
	}
	defer func() {
		if err := s.Close(); err != nil {
			log.Error("closing the data folder failed", "error", err)
		}
	}()
	publisher := newPublisher(s, surveys)
	if err := c.sync(ctx, publisher, log); err != nil {
		return err
	}
	size, err := s.Size()
	if err != nil {
		return err
	}
	log.Info("data folder open", "folder", c.Data, "events", s.Watermark(), "bytes", size, "took", time.Since(start).Round(time.Millisecond).String())
	if err := s.InvitationsFailed(); err != nil {
		log.Error("invitations are refused", "error", err)
	}
	return c.serve(ctx, env, s, publisher, listener, log)
}

// sync brings the log to what the files say, but for questionnaires that the
// plan holds back: agencies first, because surveys are about them.
func (c *serveCommand) sync(ctx context.Context, p *publisher, log *slog.Logger) error {
	name, csv, err := c.agencies()
	if err != nil {
		return err
	}
	now := time.Now() //nolint:forbidigo // the proposer stamps the time
	event, changed, err := p.store.Catalog().ChangeAgencies(name, csv, now.Unix())
	if err != nil {
		return err
	}
	if changed {
		if _, err := p.store.Change(ctx, event); err != nil {
			return fmt.Errorf("import agencies: %w", err)
		}
	}
	return p.start(ctx, now, log)
}

// serve answers on the network and on the operator's socket until ctx ends or
// one of them fails.
func (c *serveCommand) serve(ctx context.Context, env environment, s *store.Store, publisher *publisher,
	listener net.Listener, log *slog.Logger,
) error {
	server := web.New(s, time.Now, log) //nolint:forbidigo // the edge owns the clock
	server.SetURL(c.URL)
	indices, err := c.indices()
	if err != nil {
		return err
	}
	server.SetIndices(indices)
	operator, err := listenSocket(ctx, c.Data)
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()
	console := web.NewOperator(ctx, s, publisher, log)
	go func() { failed <- console.Serve(operator) }()
	if _, err := fmt.Fprintf(env.stderr, "listening on http://%s\n", listener.Addr()); err != nil {
		return err
	}
	purger := &purger{store: s, log: log}
	purger.follow(time.Now()) //nolint:forbidigo // the edge owns the clock
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			log.Info("stopping")
			return shutdown(context.WithoutCancel(ctx), server, console)
		case err := <-failed:
			return err
		case now := <-ticker.C: // waves open and close by the calendar
			if err := publisher.follow(ctx, now); err != nil {
				log.Error("opening or closing waves failed", "error", err)
			}
			purger.follow(now)
		}
	}
}

// shutdown lets requests under way finish, for a while.
func shutdown(ctx context.Context, server *web.Server, console *web.Operator) error {
	ctx, cancel := context.WithTimeout(ctx, stopAfter)
	defer cancel()
	return errors.Join(server.Shutdown(ctx), console.Shutdown(ctx))
}

func newLog(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l}))
}

// isTerminal reports whether w is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
