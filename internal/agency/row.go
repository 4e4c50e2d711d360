package agency

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	idPattern         = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`)
	agencyCodePattern = regexp.MustCompile(`^[0-9A-Z.]{1,35}$`)
	digits            = regexp.MustCompile(`^\d+$`)
)

var levels = []string{Province, Department, Commune}

// levelWords are what people write for a level, folded.
var levelWords = map[string]string{
	"tinh": Province, "thanh pho": Province, "cap tinh": Province,
	"so": Department, "so nganh": Department, "agency": Department,
	"xa": Commune, "phuong": Commune, "dac khu": Commune, "cap xa": Commune, "ward": Commune,
}

// unitDigits is how long the unit code of a level is. A department is no unit.
var unitDigits = map[string]int{Province: 2, Commune: 5}

const maxName = 200 // characters

const day = "2006-01-02"

// draft is an agency being checked. The flags keep one mistake from causing others.
type draft struct {
	*Agency
	row      *row
	goodLife bool // both dates can be compared
}

// checkRow checks what can be said of a row by itself.
func (t *table) checkRow(r *row) draft {
	f := &r.fields
	d := draft{row: r, Agency: &Agency{
		ID: f[colID], Parent: f[colParent], Level: f[colLevel],
		UnitCode: f[colUnitCode], AgencyCode: f[colAgencyCode],
		Name:      Name{Vi: norm.NFC.String(f[colNameVi]), En: norm.NFC.String(f[colNameEn])},
		ValidFrom: f[colValidFrom], ValidTo: f[colValidTo], MergedInto: f[colMergedInto],
	}}
	t.checkID(r)
	t.checkLevel(r)
	t.checkUnitCode(r)
	if code := f[colAgencyCode]; code != "" && !agencyCodePattern.MatchString(code) {
		cure := "write 1 to 35 of the characters 0-9, A-Z and ."
		if upper := strings.ToUpper(code); agencyCodePattern.MatchString(upper) {
			cure = fmt.Sprintf("write %q", upper)
		}
		t.fail(r, colAgencyCode, cure, "bad agency code %q", code)
	}
	if f[colNameVi] == "" {
		t.fail(r, colNameVi, "give the Vietnamese name; only name_en may be empty", "the agency has no name")
	}
	for _, column := range []int{colNameVi, colNameEn} {
		if n := utf8.RuneCountInString(f[column]); n > maxName {
			t.fail(r, column, "shorten it", "the name has %d characters; at most %d are allowed", n, maxName)
		}
	}
	d.goodLife = t.checkDate(r, colValidFrom)
	d.goodLife = t.checkDate(r, colValidTo) && d.goodLife
	if d.goodLife && d.ValidTo != "" && d.ValidTo < d.ValidFrom {
		d.goodLife = false
		t.fail(r, colValidTo, "valid_to is the last day of the agency; swap the two or leave it empty",
			"valid_to %s is before valid_from %s", d.ValidTo, d.ValidFrom)
	}
	if d.MergedInto != "" && d.ValidTo == "" {
		t.fail(r, colMergedInto, "give the last day in valid_to", "merged_into without valid_to")
	}
	return d
}

// fail notes a mistake in one field of a row.
func (t *table) fail(r *row, column int, cure, format string, args ...any) {
	t.src.fail(r.places[column], cure, format, args...)
}

func (t *table) checkID(r *row) {
	id := r.fields[colID]
	if idPattern.MatchString(id) {
		return
	}
	cure := "write 1 to 40 lower-case letters, digits, '.' and '-', beginning with a letter or digit"
	if strings.HasPrefix(id, "#") {
		cure = "comments stand before the header"
	} else if near := strings.Join(strings.Fields(Fold(id)), "-"); idPattern.MatchString(near) {
		cure = fmt.Sprintf("write %q", near)
	}
	if id == "" {
		t.fail(r, colID, cure, "the agency has no id")
		return
	}
	t.fail(r, colID, cure, "bad id %q", id)
}

func (t *table) checkLevel(r *row) {
	level := r.fields[colLevel]
	if slices.Contains(levels, level) {
		return
	}
	cure := "the levels are " + strings.Join(levels, ", ")
	meant := levelWords[Fold(level)]
	if meant == "" {
		meant = nearest(Fold(level), levels)
	}
	if meant != "" {
		cure = fmt.Sprintf("write %q", meant)
	}
	t.fail(r, colLevel, cure, "unknown level %q", level)
}

func (t *table) checkUnitCode(r *row) {
	level, code := r.fields[colLevel], r.fields[colUnitCode]
	if code == "" || !slices.Contains(levels, level) {
		return
	}
	want, unit := unitDigits[level]
	switch {
	case !unit:
		t.fail(r, colUnitCode, "leave it empty; the code of the unit belongs to its province or commune", "a %s has no unit code", level)
	case len(code) == want && digits.MatchString(code):
	case len(code) == want-1 && digits.MatchString(code):
		t.fail(r, colUnitCode, fmt.Sprintf("put back the leading zero: %q; Excel drops it", "0"+code),
			"the unit code of a %s has %d digits, %q has %d", level, want, code, len(code))
	default:
		t.fail(r, colUnitCode, fmt.Sprintf("write %d digits", want), "bad unit code %q of a %s", code, level)
	}
}

// checkDate reports whether a date is empty or good.
func (t *table) checkDate(r *row, column int) bool {
	date := r.fields[column]
	if date == "" {
		return true
	}
	if _, err := time.Parse(day, date); err == nil {
		return true
	}
	cure := "write it as year-month-day, such as 2025-07-01"
	for _, layout := range []string{"2/1/2006", "2-1-2006", "2.1.2006"} {
		if meant, err := time.Parse(layout, date); err == nil {
			cure = fmt.Sprintf("write %q, if the day comes first", meant.Format(day))
		}
	}
	for _, layout := range []string{"2006/1/2", "2006-1-2", "20060102"} {
		if meant, err := time.Parse(layout, date); err == nil {
			cure = fmt.Sprintf("write %q", meant.Format(day))
		}
	}
	t.fail(r, column, cure, "bad date %s %q", columns[column], date)
	return false
}
