package importer

import (
	"strings"

	"hailong/internal/questionnaire"
)

// escaped leaves nothing in a text that ours would take for an answer to show.
func escaped(s string) string { return strings.ReplaceAll(s, "${", "$ {") }

// say makes a text of ours, with the answers it shows, which q must be able to
// read (nil: none). What is empty in the first language is said in another.
func (a *assembly) say(t texts, e *Entry, q *question) questionnaire.Text {
	text := questionnaire.Text{}
	for _, lang := range a.languages {
		if a.written += len(t[lang]); a.written > maxWritten {
			t = texts{lang: clip(t[lang], 100)} // it is refused for its size anyway
		}
		if s := strings.TrimSpace(a.shown(t[lang], e, q)); s != "" {
			text[lang] = s
		}
	}
	if len(text) == 0 {
		return nil
	}
	first := a.languages[0]
	if text[first] != "" {
		return text
	}
	for _, lang := range a.languages {
		if text[lang] != "" {
			e.change("a text that is missing in %s is shown in %s", first, lang)
			text[first] = text[lang]
			return text
		}
	}
	return text
}

// shown writes the answers that a text shows as ours does.
func (a *assembly) shown(s string, e *Entry, q *question) string {
	s = escaped(s)
	s = marked.ReplaceAllStringFunc(s, func(m string) string {
		name := m[1 : len(m)-1]
		id, why := a.pipe(name, q)
		if why != "" {
			e.change("the answer to %s can't be shown in a text (%s): … stands there", clip(name, 60), why)
			return "…"
		}
		return "${" + id + "}"
	})
	return strings.Map(func(r rune) rune {
		if r == pipeOpen || r == pipeClose {
			return -1
		}
		return r
	}, s)
}

// pipe returns the id of the answer that a name stands for, or why it can't be
// shown on the page of q.
func (a *assembly) pipe(name string, q *question) (id, why string) {
	if q == nil {
		return "", "answers are shown in questions, notes and titles of pages only"
	}
	r := q.scope.lookup(name)
	switch {
	case r == nil:
		return "", "there is no such question"
	case r.question == nil:
		return "", "it was refused"
	case r.question.id == "" || r.question.gone:
		return "", "it was not imported"
	case r.question.page >= q.page:
		return "", "it stands on the same or a later page"
	case r.row != nil:
		return r.row.id, ""
	case r.question.kind == questionnaire.Note || r.question.kind == questionnaire.Matrix || r.question.kind == questionnaire.Ranking:
		return "", "it has no single answer"
	}
	return r.question.id, ""
}

// standing are words that a source may leave out and ours may not.
var standing = map[string]questionnaire.Text{
	"check": {"vi": "Câu trả lời này không phù hợp. Xin kiểm tra lại.", "en": "This answer does not fit. Please check it."},
	"other": {
		"vi": "Khác (xin ghi rõ)", "en": "Other (please specify)", "fr": "Autre (précisez)", "es": "Otro (especifique)", "pt": "Outro (especifique)",
		"de": "Sonstiges (bitte angeben)", "ru": "Другое (укажите)", "zh": "其他（请注明）", "ja": "その他（ご記入ください）", "ko": "기타 (직접 입력)",
		"km": "ផ្សេងទៀត (សូមបញ្ជាក់)", "lo": "ອື່ນໆ (ກະລຸນາລະບຸ)", "id": "Lainnya (sebutkan)", "ar": "أخرى (يرجى التحديد)",
	},
	"agree":          {"vi": "Tôi đã đọc", "en": "I have read this", "fr": "J’ai lu", "es": "He leído"},
	"dont_know":      {"vi": "Không biết", "en": "Don’t know"},
	"refused":        {"vi": "Không muốn trả lời", "en": "Prefer not to answer"},
	"not_applicable": {"vi": "Không áp dụng với tôi", "en": "Does not apply to me"},
	"low":            {"vi": "thấp nhất", "en": "lowest"},
	"high":           {"vi": "cao nhất", "en": "highest"},
	"time":           {"vi": "Xin ghi giờ và phút, ví dụ 14:30.", "en": "Write hours and minutes, such as 14:30."},
	"yes":            {"vi": "Có", "en": "Yes", "fr": "Oui", "de": "Ja", "es": "Sí"},
	"no":             {"vi": "Không", "en": "No", "fr": "Non", "de": "Nein", "es": "No"},
	"comment":        {"vi": "Ý kiến thêm", "en": "Comment", "fr": "Commentaire", "es": "Comentario", "de": "Kommentar"},
	"none":           {"vi": "Không có mục nào", "en": "None", "fr": "Aucun", "es": "Ninguno", "de": "Keine"},
}

// stand returns standing words in the languages of a form.
func (t *tags) stand(key string) texts {
	words := texts{}
	for _, lang := range t.all() {
		base, _, _ := strings.Cut(lang, "-")
		if s, ok := standing[key][base]; ok {
			words[lang] = s
		}
	}
	if first := t.all()[0]; words[first] == "" {
		words[first] = standing[key]["en"]
	}
	return words
}

// all lists the languages, the first one first.
func (t *tags) all() []string {
	if t.guess == "" {
		return t.order
	}
	all := []string{t.guess}
	for _, lang := range t.order {
		if lang != t.guess {
			all = append(all, lang)
		}
	}
	return all
}
