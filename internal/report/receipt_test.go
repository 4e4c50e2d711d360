package report_test

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// receipt answers a query with its receipt.
func (w *world) receipt(q report.Query) *report.Receipt {
	w.t.Helper()
	q.Survey = "sample"
	scores, r, err := w.report().ScoreWithReceipt(q)
	if err != nil {
		w.t.Fatal(err)
	}
	if scores.Watermark != r.Watermark || scores.GeneratedFor != r.Query {
		w.t.Errorf("the receipt is about %d %q, the scores about %d %q", r.Watermark, r.Query, scores.Watermark, scores.GeneratedFor)
	}
	return r
}

func parts(list []report.Difference) string {
	names := make([]string, 0, len(list))
	for _, d := range list {
		names = append(names, d.Part)
	}
	return strings.Join(names, " ")
}

// TestReceiptIsOfTheCounts: the same responses give the same receipt, in
// whatever order they came, and from counts that were saved and read again.
func TestReceiptIsOfTheCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	responses := w.random(500, 3)
	w.add(responses...)
	query := report.Query{By: []string{"agency", "channel"}, Flags: "without", Lang: "en"}
	want := w.receipt(query)

	other := newWorld(t, "first.yaml", "second.yaml")
	turned := slices.Clone(responses)
	slices.Reverse(turned)
	for _, r := range turned {
		other.add(r)
	}
	if diff := cmp.Diff(want, other.receipt(query)); diff != "" {
		t.Errorf("in another order (-want +got)\n%s", diff)
	}

	mark, encoded := w.tally.Encode()
	other.tally = tally.New()
	if err := other.tally.Restore(mark, encoded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, other.receipt(query)); diff != "" {
		t.Errorf("from saved counts (-want +got)\n%s", diff)
	}
	if want.Counts.Responses != 500 || want.Counts.Cells == 0 {
		t.Errorf("got %d responses in %d cells", want.Counts.Responses, want.Counts.Cells)
	}
}

// TestReceiptTellsWhatChanged: each cause is told as itself, before what follows
// from it.
func TestReceiptTellsWhatChanged(t *testing.T) {
	t.Parallel()
	build := func(change func(*world)) *world {
		w := newWorld(t, "first.yaml")
		w.applyEvent(waves("2026-1"))
		w.applyEvent(waves("2026-2"))
		w.same(40, "tan-chi", "2026-03-01", "4")
		w.same(20, "kinh-bac", "2026-03-01", "2")
		if change != nil {
			change(w)
		}
		return w
	}
	want := build(nil).receipt(report.Query{})
	tests := []struct {
		name, parts string
		change      func(*world)
	}{
		{"nothing", "", nil},
		{"one more response", "counts", func(w *world) { w.same(1, "tan-chi", "2026-03-01", "4") }},
		{"another channel", "counts", func(w *world) {
			r := w.answer(0, "tan-chi", "2026-03-01", map[string]string{"signs": "4"})
			r.Channel = response.QR
			w.add(r)
		}},
		{"another agencies file", "agencies", func(w *world) {
			csv := strings.Replace(string(w.catalog.Agencies.Canonical()), "Xã Tân Chi", "Xã Tân Chi mới", 1)
			registry, err := agency.Update(w.catalog.Agencies, "agencies.csv", []byte(csv))
			if err != nil {
				w.t.Fatal(err)
			}
			w.apply(response.AgenciesImported(0, registry.Canonical()))
		}},
		{"figures", "figures", func(w *world) {
			ev, _, err := w.catalog.ChangeFigures("f.csv", []byte("figure,agency,period,cell,value,source,checked\nhandled,tan-chi,2026-03,,120,so-noi-vu,yes\n"), 0)
			w.applyEvent(ev, err)
		}},
		{"a title", "", func(w *world) {
			w.publish("first.yaml", bytes.Replace(w.read("first.yaml"), []byte("Khảo sát mẫu"), []byte("Khảo sát"), 1))
		}},
		{"the minimum n", "method", func(w *world) {
			w.publish("first.yaml", bytes.Replace(w.read("first.yaml"), []byte("min_n: 10"), []byte("min_n: 5"), 1))
		}},
		{"what is counted", "method", func(w *world) {
			w.publish("first.yaml", bytes.Replace(w.read("first.yaml"), []byte(`codes: ["4", "5"]`), []byte(`codes: ["5"]`), 1))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := parts(want.Differences(build(tt.change).receipt(report.Query{}))); got != tt.parts {
				t.Errorf("got %q, want %q", got, tt.parts)
			}
		})
	}
}

// TestWriteCells: the form that is hashed is the documented one.
func TestWriteCells(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml")
	w.applyEvent(waves("2026-1"))
	w.same(2, "tan-chi", "2026-03-05", "4")
	r := w.answer(0, "kinh-bac", "2026-03-05", map[string]string{"signs": "dont_know", "seats": "1", "comment": "skipped"})
	r.Flags = response.Fast
	w.add(r)
	m, err := w.report().Freeze("sample")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.WriteCells(&b); err != nil {
		t.Fatal(err)
	}
	version := w.catalog.Survey("sample").Current().Questionnaire.Version
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 2 || !slices.IsSorted(lines) {
		t.Fatalf("got %q", lines)
	}
	for i, want := range []string{
		version + "\tkinh-bac\t2026-03-01\tlink\t2026-1\t1\t1\tsigns.dont_know:1 seats.1:1 seats.answered:1 ",
		version + "\ttan-chi\t2026-03-01\tlink\t2026-1\t0\t2\tsigns.4:2 signs.answered:2 ",
	} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("got  %q\nwant %q …", lines[i], want)
		}
	}
	if _, err := w.report().Freeze("nothing"); errs.KindOf(err) != errs.NotFound {
		t.Errorf("an unknown survey: got %v", err)
	}
}

// TestFreezeStandsStill: what comes later is not in it.
func TestFreezeStandsStill(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.same(20, "tan-chi", "2026-03-05", "4")
	m, err := w.report().Freeze("sample")
	if err != nil {
		t.Fatal(err)
	}
	before, err := report.New(m).Score(report.Query{Survey: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	live, err := w.report().Score(report.Query{Survey: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(live, before); diff != "" {
		t.Errorf("frozen (-live +frozen)\n%s", diff)
	}
	mark := m.Watermark()
	w.same(20, "tan-chi", "2026-03-05", "1")
	after, err := report.New(m).Score(report.Query{Survey: "sample"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" || m.Watermark() != mark {
		t.Errorf("it moved (-before +after)\n%s", diff)
	}
}

// TestParseCanonical: every field of a query has its place in the canonical
// form, and comes back from it.
func TestParseCanonical(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.same(20, "tan-chi", "2026-03-05", "4")
	full := report.Query{
		Survey: "sample", Index: "weighted", Measure: "average", By: []string{"month", "agency"}, Agency: "bac-ninh", Level: "commune",
		From: "2026-01-01", To: "2026-12-31", Wave: "2026-1", Channel: "link,qr", Flags: "without", Lang: "en",
	}
	for _, q := range []report.Query{{Survey: "sample"}, {Survey: "sample", By: []string{"item"}}, full} {
		scores := w.score(q)
		got, err := report.ParseCanonical(scores.GeneratedFor)
		if err != nil {
			t.Fatal(err)
		}
		again := w.score(got)
		if diff := cmp.Diff(scores, again); diff != "" {
			t.Errorf("%s (-asked +from the canonical form)\n%s", scores.GeneratedFor, diff)
		}
	}
	for _, bad := range []string{
		"", "survey=sample&survey=sample&index=services&by=agency&lang=vi", "index=services&survey=sample&by=agency&lang=vi",
		"survey=sample&other=x", "survey=%zz", "survey=sample&by=",
	} {
		if q, err := report.ParseCanonical(bad); err == nil && bad != "" {
			t.Errorf("%q: got %+v", bad, q)
		}
	}
}

// TestQueryFields: a field that is added to Query must come with its parameter.
func TestQueryFields(t *testing.T) {
	t.Parallel()
	kind := reflect.TypeFor[report.Query]()
	for i := range kind.NumField() {
		name := kind.Field(i).Name
		if name == "Internal" { // the receipt says it apart
			continue
		}
		q := report.Query{}
		field := reflect.ValueOf(&q).Elem().Field(i)
		switch field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Slice:
			field.Set(reflect.ValueOf([]string{"x"}))
		default:
			t.Errorf("Query.%s has a new kind: say here how it is set", name)
			continue
		}
		text := strings.ToLower(name) + "=x"
		got, err := report.ParseCanonical(text)
		if err != nil || !reflect.DeepEqual(got, q) {
			t.Errorf("Query.%s: %q gives %+v, %v", name, text, got, err)
		}
	}
}

// TestReadReceipt: what was written is read; anything else is refused.
func TestReadReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "first.yaml", "second.yaml")
	w.same(20, "tan-chi", "2026-03-05", "4")
	r := w.receipt(report.Query{})
	r.Result = report.ResultReceipt{Format: report.ResultCSV, Bytes: 3, SHA256: r.Method}
	text := writeReceipt(t, r)
	got, err := report.ReadReceipt([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, got); diff != "" {
		t.Errorf("(-written +read)\n%s", diff)
	}
	if q, err := got.Asked(); err != nil || q.Survey != "sample" || q.Index != "services" {
		t.Errorf("asked: %+v, %v", q, err)
	}
	for _, change := range [][2]string{
		{`"format": 2`, `"format": 3`},
		{`"format": 2`, `"format": "1"`},
		{`"survey": "sample"`, `"survey": "other"`},
		{`"survey": "sample"`, `"survey": "sample", "more": 1`},
		{r.Method, strings.ToUpper(r.Method)},
		{r.Agencies, r.Agencies[:10]},
		{"by=agency", "by=agency&by=item"},
		{"survey=sample&", ""},
		{`"format": "csv"`, `"format": "xlsx"`},
		{`"bytes": 3`, `"bytes": -3`},
		{"}\n", "} {}\n"},
		{text, ""},
		{text, "[]"},
		{text, "{}"},
		{text, strings.Repeat(" ", 300<<10)},
	} {
		b := strings.ReplaceAll(text, change[0], change[1])
		if b == text {
			t.Errorf("replacing %q changed nothing", change[0])
		}
		if _, err := report.ReadReceipt([]byte(b)); errs.KindOf(err) != errs.Malformed {
			t.Errorf("%q in place of %q: got %v", change[1], change[0], err)
		}
	}
}

func writeReceipt(t testing.TB, r *report.Receipt) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteReceipt(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// FuzzReadReceipt: whatever is read can be written, and read again as the same.
func FuzzReadReceipt(f *testing.F) {
	hash := strings.Repeat("0", 64)
	f.Add(fmt.Appendf(nil, `{"format":2,"survey":"s","index":"i","versions":["%s"],"method":"%[1]s","watermark":7,"query":"survey=s&index=i",`+
		`"internal":false,"agencies":"%[1]s","figures":"%[1]s","counts":{"cells":1,"responses":2,"sha256":"%[1]s"},"numbers":1,`+
		`"result":{"format":"csv","bytes":1,"sha256":"%[1]s"}}`, hash))
	f.Add([]byte(`{}`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := report.ReadReceipt(b)
		if err != nil {
			return
		}
		again, err := report.ReadReceipt([]byte(writeReceipt(t, r)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Error(diff)
		}
	})
}
