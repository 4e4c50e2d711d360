package collect

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

// draft makes a draft of fields written as id=value&id=value.
func sentDraft(t testing.TB, sent string) *Draft {
	t.Helper()
	d := &Draft{Questionnaire: load(t, "first.yaml").Questionnaire, Values: map[string][]string{}}
	for pair := range strings.SplitSeq(sent, "&") {
		if id, value, ok := strings.Cut(pair, "="); ok {
			d.Values[id] = append(d.Values[id], value)
		}
	}
	return d
}

func TestDraftFields(t *testing.T) {
	t.Parallel()
	text := func(id, s string) Field { return Field{id, Value{Kind: String, Text: s}} }
	for sent, want := range map[string][]Field{
		"":                                {},
		"level=4":                         {text("level", "4")},
		"place=here&level=4":              {text("level", "4"), text("place", "here")},
		"comment=":                        {},
		"comment=&comment=":               {},
		"comment=\u00a0":                  {text("comment", "\u00a0")},
		"needs=a":                         {text("needs", "a")},
		"needs=a&needs=b":                 {{"needs", Value{Kind: List, List: []string{"a", "b"}}}},
		"needs=&needs=b":                  {text("needs", "b")},
		"comment=&comment=refused":        {text("comment", "refused")},
		"comment=bad&comment=refused":     {text("comment", "refused")},
		"comment=refused&comment=bad":     {text("comment", "refused")},
		"comment=one&comment=two":         {text("comment", "one")},
		"paid=5&paid=refused":             {text("paid", "refused")},
		"times=5&times=refused":           {text("times", "5")}, // not offered there
		"level=4&level=5":                 {{"level", Value{Kind: List, List: []string{"4", "5"}}}},
		"staff_kind=1&staff_fast=2":       {text("staff_fast", "2"), text("staff_kind", "1")},
		"gone=a&gone=b":                   {{"gone", Value{Kind: List, List: []string{"a", "b"}}}},
		"level=4&needs=a&needs=b&times=1": {text("level", "4"), {"needs", Value{Kind: List, List: []string{"a", "b"}}}, text("times", "1")},
	} {
		d := sentDraft(t, sent)
		got, _ := d.sent()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sent, diff)
		}
	}
}

// What the respondent typed is never changed: it is shown again.
func TestDraftKeepsValues(t *testing.T) {
	t.Parallel()
	d := sentDraft(t, "level=&comment= x &comment=refused&needs=&needs=a&needs=b")
	before := map[string][]string{}
	for id, values := range d.Values {
		before[id] = slices.Clone(values)
	}
	d.Problems(Place{Page: 2})
	d.Hides(Place{Page: 2})
	d.Steps()
	d.Submission()
	if diff := cmp.Diff(before, d.Values); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestDraftCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sent string
		page int
		want string
	}{
		{"", 0, "level:required"},
		{"level=", 0, "level:required"},
		{"level=4", 0, ""},
		{"level=4&level=5", 0, "level:too_many_options"},
		{"level=9&place=x&needs=a&needs=none", 0, "level:unknown_option place:unknown_option needs:exclusive"},
		{"needs=a&needs=dont_know&level=1", 0, "needs:exclusive"},
		{"level=9&times=99", 1, "times:too_large"}, // of this page only
		{"times=12,5", 1, "times:not_a_whole_number"},
		{"comment=0123456789a&comment=refused", 1, ""},
		{"comment=0123456789a", 1, "comment:too_long"},
		{"staff_kind=1&staff_fast=9", 1, "staff_fast:unknown_option"},
		{"level=1", 2, "why:required"},
		{"level=4", 2, ""},
		{"level=1&why=  ", 2, "why:required"},
		{"level=1&why=slow", 2, ""},
		{"level=4&gone=1", 0, "gone:unknown_item"},
	} {
		if got := codes(sentDraft(t, c.sent).Problems(Place{Page: c.page})); got != c.want {
			t.Errorf("%s on page %d: got %s, want %s", c.sent, c.page, got, c.want)
		}
	}
}

// The pages are rating, details, unhappy (all of it hidden unless the level is
// low), further (hidden unless why was answered), last (hidden for level 5).
func TestDraftSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sent     string
		forth    []int // from page 0, with +1
		hidden   string
		backFrom []int // from the last of forth, with -1
	}{
		{"level=4", []int{0, 1, 4, 4}, "again office why", []int{4, 1, 0, 0}},
		{"level=5", []int{0, 1, 1}, "again office when why", []int{1, 0, 0}},
		{"level=5&times=3", []int{0, 1, 4, 4}, "again office why", []int{4, 1, 0, 0}},
		{"level=1", []int{0, 1, 2, 4, 4}, "again office", []int{4, 2, 1, 0, 0}},
		{"level=1&needs=a", []int{0, 1, 2, 4, 4}, "again", []int{4, 2, 1, 0, 0}},
		{"level=1&why=slow", []int{0, 1, 2, 3, 4, 4}, "office", []int{4, 3, 2, 1, 0, 0}},
		{"level=4&why=slow", []int{0, 1, 4, 4}, "again office why", []int{4, 1, 0, 0}}, // why does not count any more
		{"", []int{0, 1, 1}, "again office when why", []int{1, 0, 0}},
	} {
		d := sentDraft(t, c.sent)
		walk := func(page, direction, steps int) []int {
			pages := []int{page}
			for range steps {
				at, _ := d.Next(Place{Page: page})
				if direction < 0 {
					at, _ = d.Previous(Place{Page: page})
				}
				page = at.Page
				pages = append(pages, page)
			}
			return pages
		}
		if got := walk(0, +1, len(c.forth)-1); !slices.Equal(got, c.forth) {
			t.Errorf("%s: got %v, want %v", c.sent, got, c.forth)
		}
		last := c.forth[len(c.forth)-1]
		if got := walk(last, -1, len(c.backFrom)-1); !slices.Equal(got, c.backFrom) {
			t.Errorf("%s back: got %v, want %v", c.sent, got, c.backFrom)
		}
		var hidden []string
		for p := range d.Questionnaire.Pages {
			for id := range d.Hides(Place{Page: p}) {
				hidden = append(hidden, id)
			}
		}
		slices.Sort(hidden)
		if got := strings.Join(hidden, " "); got != c.hidden {
			t.Errorf("%s: got %s hidden, want %s", c.sent, got, c.hidden)
		}
	}
}

func TestDraftPlaceOf(t *testing.T) {
	t.Parallel()
	d := sentDraft(t, "level=1")
	for _, c := range []struct {
		problems []errs.Problem
		want     int
	}{
		{nil, 3},
		{[]errs.Problem{{Item: "agency"}}, 3},
		{[]errs.Problem{{}, {Item: "gone"}, {Item: "why"}, {Item: "level"}}, 2},
		{[]errs.Problem{{Item: "staff_fast"}}, 1},
		{[]errs.Problem{{Item: "staff"}}, 1},
		{[]errs.Problem{{Item: "again"}}, 2}, // is hidden: the nearest before it
	} {
		if got := d.PlaceOf(c.problems, Place{Page: 3}); got != (Place{Page: c.want}) {
			t.Errorf("%v: got %v, want %d", c.problems, got, c.want)
		}
	}
}
