package importer

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func importFile(t *testing.T, file string, read func(*bytes.Reader) (Result, error)) Result {
	t.Helper()
	data, err := os.ReadFile(file)
	must(t, err)
	r, err := read(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v\n%v", file, err, r.Report.Entries)
	}
	checkResult(t, r)
	return r
}

func lss(r *bytes.Reader) (Result, error) { return LimeSurveyLSS(r, r.Size(), Options{}) }

func tsv(r *bytes.Reader) (Result, error) { return LimeSurveyTSV(r, r.Size(), Options{}) }

func surveyjs(r *bytes.Reader) (Result, error) { return SurveyJS(r, r.Size(), Options{}) }

// shown compares conditions, by id.
func shown(t *testing.T, r Result, want map[string]string) {
	t.Helper()
	for id, condition := range want {
		if got := itemOf(t, r.File, id).ShowIf; got != condition {
			t.Errorf("%s: got %q, want %q", id, got, condition)
		}
	}
}

func outcomes(t *testing.T, r Result, want map[string]Outcome) {
	t.Helper()
	for name, outcome := range want {
		if e := entryFor(t, r.Report, name); e.Outcome != outcome {
			t.Errorf("%s, want %s", e, outcome)
		}
	}
}

func TestLimeSurveyLSS(t *testing.T) {
	t.Parallel()
	r := importFile(t, "testdata/survey.lss", lss)
	want := `phan_mot: q1 arr m
phan_hai: dual_0 dual_1 num eq short many many_x words yn why
`
	// the words show an answer of an earlier page, so that nothing is cut
	if diff := cmp.Diff(want, layout(r.File)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.File.Pages[1].ShowIf != "q1 = 'a1'" {
		t.Errorf("got %s", r.File.Pages[1].ShowIf)
	}
	shown(t, r, map[string]string{
		"q1": "", "arr": "q1 = 'a1'", "dual_0": "arr_r1 >= 2 and answered(m) or selected(m, 'b')", "why": "not answered(yn) or yn != 'yes'",
	})
	outcomes(t, r, map[string]Outcome{"q1": Changed, "num": Mapped, "nums": Refused, "m": Changed, "dual": Changed, "yn": Mapped})
	if q1 := itemOf(t, r.File, "q1"); !q1.Required || len(q1.Options) != 3 || !q1.Options[2].Other || q1.Options[0].Label["vi"] != "Có, luôn thế" || q1.Text["en"] != "Are you satisfied?" {
		t.Errorf("q1: %+v", q1)
	}
	if num := itemOf(t, r.File, "num"); num.Type != "integer" || *num.Min != 0 || *num.Max != 100 {
		t.Errorf("num: %+v", num)
	}
	if m := itemOf(t, r.File, "m"); !m.Options[1].Exclusive || m.Required {
		t.Errorf("m: %+v", m)
	}
	if eq := itemOf(t, r.File, "eq"); eq.Calculate != "num * 2" {
		t.Errorf("eq: %+v", eq)
	}
	if short := itemOf(t, r.File, "short"); short.Pattern != "[0-9]{4}" || short.Message["vi"] == "" {
		t.Errorf("short: %+v", short)
	}
	if words := itemOf(t, r.File, "words"); words.Text["vi"] != "Ông/bà đã chọn **${q1}**. …" {
		t.Errorf("words: %+v", words)
	}
	if f := r.File; f.Title["vi"] != "Khảo sát" || f.Title["en"] != "Survey" || f.Thanks["vi"] != "Cảm ơn" || f.Pages[0].Note["vi"] != "Xin *đọc kỹ*." || f.Languages[0] != "vi" {
		t.Errorf("head: %v %v %v %v", f.Title, f.Thanks, f.Pages[0].Note, f.Languages)
	}
	if e := entryFor(t, r.Report, "m"); !e.Look || !strings.Contains(e.String(), "array_filter") {
		t.Errorf("m: %s", e)
	}
}

// Before version 4 texts stand in the tables, and conditions in one of their own.
func TestLimeSurveyOldLSS(t *testing.T) {
	t.Parallel()
	r := importFile(t, "testdata/old.lss", lss)
	shown(t, r, map[string]string{"third": "(first = 'a1' or first = 'a2') and selected(second, 'b')"})
	if third := itemOf(t, r.File, "third"); third.Text["en"] != "Why ${first}?" {
		t.Errorf("third: %+v", third)
	}
}

func TestLimeSurveyTSV(t *testing.T) {
	t.Parallel()
	r := importFile(t, "testdata/survey.txt", tsv)
	want := `phan_mot: q1 arr
phan_hai: m d r p pcomment qq qq_k1
`
	if diff := cmp.Diff(want, layout(r.File)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	shown(t, r, map[string]string{"arr": "q1 = 'a1'", "m": "arr_s1 > 3"})
	outcomes(t, r, map[string]Outcome{"up": Refused, "quota1": Changed, "m": Mapped, "p": Changed})
	m := itemOf(t, r.File, "m")
	if m.Order != "random" || *m.MinChoices != 1 || m.Options[0].Label["en"] != "A in English" || m.Text["en"] != "Choose" {
		t.Errorf("m: %+v", m)
	}
	if s := r.File.Scales["points5"]; len(s.Options) != 5 || *s.Options[4].Value != 5 {
		t.Errorf("points5: %+v", s)
	}
}

func TestExpressionScript(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{`q1.NAOK == "A1"`, "q1 = 'a1'"},
		{`((q1.NAOK eq 'A1'))`, "q1 = 'a1'"},
		{`q1 != "A1" and !is_empty(arr_s1)`, "q1 != 'a1' and answered(arr_s1)"},
		{`!(q1.NAOK == "A1") || arr_s2.NAOK ge 4`, "q1 != 'a1' or arr_s2 >= 4"},
		{`777X1X1.NAOK == "A1"`, ""},
		{`if(q1 == "A1", arr_s1 > 3, 1)`, "q1 = 'a1' and arr_s1 > 3 or q1 != 'a1'"},
		{`count(arr_s1, arr_s2) > 1`, "if(answered(arr_s1), 1, 0) + if(answered(arr_s2), 1, 0) > 1"},
		{`q1.shown == "Có"`, ""},
		{`TOKEN:ATTRIBUTE_1 == "x"`, ""},
		{`1`, ""},
		{``, ""},
	} {
		data, err := os.ReadFile("testdata/survey.txt")
		must(t, err)
		quoted := `"` + strings.ReplaceAll(c.src, `"`, `""`) + `"`
		data = bytes.Replace(data, []byte("arr_s1.NAOK > 3"), []byte(quoted), 1)
		r, err := tsv(bytes.NewReader(data))
		must(t, err)
		checkResult(t, r)
		if got := itemOf(t, r.File, "m").ShowIf; got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.src, got, c.want)
		}
		if lost := c.want == "" && len(c.src) > 1; lost != entryFor(t, r.Report, "m").Look {
			t.Errorf("%s: %s", c.src, entryFor(t, r.Report, "m"))
		}
	}
}

func TestLimeSurveyUnreadable(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(*bytes.Reader) (Result, error){"lss": lss, "tsv": tsv, "json": surveyjs} {
		for _, data := range []string{"", "x", "<document></document>", "<a><b>", "{}", "[]", "{\"pages\":[]}", "class\tname\nG\tx\n", "\xff\xfex", "class\n\"x"} {
			r, err := read(bytes.NewReader([]byte(data)))
			if err == nil || !strings.Contains(err.Error(), "; ") {
				t.Errorf("%s of %q: %v %+v", name, data, err, r.File)
			}
		}
	}
}
