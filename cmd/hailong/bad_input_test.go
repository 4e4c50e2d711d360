package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// notNumbers finds what no output may hold.
var notNumbers = regexp.MustCompile(`(?i)[,:\s\[](nan|[+-]?inf|infinity)[,}\s\]]`)

// checkScores checks scores in JSON: a row has a number, or a state and a reason,
// and never a 0 in place of a number that is not told.
func checkScores(t *testing.T, what, document string) {
	t.Helper()
	var scores struct {
		Rows []struct {
			Agency, State, Reason     string
			N                         *int64
			Estimate, Low, High, Deff *float64
		}
	}
	if err := json.Unmarshal([]byte(document), &scores); err != nil {
		t.Fatalf("%s: %v in %s", what, err, document)
	}
	for _, r := range scores.Rows {
		switch r.State {
		case "ok", "low_base":
			if r.Estimate == nil || r.N == nil || *r.N == 0 {
				t.Errorf("%s: %s is %s without a number", what, r.Agency, r.State)
			}
		case "no_data":
			if r.Reason == "" || r.Estimate != nil || *r.N != 0 {
				t.Errorf("%s: %s has no data: %+v", what, r.Agency, r)
			}
		default:
			if r.Reason == "" || r.Estimate != nil || r.Low != nil || r.N != nil {
				t.Errorf("%s: %s is hidden: %+v", what, r.Agency, r)
			}
		}
	}
}

// checkEverything asks all that a server and the command line can be asked.
func checkEverything(t *testing.T, what string, s *serving, dir string) {
	t.Helper()
	var all []string
	for _, path := range []string{
		"/results/trial", "/results/trial?compare=parent", "/results/trial/method?lang=en", "/api/v1/surveys/trial/method",
		"/api/v1/surveys/trial/scores?format=csv", "/api/v1/surveys/trial/scores?format=receipt",
	} {
		all = append(all, get(t, s.url+path))
	}
	for _, query := range []string{"by=agency", "by=agency,item&compare=peers", "by=channel", "by=month,agency&compare=parent", "by=item&flags=without", "by=agency&flags=only"} {
		body := get(t, s.url+"/api/v1/surveys/trial/scores?"+query)
		checkScores(t, what+": "+query, body)
		all = append(all, body)
	}
	for _, args := range [][]string{
		{"score", "--internal", "--by", "agency,item", "--format", "json"},
		{"score", "--by", "agency,month"},
		{"score", "audit", "--format", "json"},
		{"quality", "--by", "agency,channel"},
		{"quality", "--by", "counter", "--format", "json"},
		{"quality", "--by", "day"},
	} {
		if got := call(t, append(args, "--data", dir, "--survey", "trial")...); got.code > 1 || got.stdout == "" {
			t.Errorf("%s: %q: got code %d, %s", what, args, got.code, got.stderr)
		} else {
			all = append(all, got.stdout)
		}
	}
	for _, text := range all {
		if found := notNumbers.FindString(text); found != "" {
			t.Errorf("%s: %q in %s", what, found, text)
		}
	}
}

// TestBadInput: whatever the answers and populations, every output has a number, or
// a state and a reason.
func TestBadInput(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	s := serve(t, dir, "--surveys", surveysOf(t, "min_n: 2", "min_n: 10"))
	defer s.stop(t)
	sent := 0
	answer := func(agency, channel, level string, n int) {
		for range n {
			sent++
			body := fmt.Sprintf(`{"agency":%q,"channel":%q,"answers":{"level":%q,"second":"4"}}`, agency, channel, level)
			if code, text, err := submit(t.Context(), s.url, fmt.Sprint("bad-input-", sent), body); err != nil || code != 201 {
				t.Fatalf("got %d %s %v", code, text, err)
			}
		}
	}
	people := func(lines string) {
		file := filepath.Join(t.TempDir(), "people.csv")
		write(t, file, "figure,agency,period,cell,value,source,checked\n"+lines)
		good(t, "figures", "load", file, "--data", dir)
	}
	checkEverything(t, "no answers", s, dir)
	answer("x1", "qr", "5", 1)
	checkEverything(t, "one answer", s, dir)
	answer("x1", "kiosk", "5", 34)
	checkEverything(t, "all the same", s, dir)
	answer("x1", "kiosk", "3", 5)
	answer("x2", "kiosk", "4", 20)
	answer("x2", "kiosk", "3", 12)
	checkEverything(t, "two agencies", s, dir)
	_, year, _ := strings.Cut(get(t, s.url+"/api/v1/surveys/trial/scores?by=month"), `"month":"`)
	year, _, _ = strings.Cut(year, "-")
	for _, c := range []struct{ what, lines, want string }{
		{"fully enumerated", "population,x1,%[1]s,,40,c,yes\npopulation,x2,%[1]s,,32,c,yes\n", ",complete,"},
		{"population smaller than the sample", "population,x1,%[1]s,,39,c,yes\n", "population_too_small"},
		{"nobody lives there", "population,x1,%[1]s,,0,c,yes\n", "population_too_small"},
		{"a stratum of one", "population,x1,%[1]s,channel=qr,10,c,yes\npopulation,x1,%[1]s,channel=kiosk,200,c,yes\n", ",yes,"},
	} {
		people(fmt.Sprintf(c.lines, year))
		checkEverything(t, c.what, s, dir)
		if got := good(t, "score", "--data", dir, "--survey", "trial").stdout; !strings.Contains(got, c.want) {
			t.Errorf("%s: %q is not in %s", c.what, c.want, got)
		}
	}
	for what, c := range map[string]struct{ lines, want string }{
		"no such people":       {"population,t24,%[1]s,channel=qr,0,c,yes\npopulation,t24,%[1]s,channel=kiosk,90,c,yes\n", "channel=qr: A population of 0"},
		"negative":             {"population,t24,%[1]s,channel=qr,-1,c,yes\n", "population is negative"},
		"an empty cell":        {"population,t24,%[1]s,channel=qr,9,c,yes\npopulation,t24,%[1]s,channel=kiosk,90,c,yes\npopulation,t24,%[1]s,channel=paper,9,c,yes\n", "channel=paper"},
		"margins that diverge": {"population,t24,%[1]s,channel=qr,300,c,yes\npopulation,t24,%[1]s,channel=kiosk,300,c,yes\npopulation,t24,%[1]s,level=3,300,c,yes\npopulation,t24,%[1]s,level=4,200,c,yes\npopulation,t24,%[1]s,level=5,100,c,yes\n", "can't be met together"},
		"too small":            {"population,x1,%[1]s,,3,c,yes\npopulation,x2,%[1]s,,300,c,yes\n", "There are 3 people, but 40"},
	} {
		file := filepath.Join(t.TempDir(), "margins.csv")
		write(t, file, "figure,agency,period,cell,value,source,checked\n"+fmt.Sprintf(c.lines, year))
		got := call(t, "weigh", "--data", dir, "--survey", "trial", "--margins", file, "--lang", "en")
		if got.code != 1 || got.stdout != "" || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: got code %d, %s%s", what, got.code, got.stdout, got.stderr)
		}
	}
}

// TestBadInputOfIndices: an indicator that is missing or has one value throughout
// leaves units without an index and says why; nothing at all is an error.
func TestBadInputOfIndices(t *testing.T) {
	t.Parallel()
	const file = `id: bad
title: {vi: Thử, en: Trial}
reference: thử
units: {list: [{id: a, name: A}, {id: b, name: B}, {id: c, name: C}]}
rounding: 2
min_units: 2
aggregate: AGGREGATE
missing: withhold
indicators:
  - {id: one, title: {vi: Một, en: One}, source: {figure: one}, scale: SCALE, weight: 50}
  - {id: two, title: {vi: Hai, en: Two}, source: {figure: two}, scale: SCALE, weight: 50}
`
	line := func(figure string, values ...string) string {
		out := ""
		for i, v := range values {
			if v != "" {
				out += fmt.Sprintf("%s,%c,2026,,%s,s,yes\n", figure, 'a'+i, v)
			}
		}
		return out
	}
	const minMax = "{method: min_max, low: 1, high: 10}"
	two := line("two", "1", "2", "3")
	for name, c := range map[string]struct {
		aggregate, scale, lines, want string
		code                          int
	}{
		"min is max":          {"arithmetic", minMax, line("one", "5", "5", "5") + two, "incomplete,all_equal (One)", 0},
		"no spread":           {"arithmetic", "{method: z}", line("one", "5", "5", "5") + two, "incomplete,all_equal (One)", 0},
		"missing for one":     {"arithmetic", minMax, line("one", "5", "", "7") + two, "incomplete,missing (One)", 0},
		"missing for all":     {"arithmetic", minMax, two, "incomplete,missing (One)", 0},
		"one unit":            {"arithmetic", minMax, line("one", "5") + line("two", "5"), "too_few_units", 0},
		"geometric of 0":      {"geometric", "as_is", line("one", "0", "2", "3") + two, "incomplete,", 0},
		"harmonic of below 0": {"harmonic", "as_is", line("one", "-1", "2", "3") + two, "incomplete,", 0},
		"nothing":             {"arithmetic", minMax, "", "period: There is no figure", 1},
		"goalposts are one":   {"arithmetic", "{method: goalposts, low: 1, high: 1}", two, "a scale from 1 to 1", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "bad", "index.yaml"), strings.NewReplacer("AGGREGATE", c.aggregate, "SCALE", c.scale).Replace(file))
			write(t, filepath.Join(dir, "bad", "figures.csv"), "figure,agency,period,cell,value,source,checked\n"+c.lines)
			for _, more := range [][]string{nil, {"--steps"}, {"--sensitivity", "--format", "json"}} {
				got := call(t, append([]string{"index", "score", filepath.Join(dir, "bad"), "--lang", "en"}, more...)...)
				text := got.stdout + got.stderr
				if got.code != c.code || notNumbers.MatchString(text) || more == nil && !strings.Contains(text, c.want) {
					t.Errorf("%q: got code %d, %s", more, got.code, text)
				}
			}
		})
	}
}
