package page

import "hailong/internal/i18n"

// Done thanks for a response that is durable.
type Done struct {
	Frame
	Survey  string // slug
	Title   string // of the survey
	Thanks  string // the survey's own words; may be empty
	Receipt string // code of the receipt; empty when it is not known any more
}

// PageTitle implements [Page].
func (d *Done) PageTitle() string { return i18n.T(d.Lang, "done.title", nil) }

func (d *Done) template() string { return "done" }

// Receipt tells whether a receipt code belongs to a counted response, and
// nothing else.
type Receipt struct {
	Frame
	Code      string
	Counted   bool   // false: there is no such response; the rest is empty
	Survey    string // slug
	Title     string // of the survey
	Watermark uint64 // the first state of the data that holds the response
}

// PageTitle implements [Page].
func (r *Receipt) PageTitle() string { return i18n.T(r.Lang, "receipt.title", nil) }

func (r *Receipt) template() string { return "receipt" }

// Mark returns the watermark as text.
func (r *Receipt) Mark() string { return i18n.Int(r.Lang, int64(min(r.Watermark, 1<<62))) }
