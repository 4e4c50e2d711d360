package figure

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hailong/internal/yamlfile"
)

// maxText is the length of a source or a note, in characters.
const maxText = 500

// maxDigits is how many digits a value may have: so many are the same when they
// are read from a file, stored, and written again.
const maxDigits = 15

// row is one figure's fields and where they stand.
type row struct {
	*parser
	fields [columnCount]string
	places [columnCount]yamlfile.Place
	wrong  [columnCount]bool
}

// bad notes a mistake in one field.
func (r *row) bad(column int, cure, format string, args ...any) {
	r.wrong[column] = true
	r.fail(r.places[column], cure, format, args...)
}

// check applies every rule to a row, and keeps it when its key is good: rows are
// worth something only if nothing was wrong anywhere.
func (r *row) check() {
	r.checkID()
	r.checkPeriod()
	f := Figure{
		ID: r.fields[colFigure], Period: r.fields[colPeriod], Cell: r.checkCell(), Agency: r.checkAgency(),
		Source: r.fields[colSource], Note: r.fields[colNote], Checked: r.fields[colChecked] == "yes",
	}
	f.Value, f.There = r.checkValue()
	r.checkTexts()
	if r.wrong[colFigure] || r.wrong[colAgency] || r.wrong[colPeriod] || r.wrong[colCell] {
		return
	}
	r.rows = append(r.rows, placed{f, r.places[colFigure]})
}

func (r *row) checkID() {
	id := r.fields[colFigure]
	if r.wrong[colFigure] || r.words.id.MatchString(id) {
		return
	}
	cure := "write 1 to 40 lower-case letters, digits and _, beginning with a letter"
	near := strings.NewReplacer(" ", "_", "-", "_", ".", "_").Replace(strings.ToLower(id))
	if r.words.id.MatchString(near) {
		cure = fmt.Sprintf("write %q", near)
	}
	if id == "" {
		r.bad(colFigure, cure, "the row does not say which figure it is")
		return
	}
	r.bad(colFigure, cure, "bad figure %q", id)
}

// checkAgency returns the id of the agency. A reference whose period is wrong is
// looked up as well: whether it is valid then can't be said.
func (r *row) checkAgency() string {
	ref := r.fields[colAgency]
	switch {
	case r.wrong[colAgency]:
		return ""
	case ref == "":
		r.bad(colAgency, "write its id or code", "the row names no agency")
		return ""
	case r.rules.Agency != nil:
		period := r.fields[colPeriod]
		if r.wrong[colPeriod] {
			period = ""
		}
		id, fault := r.rules.Agency(ref, period)
		if fault.Message != "" {
			r.bad(colAgency, fault.Cure, "%s", fault.Message)
		}
		return id
	case !r.words.agency.MatchString(ref):
		r.bad(colAgency, "write 1 to 40 letters, digits, '.', '_' and '-', beginning with a letter or digit", "bad agency %q", ref)
	}
	return ref
}

func (r *row) checkPeriod() {
	period := r.fields[colPeriod]
	if r.wrong[colPeriod] {
		return
	}
	const cure = "write 2026, 2026-Q3, 2026-11 or the id of a wave"
	if period == "" {
		r.bad(colPeriod, cure, "the row has no period")
		return
	}
	if _, _, ok := Days(period); ok {
		return
	}
	wave := r.words.wave.MatchString(period)
	if wave && r.rules.Wave != nil && r.rules.Wave(period) {
		return
	}
	near := meant(period)
	switch {
	case near != "" && wave:
		r.bad(colPeriod, fmt.Sprintf("write %q; the id of a wave that looks so is read once the wave was open", near), "bad period %q", period)
	case near != "":
		r.bad(colPeriod, fmt.Sprintf("write %q", near), "bad period %q", period)
	case !wave, allDigits(strings.ReplaceAll(period, "-", "")): // such as 2026-13
		r.bad(colPeriod, cure, "bad period %q", period)
	}
}

// checkCell returns the cell in its canonical form.
func (r *row) checkCell() string {
	cell := r.fields[colCell]
	if cell == "" || r.wrong[colCell] {
		return cell
	}
	parts := strings.Split(cell, "&")
	if len(parts) > maxParts {
		r.bad(colCell, "describe the cell by fewer", "the cell has %d parts, at most %d are read", len(parts), maxParts)
		return ""
	}
	var keys []string
	for _, part := range parts {
		key, value, ok := strings.Cut(part, "=")
		switch {
		case !ok || !r.words.key.MatchString(key) || !r.words.value.MatchString(value):
			cure := "write item=option in lower-case letters, such as gender=female or age=18-34&gender=female; nothing for the whole agency"
			if near := lowered(part); r.words.key.MatchString(before(near)) && r.words.value.MatchString(after(near)) {
				cure = fmt.Sprintf("write %q", near)
			}
			r.bad(colCell, cure, "bad part %q of the cell", part)
			return ""
		case slices.Contains(keys, key):
			r.bad(colCell, "a cell has one value for each", "%q stands twice in the cell", key)
			return ""
		}
		keys = append(keys, key)
	}
	return CanonicalCell(cell)
}

// lowered is a part of a cell in lower case and without spaces around its words.
func lowered(part string) string {
	key, value, _ := strings.Cut(strings.ToLower(part), "=")
	return strings.TrimSpace(key) + "=" + strings.TrimSpace(value)
}

func before(part string) string { key, _, _ := strings.Cut(part, "="); return key }
func after(part string) string  { _, value, _ := strings.Cut(part, "="); return value }

// checkValue returns the value, and whether there is one.
func (r *row) checkValue() (float64, bool) {
	text := r.fields[colValue]
	switch {
	case r.wrong[colValue]:
		return 0, false
	case text == "":
		if r.fields[colNote] == "" {
			r.bad(colValue, `write the value, or say in the column "note" why there is none`, "no value, and no note that says why")
		}
		return 0, false
	case r.fields[colNote] == Withdrawn:
		r.bad(colValue, "leave the value empty to withdraw the figure, or write another note", `a value beside the note "withdrawn"`)
		return 0, false
	case !r.words.number.MatchString(text):
		r.bad(colValue, numberCure(text), "%q is not a decimal number", text)
		return 0, false
	}
	whole, decimals, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	whole = strings.TrimLeft(whole, "0")
	decimals = strings.TrimRight(decimals, "0")
	if len(whole) > maxDigits || len(decimals) > maxDigits || len(strings.TrimLeft(whole+decimals, "0")) > maxDigits {
		r.bad(colValue, "round it", "a value of more than %d digits", maxDigits)
		return 0, false
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		r.bad(colValue, "write a decimal number, such as 96.3", "%q is not a finite number", text)
		return 0, false
	}
	r.checkRange(text, value)
	return value + 0, true // -0 is 0
}

// checkRange checks the values of the figures that the program itself uses.
func (r *row) checkRange(text string, value float64) {
	id := r.fields[colFigure]
	switch {
	case id == EligibleShare && (value < 0 || value > 1):
		r.bad(colValue, "write a share from 0 to 1, such as 0.85", "%s is %s", id, text)
	case !slices.Contains(Counts(), id):
	case value < 0:
		r.bad(colValue, "write how many there are; leave it empty, with a note, when nobody knows", "%s is negative: %s", id, text)
	case value != math.Trunc(value):
		cure := "write a whole number"
		if whole, decimals, _ := strings.Cut(text, "."); len(decimals) == 3 {
			cure = fmt.Sprintf("write %q, if the point separates thousands", whole+decimals)
		}
		r.bad(colValue, cure, "%s counts, and is not whole: %s", id, text)
	}
}

// numberCure tells how to write what somebody meant by a value.
func numberCure(text string) string {
	plain := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "−", "-", "%", "", "+", "").Replace(text)
	cut := func(separator string) (whole, rest string, once bool) {
		whole, rest, _ = strings.Cut(plain, separator)
		return whole, rest, strings.Count(plain, separator) == 1
	}
	comma, point := strings.Contains(plain, ","), strings.Contains(plain, ".")
	switch whole, rest, once := cut(","); {
	case comma && point && strings.LastIndex(plain, ",") > strings.LastIndex(plain, "."): // 1.234,5
		plain = strings.ReplaceAll(strings.ReplaceAll(plain, ".", ""), ",", ".")
	case comma && point, comma && !once: // 1,234.5 and 1,234,567
		plain = strings.ReplaceAll(plain, ",", "")
	case comma && len(rest) == 3 && allDigits(strings.TrimPrefix(whole, "-")) && allDigits(rest):
		return fmt.Sprintf("write %q when the comma is the sign of decimals, %q when it separates thousands", whole+"."+rest, whole+rest)
	case comma:
		plain = whole + "." + rest
	case strings.Count(plain, ".") > 1: // 1.234.567
		plain = strings.ReplaceAll(plain, ".", "")
	}
	value, err := strconv.ParseFloat(plain, 64)
	switch {
	case err != nil || math.IsNaN(value) || math.IsInf(value, 0):
		return "write a decimal number with a point, such as 96.3; leave it empty, with a note, when there is none"
	case math.Abs(value) > maxWhole || math.Abs(value) < 1/maxWhole && value != 0:
		return "write a decimal number of at most 15 digits"
	}
	return fmt.Sprintf("write %q", strconv.FormatFloat(value, 'f', -1, 64))
}

// checkTexts checks the columns source, checked and note.
func (r *row) checkTexts() {
	if r.fields[colSource] == "" && !r.wrong[colSource] {
		r.bad(colSource, "write where the value comes from, such as the number of a report", "the figure has no source")
	}
	for _, column := range []int{colSource, colNote} {
		text := r.fields[column]
		switch n := utf8.RuneCountInString(text); {
		case r.wrong[column]:
		case n > maxText:
			r.bad(column, "shorten it", "%s has %d characters; at most %d are allowed", columnNames()[column], n, maxText)
		case text != "" && strings.ContainsRune("=+-@", rune(text[0])):
			r.bad(column, "begin it with a letter or digit", "%s begins as the formula of a spreadsheet: %q", columnNames()[column], text)
		}
	}
	checked := r.fields[colChecked]
	if checked == "yes" || checked == "no" || r.wrong[colChecked] {
		return
	}
	cure := `write "yes" when somebody compared the value with its source, else "no"`
	switch strings.ToLower(checked) {
	case "y", "true", "1", "x", "có", "co", "rồi", "đã":
		cure = `write "yes"`
	case "n", "false", "0", "không", "khong", "chưa", "chua":
		cure = `write "no"`
	}
	r.bad(colChecked, cure, "checked is %q, neither yes nor no", checked)
}
