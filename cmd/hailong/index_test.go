package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const indicesOfTests = "testdata/indices"

// TestIndexScore: without a data folder an index is computed from the figures
// beside it; the numbers are worked out by hand.
func TestIndexScore(t *testing.T) {
	t.Parallel()
	got := good(t, "index", "score", "mini", "--surveys", indicesOfTests, "--lang", "en").stdout
	// cost of b: 1 + 9 × (32 − 20)/20 = 6.4; speed: 1 + 9 × (0.8 − 0.7)/0.25 = 4.6;
	// service 0.6 × 6.4 + 0.4 × 4.6 = 5.68; index 10 × (0.7 × 5.68 + 0.3 × 6) = 57.76
	want := []string{
		"unit,unit_name,level,period,value,se,low,high,error,rank,class,class_title,state,reason,part_service,part_openness",
		"a,Sở Công Thương,,2025,87.46,,,,fixed,1,good,Good,ok,,9.2800,7.5000",
		"c,Sở Tài chính,,2025,59.20,,,,fixed,2,fair,Fair,ok,,4.6000,9.0000",
		"b,Sở Nội vụ,,2025,57.76,,,,fixed,3,fair,Fair,ok,,5.6800,6.0000",
		"d,Sở Xây dựng,,2025,,,,,,,,,incomplete,missing (Cost): chưa gửi báo cáo,,5.0000",
		"e,Sở Y tế,,2025,,,,,,,,,withheld,unit_withheld: The data are being inspected,,",
	}
	lines := strings.Split(strings.TrimSpace(got), "\r\n")
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if path := good(t, "index", "score", "./"+indicesOfTests+"/mini", "--lang", "en").stdout; path != got {
		t.Error("the path of the folder gave something else than the id")
	}
	steps := good(t, "index", "score", "mini", "--surveys", indicesOfTests, "--steps").stdout
	if !strings.Contains(steps, "b,Sở Nội vụ,2025,speed,Thời gian,indicator,service,80,100,0.8,,,4.6000,0.4,0.4,1.8400,ok,,on_time / handled,Một cửa,yes") {
		t.Errorf("steps: got %s", steps)
	}
	firm := good(t, "index", "score", "mini", "--surveys", indicesOfTests, "--format", "json", "--sensitivity").stdout
	for _, want := range []string{`"sensitivity":{"spread":0.25,"draws":1000`, `"rank":null`, `"value":57.76`} {
		if !strings.Contains(firm, want) {
			t.Errorf("JSON lacks %s: %s", want, firm)
		}
	}
}

func TestIndexFigures(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "other.csv")
	write(t, file, strings.ReplaceAll(read(t, indicesOfTests+"/mini/figures.csv"), "cost,d,2025,,,Báo cáo 12,no,chưa gửi báo cáo", "cost,d,2025,,30,Báo cáo 13,no,"))
	if got := good(t, "index", "score", "mini", "--surveys", indicesOfTests, "--figures", file).stdout; !strings.Contains(got, ",4,fair,") {
		t.Errorf("got %s, want a fourth rank", got)
	}
}

func TestIndexRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "bad", "index.yaml"), strings.Replace(read(t, indicesOfTests+"/mini/index.yaml"), "id: mini", "id: bad\nroundign: 1", 1))
	write(t, filepath.Join(dir, "bad", "figures.csv"), "figure,agency,period,cell,value,source,checked,note\ncost,a,2025,,x,S,maybe,\n")
	cases := []struct {
		name   string
		args   []string
		code   int
		stderr []string
	}{
		{"nothing asked", []string{"index"}, 2, []string{"expected one of"}},
		{"unknown format", []string{"index", "score", "mini", "--format", "xlsx"}, 2, []string{"--format"}},
		{"unknown index", []string{"index", "score", "none", "--surveys", indicesOfTests}, 1, []string{"There is no such index."}},
		{"out of the folder", []string{"index", "score", "../..", "--surveys", indicesOfTests}, 1, []string{"There is no such index."}},
		{"unknown period", []string{"index", "score", "mini", "--surveys", indicesOfTests, "--period", "soon"}, 1, []string{"period: There is no such period."}},
		{"no folder", []string{"index", "list", "--surveys", "testdata/none"}, 1, []string{"is not a folder"}},
		{"no data folder", []string{"index", "score", "mini", "--surveys", indicesOfTests, "--data", dir}, 1, []string{"there is no data file"}},
		{"mistakes of both files", []string{"index", "check", dir}, 1, []string{"index.yaml:2:1", "roundign", "figures.csv:2", "maybe", "in 2 files"}},
		{"one folder", []string{"index", "check", filepath.Join(dir, "bad")}, 1, []string{"roundign"}},
		{"one file", []string{"check", filepath.Join(dir, "bad", "index.yaml")}, 1, []string{"roundign", "maybe"}},
		{"of check", []string{"check", dir}, 1, []string{"roundign"}},
		{"no index", []string{"index", "check", "testdata/trial"}, 1, []string{"has no folder with an index.yaml"}},
		{"no such path", []string{"index", "check", "testdata/none"}, 1, []string{"there is no file or folder"}},
		{"a server with it", []string{"serve", "--surveys", dir, "--data", t.TempDir()}, 1, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := call(t, c.args...)
			if got.code != c.code || got.stdout != "" {
				t.Errorf("got code %d, want %d: %s%s", got.code, c.code, got.stdout, got.stderr)
			}
			for _, want := range c.stderr {
				if !strings.Contains(got.stderr, want) {
					t.Errorf("got %s, want it to contain %q", got.stderr, want)
				}
			}
		})
	}
}

func TestIndexList(t *testing.T) {
	t.Parallel()
	want := "mini: Trial governance index (2025, 2024)\nmixed: Survey and figures (figures come with the data folder)\n"
	if got := good(t, "index", "list", "--surveys", indicesOfTests).stdout; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, args := range [][]string{{"index", "check", indicesOfTests}, {"check", indicesOfTests + "/mini"}, {"index", "check", indicesOfTests + "/mini/index.yaml"}} {
		if got := good(t, args...).stdout; !strings.Contains(got, "mini: 3 indicators, 21 figures, no mistakes") {
			t.Errorf("%v: got %s", args, got)
		}
	}
	good(t, "index", "list", "--format", "json")
	good(t, "index", "check")
}

// TestIndexOfData: an index of a survey and of loaded figures is the same from the
// data folder, from the server that has it open, and over the API.
func TestIndexOfData(t *testing.T) {
	t.Parallel()
	data, surveys := filepath.Join(t.TempDir(), "data"), surveysOf(t)
	if err := os.CopyFS(filepath.Join(surveys, "mixed"), os.DirFS(indicesOfTests+"/mixed")); err != nil {
		t.Fatal(err)
	}
	figures := filepath.Join(t.TempDir(), "f.csv")
	write(t, figures, "figure,agency,period,cell,value,source,checked,note\non_time,x1,2026,,90,S,yes,\non_time,x2,2026,,70,S,no,\n")
	s := serve(t, data, "--surveys", surveys)
	for i := range 40 {
		mustSubmit(t, s, "good"+strings.Repeat("i", i), satisfied)
		mustSubmit(t, s, "bad"+strings.Repeat("i", i), unsatisfied)
	}
	good(t, "figures", "load", figures, "--data", data)
	args := []string{"index", "score", "mixed", "--surveys", surveys, "--data", data, "--period", "2026", "--lang", "en", "--steps"}
	live := good(t, args...).stdout
	if got := get(t, s.url+"/api/v1/indices/mixed?period=2026&format=csv&steps=1&lang=en"); got != live {
		t.Errorf("API: got %s, want %s", got, live)
	}
	for _, want := range []string{"x1,Bac Giang Ward,2026,mixed,Survey and figures,index,", "on_time,On time,indicator,all,,,90,,,90.0000,0.5,0.5,45.0000,ok,,on_time,S,yes"} {
		if !strings.Contains(live, want) {
			t.Errorf("got %s, want it to contain %q", live, want)
		}
	}
	if page := get(t, s.url+"/results/index/mixed?period=2026&unit=x1&lang=en"); !strings.Contains(page, "Step by step: Bac Giang Ward") {
		t.Errorf("page: got %s", page)
	}
	s.stop(t)
	if got := good(t, args...).stdout; got != live {
		t.Errorf("after it served: got %s, want %s", got, live)
	}
}
