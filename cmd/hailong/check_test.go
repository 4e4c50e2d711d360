package main

import (
	"encoding/json"
	"io/fs"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/surveys"
)

// housing is a good survey with a bit of everything, to be broken.
const housing = "testdata/housing/survey.yaml"

// Each mistake is found from the message alone: it names the line, with a caret
// below the place, and says what to do.
func TestBreakAFile(t *testing.T) {
	t.Parallel()
	good := read(t, housing)
	for name, c := range map[string]struct{ old, broken, line, say string }{
		"a space is missing":      {"      - id: heating", "     - id: heating", "     - id: heating", "wrong indent"},
		"a bracket is open":       {`en: "Housing"}` + "\nlang", `en: "Housing"` + "\nlang", "languages: [vi, en]", "the one before"},
		"a quote is open":         {`en: "Wood"`, `en: "Wood`, "exclusive: true", "the one before"},
		"a tab":                   {"        required: true", "\trequired: true", "\trequired: true", "not with tabs"},
		"a misspelt key":          {"show_if: ", "showif: ", "showif: ", `did you mean "show_if"?`},
		"a misspelt type":         {"type: integer", "type: integr", "integr", `did you mean "integer"?`},
		"no type":                 {"        type: text\n", "", "id: plate", "add type:"},
		"a key of another type":   {"type: decimal", "type: decimal\n        lines: 3", "lines: 3", "is for long_text, text"},
		"a code that is no text":  {`code: "1"`, "code: 1", "code: 1", `put it in quotes: "1"`},
		"a code that is a truth":  {"code: wood", "code: no", "code: no", `put it in quotes: "no"`},
		"a truth in quotes":       {"exclusive: true", `exclusive: "true"`, `exclusive: "true"`, "without quotes"},
		"a date without quotes":   {`"2026-06-30"`, "2026-06-30", "closes: 2026-06-30", `put it in quotes: "2026-06-30"`},
		"an id twice":             {"id: quality", "id: rooms", "id: rooms", "there twice"},
		"an unknown item":         {"rooms > 1", "room > 1", "room > 1", `did you mean "rooms"?`},
		"an unknown option":       {"'gas'", "'gaz'", "'gaz'", "use one of gas, none, wood"},
		"half a condition":        {"rooms > 1", "rooms >", "rooms >", "missing"},
		"a number against words":  {"rooms > 1", "rooms = 'many'", "'many'", "compare it with a number"},
		"a condition on itself":   {"rooms > 1", "gas_bill > 1", "gas_bill > 1", "cyclic"},
		"limits the wrong way":    {"min: 1", "min: 30", "max: 20", "max is below min"},
		"an unknown scale":        {"scale: agree", "scale: agreed", "scale: agreed", `did you mean "agree"?`},
		"half a pattern":          {"[0-9]+", "[0-9+", "[0-9+", "write ] at its end"},
		"a pattern that hangs":    {"[0-9]+", "([0-9]+)+", "([0-9]+)+", "too many ways"},
		"a month 13":              {"2000-01-01", "2000-13-01", "2000-13-01", `write it as "2026-03-31"`},
		"an unknown factor item":  {"items: [quality]", "items: [qualty]", "items: [qualty]", `did you mean "quality"?`},
		"what can't be scored":    {"items: [quality]", "items: [moved]", "items: [moved]", "can't be scored"},
		"weights":                 {"weight: 1,", "weight: 0.5,", "weight: 0.5", "not to 1"},
		"a code of no option":     {`codes: ["2"]`, `codes: ["3"]`, "items: [quality]", `counts the code "3"`},
		"an unknown channel":      {"qr]", "qrcode]", "qrcode]", "use one of link, qr"},
		"a gap":                   {"Với ${rooms}", "Với ${room}", "${room} phòng", `did you mean "rooms"?`},
		"an unknown measure":      {"measure: good", "measure: best", "measure: best", "known here: good"},
		"a check of another page": {"item: quality", "item: rooms", "item: rooms", "not on the page"},
		"one text":                {`text: {vi: "Mấy phòng?", en: "How many rooms?"}`, "text: Mấy phòng", "text: Mấy phòng", "{vi: "},
		"a label at the wrong place": {
			`label: {vi: "Củi", en: "Wood"}`, `vi: "Củi", en: "Wood"`, `vi: "Củi"`, "known here: code, value, label",
		},
	} {
		src := strings.Replace(good, c.old, c.broken, 1)
		if src == good {
			t.Errorf("%s: nothing was broken", name)
			continue
		}
		got := callWith(t, strings.NewReader(src), "check", "-")
		lines := strings.Split(got.stderr, "\n")
		found := false
		for i := 0; i+2 < len(lines); i++ {
			found = found || strings.HasPrefix(lines[i], "stdin:") && strings.Contains(lines[i], c.say) &&
				strings.Contains(lines[i+1], c.line) && strings.TrimSpace(lines[i+2]) == "^"
		}
		if got.code != 1 || got.stdout != "" || !found {
			t.Errorf("%s: got code %d and %s%s, want %q at %q", name, got.code, got.stdout, got.stderr, c.say, c.line)
		}
	}
}

func TestCheckWarnings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "housing", "survey.yaml")
	write(t, file, strings.Replace(read(t, housing), `, en: "Housing"}`, "}", 2))
	lenient := good(t, "check", file)
	if !strings.Contains(lenient.stderr, "0 mistakes, 2 warnings in 1 file\n") || !strings.Contains(lenient.stderr, ": warning: ") ||
		!strings.HasSuffix(lenient.stdout, "no mistakes, but 2 warnings\n") {
		t.Errorf("got %+v", lenient)
	}
	strict := call(t, "check", "--strict", file)
	if strict.code != 1 || !strings.Contains(strict.stderr, "2 mistakes in 1 file\n") || strings.Contains(strict.stderr, "warning") || strict.stdout != "" {
		t.Errorf("strict: got %+v", strict)
	}
	strict = call(t, "check", "--strict", "--format", "json", file)
	if strict.code != 1 || !strings.Contains(strict.stdout, `"mistakes": 2,`) || strict.stderr != "" {
		t.Errorf("strict JSON: got %+v", strict)
	}
}

func TestCheckJSON(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "housing", "survey.yaml"), read(t, housing))
	write(t, filepath.Join(dir, "broken", "survey.yaml"), strings.Replace(strings.Replace(read(t, housing), "min: 1", "mim: 1", 1), "survey: housing", "survey: other", 1))
	got := call(t, "check", "--format", "json", dir)
	var document checkDocument
	if err := json.Unmarshal([]byte(got.stdout), &document); err != nil {
		t.Fatal(err)
	}
	version := ""
	if len(document.Surveys) == 1 {
		version = document.Surveys[0].Version
	}
	want := checkDocument{
		Files: 2, Mistakes: 1,
		Found: []checkFinding{{
			filepath.Join(dir, "broken", "survey.yaml"), 16, 9, "error", `unknown key "mim"`, `did you mean "min"?`, "        mim: 1",
		}},
		Surveys: []checkSurvey{{"housing", version, 2, 6}},
	}
	if diff := cmp.Diff(want, document); diff != "" || len(version) != 64 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.code != 1 || got.stderr != "" {
		t.Errorf("got code %d and %s", got.code, got.stderr)
	}
	if empty := good(t, "check", "--format", "json", housing); !strings.Contains(empty.stdout, `"found": []`) {
		t.Errorf("nothing found: got %s", empty.stdout)
	}
}

// What SARIF 2.1.0 requires of a log, a run, a result and a region.
func TestCheckSARIF(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "đo lường", "survey.yaml"), strings.Replace(read(t, housing), "min: 1", "mim: 1", 1)+"thanks: {en: \"\\u0041\"}\n")
	write(t, filepath.Join(dir, "a.csv"), "id\n")
	got := call(t, "check", "--format", "sarif", dir, filepath.Join(dir, "a.csv"))
	if got.code != 1 || got.stderr != "" {
		t.Fatalf("got %+v", got)
	}
	type message struct{ Text string }
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct{ ID string }
				}
			}
			ColumnKind string
			Results    []struct {
				RuleID    string
				Level     string
				Message   message
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           *struct {
							StartLine, StartColumn int
							Snippet                *message
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Tool.Driver.Name != "hailong" || log.Runs[0].ColumnKind != "unicodeCodePoints" {
		t.Fatalf("got %+v", log)
	}
	rules := map[string]bool{}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		rules[rule.ID] = true
	}
	if len(log.Runs[0].Results) < 3 {
		t.Errorf("got %d results", len(log.Runs[0].Results))
	}
	for _, r := range log.Runs[0].Results {
		if !rules[r.RuleID] || r.Message.Text == "" || !slices.Contains([]string{"warning", "error"}, r.Level) || len(r.Locations) != 1 {
			t.Errorf("got %+v", r)
			continue
		}
		at := r.Locations[0].PhysicalLocation
		address, err := url.Parse(at.ArtifactLocation.URI)
		if err != nil || address.Scheme != "file" || !strings.HasPrefix(address.Path, filepath.ToSlash(dir)) {
			t.Errorf("address: got %v %v", address, err)
		}
		if at.Region != nil && (at.Region.StartLine < 1 || at.Region.StartColumn < 1 || at.Region.Snippet != nil && at.Region.Snippet.Text == "") {
			t.Errorf("region: got %+v", at.Region)
		}
	}
}

func TestCheckFindsPicturesBesideTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "house.png"), "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	src := strings.Replace(read(t, housing), "        min: 1", `        image: {file: house.png, alt: {vi: "Nhà", en: "House"}}`+"\n        min: 1", 1)
	write(t, filepath.Join(dir, "survey.yaml"), src)
	good(t, "check", filepath.Join(dir, "survey.yaml"))
	good(t, "check", dir)
	if got := callWith(t, strings.NewReader(src), "check", "-"); got.code != 1 || !strings.Contains(got.stderr, "house.png") {
		t.Errorf("from standard input: got %+v, want no picture in the working folder", got)
	}
}

// Nobody waits for check: BenchmarkCheck checks all that we ship.
func BenchmarkCheck(b *testing.B) {
	entries, err := fs.Glob(surveys.FS, "*/survey.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ReportMetric(float64(len(entries)), "surveys")
	for b.Loop() {
		good(b, "check")
	}
}

// A CSV file is one of agencies or of figures, as its header says.
func TestCheckFigures(t *testing.T) {
	t.Parallel()
	const header = "figure,agency,period,cell,value,source,checked,note\n"
	dir := t.TempDir()
	file := filepath.Join(dir, "population.csv")
	write(t, file, "# by hand\n"+header+"population,a1,2026,,120000,GSO,yes,\npopulation,a2,2026,,90000,GSO,yes,\n")
	if got := good(t, "check", file); got.stdout != file+": 2 figures, no mistakes\n" {
		t.Errorf("got %s", got.stdout)
	}
	agencies := filepath.Join(dir, "agencies.csv")
	write(t, agencies, read(t, "../../surveys/agencies.csv"))
	if got := good(t, "check", agencies); !strings.HasSuffix(got.stdout, " agencies, no mistakes\n") {
		t.Errorf("got %s", got.stdout)
	}
	write(t, file, header+"population,a1,2026-13,,120000,GSO,yes,\n")
	if got := call(t, "check", file); got.code != 1 || !strings.Contains(got.stderr, "population.csv:2:15: ") || got.stdout != "" {
		t.Errorf("a month 13: got %+v", got)
	}
	if got := call(t, "check", "--format", "sarif", file); got.code != 1 || !strings.Contains(got.stdout, `"ruleId": "figures"`) {
		t.Errorf("SARIF: got %+v", got)
	}
	// The figures of an index are checked with it.
	own := filepath.Join(dir, "par-index")
	for _, name := range []string{"index.yaml", "figures.csv"} {
		write(t, filepath.Join(own, name), read(t, "../../surveys/par-index/"+name))
	}
	if got := good(t, "check", filepath.Join(own, "figures.csv")); !strings.HasPrefix(got.stdout, "par-index: ") {
		t.Errorf("got %s", got.stdout)
	}
}
