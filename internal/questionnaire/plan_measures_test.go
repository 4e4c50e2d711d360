package questionnaire

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const topBox = `kind: top_box, codes: ["4", "5"]`

var measurePlans = []planned{
	{name: "a mean from 0 to 100", edit: []string{"kind: mean", "kind: score100"}, want: []string{"refused measure_changed: index/points undecided"}},
	{
		name: "a mean from 0 to 100, with a break", edit: []string{"kind: mean", "kind: score100"}, changes: &Changes{Breaks: []Break{reason("points")}},
		want: []string{"declared measure_changed: index/points break"},
	},
	{name: "a net", edit: []string{topBox, `kind: net, codes: ["4", "5"], against: ["1", "2"]`}, want: []string{"refused measure_changed: index/total undecided"}},
	{name: "don't know in the denominator", edit: []string{topBox, topBox + ", base: with_dont_know"}, want: []string{"refused measure_changed: index/total undecided"}},
	{name: "the denominator in words", edit: []string{topBox, topBox + ", base: valid"}, want: nil},
	{name: "another name of the same", edit: []string{"kind: top_box", "kind: bottom_box"}, want: []string{"ok measure_changed: index/total continues"}},
	{name: "what says the same of all", edit: []string{"min_n: 10", "min_n: 10\ndisclosure: {all_same: publish}"}, want: []string{"ok all_same: disclosure continues"}},
	{name: "the limit in another place", edit: []string{"min_n: 10", "disclosure: {min_n: 10, all_same: hide}"}, want: nil},
	{name: "another limit in another place", edit: []string{"min_n: 10", "disclosure: {min_n: 20}"}, want: []string{"ok min_n: min_n continues"}},
	{name: "decimals", edit: []string{"min_n: 10", "min_n: 10\nrounding: 1"}, want: []string{"ok rounding: rounding continues"}},
	{name: "no decimals", edit: []string{"min_n: 10", "min_n: 10\nrounding: 0"}, want: []string{"ok rounding: rounding continues"}},
}

func TestPlansOfMeasures(t *testing.T) {
	t.Parallel()
	checkPlans(t, measurePlans)
}

// What is told of surveys that begin with measures which testdata/plan has not.
func TestPlansFromMeasures(t *testing.T) {
	t.Parallel()
	const (
		net     = `kind: net, codes: ["4", "5"], against: ["1", "2"]`
		missing = "    missing: [dont_know]"
		sixth   = "      - {code: \"6\", value: 6, label: {vi: \"Xuất sắc\", en: \"Excellent\"}}\n" + missing
		between = "      - {code: \"6\", value: 3.5, label: {vi: \"Khá\", en: \"Rather good\"}}\n" + missing
		fifth   = "      - {code: \"5\", value: 5, label: {vi: \"Rất tốt\", en: \"Very good\"}}\n"
	)
	for _, row := range []planned{
		{name: "subtracted codes", edit: []string{topBox, net, `against: ["1", "2"]`, `against: ["1"]`}, want: []string{"refused measure_changed: index/total undecided"}},
		{name: "subtracted codes in another order", edit: []string{topBox, net, `against: ["1", "2"]`, `against: ["2", "1"]`}, want: nil},
		{name: "codes changed sides", edit: []string{topBox, net, net, `kind: net, codes: ["1", "2"], against: ["4", "5"]`}, want: []string{"refused measure_changed: index/total undecided"}},
		{name: "a larger largest value", edit: []string{"kind: mean", "kind: score100", missing, sixth}, want: []string{
			"ok option_added: option/6/of/scale/five continues", "refused option_span: options/of/scale/five undecided",
		}},
		{name: "a larger largest value, with a break", edit: []string{"kind: mean", "kind: score100", missing, sixth}, changes: &Changes{Breaks: []Break{reason("points")}}, want: []string{
			"ok option_added: option/6/of/scale/five continues", "declared option_span: options/of/scale/five break",
		}},
		{name: "a larger largest value, without answers", edit: []string{"kind: mean", "kind: score100", missing, sixth}, stored: noneStored, want: []string{
			"ok option_added: option/6/of/scale/five", "ok option_span: options/of/scale/five",
		}},
		{name: "a value between", edit: []string{"kind: mean", "kind: score100", missing, between}, want: []string{"ok option_added: option/6/of/scale/five continues"}},
		{name: "a larger largest value of a mean", edit: []string{"kind: mean", "kind: mean", missing, sixth}, want: []string{"ok option_added: option/6/of/scale/five continues"}},
		{
			name: "the largest value is gone", edit: []string{"kind: mean", "kind: score100", fifth, "", `codes: ["4", "5"]`, `codes: ["4"]`},
			changes: &Changes{Recoded: map[string]map[string]string{"level": {"5": ""}, "second": {"5": ""}, "staff": {"5": ""}}, Breaks: []Break{reason("total")}},
			want: []string{
				"declared option_removed: option/5/of/scale/five continues", "refused option_span: options/of/scale/five undecided", "declared measure_changed: index/total break",
			},
		},
		{name: "another value at the end", edit: []string{"kind: mean", "kind: score100", "value: 5", "value: 6"}, want: []string{
			"refused option_value: option/5/of/scale/five undecided", "ok option_value: option/5/of/scale/five continues",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			before := base(t, row.edit[:2]...)
			now := again(t, base(t, row.edit...), func(q *Questionnaire) {
				if row.changes != nil {
					c := *row.changes
					c.From = before.Version[:minFrom]
					q.Changes = &c
				}
			})
			stored := row.stored
			if stored == nil {
				stored = allStored
			}
			var none *Lineage
			p := Compare(none.Extend(before), now, stored)
			if diff := cmp.Diff(row.want, lines(p)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			checkPlan(t, p)
		})
	}
}

// A plan says in words what was counted, and in the codes of now.
func TestPlanWordsMeasures(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		edit []string
		want string
	}{
		"score100": {[]string{"kind: mean", "kind: score100"}, "counts the mean of the values → the mean of the values, from 0 to 100"},
		"net":      {[]string{topBox, `kind: net, codes: ["5", "4"], against: ["2", "1"]`}, "counts the share of 4, 5 → the share of 4, 5 minus the share of 1, 2"},
		"base":     {[]string{topBox, topBox + ", base: with_dont_know"}, "counts the share of 4, 5 → the share of 4, 5 among all, also those who don't know"},
		"name":     {[]string{"kind: top_box", "kind: bottom_box"}, "is called top_box → bottom_box, and counts the same"},
		"decimals": {[]string{"min_n: 10", "min_n: 10\nrounding: 1"}, "decimals as the program has them → 1"},
		"all same": {[]string{"min_n: 10", "min_n: 10\ndisclosure: {all_same: publish}"}, "all_same hide → publish"},
	} {
		var none *Lineage
		var text strings.Builder
		if err := Compare(none.Extend(base(t)), base(t, row.edit...), allStored).Print(&text); err != nil {
			t.Error(err)
		}
		if !strings.Contains(text.String(), row.want) {
			t.Errorf("%s: got\n%s\nwant %q", name, text.String(), row.want)
		}
	}
}
