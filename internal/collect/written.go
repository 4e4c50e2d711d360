package collect

import "hailong/internal/questionnaire"

// WrittenDate turns a day or month that people write, day first as in Viet Nam
// (31/3/2026, 3/2026), or with the year first, into the form that [Input] takes.
// Anything else is returned as it is, for the check to say so.
func WrittenDate(kind questionnaire.VariableKind, text string) string { return written(kind, text) }
