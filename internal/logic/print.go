package logic

import (
	"strconv"
	"strings"
)

// String returns the condition in its canonical form: single spaces, and only
// the parentheses it needs. Parsing it gives the same condition.
func (e *Expr) String() string {
	var p printer
	e.root.print(&p)
	return p.b.String()
}

type printer struct{ b strings.Builder }

// within prints a part, in parentheses when it binds less than it must.
func (p *printer) within(n node, least int) {
	if n.level() >= least {
		n.print(p)
		return
	}
	p.b.WriteByte('(')
	n.print(p)
	p.b.WriteByte(')')
}

func (p *printer) operand(o operand) {
	switch o.kind {
	case itemOperand:
		p.b.WriteString(o.text)
	case countOperand:
		p.b.WriteString("count(" + o.text + ")")
	case numberOperand:
		p.b.WriteString(strconv.FormatFloat(o.number, 'f', -1, 64))
	case textOperand:
		quote := "'"
		if strings.Contains(o.text, quote) {
			quote = `"`
		}
		p.b.WriteString(quote + o.text + quote)
	}
}

func (n either) print(p *printer) {
	p.within(n.left, 1)
	p.b.WriteString(" or ")
	p.within(n.right, 2)
}

func (n both) print(p *printer) {
	p.within(n.left, 2)
	p.b.WriteString(" and ")
	p.within(n.right, 3)
}

func (n negation) print(p *printer) {
	p.b.WriteString("not ")
	p.within(n.of, 3)
}

func (n comparison) print(p *printer) {
	p.operand(n.left)
	p.b.WriteString(" " + n.op + " ")
	p.operand(n.right)
}

func (n membership) print(p *printer) {
	p.operand(n.of)
	p.b.WriteString(" in (")
	for i, o := range n.list {
		if i > 0 {
			p.b.WriteString(", ")
		}
		p.operand(o)
	}
	p.b.WriteByte(')')
}

func (n span) print(p *printer) {
	p.operand(n.of)
	p.b.WriteString(" between ")
	p.operand(n.low)
	p.b.WriteString(" and ")
	p.operand(n.high)
}

func (n selection) print(p *printer) {
	p.b.WriteString("selected(")
	p.operand(n.item)
	p.b.WriteString(", ")
	p.operand(n.code)
	p.b.WriteByte(')')
}

func (n presence) print(p *printer) { p.b.WriteString("answered(" + n.item.text + ")") }
