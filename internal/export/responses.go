package export

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Format is a file format of raw responses.
type Format string

// The formats.
const (
	CSV       Format = "csv"       // RFC 4180, UTF-8
	CSVExcel  Format = "csv-excel" // the same with a byte order mark, which Excel needs
	JSONLines Format = "jsonl"     // one JSON object per line
)

// Formats lists every format.
var Formats = []Format{CSV, CSVExcel, JSONLines}

// ParseFormat returns the format of a name, false for an unknown one.
func ParseFormat(name string) (Format, bool) {
	for _, f := range Formats {
		if string(f) == name {
			return f, true
		}
	}
	return "", false
}

// Manifest tells a whole file from a truncated one. A CSV file can't carry it,
// so it belongs beside the file; JSON lines end with it.
type Manifest struct {
	Rows      int64  `json:"rows"`
	SHA256    string `json:"sha256"`    // lower-case hex, of all bytes before the manifest itself
	Watermark uint64 `json:"watermark"` // highest sequence among the rows
}

// ErrClosed is returned by a [Responses] that was closed.
var ErrClosed = errors.New("export: responses already closed")

// Responses writes the raw responses of one survey, all its versions in one
// table, a row per response. Memory is constant; a row costs no allocation.
//
// CSV columns are survey, version (12 hex digits), wave, agency, agency_name,
// resolver, channel, service, lang, day, seconds, then one per variable of any
// version, in order of first appearance; a variable that takes several options
// has one per option, id.code, with 1 or 0. Cells hold option codes, numbers and
// texts; dont_know, refused, not_applicable and skipped stand in place of an
// answer. A cell is empty for what was not asked, or is no part of the version.
//
// JSON lines hold the same fields, with answers under "answers" by id (a code, a
// list of codes, a number or a text) and states under "missing" by id, not_asked
// included.
//
// Rows come in the order of Write. In log order they tell who answered before
// whom on one day, so a file is for those who may see responses.
type Responses struct {
	out       *buffer
	sum       hash.Hash
	rows      rowFormat
	versions  []*questionnaire.Questionnaire // by number; nil: of another survey
	waves     int
	agencies  int
	manifest  Manifest
	err       error // the first, for good
	day       response.Day
	dayText   []byte // day as text
	hasClosed bool
}

// rowFormat is what the file formats do differently. All append to b.
type rowFormat interface {
	header(b []byte) []byte
	// row appends one response that was checked.
	row(b []byte, r *response.Response, day []byte) []byte
	trailer(b []byte, m Manifest) ([]byte, error)
}

// NewResponses returns a writer of a survey's responses to w, which it does not
// close. Agencies are named as in the registry. An unknown format is reported by
// the first Write.
func NewResponses(w io.Writer, format Format, survey *catalog.Survey, agencies *agency.Registry) *Responses {
	x := &Responses{sum: sha256.New(), waves: len(survey.Waves), agencies: agencies.Len()}
	x.out = newBuffer(io.MultiWriter(x.sum, w))
	for _, v := range survey.Versions {
		for len(x.versions) <= int(v.Number) {
			x.versions = append(x.versions, nil)
		}
		x.versions[v.Number] = v.Questionnaire
	}
	switch format {
	case CSV, CSVExcel:
		x.rows = newCSVRows(survey, agencies, format == CSVExcel)
	case JSONLines:
		x.rows = newJSONRows(survey, agencies)
	default:
		x.err = fmt.Errorf("export: unknown format %q", format)
		return x
	}
	x.out.b = x.rows.header(x.out.b)
	return x
}

// Write writes the response with a sequence in the log. It keeps nothing of r.
// After an error, which may be one of the writer underneath, nothing more is
// written and every call returns that error.
func (x *Responses) Write(seq uint64, r *response.Response) error {
	if x.hasClosed {
		return ErrClosed
	}
	if x.err != nil {
		return x.err
	}
	if err := x.check(r); err != nil {
		x.err = fmt.Errorf("export: response %d: %w", seq, err)
		return x.err
	}
	if r.Day != x.day || x.dayText == nil {
		x.day, x.dayText = r.Day, r.Day.Date().AppendFormat(x.dayText[:0], "2006-01-02")
	}
	x.out.b = x.rows.row(x.out.b, r, x.dayText)
	x.out.spill()
	if x.out.err != nil {
		x.err = fmt.Errorf("export: %w", x.out.err)
		return x.err
	}
	x.manifest.Rows++
	x.manifest.Watermark = max(x.manifest.Watermark, seq)
	return nil
}

// check refuses what the tables made by NewResponses have no entry for: another
// survey's response, or one newer than the catalog.
func (x *Responses) check(r *response.Response) error {
	if int(r.Version) >= len(x.versions) || x.versions[r.Version] == nil {
		return fmt.Errorf("version %d is not of this survey", r.Version)
	}
	q := x.versions[r.Version]
	switch {
	case r.Wave == 0 || int(r.Wave) > x.waves:
		return fmt.Errorf("unknown wave %d", r.Wave)
	case r.Agency == 0 || int(r.Agency) > x.agencies || int(r.Resolver) > x.agencies:
		return fmt.Errorf("unknown agency %d or resolver %d", r.Agency, r.Resolver)
	case int(r.Lang) >= len(q.Languages):
		return fmt.Errorf("unknown language %d", r.Lang)
	case r.Channel.String() == "":
		return fmt.Errorf("unknown channel %d", r.Channel)
	case len(r.Answers) != len(q.Variables()):
		return fmt.Errorf("%d answers to %d variables", len(r.Answers), len(q.Variables()))
	}
	variables := q.Variables()
	for i := range r.Answers {
		a, v := &r.Answers[i], &variables[i]
		if a.State > response.Answered || (v.Kind == questionnaire.OneOf && a.State == response.Answered && int(a.Option) >= len(v.Item.Options)) {
			return fmt.Errorf("answer to %q is none of its options", v.ID)
		}
	}
	return nil
}

// Close writes what is left and returns the manifest. It must be called, and a
// file whose Close failed is not whole. After a failed Write it returns that
// error and ends nothing: JSON lines then lack their last line.
func (x *Responses) Close() (Manifest, error) {
	if x.hasClosed {
		return Manifest{}, ErrClosed
	}
	x.hasClosed = true
	if x.err != nil {
		return Manifest{}, x.err
	}
	if err := x.out.end(); err != nil {
		return Manifest{}, fmt.Errorf("export: %w", err)
	}
	x.manifest.SHA256 = hex.EncodeToString(x.sum.Sum(nil))
	trailer, err := x.rows.trailer(nil, x.manifest)
	if err != nil {
		return Manifest{}, fmt.Errorf("export: manifest: %w", err)
	}
	x.out.b = append(x.out.b, trailer...)
	if err := x.out.end(); err != nil {
		return Manifest{}, fmt.Errorf("export: %w", err)
	}
	return x.manifest, nil
}
