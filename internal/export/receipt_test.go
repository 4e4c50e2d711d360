package export_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/export"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// counted is a source of a catalog and a tally.
type counted struct {
	catalog *catalog.Catalog
	tally   *tally.Tally
}

func (c counted) Catalog() *catalog.Catalog { return c.catalog }

func (c counted) Tallies(f func(uint64, iter.Seq2[tally.Key, *tally.Cell])) { c.tally.Read(f) }

// source counts many responses, in the order of their numbers or from the last.
func source(t testing.TB, reverse bool) counted {
	t.Helper()
	registry, err := agency.Parse("agencies.csv", read(t, "agencies.csv"))
	if err != nil {
		t.Fatal(err)
	}
	survey, err := questionnaire.Parse("sample", "first.yaml", read(t, "first.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	wave, err := response.WaveOpened{Survey: "sample", Wave: "2026-1"}.Event(0)
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.New()
	for _, ev := range []response.Control{
		response.AgenciesImported(0, registry.Canonical()), response.Published(0, survey.Questionnaire.Canonical()), wave,
	} {
		if c, err = c.Apply(ev); err != nil {
			t.Fatal(err)
		}
	}
	var entries []tally.Entry
	for i := range 200 {
		r := blank(c.Survey("sample"), 0)
		r.Agency = 1 + uint32(i%2)
		set(c.Survey("sample"), 0, r, "signs", response.Answer{Option: uint8(i * 7 % 5 % 2)})
		set(c.Survey("sample"), 0, r, "staff_polite", response.Answer{Option: uint8(i * 3 % 2)})
		entries = append(entries, tally.Entry{Questionnaire: c.Survey("sample").Versions[0].Questionnaire, Response: r})
	}
	if reverse {
		slices.Reverse(entries)
	}
	out := counted{c, tally.New()}
	for i, e := range entries {
		out.tally.Add(uint64(i+4), []tally.Entry{e})
	}
	return out
}

// sealed returns scores as CSV with their receipt.
func sealed(t testing.TB, src report.Source) (string, *report.Receipt) {
	t.Helper()
	scores, receipt, err := report.New(src).ScoreWithReceipt(report.Query{Survey: "sample", By: []string{"agency", "item"}})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := export.Seal(&b, scores, receipt); err != nil {
		t.Fatal(err)
	}
	return b.String(), receipt
}

// TestSeal: the receipt names the bytes that were written, which are those of the
// CSV file, whatever the order of arrival and the number of threads.
func TestSeal(t *testing.T) { //nolint:paralleltest // changes the number of threads
	csv, receipt := sealed(t, source(t, false))
	sum := sha256.Sum256([]byte(csv))
	want := report.ResultReceipt{Format: report.ResultCSV, Bytes: int64(len(csv)), SHA256: hex.EncodeToString(sum[:])}
	if diff := cmp.Diff(want, receipt.Result); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, threads := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(threads)
		again, same := sealed(t, source(t, true))
		if diff := cmp.Diff(csv, again); diff != "" {
			t.Errorf("%d threads, from the last (-want +got)\n%s", threads, diff)
		}
		if diff := cmp.Diff(receipt, same); diff != "" {
			t.Errorf("%d threads, from the last: receipt (-want +got)\n%s", threads, diff)
		}
	}
}

// TestSealFails: an error of the writer is told.
func TestSealFails(t *testing.T) {
	t.Parallel()
	scores, receipt, err := report.New(source(t, false)).ScoreWithReceipt(report.Query{Survey: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("full")
	if err := export.Seal(broken{full}, scores, receipt); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type broken struct{ err error }

func (f broken) Write([]byte) (int, error) { return 0, f.err }

// TestQualityFiles: shares without a base are empty or null, warnings are codes
// with their shares, and texts can't be run as formulas.
func TestQualityFiles(t *testing.T) {
	t.Parallel()
	flags := []report.Count{{Code: "fast", N: 2}}
	q := &report.Quality{
		Survey: "sample", By: []string{"agency", "channel"}, Watermark: 7,
		Rows: []report.QualityRow{
			{
				Agency: "a", AgencyName: "=cmd", Channel: "qr", Responses: 3, Flagged: 2, Flags: flags, Asked: 8, DontKnow: 1, Skipped: 2,
				Straight: 1, WithScale: 3, Typical: 125, Warnings: []report.QualityWarning{
					{Code: report.WarnMissing, Share: 37.5}, {Code: report.WarnDiffers, Share: 37.5, Rest: 1.005, P: 0.01},
				},
			},
			{Agency: "b", AgencyName: "B", Channel: "link", Flags: []report.Count{{Code: "fast"}}},
		},
		Total: report.QualityRow{Responses: 3, Flags: flags},
	}
	var b bytes.Buffer
	if err := export.QualityCSV(&b, q, false); err != nil {
		t.Fatal(err)
	}
	want := "agency,agency_name,channel,responses,asked,dont_know_pct,refused_pct,skipped_pct,not_applicable_pct,straight_pct,median_seconds,flagged_pct,flag_fast,warnings\r\n" +
		"a,'=cmd,qr,3,8,12.50,0.00,25.00,0.00,33.33,125,66.67,2,missing=37.50 differs=37.50/1.01\r\n" +
		"b,B,link,0,0,,,,,,,,0,\r\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("CSV (-want +got)\n%s", diff)
	}
	b.Reset()
	if err := export.QualityJSON(&b, q); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`{"survey":"sample","watermark":7,"total":{`, `"dont_know_pct":12.50`, `"median_seconds":null`, `"warnings":"missing=37.50 differs=37.50/1.01"`} {
		if !bytes.Contains(b.Bytes(), []byte(part)) {
			t.Errorf("%s is not in %s", part, b.String())
		}
	}
}
