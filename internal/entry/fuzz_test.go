package entry_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"hailong/internal/agency"
	"hailong/internal/collect"
	"hailong/internal/entry"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/store"
)

// fuzzed is a world that all inputs of a fuzzer share.
func fuzzed(f *testing.F) *world {
	f.Helper()
	dir, err := os.MkdirTemp("", "entry")
	must(f, err)
	s, err := store.Open(f.Context(), dir, store.Options{})
	must(f, err)
	f.Cleanup(func() { _, _ = s.Close(), os.RemoveAll(dir) })
	now := time.Date(2026, time.March, 5, 12, 0, 0, 0, time.UTC)
	w := &world{store: s, collector: collect.New(s, func() time.Time { return now }), day: response.DayOf(now)}
	registry, err := agency.Parse("agencies.csv", read(f, "agencies.csv"))
	must(f, err)
	w.survey, err = questionnaire.Parse("trial", "every.yaml", read(f, "every.yaml"))
	must(f, err)
	w.change(f, response.AgenciesImported(0, registry.Canonical()), nil)
	w.change(f, response.Published(0, w.survey.Questionnaire.Canonical()), nil)
	ev, err := response.WaveOpened{Survey: "trial"}.Event(0)
	w.change(f, ev, err)
	return w
}

// tame is what every file keeps to: it can't be read, or each of its rows is
// stored, known or refused with a reason, and nothing is stored a second time.
func tame(t *testing.T, w *world, data []byte) {
	t.Helper()
	c := w.store.Catalog()
	run := func() (entry.Summary, error) {
		return entry.Enter(t.Context(), w.collector, c, w.day, entry.File{Reader: bytes.NewReader(data), Size: int64(len(data))},
			entry.Options{Survey: "trial", Agency: "tan-chi", Lang: "vi", Consented: true}, func(e entry.Event) error {
				if r := e.Refused; r != nil && (len(r.Faults) == 0 || r.Row < 2 || r.Faults[0].Message == "" || strings.HasPrefix(r.Faults[0].Message, "problem.")) {
					t.Errorf("refused without a reason: %+v", r)
				}
				return nil
			})
	}
	first, err := run()
	again, errAgain := run()
	if first.Rows != first.Stored+first.Known+first.Refused {
		t.Errorf("the summary does not add up: %+v", first)
	}
	if (err == nil) != (errAgain == nil) || again.Stored > 0 || again.Rows != first.Rows || again.Refused != first.Refused {
		t.Errorf("first %+v, %v, then %+v, %v", first, err, again, errAgain)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("form,agency,used,how.post,how,needs,departments,level@so1,given,paid\n1,tan-chi,yes,x,,web;time,so1 so2,1,31/3/2026,\"2,5\"\n"))
	f.Add([]byte("\ufeffagency_name;Đã dùng?;Sao;visits;#x;error\r\nXã Tân Chi;có;7;dont_know;;\r\n\"a\"b\r\n;;;;;;;\r\n"))
	f.Add([]byte("used\tchannel\tday\tversion\tlang\tcounter\tseconds\tconsent\nno\tqr\t1\t\ten\tq1\t5\tx\n\"\n"))
	w := fuzzed(f)
	f.Fuzz(func(t *testing.T, data []byte) { tame(t, w, data) })
}

func FuzzXLSX(f *testing.F) {
	f.Add(words(1, "form", "used", "given", "how.post", "paid")+words(2, "1", "no", "<c><v>46081</v></c>", `<c t="b"><v>1</v></c>`, `<c><f>1+1</f><v>2.50</v></c>`), `<sst/>`)
	f.Add(words(1, "agency", "used")+`<row r="7"><c r="B7" t="s"><v>0</v></c><c t="e"><v>#REF!</v></c></row>`, `<sst><si><t>có</t><rPh><t>b</t></rPh></si></sst>`)
	w := fuzzed(f)
	f.Fuzz(func(t *testing.T, rows, shared string) { tame(t, w, xlsx(t, rows, "xl/sharedStrings.xml", shared)) })
}
