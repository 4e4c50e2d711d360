package importer

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestSurveyJS(t *testing.T) {
	t.Parallel()
	r := importFile(t, "testdata/survey.json", surveyjs)
	want := `first: satisfied needs again stars age code mail when
second: words why inner_title m order several several_one several_two double nps
`
	if diff := cmp.Diff(want, layout(r.File)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := r.File.Pages[1].ShowIf; got != "satisfied = 'item2' or selected(needs, 'a')" {
		t.Errorf("got %s", got)
	}
	shown(t, r, map[string]string{
		"why": "again = 'yes' and stars >= 3 and (selected(needs, 'a') or selected(needs, 'b'))", "m": "answered(age)", "words": "", "nps": "",
	})
	outcomes(t, r, map[string]Outcome{
		"Satisfied": Changed, "needs": Mapped, "total": Refused, "place": Refused, "people": Refused, "grid": Refused, "upload": Refused, "inner": Changed, "nps": Changed,
	})
	if e := entryFor(t, r.Report, "nps"); !e.Look || !strings.Contains(e.String(), "people") {
		t.Errorf("nps: %s", e)
	}
	f := r.File
	if why := itemOf(t, f, "why"); why.RequiredIf != "age > 18" || why.Type != "long_text" {
		t.Errorf("why: %+v", why)
	}
	if needs := itemOf(t, f, "needs"); needs.Order != "random" || *needs.MaxChoices != 2 || !needs.Options[3].Exclusive {
		t.Errorf("needs: %+v", needs)
	}
	if again := itemOf(t, f, "again"); again.Type != "yes_no" || again.Options[0].Label["vi"] != "Có" {
		t.Errorf("again: %+v", again)
	}
	if stars := itemOf(t, f, "stars"); stars.Type != "rating" || stars.Low["vi"] != "Kém" || *stars.Max != 5 {
		t.Errorf("stars: %+v", stars)
	}
	if code := itemOf(t, f, "code"); code.Pattern != "[A-Z]{2}" || code.Message["vi"] != "Hai chữ" || *code.MinChars != 2 {
		t.Errorf("code: %+v", code)
	}
	if when := itemOf(t, f, "when"); when.Type != "date" || when.Latest != "2030-01-31" {
		t.Errorf("when: %+v", when)
	}
	if m := itemOf(t, f, "m"); m.Type != "matrix" || !m.Required || m.Rows[1].ID != "m_r_2" {
		t.Errorf("m: %+v", m)
	}
	if words := itemOf(t, f, "words"); words.Text["vi"] != "Ông/bà chọn **${satisfied}**" {
		t.Errorf("words: %+v", words)
	}
}

func TestSurveyJSExpressions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{"{a} = 'x' and {n} > 3", "a = 'x' and n > 3"},
		{"{a} == x or !({n} >= 3)", "a = 'x' or not answered(n) or n < 3"},
		{"{a} <> 'x'", "not answered(a) or a != 'x'"},
		{"{b} = true", "b = 'yes'"},
		{"{b} = 'false'", "b = 'no'"},
		{"{b}", "b = 'yes'"},
		{"{a} empty", "not answered(a)"},
		{"{a} notempty && {n} notempty", "answered(a) and answered(n)"},
		{"{m} contains 'x'", "selected(m, 'x')"},
		{"{m} notcontains 'x'", "not answered(m) or not selected(m, 'x')"},
		{"{m} allof ['x', 'y']", "selected(m, 'x') and selected(m, 'y')"},
		{"{a} anyof ['x', 'y']", "a = 'x' or a = 'y'"},
		{"{m} noneof ['x']", "not answered(m) or not selected(m, 'x')"},
		{"{t} contains 'hi'", "contains(t, 'hi')"},
		{"age({d}) >= 18", "age(d) >= 18"},
		{"iif({n} > 1, 2, 3) = 2", "if(answered(n) and n > 1, 2, 3) = 2"},
		{"{d} < today()", "d < today()"},
		{"{n} % 2 = 0", "n - 2 * int(n / 2) = 0"},
		{"{gone} = 1", ""},
		{"sumInArray({m}, 'x') > 1", ""},
		{"{n} ^ 2 > 1", ""},
	} {
		src := `{"locale": "en", "pages": [{"elements": [
		 {"type": "radiogroup", "name": "a", "choices": ["x", "y"]}, {"type": "text", "inputType": "number", "name": "n"}, {"type": "boolean", "name": "b"},
		 {"type": "checkbox", "name": "m", "choices": ["x", "y"]}, {"type": "text", "name": "t"}, {"type": "text", "inputType": "date", "name": "d"}]},
		 {"elements": [{"type": "text", "name": "last", "visibleIf": "` + c.src + `"}]}]}`
		r, err := surveyjs(bytes.NewReader([]byte(src)))
		must(t, err)
		checkResult(t, r)
		if got := itemOf(t, r.File, "last").ShowIf; got != c.want {
			t.Errorf("%s\n got %s\nwant %s\n%s", c.src, got, c.want, entryFor(t, r.Report, "last"))
		}
		if e := entryFor(t, r.Report, "last"); e.Look != (c.want == "") {
			t.Errorf("%s: %s", c.src, e)
		}
	}
}

func TestFormulosity(t *testing.T) {
	t.Parallel()
	r, err := Formulosity(os.DirFS("testdata/formulosity"), Options{})
	must(t, err)
	checkResult(t, r)
	if got := layout(r.File); got != "questions: gender ong_ba_thich_gi name note when stars order again mail\n" {
		t.Errorf("got %s", got)
	}
	if likes := itemOf(t, r.File, "ong_ba_thich_gi"); likes.Options[1].Code != "lich_su" || *likes.MaxChoices != 2 {
		t.Errorf("likes: %+v", likes)
	}
	outcomes(t, r, map[string]Outcome{"upload": Refused, "gender": Mapped, "stars": Changed})
}

func TestFormulosityUnreadable(t *testing.T) {
	t.Parallel()
	good := &fstest.MapFile{Data: []byte("title: T\n")}
	for name, folder := range map[string]fs.FS{
		"nothing": fstest.MapFS{},
		"half":    fstest.MapFS{"metadata.yaml": good},
		"alias":   fstest.MapFS{"metadata.yaml": good, "questions.yaml": {Data: []byte("questions:\n- &a {type: date, label: A}\n- *a\n")}},
		"deep":    fstest.MapFS{"metadata.yaml": good, "questions.yaml": {Data: []byte(strings.Repeat("[", 10_000))}},
		"shape":   fstest.MapFS{"metadata.yaml": good, "questions.yaml": {Data: []byte("questions: 7\n")}},
		"none":    fstest.MapFS{"metadata.yaml": good, "questions.yaml": {Data: []byte("questions: []\n")}},
		"large":   fstest.MapFS{"metadata.yaml": good, "questions.yaml": {Data: bytes.Repeat([]byte("a"), 1<<20+1)}},
		"parts":   fstest.MapFS{"metadata.yaml": good, "questions.yaml": {Data: []byte("questions: [" + strings.Repeat("1,", 200_000) + "]")}},
	} {
		if r, err := Formulosity(folder, Options{}); err == nil || !strings.Contains(err.Error(), "; ") {
			t.Errorf("%s: %v %+v", name, err, r.File)
		}
	}
}
