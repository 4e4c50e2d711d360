package questionnaire

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"

	"hailong/internal/logic"
)

// These are the shapes of survey.yaml. The yaml names are what authors write;
// the validate rules are what can be said of one value alone. What needs a
// second look at the file is told by the builder.
type surveyFile struct {
	Survey    string               `yaml:"survey" validate:"omitempty,slug"`
	Title     Text                 `yaml:"title" validate:"required"`
	Languages []string             `yaml:"languages" validate:"max=20,dive,language"`
	Intro     []Text               `yaml:"intro" validate:"max=6"`
	Thanks    Text                 `yaml:"thanks"`
	Notes     string               `yaml:"notes"`
	Grain     string               `yaml:"grain" validate:"omitempty,oneof=month day"`
	MinN      *int                 `yaml:"min_n" validate:"omitempty,min=1,max=100000"`
	Scales    map[string]scaleFile `yaml:"scales" validate:"dive,keys,id,endkeys"`
	Pages     []pageFile           `yaml:"pages" validate:"required,max=200,dive"`
	Measures  []measureFile        `yaml:"measures" validate:"max=100,dive"`
	Indices   []indexFile          `yaml:"indices" validate:"max=100,dive"`
	Fieldwork fieldworkFile        `yaml:"fieldwork"`
}

type scaleFile struct {
	Options []optionFile  `yaml:"options" validate:"required,max=200,dive"`
	Missing []missingFile `yaml:"missing" validate:"dive"`
}

// codeFile is a code. YAML's readers disagree on words such as no, so that a
// code must not look like one of them.
type codeFile string

type optionFile struct {
	Code      codeFile `yaml:"code" validate:"required,code"`
	Value     *float64 `yaml:"value" validate:"omitempty,min=-1000000,max=1000000"`
	Label     Text     `yaml:"label" validate:"required"`
	Exclusive bool     `yaml:"exclusive"`
}

// missingFile may also be written as the bare code of a standard label.
type missingFile struct {
	Code  codeFile `yaml:"code" validate:"required,oneof=dont_know refused not_applicable"`
	Label Text     `yaml:"label"`
}

type pageFile struct {
	ID    string     `yaml:"id" validate:"required,id"`
	Title Text       `yaml:"title"`
	Note  Text       `yaml:"note"`
	Items []itemFile `yaml:"items" validate:"required,dive"`
}

type itemFile struct {
	ID       string         `yaml:"id" validate:"required,id"`
	Type     string         `yaml:"type" validate:"required,oneof=scale single multiple number text matrix"`
	Required bool           `yaml:"required"`
	Text     Text           `yaml:"text" validate:"required"`
	Help     Text           `yaml:"help"`
	Scale    string         `yaml:"scale" validate:"omitempty,id"`
	Options  []optionFile   `yaml:"options" validate:"max=200,dive"`
	Missing  *[]missingFile `yaml:"missing" validate:"omitempty,dive"`
	Rows     []rowFile      `yaml:"rows" validate:"max=100,dive"`
	ShowIf   string         `yaml:"show_if"`
	Min      *float64       `yaml:"min" validate:"omitempty,min=-1000000000000,max=1000000000000"`
	Max      *float64       `yaml:"max" validate:"omitempty,min=-1000000000000,max=1000000000000"`
	Decimals *int           `yaml:"decimals" validate:"omitempty,min=0,max=6"`
	Unit     Text           `yaml:"unit"`
	MaxChars *int           `yaml:"max_chars" validate:"omitempty,min=1,max=5000"`
	Lines    *int           `yaml:"lines" validate:"omitempty,min=1,max=30"`
}

type rowFile struct {
	ID   string `yaml:"id" validate:"required,id"`
	Text Text   `yaml:"text" validate:"required"`
}

type measureFile struct {
	ID    string     `yaml:"id" validate:"required,id"`
	Kind  string     `yaml:"kind" validate:"required,oneof=top_box mean"`
	Codes []codeFile `yaml:"codes" validate:"max=200,dive,code"`
	Title Text       `yaml:"title" validate:"required"`
}

type indexFile struct {
	ID        string       `yaml:"id" validate:"required,id"`
	Title     Text         `yaml:"title" validate:"required"`
	Measure   string       `yaml:"measure" validate:"required,id"`
	Aggregate string       `yaml:"aggregate" validate:"required,oneof=pooled weighted_mean"`
	Method    string       `yaml:"method"`
	Factors   []factorFile `yaml:"factors" validate:"required,dive"`
}

type factorFile struct {
	ID        string       `yaml:"id" validate:"required,id"`
	Title     Text         `yaml:"title" validate:"required"`
	Weight    *float64     `yaml:"weight" validate:"omitempty,gt=0,lte=1"`
	Aggregate string       `yaml:"aggregate" validate:"omitempty,oneof=pooled weighted_mean"`
	Items     []string     `yaml:"items" validate:"dive,id"`
	Factors   []factorFile `yaml:"factors" validate:"dive"`
}

type fieldworkFile struct {
	Channels []string   `yaml:"channels" validate:"dive,oneof=link qr kiosk invitation paper phone import"`
	Waves    []waveFile `yaml:"waves" validate:"max=1000,dive"`
}

type waveFile struct {
	ID     string `yaml:"id" validate:"required,wave"`
	Title  Text   `yaml:"title" validate:"required"`
	Opens  string `yaml:"opens" validate:"required,datetime=2006-01-02"`
	Closes string `yaml:"closes" validate:"omitempty,datetime=2006-01-02"`
}

var patterns = map[string]*regexp.Regexp{
	"slug":     regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`),
	"id":       regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`),
	"code":     regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`),
	"wave":     regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`),
	"language": regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`),
}

// spelt says in words what a pattern allows.
var spelt = map[string]string{
	"slug":     "small letters a to z, digits and -, at most 40",
	"id":       "small letters a to z, digits and _, beginning with a letter, at most 40",
	"code":     "small letters a to z, digits, _ and -, beginning with a letter or digit, at most 40",
	"wave":     "small letters a to z, digits, - and ., beginning with a letter or digit, at most 40",
	"language": "a language tag such as vi or en",
}

// newValidator returns the validator of the shapes. It names fields as authors do.
func newValidator() (*validator.Validate, error) {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(yamlName)
	for name, pattern := range patterns {
		if err := v.RegisterValidation(name, func(f validator.FieldLevel) bool { return pattern.MatchString(f.Field().String()) }); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func yamlName(f reflect.StructField) string { return f.Tag.Get("yaml") }

// explain says what a broken rule means, and what to do.
func explain(e validator.FieldError) (message, cure string) {
	name, _, _ := strings.Cut(e.Field(), "[")
	switch e.Tag() {
	case "required":
		return name + " is missing", "add " + name + ":"
	case "oneof":
		return fmt.Sprintf("%q is not known as %s", fmt.Sprint(e.Value()), name), "use one of " + strings.ReplaceAll(e.Param(), " ", ", ")
	case "gt":
		return name + " is too small", "use more than " + e.Param()
	case "min":
		return name + " is too small", "use at least " + e.Param()
	case "max", "lte":
		if e.Kind() == reflect.Slice {
			return name + " has too many entries", "use at most " + e.Param()
		}
		return name + " is too large", "use at most " + e.Param()
	case "datetime":
		return fmt.Sprintf("%q is no date", e.Value()), `write it as "2026-03-31", with quotes`
	}
	if words, ok := spelt[e.Tag()]; ok {
		return fmt.Sprintf("%q cannot be used as %s", e.Value(), name), "use " + words
	}
	return name + " is wrong (" + e.Tag() + ")", "see the documentation of survey.yaml"
}

// standardMissing are the labels of missing codes that a file does not label.
var standardMissing = map[string]Text{
	DontKnow:      {"vi": "Không biết", "en": "Don’t know"},
	Refused:       {"vi": "Không muốn trả lời", "en": "Prefer not to answer"},
	NotApplicable: {"vi": "Không áp dụng với tôi", "en": "Does not apply to me"},
}

// takenCodes may not be codes of options: they mean something in every file of answers.
var takenCodes = []string{DontKnow, Refused, NotApplicable, Skipped, "not_asked", "answered"}

// takenID reports whether an id would be mistaken for something else: a word of
// conditions, or a column of the exports.
func takenID(id string) bool {
	return logic.Reserved(id) || slices.Contains([]string{
		"survey", "version", "wave", "agency", "agency_name", "resolver", "channel", "service", "lang", "day", "seconds",
	}, id)
}
