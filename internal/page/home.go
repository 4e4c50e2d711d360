package page

import (
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// Home lists the surveys that are open.
type Home struct {
	Frame
	Surveys []HomeSurvey
}

// HomeSurvey is one open survey on the first page.
type HomeSurvey struct {
	Slug   string
	Title  string
	Lines  []string // who asks, how long, what happens with it
	Items  int      // how many questions, conditional ones included
	Closes string   // last day, YYYY-MM-DD; empty without end
}

// NewHomeSurvey describes an open survey in a language.
func NewHomeSurvey(q *questionnaire.Questionnaire, lang, closes string) HomeSurvey {
	return HomeSurvey{
		Slug:   q.Survey,
		Title:  q.Title.In(lang),
		Lines:  texts(q.Intro, lang),
		Items:  len(q.Variables()),
		Closes: closes,
	}
}

// texts returns the texts in a language, without empty ones.
func texts(list []questionnaire.Text, lang string) []string {
	lines := make([]string, 0, len(list))
	for _, text := range list {
		if line := text.In(lang); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// PageTitle implements [Page].
func (h *Home) PageTitle() string { return i18n.T(h.Lang, "home.title", nil) }

func (h *Home) template() string { return "home" }
