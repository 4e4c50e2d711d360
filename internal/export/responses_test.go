package export_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/export"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// write exports responses, numbered from 5 on.
func write(t *testing.T, format export.Format) (string, export.Manifest) {
	t.Helper()
	survey, agencies := world(t)
	var b bytes.Buffer
	x := export.NewResponses(&b, export.Options{Format: format}, survey, agencies)
	for i, r := range filled(survey) {
		if err := x.Write(uint64(5+i), r); err != nil {
			t.Fatal(err)
		}
	}
	manifest, err := x.Close()
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), manifest
}

func TestResponsesCSV(t *testing.T) {
	t.Parallel()
	file, manifest := write(t, export.CSV)
	got, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	survey, _ := world(t)
	v1, v2 := survey.Versions[0].Questionnaire.Version[:12], survey.Versions[1].Questionnaire.Version[:12]
	name := `Tỉnh Bắc Ninh, "Kinh Bắc"`
	want := [][]string{
		{
			"survey", "version", "wave", "agency", "agency_name", "resolver", "channel", "service", "counter", "lang", "day", "seconds",
			"flags", "dropped", "signs", "staff_polite", "staff_clear", "needs.hours", "needs.online", "needs.phone", "paid", "days", "comment", "price",
		},
		{
			"sample", v1, "2026-1", "bac-ninh", name, "tan-chi", "qr", "'=1,2", "Q-1", "vi", "2026-03-05", "125",
			"fast burst honeypot", "comment days", "5", "1", "", "0", "1", "", "-0.05", "12", "'=cmd|' /C calc'!A0, \"x\"\nhai dòng", "",
		},
		{
			"sample", v2, "2026-1", "tan-chi", "Xã Tân Chi", "", "paper", "", "", "en", "2026-03-05", "",
			"", "", "5", "", "", "", "1", "1", "123.45", "", "", "1",
		},
		{
			"sample", v1, "2026-1", "tan-chi", "Xã Tân Chi", "", "qr", "", "", "vi", "2026-03-05", "",
			"straight_line", "", "", "skipped", "dont_know", "refused", "refused", "", "not_applicable", "", "skipped", "",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if strings.Count(file, "\r\n") != 4 || !strings.HasSuffix(file, "\r\n") {
		t.Errorf("lines must end with CR LF: %q", file)
	}
	sum := sha256.Sum256([]byte(file))
	if want := (export.Manifest{Rows: 3, SHA256: hex.EncodeToString(sum[:]), Watermark: 7, Flagged: 2}); !cmp.Equal(manifest, want) {
		t.Errorf("got manifest %+v, want %+v", manifest, want)
	}
	excel, _ := write(t, export.CSVExcel)
	if excel != "\ufeff"+file {
		t.Errorf("for spreadsheets: want the same with a byte order mark, got %.40q", excel)
	}
}

func TestResponsesJSONLines(t *testing.T) {
	t.Parallel()
	file, manifest := write(t, export.JSONLines)
	lines := strings.SplitAfter(file, "\n")
	if len(lines) != 5 || lines[4] != "" {
		t.Fatalf("got %d lines, want three responses and the manifest", len(lines)-1)
	}
	type row struct {
		Survey, Version, Wave, Agency string
		AgencyName                    string `json:"agency_name"`
		Resolver                      *string
		Channel, Service, Lang, Day   string
		Counter                       string
		Seconds                       *int
		Answers                       map[string]any
		Flags, Dropped                []string
		Missing                       map[string]string
	}
	var got []row
	for _, line := range lines[:3] {
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.DisallowUnknownFields()
		var r row
		if err := decoder.Decode(&r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		got = append(got, r)
	}
	survey, _ := world(t)
	v1, v2 := survey.Versions[0].Questionnaire.Version[:12], survey.Versions[1].Questionnaire.Version[:12]
	want := []row{
		{
			Survey: "sample", Version: v1, Wave: "2026-1", Agency: "bac-ninh", AgencyName: `Tỉnh Bắc Ninh, "Kinh Bắc"`,
			Resolver: new("tan-chi"), Channel: "qr", Service: "=1,2", Counter: "Q-1", Lang: "vi", Day: "2026-03-05", Seconds: new(125), Flags: []string{"fast", "burst", "honeypot"}, Dropped: []string{"comment", "days"},
			Answers: map[string]any{
				"signs": "5", "staff_polite": "1", "needs": []any{"online"}, "paid": -0.05, "days": 12.0,
				"comment": "=cmd|' /C calc'!A0, \"x\"\nhai dòng",
			},
			Missing: map[string]string{"staff_clear": "not_asked"},
		},
		{
			Survey: "sample", Version: v2, Wave: "2026-1", Agency: "tan-chi", AgencyName: "Xã Tân Chi",
			Channel: "paper", Lang: "en", Day: "2026-03-05", Flags: []string{}, Dropped: []string{},
			Answers: map[string]any{"signs": "5", "needs": []any{"phone", "online"}, "paid": 123.45, "price": "1"},
			Missing: map[string]string{"staff_polite": "not_asked", "staff_clear": "not_asked", "comment": "not_asked"},
		},
		{
			Survey: "sample", Version: v1, Wave: "2026-1", Agency: "tan-chi", AgencyName: "Xã Tân Chi",
			Channel: "qr", Lang: "vi", Day: "2026-03-05", Flags: []string{"straight_line"}, Dropped: []string{}, Answers: map[string]any{},
			Missing: map[string]string{
				"signs": "not_asked", "staff_polite": "skipped", "staff_clear": "dont_know", "needs": "refused",
				"paid": "not_applicable", "days": "not_asked", "comment": "skipped",
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var last struct{ Manifest export.Manifest }
	if err := json.Unmarshal([]byte(lines[3]), &last); err != nil || !cmp.Equal(last.Manifest, manifest) {
		t.Errorf("got last line %s, error %v, want manifest %+v", lines[3], err, manifest)
	}
	sum := sha256.Sum256([]byte(strings.Join(lines[:3], "")))
	if manifest.SHA256 != hex.EncodeToString(sum[:]) || manifest.Rows != 3 {
		t.Errorf("got %+v, want the digest of the lines before the manifest", manifest)
	}
}

// Nothing in a file says which response it was or when on the day it came.
func TestResponsesLeaveNoTrace(t *testing.T) {
	t.Parallel()
	for _, format := range export.Formats {
		survey, agencies := world(t)
		var files [2]bytes.Buffer
		for i := range files {
			x := export.NewResponses(&files[i], export.Options{Format: format}, survey, agencies)
			r := filled(survey)[0]
			r.ID, r.Fingerprint = response.NewID("sample", string(rune('a'+i))), uint64(i)
			if err := x.Write(1000, r); err != nil {
				t.Fatal(err)
			}
			if _, err := x.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if files[0].String() != files[1].String() {
			t.Errorf("%s: the id or fingerprint of a response shows", format)
		}
	}
}

func TestResponsesRefuse(t *testing.T) {
	t.Parallel()
	survey, agencies := world(t)
	tests := map[string]func(r *response.Response){
		"other survey":     func(r *response.Response) { r.Version = 3 },
		"no version":       func(r *response.Response) { r.Version = 0 },
		"no wave":          func(r *response.Response) { r.Wave = 0 },
		"later wave":       func(r *response.Response) { r.Wave = 2 },
		"no agency":        func(r *response.Response) { r.Agency = 0 },
		"later agency":     func(r *response.Response) { r.Agency = 3 },
		"later resolver":   func(r *response.Response) { r.Resolver = math.MaxUint32 },
		"language":         func(r *response.Response) { r.Lang = 2 },
		"channel":          func(r *response.Response) { r.Channel = 0 },
		"too few answers":  func(r *response.Response) { r.Answers = r.Answers[1:] },
		"flags":            func(r *response.Response) { r.Flags = 1 << 8 },
		"dropped":          func(r *response.Response) { r.Dropped = []int{99} },
		"repeat":           func(r *response.Response) { r.Repeats = []response.Repeat{{Agency: 3, Answers: r.Answers}} },
		"repeat's answers": func(r *response.Response) { r.Repeats = []response.Repeat{{Agency: 1}} },
		"option":           func(r *response.Response) { r.Answers[0] = response.Answer{State: response.Answered, Option: 2} },
		"state":            func(r *response.Response) { r.Answers[0] = response.Answer{State: 6} },
	}
	for name, damage := range tests {
		for _, format := range export.Formats {
			var b bytes.Buffer
			x := export.NewResponses(&b, export.Options{Format: format}, survey, agencies)
			r := blank(survey, 0)
			damage(r)
			err := x.Write(1, r)
			if err == nil {
				t.Errorf("%s as %s: want an error", name, format)
				continue
			}
			if again := x.Write(2, blank(survey, 0)); !errors.Is(again, err) {
				t.Errorf("%s: after an error got %v, want the same again", name, again)
			}
			if _, closed := x.Close(); !errors.Is(closed, err) || strings.Contains(b.String(), "manifest") {
				t.Errorf("%s: Close got %v with %q, want the error and no end of the file", name, closed, b.String())
			}
		}
	}
}

func TestResponsesReportWriteErrors(t *testing.T) {
	t.Parallel()
	survey, agencies := world(t)
	for _, format := range export.Formats {
		x := export.NewResponses(&failing{left: 70_000}, export.Options{Format: format}, survey, agencies)
		var err error
		for i := 0; i < 5000 && err == nil; i++ {
			err = x.Write(uint64(i), filled(survey)[0])
		}
		if !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: got %v, want the writer's error", format, err)
		}
		if _, err := x.Close(); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: Close got %v, want the writer's error", format, err)
		}
		// A disk that is full only at the end.
		x = export.NewResponses(&failing{left: 10}, export.Options{Format: format}, survey, agencies)
		if err := x.Write(1, blank(survey, 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Close(); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%s: Close got %v, want the writer's error", format, err)
		}
		if err := x.Write(2, blank(survey, 0)); !errors.Is(err, export.ErrClosed) {
			t.Errorf("%s: got %v after Close, want ErrClosed", format, err)
		}
		if _, err := x.Close(); !errors.Is(err, export.ErrClosed) {
			t.Errorf("%s: got %v from a second Close, want ErrClosed", format, err)
		}
	}
	if err := export.NewResponses(io.Discard, export.Options{Format: "sas"}, survey, agencies).Write(1, blank(survey, 0)); err == nil {
		t.Error("an unknown format must be an error")
	}
}

// An item called like a field would make two columns of one name.
func TestFieldsAreReserved(t *testing.T) {
	t.Parallel()
	file, _ := write(t, export.CSV)
	header, _, _ := strings.Cut(file, ",signs,")
	for field := range strings.SplitSeq(header, ",") {
		yaml := bytes.Replace(read(t, "first.yaml"), []byte("{id: days,"), []byte("{id: "+field+","), 1)
		if _, err := questionnaire.Parse("sample", "first.yaml", yaml); err == nil {
			t.Errorf("an item may be called %q", field)
		}
	}
}

func TestParseFormat(t *testing.T) {
	t.Parallel()
	for _, f := range export.Formats {
		if got, ok := export.ParseFormat(string(f)); !ok || got != f {
			t.Errorf("got %q %v, want %q", got, ok, f)
		}
	}
	if _, ok := export.ParseFormat("CSV"); ok {
		t.Error("names are lower case")
	}
}

// Amounts of every size come back as they were stored.
func TestAmounts(t *testing.T) {
	t.Parallel()
	survey, agencies := world(t)
	amounts := []int64{0, 1, -1, 9, 10, 99, 100, -100, -101, 12345, math.MaxInt64, math.MinInt64}
	rng := rand.New(rand.NewPCG(4, 4))
	for range 200 {
		amounts = append(amounts, rng.Int64()>>rng.IntN(63)-rng.Int64N(1000))
	}
	var b bytes.Buffer
	x := export.NewResponses(&b, export.Options{Format: export.CSV}, survey, agencies)
	for i, amount := range amounts {
		r := blank(survey, 0)
		set(survey, 0, r, "paid", response.Answer{Amount: amount})
		if err := x.Write(uint64(i), r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := x.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, amount := range amounts {
		got := rows[i+1][20]
		whole, fraction, _ := strings.Cut(got, ".")
		digits := strings.TrimLeft(strings.TrimPrefix(whole, "-")+fraction, "0")
		want := strings.TrimLeft(strings.TrimPrefix(json.Number(jsonInt(amount)).String(), "-"), "0")
		if len(fraction) != 2 || digits != want || strings.HasPrefix(got, "-") != (amount < 0) || whole == "" || whole == "-" {
			t.Errorf("got %q for %d hundredths", got, amount)
		}
	}
}

func jsonInt(n int64) string {
	b, err := json.Marshal(n)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func TestRowsDoNotAllocate(t *testing.T) {
	survey, agencies := world(t)
	for _, format := range export.Formats {
		x := export.NewResponses(io.Discard, export.Options{Format: format}, survey, agencies)
		rows := filled(survey)
		allocs := testing.AllocsPerRun(2000, func() {
			for _, r := range rows {
				if err := x.Write(1, r); err != nil {
					t.Fatal(err)
				}
			}
		})
		if allocs > 0 {
			t.Errorf("%s: got %v allocations per row, want none", format, allocs)
		}
	}
}
