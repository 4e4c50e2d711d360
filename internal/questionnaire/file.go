package questionnaire

// File is the shape of survey.yaml: what authors write, before it is checked.
// The yaml names are the keys, the validate rules what can be said of one value
// alone; what needs a second look at the file is told by the builder. Importers
// fill a File and [File.Encode] writes it.
type File struct {
	Survey     string               `yaml:"survey" validate:"omitempty,slug"`
	Title      Text                 `yaml:"title" validate:"required"`
	Languages  []string             `yaml:"languages" validate:"max=20,dive,language"`
	Intro      []Text               `yaml:"intro" validate:"max=6"`
	Consent    *FileConsent         `yaml:"consent"`
	Thanks     Text                 `yaml:"thanks"`
	Ends       []FileEnd            `yaml:"ends" validate:"max=50,dive"`
	Notes      string               `yaml:"notes"`
	Grain      string               `yaml:"grain" validate:"omitempty,oneof=month day"`
	MinN       *int                 `yaml:"min_n" validate:"omitempty,min=1,max=100000"`
	Disclosure FileDisclosure       `yaml:"disclosure"`
	Rounding   *int                 `yaml:"rounding" validate:"omitempty,min=0,max=4"`
	Scales     map[string]FileScale `yaml:"scales" validate:"dive,keys,id,endkeys"`
	Pages      []FilePage           `yaml:"pages" validate:"required,max=1000,dive"`
	Measures   []FileMeasure        `yaml:"measures" validate:"max=100,dive"`
	Indices    []FileIndex          `yaml:"indices" validate:"max=100,dive"`
	Fieldwork  FileFieldwork        `yaml:"fieldwork"`
	Changes    *FileChanges         `yaml:"changes"`
}

// FileDisclosure is the key disclosure.
type FileDisclosure struct {
	MinN    *int   `yaml:"min_n" validate:"omitempty,min=1,max=100000"`
	AllSame string `yaml:"all_same" validate:"omitempty,oneof=hide publish"`
}

// FileConsent is the key consent.
type FileConsent struct {
	Title   Text `yaml:"title"`
	Text    Text `yaml:"text" validate:"required"`
	Agree   Text `yaml:"agree"`
	Decline Text `yaml:"decline"`
	Refused Text `yaml:"refused"`
}

// FileEnd is an entry of ends.
type FileEnd struct {
	ID    string `yaml:"id" validate:"required,id"`
	If    string `yaml:"if"`
	Title Text   `yaml:"title"`
	Text  Text   `yaml:"text" validate:"required"`
}

// FileScale is a named scale.
type FileScale struct {
	Options []FileOption  `yaml:"options" validate:"required,max=200,dive"`
	Missing []FileMissing `yaml:"missing" validate:"dive"`
}

// FileCode is a code. YAML's readers disagree on words such as no, so that a
// code must not look like one of them.
type FileCode string

// FileOption is an option of a scale or an item.
type FileOption struct {
	Code      FileCode `yaml:"code" validate:"required,code"`
	Value     *float64 `yaml:"value" validate:"omitempty,min=-1000000,max=1000000"`
	Label     Text     `yaml:"label" validate:"required"`
	Exclusive bool     `yaml:"exclusive"`
	Other     bool     `yaml:"other"`
}

// FileMissing is a missing code. It may also be written as the bare code of a
// standard label.
type FileMissing struct {
	Code  FileCode `yaml:"code" validate:"required,oneof=dont_know refused not_applicable"`
	Label Text     `yaml:"label"`
}

// FilePage is an entry of pages.
type FilePage struct {
	ID         string      `yaml:"id" validate:"required,id"`
	Title      Text        `yaml:"title"`
	Note       Text        `yaml:"note"`
	ShowIf     string      `yaml:"show_if"`
	Repeat     string      `yaml:"repeat" validate:"omitempty,id"`
	OnePerPage bool        `yaml:"one_per_page"`
	Order      string      `yaml:"order" validate:"omitempty,oneof=fixed reversed random"`
	Items      []FileItem  `yaml:"items" validate:"required,dive"`
	Checks     []FileCheck `yaml:"checks" validate:"max=100,dive"`
}

// FileCheck is an entry of a page's checks.
type FileCheck struct {
	Require string `yaml:"require" validate:"required"`
	Message Text   `yaml:"message" validate:"required"`
	Item    string `yaml:"item" validate:"omitempty,id"`
}

// FileItem is an entry of a page's items. Rows of a matrix, ranks and texts of
// options follow from it.
type FileItem struct {
	ID         string         `yaml:"id" validate:"required,id"`
	Type       string         `yaml:"type" validate:"required,item_type"`
	Required   bool           `yaml:"required"`
	RequiredIf string         `yaml:"required_if"`
	Text       Text           `yaml:"text"`
	Help       Text           `yaml:"help"`
	Image      *FilePicture   `yaml:"image"`
	ShowIf     string         `yaml:"show_if"`
	Scale      string         `yaml:"scale" validate:"omitempty,id"`
	Options    []FileOption   `yaml:"options" validate:"max=200,dive"`
	Order      string         `yaml:"order" validate:"omitempty,oneof=fixed reversed random"`
	Missing    *[]FileMissing `yaml:"missing" validate:"omitempty,dive"`
	Rows       []FileRow      `yaml:"rows" validate:"max=100,dive"`
	RowOrder   string         `yaml:"row_order" validate:"omitempty,oneof=fixed reversed random"`
	Min        *float64       `yaml:"min" validate:"omitempty,min=-1000000000000,max=1000000000000"`
	Max        *float64       `yaml:"max" validate:"omitempty,min=-1000000000000,max=1000000000000"`
	Decimals   *int           `yaml:"decimals" validate:"omitempty,min=0,max=6"`
	Unit       Text           `yaml:"unit"`
	MinChars   *int           `yaml:"min_chars" validate:"omitempty,min=1,max=5000"`
	MaxChars   *int           `yaml:"max_chars" validate:"omitempty,min=1,max=5000"`
	Lines      *int           `yaml:"lines" validate:"omitempty,min=1,max=30"`
	Pattern    string         `yaml:"pattern"`
	Message    Text           `yaml:"message"`
	Earliest   string         `yaml:"earliest"`
	Latest     string         `yaml:"latest"`
	Low        Text           `yaml:"low"`
	High       Text           `yaml:"high"`
	Ranks      *int           `yaml:"ranks" validate:"omitempty,min=1,max=20"`
	MinChoices *int           `yaml:"min_choices" validate:"omitempty,min=1,max=64"`
	MaxChoices *int           `yaml:"max_choices" validate:"omitempty,min=1,max=64"`
	Within     string         `yaml:"within"`
	Levels     []string       `yaml:"levels" validate:"max=20"`
	Calculate  string         `yaml:"calculate"`
	Value      string         `yaml:"value"`
	Personal   *FilePersonal  `yaml:"personal"`
}

// FilePicture is the key image.
type FilePicture struct {
	File string `yaml:"file" validate:"required"`
	Alt  Text   `yaml:"alt" validate:"required"`
}

// FilePersonal is the key personal.
type FilePersonal struct {
	Purpose       Text `yaml:"purpose" validate:"required"`
	RetentionDays *int `yaml:"retention_days" validate:"omitempty,min=1,max=36500"`
}

// FileRow is a row of a matrix.
type FileRow struct {
	ID   string `yaml:"id" validate:"required,id"`
	Text Text   `yaml:"text" validate:"required"`
}

// FileMeasure is an entry of measures.
type FileMeasure struct {
	ID      string     `yaml:"id" validate:"required,id"`
	Kind    string     `yaml:"kind" validate:"required,oneof=top_box bottom_box net mean score100 nps"`
	Codes   []FileCode `yaml:"codes" validate:"max=200,dive,code"`
	Against []FileCode `yaml:"against" validate:"max=200,dive,code"`
	Base    string     `yaml:"base" validate:"omitempty,oneof=valid with_dont_know"`
	Title   Text       `yaml:"title" validate:"required"`
}

// FileIndex is an entry of indices.
type FileIndex struct {
	ID        string       `yaml:"id" validate:"required,id"`
	Title     Text         `yaml:"title" validate:"required"`
	Measure   string       `yaml:"measure" validate:"required,id"`
	Aggregate string       `yaml:"aggregate" validate:"required,oneof=pooled weighted_mean"`
	Method    string       `yaml:"method"`
	Factors   []FileFactor `yaml:"factors" validate:"required,dive"`
}

// FileFactor is a factor of an index, or of a factor.
type FileFactor struct {
	ID        string       `yaml:"id" validate:"required,id"`
	Title     Text         `yaml:"title" validate:"required"`
	Weight    *float64     `yaml:"weight" validate:"omitempty,gt=0,lte=1"`
	Aggregate string       `yaml:"aggregate" validate:"omitempty,oneof=pooled weighted_mean"`
	Items     []string     `yaml:"items" validate:"dive,id"`
	Factors   []FileFactor `yaml:"factors" validate:"dive"`
}

// FileFieldwork is the key fieldwork.
type FileFieldwork struct {
	Channels      []string    `yaml:"channels" validate:"dive,oneof=link qr kiosk invitation paper phone import"`
	Waves         []FileWave  `yaml:"waves" validate:"max=1000,dive"`
	Invitation    string      `yaml:"invitation" validate:"omitempty,oneof=optional required"`
	MinSeconds    *int        `yaml:"min_seconds" validate:"omitempty,min=1,max=3600"`
	MaxResponses  *int        `yaml:"max_responses" validate:"omitempty,min=1,max=1000000000"`
	Quotas        []FileQuota `yaml:"quotas" validate:"max=200,dive"`
	RetentionDays *int        `yaml:"retention_days" validate:"omitempty,min=1,max=36500"`
	ProofOfWork   bool        `yaml:"proof_of_work"`
	Passes        string      `yaml:"passes" validate:"omitempty,oneof=optional required"`
	Embed         []string    `yaml:"embed" validate:"max=100,dive,origin"`
	Hours         string      `yaml:"hours" validate:"omitempty,hours"`
	Sample        string      `yaml:"sample" validate:"omitempty,oneof=probability census opt_in"`
	Lonely        string      `yaml:"lonely" validate:"omitempty,oneof=adjust remove certainty average"`
}

// FileQuota is an entry of quotas.
type FileQuota struct {
	ID      string `yaml:"id" validate:"required,id"`
	Title   Text   `yaml:"title" validate:"required"`
	If      string `yaml:"if" validate:"required"`
	Limit   *int   `yaml:"limit" validate:"required,min=1,max=1000000000"`
	Message Text   `yaml:"message"`
}

// FileWave is an entry of waves.
type FileWave struct {
	ID     string `yaml:"id" validate:"required,wave"`
	Title  Text   `yaml:"title" validate:"required"`
	Opens  string `yaml:"opens" validate:"required,datetime=2006-01-02"`
	Closes string `yaml:"closes" validate:"omitempty,datetime=2006-01-02"`
	Sample string `yaml:"sample" validate:"omitempty,oneof=probability census opt_in"`
	Lonely string `yaml:"lonely" validate:"omitempty,oneof=adjust remove certainty average"`
}

// FileChanges is the key changes.
type FileChanges struct {
	From     string                       `yaml:"from" validate:"required,min=12,max=64,hexadecimal"`
	Renamed  map[string]string            `yaml:"renamed" validate:"dive,keys,id,endkeys,id"`
	Recoded  map[string]map[string]string `yaml:"recoded" validate:"dive,keys,id,endkeys,dive,keys,code,endkeys,omitempty,code"`
	Reworded []string                     `yaml:"reworded" validate:"dive,id"`
	Dropped  []string                     `yaml:"dropped" validate:"dive,id"`
	Breaks   []FileBreak                  `yaml:"breaks" validate:"max=200,dive"`
}

// FileBreak is an entry of breaks.
type FileBreak struct {
	Of     string `yaml:"of" validate:"required,id"`
	Reason Text   `yaml:"reason" validate:"required"`
}
