package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hailong/internal/questionnaire"
)

// What export xlsform writes, import xlsform reads: the same questionnaire.
func TestExportAndImportXLSForm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	xlsx, out, report := filepath.Join(dir, "housing.xlsx"), filepath.Join(dir, "surveys"), filepath.Join(dir, "report.json")
	write(t, filepath.Join(out, schemaName), "{}")
	exported := good(t, "export", "xlsform", "testdata/housing", "--out", xlsx)
	if exported.stdout != "" || !strings.Contains(exported.stderr, "wrote "+xlsx) {
		t.Errorf("export: got %+v", exported)
	}
	got := good(t, "import", "xlsform", xlsx, "--out", out, "--report", report)
	file := filepath.Join(out, "housing", "survey.yaml")
	if got.stdout != "" || !strings.Contains(got.stderr, "wrote "+file) || !strings.Contains(got.stderr, " mapped, ") {
		t.Errorf("import: got %+v", got)
	}
	if !strings.HasPrefix(read(t, file), "# yaml-language-server: $schema=../survey.schema.json\n") {
		t.Errorf("editors do not find the schema: %.100s", read(t, file))
	}
	var counts struct{ Count struct{ Questions int } }
	if err := json.Unmarshal([]byte(read(t, report)), &counts); err != nil || counts.Count.Questions == 0 {
		t.Errorf("report: got %v %v", counts, err)
	}
	before, err := questionnaire.Load(os.DirFS("testdata"), "housing")
	if err != nil {
		t.Fatal(err)
	}
	after, err := questionnaire.Load(os.DirFS(out), "housing")
	if err != nil {
		t.Fatal(err)
	}
	if before.Questionnaire.Version != after.Questionnaire.Version {
		t.Errorf("another questionnaire:\n%s", read(t, file))
	}
	for _, args := range [][]string{
		{"export", "xlsform", "testdata/housing", "--out", xlsx},
		{"import", "xlsform", xlsx, "--out", out},
		{"import", "xlsform", xlsx, "--out", filepath.Join(dir, "new"), "--report", report},
	} {
		if got := call(t, args...); got.code != 1 || !strings.Contains(got.stderr, "is there already; give another name, or --force") {
			t.Errorf("%v: got %+v, want nothing to be written over", args, got)
		}
	}
	good(t, "import", "xlsform", xlsx, "--out", out, "--report", report, "--force")
	shown := good(t, "import", "xlsform", xlsx, "--slug", "other")
	if !strings.Contains(shown.stdout, "survey: other\n") || !strings.Contains(shown.stderr, "XLSForm: ") {
		t.Errorf("shown: got %+v", shown)
	}
	if got := good(t, "fmt", "--check", out); got.stdout != "" {
		t.Errorf("what is imported is not laid out: %s", got.stdout)
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.xlsx")
	write(t, broken, "no spreadsheet")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"import", "xlsform", broken}, 1, "broken.xlsx: "},
		{[]string{"import", "xlsform", dir}, 1, "this is a folder"},
		{[]string{"import", "surveyjs", broken}, 1, "broken.xlsx: "},
		{[]string{"import", "limesurvey", broken}, 1, "broken.xlsx: "},
		{[]string{"import", "formulosity", dir}, 1, "metadata.yaml"},
		{[]string{"import", "xlsform", filepath.Join(dir, "none.xlsx")}, 1, "no such file"},
		{[]string{"import", "typeform", broken}, 2, "must be one of"},
		{[]string{"import", "xlsform"}, 2, "expected \"<file>\""},
		{[]string{"export", "xlsform", "testdata/housing"}, 2, "missing flags: --out"},
		{[]string{"export", "codebook", dir}, 1, "name a survey.yaml or its folder"},
	} {
		got := call(t, c.args...)
		if got.code != c.code || !strings.Contains(got.stderr, c.want) || got.stdout != "" {
			t.Errorf("%v: got %+v, want %d and %q", c.args, got, c.code, c.want)
		}
	}
}

func TestImportOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	js := filepath.Join(dir, "form.json")
	write(t, js, `{"title":"Form","pages":[{"name":"p","elements":[{"type":"text","name":"q1","title":"Why?"}]}]}`)
	got := good(t, "import", "surveyjs", js, "--slug", "form", "--language", "en")
	if !strings.Contains(got.stdout, "id: q1") || !strings.Contains(got.stderr, "1 mapped") {
		t.Errorf("got %+v", got)
	}
	if got := callWith(t, strings.NewReader(got.stdout), "check", "-"); got.code != 0 {
		t.Errorf("what is imported has mistakes: %s", got.stderr)
	}
}

func TestExportCodebook(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{"md": "gas_bill", "json": `"id": "gas_bill"`, "csv": "gas_bill", "csv-excel": "\ufeff"} {
		if got := good(t, "export", "codebook", "testdata/housing", "--format", format); !strings.Contains(got.stdout, want) {
			t.Errorf("%s: got %s", format, got.stdout)
		}
	}
	out := filepath.Join(t.TempDir(), "book.md")
	good(t, "export", "codebook", housing, "--lang", "en", "-o", out)
	if !strings.Contains(read(t, out), "How many rooms?") {
		t.Errorf("got %s", read(t, out))
	}
	if got := call(t, "export", "codebook", housing, "-o", out); got.code != 1 || !strings.Contains(got.stderr, "--force") {
		t.Errorf("over a file: got %+v", got)
	}
}
