package logic

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// maker makes well-typed expressions and answers at random; the same seed makes
// the same ones.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 1))} }

func (m maker) pick(list ...string) string { return list[m.IntN(len(list))] }

// madeItem describes the items that made expressions read.
func madeItem(id string) (Item, bool) {
	one, two, ten := 1.0, 2.0, 10.0
	switch strings.TrimRight(id, "123") {
	case "n":
		return Item{Kind: Number}, true
	case "t":
		return Item{Kind: Text}, true
	case "d":
		return Item{Kind: Date}, true
	case "s":
		return Item{Kind: Set, Options: map[string]*float64{"x": nil, "y": nil, "z": nil}}, true
	case "q":
		return Item{Kind: Code, Options: map[string]*float64{"x": &one, "y": &two, "z": &ten}}, true
	case "p":
		return Item{Kind: Code, Options: map[string]*float64{"x": nil, "y": nil, "z": nil}}, true
	}
	return Item{}, false
}

var madeIDs = []string{"n1", "n2", "n3", "t1", "t2", "t3", "d1", "d2", "s1", "s2", "q1", "q2", "p1", "p2", today, "lang"}

var madeNumbers = []float64{0, 1, -1, 2, 3, 0.5, -0.5, 1.5, 2.5, 0.1, 0.2, 1.005, 2.675, -1.45, 1e-7, 1e21, 1e300, -1e300, 123456.789, 1 / 3.0, 5e-324, 1<<53 + 2, 4503599627370495.5, 0.49999999999999994}

var madeTexts = []string{"", "x", "y", "home", "Nguyễn Thị Ánh", "ng", "👍🏽", "a\nb", "e\u0301", "0912345678", " ", "𝒳𝒴", "10"}

// answers gives every item an answer, about one in four with nothing.
func (m maker) answers() map[string]Value {
	values := map[string]float64{"x": 1, "y": 2, "z": 10}
	a := map[string]Value{}
	for _, id := range madeIDs {
		if m.IntN(4) == 0 {
			continue
		}
		code := m.pick("x", "y", "z")
		switch id[0] {
		case 'n':
			x := madeNumbers[m.IntN(len(madeNumbers))]
			if m.IntN(3) == 0 {
				x = m.NormFloat64() * 1000
			}
			a[id] = Value{Kind: Number, Number: x}
		case 'd':
			a[id] = Value{Kind: Date, Number: float64(m.IntN(80_000) - 40_000)}
		case 's':
			a[id] = Value{Kind: Set, Codes: []string{"x", "y", "z"}[:m.IntN(4)]}
		case 'q':
			a[id] = Value{Kind: Code, Code: code, Number: values[code], Values: values}
		case 'p':
			a[id] = Value{Kind: Code, Code: code}
		default:
			a[id] = Value{Kind: Text, Text: madeTexts[m.IntN(len(madeTexts))]}
		}
		if id == today {
			a[id] = Value{Kind: Date, Number: 9661}
		}
	}
	return a
}

// join makes two or three arguments.
func (m maker) join(depth int, one func(int) string) string {
	list := []string{one(depth), one(depth)}
	if m.IntN(2) == 0 {
		list = append(list, one(depth))
	}
	return strings.Join(list, ", ")
}

func (m maker) number(depth int) string {
	if depth <= 0 {
		return m.pick("n1", "n2", "n3", "n1", "n2", "0", "1", "2.5", "-3", "0.1", "10", "count(s1)", "count(s2)", "count(n1, t1, d1, s1)")
	}
	d := depth - 1
	switch m.IntN(16) {
	case 0, 1, 2, 3:
		return fmt.Sprintf("(%s %s %s)", m.operand(d), m.pick("+", "-", "*", "/"), m.operand(d))
	case 4:
		return "-" + m.number(d)
	case 5:
		return fmt.Sprintf("round(%s, %d)", m.operand(d), m.IntN(maxDigits+1))
	case 6:
		return fmt.Sprintf("%s(%s)", m.pick("int", "abs", "round"), m.operand(d))
	case 7, 8:
		return fmt.Sprintf("%s(%s)", m.pick("min", "max", "sum", "mean"), m.join(d, m.operand))
	case 9:
		return fmt.Sprintf("length(%s)", m.text(d))
	case 10:
		return fmt.Sprintf("%s(%s)", m.pick("year", "age"), m.date(d))
	case 11:
		return fmt.Sprintf("age(%s, %s)", m.date(d), m.date(d))
	case 12:
		return fmt.Sprintf("(%s - %s)", m.date(d), m.date(d))
	case 13:
		return fmt.Sprintf("if(%s, %s, %s)", m.test(d), m.number(d), m.number(d))
	case 14:
		return fmt.Sprintf("coalesce(%s)", m.join(d, m.number))
	}
	return m.number(0)
}

// operand is a number, or an option that has a value.
func (m maker) operand(depth int) string {
	if m.IntN(4) == 0 {
		return m.code(depth)
	}
	return m.number(depth)
}

// code is an option with a value.
func (m maker) code(depth int) string {
	if depth <= 0 || m.IntN(2) == 0 {
		return m.pick("q1", "q2")
	}
	if m.IntN(2) == 0 {
		return fmt.Sprintf("if(%s, q1, q2)", m.test(depth-1))
	}
	return fmt.Sprintf("coalesce(q1, %s)", m.code(depth-1))
}

func (m maker) quoted() string {
	return "'" + strings.ReplaceAll(madeTexts[m.IntN(len(madeTexts))], "'", "") + "'"
}

func (m maker) text(depth int) string {
	d := depth - 1
	switch m.IntN(8) {
	case 0:
		return m.quoted()
	case 1, 2:
		if depth > 0 {
			return fmt.Sprintf("concat(%s)", m.join(d, m.anything))
		}
	case 3:
		if depth > 0 {
			return fmt.Sprintf("if(%s, %s, %s)", m.test(d), m.pick("t1", "q1", "p2"), m.quoted())
		}
	case 4:
		if depth > 0 {
			return fmt.Sprintf("coalesce(%s, %s)", m.pick("t1", "q1", "p1"), m.quoted())
		}
	}
	return m.pick("t1", "t2", "t3", "lang")
}

func (m maker) anything(depth int) string {
	switch m.IntN(5) {
	case 0:
		return m.number(depth)
	case 1:
		return m.date(depth)
	case 2:
		return m.pick("q1", "p1", "p2")
	}
	return m.text(depth)
}

func (m maker) date(depth int) string {
	d := depth - 1
	if depth > 0 {
		switch m.IntN(8) {
		case 0:
			return fmt.Sprintf("(%s %s %s)", m.date(d), m.pick("+", "-"), m.operand(d))
		case 1:
			return fmt.Sprintf("(%s + %s)", m.operand(d), m.date(d))
		case 2:
			return fmt.Sprintf("if(%s, %s, %s)", m.test(d), m.date(d), m.date(d))
		case 3:
			return fmt.Sprintf("%s(%s)", m.pick("coalesce", "min", "max"), m.join(d, m.date))
		}
	}
	return m.pick("d1", "d2", "d1", "d2", today, "today()", "date('2004-02-29')", "date('1999-12-31')", "date('0001-01-01')", "date('9999-12-31')")
}

var orders = []string{"=", "!=", "<", "<=", ">", ">="}

func (m maker) test(depth int) string {
	d := depth - 1
	if depth > 0 {
		switch m.IntN(12) {
		case 0, 1:
			return fmt.Sprintf("(%s and %s)", m.test(d), m.test(d))
		case 2, 3:
			return fmt.Sprintf("(%s or %s)", m.test(d), m.test(d))
		case 4:
			return "not " + m.test(d)
		case 5:
			return fmt.Sprintf("if(%s, %s, %s)", m.test(d), m.test(d), m.test(d))
		}
	}
	switch m.IntN(14) {
	case 0, 1, 2:
		return fmt.Sprintf("%s %s %s", m.operand(d), m.pick(orders...), m.operand(d))
	case 3:
		return fmt.Sprintf("%s %s %s", m.date(d), m.pick(orders...), m.date(d))
	case 4:
		return fmt.Sprintf("%s %s %s", m.text(d), m.pick("=", "!="), m.text(d))
	case 5:
		return fmt.Sprintf("%s %s '%s'", m.code(d), m.pick(orders...), m.pick("x", "y", "z"))
	case 6:
		return fmt.Sprintf("'%s' %s %s", m.pick("x", "y", "z"), m.pick(orders...), m.code(d))
	case 7:
		return m.pick("p1 = 'x'", "p1 != p2", "p2 in ('x', 'z')", "q1 in ('y')", "n1 in (0, 1, -1, 0.5)", "d1 in (date('2004-02-29'))", "t1 in ('x', '')")
	case 8:
		return fmt.Sprintf("%s between %s and %s", m.operand(d), m.operand(d), m.operand(d))
	case 9:
		return fmt.Sprintf("%s between '%s' and '%s'", m.code(d), m.pick("x", "y"), m.pick("y", "z"))
	case 10:
		return fmt.Sprintf("%s(%s, %s)", m.pick("contains", "starts_with"), m.text(d), m.text(d))
	case 11:
		return fmt.Sprintf("matches(%s, '%s')", m.text(d), m.pick(`\d+`, `.*`, `[a-z]+`, `\w*`, `.{2}`, `[^\s]*`, `(x|y)?`, `\S+( \S+)*`))
	case 12:
		return m.pick("selected(s1, 'x')", "selected(s2, 'z')", "answered(n1)", "answered(s1)", "answered(t2)", "answered(today)")
	}
	return m.pick("true", "false", "n1 > 0", "d1 < today")
}

// pattern makes a pattern of what means the same everywhere, and is often refused.
func (m maker) pattern(depth int) string {
	var b strings.Builder
	for range 1 + m.IntN(3) {
		switch {
		case depth > 0 && m.IntN(3) == 0:
			b.WriteString("(" + m.pattern(depth-1))
			for range m.IntN(2) {
				b.WriteString("|" + m.pattern(depth-1))
			}
			b.WriteByte(')')
		default:
			b.WriteString(m.pick("a", "b", "c", ".", "[ab]", "[^a]", `\d`, `\w`, "ễ", `\.`, "-", "[a-c-]", `[\d.]`))
		}
		if m.IntN(3) == 0 {
			b.WriteString(m.pick("?", "*", "+", "{2}", "{1,3}", "{2,}", "+?"))
		}
	}
	return b.String()
}

// word makes a text of the characters that made patterns know; now and then a
// long one that tempts a browser to try everything.
func (m maker) word() string {
	if m.IntN(8) == 0 {
		return strings.Repeat(m.pick("a", "ab", "abc", "1", "a.", "aab"), 300) + m.pick("", "!", "\n", "ễ")
	}
	var b strings.Builder
	for range m.IntN(8) {
		b.WriteString(m.pick("a", "a", "b", "b", "c", "1", ".", "-", "ễ", "\n", "👍"))
	}
	return b.String()
}
