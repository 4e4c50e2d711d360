package main

import (
	"log/slog"
	"time"

	"hailong/internal/response"
	"hailong/internal/store"
)

// purger deletes personal answers on the day their retention ends, drafts that
// nobody finished, and copies of the folder that were left behind.
type purger struct {
	store *store.Store
	log   *slog.Logger
	done  response.Day // the last day that was purged
}

// follow does what is due today, once a day. A day on which it fails is tried
// again with the next call.
func (p *purger) follow(now time.Time) {
	today := response.DayOf(now)
	if today <= p.done {
		return
	}
	n, err := p.store.Purge(today)
	if err != nil {
		p.log.Error("deleting what is kept no longer failed; it is tried again in a minute", "error", err)
		return
	}
	p.done = today
	if n > 0 {
		p.log.Info("personal answers deleted: their retention has ended", "responses", n)
	}
}
