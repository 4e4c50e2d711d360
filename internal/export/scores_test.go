package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/export"
	"hailong/internal/report"
)

// sample has a row of every state.
func sample() *report.Scores {
	row := func(agency, name string, n int64, state report.State, reason string) report.Row {
		return report.Row{
			Agency: agency, AgencyName: name, Level: "commune", Month: "2026-01",
			Measure: "satisfied", N: n, State: state, Reason: reason,
		}
	}
	ok := row("kinh-bac", "Phường Kinh Bắc", 20000, report.OK, "")
	ok.EffectiveN, ok.Estimate, ok.Low, ok.High = 20000, new(84.085), new(83.57123), new(84.5850)
	ok.Interval = "wilson95"
	ok.Counts = []report.Count{{Code: "5", N: 16817}, {Code: "1", N: 3183}, {Code: "refused", N: 0}}
	low := row("vo-cuong", `Phường "Võ Cường", thành phố`, 12, report.LowBase, "below_30")
	low.EffectiveN, low.Estimate, low.Low, low.High, low.Interval = 12, new(0.0), new(0.0), new(24.25), "wilson95"
	low.Counts = []report.Count{{Code: "5", N: 0}, {Code: "1", N: 12}, {Code: "skipped", N: 2}}
	return &report.Scores{
		Decimals: 2,
		Survey:   "sipas", Title: "SIPAS", Index: "services", IndexTitle: "Dịch vụ", Measure: "satisfied",
		MeasureTitle: "Hài lòng", Unit: "%", Versions: []string{"aa11", "bb22"}, Method: "cc33",
		MethodNote: "QĐ 1001; \"chưa rõ\"", Watermark: math.MaxUint64, GeneratedFor: "survey=sipas&by=agency,month",
		By: []string{"agency", "month"}, Rollup: "pooled", MinN: 10,
		Channels: []report.ChannelCount{{Channel: "link", N: 12}, {Channel: "kiosk", N: 20009}}, Flagged: 3, Flags: report.FlagsWith,
		Rows: []report.Row{
			ok, low,
			row("hop-linh", "=cmd()", 9, report.Suppressed, "min_n"),
			row("tan-chi", "Xã Tân Chi", 0, report.NoData, "no_answers"),
		},
	}
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	path := "testdata/" + file
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestScoresGolden(t *testing.T) {
	t.Parallel()
	var object, table bytes.Buffer
	if err := export.ScoresJSON(&object, sample()); err != nil {
		t.Fatal(err)
	}
	golden(t, "scores.json", object.Bytes())
	if err := export.ScoresCSV(&table, sample(), false); err != nil {
		t.Fatal(err)
	}
	golden(t, "scores.csv", table.Bytes())
	var excel bytes.Buffer
	if err := export.ScoresCSV(&excel, sample(), true); err != nil {
		t.Fatal(err)
	}
	if got, want := excel.String(), "\ufeff"+table.String(); got != want {
		t.Errorf("for spreadsheets: got %q, want the same with a byte order mark", got)
	}
}

// Both files are read by other people's readers and compared cell by cell.
func TestScoresAgree(t *testing.T) {
	t.Parallel()
	for _, by := range [][]string{
		{"agency"},
		{"agency", "month"},
		{"month", "agency", "item"},
		{"level", "channel"},
		{"wave", "factor"},
		{"agency", "level", "day"},
		{"item", "factor"},
	} {
		scores := sample()
		scores.By = by
		var object, table bytes.Buffer
		if err := errors.Join(export.ScoresJSON(&object, scores), export.ScoresCSV(&table, scores, false)); err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(&object)
		decoder.UseNumber()
		var document struct {
			Watermark json.Number
			Rows      []map[string]any
		}
		if err := decoder.Decode(&document); err != nil {
			t.Fatalf("%v: %v", by, err)
		}
		if got, want := document.Watermark.String(), strconv.FormatUint(math.MaxUint64, 10); got != want {
			t.Errorf("got watermark %s, want %s", got, want)
		}
		records, err := csv.NewReader(&table).ReadAll()
		if err != nil {
			t.Fatalf("%v: %v", by, err)
		}
		if got, want := len(records)-1, len(document.Rows); got != want {
			t.Fatalf("%v: got %d lines, want %d", by, got, want)
		}
		for i, object := range document.Rows {
			compareRow(t, records[0], records[i+1], object)
		}
	}
}

// compareRow checks a line of CSV against the same row in JSON.
func compareRow(t *testing.T, header, record []string, object map[string]any) {
	t.Helper()
	seen := map[string]bool{"counts": true}
	for i, name := range header {
		seen[name] = true
		value := object[name]
		if code, ok := strings.CutPrefix(name, "count_"); ok {
			counts, _ := object["counts"].(map[string]any)
			value = counts[code]
		}
		want := ""
		if value != nil {
			want = fmt.Sprint(value)
		}
		if got := strings.TrimPrefix(record[i], "'"); got != want {
			t.Errorf("%s: got %q in CSV, %q in JSON", name, got, want)
		}
	}
	for name := range object {
		if !seen[name] {
			t.Errorf("JSON has %q, which CSV lacks", name)
		}
	}
}

func TestContractNames(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := export.ScoresJSON(&b, sample()); err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := json.Unmarshal(b.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"survey", "versions", "method", "watermark", "generated_for", "rows"} {
		if _, ok := document[name]; !ok {
			t.Errorf("%q is missing", name)
		}
	}
	rows, _ := document["rows"].([]any)
	for i, row := range rows {
		object, _ := row.(map[string]any)
		for _, name := range []string{"agency", "agency_name", "month", "measure", "n", "counts", "estimate", "low", "high", "interval", "state"} {
			if _, ok := object[name]; !ok {
				t.Errorf("row %d: %q is missing", i, name)
			}
		}
		if _, ok := object["reason"]; ok != (i > 0) {
			t.Errorf("row %d: reason present is %v", i, ok)
		}
	}
}

func TestScoresWithoutRowsOrCounts(t *testing.T) {
	t.Parallel()
	scores := &report.Scores{By: []string{"month"}}
	var object, table bytes.Buffer
	if err := errors.Join(export.ScoresJSON(&object, scores), export.ScoresCSV(&table, scores, false)); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(object.Bytes()) || !strings.Contains(object.String(), `"versions":[]`) {
		t.Errorf("got %s, want valid JSON with empty lists", object.String())
	}
	if got, want := table.String(), "month,measure,n,effective_n,estimate,low,high,interval,state,reason,se,df,deff,weighted\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Options come before missing codes, whichever item was first to have them.
func TestOrderOfCountColumns(t *testing.T) {
	t.Parallel()
	scores := &report.Scores{By: []string{"item"}, Rows: []report.Row{
		{Counts: []report.Count{{Code: "1", N: 1}, {Code: "not_applicable", N: 1}, {Code: "not_asked", N: 1}}},
		{Counts: []report.Count{{Code: "yes", N: 1}, {Code: "dont_know", N: 1}, {Code: "skipped", N: 1}}},
	}}
	var b bytes.Buffer
	if err := export.ScoresCSV(&b, scores, false); err != nil {
		t.Fatal(err)
	}
	header, _, _ := strings.Cut(b.String(), "\r\n")
	if want := ",count_1,count_yes,count_dont_know,count_not_applicable,count_skipped,count_not_asked,"; !strings.Contains(header, want) {
		t.Errorf("got %s, want %s", header, want)
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		decimals int
		v        *float64
		want     string
	}{{2, nil, ""}, {2, new(84.085), "84.09"}, {0, new(84.5), "85"}, {4, new(84.085), "84.0850"}} {
		if got := export.Digits(&report.Scores{Decimals: c.decimals})(c.v); got != c.want {
			t.Errorf("%d decimals: got %q, want %q", c.decimals, got, c.want)
		}
	}
}

// failing takes some bytes and then fails, as a full disk does.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, io.ErrShortWrite
	}
	f.left -= len(p)
	return len(p), nil
}

func TestScoresReportWriteErrors(t *testing.T) {
	t.Parallel()
	scores := sample()
	for len(scores.Rows) < 4000 { // several times the buffer
		scores.Rows = append(scores.Rows, scores.Rows...)
	}
	for _, room := range []int{0, 100_000} {
		if err := export.ScoresJSON(&failing{left: room}, scores); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("JSON with room for %d: got %v, want the writer's error", room, err)
		}
		if err := export.ScoresCSV(&failing{left: room}, scores, true); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("CSV with room for %d: got %v, want the writer's error", room, err)
		}
	}
}

// TestHiddenNumbersAreNull: a row that is hidden has no n, in any format, and so
// few flagged responses are not told to be none.
func TestHiddenNumbersAreNull(t *testing.T) {
	t.Parallel()
	scores := sample()
	scores.Flagged, scores.FewFlagged = 0, true
	scores.Rows[0].State, scores.Rows[0].Estimate = report.Withheld, nil
	var object, table bytes.Buffer
	if err := errors.Join(export.ScoresJSON(&object, scores), export.ScoresCSV(&table, scores, false)); err != nil {
		t.Fatal(err)
	}
	var document struct {
		Flagged *int64
		Rows    []struct{ N *int64 }
	}
	if err := json.Unmarshal(object.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	if document.Flagged != nil {
		t.Errorf("flagged is %d, want null", *document.Flagged)
	}
	records, err := csv.NewReader(&table).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(records[0], "n")
	for i, want := range []string{"", "12", "", "0"} {
		if got := records[i+1][at]; got != want || (document.Rows[i].N == nil) != (want == "") {
			t.Errorf("row %d: n is %q in CSV, null in JSON: %v; want %q", i, got, document.Rows[i].N == nil, want)
		}
	}
}
