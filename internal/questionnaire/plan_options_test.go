package questionnaire

import "testing"

func recoded(item string, codes map[string]string) *Changes {
	return &Changes{Recoded: map[string]map[string]string{item: codes}}
}

func reason(of string) Break { return Break{Of: of, Reason: Text{"vi": "Lý do", "en": "Reason"}} }

var optionPlans = []planned{
	{name: "a letter of a label", edit: []string{"vi: \"Trung bình\"", "vi: \"Trung bình.\""}, want: []string{"ok option_corrected: option/3/of/scale/five continues"}},
	{name: "only the translation", edit: []string{"Middling", "Neither good nor bad"}, want: []string{"ok option_retranslated: option/3/of/scale/five continues"}},
	{name: "a label with another meaning", edit: []string{"vi: \"Trung bình\"", "vi: \"Chấp nhận được\""}, want: []string{"refused option_reused: option/3/of/scale/five undecided"}},
	{
		name: "declared to: mean the same", edit: []string{"vi: \"Trung bình\"", "vi: \"Chấp nhận được\""}, changes: &Changes{Reworded: []string{"level", "second", "staff"}},
		want: []string{"declared option_reused: option/3/of/scale/five continues"},
	},
	{
		name: "declared for: one item of three", edit: []string{"vi: \"Trung bình\"", "vi: \"Chấp nhận được\""}, changes: &Changes{Reworded: []string{"level"}},
		want: []string{"declared option_reused: option/3/of/scale/five continues", "refused option_reused: option/3/of/scale/five undecided"},
	},
	{
		name: "declared to: be another", edit: []string{"vi: \"Trung bình\"", "vi: \"Chấp nhận được\""}, changes: &Changes{Breaks: []Break{reason("all")}},
		want: []string{"declared option_reused: option/3/of/scale/five break"},
	},
	{
		name: "labels changed places", edit: []string{"Rất kém", "X", "Rất tốt", "Rất kém", "vi: \"X\"", "vi: \"Rất tốt\""},
		want: []string{"refused option_reused: option/1/of/scale/five undecided", "refused option_reused: option/5/of/scale/five undecided"},
	},
	{
		name: "labels changed places, declared to mean the same", edit: []string{"Rất kém", "X", "Rất tốt", "Rất kém", "vi: \"X\"", "vi: \"Rất tốt\""},
		changes: &Changes{Reworded: []string{"level", "second", "staff"}},
		want:    []string{"refused option_reused: option/1/of/scale/five undecided", "refused option_reused: option/5/of/scale/five undecided"},
	},
	{
		name: "codes changed places, declared", edit: []string{"code: fast", "code: X", "code: cheap", "code: fast", "code: X", "code: cheap"},
		changes: recoded("want", map[string]string{"fast": "cheap", "cheap": "fast"}),
		want:    []string{"declared option_recoded: option/fast/of/item/want mapped", "declared option_recoded: option/cheap/of/item/want mapped"},
	},
	{
		name: "codes changed places", edit: []string{"code: fast", "code: X", "code: cheap", "code: fast", "code: X", "code: cheap"},
		want: []string{"refused option_reused: option/fast/of/item/want undecided", "refused option_reused: option/cheap/of/item/want undecided", "ok option_order: options/of/item/want continues"},
	},
	{name: "another code", edit: []string{"code: cheap", "code: cheaper"}, want: []string{"refused option_recoded: option/cheap/of/item/want undecided"}},
	{
		name: "another code, declared", edit: []string{"code: cheap", "code: cheaper"}, changes: recoded("want", map[string]string{"cheap": "cheaper"}),
		want: []string{"declared option_recoded: option/cheap/of/item/want mapped"},
	},
	{name: "another code that nobody chose", edit: []string{"code: cheap", "code: cheaper"}, stored: func(_, code string) int64 {
		if code == "cheap" {
			return 0
		}
		return 100
	}, want: []string{"ok option_recoded: option/cheap/of/item/want"}},
	{name: "added", edit: []string{"          - {code: none,", "          - {code: near, label: {vi: \"Gần hơn\", en: \"Nearer\"}}\n          - {code: none,"}, want: []string{"ok option_added: option/near/of/item/want continues"}},
	{name: "removed with answers", edit: []string{"          - {code: cheap, label: {vi: \"Rẻ hơn\", en: \"Cheaper\"}}\n", ""}, want: []string{"refused option_removed: option/cheap/of/item/want undecided"}},
	{
		name: "removed, declared", edit: []string{"          - {code: cheap, label: {vi: \"Rẻ hơn\", en: \"Cheaper\"}}\n", ""}, changes: recoded("want", map[string]string{"cheap": ""}),
		want: []string{"declared option_removed: option/cheap/of/item/want continues"},
	},
	{
		name: "became part of another", edit: []string{"          - {code: cheap, label: {vi: \"Rẻ hơn\", en: \"Cheaper\"}}\n", ""}, changes: recoded("want", map[string]string{"cheap": "fast"}),
		want: []string{"declared option_recoded: option/cheap/of/item/want mapped"},
	},
	{name: "removed without answers", edit: []string{"          - {code: cheap, label: {vi: \"Rẻ hơn\", en: \"Cheaper\"}}\n", ""}, stored: func(id, code string) int64 {
		if id == "want" && code == "cheap" {
			return 0
		}
		return 100
	}, want: []string{"ok option_removed: option/cheap/of/item/want"}},
	{name: "exclusive", edit: []string{"{code: none, exclusive: true,", "{code: none,"}, want: []string{"ok option_exclusive: option/none/of/item/want"}},
	{
		name: "best first", edit: []string{
			"      - {code: \"1\", value: 1, label: {vi: \"Rất kém\", en: \"Very bad\"}}\n", "",
			"    missing: [dont_know]", "      - {code: \"1\", value: 1, label: {vi: \"Rất kém\", en: \"Very bad\"}}\n    missing: [dont_know]",
		},
		want: []string{"ok option_order: options/of/scale/five continues"},
	},
	{name: "the value of an option", edit: []string{"value: 5", "value: 6"}, want: []string{
		"refused option_value: option/5/of/scale/five undecided", "ok option_value: option/5/of/scale/five continues",
	}},
	{name: "the value of an option, with a break of the index", edit: []string{"value: 5", "value: 6"}, changes: &Changes{Breaks: []Break{reason("points")}}, want: []string{
		"declared option_value: option/5/of/scale/five break", "ok option_value: option/5/of/scale/five continues",
	}},
	{name: "a missing code more", edit: []string{"missing: [dont_know]", "missing: [dont_know, refused]"}, want: []string{"ok missing_added: scale/five continues"}},
	{name: "a missing code less", edit: []string{"    missing: [dont_know]\n", ""}, want: []string{"ok missing_removed: scale/five continues"}},
	{name: "order by chance", mutate: func(q *Questionnaire) { q.Pages[1].Items[0].Order = Random }, want: []string{"ok item_look: item/want continues"}},
}

func TestPlansOfOptions(t *testing.T) {
	t.Parallel()
	checkPlans(t, optionPlans)
}
