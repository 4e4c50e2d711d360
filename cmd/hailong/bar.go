package main

import (
	"io"

	"github.com/schollz/progressbar/v3"
)

// bar returns a function that shows progress on a terminal: how many of how many.
// Elsewhere it is nil, so that logs hold no bars.
func bar(w io.Writer, what string) func(done, total uint64) {
	if !isTerminal(w) {
		return nil
	}
	var b *progressbar.ProgressBar
	return func(done, total uint64) {
		if b == nil {
			b = progressbar.NewOptions64(int64(total), //nolint:gosec // events, far below 2^63
				progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
				progressbar.OptionShowIts(), progressbar.OptionThrottle(65_000_000), progressbar.OptionClearOnFinish(),
				progressbar.OptionSetPredictTime(true))
		}
		_ = b.Set64(int64(done)) //nolint:gosec // as above; a bar that can't be drawn is no failure
	}
}
