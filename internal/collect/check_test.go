package collect

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Every case answers the sample questionnaire with level "4" unless it says
// otherwise.
func TestCheck(t *testing.T) {
	t.Parallel()
	q := load(t, "first.yaml").Questionnaire
	for _, c := range []struct{ sent, want, problems string }{
		// codes of a scale: as written, whether as a text or as a number
		{`"level":"4"`, "level=4", ""},
		{`"level":4`, "level=4", ""},
		{`"level":4.0`, "", "level:unknown_option"},
		{`"level":"4.0"`, "", "level:unknown_option"},
		{`"level":" 4"`, "", "level:unknown_option"},
		{`"level":4e0`, "", "level:unknown_option"},
		{`"level":-0`, "", "level:unknown_option"},
		{`"level":0`, "", "level:unknown_option"},
		{`"level":6`, "", "level:unknown_option"},
		{`"level":-1`, "", "level:unknown_option"},
		{`"level":5.5`, "", "level:unknown_option"},
		{`"level":1e999`, "", "level:unknown_option"},
		{`"level":9007199254740993`, "", "level:unknown_option"},
		{`"level":1` + strings.Repeat("0", 400), "", "level:unknown_option"},
		{`"level":true`, "", "level:wrong_type"},
		{`"level":{}`, "", "level:wrong_type"},
		{`"level":{"level":"4"}`, "", "level:wrong_type"},
		{`"level":[]`, "", "level:wrong_type"},
		{`"level":["4"]`, "", "level:wrong_type"},
		{`"level":["4","5"]`, "", "level:too_many_options"},
		{`"level":[["4"]]`, "", "level:wrong_type"},
		{`"level":null`, "", "level:required"},
		{`"level":""`, "", "level:required"},
		{`"level":"not_applicable"`, "level=not_applicable", ""},
		{`"level":["not_applicable"]`, "level=not_applicable", ""},
		{`"level":"dont_know"`, "", "level:unknown_missing"},
		{`"level":"skipped"`, "", "level:unknown_option"},
		{`"level":"not_asked"`, "", "level:unknown_option"},
		{`"level":"answered"`, "", "level:unknown_option"},
		{`"level":"Hài lòng"`, "", "level:unknown_option"},
		{`"place":"here"`, "level=4 place=here", ""},
		{`"place":"HERE"`, "level=4", "place:unknown_option"},
		{`"place":"dont_know"`, "level=4", "place:unknown_missing"},

		// codes that look like something else
		{`"when":"2026-01-01"`, "level=4 when=2026-01-01", ""},
		{`"when":"0123"`, "level=4 when=0123", ""},
		{`"when":123`, "level=4", "when:unknown_option"},
		{`"again":"yes"`, "level=4", ""}, // hidden

		// several
		{`"needs":["a","c"]`, "level=4 needs=+a+c", ""},
		{`"needs":["c","a"]`, "level=4 needs=+a+c", ""},
		{`"needs":"b"`, "level=4 needs=+b", ""},
		{`"needs":[]`, "level=4", ""},
		{`"needs":""`, "level=4", ""},
		{`"needs":["none"]`, "level=4 needs=+none", ""},
		{`"needs":["none","a"]`, "level=4", "needs:exclusive"},
		{`"needs":["a","none"]`, "level=4", "needs:exclusive"},
		{`"needs":["a","a"]`, "level=4", "needs:duplicate"},
		{`"needs":["a","e"]`, "level=4", "needs:unknown_option"},
		{`"needs":["a",""]`, "level=4", "needs:unknown_option"},
		{`"needs":["a",null]`, "level=4", "needs:wrong_type"},
		{`"needs":["a",["b"]]`, "level=4", "needs:wrong_type"},
		{`"needs":{"a":true}`, "level=4", "needs:wrong_type"},
		{`"needs":"dont_know"`, "level=4 needs=dont_know", ""},
		{`"needs":["dont_know"]`, "level=4 needs=dont_know", ""},
		{`"needs":["dont_know","a"]`, "level=4", "needs:exclusive"},
		{`"needs":["refused"]`, "level=4", "needs:unknown_missing"},
		{`"needs":["a","refused"]`, "level=4", "needs:unknown_missing"},

		// whole numbers
		{`"times":0`, "level=4 times=0", ""},
		{`"times":-0`, "level=4 times=0", ""},
		{`"times":50`, "level=4 times=50", ""},
		{`"times":51`, "level=4", "times:too_large"},
		{`"times":-1`, "level=4", "times:too_small"},
		{`"times":12.0`, "level=4 times=12", ""},
		{`"times":12.5`, "level=4", "times:not_a_whole_number"},
		{`"times":1e1`, "level=4", "times:not_a_number"},
		{`"times":1e999`, "level=4", "times:not_a_number"},
		{`"times":9007199254740993`, "level=4", "times:too_large"},
		{`"times":999999999999999`, "level=4", "times:too_large"},
		{`"times":"12"`, "level=4 times=12", ""},
		{`"times":"  7 "`, "level=4 times=7", ""},
		{`"times":"007"`, "level=4 times=7", ""},
		{`"times":"50.000"`, "level=4", "times:not_a_whole_number"}, // fifty thousand, to a Vietnamese reader
		{`"times":"5,0"`, "level=4", "times:not_a_whole_number"},
		{`"times":"12."`, "level=4", "times:not_a_number"},
		{`"times":"1 000"`, "level=4", "times:not_a_number"},
		{`"times":"+5"`, "level=4", "times:not_a_number"},
		{`"times":"--5"`, "level=4", "times:not_a_number"},
		{`"times":"-"`, "level=4", "times:not_a_number"},
		{`"times":"０"`, "level=4", "times:not_a_number"},
		{`"times":"0x1F"`, "level=4", "times:not_a_number"},
		{`"times":"NaN"`, "level=4", "times:not_a_number"},
		{`"times":"  "`, "level=4", ""},
		{`"times":null`, "level=4", ""},
		{`"times":true`, "level=4", "times:wrong_type"},
		{`"times":[5]`, "level=4", "times:wrong_type"},
		{`"times":"refused"`, "level=4", "times:not_a_number"},

		// numbers with two decimals
		{`"paid":12.5`, "level=4 paid=1250", ""},
		{`"paid":12.500`, "level=4 paid=1250", ""},
		{`"paid":0.29`, "level=4 paid=29", ""},
		{`"paid":-1.5`, "level=4 paid=-150", ""},
		{`"paid":-1.51`, "level=4", "paid:too_small"},
		{`"paid":12.345`, "level=4", "paid:too_many_decimals"},
		{`"paid":"12,5"`, "level=4 paid=1250", ""},
		{`"paid":"12.50"`, "level=4 paid=1250", ""},
		{`"paid":"12.500"`, "level=4", "paid:too_many_decimals"}, // twelve thousand five hundred
		{`"paid":"12,500"`, "level=4", "paid:too_many_decimals"},
		{`"paid":"1,2.3"`, "level=4", "paid:not_a_number"},
		{`"paid":"1.2,3"`, "level=4", "paid:not_a_number"},
		{`"paid":"1.2.3"`, "level=4", "paid:not_a_number"},
		{`"paid":",5"`, "level=4", "paid:not_a_number"},
		{`"paid":"5,"`, "level=4", "paid:not_a_number"},
		{`"paid":"5.-1"`, "level=4", "paid:not_a_number"},
		{`"paid":9999999999999`, "level=4 paid=999999999999900", ""},
		{`"paid":99999999999999`, "level=4", "paid:too_large"},
		{`"paid":-99999999999999.5`, "level=4", "paid:too_small"},
		{`"paid":1` + strings.Repeat("0", 400) + `.25`, "level=4", "paid:too_large"},
		{`"paid":"` + strings.Repeat("0", 400) + `1,5"`, "level=4 paid=150", ""},
		{`"paid":"refused"`, "level=4 paid=refused", ""},

		// texts
		{`"comment":"0123456789"`, `level=4 comment="0123456789"`, ""},
		{`"comment":"01234567890"`, "level=4", "comment:too_long"},
		{`"comment":"đđđđđđđđđđ"`, `level=4 comment="đđđđđđđđđđ"`, ""},
		{`"comment":"đđđđđđđđđđđ"`, "level=4", "comment:too_long"},
		{`"comment":"😀😀😀😀😀😀😀😀😀😀"`, `level=4 comment="😀😀😀😀😀😀😀😀😀😀"`, ""},
		{`"comment":"  0123456789\n\n"`, `level=4 comment="0123456789"`, ""},
		{`"comment":"Ha\u0300 No\u0323\u0302i"`, `level=4 comment="Hà Nội"`, ""},
		{`"comment":"o\u0302\u0301o\u0302\u0301o\u0302\u0301o\u0302\u0301o\u0302\u0301"`, `level=4 comment="ốốốốố"`, ""},
		{`"comment":"a\u0000b\u001bc\u007f"`, `level=4 comment="abc"`, ""},
		{`"comment":"a\r\nb\rc\td"`, `level=4 comment="a\nb\nc\td"`, ""},
		{`"comment":"a\u202eb\u2066c\u200fd\ufeffe\u061c"`, `level=4 comment="abcde"`, ""},
		{`"comment":"a\u200db"`, `level=4 comment="a\u200db"`, ""}, // joins emoji
		{`"comment":" \t\n\u00a0\u3000"`, "level=4", ""},
		{`"comment":"\u200b\u200b \u2060"`, "level=4", ""},
		{`"comment":"` + strings.Repeat(" ", 100_000) + `"`, "level=4", ""},
		{`"comment":""`, "level=4", ""},
		{`"comment":5`, "level=4", "comment:wrong_type"},
		{`"comment":["a","b"]`, "level=4", "comment:wrong_type"},
		{`"comment":"refused"`, "level=4 comment=refused", ""},
		{`"comment":"dont_know"`, `level=4 comment="dont_know"`, ""}, // not offered, so it is only a text
		{`"comment":"=cmd|'"`, `level=4 comment="=cmd|'"`, ""},

		// rows of a matrix
		{`"staff":{"staff_kind":"1","staff_fast":2}`, "level=4 staff_kind=1 staff_fast=2", ""},
		{`"staff_kind":"1","staff_fast":2`, "level=4 staff_kind=1 staff_fast=2", ""},
		{`"staff":{"staff_kind":"1"},"staff_fast":"2"`, "level=4 staff_kind=1 staff_fast=2", ""},
		{`"staff":{"staff_kind":"not_applicable"}`, "level=4 staff_kind=not_applicable", ""},
		{`"staff":{}`, "level=4", ""},
		{`"staff":null`, "level=4", ""},
		{`"staff":"1"`, "level=4", "staff:wrong_type"},
		{`"staff":["1","2"]`, "level=4", "staff:wrong_type"},
		{`"staff":{"staff_kind":"6"}`, "level=4", "staff_kind:unknown_option"},
		{`"staff":{"staff_kind":{"staff_kind":"1"}}`, "level=4", "staff_kind:wrong_type"},
		{`"staff":{"place":"here"}`, "level=4", "place:unknown_item"},
		{`"staff":{"office_clean":"1"}`, "level=4", "office_clean:unknown_item"}, // of another matrix
		{`"staff":{"staff":{"staff_kind":"1"}}`, "level=4", "staff:unknown_item"},
		{`"staff":{"kind":"1"}`, "level=4", "kind:unknown_item"},
		{`"place":{"here":"1"}`, "level=4", "place:wrong_type"},

		// sent twice
		{`"place":"here","place":"there"`, "", "place:duplicate"},
		{`"place":"here","place":"here"`, "", "place:duplicate"},
		{`"place":null,"place":"here"`, "", "place:duplicate"},
		{`"staff":{"staff_kind":"1"},"staff_kind":"1"`, "", "staff_kind:duplicate"},
		{`"staff":{"staff_kind":"1","staff_kind":"1"}`, "", "staff_kind:duplicate"},
		{`"staff":{"staff_kind":"1"},"staff":{"staff_fast":"1"}`, "", "staff:duplicate"},
		{`"staff":{"staff_kind":"1","staff_kind":"1","staff_fast":"9"}`, "", "staff_kind:duplicate"},
		{`"staff":null,"staff":{"staff_fast":"1"}`, "", "staff:duplicate"},
		{`"why":"a","why":"b"`, "", "why:duplicate"}, // though hidden

		// what nobody asks
		{`"agency_id":"x"`, "level=4", "agency_id:unknown_item"},
		{`"__proto__":"x","constructor":"y",".":1`, "level=4", "__proto__:unknown_item constructor:unknown_item .:unknown_item"},
		{`"":"x"`, "level=4", ":unknown_item"},
		{`"Level":"4"`, "level=4", "Level:unknown_item"},
		{`"` + strings.Repeat("x", 1<<20) + `":1`, "level=4", strings.Repeat("x", 40) + "…:unknown_item"},
	} {
		sent := c.sent
		if !strings.Contains(sent, `"level":`) {
			sent = `"level":"4",` + sent
		}
		var checker Checker
		checker.Check(q, &World{}, &Input{Answers: answers(t, "{"+sent+"}")}, 9)
		got := told(q, checker.Answers())
		if got != c.want || codes(checker.Problems()) != c.problems {
			t.Errorf("%.100s:\n got %s; problems %s\nwant %s; problems %s", c.sent, got, codes(checker.Problems()), c.want, c.problems)
		}
	}
}

// What a condition hides is not asked, whatever was sent for it; what it shows
// must be answered where that is required.
func TestCheckConditions(t *testing.T) {
	t.Parallel()
	q := load(t, "first.yaml").Questionnaire
	for _, c := range []struct{ sent, want, hidden, problems string }{
		{`{"level":"1","why":"slow"}`, `level=1 why="slow"`, "office_clean", ""},
		{`{"level":"1"}`, "level=1", "office_clean again", "why:required"},
		{`{"level":"1","why":"  "}`, "level=1", "office_clean again", "why:required"},
		{`{"level":"4","why":"slow","again":"yes"}`, "level=4", "why office_clean again", ""},
		{`{"level":"2","needs":["a"],"why":"x","office_clean":"1","again":"yes"}`, `level=2 needs=+a why="x" office_clean=1 again=yes`, "", ""},
		{`{"level":"2","needs":["b"],"why":"x","office":{"office_clean":"9"}}`, `level=2 needs=+b why="x"`, "office_clean", ""}, // wrong, but hidden
		{`{"level":"2","needs":"dont_know","why":"x"}`, `level=2 needs=dont_know why="x"`, "office_clean", ""},
		{`{"level":"not_applicable"}`, "level=not_applicable", "why office_clean again when", ""},
		{`{"level":"5"}`, "level=5", "why office_clean again when", ""},
		{`{"level":"5","times":2}`, "level=5 times=2", "why office_clean again when", ""},
		{`{"level":"5","times":3,"when":"0123"}`, "level=5 times=3 when=0123", "why office_clean again", ""},
		// an answer with a problem counts as missing
		{`{"level":"9","when":"0123"}`, "", "why office_clean again when", "level:unknown_option"},
	} {
		var checker Checker
		checker.Check(q, &World{}, &Input{Answers: answers(t, c.sent)}, 9)
		got := told(q, checker.Answers())
		if got != c.want || hidden(q, checker.Answers()) != c.hidden || codes(checker.Problems()) != c.problems {
			t.Errorf("%s:\n got %s; hidden %s; problems %s\nwant %s; hidden %s; problems %s", c.sent,
				got, hidden(q, checker.Answers()), codes(checker.Problems()), c.want, c.hidden, c.problems)
		}
	}
}

func TestCheckThrough(t *testing.T) {
	t.Parallel()
	q := load(t, "first.yaml").Questionnaire
	var checker Checker
	checker.Check(q, &World{}, &Input{Answers: answers(t, `{"place":"x","times":-1,"why":5}`)}, 0)
	if got, want := codes(checker.Problems()), "level:required place:unknown_option"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	checker.Check(q, &World{}, &Input{Answers: answers(t, `{"place":"x","times":-1}`)}, 1)
	if got, want := codes(checker.Problems()), "level:required place:unknown_option times:too_small"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	checker.Check(q, &World{}, &Input{}, -1)
	if got := codes(checker.Problems()); got != "" {
		t.Errorf("got %s of no page", got)
	}
}

// A checker is used for one submission after the other, of different
// questionnaires; nothing of one may show in the next.
func TestCheckerReuse(t *testing.T) {
	t.Parallel()
	long, short := load(t, "first.yaml").Questionnaire, load(t, "short.yaml").Questionnaire
	full := answers(t, `{"level":"1","place":"here","needs":["a","b"],"times":3,"paid":5,"comment":"secret","staff":{"staff_kind":"1","staff_fast":"1"},
		"why":"why","office_clean":"2","again":"yes","when":"0123","gone":1}`)
	twice := answers(t, `{"level":"2","place":"here","place":"here"}`)
	var checker Checker
	for range 3 {
		for _, c := range []struct {
			q                      *questionnaire.Questionnaire
			fields                 []Field
			want, hidden, problems string
		}{
			{long, full, `level=1 place=here needs=+a+b times=3 paid=500 comment="secret" staff_kind=1 staff_fast=1 why="why" office_clean=2 again=yes when=0123`, "", "gone:unknown_item"},
			{short, answers(t, `{"level":"x"}`), "", "", "level:unknown_option"},
			{long, nil, "", "why office_clean again when", "level:required"},
			{long, twice, "", hidden(long, make([]response.Answer, len(long.Variables()))), "place:duplicate"},
			{long, nil, "", "why office_clean again when", "level:required"},
			{short, answers(t, `{"level":"2"}`), "level=2", "", ""},
		} {
			checker.Check(c.q, &World{}, &Input{Answers: c.fields}, 9)
			got := told(c.q, checker.Answers())
			if got != c.want || hidden(c.q, checker.Answers()) != c.hidden || codes(checker.Problems()) != c.problems {
				t.Fatalf("got %s; hidden %s; problems %s", got, hidden(c.q, checker.Answers()), codes(checker.Problems()))
			}
		}
	}
}

func TestUnknownItemsAreTold(t *testing.T) {
	t.Parallel()
	q := load(t, "first.yaml").Questionnaire
	fields := answers(t, `{"level":"4"}`)
	for i := range 50_000 {
		fields = append(fields, Field{Item: "x" + strconv.Itoa(i), Value: Value{Kind: String, Text: "1"}})
	}
	var checker Checker
	checker.Check(q, &World{}, &Input{Answers: fields}, 9)
	if got := len(checker.Problems()); got != maxUnknown {
		t.Errorf("got %d problems, want %d", got, maxUnknown)
	}
}

func TestProblemsSayTheLimit(t *testing.T) {
	t.Parallel()
	q := load(t, "first.yaml").Questionnaire
	var checker Checker
	args := map[string]any{}
	for _, sent := range []string{`{"times":99,"paid":1.234,"comment":"this is too long"}`, `{"times":-99,"paid":1000000000000000}`, `{"paid":-2}`} {
		checker.Check(q, &World{}, &Input{Answers: answers(t, sent)}, 9)
		for _, p := range checker.Problems() {
			for name, value := range p.Args {
				args[p.Item+"."+name] = value
			}
		}
	}
	want := map[string]any{
		"times.max": 50.0, "times.min": 0.0, "paid.decimals": 2, "paid.max": 9999999999999.99, "paid.min": -1.5, "comment.max": 10, "comment.length": 16,
	}
	if diff := cmp.Diff(want, args); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTextThatIsNone(t *testing.T) {
	t.Parallel()
	q := load(t, "first.yaml").Questionnaire
	var checker Checker
	checker.Check(q, &World{}, &Input{Answers: []Field{
		{Item: "level", Value: Value{Kind: String, Text: "4"}},
		{Item: "comment", Value: Value{Kind: String, Text: "a\xffb"}},
	}}, 9)
	if got, want := codes(checker.Problems()), "comment:invalid_text"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzClean: what was cleaned is clean.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"Hà Nội", "Ha\u0300", "\r\n\r", "\u202eabc\x00", "e" + strings.Repeat("\u0301", 1000), "\ufeff \u0301", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := clean(s)
		if twice := clean(once); twice != once {
			t.Fatalf("%q became %q, then %q", s, once, twice)
		}
		if strings.ContainsAny(once, "\x00\r\x1b\u202e\u2066") {
			t.Fatalf("%q became %q", s, once)
		}
	})
}
