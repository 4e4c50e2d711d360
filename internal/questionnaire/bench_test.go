package questionnaire

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"hailong/surveys"
)

// large is a survey as large as the verbal autopsy form of the WHO, in two
// languages: 600 items on 40 pages, most with a condition, many with help.
func large() []byte {
	const say = "{vi: %q, en: %q}"
	text := func(n int, vi, en string) string {
		return fmt.Sprintf(say, fmt.Sprintf("(%d) Trong thời gian bị bệnh cuối cùng, người mất có bị %s hay không?", n, vi), fmt.Sprintf("(%d) During the final illness, did the deceased have %s?", n, en))
	}
	var b strings.Builder
	b.WriteString("title: {vi: Phiếu lớn, en: A large form}\nlanguages: [vi, en]\nscales:\n  known:\n    options:\n" +
		"      - {code: \"yes\", value: 1, label: {vi: Có, en: \"Yes\"}}\n      - {code: \"no\", value: 0, label: {vi: Không, en: \"No\"}}\n    missing: [dont_know, refused]\npages:\n")
	for n := range 600 {
		if n%15 == 0 {
			fmt.Fprintf(&b, "  - id: page_%d\n    title: {vi: Phần %d, en: Section %d}\n", n, n/15, n/15)
			if n > 0 {
				fmt.Fprintf(&b, "    show_if: item_%d = 'yes' or channel != 'kiosk'\n", n-15)
			}
			b.WriteString("    items:\n")
		}
		fmt.Fprintf(&b, "      - id: item_%d\n        text: %s\n", n, text(n, "sốt cao liên tục", "a high fever that did not stop"))
		switch {
		case n%15 == 0 || n%5 != 4:
			b.WriteString("        type: scale\n        scale: known\n        required: true\n")
		case n%10 == 4:
			b.WriteString("        type: integer\n        min: 0\n        max: 120\n        unit: {vi: ngày, en: days}\n")
		default:
			b.WriteString("        type: single\n        options:\n")
			for o := range 8 {
				fmt.Fprintf(&b, "          - {code: option_%d, label: %s}\n", o, fmt.Sprintf(say, "Một lựa chọn trong số nhiều lựa chọn", "One choice out of many choices"))
			}
		}
		if n%15 > 0 {
			fmt.Fprintf(&b, "        show_if: item_%d = 'yes' and (item_%d != 'no' or not answered(item_%d))\n", n-n%15, n/15*15, n-n%15)
		}
		if n%3 == 0 {
			fmt.Fprintf(&b, "        help: %s\n", fmt.Sprintf(say, "Hỏi người đã chăm sóc trong những ngày cuối cùng; nếu không nhớ thì ghi không biết.", "Ask whoever cared for the person in the last days; if they cannot recall, write that they do not know."))
		}
	}
	return []byte(b.String())
}

// A form of 600 items in two languages fits, and is read while nobody waits.
func TestALargeForm(t *testing.T) {
	src := large()
	if len(src) < 250_000 {
		t.Errorf("the form has only %d bytes", len(src))
	}
	within(t, 300*time.Millisecond, func() {
		s, err := Parse("large", "survey.yaml", src)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.Questionnaire.Variables()); got != 600 || len(s.Warnings) > 0 {
			t.Errorf("got %d variables and %v", got, s.Warnings)
		}
	})
}

// All that we ship is read while nobody can blink.
func TestSpeed(t *testing.T) {
	within(t, 100*time.Millisecond, func() {
		if _, err := LoadAll(surveys.FS); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkCheckShelf(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := LoadAll(surveys.FS); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck600(b *testing.B) {
	src := large()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("large", "survey.yaml", src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	src, err := fs.ReadFile(surveys.FS, "sipas/survey.yaml")
	if err != nil {
		b.Fatal(err)
	}
	s, err := Parse("sipas", "survey.yaml", src)
	if err != nil {
		b.Fatal(err)
	}
	canonical := s.Questionnaire.Canonical()
	b.SetBytes(int64(len(canonical)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(canonical); err != nil {
			b.Fatal(err)
		}
	}
}
