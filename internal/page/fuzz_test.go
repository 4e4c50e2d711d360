package page

import (
	"strings"
	"testing"
)

// Whatever a form is sent, its answers are those of items that there are, and a
// page of them keeps them all.
func FuzzAnswers(f *testing.F) {
	f.Add("a.used", "yes", `{"visits":["2"],"x":1}`, "rank:needs:web:put")
	f.Add("d.handed_in", "31", `{"needs":["web","web"]}`, "rank:needs:web:up")
	f.Add("a.each_level@t24.so-y-te", "4", `[`, "find:home")
	f.Fuzz(func(t *testing.T, name, value, kept, button string) {
		q := survey(t, "every")
		values := Answers(q, map[string][]string{name: {value, value}, Kept: {kept}})
		for id, list := range values {
			if !known(q, id) {
				t.Fatalf("answer to %q", id)
			}
			if item, ok := RankedItem(q, button); ok && item == id {
				if order := Ranked(q, button, list); len(order) > len(q.Item(id).Options) {
					t.Fatalf("%d ranks", len(order))
				}
			}
		}
		for page := range q.Pages {
			in := everyInput(t, q, "start", "vi")
			in.Page, in.Values, in.Find = page, values, map[string]string{"home": value}
			if q.Pages[page].Repeat != "" {
				in.About = &About{Agency: "t24.so-y-te", Name: value, Total: 1}
			}
			if html := render(t, NewForm(in)); strings.Contains(html, "<script>") {
				t.Fatal("a script got into the page")
			}
		}
	})
}
