package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// calcInput is where methods find their tables.
type calcInput struct{ env environment }

// table is numbers with their places, for the sentences about mistakes.
type table struct {
	name    string
	columns []string
	rows    [][]string
	lines   []int // of the rows in the file
}

// tableArg is a table on the command line.
type tableArg struct {
	Data []string `arg:"" help:"CSV lines with the header first, or one argument: a CSV or JSON file, - for standard input." placeholder:"CSV"`
}

// table reads a table that must have some columns.
func (in calcInput) table(args []string, need ...string) (*table, error) {
	t, err := in.read(args)
	if err != nil {
		return nil, err
	}
	for _, c := range need {
		if !t.has(c) {
			return nil, fmt.Errorf("%s:1: there is no column %s; the header is %s", t.name, c, strings.Join(t.columns, ","))
		}
	}
	return t, nil
}

func (in calcInput) read(args []string) (*table, error) {
	if len(args) > 1 {
		return parseCSV("arguments", []byte(strings.Join(args, "\n")))
	}
	data, err := readInput(in.env, args[0])
	if err != nil {
		if strings.Contains(args[0], ",") {
			return nil, fmt.Errorf("%s: one line of CSV is a header without rows; give each row as an argument of its own", args[0])
		}
		return nil, err
	}
	name := args[0]
	if name == "-" {
		name = "stdin"
	}
	if b := bytes.TrimSpace(data); len(b) > 0 && b[0] == '[' {
		return parseRows(name, b)
	}
	return parseCSV(name, data)
}

// parseCSV reads comma separated values; a byte order mark is left out.
func parseCSV(name string, data []byte) (*table, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.TrimLeadingSpace = true
	t := &table{name: name}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w; every line needs as many cells as the header", name, err)
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if t.columns == nil {
			t.columns = cells
			continue
		}
		line, _ := r.FieldPos(0)
		t.rows, t.lines = append(t.rows, cells), append(t.lines, line)
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// parseRows reads a JSON list of objects; the first one's keys give the order of
// the columns.
func parseRows(name string, data []byte) (*table, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("%s: this is no JSON list of objects: %w", name, err)
	}
	t := &table{name: name}
	for i, r := range raw {
		keys, cells, err := parseObject(r)
		if err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", name, i+1, err)
		}
		if i == 0 {
			t.columns = keys
		}
		row := make([]string, len(t.columns))
		for k, key := range keys {
			at := slices.Index(t.columns, key)
			if at < 0 {
				return nil, fmt.Errorf("%s: entry %d has %s, which the first has not; name every key in the first entry, null where there is nothing", name, i+1, key)
			}
			row[at] = cells[k]
		}
		t.rows, t.lines = append(t.rows, row), append(t.lines, i+1)
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// parseObject reads the keys of an object in their order, and their values as
// they would stand in CSV.
func parseObject(raw json.RawMessage) (keys, cells []string, err error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return nil, nil, errors.New(`it is no object such as {"unit": "a", "answers": 10}`)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, nil, err
		}
		text := ""
		switch v := value.(type) {
		case nil:
		case string:
			text = v
		case json.Number:
			text = v.String()
		default:
			return nil, nil, fmt.Errorf("%v is neither a number nor a text", key)
		}
		keys, cells = append(keys, fmt.Sprint(key)), append(cells, text)
	}
	return keys, cells, nil
}

func (t *table) check() error {
	if len(t.columns) == 0 || len(t.rows) == 0 {
		return fmt.Errorf("%s: a table needs a header and at least one row", t.name)
	}
	for i, c := range t.columns {
		if c == "" {
			return fmt.Errorf("%s:1: column %d has no name", t.name, i+1)
		}
		if slices.Contains(t.columns[:i], c) {
			return fmt.Errorf("%s:1: column %s is there twice", t.name, c)
		}
	}
	return nil
}

func (t *table) has(column string) bool { return slices.Contains(t.columns, column) }

// others returns the columns that are not among those with a meaning.
func (t *table) others(known ...string) []string {
	var list []string
	for _, c := range t.columns {
		if !slices.Contains(known, c) {
			list = append(list, c)
		}
	}
	return list
}

// text returns a cell; empty where the table has no such column.
func (t *table) text(row int, column string) string {
	if at := slices.Index(t.columns, column); at >= 0 {
		return t.rows[row][at]
	}
	return ""
}

// wrong is a mistake in a cell.
func (t *table) wrong(row int, column, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s: %s", t.name, t.lines[row], column, fmt.Sprintf(format, args...))
}

// number returns a cell as a number.
func (t *table) number(row int, column string) (float64, error) {
	text := t.text(row, column)
	if text == "" {
		return 0, t.wrong(row, column, "there is no number; give one, or leave the row out")
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !finite(f) {
		return 0, t.wrong(row, column, "%q is not a number; write it with a point and no spaces, as in 1234.5", text)
	}
	return f, nil
}

// optional returns a cell as a number, and NaN where it is empty.
func (t *table) optional(row int, column string) (float64, error) {
	if t.text(row, column) == "" {
		return math.NaN(), nil
	}
	return t.number(row, column)
}

// count returns a cell as a whole number from 0 up; an empty one is 0.
func (t *table) count(row int, column string) (int64, error) {
	text := t.text(row, column)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > 1<<46 {
		return 0, t.wrong(row, column, "%q is not a count; a count is a whole number from 0 up, without points or spaces", text)
	}
	return n, nil
}

// weight returns the weight in a row; 1 where there is none.
func (t *table) weight(row int) (float64, error) {
	if t.text(row, "weight") == "" {
		return 1, nil
	}
	w, err := t.number(row, "weight")
	if err == nil && w <= 0 {
		return 0, t.wrong(row, "weight", "%s: a weight is above 0; leave out who has none", short(w))
	}
	return w, err
}

// numbers returns a column of numbers.
func (t *table) numbers(column string) ([]float64, error) {
	return columnOf(t, column, t.number)
}

// optionals returns a column in which empty cells are NaN.
func (t *table) optionals(column string) ([]float64, error) {
	return columnOf(t, column, t.optional)
}

// counts returns a column of counts.
func (t *table) counts(column string) ([]int64, error) {
	return columnOf(t, column, t.count)
}

func columnOf[T any](t *table, column string, read func(int, string) (T, error)) ([]T, error) {
	list := make([]T, len(t.rows))
	for i := range t.rows {
		var err error
		if list[i], err = read(i, column); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// parts checks a column of parts against one of wholes, row by row.
func (t *table) parts(part string, k []int64, whole string, n []int64) error {
	for i := range k {
		if n[i] == 0 {
			return t.wrong(i, whole, "nobody answered; leave the row out")
		}
		if k[i] > n[i] {
			return t.wrong(i, part, "%s is %d but %s is %d: %s counts part of %s", part, k[i], whole, n[i], part, whole)
		}
	}
	return nil
}
