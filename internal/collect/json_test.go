package collect

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

func TestReadJSON(t *testing.T) {
	t.Parallel()
	got, err := ReadJSON(` {
		"agency": "x07210", "resolver": "x1", "wave": "2026-1", "service": "đất đai", "channel": "qr", "lang": "vi",
		"version": "0123abcd", "seconds": 75, "invitation": null,
		"consent": true, "parameters": {"campaign": "7", "b": null},
		"repeat": [{"agency": "so1", "answers": {"level": 1, "m": {"r": ["x"]}}}, {"answers": {}, "agency": "so2"}, {"agency": "so3"}],
		"answers": {"a": "5", "b": ["x", 2], "c": 2.50, "d": null, "e": true, "f": {"r": 1, "s": {}}, "g": [], "h": ["x", null], "": "\u0110\ud83d\ude00\n"}
	}`)
	want := &Input{
		Agency: "x07210", Resolver: "x1", Wave: "2026-1", Service: "đất đai", Channel: "qr", Lang: "vi",
		Version: "0123abcd", Seconds: 75, Consent: true, Parameters: map[string]string{"campaign": "7", "b": ""},
		Repeats: []Repeat{
			{"so1", []Field{{"level", Value{Kind: Number, Text: "1"}}, {"m", Value{Kind: Rows, Rows: []Field{{"r", Value{Kind: List, List: []string{"x"}}}}}}}},
			{Agency: "so2"},
			{Agency: "so3"},
		},
		Answers: []Field{
			{"a", Value{Kind: String, Text: "5"}},
			{"b", Value{Kind: List, List: []string{"x", "2"}}},
			{"c", Value{Kind: Number, Text: "2.50"}},
			{"d", Value{}},
			{"e", Value{Kind: Other, Text: "true"}},
			{"f", Value{Kind: Rows, Rows: []Field{{"r", Value{Kind: Number, Text: "1"}}, {"s", Value{Kind: Rows}}}}},
			{"g", Value{Kind: List}},
			{"h", Value{Kind: Other, List: []string{"x"}}},
			{"", Value{Kind: String, Text: "Đ😀\n"}},
		},
	}
	if diff := cmp.Diff(want, got, sameDevice()); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// manyNames is an object with n names.
func manyNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(`"x%d":1`, i)
	}
	return "{" + strings.Join(names, ",") + "}"
}

var numbered = regexp.MustCompile(`x\d+:`)

func TestReadJSONFaults(t *testing.T) {
	t.Parallel()
	const (
		malformed = "1 not_json"
		deep      = "1 json_too_deep"
	)
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for body, want := range map[string]string{
		`{}`:                 "stored",
		` { } `:              "stored",
		`{"answers":{}}`:     "stored",
		`{"agency":null}`:    "stored",
		`{"seconds":null}`:   "stored",
		`{"seconds":999999}`: "stored",

		// no JSON, or not only one object
		``: malformed, ` `: malformed, `[]`: malformed, `null`: malformed, `"a"`: malformed, `1`: malformed,
		`{`: malformed, `{"a"`: malformed, `{"a":`: malformed, `{"agency":"x"`: malformed, `{"agency":"x}`: malformed,
		`{"agency":"x",}`: malformed, `{,}`: malformed, `{"agency" "x"}`: malformed, `{agency:"x"}`: malformed, `{'agency':'x'}`: malformed,
		`{}{}`: malformed, `{} x`: malformed, `{}]`: malformed, "{}\x00": malformed, "\ufeff{}": malformed,
		`{"seconds":NaN}`: malformed, `{"seconds":Infinity}`: malformed, `{"seconds":+1}`: malformed, `{"seconds":01}`: malformed,
		`{"seconds":1.}`: malformed, `{"seconds":.5}`: malformed, `{"seconds":1e}`: malformed, `{"seconds":-}`: malformed, `{"seconds":0x1}`: malformed,
		`{"agency":nul}`: malformed, `{"agency":nullx}`: malformed, `{"agency":True}`: malformed, `{"a":// no`: malformed,
		`{"answers":{"a":[1,]}}`: malformed, `{"answers":{"a":[1 2]}}`: malformed, `{"answers":{"a":[}}`: malformed,

		// texts that are none
		"{\"agency\":\"a\xffb\"}": malformed, "{\"a\xc3\":1}": malformed, "{\"agency\":\"\xc0\xaf\"}": malformed, "{\"agency\":\"\xed\xa0\x80\"}": malformed,
		"{\"agency\":\"a\nb\"}": malformed, "{\"agency\":\"a\x00b\"}": malformed, `{"agency":"\x41"}`: malformed, `{"agency":"\u12"}`: malformed, `{"agency":"\u12g4"}`: malformed,
		`{"agency":"\u+123"}`: malformed, `{"agency":"\u1_23"}`: malformed, `{"agency":"\`: malformed, `{"agency":"\"}`: malformed,
		`{"agency":"\ud800"}`: malformed, `{"agency":"\ud800x"}`: malformed, `{"agency":"\udc00"}`: malformed, `{"agency":"\ud800\ud800"}`: malformed, `{"agency":"\ud800\u0041"}`: malformed,
		`{"agency":"\ud83d\ude00\ufffd"}`: "stored",

		// twice
		`{"agency":"a","agency":"a"}`: malformed, `{"answers":{},"answers":{}}`: malformed, `{"x":1,"x":1}`: malformed,
		`{"agency":null,"\u0061gency":"a"}`: malformed,

		// what lets somebody answer
		`{"invitation":[]}`:                        "2 invalid invitation:wrong_type",
		`{"invitation":7,"counter":{},"pass":[]}`:  "2 invalid invitation:wrong_type counter:wrong_type pass:wrong_type",
		`{"effort":"x"}`:                           "2 invalid effort:wrong_type",
		`{"effort":{"challenge":"c","nonce":"1"}}`: "2 invalid effort:unknown_field",

		// readable, but not understood
		`{"agency":1}`:                               "2 invalid agency:wrong_type",
		`{"channel":["qr"]}`:                         "2 invalid channel:wrong_type",
		`{"lang":{}}`:                                "2 invalid lang:wrong_type",
		`{"wave":true}`:                              "2 invalid wave:wrong_type",
		`{"answers":[]}`:                             "2 invalid answers:wrong_type",
		`{"answers":null}`:                           "2 invalid answers:wrong_type",
		`{"answers":"{}"}`:                           "2 invalid answers:wrong_type",
		`{"seconds":"5"}`:                            "2 invalid seconds:not_a_whole_number",
		`{"seconds":1.5}`:                            "2 invalid seconds:not_a_whole_number",
		`{"seconds":-1}`:                             "2 invalid seconds:not_a_whole_number",
		`{"seconds":1e999}`:                          "2 invalid seconds:not_a_whole_number",
		`{"consent":false}`:                          "stored",
		`{"consent":null}`:                           "stored",
		`{"consent":"yes"}`:                          "2 invalid consent:wrong_type",
		`{"consent":1}`:                              "2 invalid consent:wrong_type",
		`{"consent":[true,{}]}`:                      "2 invalid consent:wrong_type",
		`{"parameters":null}`:                        "stored",
		`{"parameters":{}}`:                          "stored",
		`{"parameters":[]}`:                          "2 invalid parameters:wrong_type",
		`{"parameters":{"a":1,"b":[2]}}`:             "2 invalid parameters:wrong_type",
		`{"parameters":{"a":"1","a":"1"}}`:           malformed,
		`{"repeat":null}`:                            "stored",
		`{"repeat":[]}`:                              "stored",
		`{"repeat":{}}`:                              "2 invalid repeat:wrong_type",
		`{"repeat":"so1"}`:                           "2 invalid repeat:wrong_type",
		`{"repeat":["so1",1,null]}`:                  "2 invalid repeat:wrong_type",
		`{"repeat":[{}]}`:                            "2 invalid repeat:agency_required",
		`{"repeat":[{"agency":""},{"agency":null}]}`: "2 invalid repeat:agency_required",
		`{"repeat":[{"agency":1}]}`:                  "2 invalid repeat:wrong_type",
		`{"repeat":[{"agency":"a","answers":null}]}`: "2 invalid repeat:wrong_type",
		`{"repeat":[{"agency":"a","answers":[]}]}`:   "2 invalid repeat:wrong_type",
		`{"repeat":[{"agency":"a","level":1}]}`:      "2 invalid repeat:unknown_field",
		`{"repeat":[{"agency":"a","agency":"b"}]}`:   malformed,
		`{"repeat":[{"agency":"a"}`:                  malformed,
		`{"repeat":[` + strings.Repeat(`{"agency":"a"},`, 63) + `{"agency":"a"}]}`: "stored",
		`{"repeat":[` + strings.Repeat(`{"agency":"a"},`, 99) + `{"agency":"a"}]}`: "2 invalid repeat:too_many_options",
		`{"repeat":[{"agency":"a","answers":{"m":` + nested(4) + `}}]}`:            "stored",
		`{"repeat":[{"agency":"a","answers":{"m":` + nested(5) + `}}]}`:            deep,
		`{"agency_id":1}`:                                  "2 invalid agency_id:unknown_field",
		`{"__proto__":{}}`:                                 "2 invalid __proto__:unknown_field",
		`{"Agency":"a"}`:                                   "2 invalid Agency:unknown_field",
		`{"score":5,"a":{"b":[1]},"seconds":""}`:           "2 invalid score:unknown_field a:unknown_field seconds:not_a_whole_number",
		`{"` + strings.Repeat("x", 50) + `":1}`:            "2 invalid " + strings.Repeat("x", 40) + "…:unknown_field",
		`{"` + strings.Repeat("đ", 41) + `":1}`:            "2 invalid " + strings.Repeat("đ", 40) + "…:unknown_field",
		manyNames(maxNames):                                "2 invalid" + strings.Repeat(" x:unknown_field", maxNames),
		manyNames(maxNames + 1):                            malformed,
		"{\"agency\":\"\\u0041\x01\"}":                     malformed,
		`{"x":false}`:                                      "2 invalid x:unknown_field",
		`{"x":fals}`:                                       malformed,
		`{"x1":1` + strings.Repeat(`,"x":1`, 100) + "}":    malformed,
		`{"answers":{"a":` + nested(maxDepth-2) + `}}`:     "stored",
		`{"answers":{"a":` + nested(maxDepth-1) + `}}`:     deep,
		`{"a":` + nested(maxDepth-1) + `}`:                 "2 invalid a:unknown_field",
		`{"a":` + nested(maxDepth) + `}`:                   deep,
		`{"agency":` + nested(10_000) + `}`:                deep,
		`{"invitation":` + strings.Repeat(`{"a":`, 10_000): deep,
		strings.Repeat("[", 10_000):                        malformed,
		`{"answers":` + strings.Repeat(`{"a":`, 10_000):    deep,
	} {
		_, err := ReadJSON(body)
		if got := numbered.ReplaceAllString(kindOf(err), "x:"); got != want {
			t.Errorf("%.100q: got %s, want %s", body, got, want)
		}
	}
}

// The place of a fault is told as a byte, from 1.
func TestReadJSONPlace(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		``:                            1,
		`{"a" 1}`:                     6,
		`{"agency":"x"} {`:            16,
		`{"agency":"x","agency":"x"}`: 24,
		"{\"agency\":\"đ\xff\"}":      14,
		`{"seconds":01}`:              13,
	} {
		_, err := ReadJSON(body)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || e.Args["at"] != want {
			t.Errorf("%q: got %v, want at %d", body, err, want)
		}
	}
}

// Hostile bodies are refused, or read, in a time that grows with their length:
// milliseconds, where the square of it would be minutes. A machine that is busy
// with other tests is slow, so that the limit is far from both.
func TestReadJSONHostile(t *testing.T) {
	for name, body := range map[string]string{
		"depth":           `{"answers":` + strings.Repeat(`{"a":`, 1_000_000),
		"brackets":        `{"answers":{"a":` + strings.Repeat("[", 1_000_000),
		"array":           `{"answers":{"a":[` + strings.Repeat("1,", 1_000_000) + "1]}}",
		"nested arrays":   `{"answers":{"a":[` + strings.Repeat("[1],", 100_000) + "1]}}",
		"empty rows":      `{"answers":{"a":[` + strings.Repeat("{},", 300_000) + "1]}}",
		"key":             `{"answers":{"` + strings.Repeat("k", 1<<20) + `":1}}`,
		"text":            `{"agency":"` + strings.Repeat(`\u0041`, 200_000) + `"}`,
		"repeats":         `{"repeat":[{"x":1}` + strings.Repeat(`,{"x":1}`, 100_000) + "]}",
		"parameters":      `{"parameters":{"a":1` + strings.Repeat(`,"b":1`, 200_000) + "}}",
		"answers":         `{"answers":{"a":1` + strings.Repeat(`,"a":1`, 200_000) + "}}",
		"many names":      `{"a":1` + strings.Repeat(`,"b":1`, 200_000) + "}",
		"spaces":          `{` + strings.Repeat(" ", 1<<20) + `}`,
		"digits":          `{"seconds":` + strings.Repeat("9", 1<<20) + `}`,
		"an invalid byte": `{"agency":"` + strings.Repeat("a", 1<<20) + "\xff\"}",
	} {
		start := time.Now()
		_, _ = ReadJSON(body)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func TestReadJSONInto(t *testing.T) {
	t.Parallel()
	var in Input
	for _, body := range []string{
		`{"agency":"a","seconds":5,"lang":"vi","answers":{"a":["x"],"b":{"c":1},"d":"text"}}`,
		`{"answers":{"z":1}}`,
		`{"channel":"qr"}`,
		`{"answers":[]}`,
		`{"answers":{"a":1`,
		`{"answers":{"d":null,"a":2}}`,
		`{"repeat":[{"agency":"x","answers":{"a":1}}],"consent":true,"parameters":{"a":"b"}}`,
		`{}`,
	} {
		fresh, want := ReadJSON(body)
		got := in.ReadJSON(body)
		if kindOf(got) != kindOf(want) {
			t.Errorf("%s: got %v, want %v", body, got, want)
		}
		if got != nil {
			continue
		}
		if len(in.Answers) == 0 && len(fresh.Answers) == 0 {
			in.Answers = fresh.Answers // nil or empty says the same
		}
		if diff := cmp.Diff(fresh, &in, sameDevice()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}
