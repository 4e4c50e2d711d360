package page

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"hailong/internal/questionnaire"
)

// large makes a questionnaire of many items of all common types, with conditions,
// and the answers to all of them.
func large(tb testing.TB, items, perPage int) (*questionnaire.Questionnaire, map[string][]string) {
	tb.Helper()
	var b strings.Builder
	b.WriteString("title: {vi: \"Phiếu lớn\", en: \"Large\"}\nlanguages: [vi, en]\npages:\n")
	values := map[string][]string{}
	for i := range items {
		if i%perPage == 0 {
			fmt.Fprintf(&b, "  - id: p%d\n    title: {vi: \"Phần %d\", en: \"Part %d\"}\n    items:\n", i/perPage, i/perPage, i/perPage)
		}
		id := fmt.Sprintf("q%d", i)
		text := fmt.Sprintf("text: {vi: \"Câu hỏi thứ %d trong phiếu\", en: \"Question number %d of the form\"}, help: {vi: \"Xin đọc *kỹ*.\", en: \"Read *well*.\"}", i, i)
		condition := ""
		if i%5 == 4 {
			condition = fmt.Sprintf(", show_if: \"q%d = 'yes'\"", i/5*5)
		}
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "      - {id: %s, type: yes_no, %s}\n", id, text)
			values[id] = []string{"yes"}
		case 1:
			fmt.Fprintf(&b, "      - {id: %s, type: net_promoter, %s}\n", id, text)
			values[id] = []string{"7"}
		case 2:
			fmt.Fprintf(&b, "      - {id: %s, type: integer, min: 0, max: 99, %s}\n", id, text)
			values[id] = []string{"12"}
		case 3:
			fmt.Fprintf(&b, "      - {id: %s, type: text, %s}\n", id, text)
			values[id] = []string{"một câu trả lời"}
		case 4:
			fmt.Fprintf(&b, "      - {id: %s, type: date, %s%s}\n", id, text, condition)
			values[id] = []string{"31/3/2026"}
		}
	}
	s, err := questionnaire.Parse("large", "survey.yaml", []byte(b.String()))
	if err != nil {
		tb.Fatal(err)
	}
	return s.Questionnaire, values
}

// BenchmarkForm lays out and renders a page of a questionnaire with 600 items,
// all of them answered: one of 60 pages, and all 600 items on one page.
func BenchmarkForm(b *testing.B) {
	for _, perPage := range []int{10, 600} {
		b.Run(fmt.Sprint(perPage), func(b *testing.B) {
			q, values := large(b, 600, perPage)
			in := FormInput{Frame: Frame{Lang: "vi", URL: "/s/large"}, Questionnaire: q, Page: len(q.Pages) / 2, Values: values}
			b.ReportAllocs()
			for b.Loop() {
				if err := Render(io.Discard, NewForm(in)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
