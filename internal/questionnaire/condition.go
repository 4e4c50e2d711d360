package questionnaire

import "hailong/internal/logic"

// condition is a compiled ShowIf; nil expression: always shown.
type condition struct{ expr *logic.Expr }

// Shown reports whether an item is asked, given the answers so far. lookup
// returns the answer to an item or row by id. A condition that cannot be
// decided because an answer is missing hides the item.
func (it *Item) Shown(lookup func(id string) logic.Value) bool {
	return it.show.expr == nil || it.show.expr.True(lookup)
}
