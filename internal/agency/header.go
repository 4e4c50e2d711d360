package agency

import (
	"slices"
	"strings"
)

// readHeader returns which column each field of a row is, -1 for an unknown one.
// A name with a slip counts as the column it must mean, so that the rows can be
// checked as well. It returns false when a column is missing.
func readHeader(src *source, header []string, at func(int) place) ([]int, bool) {
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		src.fail(at(0), "save the file with commas between the fields", "the fields are not separated by commas")
		return nil, false
	}
	order := make([]int, len(header))
	var seen [columnCount]bool
	var unknown []int
	for i, name := range header {
		order[i] = slices.Index(columns[:], name)
		switch column := order[i]; {
		case column < 0:
			unknown = append(unknown, i)
		case seen[column]:
			src.fail(at(i), "keep one of them", "column %q stands twice", name)
			order[i] = -1
		default:
			seen[column] = true
		}
	}
	for _, i := range unknown {
		var missing []string
		for column, name := range columns {
			if !seen[column] {
				missing = append(missing, name)
			}
		}
		if len(missing) == 0 {
			src.fail(at(i), "take it out", "unknown column %q", header[i])
			continue
		}
		if near := nearest(strings.ToLower(strings.TrimSpace(header[i])), missing); near != "" {
			src.fail(at(i), `write "`+near+`"`, "unknown column %q", header[i])
			order[i] = slices.Index(columns[:], near)
			seen[order[i]] = true
			continue
		}
		src.fail(at(i), "the columns are "+strings.Join(columns[:], ", "), "unknown column %q", header[i])
	}
	complete := true
	for column, name := range columns {
		if !seen[column] {
			complete = false
			src.fail(at(0), "add it to the header; its fields may be empty where a rule allows it", "column %q is missing", name)
		}
	}
	return order, complete
}

// nearest returns the word that was meant by a word with a slip, empty when none
// is near: at most one slip in three letters.
func nearest(word string, among []string) string {
	best, slips := "", len(word)/3+1
	for _, candidate := range among {
		if d := distance(word, candidate); d < slips {
			best, slips = candidate, d
		}
	}
	return best
}

// distance is the number of letters to add, take out or replace to make b of a.
// O(len(a) * len(b)), so long words count as far.
func distance(a, b string) int {
	const long = 64
	if len(a) > long || len(b) > long {
		return long
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
