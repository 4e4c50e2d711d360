package page

import (
	"html/template"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// Home lists the surveys that are open.
type Home struct {
	Frame
	Surveys []HomeSurvey
	Invites bool // some of them are answered with the code of an invitation
}

// HomeSurvey is one open survey on the first page.
type HomeSurvey struct {
	Slug   string
	Title  string
	Lines  []template.HTML // who asks, how long, what happens with it
	Items  int             // how many questions, conditional ones included
	Closes string          // last day, YYYY-MM-DD; empty without end
}

// NewHomeSurvey describes an open survey in a language.
func NewHomeSurvey(q *questionnaire.Questionnaire, lang, closes string) HomeSurvey {
	tell := Teller{Questionnaire: q, Lang: lang}
	home := HomeSurvey{Slug: q.Survey, Title: tell.fill(q.Title.In(lang)), Closes: closes, Items: questions(q)}
	for _, text := range q.Intro {
		if s := text.In(lang); s != "" {
			home.Lines = append(home.Lines, tell.rich(s, line))
		}
	}
	return home
}

// questions counts what a respondent may be asked; each row of a matrix counts.
func questions(q *questionnaire.Questionnaire) int {
	n := 0
	for p := range q.Pages {
		for i := range q.Pages[p].Items {
			switch it := &q.Pages[p].Items[i]; it.Type {
			case questionnaire.Note, questionnaire.Hidden, questionnaire.Calculated:
			case questionnaire.Matrix:
				n += len(it.Rows)
			default:
				n++
			}
		}
	}
	return n
}

// PageTitle implements [Page].
func (h *Home) PageTitle() string { return i18n.T(h.Lang, "home.title", nil) }

func (h *Home) template() string { return "home" }
