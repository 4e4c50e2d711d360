package export

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"hailong/internal/report"
)

// Seal writes scores as CSV without a byte order mark, and completes their
// receipt with the length and the hash of what it wrote. w may be nil when only
// the receipt is wanted. It returns the error of w.
func Seal(w io.Writer, s *report.Scores, r *report.Receipt) error {
	c := counter{sum: sha256.New()}
	var to io.Writer = &c
	if w != nil {
		to = io.MultiWriter(&c, w)
	}
	if err := ScoresCSV(to, s, false); err != nil {
		return err
	}
	r.Result = report.ResultReceipt{Format: report.ResultCSV, Bytes: c.n, SHA256: hex.EncodeToString(c.sum.Sum(nil))}
	return nil
}

// counter hashes and counts what is written to it.
type counter struct {
	sum hash.Hash
	n   int64
}

// Write implements io.Writer; it never fails.
func (c *counter) Write(b []byte) (int, error) {
	_, _ = c.sum.Write(b) // a hash never fails
	c.n += int64(len(b))
	return len(b), nil
}
