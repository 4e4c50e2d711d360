package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// population is what the people of two wards are known to be.
const population = "figure,agency,period,cell,value,source,checked\n" +
	"population,x1,2026,,3000,census,yes\npopulation,x2,2026,,1000,census,yes\n"

// TestWeigh: the folder and a running server that has it open write the same
// bytes; the satisfied ward has three quarters of the people.
func TestWeigh(t *testing.T) {
	t.Parallel()
	data, surveys := stored(t)
	dir := t.TempDir()
	margins, weights := filepath.Join(dir, "margins.csv"), filepath.Join(dir, "weights.csv")
	write(t, margins, population)
	args := []string{"weigh", "--data", data, "--survey", "trial", "--margins", margins, "--by", "agency", "--lang", "en"}
	files := func() string { return read(t, weights) + read(t, filepath.Join(dir, "weights.codebook.csv")) }
	table := good(t, append(args, "--weights-out", weights)...)
	document := good(t, append(args, "--format", "json")...)
	kept := files()

	records, err := csv.NewReader(strings.NewReader(table.stdout)).ReadAll()
	if err != nil || len(records) < 4 || records[0][0] != "agency" || records[1][9] != "75.00" || records[1][7] != "8" {
		t.Errorf("got %v, %v, want 75.00 of 8 respondents", records, err)
	}
	for _, want := range []string{"8 respondents stand for 4,000 people (2026).", "people of each stratum per respondent", "wrote " + weights} {
		if !strings.Contains(table.stderr, want) {
			t.Errorf("got %s, want %s", table.stderr, want)
		}
	}
	if want := "agency,channel,respondents,base_weight,weight\r\nx1,link,4,750,750\r\nx2,link,4,250,250\r\n"; read(t, weights) != want {
		t.Errorf("got %q, want %q", read(t, weights), want)
	}
	if info, err := os.Stat(weights); err != nil || info.Mode().Perm() != private {
		t.Errorf("got %v, %v, want a file for its owner only", info, err)
	}
	var doc struct {
		Method    string
		Weighting struct{ Respondents int }
		Rows      []struct{ Estimate *float64 }
	}
	if err := json.Unmarshal([]byte(document.stdout), &doc); err != nil || doc.Weighting.Respondents != 8 || *doc.Rows[0].Estimate != 75 || len(doc.Method) != 64 {
		t.Errorf("got %+v, %v", doc, err)
	}

	s := serve(t, data, "--surveys", surveys)
	if got := good(t, append(args, "--weights-out", weights)...); got.stdout != table.stdout || got.stderr != table.stderr || files() != kept {
		t.Errorf("got %s%s from the server, want %s%s", got.stdout, got.stderr, table.stdout, table.stderr)
	}
	if got := good(t, append(args, "--format", "json")...); got.stdout != document.stdout {
		t.Errorf("got %s from the server, want %s", got.stdout, document.stdout)
	}
	weighNothing(t, args, dir, true)
	s.stop(t)
	weighNothing(t, args, dir, false)
}

// weighNothing tries what can't be weighted.
func weighNothing(t *testing.T, args []string, dir string, running bool) {
	t.Helper()
	broken := filepath.Join(dir, "broken.csv")
	write(t, broken, population+"population,x3,2026,,5,census,yes\n")
	empty := filepath.Join(dir, "empty.csv")
	write(t, empty, "")
	for want, more := range map[string][]string{
		`no agency has the id or code "x3"`:                       {"--margins", broken},
		"the file is empty":                                       {"--margins", empty},
		"no such file":                                            {"--margins", filepath.Join(dir, "none.csv")},
		`rake: There is no margin "sex".`:                         {"--rake", "sex"},
		"--trim takes two numbers":                                {"--trim", "3"},
		"trim: Give two numbers":                                  {"--trim", "3,0.3"},
		`by: Rows can't be asked by "sex".`:                       {"--by", "sex"},
		"There is no such survey":                                 {"--survey", "none"},
		"There is no population of the period \"2025\". There is": {"--period", "2025"},
	} {
		got := call(t, append(args, more...)...)
		if got.code != 1 || !strings.Contains(got.stderr, want) || got.stdout != "" {
			t.Errorf("running %v, %v: got %+v, want %s", running, more, got, want)
		}
	}
}
