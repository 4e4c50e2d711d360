package page

import (
	"html/template"
	"io"

	"hailong/internal/i18n"
	"hailong/internal/qr"
)

// SlipsOnSheet is how many slips stand on a sheet of A4.
const SlipsOnSheet = 8

// Slip invites one person: whoever answers about one dossier, once.
type Slip struct {
	Dossier string // so that the right person gets it
	Agency  string // name
	Code    string // of the invitation, as invite.New returns it
}

// SlipSet is a document of slips.
type SlipSet struct {
	Base    string // address of the site, as ParseBase returns it
	Expires string // the last day, YYYY-MM-DD
	Lang    string // of what stands around the sheets on a screen
}

// SlipLink is the address that the QR code of a slip holds.
func (set SlipSet) SlipLink(code string) string { return set.Base + "/i/" + code }

// slip is one as it is printed.
type slip struct {
	Slip
	Heading []words
	Type    []words
	Until   []words
	Apart   []words
	QR      template.HTML
}

// SlipWriter writes a document of slips, one after the other.
type SlipWriter struct {
	set     SlipSet
	printer *printer
	usual   slip   // what all slips say
	sheet   []slip // that is not full yet
}

// NewSlipWriter begins a document.
func NewSlipWriter(w io.Writer, set SlipSet) (*SlipWriter, error) {
	lang := UI(set.Lang)
	p, err := newPrinter(w, "slips", sheetHead{
		Lang: lang, Title: i18n.T(lang, "slip.title", nil), Heading: i18n.T(lang, "slip.title", nil), Class: "slips",
	})
	if err != nil {
		return nil, err
	}
	s := &SlipWriter{set: set, printer: p}
	for _, lang := range i18n.Languages() {
		say := func(list *[]words, text string) { *list = append(*list, words{lang, text}) }
		say(&s.usual.Heading, i18n.T(lang, "slip.ask", nil))
		say(&s.usual.Type, i18n.T(lang, "slip.type", map[string]any{"text": Letters(set.Base + "/i")}))
		say(&s.usual.Until, i18n.T(lang, "slip.until", map[string]any{"day": set.Expires}))
		say(&s.usual.Apart, i18n.T(lang, "slip.apart", nil))
	}
	return s, nil
}

// Write adds a slip.
func (s *SlipWriter) Write(own Slip) error {
	next := s.usual
	next.Slip = own
	next.QR = template.HTML(qr.SVG(s.set.SlipLink(own.Code), qr.Options{})) //nolint:gosec // made of digits
	s.sheet = append(s.sheet, next)
	if len(s.sheet) < SlipsOnSheet {
		return nil
	}
	return s.flush()
}

func (s *SlipWriter) flush() error {
	if len(s.sheet) == 0 {
		return nil
	}
	err := s.printer.sheet(s.sheet)
	s.sheet = s.sheet[:0]
	return err
}

// Close writes what is left. The document is not whole without it.
func (s *SlipWriter) Close() error {
	if err := s.flush(); err != nil {
		return err
	}
	return s.printer.close()
}
