package importer

import (
	"slices"
	"strings"
)

// table is a sheet whose first row names its columns.
type table struct {
	columns []column
	rows    []*tableRow
	index   map[string]int         // of columns without a language, by name
	lists   map[string][]*tableRow // rows by list_name
}

// column is a column with its name as XLSForm has it now, and the language of
// its texts (empty: none is named).
type column struct {
	header string
	name   string
	lang   string
	twice  bool // there is one like it before it
}

type tableRow struct {
	*table
	number int
	cells  map[int]string // by column
	used   map[int]bool   // columns that something asked for
}

// readTable reads a sheet; the first row that is not empty is the header.
func readTable(s *sheet) *table {
	t := &table{index: map[string]int{}, lists: map[string][]*tableRow{}}
	if s == nil || len(s.rows) == 0 {
		return t
	}
	for _, c := range s.rows[0].cells {
		for len(t.columns) < c.column {
			t.columns = append(t.columns, column{})
		}
		col := headerOf(c.text)
		col.twice = slices.ContainsFunc(t.columns, func(o column) bool { return o.name == col.name && o.lang == col.lang })
		if col.lang == "" && !col.twice {
			t.index[col.name] = len(t.columns)
		}
		t.columns = append(t.columns, col)
	}
	for _, r := range s.rows[1:] {
		row := &tableRow{table: t, number: r.number, cells: map[int]string{}, used: map[int]bool{}}
		for _, c := range r.cells {
			if text := clean(c.text); text != "" {
				row.cells[c.column] = text
			}
		}
		if len(row.cells) > 0 {
			t.rows = append(t.rows, row)
			if name := row.get("list_name"); name != "" {
				t.lists[name] = append(t.lists[name], row)
			}
		}
	}
	return t
}

// headers are other names of columns.
var headers = map[string]string{
	"relevance": "relevant", "caption": "label", "tag": "name", "value": "name", "command": "type", "readonly": "read_only",
	"calculate": "calculation", "constraining_message": "constraint_message", "constraintmsg": "constraint_message",
	"requiredmsg": "required_message", "count": "repeat_count", "jr:count": "repeat_count", "set_form_title": "form_title", "title": "form_title",
	"set_form_id": "form_id", "id_string": "form_id", "listname": "list_name", "list": "list_name",
}

// translated are the columns whose texts have languages.
var translated = []string{
	"label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "big-image", "audio", "video", "form_title", "hailong_note",
}

// headerOf reads the name of a column: "label::Tiếng Việt (vi)", "label:English",
// "media::image::English", "bind::jr:constraintMsg", "list name".
func headerOf(header string) column {
	header = strings.TrimSpace(header)
	parts := strings.Split(header, "::")
	if len(parts) == 1 {
		if first, rest, ok := strings.Cut(header, ":"); ok && !strings.EqualFold(first, "jr") {
			parts = append([]string{first}, strings.Split(rest, ":")...)
		}
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	switch strings.ToLower(parts[0]) {
	case "bind", "control", "media", "body":
		if len(parts) > 1 {
			parts = parts[1:]
		}
	}
	name := strings.ToLower(strings.ReplaceAll(parts[0], " ", "_"))
	name = strings.TrimPrefix(name, "jr:")
	if alias, ok := headers[name]; ok {
		name = alias
	}
	c := column{header: header, name: name}
	if len(parts) > 1 {
		if slices.Contains(translated, name) {
			c.lang = strings.Join(parts[1:], ":")
		} else {
			c.name = strings.ToLower(strings.Join(parts, "::"))
		}
	}
	return c
}

// get returns the text of a column without a language.
func (r *tableRow) get(name string) string {
	i, ok := r.index[name]
	if !ok {
		return ""
	}
	r.used[i] = true
	return r.cells[i]
}

// texts returns the texts of a column by language.
func (r *tableRow) texts(name string, t *tags, read func(string) string) texts {
	all := texts{}
	for i, c := range r.columns {
		if c.name != name || c.twice {
			continue
		}
		r.used[i] = true
		if text := read(r.cells[i]); text != "" {
			tag := t.guess
			if c.lang != "" {
				tag = t.tag(c.lang)
			}
			if all[tag] == "" {
				all[tag] = text
			}
		}
	}
	return all
}

// rest lists the cells that nothing asked for, as header=text.
func (r *tableRow) rest() []string {
	var list []string
	for i, c := range r.columns {
		if text := r.cells[i]; text != "" && !r.used[i] && c.header != "" && !c.twice {
			list = append(list, c.header+"="+clip(text, 60))
		}
	}
	return list
}

// has reports whether the table has a column.
func (t *table) has(name string) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.name == name })
}
