package questionnaire

import "fmt"

// checks gives each page its rules across items.
func (b *builder) checks() {
	for p := range b.file.Pages {
		for i := range b.file.Pages[p].Checks {
			b.check(p, &b.file.Pages[p].Checks[i], fmt.Sprintf("pages[%d].checks[%d]", p, i))
		}
	}
}

func (b *builder) check(page int, f *FileCheck, at string) {
	check := Check{Message: b.text(f.Message, at+".message")}
	r := b.condition(f.Require, at+".require")
	stand := b.standAt(page, f, at, r)
	if r == nil {
		return
	}
	last, again := b.pageOf[page].last, b.file.Pages[page].Repeat != ""
	if stand != nil {
		last = stand.page
	}
	r.mayRead = func(id string, to *asked) (message, cure string) {
		if to.page > last {
			return fmt.Sprintf("%q is asked on a later page", id), "move the check to that page"
		}
		return notAgain(id, to, again)
	}
	if b.told(r) || !b.changing(r) || stand == nil {
		return
	}
	check.Require, check.Item = r.String(), b.ids[stand.index]
	b.q.Pages[stand.page].Checks = append(b.q.Pages[stand.page].Checks, check)
}

// standAt finds where a check's message stands: at the item that the file
// names, else at the last item of the page that the rule reads.
func (b *builder) standAt(page int, f *FileCheck, at string, r *rule) *asked {
	on := func(to *asked) bool {
		return to.page >= b.pageOf[page].first && to.page <= b.pageOf[page].last
	}
	if f.Item != "" {
		to, ok := b.asked[f.Item]
		if !ok {
			b.At(at+".item", fmt.Sprintf("there is no item %q", f.Item), b.Suggest(f.Item, b.ids))
			return nil
		}
		message, cure := noVariable(f.Item, to)
		switch {
		case message != "":
		case !on(to):
			message, cure = fmt.Sprintf("%q is not on the page of the check", f.Item), "name an item of the page, or move the check"
		case neverShown(to.item.Type):
			message, cure = fmt.Sprintf("%q is never shown, and no message can stand at it", f.Item), "name an item that is shown"
		default:
			return to
		}
		b.At(at+".item", message, cure)
		return nil
	}
	if r == nil {
		return nil
	}
	var stand *asked
	for _, name := range r.Names() {
		to, ok := b.asked[name.ID]
		if ok && on(to) && !to.whole && !neverShown(to.item.Type) && (stand == nil || to.index > stand.index) {
			stand = to
		}
	}
	if stand == nil && len(r.Names()) > 0 {
		b.At(at+".require", "the check reads no item that is shown on its page", "move it to the page of the last item that it reads, or add item:")
	}
	return stand
}

// ends makes what is said after the response.
func (b *builder) ends() {
	list := b.file.Ends
	unique(b, list, "ends", "end", "id", func(e FileEnd) string { return e.ID })
	sc := scope{page: len(b.q.Pages), after: true}
	for i, f := range list {
		at := fmt.Sprintf("ends[%d]", i)
		end := End{ID: f.ID, Title: b.piped(f.Title, at+".title", sc), Text: b.piped(f.Text, at+".text", sc)}
		if f.If == "" && i < len(list)-1 {
			b.Lacks(at, fmt.Sprintf("the end %q has no condition, so that those after it are never reached", f.ID), "add if:, or put it last", "if")
		}
		if r := b.answers(f.If, at+".if"); r != nil {
			end.If = r.String()
		}
		b.q.Ends = append(b.q.Ends, end)
	}
}

// quotas makes the quotas of the fieldwork.
func (b *builder) quotas(work *Fieldwork) {
	list := b.file.Fieldwork.Quotas
	unique(b, list, "fieldwork.quotas", "quota", "id", func(q FileQuota) string { return q.ID })
	for i, f := range list {
		at := fmt.Sprintf("fieldwork.quotas[%d]", i)
		quota := Quota{ID: f.ID, Title: b.text(f.Title, at+".title"), Limit: given(f.Limit, 0), Message: b.text(f.Message, at+".message")}
		if r := b.answers(f.If, at+".if"); r != nil {
			quota.If = r.String()
		}
		work.Quotas = append(work.Quotas, quota)
	}
}

// answers reads a condition on a whole response; nil for one with mistakes.
func (b *builder) answers(src, at string) *rule {
	r := b.condition(src, at)
	if r == nil {
		return nil
	}
	r.mayRead = func(id string, to *asked) (message, cure string) {
		if to.item.Personal != nil {
			return fmt.Sprintf("%q is personal, and is not read after it was sent", id), "use another item"
		}
		if to.again {
			return fmt.Sprintf("%q is asked once for each chosen agency", id), "use an item of a page that does not repeat"
		}
		return "", ""
	}
	if b.told(r) || !b.reachable(r) {
		return nil
	}
	return r
}
