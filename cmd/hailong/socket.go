package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"hailong/internal/store"
	"hailong/internal/web"
)

// socketName is the operator's socket within the data folder: only its owner
// may open it, and through it raw answers leave a running server.
const socketName = "hailong.sock"

// listenSocket opens the operator's socket. The store's lock is held, so a
// socket that is there belongs to nobody.
func listenSocket(ctx context.Context, dir string) (net.Listener, error) {
	path := filepath.Join(dir, socketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove old socket: %w", err)
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; a shorter path of the data folder may help", path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect socket: %w", err), l.Close())
	}
	return l, nil
}

// console is where scores and exports come from: the data folder itself, or the
// server that has it open.
type console interface {
	web.Console
	Close() error
}

// openConsole opens a data folder for reading, or finds the server that uses it.
func openConsole(ctx context.Context, env environment, dir string) (console, error) {
	remote, s, err := connect(ctx, dir, store.Options{ReadOnly: true, Progress: bar(env.stderr, "reading the log")})
	switch {
	case err != nil:
		return nil, err
	case remote != nil:
		return remote, nil
	}
	return localConsole{web.NewWatchedConsole(s, bar(env.stderr, "reading the log again")), s}, nil
}

// connect returns the server that has a data folder open, or else the folder
// itself: exactly one of the two without an error. The server is asked first,
// because to find out that a folder is in use takes a second.
func connect(ctx context.Context, dir string, options store.Options) (*web.Remote, *store.Store, error) {
	if remote := running(ctx, dir); remote != nil {
		return remote, nil, nil
	}
	s, err := store.Open(ctx, dir, options)
	if errors.Is(err, store.ErrInUse) {
		if remote := running(ctx, dir); remote != nil {
			return remote, nil, nil // it has only just begun
		}
	}
	return nil, s, err
}

// running returns the server that answers on the socket of a data folder; nil when
// there is none.
func running(ctx context.Context, dir string) *web.Remote {
	remote := web.NewRemote(func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(dir, socketName))
	})
	if remote.Ping(ctx) != nil {
		return nil
	}
	return remote
}

type localConsole struct {
	web.Console
	store *store.Store
}

func (c localConsole) Close() error { return c.store.Close() }
