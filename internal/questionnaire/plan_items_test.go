package questionnaire

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	commentLine = "      - {id: comment, type: text, max_chars: 1000, text: {vi: \"Ý kiến khác\", en: \"Other remarks\"}}\n"
	timesLine   = "      - {id: times, type: number, min: 0, max: 50, unit: {vi: lần, en: times}, text: {vi: \"Số lần đi lại\", en: \"Number of visits\"}}\n"
)

var itemPlans = []planned{
	{name: "added", edit: []string{commentLine, commentLine + strings.Replace(commentLine, "comment", "more", 1)}, want: []string{"ok item_added: item/more begins"}, stored: func(id, _ string) int64 {
		if id == "more" {
			return 0
		}
		return 100
	}},
	{name: "removed with answers", edit: []string{commentLine, ""}, want: []string{"refused item_removed: item/comment undecided"}},
	{name: "removed, declared", edit: []string{commentLine, ""}, changes: &Changes{Dropped: []string{"comment"}}, want: []string{"declared item_removed: item/comment ends"}},
	{name: "removed without answers", edit: []string{commentLine, ""}, stored: noneStored, want: []string{"ok item_removed: item/comment"}},
	{name: "renamed", edit: []string{"id: comment", "id: remarks"}, stored: withoutNew, want: []string{"refused item_removed: item/comment undecided", "ok item_added: item/remarks begins"}},
	{name: "renamed, declared", edit: []string{"id: comment", "id: remarks"}, changes: &Changes{Renamed: map[string]string{"remarks": "comment"}}, want: []string{"declared item_renamed: item/remarks mapped"}},
	{
		name: "renamed, with conditions that read it", edit: []string{"id: level", "id: overall", "level in ('1', '2')", "overall in ('1', '2')", "items: [level, second]", "items: [overall, second]", "items: [level]", "items: [overall]"},
		changes: &Changes{Renamed: map[string]string{"overall": "level"}}, want: []string{"declared item_renamed: item/overall mapped"},
	},
	{
		name: "renamed and reworded", edit: []string{"id: comment", "id: remarks", "Ý kiến khác", "Góp ý"}, changes: &Changes{Renamed: map[string]string{"remarks": "comment"}},
		want: []string{"declared item_renamed: item/remarks mapped", "refused item_reworded: item/remarks undecided"},
	},
	{name: "moved on its page", edit: []string{timesLine, "", commentLine, commentLine + timesLine}, want: []string{"ok item_moved: item/times continues"}},
	{name: "moved to another page", edit: []string{commentLine, "", "      - id: staff\n", commentLine + "      - id: staff\n"}, want: []string{"ok item_moved: item/comment continues"}},
	{name: "pages changed", edit: []string{"id: needs", "id: wants"}, want: []string{"ok page_added: page/wants", "ok page_removed: page/needs"}},
	{name: "text to long text", mutate: func(q *Questionnaire) { q.Item("comment").Type = LongText }, want: []string{"ok item_type: item/comment continues"}},
	{name: "number to integer", mutate: func(q *Questionnaire) { q.Item("times").Type = Integer }, want: []string{"ok item_type: item/times continues"}},
	{name: "scale to single", mutate: func(q *Questionnaire) { q.Item("second").Type = Single; q.Item("second").Scale = "" }, want: []string{"ok item_type: item/second continues"}},
	{name: "text to number", edit: []string{"id: comment, type: text, max_chars: 1000", "id: comment, type: number"}, want: []string{
		"refused item_type: item/comment undecided",
	}},
	{name: "text to number, with a break", edit: []string{"id: comment, type: text, max_chars: 1000", "id: comment, type: number"}, changes: &Changes{Breaks: []Break{reason("comment")}}, want: []string{
		"declared item_type: item/comment break",
	}},
	{name: "text to email", mutate: func(q *Questionnaire) { q.Item("comment").Type = Email }, want: []string{"refused item_type: item/comment undecided"}},
	{name: "multiple to single", edit: []string{"type: multiple", "type: single", "exclusive: true, ", ""}, want: []string{
		"refused item_type: item/want undecided",
	}},
	{name: "a row more", edit: []string{"          - {id: clear,", "          - {id: quick, text: {vi: \"Làm nhanh\", en: \"Quick\"}}\n          - {id: clear,"}, stored: withoutNew, want: []string{
		"ok item_added: row/quick begins", "refused index_parts: index/total undecided",
	}},
	{name: "a row less", edit: []string{"          - {id: clear, text: {vi: \"Hướng dẫn dễ hiểu\", en: \"They were clear\"}}\n", ""}, want: []string{
		"refused item_removed: row/clear undecided", "refused index_parts: index/total undecided",
	}},
	{name: "a row less, declared", edit: []string{"          - {id: clear, text: {vi: \"Hướng dẫn dễ hiểu\", en: \"They were clear\"}}\n", ""}, changes: &Changes{Dropped: []string{"clear"}, Breaks: []Break{reason("total")}}, want: []string{
		"declared item_removed: row/clear ends", "declared index_parts: index/total break",
	}},
	{name: "a matrix less", edit: []string{
		"        type: matrix\n        scale: five\n", "        type: note\n",
		"        rows:\n          - {id: polite, text: {vi: \"Thái độ lịch sự\", en: \"They were polite\"}}\n          - {id: clear, text: {vi: \"Hướng dẫn dễ hiểu\", en: \"They were clear\"}}\n", "",
		"weight: 0.6, items: [level, second]", "weight: 1, items: [level, second]",
		"      - {id: desk, title: {vi: \"Bàn tiếp nhận\", en: \"Desk\"}, weight: 0.4, items: [staff]}\n", "",
	}, changes: &Changes{Dropped: []string{"polite", "clear"}, Breaks: []Break{reason("total")}}, want: []string{
		"ok item_type: item/staff", "ok missing_removed: item/staff", "declared item_removed: row/polite ends", "declared item_removed: row/clear ends",
		"declared index_weight: index/total break", "declared index_parts: index/total break", "declared index_parts: index/total break", "declared index_parts: index/total break",
	}},
	{name: "rows changed places", edit: []string{"id: polite, text: {vi: \"Thái độ lịch sự\", en: \"They were polite\"}", "X", "id: clear, text: {vi: \"Hướng dẫn dễ hiểu\", en: \"They were clear\"}", "id: polite, text: {vi: \"Thái độ lịch sự\", en: \"They were polite\"}", "{X}", "{id: clear, text: {vi: \"Hướng dẫn dễ hiểu\", en: \"They were clear\"}}"}, want: []string{
		"ok item_moved: row/clear continues",
	}},
	{name: "no longer required", edit: []string{"required: true, ", ""}, want: []string{"ok item_required: item/level continues"}},
	{name: "required at times", mutate: func(q *Questionnaire) { q.Item("why").RequiredIf = "level = '1'" }, want: []string{"ok item_required: item/why continues"}},
	{name: "another condition", edit: []string{"level in ('1', '2')", "level = '1'"}, want: []string{"ok item_condition: item/why continues"}},
	{name: "no condition", edit: []string{"show_if: \"level in ('1', '2')\", ", ""}, want: []string{"ok item_condition: item/why continues"}},
	{name: "another condition, with a break", edit: []string{"level in ('1', '2')", "level = '1'"}, changes: &Changes{Breaks: []Break{reason("why")}}, want: []string{"declared item_condition: item/why break"}},
	{name: "limits", edit: []string{"min: 0, max: 50", "min: 1, max: 60"}, want: []string{"ok item_limits: item/times continues"}},
	{name: "pattern", mutate: func(q *Questionnaire) { q.Item("comment").Pattern = "[a-z]*" }, want: []string{"ok item_limits: item/comment continues"}},
	{name: "personal", mutate: func(q *Questionnaire) {
		q.Item("comment").Personal = &Personal{Purpose: Text{"vi": "Gọi lại", "en": "To call back"}, RetentionDays: 90}
	}, want: []string{"ok item_personal: item/comment"}},
	{name: "another calculation", mutate: func(q *Questionnaire) {
		it := q.Item("times")
		it.Type, it.Calculate, it.Result, it.Min, it.Max = Calculated, "1 + 1", "number", nil, nil
	}, want: []string{"refused item_type: item/times undecided", "ok item_limits: item/times continues"}},
	{name: "from once to every agency", mutate: func(q *Questionnaire) { q.Pages[1].Repeat = "level" }, want: []string{
		"refused item_repeated: item/want undecided", "refused item_repeated: item/times undecided", "refused item_repeated: item/why undecided", "refused item_repeated: item/comment undecided",
	}},
}

// withoutNew has no answers to what is not in the base.
func withoutNew(id, code string) int64 {
	if id == "remarks" || id == "quick" {
		return 0
	}
	return allStored(id, code)
}

func TestPlansOfItems(t *testing.T) {
	t.Parallel()
	checkPlans(t, itemPlans)
}

var scoringPlans = []planned{
	{name: "codes of a measure", edit: []string{`codes: ["4", "5"]`, `codes: ["5"]`}, want: []string{"refused measure_changed: index/total undecided"}},
	{name: "codes of a measure, with a break", edit: []string{`codes: ["4", "5"]`, `codes: ["5"]`}, changes: &Changes{Breaks: []Break{reason("total")}}, want: []string{"declared measure_changed: index/total break"}},
	{name: "codes of a measure, with a break of another", edit: []string{`codes: ["4", "5"]`, `codes: ["5"]`}, changes: &Changes{Breaks: []Break{reason("points")}}, want: []string{"refused measure_changed: index/total undecided"}},
	{name: "codes in another order", edit: []string{`codes: ["4", "5"]`, `codes: ["5", "4"]`}, want: nil},
	{name: "the measure of an index", edit: []string{"measure: average", "measure: satisfied"}, want: []string{
		"refused measure_changed: index/points undecided",
	}},
	{name: "weights", edit: []string{"weight: 0.6", "weight: 0.5", "weight: 0.4", "weight: 0.5"}, want: []string{"refused index_weight: index/total undecided", "refused index_weight: index/total undecided"}},
	{name: "weights without answers", edit: []string{"weight: 0.6", "weight: 0.5", "weight: 0.4", "weight: 0.5"}, stored: noneStored, want: []string{"ok index_weight: index/total begins", "ok index_weight: index/total begins"}},
	{name: "how an index is made", edit: []string{"aggregate: weighted_mean", "aggregate: pooled"}, want: []string{
		"refused index_aggregate: index/total undecided", "refused index_aggregate: index/total undecided", "refused index_aggregate: index/total undecided",
	}},
	{name: "an item in another factor", edit: []string{"items: [level, second]", "items: [level]", "items: [staff]", "items: [staff, second]"}, want: []string{
		"refused index_parts: index/total undecided", "refused index_parts: index/total undecided",
	}},
	{name: "an index more", edit: []string{"  - id: points", "  - id: extra\n    title: {vi: \"Thêm\", en: \"Extra\"}\n    measure: satisfied\n    aggregate: pooled\n    factors:\n      - {id: f, title: {vi: F, en: F}, items: [second]}\n  - id: points"}, want: []string{"ok index_added: index/extra continues"}},
	{name: "the title of an index", edit: []string{`title: {vi: "Chỉ số"`, `title: {vi: "Chỉ số chung"`}, want: []string{"ok text_changed: index/total"}},
	{name: "the note of an index", edit: []string{`method: "Ghi chú."`, `method: "Ghi chú khác."`}, want: []string{"ok text_changed: index/total"}},
	{name: "an index less", mutate: func(q *Questionnaire) { q.Indices = q.Indices[:1] }, want: []string{"ok index_removed: index/points ends"}},
	{name: "a measure nobody uses", mutate: func(q *Questionnaire) {
		q.Measures = append(q.Measures, Measure{ID: "new", Kind: TopBox, Codes: []string{"1"}, Title: Text{"vi": "M", "en": "N"}})
	}, want: []string{"ok measure_added: measure/new"}},
}

func TestPlansOfScoring(t *testing.T) {
	t.Parallel()
	checkPlans(t, scoringPlans)
}

// Declarations that name what is not there are told, with what was meant.
func TestPlansOfWrongDeclarations(t *testing.T) {
	t.Parallel()
	checkPlans(t, []planned{
		{name: "renamed from nothing", edit: []string{"id: comment", "id: remarks"}, stored: withoutNew, changes: &Changes{Renamed: map[string]string{"remarks": "coment"}}, want: []string{
			"refused declaration: changes.renamed/coment", "refused item_removed: item/comment undecided", "ok item_added: item/remarks begins",
		}},
		{name: "renamed from what is still asked", edit: []string{commentLine, commentLine + strings.Replace(commentLine, "comment", "remarks", 1)}, changes: &Changes{Renamed: map[string]string{"remarks": "comment"}}, want: []string{
			"refused declaration: changes.renamed/remarks", "refused item_reused: item/comment undecided", "declared item_renamed: item/remarks mapped",
		}},
		{name: "dropped what was never asked", changes: &Changes{Dropped: []string{"coment"}}, want: []string{"refused declaration: changes.dropped/coment"}},
		{name: "dropped what is still asked", changes: &Changes{Dropped: []string{"comment"}}, want: []string{
			"refused declaration: changes.dropped/comment", "declared item_removed: item/comment ends", "refused item_reused: item/comment undecided",
		}},
		{name: "recoded what was no code", changes: recoded("want", map[string]string{"fas": "fast"}), want: []string{"refused declaration: changes.recoded/want"}},
		{name: "recoded to no code", changes: recoded("want", map[string]string{"fast": "quick"}), want: []string{"refused declaration: changes.recoded/want", "ok option_added: option/fast/of/item/want continues"}},
		{name: "recoded no item", changes: recoded("nothing", map[string]string{"a": "b"}), want: []string{"refused declaration: changes.recoded/nothing"}},
		{name: "reworded nothing", changes: &Changes{Reworded: []string{"nothing"}}, want: []string{"refused declaration: changes.reworded/nothing"}},
		{name: "a break of nothing", changes: &Changes{Breaks: []Break{reason("nothing")}}, want: []string{"refused declaration: changes.breaks/nothing"}},
	})
}

// Declarations for another version say nothing.
func TestStaleDeclarations(t *testing.T) {
	t.Parallel()
	row := planned{edit: []string{commentLine, ""}, changes: &Changes{From: "0123456789abcdef", Dropped: []string{"comment"}}}
	p := row.run(t)
	if diff := cmp.Diff([]string{"refused item_removed: item/comment undecided"}, lines(p)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], p.Before[:minFrom]) {
		t.Errorf("got warnings %q, want one that names %s", p.Warnings, p.Before[:minFrom])
	}
}
