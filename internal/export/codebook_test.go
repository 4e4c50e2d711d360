package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"hailong/internal/export"
	"hailong/internal/questionnaire"
)

// every is a questionnaire with every type of item.
func every(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	survey, err := questionnaire.Parse("trial", "every.yaml", read(t, "every.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return survey.Questionnaire
}

func TestCodebook(t *testing.T) {
	t.Parallel()
	q := every(t)
	c := export.NewCodebook(q)
	for name, write := range map[string]func(io.Writer) error{
		"codebook.json":  c.JSON,
		"codebook.csv":   func(w io.Writer) error { return c.CSV(w, false) },
		"codebook.en.md": func(w io.Writer) error { return c.Markdown(w, "en") },
		"codebook.vi.md": func(w io.Writer) error { return c.Markdown(w, "vi") },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		golden(t, name, bytes.ReplaceAll(b.Bytes(), []byte(q.Version[:12]), []byte("0123456789ab")))
		if err := write(&failing{left: 10}); err == nil {
			t.Errorf("%s: want the writer's error", name)
		}
	}
}

// Every variable, and every code that a file of responses may hold, is in every form.
func TestCodebookIsWhole(t *testing.T) {
	t.Parallel()
	q := every(t)
	c := export.NewCodebook(q)
	var b bytes.Buffer
	if err := c.CSV(&b, true); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !ok {
		t.Fatal(err, ok)
	}
	listed := map[string]bool{}
	for _, row := range rows[1:] {
		listed[row[1]+" "+row[2]+" "+row[3]] = true
	}
	b.Reset()
	if err := c.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var back export.Codebook
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Variables) != len(q.Variables()) {
		t.Fatalf("got %d variables, want %d", len(back.Variables), len(q.Variables()))
	}
	for i := range q.Variables() {
		v := &q.Variables()[i]
		if back.Variables[i].ID != v.ID || !listed[v.ID+" variable "] || !listed[v.ID+" missing skipped"] || !listed[v.ID+" missing not_asked"] {
			t.Errorf("%s is not there", v.ID)
		}
		for _, o := range v.Options() {
			if !listed[v.ID+" option "+o.Code] {
				t.Errorf("%s: option %s is not there", v.ID, o.Code)
			}
		}
	}
}

// Texts of authors are shown as they are, whatever they mean in Markdown.
func TestCodebookEscapes(t *testing.T) {
	t.Parallel()
	yaml := strings.Replace(string(read(t, "every.yaml")), `en: "Used?"`, `en: "<b>|*[x](y)*|`+"`"+`\n# z"`, 1)
	survey, err := questionnaire.Parse("trial", "every.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := export.NewCodebook(survey.Questionnaire).Markdown(&b, "en"); err != nil {
		t.Fatal(err)
	}
	if want := "\n\\<b\\>\\|\\*\\[x\\]\\(y\\)\\*\\|\\` \\# z\n"; !strings.Contains(b.String(), want) {
		t.Errorf("want %q in it", want)
	}
}
