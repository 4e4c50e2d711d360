package export

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

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

// Part is which rows a CSV file has.
type Part string

// The parts.
const (
	Main    Part = ""        // a row per response, without what is asked about each chosen agency
	Repeats Part = "repeats" // a row per response and chosen agency, with nothing else
)

// ParsePart returns the part of a name, false for an unknown one.
func ParsePart(name string) (Part, bool) {
	return Part(name), Part(name) == Main || Part(name) == Repeats
}

// Options say what a file of responses holds.
type Options struct {
	Format   Format
	Part     Part // CSV only: JSON lines hold all of it
	Personal bool // with personal answers; the responses must have been read with them
}

// Manifest tells a whole file from a truncated one. A CSV file can't carry it,
// so it belongs beside the file; JSON lines end with it.
type Manifest struct {
	Rows      int64    `json:"rows"`
	SHA256    string   `json:"sha256"`             // lower-case hex, of all bytes before the manifest itself
	Watermark uint64   `json:"watermark"`          // highest sequence among the responses
	Flagged   int64    `json:"flagged"`            // responses with flags, in whichever part their flags are
	LeftOut   []string `json:"left_out,omitempty"` // ids of personal variables whose answers are not in the file
}

// ErrClosed is returned by a [Responses] that was closed.
var ErrClosed = errors.New("export: responses already closed")

// Responses writes the raw responses of one survey, all its versions in one
// table, a row per response. Memory is constant; a row costs no allocation.
//
// CSV columns are survey, version (12 hex digits), wave, agency, agency_name,
// resolver, channel, service, counter, lang, day, seconds, flags (codes of
// response.Flags, with spaces between), dropped (ids of variables, with spaces between,
// whose answers were dropped because a later answer hid them), then one per
// variable of any version, in order of first appearance; a variable that takes
// several options has one per option, id.code, with 1 or 0. Cells hold option
// codes, numbers, texts, days (2026-03-31) and months (2026-03), agencies as ids;
// dont_know, refused, not_applicable and skipped stand in place of an answer. A
// cell is empty for what was not asked, or is no part of the version.
//
// Where pages repeat for chosen agencies, row counts the responses from 1, and a
// second file, of part [Repeats], has a row for each chosen agency: survey,
// version, wave, row, agency, rated_agency, rated_agency_name, day, and the
// variables of these pages. The same survey has the same rows in later files.
//
// JSON lines hold the same fields, with answers under "answers" by id (a code, a
// list of codes, a number or a text) and states under "missing" by id, not_asked
// included; flags and dropped are lists, and what was asked about chosen agencies
// is a list under "repeats" of agency, agency_name, answers and missing.
//
// Personal variables are left out, and named in the manifest, unless Options
// asks for them. Those whose answers are deleted by now say answered.
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
	responses int64
	manifest  Manifest
	err       error // the first, for good
	day       response.Day
	dayText   []byte // day as text
	hasClosed bool
}

// rowFormat is what the file formats do differently. All append to b.
type rowFormat interface {
	header(b []byte) []byte
	// rows appends the rows of one response that was checked, and returns how many
	// these are. number is its place among the responses, from 1.
	rows(b []byte, r *response.Response, number int64, day []byte) ([]byte, int)
	trailer(b []byte, m Manifest) ([]byte, error)
	// flagsOf returns the flags that rows show of a response.
	flagsOf(r *response.Response) response.Flags
}

// NewResponses returns a writer of a survey's responses to w, which it does not
// close. Agencies are named as in the registry. Options that make no file are
// reported by the first Write.
func NewResponses(w io.Writer, o Options, survey *catalog.Survey, agencies *agency.Registry) *Responses {
	x := &Responses{sum: sha256.New(), waves: len(survey.Waves), agencies: agencies.Len()}
	x.manifest.LeftOut = leftOut(o, survey)
	x.out = newBuffer(io.MultiWriter(x.sum, w))
	for _, v := range survey.Versions {
		for len(x.versions) <= int(v.Number) {
			x.versions = append(x.versions, nil)
		}
		x.versions[v.Number] = v.Questionnaire
	}
	_, known := ParsePart(string(o.Part))
	switch {
	case (o.Format == CSV || o.Format == CSVExcel) && known:
		x.rows = newCSVRows(o, survey, agencies)
	case o.Format == JSONLines && o.Part == Main:
		x.rows = newJSONRows(o, survey, agencies)
	default:
		x.err = fmt.Errorf("export: there is no part %q of format %q", o.Part, o.Format)
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
	x.responses++
	var rows int
	x.out.b, rows = x.rows.rows(x.out.b, r, x.responses, x.dayText)
	x.out.spill()
	if x.out.err != nil {
		x.err = fmt.Errorf("export: %w", x.out.err)
		return x.err
	}
	x.manifest.Rows += int64(rows)
	if x.rows.flagsOf(r) != 0 {
		x.manifest.Flagged++
	}
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
	case r.Flags&^response.AllFlags != 0:
		return fmt.Errorf("unknown flags %b", r.Flags)
	}
	for _, i := range r.Dropped {
		if i < 0 || i >= len(q.Variables()) {
			return fmt.Errorf("variable %d was dropped, of %d", i, len(q.Variables()))
		}
	}
	for i := range r.Repeats {
		if n := r.Repeats[i].Agency; n == 0 || int(n) > x.agencies {
			return fmt.Errorf("unknown agency %d", n)
		}
		if err := checkAnswers(q, r.Repeats[i].Answers); err != nil {
			return err
		}
	}
	return checkAnswers(q, r.Answers)
}

// checkAnswers refuses what is no list of answers to a questionnaire.
func checkAnswers(q *questionnaire.Questionnaire, answers []response.Answer) error {
	variables := q.Variables()
	if len(answers) != len(variables) {
		return fmt.Errorf("%d answers to %d variables", len(answers), len(variables))
	}
	for i := range answers {
		a, v := &answers[i], &variables[i]
		if a.State > response.Answered || (v.Kind == questionnaire.OneOf && a.State == response.Answered && int(a.Option) >= len(v.Item.Options)) {
			return fmt.Errorf("answer to %q is none of its options", v.ID)
		}
	}
	return nil
}

// leftOut lists the personal variables of any version that a file is without.
func leftOut(o Options, survey *catalog.Survey) []string {
	var ids []string
	for _, version := range survey.Versions {
		variables := version.Questionnaire.Variables()
		for i := range variables {
			v := &variables[i]
			if !o.holds(version.Questionnaire, v) && o.inPart(version.Questionnaire, v) && !slices.Contains(ids, v.ID) {
				ids = append(ids, v.ID)
			}
		}
	}
	return ids
}

// inPart reports whether a variable belongs to the part of the file.
func (o Options) inPart(q *questionnaire.Questionnaire, v *questionnaire.Variable) bool {
	return o.Format == JSONLines || q.Repeated(v) == (o.Part == Repeats)
}

// holds reports whether a file has the answers to a variable.
func (o Options) holds(q *questionnaire.Questionnaire, v *questionnaire.Variable) bool {
	return o.inPart(q, v) && (o.Personal || v.Item.Personal == nil)
}

// repeats reports whether any version of a survey has pages that repeat.
func repeats(survey *catalog.Survey) bool {
	return slices.ContainsFunc(survey.Versions, func(v *catalog.Version) bool { return v.Questionnaire.Choice() != nil })
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
