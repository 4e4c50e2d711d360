package collect

import (
	"hailong/internal/agency"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// World is what is known of a response beside its answers: what conditions read
// as channel, lang, agency, agency_level, service and today, and the agencies
// that answers may name. The zero World knows nothing.
type World struct {
	Agencies *agency.Registry // nil: there are none
	Day      response.Day     // of the response: today
	Channel  response.Channel // 0: not known
	Lang     string           // one of the questionnaire's languages; empty: its first
	Agency   *agency.Agency   // the receiving agency; nil: not known
	Service  string           // code of the service rated; may be empty
}

// lang returns the language in which the respondent reads the questionnaire.
func (w *World) lang(q *questionnaire.Questionnaire) string {
	if w.Lang == "" && len(q.Languages) > 0 {
		return q.Languages[0]
	}
	return w.Lang
}

// value returns the value of a context name, as catalog.Catalog.Lookup does for
// a response that is stored.
func (w *World) value(q *questionnaire.Questionnaire, name string) logic.Value {
	kind, text := logic.Text, ""
	switch name {
	case "channel":
		kind, text = logic.Code, w.Channel.String()
	case "lang":
		kind, text = logic.Code, w.lang(q)
	case "service":
		text = w.Service
	case "today":
		return logic.Value{Kind: logic.Date, Number: float64(w.Day)}
	case "agency":
		if w.Agency != nil {
			text = w.Agency.ID
		}
	case "agency_level":
		if w.Agency != nil {
			text = w.Agency.Level
		}
	}
	switch {
	case text == "":
		return logic.Value{}
	case kind == logic.Code:
		return logic.Value{Kind: kind, Code: text}
	}
	return logic.Value{Kind: kind, Text: text}
}
