package page

import (
	"strconv"

	"hailong/internal/errs"
	"hailong/internal/i18n"
)

// Problem says in words what went wrong and what to do next. Its texts come
// from the catalogue, never from an error.
type Problem struct {
	Frame
	Status   int      // of the answer
	Heading  string   // the status in words
	Detail   string   // what went wrong
	ErrorID  string   // number of the error in the server's log; empty for errors of the request
	Problems []string // what to correct; may be empty
}

// NewProblem describes an error. Status is that of the answer, id the number
// under which the log has the error's cause, empty when it is no fault of ours.
func NewProblem(frame Frame, status int, err *errs.Error, id string) *Problem {
	p := &Problem{
		Frame: frame, Status: status, ErrorID: id,
		Heading: named(frame.Lang, "status.", strconv.Itoa(status)),
	}
	switch {
	case err != nil && i18n.Has(frame.Lang, "error."+err.Code):
		p.Detail = i18n.T(frame.Lang, "error."+err.Code, err.Args)
		p.Problems = messages(frame.Lang, err.Problems)
	case id != "":
		p.Detail = i18n.T(frame.Lang, "error.internal", map[string]any{"id": id})
	}
	return p
}

// messages words problems, each with the name of what it is about.
func messages(lang string, problems []errs.Problem) []string {
	list := make([]string, 0, len(problems))
	for _, p := range problems {
		text := message(lang, p)
		if p.Item != "" {
			text = p.Item + ": " + text
		}
		list = append(list, text)
	}
	return list
}

// message words one problem. A problem of the whole may carry the code of an
// error, such as a survey that has closed while a form was being filled in.
func message(lang string, p errs.Problem) string {
	if id := "problem." + p.Code; i18n.Has(lang, id) {
		return i18n.T(lang, id, p.Args)
	}
	return i18n.T(lang, "error."+p.Code, p.Args)
}

// Todo says what the reader can do now; empty where there is nothing to say.
func (p *Problem) Todo() string {
	if id := "todo." + strconv.Itoa(p.Status); i18n.Has(p.Lang, id) {
		return i18n.T(p.Lang, id, nil)
	}
	return ""
}

// PageTitle implements [Page].
func (p *Problem) PageTitle() string { return p.Heading }

func (p *Problem) template() string { return "problem" }
