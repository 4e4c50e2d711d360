package collect

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"hailong/internal/questionnaire"
)

const benchItems = 30

// thirty is a questionnaire of 30 scale items, and the body of an answer to all.
func thirty(b *testing.B) (*questionnaire.Questionnaire, string) {
	b.Helper()
	var y, body strings.Builder
	y.WriteString("title: {vi: Thử}\nlanguages: [vi]\nscales:\n  s:\n    missing: [dont_know]\n    options:\n")
	for code := 1; code <= 5; code++ {
		fmt.Fprintf(&y, "      - {code: \"%d\", value: %d, label: {vi: Mức}}\n", code, code)
	}
	y.WriteString("pages:\n  - id: p\n    items:\n")
	body.WriteString(`{"agency":"x07210","channel":"qr","lang":"vi","seconds":95,"answers":{`)
	for i := range benchItems {
		fmt.Fprintf(&y, "      - {id: satisfaction_%02d, type: scale, scale: s, required: true, text: {vi: Hỏi}}\n", i)
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `"satisfaction_%02d":"%d"`, i, 1+i%5)
	}
	body.WriteString("}}")
	survey, err := questionnaire.Parse("bench", "bench.yaml", []byte(y.String()))
	if err != nil {
		b.Fatal(err)
	}
	return survey.Questionnaire, body.String()
}

// BenchmarkReadAndCheck is what a submission costs before it goes to the log.
func BenchmarkReadAndCheck(b *testing.B) {
	q, body := thirty(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	var checker Checker
	var in Input
	for b.Loop() {
		if err := in.ReadJSON(body); err != nil {
			b.Fatal(err)
		}
		checker.Check(q, &World{}, &in, len(q.Pages))
		if len(checker.Problems()) > 0 {
			b.Fatal(checker.Problems())
		}
		in.Fingerprint(q)
	}
}

// BenchmarkReadJSON and BenchmarkEncodingJSON read the same body. The latter
// does not tell duplicate names, nor numbers as they are written.
func BenchmarkReadJSON(b *testing.B) {
	_, body := thirty(b)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadJSON(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodingJSON is the yardstick of BenchmarkReadJSON.
func BenchmarkEncodingJSON(b *testing.B) {
	_, body := thirty(b)
	bytes := []byte(body)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var in struct {
			Agency, Resolver, Wave, Service, Channel, Lang, Version string

			Seconds int
			Answers map[string]any
		}
		if err := json.Unmarshal(bytes, &in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDraft is what the draft costs for one page of a form of 600 items,
// of which every second has a condition, with all answers in it: the answers of
// the page are looked at, and the next page is found and laid out.
func BenchmarkDraft(b *testing.B) {
	const items, perPage = 600, 10
	var y strings.Builder
	y.WriteString("title: {vi: Thử}\nlanguages: [vi]\nscales:\n  s:\n    options:\n")
	for code := 1; code <= 5; code++ {
		fmt.Fprintf(&y, "      - {code: \"%d\", value: %d, label: {vi: Mức}}\n", code, code)
	}
	y.WriteString("pages:\n")
	values := map[string][]string{}
	for i := range items {
		if i%perPage == 0 {
			fmt.Fprintf(&y, "  - id: p%d\n    items:\n", i/perPage)
		}
		show := ""
		if i%2 == 1 {
			show = fmt.Sprintf(", show_if: \"q%d > 0 and q0 in ('1', '2')\"", i-1)
		}
		fmt.Fprintf(&y, "      - {id: q%d, type: scale, scale: s, required: true, text: {vi: Hỏi}%s}\n", i, show)
		values[fmt.Sprintf("q%d", i)] = []string{"1"}
	}
	survey, err := questionnaire.Parse("bench", "bench.yaml", []byte(y.String()))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		d := &Draft{Questionnaire: survey.Questionnaire, Values: values}
		at := d.Near(Place{Page: 30})
		if len(d.Appeared(at, nil)) == 0 || len(d.Problems(at)) > 0 {
			b.Fatal("want items, and no problems")
		}
		at, _ = d.Next(at)
		d.Hides(at)
		d.Lookup(at)
		if steps := d.Steps(); steps[31] != at {
			b.Fatal(at)
		}
	}
}
