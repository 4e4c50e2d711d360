package collect

import (
	"math"
	"unicode/utf8"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// maxWorked is how long a text may be that was worked out, in characters.
const maxWorked = 5000

// work works out a calculated item from the answers that stand before it, all of
// which are known to be asked or not by now. What can't be worked out, or can't
// be kept, is left empty.
func (c *Checker) work(v *questionnaire.Variable) {
	a := &c.now.answers[v.Index]
	a.State = response.Skipped
	value := v.Item.Work(c.look)
	switch {
	case v.Kind == questionnaire.Amount && value.Kind == logic.Number:
		n := math.Round(value.Number * math.Pow10(v.Item.Decimals))
		if math.Abs(n) < beyond {
			*a = response.Answer{State: response.Answered, Amount: int64(n)}
		}
	case v.Kind == questionnaire.Days && value.Kind == logic.Date:
		*a = response.Answer{State: response.Answered, Amount: int64(value.Number)}
	case v.Kind == questionnaire.Words && value.Kind == logic.Text:
		if text := clean(value.Text); legible(text) && utf8.RuneCountInString(text) <= maxWorked {
			*a = response.Answer{State: response.Answered, Words: text}
		}
	}
}
