package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"hailong/internal/stat"
)

// calcResult is what a method found: values in order, then a table, then notes.
type calcResult struct {
	values  []calcValue
	columns []string
	rows    [][]any
	notes   []string
}

type calcValue struct {
	name  string
	value any    // float64, int, int64, string, or nil with a reason
	why   string // there is no value
}

// add appends a value. A float that is no number becomes a state with a reason.
func (r *calcResult) add(name string, value any) {
	if f, ok := value.(float64); ok && !finite(f) {
		r.missing(name, "not defined for this input")
		return
	}
	r.values = append(r.values, calcValue{name: name, value: value})
}

// missing appends a value that there is not, with the reason.
func (r *calcResult) missing(name, why string) {
	r.values = append(r.values, calcValue{name: name, why: why})
}

// interval appends both ends of an interval, or why there is none.
func (r *calcResult) interval(prefix string, i stat.Interval, ok bool, why string) {
	if !ok {
		r.missing(prefix+"low", why)
		r.missing(prefix+"high", why)
		return
	}
	r.add(prefix+"low", i.Low)
	r.add(prefix+"high", i.High)
}

func (r *calcResult) note(text string) {
	r.notes = append(r.notes, text)
}

// row appends a row of the table.
func (r *calcResult) row(cells ...any) {
	for i, c := range cells {
		if f, ok := c.(float64); ok && !finite(f) {
			cells[i] = nil
		}
	}
	r.rows = append(r.rows, cells)
}

// short writes a value for reading: whole numbers in full, others with 8
// significant digits.
func short(value any) string {
	f, ok := value.(float64)
	if !ok {
		return fmt.Sprint(value)
	}
	if f == 0 {
		return "0" // never a negative zero
	}
	if f == float64(int64(f)) && f < 1e15 && f > -1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', 8, 64)
}

// writeText writes a result in columns.
func (r *calcResult) writeText(w io.Writer) error {
	var b strings.Builder
	width := 0
	for _, v := range r.values {
		width = max(width, utf8.RuneCountInString(v.name))
	}
	for _, v := range r.values {
		text := "– (" + v.why + ")"
		if v.value != nil {
			text = short(v.value)
		}
		fmt.Fprintf(&b, "%-*s  %s\n", width, v.name, text)
	}
	if len(r.values) > 0 && len(r.rows) > 0 {
		b.WriteByte('\n')
	}
	r.grid(&b)
	for _, n := range r.notes {
		b.WriteString("note: " + n + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// grid writes the table: words to the left, numbers to the right.
func (r *calcResult) grid(b *strings.Builder) {
	if len(r.rows) == 0 {
		return
	}
	lines := [][]string{r.columns}
	words := make([]bool, len(r.columns))
	for _, row := range r.rows {
		line := make([]string, len(row))
		for i, c := range row {
			line[i] = "–"
			if c != nil {
				line[i] = short(c)
			}
			_, word := c.(string)
			words[i] = words[i] || word
		}
		lines = append(lines, line)
	}
	widths := make([]int, len(r.columns))
	for _, line := range lines {
		for i, c := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	for _, line := range lines {
		var out strings.Builder
		for i, c := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if words[i] {
				out.WriteString(c + pad + "  ")
			} else {
				out.WriteString(pad + c + "  ")
			}
		}
		b.WriteString(strings.TrimRight(out.String(), " ") + "\n")
	}
}

// writeJSON writes a result as one object in the order of its values; floats
// with the fewest digits that name them, so that none is lost.
func (r *calcResult) writeJSON(w io.Writer) error {
	var b bytes.Buffer
	b.WriteByte('{')
	field := func(name string, raw []byte) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString("\n  " + strconv.Quote(name) + ": ")
		b.Write(raw)
	}
	for _, v := range r.values {
		field(v.name, jsonOf(v.value))
		if v.value == nil {
			field(v.name+"_reason", jsonOf(v.why))
		}
	}
	if len(r.rows) > 0 {
		field("rows", r.rowsJSON())
	}
	if len(r.notes) > 0 {
		field("notes", jsonOf(r.notes))
	}
	b.WriteString("\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

func (r *calcResult) rowsJSON() []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, row := range r.rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    {")
		for j, c := range row {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString(strconv.Quote(r.columns[j]) + ": ")
			b.Write(jsonOf(c))
		}
		b.WriteByte('}')
	}
	b.WriteString("\n  ]")
	return b.Bytes()
}

// jsonOf writes a value: floats as strconv's shortest form that reads back as
// the same bits, which JSON accepts as it is.
func jsonOf(value any) []byte {
	if f, ok := value.(float64); ok {
		if f == 0 {
			f = 0 // a negative zero reads as a mistake
		}
		return strconv.AppendFloat(nil, f, 'g', -1, 64)
	}
	raw, err := json.Marshal(value)
	if err != nil { // no method has such a value
		return []byte("null")
	}
	return raw
}
