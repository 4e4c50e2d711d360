package page

import (
	"hailong/internal/errs"
	"hailong/internal/i18n"
)

// Invitation lets somebody type the code of an invitation. It posts code to /i.
type Invitation struct {
	Frame
	Lead     string // why a code is asked for; empty: somebody came to type one
	Code     string // as it was typed
	Errors   []string
	Finished bool // the code was good once: there is nothing to correct
}

// NewInvitation lays out the field for a code, with what is wrong with the one
// that was typed. err may be nil, or be an error without problems, which is
// itself what is said.
func NewInvitation(frame Frame, code string, err *errs.Error) *Invitation {
	p := &Invitation{Frame: frame, Code: code}
	switch {
	case err == nil:
	case len(err.Problems) > 0:
		for _, problem := range err.Problems {
			p.Errors = append(p.Errors, message(frame.Lang, problem))
			p.Finished = p.Finished || finished(problem.Code)
		}
	case code == "":
		p.Lead = i18n.T(frame.Lang, "error."+err.Code, err.Args)
	default:
		p.Errors = []string{i18n.T(frame.Lang, "error."+err.Code, err.Args)}
	}
	return p
}

// finished reports whether a problem is one of a code that was issued.
func finished(code string) bool {
	return code == "invitation_used" || code == "invitation_expired" || code == "invitation_revoked"
}

// PageTitle implements [Page].
func (p *Invitation) PageTitle() string {
	title := i18n.T(p.Lang, "invitation.title", nil)
	if len(p.Errors) > 0 {
		title = i18n.T(p.Lang, "form.error", nil) + ": " + title
	}
	return title
}

func (p *Invitation) template() string { return "invitation" }

// Band is what staff see on every page while they fill in a form for somebody:
// how it came to them, and from where.
func Band(lang, channel, counter, agency string) string {
	text := ""
	switch channel {
	case "paper":
		text = i18n.T(lang, "form.band_paper", nil)
	case "phone":
		text = i18n.T(lang, "form.band_phone", nil)
	}
	if counter != "" {
		text += ", " + i18n.T(lang, "form.band_counter", map[string]any{"text": counter})
	}
	if agency != "" {
		text += ", " + agency
	}
	return i18n.T(lang, "form.band", map[string]any{"text": text})
}
