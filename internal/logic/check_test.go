package logic

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// world describes one item of every kind.
func world(id string) (Item, bool) {
	one := 1.0
	it, ok := map[string]Item{
		"quality": {Kind: Code, Options: map[string]*float64{"poor": &one, "good": &one}},
		"place":   {Kind: Code, Options: map[string]*float64{"here": nil, "there": &one}},
		"needs":   {Kind: Set, Options: map[string]*float64{"a": nil, "b": nil}},
		"times":   {Kind: Number},
		"words":   {Kind: Text},
		"broken":  {Kind: Missing}, // there, but not understood; told elsewhere
	}[id]
	return it, ok
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const (
		earlier = "use the id of an item or matrix row of an earlier page"
		codes   = "use one of the item's codes"
		values  = "give all options of the item a value, or test codes with = and in"
		number  = "compare it with a number, without quotes"
		noOrder = "a text has no order and is no number"
		cannot  = "these can't be compared as numbers"
	)
	for src, want := range map[string][]Problem{
		// all well
		"quality = 'good' and place in ('here', 'there')":                            nil,
		"quality > 2 and quality >= 'good' and 'poor' < quality":                     nil,
		"quality between 1 and 2 and quality = 2":                                    nil,
		"quality = place and place != 'here'":                                        nil,
		"times > 2 and times <= quality and times in (1, 2)":                         nil,
		"times between 1 and 2 and 1 < 2":                                            nil,
		"selected(needs, 'a') and count(needs) >= times":                             nil,
		"words = 'x' and words != place and 'x' = 'y'":                               nil,
		"answered(quality) or answered(needs) or answered(times) or answered(words)": nil,
		"broken > 2 or selected(broken, 'x') or count(broken) = 1 or broken = 'x'":   nil,

		// not there
		"gone = 1":                          {{1, `there is no item "gone"`, earlier}},
		"1 < gone":                          {{5, `there is no item "gone"`, earlier}},
		"answered(gone)":                    {{10, `there is no item "gone"`, earlier}},
		"selected(gone, 'x')":               {{10, `there is no item "gone"`, earlier}},
		"count(gone) > 1":                   {{7, `there is no item "gone"`, earlier}},
		"times = 1 and (not gone = 1)":      {{20, `there is no item "gone"`, earlier}},
		"quality = 'bad'":                   {{11, `"quality" has no option "bad"`, codes}},
		"'bad' != quality":                  {{1, `"quality" has no option "bad"`, codes}},
		"quality < 'bad'":                   {{11, `"quality" has no option "bad"`, codes}},
		"quality in ('good', 'bad', 'ill')": {{21, `"quality" has no option "bad"`, codes}, {28, `"quality" has no option "ill"`, codes}},
		"selected(needs, 'c')":              {{17, `"needs" has no option "c"`, codes}},

		// of the wrong kind
		"needs = 'a'":              {{1, `"needs" has several answers`, "write selected(needs, 'code')"}},
		"selected(quality, 'x')":   {{10, `"quality" has only one answer`, "write quality = 'code'"}},
		"selected(times, 'x')":     {{10, `"times" has only one answer`, "write times = 'code'"}},
		"count(quality) = 1":       {{7, `"quality" has no options to count`, "count the options of an item of type multiple"}},
		"place > 2":                {{7, cannot, values}},
		"place > 'here'":           {{7, cannot, values}},
		"place = 1":                {{7, cannot, values}},
		"place between 1 and 2":    {{7, cannot, values}, {7, cannot, values}},
		"place < quality":          {{7, cannot, values}},
		"times = '3'":              {{7, noOrder, number}},
		"times in (1, '3')":        {{7, noOrder, number}},
		"times < '3'":              {{7, noOrder, number}},
		"count(needs) = 'a'":       {{14, noOrder, number}},
		"words > 'a'":              {{7, noOrder, number}},
		"words = 3":                {{7, noOrder, number}},
		"words < quality":          {{7, noOrder, number}},
		"'a' < 'b'":                {{5, noOrder, number}},
		"gone = 1 and needs = 'a'": {{1, `there is no item "gone"`, earlier}, {14, `"needs" has several answers`, "write selected(needs, 'code')"}},
	} {
		e, problem := Parse(src)
		if problem != nil {
			t.Errorf("%s: %+v", src, *problem)
			continue
		}
		if diff := cmp.Diff(want, e.Check(world)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", src, diff)
		}
	}
}
