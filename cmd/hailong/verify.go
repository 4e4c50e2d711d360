package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hailong/internal/store"
	"hailong/internal/web"
)

type verifyCommand struct {
	dataFlag

	GiveUpInvitations bool `help:"First give up all invitations ever issued, where what became of them is lost; nobody may use the folder meanwhile."`
}

// Run checks a data folder in this process: a damaged file may end it, but never
// the server. Of a running server it checks a copy, and what the server counted.
func (c *verifyCommand) Run(ctx context.Context, env environment) (err error) {
	if c.GiveUpInvitations {
		if err := c.giveUp(ctx, env); err != nil {
			return err
		}
	}
	dir, options := c.Data, store.CheckOptions{Progress: bar(env.stderr, "recounting")}
	s, err := store.Open(ctx, dir, store.Options{ReadOnly: true})
	if errors.Is(err, store.ErrInUse) {
		var live web.Live
		if live, err = c.copied(ctx, err); err != nil {
			return err
		}
		options.Live, options.LiveThrough = live.Tally, live.Through
		name := filepath.Base(filepath.Dir(live.Path)) // within the folder, wherever the server was started
		if !strings.HasPrefix(name, store.CopyPrefix) {
			return fmt.Errorf("verify: the running server copied its folder to %s, which is no place for a copy", live.Path)
		}
		scratch := filepath.Join(dir, name)
		defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
		if s, err = store.Open(ctx, scratch, store.Options{ReadOnly: true}); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	findings, err := s.Check(ctx, options)
	if err != nil {
		return err
	}
	for _, problem := range findings.Problems {
		_, _ = fmt.Fprintln(env.stderr, problem)
	}
	if len(findings.Problems) > 0 {
		_, _ = fmt.Fprintf(env.stderr, "%s is damaged: keep it as it is, and restore a backup into another folder.\n", c.Data)
		return failure{}
	}
	_, err = fmt.Fprintf(env.stdout, "%s: %d events, %d responses, %d cells; log, index and folds agree.\n",
		c.Data, findings.Events, findings.Responses, findings.Cells)
	return err
}

// giveUp makes all invitations worthless, so that others can be issued.
func (c *verifyCommand) giveUp(ctx context.Context, env environment) (err error) {
	s, err := store.Open(ctx, c.Data, store.Options{MustExist: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	n, err := s.GiveUpInvitations(ctx)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	_, err = fmt.Fprintf(env.stdout, "%s: %d invitations are worthless now; others can be issued.\n", c.Data, n)
	return err
}

// copied asks the running server for a copy of its folder. Without an answer the
// first error stands.
func (c *verifyCommand) copied(ctx context.Context, inUse error) (web.Live, error) {
	remote := running(ctx, c.Data)
	if remote == nil {
		return web.Live{}, inUse
	}
	live, err := remote.Snapshot(ctx)
	return live, errors.Join(err, remote.Close())
}
