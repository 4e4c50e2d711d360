package logic

import "strings"

// String returns the expression in its canonical form: single spaces, and only
// the parentheses it needs. Parsing it gives the same expression.
func (e *Expr) String() string { return e.root.String() }

// String returns the node as it is written.
func (n *node) String() string {
	var p printer
	p.within(n, 0)
	return p.b.String()
}

type printer struct{ b strings.Builder }

// within prints a node, in parentheses when it binds less than it must.
func (p *printer) within(n *node, least int) {
	if n.level() < least {
		p.b.WriteByte('(')
		p.print(n)
		p.b.WriteByte(')')
		return
	}
	p.print(n)
}

func (p *printer) print(n *node) {
	level := n.level()
	switch n.op {
	case opItem, opTrue, opFalse:
		p.b.WriteString(n.text)
	case opNumber:
		p.b.WriteString(decimal(n.number))
	case opText:
		p.quote(n.text)
	case opDate:
		p.b.WriteString("date(")
		p.quote(n.text)
		p.b.WriteByte(')')
	case opAnd, opOr:
		p.list(n.args, level+1, " "+n.op+" ")
	case opNot:
		p.b.WriteString("not ")
		p.within(n.args[0], level)
	case opNeg:
		p.b.WriteByte('-')
		p.within(n.args[0], level)
	case opIn:
		p.within(n.args[0], sumLevel)
		p.b.WriteString(" in (")
		p.list(n.args[1:], 0, ", ")
		p.b.WriteByte(')')
	case opBetween:
		p.within(n.args[0], sumLevel)
		p.b.WriteString(" between ")
		p.list(n.args[1:], sumLevel, " and ")
	default:
		p.operation(n, level)
	}
}

// operation prints a binary operator or a function.
func (p *printer) operation(n *node, level int) {
	if level == partLevel {
		p.b.WriteString(n.op + "(")
		p.list(n.args, 0, ", ")
		p.b.WriteByte(')')
		return
	}
	left := level
	if level == testLevel {
		left = sumLevel
	}
	p.within(n.args[0], left)
	p.b.WriteString(" " + n.op + " ")
	p.within(n.args[1], level+1)
}

func (p *printer) list(list []*node, least int, separator string) {
	for i, n := range list {
		if i > 0 {
			p.b.WriteString(separator)
		}
		p.within(n, least)
	}
}

// quote prints a text; none has both kinds of quotes, because none can be written.
func (p *printer) quote(text string) {
	quote := "'"
	if strings.Contains(text, quote) {
		quote = `"`
	}
	p.b.WriteString(quote + text + quote)
}
