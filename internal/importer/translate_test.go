package importer

import (
	"strings"
	"testing"
)

// asked is a form with a question of every kind; the last row has the relevant
// that is tried, and is on the same page as none.
func asked(column, expression string) sheets {
	header := []string{"type", "name", "label", "required", column}
	rows := [][]string{
		header,
		{"begin group", "g1", "One"},
		{"select_one yn", "ok", "Ok?"},
		{"select_one yn", "sure", "Sure?", "yes"},
		{"select_one level", "level", "Level?"},
		{"select_multiple needs", "needs", "Needs?"},
		{"integer", "times", "Times?"},
		{"integer", "must", "Must?", "yes"},
		{"decimal", "amount", "Amount?"},
		{"text", "words", "Words?"},
		{"date", "born", "Born?"},
		{"rank needs", "order", "Order?"},
		{"geopoint", "spot", "Where?"},
		{"end group"},
		{"begin group", "g2", "Two"},
		{"text", "last", "Last?", "", expression},
		{"end group"},
		{"text", "later", "Later?"},
	}
	return sheets{"survey": rows, "choices": {
		{"list_name", "name", "label"},
		{"yn", "yes", "Yes"},
		{"yn", "no", "No"},
		{"level", "1", "Low"},
		{"level", "2", "Middle"},
		{"level", "3", "High"},
		{"needs", "a", "A"},
		{"needs", "B b", "B"},
		{"needs", "none", "None"},
	}}
}

func TestRelevant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ xpath, want string }{
		{"${ok} = 'yes'", "ok = 'yes'"},
		{"'yes' = ${ok}", "'yes' = ok"},
		{"${ok}='yes' and ${sure} = 'no'", "ok = 'yes' and sure = 'no'"},
		{"${ok} = ‘yes’", "ok = 'yes'"},
		{"selected(${ok}, 'yes')", "ok = 'yes'"},
		{"selected( ${needs} , 'a' )", "selected(needs, 'a')"},
		{"selected(${needs}, 'B b')", "selected(needs, 'b_b')"},
		{"selected(${needs}, 'a') or ${times} > 3", "selected(needs, 'a') or times > 3"},
		{"${times} > 3 and (${times} < 9 or ${ok} = 'no')", "times > 3 and (times < 9 or ok = 'no')"},
		{"${times} >= 1.5", "times >= 1.5"},
		{"${times} = -1", "times = -1"},
		{"${amount} * 2 + 1 > ${times} div 4", "amount * 2 + 1 > times / 4"},
		{"${amount} - (${times} - 1) > 0", "amount - (times - 1) > 0"},
		{"${times} mod 2 = 0", "times - 2 * int(times / 2) = 0"},

		// what is missing is an empty text in XPath
		{"${ok} != 'yes'", "not answered(ok) or ok != 'yes'"},
		{"${sure} != 'yes'", "sure != 'yes'"},
		{"not(${ok} = 'yes')", "not answered(ok) or ok != 'yes'"},
		{"not(selected(${needs}, 'a'))", "not answered(needs) or not selected(needs, 'a')"},
		{"not(${times} > 3)", "not answered(times) or times <= 3"},
		{"not(${must} > 3)", "must <= 3"},
		{"not(${ok} = 'yes' and ${times} > 3)", "not answered(ok) or ok != 'yes' or not answered(times) or times <= 3"},
		{"not(not(${ok} = 'yes'))", "ok = 'yes'"},
		{"${ok} = ''", "not answered(ok)"},
		{"${ok} != ''", "answered(ok)"},
		{"'' != ${words}", "answered(words)"},
		{"string-length(${words}) > 0", "coalesce(length(words), 0) > 0"},
		{"count-selected(${needs}) < 2", "coalesce(count(needs), 0) < 2"},
		{"${needs} = 'a'", "selected(needs, 'a') and count(needs) = 1"},
		{"if(${times} > 3, ${ok} = 'yes', true())", "times > 3 and ok = 'yes' or not answered(times) or times <= 3"},
		{"${amount} > if(${ok} = 'yes', 1, 2)", "amount > if(answered(ok) and ok = 'yes', 1, 2)"},

		// codes and numbers
		{"${level} = 2", "level = '2'"},
		{"${level} = '2'", "level = '2'"},
		{"${level} > 1", "level > 1"},
		{"${level} + 1 = 3", "level + 1 = 3"},
		{"number(${level}) >= 2", "level >= 2"},

		// texts and dates
		{"regex(${words}, '[a-z]+')", "matches(words, '[a-z]+')"},
		{"contains(${words}, 'x')", "contains(words, 'x')"},
		{"starts-with(${words}, \"it's\")", `starts_with(words, "it's")`},
		{"${words} = 7", "words = '7'"},
		{"${born} < today()", "born < today()"},
		{"${born} > date('2001-02-03')", "born > date('2001-02-03')"},
		{"${born} > '2001-02-03'", "born > date('2001-02-03')"},
		{"(today() - ${born}) div 365.25 >= 18", "(today() - born) / 365.25 >= 18"},
		{"int((today() - ${born}) div 365.25) >= 18", "int((today() - born) / 365.25) >= 18"},
		{"format-date(${born}, '%Y') > 2000", "year(born) > 2000"},
		{"coalesce(${times}, 0) = 0", "coalesce(times, 0) = 0"},
		{"round(${amount}, 1) = 1.5", "round(amount, 1) = 1.5"},
		{"min(${times}, ${amount}) > 1", "min(times, amount) > 1"},
		{"once(${times}) > 1", "times > 1"},
		{"true()", ""},
		{"${ok} = 'yes' or true()", ""},
		{"${ok} = 'yes' and true()", "ok = 'yes'"},
		{"(${ok} = 'yes') = true()", "ok = 'yes'"},
	} {
		r := importSheets(t, asked("relevant", c.xpath), Options{})
		it := itemOf(t, r.File, "last")
		if it.ShowIf != c.want {
			t.Errorf("%s\n got %s\nwant %s\n%v", c.xpath, it.ShowIf, c.want, entryFor(t, r.Report, "last"))
		}
		if e := entryFor(t, r.Report, "last"); e.Outcome != Mapped {
			t.Errorf("%s: %s", c.xpath, e)
		}
	}
}

// A condition that is lost asks people what they should not be asked.
func TestRelevantLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ xpath, reason string }{
		{"${gone} = 1", "it reads gone, which is not there"},
		{"${spot} != ''", "it reads spot, which was refused"},
		{"${later} = 'x'", "it reads later, which comes later"},
		{"${last} = 'x'", "it reads the question itself"},
		{"${order} = 'a'", "it reads order, which has no single answer"},
		{"${ok} = ", "it ends too early"},
		{"${ok} = 'yes", "a text is not closed"},
		{"${ok} = 'yes' ${sure}", `"${sure}" is not understood there`},
		{"/data/ok = 'yes'", "is not understood there"},
		{"pulldata('x', 'a', 'b', ${ok}) = 1", "the function pulldata() is not known here"},
		{"indexed-repeat(${ok}, ${ok}, 1) = 'a'", "the function indexed-repeat() is not known here"},
		{"${words} > 'a'", "texts have no order"},
		{"${ok} > 1", `the options of "ok" have no numbers`},
		{"${words} > 3", "texts have no order"},
		{"${born} = 3", `"3" is no date`},
		{"${times} = 'x'", `"x" is no number`},
		{"regex(${words}, '(a+)+')", "the pattern"},
		{"regex(${words}, ${words})", "a pattern must be a literal"},
		{"selected(${words}, 'a')", `"words" has no options`},
		{"concat(${words}, 'a') = ''", "only an answer can be compared with the empty text"},
		{strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), "it is nested too deep"},
		{"1 = " + strings.Repeat("1 + ", 1500) + "1", "it has more than 4000 bytes"},
	} {
		r := importSheets(t, asked("relevant", c.xpath), Options{})
		if it := itemOf(t, r.File, "last"); it.ShowIf != "" {
			t.Errorf("%s: got %s", c.xpath, it.ShowIf)
		}
		e := entryFor(t, r.Report, "last")
		if !e.Look || e.Outcome != Changed || !strings.Contains(e.String(), c.reason) {
			t.Errorf("%s: got %s, want %s", clip(c.xpath, 80), e, c.reason)
		}
	}
}

func TestNeverAsked(t *testing.T) {
	t.Parallel()
	for _, xpath := range []string{"false()", "${ok} = 'maybe'", "false() and ${ok} = 'yes'"} {
		r := importSheets(t, asked("relevant", xpath), Options{})
		if e := entryFor(t, r.Report, "last"); e.Outcome != Refused || !strings.Contains(e.String(), "never asked") {
			t.Errorf("%s: got %s", xpath, e)
		}
	}
}

func TestCalculation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ xpath, want string }{
		{"2+2", "2 + 2"},
		{"${times} * 2", "times * 2"},
		{"-${times}", "-times"},
		{"${times} > 3", "if(answered(times) and times > 3, 1, 0)"},
		{"if(${ok} = 'yes', 'good', 'bad')", "if(answered(ok) and ok = 'yes', 'good', 'bad')"},
		{"if(selected(${needs}, 'a'), 1, 0)", "if(answered(needs) and selected(needs, 'a'), 1, 0)"},
		{"if(${times} > 3, 'many', ${words})", "if(answered(times) and times > 3, 'many', words)"},
		{"concat(${words}, '-', ${times})", "concat(coalesce(words, ''), '-', coalesce(concat(times), ''))"},
		{"coalesce(${words}, 'x')", "coalesce(words, 'x')"},
		{"string(${times})", "concat(times)"},
		{"${ok}", "concat(ok)"},
		{"today()", "today()"},
		{"${born} + 30", "born + 30"},
		{"decimal-date-time(${born})", "born - date('1970-01-01')"},
		{"count-selected(${needs})", "coalesce(count(needs), 0)"},
		{"sum(${times}, ${amount})", "sum(times, amount)"},
	} {
		s := asked("calculation", "")
		s["survey"][15] = []string{"calculate", "last", "", "", c.xpath}
		r := importSheets(t, s, Options{})
		if it := itemOf(t, r.File, "last"); it.Calculate != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.xpath, it.Calculate, c.want)
		}
	}
}
