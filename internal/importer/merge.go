package importer

import (
	"slices"
	"strings"

	"hailong/internal/questionnaire"
)

// merge brings back what XLSForm has no words for into a file whose sheets were
// edited after our export. An item is as it was where its cells are; what a cell
// says now is believed.
func (k *kept) merge(a *assembly, w *workbook) {
	m := &merger{kept: k, assembly: a, now: readTable(w.sheet("survey")), lists: readTable(w.sheet("choices")), items: map[string]*questionnaire.FileItem{}, pages: map[string]*questionnaire.FilePage{}}
	for i := range k.file.Pages {
		p := &k.file.Pages[i]
		m.pages[groupName(p.ID)] = p
		for j := range p.Items {
			m.items[p.Items[j].ID] = &p.Items[j]
		}
	}
	for i := range a.file.Pages {
		m.page(&a.file.Pages[i])
	}
	a.file.Pages = slices.DeleteFunc(a.file.Pages, func(p questionnaire.FilePage) bool { return len(p.Items) == 0 })
	f, old := a.file, k.file
	f.Consent, f.Intro, f.Ends, f.Notes, f.Grain, f.MinN = old.Consent, old.Intro, old.Ends, old.Notes, old.Grain, old.MinN
	f.Disclosure, f.Rounding = old.Disclosure, old.Rounding
	f.Thanks, f.Measures, f.Indices, f.Fieldwork, f.Changes = old.Thanks, old.Measures, old.Indices, old.Fieldwork, old.Changes
	if f.Title.In(f.Languages[0]) == old.Title.In(f.Languages[0]) {
		f.Title = old.Title
	}
	a.report.add(OtherEntry, "sheet "+keptSheet, "", "").change("written by our own export, but the form was edited since: what the form can't say is taken from there, as far as it still fits")
}

type merger struct {
	*kept
	*assembly
	now, lists *table
	items      map[string]*questionnaire.FileItem
	pages      map[string]*questionnaire.FilePage
}

// page brings back a page's own name, note and order.
func (m *merger) page(p *questionnaire.FilePage) {
	if old := m.pages[p.ID]; old != nil {
		note := slices.IndexFunc(p.Items, func(it questionnaire.FileItem) bool { return it.ID == p.ID+"_note" })
		if note >= 0 && len(old.Note) > 0 {
			p.Note = p.Items[note].Text
			p.Items = slices.Delete(p.Items, note, note+1)
		}
		p.ID, p.Order, p.Repeat = old.ID, old.Order, old.Repeat
	}
	for i := range p.Items {
		if old := m.items[p.Items[i].ID]; old != nil {
			m.item(&p.Items[i], old)
		}
	}
	p.Items = slices.DeleteFunc(p.Items, func(it questionnaire.FileItem) bool {
		owner, isOther := strings.CutSuffix(it.ID, "_other")
		old := m.items[owner]
		return isOther && old != nil && slices.ContainsFunc(old.Options, func(o questionnaire.FileOption) bool { return o.Other })
	})
}

// item makes an item what it was, but for what its cells say now.
func (m *merger) item(it, old *questionnaire.FileItem) {
	if m.differs(it.ID, "type") {
		return
	}
	merged := *old
	for _, c := range []struct {
		columns []string
		take    func()
	}{
		{[]string{"label"}, func() { merged.Text = it.Text }},
		{[]string{"hint"}, func() { merged.Help = it.Help }},
		{[]string{"required"}, func() { merged.Required, merged.RequiredIf = it.Required, it.RequiredIf }},
		{[]string{"relevant"}, func() { merged.ShowIf = it.ShowIf }},
		{[]string{"calculation"}, func() { merged.Calculate = it.Calculate }},
		{[]string{"default"}, func() { merged.Value = it.Value }},
		{[]string{"parameters"}, func() { merged.Order = it.Order }},
		{[]string{"constraint", "constraint_message"}, func() {
			merged.Min, merged.Max, merged.MinChars, merged.MaxChars = it.Min, it.Max, it.MinChars, it.MaxChars
			merged.MinChoices, merged.MaxChoices, merged.Earliest, merged.Latest = it.MinChoices, it.MaxChoices, it.Earliest, it.Latest
			merged.Pattern, merged.Message = it.Pattern, it.Message
		}},
	} {
		if slices.ContainsFunc(c.columns, func(column string) bool { return m.differs(it.ID, column) }) {
			c.take()
		}
	}
	if !slices.EqualFunc(it.Rows, old.Rows, func(a, b questionnaire.FileRow) bool { return a.ID == b.ID && !m.differs(a.ID, "label") }) {
		merged.Rows = it.Rows
	}
	m.options(&merged, it, old)
	*it = merged
}

// options brings back a scale or the options, if the list is as it was; marks
// of options stay with their codes.
func (m *merger) options(merged, it, old *questionnaire.FileItem) {
	name := m.listOf(it.ID)
	if name == "" || !m.listDiffers(name) {
		if old.Scale != "" {
			if m.assembly.file.Scales == nil {
				m.assembly.file.Scales = map[string]questionnaire.FileScale{}
			}
			m.assembly.file.Scales[old.Scale] = m.kept.file.Scales[old.Scale]
		}
		return
	}
	merged.Scale, merged.Options, merged.Type, merged.Missing = it.Scale, it.Options, it.Type, it.Missing
	for i := range merged.Options {
		for _, o := range old.Options {
			if o.Code == merged.Options[i].Code {
				merged.Options[i].Other, merged.Options[i].Exclusive = o.Other, merged.Options[i].Exclusive || o.Exclusive
			}
		}
	}
}

// row returns the row of a name in a table, nil if there is none.
func rowOf(t *table, name string) *tableRow {
	for _, r := range t.rows {
		if r.get("name") == name && !strings.HasPrefix(r.get("type"), "end") {
			return r
		}
	}
	return nil
}

// differs reports whether a column of an item's row is not what we wrote.
func (m *merger) differs(name, column string) bool {
	was := slices.IndexFunc(m.book.survey.rows, func(r map[string]string) bool {
		return r["name"] == name && !strings.HasPrefix(r["type"], "end")
	})
	now := rowOf(m.now, name)
	if was < 0 || now == nil {
		return true
	}
	return cellsDiffer(m.book.survey.columns, m.book.survey.rows[was], now, column)
}

func cellsDiffer(columns []string, was map[string]string, now *tableRow, column string) bool {
	for _, c := range columns {
		h := headerOf(c)
		if h.name != column {
			continue
		}
		text := ""
		for i, col := range now.columns {
			if col.name == h.name && col.lang == h.lang {
				text = now.cells[i]
			}
		}
		if trimmed(text) != trimmed(was[c]) {
			return true
		}
	}
	return false
}

// listOf returns the list of an item, or of the rows of a matrix.
func (m *merger) listOf(id string) string {
	for i, r := range m.book.survey.rows {
		if r["name"] == id && strings.HasPrefix(r["type"], "begin") && i+1 < len(m.book.survey.rows) {
			r = m.book.survey.rows[i+1]
		} else if r["name"] != id {
			continue
		}
		_, list, _ := strings.Cut(r["type"], " ")
		return list
	}
	return ""
}

func (m *merger) listDiffers(name string) bool {
	var now []*tableRow
	for _, r := range m.lists.rows {
		if r.get("list_name") == name {
			now = append(now, r)
		}
	}
	n := 0
	for _, was := range m.book.choices.rows {
		if was["list_name"] != name {
			continue
		}
		if n == len(now) {
			return true
		}
		for _, column := range []string{"name", "label", valueColumn, missingColumn, exclusiveColumn} {
			if cellsDiffer(m.book.choices.columns, was, now[n], column) {
				return true
			}
		}
		n++
	}
	return n != len(now)
}
