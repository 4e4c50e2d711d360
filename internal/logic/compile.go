package logic

import "encoding/json"

// Compiled returns the expression for static/logic.js, as described for the
// package. The same expression always gives the same bytes, which are safe inside
// HTML. The caller owns them.
func (e *Expr) Compiled() json.RawMessage { return e.root.compile(nil) }

func (n *node) compile(b []byte) []byte {
	switch n.op {
	case opTrue, opFalse:
		return append(b, n.op...)
	case opNumber:
		return appendJSON(b, n.number)
	case opText:
		return appendJSON(b, n.text)
	case opDate:
		return append(appendJSON(append(b, `["date",`...), n.number), ']')
	case opItem:
		return append(appendJSON(append(b, `["item",`...), n.text), ']')
	}
	if n.words {
		b = append(b, `["words",`...)
	}
	b = appendJSON(append(b, '['), n.op)
	for i, a := range n.args {
		b = append(b, ',')
		if n.op == opMatches && i == 1 {
			b = appendJSON(b, n.pattern.JS())
			continue
		}
		b = a.compile(b)
	}
	switch {
	case n.op == opAge && len(n.args) == 1:
		b = append(b, `,["item","today"]`...)
	case n.op == opRound && len(n.args) == 1:
		b = append(b, ",0"...)
	}
	b = append(b, ']')
	if n.words {
		b = append(b, ']')
	}
	return b
}

// appendJSON appends a number in the fewest digits that mean the same, or a string
// in which < > & and the line separators are escaped.
func appendJSON[T string | float64](b []byte, v T) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...) // never: numbers are finite
	}
	return append(b, encoded...)
}
