package entry_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"hailong/internal/entry"
	"hailong/internal/questionnaire"
	"hailong/internal/sheet"
)

// sipas is the longest questionnaire that is shipped.
const sipas = "../../../surveys/sipas/survey.yaml"

// filled returns rows for a survey, the header first: what people say at random.
func filled(q *questionnaire.Questionnaire, rows int) [][]string {
	r := rand.New(rand.NewPCG(1, 2))
	header := []string{"form", "agency"}
	var variables []*questionnaire.Variable
	for i := range q.Variables() {
		if v := &q.Variables()[i]; len(v.Options()) > 0 && v.Part != questionnaire.OfRank {
			variables, header = append(variables, v), append(header, v.ID)
		}
	}
	list := [][]string{header}
	for n := range rows {
		row := []string{fmt.Sprint("P", n), "tan-chi"}
		for _, v := range variables {
			row = append(row, v.Options()[r.IntN(len(v.Options()))].Code)
		}
		list = append(list, row)
	}
	return list
}

// BenchmarkEnter enters forms of SIPAS: 100 000 with -benchtime 100000x.
func BenchmarkEnter(b *testing.B) {
	for _, format := range []string{"csv", "xlsx"} {
		b.Run(format, func(b *testing.B) {
			w := open(b, sipas)
			rows := filled(w.survey.Questionnaire, b.N)
			var file bytes.Buffer
			if format == "csv" {
				must(b, csv.NewWriter(&file).WriteAll(rows))
			} else {
				must(b, sheet.Write(&file, []sheet.Page{{Name: "forms", Columns: rows[0], Rows: rows[1:]}}))
			}
			columns := len(rows[0])
			b.ResetTimer()
			s, err := entry.Enter(b.Context(), w.collector, w.store.Catalog(), w.day, entry.File{Reader: bytes.NewReader(file.Bytes()), Size: int64(file.Len())},
				entry.Options{Survey: w.survey.Questionnaire.Survey, Lang: "en", Consented: true}, func(e entry.Event) error {
					if e.Refused != nil {
						return errors.New(e.Refused.Faults[0].Column + ": " + e.Refused.Faults[0].Message)
					}
					return nil
				})
			b.StopTimer()
			if err != nil || s.Stored != b.N {
				b.Fatalf("got %+v, %v", s, err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(columns), "columns")
		})
	}
}

// endless is a file of rows that is never in memory as a whole.
type endless struct {
	header, row string
	rows        int
}

func (e *endless) size() int64 { return int64(len(e.header) + e.rows*len(e.row)) }

// ReadAt implements io.ReaderAt.
func (e *endless) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	for n < len(p) && at < e.size() {
		from := e.header
		offset := int(at)
		if at >= int64(len(e.header)) {
			from, offset = e.row, int(at-int64(len(e.header)))%len(e.row)
		}
		k := copy(p[n:], from[offset:])
		n, at = n+k, at+int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// A file that is larger than the memory it takes: rows that are refused or known
// leave nothing behind, and long ones are not read ahead.
func TestMemory(t *testing.T) { //nolint:paralleltest // it measures the heap
	w := open(t, "trial.yaml")
	for name, e := range map[string]*endless{
		"short rows": {"form,agency,level,second\n", "1,tan-chi,5,5\n", 20_000},
		"long rows":  {"form,agency,level,second,comment\n", "1,tan-chi,5,5," + strings.Repeat("a", 900<<10) + "\n", 80},
	} {
		var most uint64
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		before, n := m.HeapAlloc, 0
		_, err := entry.Enter(t.Context(), w.collector, w.store.Catalog(), w.day, entry.File{Reader: e, Size: e.size()}, entry.Options{Survey: "trial", Lang: "en"}, func(entry.Event) error {
			if n++; n%20 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			return nil
		})
		must(t, err)
		if used := int64(most) - int64(before); used > 24<<20 {
			t.Errorf("%s: %d MB of a file of %d MB are in memory", name, used>>20, e.size()>>20)
		}
	}
}
