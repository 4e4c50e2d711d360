package logic

// The names of the parts of expressions, where Go code speaks of them. All of
// them, and the names of functions, are those of the compiled form.
const (
	opItem   = "item"
	opNumber = "number"
	opText   = "text"
	opDate   = "date"
	opTrue   = "true"
	opFalse  = "false"

	opAnd     = "and"
	opOr      = "or"
	opNot     = "not"
	opIn      = "in"
	opBetween = "between"
	opNeg     = "neg"

	opSelected = "selected"
	opAnswered = "answered"
	opCount    = "count"
	opIf       = "if"
	opCoalesce = "coalesce"
	opMatches  = "matches"
	opRound    = "round"
	opAge      = "age"
)

// node is one part of an expression: a literal, an item, an operator or a
// function with its arguments.
type node struct {
	op      string
	args    []*node
	text    string   // item: its id; text: the text; date: as it is written
	number  float64  // number: the number; date: days since 2000-01-01
	column  int      // of an operator its own, else where the part begins; in characters, from 1
	truth   bool     // a condition, not a value
	words   bool     // if, coalesce: gives a text, even of options
	pattern *Pattern // matches
}

// names tells what the node reads, in order.
func (n *node) names(add func(id string, column int)) {
	if n.op == opItem {
		add(n.text, n.column)
	}
	if n.op == opAge && len(n.args) == 1 {
		add(today, n.column)
	}
	for _, a := range n.args {
		a.names(add)
	}
}

// textual reports whether the node gives a text whatever the items are.
func (n *node) textual() bool { return n.op == opText || n.op == "concat" || n.words }

// The levels of precedence.
const (
	orLevel = iota + 1
	andLevel
	notLevel
	testLevel
	sumLevel
	productLevel
	minusLevel
	partLevel
)

// level is how strongly the node binds what it is made of.
func (n *node) level() int {
	switch n.op {
	case opOr:
		return orLevel
	case opAnd:
		return andLevel
	case opNot:
		return notLevel
	case "=", "!=", "<", "<=", ">", ">=", opIn, opBetween:
		return testLevel
	case "+", "-":
		return sumLevel
	case "*", "/":
		return productLevel
	case opNeg:
		return minusLevel
	case opNumber:
		if n.number < 0 {
			return minusLevel
		}
	}
	return partLevel
}
