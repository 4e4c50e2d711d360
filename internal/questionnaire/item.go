package questionnaire

// Page is what is shown at once. The items of a page with Repeat are asked once
// for each agency chosen in the item that it names, an item of type agency with
// MaxChoices above 1, of an earlier page. A questionnaire has at most one such
// item; all pages that repeat name it and follow each other.
type Page struct {
	ID     string  `json:"id"`
	Title  Text    `json:"title,omitempty"` // may be empty
	Note   Text    `json:"note,omitempty"`  // in Markdown; may be empty
	Items  []Item  `json:"items"`
	Order  Order   `json:"order,omitempty"` // of the items
	Repeat string  `json:"repeat,omitempty"`
	Checks []Check `json:"checks,omitempty"`
}

// Check is a rule across items: the page is not left while the condition is
// false (unknown, because an answer is missing, is no fault).
type Check struct {
	Require string `json:"require"` // condition on items of this and earlier pages
	Message Text   `json:"message"`
	Item    string `json:"item"` // the variable the message stands at, on this page

	require condition
}

// Order is how entries are laid out: as they stand in the file (empty), from
// last to first, or by chance. The chance is drawn from the response's id
// (Shuffle), which stays with the response, so that the order a respondent saw
// can be found again.
type Order string

// The orders. Exclusive options and those with a text of their own stay last.
const (
	Fixed    Order = ""
	Reversed Order = "reversed"
	Random   Order = "random"
)

// ItemType says how an item is asked and answered.
type ItemType string

// The item types.
const (
	Scale       ItemType = "scale"        // one option of a named scale
	Single      ItemType = "single"       // one of the item's own options
	Multiple    ItemType = "multiple"     // any of the item's own options, at most 64
	YesNo       ItemType = "yes_no"       // options yes (1) and no (0)
	Rating      ItemType = "rating"       // options 1 to Max (3 to 10): stars or faces, always with words
	NetPromoter ItemType = "net_promoter" // options 0 to 10
	Matrix      ItemType = "matrix"       // rows that share one scale; every row is a variable of its own
	Ranking     ItemType = "ranking"      // the item's options in order, the first Ranks of them; every rank is a variable of its own
	Number      ItemType = "number"       // a decimal number with a fixed count of decimals
	Integer     ItemType = "integer"      // a whole number
	Decimal     ItemType = "decimal"      // as Number, with two decimals unless it says otherwise
	TextType    ItemType = "text"         // free text
	LongText    ItemType = "long_text"    // free text in a high box
	Date        ItemType = "date"         // a calendar day
	Month       ItemType = "month"        // a calendar month
	Email       ItemType = "email"        //
	Phone       ItemType = "phone"        // a Vietnamese telephone number, kept as 0 and 9 or 10 digits
	TaxCode     ItemType = "tax_code"     // a Vietnamese tax code, kept as 10 digits or 10-3
	DossierCode ItemType = "dossier_code" // the code of a dossier of an administrative procedure
	AgencyType  ItemType = "agency"       // agencies of the registry, by id; one, or up to MaxChoices for pages that repeat
	Note        ItemType = "note"         // words without an answer, in Markdown
	Hidden      ItemType = "hidden"       // never shown: the parameter of the link with the item's id, or Value
	Calculated  ItemType = "calculated"   // never shown: Calculate, worked out when the response is made
)

// Item is one thing asked.
type Item struct {
	ID         string    `json:"id"`
	Type       ItemType  `json:"type"`
	Required   bool      `json:"required"`
	RequiredIf string    `json:"required_if,omitempty"` // condition on items that stand before it; empty: see Required
	Text       Text      `json:"text"`                  // with ${item} for earlier answers
	Help       Text      `json:"help,omitempty"`        // in Markdown; may be empty
	Image      *Picture  `json:"image,omitempty"`
	Scale      string    `json:"scale,omitempty"`   // name of the scale, for Scale and Matrix
	Options    []Option  `json:"options,omitempty"` // resolved: of the scale, the type, or the item's own; nil where nothing is chosen
	Order      Order     `json:"order,omitempty"`   // of the options
	Missing    []Missing `json:"missing,omitempty"` // offered beside the options, in order; never counted as an answer
	Rows       []Row     `json:"rows,omitempty"`    // Matrix only
	RowOrder   Order     `json:"row_order,omitempty"`
	ShowIf     string    `json:"show_if,omitempty"` // condition on items that stand before it; empty: always shown
	Min        *float64  `json:"min,omitempty"`     // numbers: inclusive limits
	Max        *float64  `json:"max,omitempty"`
	Decimals   int       `json:"decimals,omitempty"`  // numbers: digits after the point, 0 to 6
	Unit       Text      `json:"unit,omitempty"`      // numbers: may be empty
	MinChars   int       `json:"min_chars,omitempty"` // texts: limits in characters (not bytes)
	MaxChars   int       `json:"max_chars,omitempty"` // texts: at most 5000
	Lines      int       `json:"lines,omitempty"`     // texts: height of the box; 1 is a single line
	Pattern    string    `json:"pattern,omitempty"`   // texts: logic.CompilePattern, of the whole text
	Message    Text      `json:"message,omitempty"`   // said when Pattern does not fit
	Earliest   string    `json:"earliest,omitempty"`  // Date and Month: YYYY-MM-DD, YYYY-MM, or today; may be empty
	Latest     string    `json:"latest,omitempty"`
	Low        Text      `json:"low,omitempty"`         // Rating and NetPromoter: words at the ends
	High       Text      `json:"high,omitempty"`        //
	Ranks      int       `json:"ranks,omitempty"`       // Ranking: how many ranks are asked for
	MinChoices int       `json:"min_choices,omitempty"` // Multiple, Ranking, AgencyType: how many must be chosen by who answers at all
	MaxChoices int       `json:"max_choices,omitempty"` // Multiple, AgencyType: 0 is no limit for Multiple, one for AgencyType
	Within     string    `json:"within,omitempty"`      // AgencyType: id of the agency whose subtree is offered; empty: all
	Levels     []string  `json:"levels,omitempty"`      // AgencyType: levels that are offered; empty: all
	Calculate  string    `json:"calculate,omitempty"`   // Calculated: a logic value over items that stand before it
	Result     string    `json:"result,omitempty"`      // Calculated: number, text or date
	Value      string    `json:"value,omitempty"`       // Hidden: the value when the link has none
	Personal   *Personal `json:"personal,omitempty"`    // answers are stored apart and deleted in time; nil: not personal

	show, must condition          // compiled ShowIf and RequiredIf
	calculate  condition          // compiled Calculate
	pattern    matcher            // compiled Pattern
	values     map[string]float64 // of the options by code, nil unless all have one
}

// Personal says why data about a person are asked for, and how long they are kept.
type Personal struct {
	Purpose       Text `json:"purpose"`
	RetentionDays int  `json:"retention_days"` // after the day of the response; then the answers are deleted
}

// Consent is what the respondent agrees to before the first item. A response
// exists only with consent.
type Consent struct {
	Title   Text `json:"title,omitempty"`
	Text    Text `json:"text"`  // in Markdown
	Agree   Text `json:"agree"` // resolved: standard words unless the file has its own
	Decline Text `json:"decline"`
	Refused Text `json:"refused"` // said to those who decline
}

// End is what is said after the response, by a condition on the answers.
type End struct {
	ID    string `json:"id"`
	If    string `json:"if,omitempty"` // empty: always
	Title Text   `json:"title,omitempty"`
	Text  Text   `json:"text"` // in Markdown

	when condition
}

// Picture is where an image is shown. Alt is never empty, but for what is mere
// decoration, which nobody should put into a questionnaire.
type Picture struct {
	Name string `json:"name"` // of an Image
	Alt  Text   `json:"alt"`
}

// Image is a picture of the survey's folder, a part of the version.
type Image struct {
	Name string `json:"name"` // the file's name
	Type string `json:"type"` // image/png, image/jpeg or image/webp
	Data []byte `json:"data"`

	hash string // see Hash
}

// Changes says how a version continues the one that was published before it.
// Variables, options and indices that it does not name continue those of the
// same id, code and meaning (Plan refuses what is not plain).
type Changes struct {
	From     string                       `json:"from"`               // Version before, at least its first 12 digits; for any other version nothing is said
	Renamed  map[string]string            `json:"renamed,omitempty"`  // id before, by id now: of items and rows
	Recoded  map[string]map[string]string `json:"recoded,omitempty"`  // code now, by code before, by id now of an item; empty code: no longer there
	Reworded []string                     `json:"reworded,omitempty"` // items whose words or labels changed, but not what they mean
	Dropped  []string                     `json:"dropped,omitempty"`  // ids before of items that are no longer asked
	Breaks   []Break                      `json:"breaks,omitempty"`   // series that begin anew with this version
}

// Break marks that what is measured from here on can't be compared with before.
type Break struct {
	Of     string `json:"of"` // id of an index or of an item (now); "all" for everything
	Reason Text   `json:"reason"`
}
