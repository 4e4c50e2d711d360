package report

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"hailong/internal/errs"
)

// maxReceipt is the longest receipt that is read, in bytes.
const maxReceipt = 256 << 10

// formats names the format of the receipt and of its numbers.
func (r *Receipt) formats() string { return fmt.Sprintf("receipt %d, numbers %d", r.Format, r.Numbers) }

// question names what was asked, and for whom.
func (r *Receipt) question() string {
	if r.Internal {
		return r.Query + " (internal)"
	}
	return r.Query
}

// String returns the counts in words and hash.
func (c CountsReceipt) String() string {
	return fmt.Sprintf("%d responses in %d cells, %s", c.Responses, c.Cells, c.SHA256)
}

// String returns the result in words and hash.
func (r ResultReceipt) String() string {
	return fmt.Sprintf("%s of %d bytes, %s", r.Format, r.Bytes, r.SHA256)
}

func joined(list []string) string { return strings.Join(list, " ") }

// WriteReceipt writes a receipt as JSON, a line per part. It returns the error of w.
func WriteReceipt(w io.Writer, r *Receipt) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false) // the query is read by people too
	err := e.Encode(r)
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	return nil
}

// ReadReceipt reads what [WriteReceipt] wrote, or the same in another layout. It
// returns a Malformed [errs.Error] for anything else: unknown and missing keys,
// hashes that are none, and a query that no program of this version writes.
func ReadReceipt(b []byte) (*Receipt, error) {
	bad := func(cause error) error { return errs.New(errs.Malformed, "bad_receipt").Because(cause) }
	if len(b) > maxReceipt {
		return nil, bad(fmt.Errorf("more than %d bytes", maxReceipt))
	}
	var format struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(b, &format); err != nil {
		return nil, bad(err)
	}
	if format.Format != ReceiptFormat {
		return nil, errs.New(errs.Malformed, "other_receipt").With("format", format.Format).With("known", ReceiptFormat)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	r := new(Receipt)
	if err := d.Decode(r); err != nil {
		return nil, bad(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, bad(fmt.Errorf("something follows the receipt"))
	}
	if err := r.check(); err != nil {
		return nil, bad(err)
	}
	return r, nil
}

func (r *Receipt) check() error {
	hashes := append(slices.Clone(r.Versions), r.Method, r.Agencies, r.Figures, r.Result.SHA256)
	if r.Counts != nil {
		hashes = append(hashes, r.Counts.SHA256)
	}
	for _, h := range hashes {
		if b, err := hex.DecodeString(h); err != nil || len(b) != 32 || strings.ToLower(h) != h {
			return fmt.Errorf("%q is no SHA-256", h)
		}
	}
	q, err := ParseCanonical(r.Query)
	switch {
	case err != nil:
		return err
	case q.Survey != r.Survey || q.Index != r.Index:
		return fmt.Errorf("the query is about index %q of %q, the receipt about %q of %q", q.Index, q.Survey, r.Index, r.Survey)
	case r.Counts != nil && (r.Counts.Cells < 0 || r.Counts.Responses < 0) || r.Result.Bytes < 0:
		return fmt.Errorf("a number is negative")
	case r.Result.Format != ResultCSV:
		return fmt.Errorf("unknown format %q of the result", r.Result.Format)
	}
	return nil
}

// ResultCSV is the format of a result whose bytes a receipt names.
const ResultCSV = "csv"

// ParseCanonical reads a query from its canonical form ([Scores].GeneratedFor).
// Names are not looked up. It refuses a form that is not canonical, and one with
// parameters that this program does not know.
func ParseCanonical(text string) (Query, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return Query{}, fmt.Errorf("query %q: %w", text, err)
	}
	q := Query{}
	fields := q.fields()
	for name, given := range values {
		set, known := fields[name]
		if !known || len(given) != 1 {
			return Query{}, fmt.Errorf("query %q: parameter %q", text, name)
		}
		if err := set(given[0]); err != nil {
			return Query{}, fmt.Errorf("query %q: parameter %q: %w", text, name, err)
		}
	}
	if got := q.canonical(); got != text {
		return Query{}, fmt.Errorf("query %q is not canonical, it would be %q", text, got)
	}
	return q, nil
}

// fields returns by name of a parameter what sets it.
func (q *Query) fields() map[string]func(string) error {
	text := func(to *string) func(string) error {
		return func(value string) error { *to = value; return nil }
	}
	return map[string]func(string) error{
		"survey": text(&q.Survey), "index": text(&q.Index), "measure": text(&q.Measure), "agency": text(&q.Agency),
		"level": text(&q.Level), "from": text(&q.From), "to": text(&q.To), "wave": text(&q.Wave),
		"channel": text(&q.Channel), "flags": text(&q.Flags), "compare": text(&q.Compare), "lang": text(&q.Lang),
		"by": func(value string) error { q.By = strings.Split(value, ","); return nil },
	}
}
