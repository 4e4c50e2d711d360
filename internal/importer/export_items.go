package importer

import (
	"fmt"
	"strings"

	"hailong/internal/questionnaire"
)

// pages writes every page as a group on one screen.
func (b *book) pages() {
	for i := range b.q.Pages {
		p := &b.q.Pages[i]
		e := b.report.add(QuestionEntry, fmt.Sprintf("pages[%d]", i), p.ID, "page")
		head := map[string]string{"type": "begin_group", "name": groupName(p.ID), "appearance": "field-list"}
		b.say(head, "label", p.Title)
		b.survey.rows = append(b.survey.rows, head)
		if len(p.Note) > 0 {
			note := map[string]string{"type": "note", "name": groupName(p.ID) + "_note"}
			b.say(note, "label", p.Note)
			b.survey.rows = append(b.survey.rows, note)
		}
		if p.Repeat != "" {
			e.warn("asked once instead of once for each agency chosen in %s", p.Repeat)
		}
		if p.Order != questionnaire.Fixed {
			e.change("its items are always in the order of the file")
		}
		for j := range p.Items {
			entry := b.report.add(QuestionEntry, fmt.Sprintf("pages[%d].items[%d]", i, j), p.Items[j].ID, string(p.Items[j].Type))
			b.item(&p.Items[j], p, entry)
		}
		b.survey.rows = append(b.survey.rows, map[string]string{"type": "end_group", "name": groupName(p.ID)})
	}
}

// groupName names a group: pages and items may have the same id here, not there.
func groupName(page string) string { return "page_" + page }

// typeOf is what an item is in XLSForm, and how much of it that is.
var typeOf = map[questionnaire.ItemType]struct{ name, appearance, changed string }{
	questionnaire.Scale:       {"select_one", "", ""},
	questionnaire.Single:      {"select_one", "", ""},
	questionnaire.YesNo:       {"select_one", "", ""},
	questionnaire.Rating:      {"select_one", "", ""},
	questionnaire.NetPromoter: {"select_one", "", ""},
	questionnaire.Multiple:    {"select_multiple", "", ""},
	questionnaire.Ranking:     {"rank", "", ""},
	questionnaire.Number:      {"decimal", "", ""},
	questionnaire.Integer:     {"integer", "", ""},
	questionnaire.Decimal:     {"decimal", "", ""},
	questionnaire.TextType:    {"text", "", ""},
	questionnaire.LongText:    {"text", "multiline", ""},
	questionnaire.Date:        {"date", "", ""},
	questionnaire.Month:       {"date", "month-year", "the answer is the first day of the month"},
	questionnaire.Email:       {"text", "", "a text; the form of the address is checked by a pattern"},
	questionnaire.Phone:       {"text", "numbers", "a text; the form of the number is checked by a pattern"},
	questionnaire.TaxCode:     {"text", "numbers", "a text; the check digit is not checked"},
	questionnaire.DossierCode: {"text", "", "a text; its form is not checked"},
	questionnaire.AgencyType:  {"text", "", "a text instead of a choice from the registry"},
	questionnaire.Note:        {"note", "", ""},
	questionnaire.Hidden:      {"hidden", "", "links fill it only here"},
	questionnaire.Calculated:  {"calculate", "", ""},
}

// item writes the rows of an item.
func (b *book) item(it *questionnaire.Item, p *questionnaire.Page, e *Entry) {
	if it.Type == questionnaire.Matrix {
		b.matrix(it, e)
		return
	}
	t := typeOf[it.Type]
	row := map[string]string{"type": t.name, "name": it.ID, "appearance": t.appearance}
	if t.changed != "" {
		e.change("%s", t.changed)
	}
	b.say(row, "label", it.Text)
	b.say(row, "hint", it.Help)
	if it.Type == questionnaire.Calculated {
		b.calculated(row, it, e)
	}
	if len(it.Options) > 0 {
		row["type"] += " " + b.listName(it)
		b.list(b.listName(it), it.Options, it.Missing)
	} else if len(it.Missing) > 0 {
		e.change("don't know and the like can't be chosen beside what is typed")
	}
	if it.Type == questionnaire.TextType && it.Lines > 1 {
		row["appearance"] = "multiline"
	}
	if it.Order == questionnaire.Random && len(it.Options) > 0 {
		row["parameters"] = "randomize=true"
	} else if it.Order != questionnaire.Fixed {
		e.change("the options are in the order of the file")
	}
	row["default"] = it.Value
	b.common(row, it, e)
	b.constraint(row, it, p, e)
	b.survey.rows = append(b.survey.rows, row)
	b.other(it, row["relevant"])
}

// common writes what all types have.
func (b *book) common(row map[string]string, it *questionnaire.Item, e *Entry) {
	w := &xpathWriter{q: b.q}
	if it.Required {
		row["required"] = "yes"
	}
	for _, c := range []struct{ column, key, src string }{{"required", "required_if", it.RequiredIf}, {"relevant", "show_if", it.ShowIf}} {
		if c.src == "" {
			continue
		}
		xpath, err := w.condition(c.src)
		if err != nil {
			e.warn("%s is left out: %s (%s)", c.key, err, c.src)
			continue
		}
		row[c.column] = xpath
	}
	if it.Image != nil {
		row["image"] = it.Image.Name
		e.change("the alternative text of the picture is kept in the sheet %s", keptSheet)
	}
	if it.Personal != nil {
		e.change("that it is personal, why, and for how long it is kept stands in the sheet %s only", keptSheet)
	}
	for _, o := range it.Options {
		if o.Value != nil {
			e.note("values of options stand in the column %s, which other programs ignore", valueColumn)
			break
		}
	}
}

func (b *book) calculated(row map[string]string, it *questionnaire.Item, e *Entry) {
	xpath, err := (&xpathWriter{q: b.q}).calculation(it.Calculate)
	if err != nil {
		e.refuse("%s (%s)", err, it.Calculate)
		row["type"], row["default"] = "hidden", ""
		return
	}
	if strings.Contains(it.Calculate, "age(") {
		e.change("completed years are worked out with 365.25 days a year")
	}
	row["calculation"] = xpath
}

// other writes the text of an option that asks for one.
func (b *book) other(it *questionnaire.Item, relevant string) {
	for _, o := range it.Options {
		if !o.Other {
			continue
		}
		row := map[string]string{"type": "text", "name": questionnaire.OtherID(it.ID), "relevant": fmt.Sprintf("selected(${%s}, '%s')", it.ID, o.Code)}
		if relevant != "" {
			row["relevant"] += " and (" + relevant + ")"
		}
		b.say(row, "label", o.Label)
		b.survey.rows = append(b.survey.rows, row)
	}
}

// matrix writes a matrix as a group that is shown as a table.
func (b *book) matrix(it *questionnaire.Item, e *Entry) {
	head := map[string]string{"type": "begin_group", "name": it.ID, "appearance": "table-list"}
	b.say(head, "label", it.Text)
	b.common(head, it, e)
	required := head["required"]
	delete(head, "required")
	if len(it.Help) > 0 {
		e.change("its help is kept in the sheet %s", keptSheet)
	}
	if it.Order != questionnaire.Fixed || it.RowOrder != questionnaire.Fixed {
		e.change("rows and options are in the order of the file")
	}
	b.survey.rows = append(b.survey.rows, head)
	name := b.listName(it)
	b.list(name, it.Options, it.Missing)
	for _, r := range it.Rows {
		row := map[string]string{"type": "select_one " + name, "name": r.ID, "required": required}
		b.say(row, "label", r.Text)
		b.survey.rows = append(b.survey.rows, row)
	}
	b.survey.rows = append(b.survey.rows, map[string]string{"type": "end_group", "name": it.ID})
}

// constraint writes the limits of an item, and the checks of the page at it.
func (b *book) constraint(row map[string]string, it *questionnaire.Item, p *questionnaire.Page, e *Entry) {
	parts := limits(it)
	message := it.Message
	for _, c := range p.Checks {
		if c.Item != it.ID {
			continue
		}
		xpath, err := (&xpathWriter{q: b.q, self: it.ID}).condition(c.Require)
		if err != nil {
			e.change("a check is left out: %s (%s)", err, c.Require)
			continue
		}
		if strings.Contains(xpath, " ") {
			xpath = "(" + xpath + ")"
		}
		parts = append(parts, xpath)
		if len(message) == 0 {
			message = c.Message
		} else {
			e.change("a question has one message: that of a check is left out")
		}
	}
	row["constraint"] = strings.Join(parts, " and ")
	if row["constraint"] != "" {
		b.say(row, "constraint_message", message)
	}
}

// limits writes what an item says of its own answer.
func limits(it *questionnaire.Item) []string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if it.Min != nil {
		add(". >= %s", plainNumber(*it.Min))
	}
	if it.Max != nil {
		add(". <= %s", plainNumber(*it.Max))
	}
	for _, day := range []struct{ op, day string }{{">=", it.Earliest}, {"<=", it.Latest}} {
		switch {
		case day.day == "":
		case day.day == questionnaire.Today:
			add(". %s today()", day.op)
		case it.Type == questionnaire.Month:
			add(". %s date('%s-01')", day.op, day.day)
		default:
			add(". %s date('%s')", day.op, day.day)
		}
	}
	if it.MinChars > 0 {
		add("string-length(.) >= %d", it.MinChars)
	}
	if it.MaxChars > 0 {
		add("string-length(.) <= %d", it.MaxChars)
	}
	if it.Type == questionnaire.Multiple {
		if it.MinChoices > 0 {
			add("count-selected(.) >= %d", it.MinChoices)
		}
		if it.MaxChoices > 0 {
			add("count-selected(.) <= %d", it.MaxChoices)
		}
		for _, o := range it.Options {
			if o.Exclusive {
				add("not(selected(., '%s') and count-selected(.) > 1)", o.Code)
			}
		}
	}
	pattern := it.Pattern
	switch it.Type {
	case questionnaire.Email:
		pattern = `[^@\s]+@[^@\s]+\.[^@\s]+`
	case questionnaire.Phone:
		pattern = `[+0-9][0-9 .-]{7,20}`
	case questionnaire.TaxCode:
		pattern = `[0-9]{10}(-[0-9]{3})?`
	default: // its own, or none
	}
	if q, err := quoted(pattern); err == nil && pattern != "" {
		add("regex(., %s)", q)
	}
	return parts
}
