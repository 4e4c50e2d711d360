package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	got := Answers(survey(t, "every"), map[string][]string{
		"a.used":                     {"yes"},
		"a.needs":                    {"staff", "cost"},
		"a.nothing":                  {"x"},
		"a.hello":                    {"x"},
		"used":                       {"no"},
		"d.handed_in":                {" 31", "3 ", "2026"},
		"d.founded":                  {"", "2026"},
		"a.founded":                  {"dont_know"},
		"d.got_back":                 {"", " ", ""},
		"a.each_level@t24.so-noi-vu": {"4"},
		"a.why_not_other":            {""},
	})
	want := map[string][]string{
		"used": {"yes"}, "needs": {"staff", "cost"}, "handed_in": {"31/3/2026"}, "founded": {"dont_know", "/2026"},
		"each_level@t24.so-noi-vu": {"4"}, "why_not_other": {""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// What was put together comes apart again.
func TestParted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		n    int
		want string
	}{
		{"31/3/2026", 3, "31 3 2026"},
		{"31//2026", 3, "31  2026"},
		{"3/2026", 2, "3 2026"},
		{"2026-03-05", 3, "5 3 2026"},
		{"2026-03", 2, "3 2026"},
		{"5-3-2026", 3, "5 3 2026"},
		{"today", 3, "today  "},
		{"", 2, " "},
		{"1/2/3/4", 3, "1/2/3/4  "},
	} {
		if got := strings.Join(parted(c.text, c.n), " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestRanked(t *testing.T) {
	t.Parallel()
	q := survey(t, "every")
	for _, c := range []struct{ button, before, want string }{
		{"rank:needs:staff:put", "", "staff"},
		{"rank:needs:cost:put", "staff", "staff cost"},
		{"rank:needs:staff:put", "staff cost", "staff cost"},
		{"rank:needs:web:put", "staff cost time", "staff cost time"}, // there are three ranks
		{"rank:needs:web:up", "staff cost web", "staff web cost"},
		{"rank:needs:staff:up", "staff cost", "staff cost"},
		{"rank:needs:staff:down", "staff cost", "cost staff"},
		{"rank:needs:cost:down", "staff cost", "staff cost"},
		{"rank:needs:staff:out", "staff cost web", "cost web"},
		{"rank:needs:web:out", "staff cost", "staff cost"},
		{"rank:needs:nothing:put", "staff", "staff"},
		{"rank:needs:web:sideways", "staff web", "staff web"},
		{"rank:needs:web:up", "staff nothing web staff", "web staff"},
	} {
		item, ok := RankedItem(q, c.button)
		got := strings.Join(Ranked(q, c.button, strings.Fields(c.before)), " ")
		if !ok || item != "needs" || got != c.want {
			t.Errorf("%s of %q: got %s %q %t, want needs %q", c.button, c.before, item, got, ok, c.want)
		}
	}
	for _, button := range []string{"", "next", "rank:needs", "rank:used:yes:up", "rank:nothing:x:up", "rank:needs:web:up:x", "find:home"} {
		if _, ok := RankedItem(q, button); ok {
			t.Errorf("%q was taken for a button of a ranking", button)
		}
	}
}
