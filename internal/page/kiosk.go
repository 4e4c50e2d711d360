package page

import (
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// Kiosk is a whole questionnaire for a device that stands at a counter: one
// question a screen, in large type, for one person after the other. A script
// goes through it and forgets everything after each; without it, it is one long
// form and a page of thanks.
type Kiosk struct {
	*Whole
	Thanked *Done  // the page of thanks, without the script
	Thanks  *Done  // the script's screen of thanks
	BadPass bool   // the link names a pass that is not good here
	Words   string // the script's words, in JSON
	Again   string // address of the kiosk, for the page of thanks
	Counter string // code of the counter that the link names
}

// KioskSeconds is how long the page of thanks stands before the next person's turn.
const KioskSeconds = 8

// NewKiosk lays out a questionnaire for a kiosk, as [NewWhole] does.
func NewKiosk(in FormInput) *Kiosk {
	w, b := newWhole(in)
	// A device that belongs to nobody shows nothing of an answer after it is sent.
	tell := Teller{Questionnaire: in.Questionnaire, Agencies: in.Agencies, Agency: in.Agency, Service: in.Service, Lang: b.lang}
	k := &Kiosk{Whole: w, Words: b.kioskWords()}
	if !Piped(in.Questionnaire, in.Questionnaire.Thanks) {
		k.Thanks = NewDone(w.Frame, tell, nil)
	} else {
		k.Thanks = NewDone(w.Frame, tell, &questionnaire.End{})
	}
	return k
}

// kioskWords are the words that the script says, by their ids there.
func (b *wholeBuilder) kioskWords() string {
	list := map[string]string{}
	for _, id := range []string{
		"kiosk.pin_short", "kiosk.pin_differ", "kiosk.pin_wrong", "kiosk.pin_wait", "kiosk.insecure", "kiosk.unkept",
		"kiosk.stuffed", "kiosk.counter_wrong", "kiosk.away", "kiosk.none_sent", "kiosk.choose",
	} {
		list[strings.TrimPrefix(id, "kiosk.")] = b.t(id, "n", "#")
	}
	return encoded(list)
}

// PageTitle implements [Page].
func (k *Kiosk) PageTitle() string {
	if k.Thanked != nil {
		return i18n.T(k.Lang, "done.title", nil)
	}
	return k.Whole.PageTitle()
}

func (k *Kiosk) template() string { return "kiosk" }
