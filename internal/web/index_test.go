package web

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"hailong/internal/report"
)

// withIndices makes a server show the indices that the command line is tested with.
func withIndices(t *testing.T) func(*Server) {
	t.Helper()
	list, err := report.LoadIndices(os.DirFS("../../cmd/hailong/testdata/indices"))
	if err != nil {
		t.Fatal(err)
	}
	return func(s *Server) { s.SetIndices(list) }
}

func TestIndices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withIndices(t))
	for _, c := range []scenario{
		{name: "list", path: "/api/v1/indices?lang=en", status: 200, want: []string{`"index":"mini","title":"Trial governance index"`, `"periods":["2025","2024"]`, `"periods":[]`}},
		{name: "newest", path: "/api/v1/indices/mini", status: 200, want: []string{`"period":"2025"`, `"value":57.76`, `"rank":null`}, never: []string{`"steps"`, `"sensitivity"`, "NaN"}},
		{name: "steps", path: "/api/v1/indices/mini?steps=1&sensitivity=1", status: 200, want: []string{`"contribution":`, `"source":"Báo cáo 12","checked":true`, `"rank_low":2`, `"other_mean"`}},
		{
			name: "CSV", path: "/api/v1/indices/mini?format=csv&period=2025", status: 200, want: []string{"b,Sở Nội vụ,,2025,57.76,"},
			header: map[string]string{"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": `attachment; filename="mini-2025.csv"`},
		},
		{name: "CSV for Excel", path: "/api/v1/indices/mini?format=csv-excel", status: 200, want: []string{"\ufeffunit,"}},
		{name: "a year without figures", path: "/api/v1/indices/mini?period=1999", status: 200, want: []string{`"state":"no_data"`}, never: []string{`"value":0`}},
		{name: "an index without a period", path: "/api/v1/indices/mixed", status: 200, want: []string{`"rows":[]`}},
		{name: "unknown index", path: "/api/v1/indices/none", status: 404, want: []string{`"code":"unknown_index"`}},
		{name: "unknown period", path: "/api/v1/indices/mini?period=soon", status: 422, want: []string{`"unknown_period"`}},
		{name: "all problems", path: "/api/v1/indices/mini?format=x&steps=maybe&colour=red", status: 422, want: []string{`"unknown_format"`, `"not_yes_or_no"`, `"unknown_parameter"`}},
		{name: "page", path: "/results/index/mini", status: 200, want: []string{"Sở Công Thương", "87,46", "hạng 2 (2–3)", "chưa gửi báo cáo", "<caption", `scope="row"`}},
		{name: "unit", path: "/results/index/mini?unit=b&lang=en", status: 200, want: []string{"Step by step: Sở Nội vụ", "80 / 100 = 0.8", "5.6800"}},
		{name: "other period", path: "/results/index/mini?period=2024", status: 200, want: []string{"2024", "không có điểm"}},
		{name: "no period", path: "/results/index/mixed", status: 200, want: []string{"chưa có số liệu"}},
		{name: "unknown unit", path: "/results/index/mini?unit=%3Cb%3E", status: 422, want: []string{"Kỳ này không có đơn vị đó."}, never: []string{"<b>"}},
		{name: "bad period of a page", path: "/results/index/mini?period=soon", status: 422, want: []string{"Không có kỳ này.", "87,46"}},
		{name: "unknown page", path: "/results/index/none", status: 404, want: []string{"Không có chỉ số này."}},
		{name: "listed", path: "/results", status: 200, want: []string{"/results/index/mini", "Chỉ số điều hành thử"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := w.run(t, c)
			switch {
			case strings.HasPrefix(c.path, "/api/") && c.status >= 400:
				got.problem(t)
			case !strings.HasPrefix(c.path, "/api/"):
				assertSecure(t, c.path, got)
			}
			if bare := w.do(t, http.MethodHead, c.path, ""); bare.status != c.status || bare.body != "" {
				t.Errorf("HEAD: got %d and %d bytes", bare.status, len(bare.body))
			}
		})
	}
}
