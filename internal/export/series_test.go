package export

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/report"
)

// Where a break was declared every row says which series it is of; where none
// was, nothing is there that was not there before.
func TestSeriesOfScores(t *testing.T) {
	t.Parallel()
	s := &report.Scores{
		By: []string{"month", "version"},
		Breaks: []report.Break{
			{Version: "abc", Day: "2026-02-10", Of: "trial", Reason: `A "new" scale`}, {Version: "def", Day: "2026-03-10", Of: "all", Reason: "x"},
		},
		Rows: []report.Row{
			{Month: "2026-01", Version: "abc", Series: 1, State: report.OK},
			{Month: "2026-02", Version: "def", Series: 2, State: report.OK, Break: `A "new" scale`},
			{Month: "2026-02", Version: "def", State: report.OK, Note: "since_break"},
		},
	}
	var csv, doc bytes.Buffer
	if err := ScoresCSV(&csv, s, false); err != nil {
		t.Fatal(err)
	}
	want := "month,version,measure,n,effective_n,estimate,low,high,interval,state,reason,series,break,note,se,df,deff,weighted\r\n" +
		"2026-01,abc,,0,,,,,,ok,,1,,,,,,\r\n" +
		"2026-02,def,,0,,,,,,ok,,2,\"A \"\"new\"\" scale\",,,,,\r\n" +
		"2026-02,def,,0,,,,,,ok,,,,since_break,,,,\r\n"
	if diff := cmp.Diff(want, csv.String()); diff != "" {
		t.Errorf("CSV (-want +got):\n%s", diff)
	}
	if err := ScoresJSON(&doc, s); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Breaks []map[string]string `json:"breaks"`
		Rows   []struct {
			Series *int    `json:"series"`
			Break  *string `json:"break"`
			Note   *string `json:"note"`
		} `json:"rows"`
	}
	if err := json.Unmarshal(doc.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Breaks) != 2 || got.Breaks[0]["reason"] != `A "new" scale` || got.Breaks[1]["of"] != "all" || got.Breaks[0]["day"] != "2026-02-10" {
		t.Errorf("got breaks %v", got.Breaks)
	}
	if len(got.Rows) != 3 || *got.Rows[1].Series != 2 || *got.Rows[1].Break != `A "new" scale` || got.Rows[0].Break != nil || got.Rows[2].Series != nil || *got.Rows[2].Note != "since_break" {
		t.Errorf("got rows %s", doc.String())
	}
	s.Breaks = nil
	csv.Reset()
	doc.Reset()
	if err := ScoresCSV(&csv, s, false); err != nil || strings.Contains(csv.String(), "series") {
		t.Errorf("without breaks: got %s %v", csv.String(), err)
	}
	if err := ScoresJSON(&doc, s); err != nil || strings.Contains(doc.String(), "series") || strings.Contains(doc.String(), "breaks") {
		t.Errorf("without breaks: got %s %v", doc.String(), err)
	}
}
