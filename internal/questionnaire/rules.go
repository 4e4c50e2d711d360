package questionnaire

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"

	"hailong/internal/logic"
	"hailong/internal/yamlfile"
)

var patterns = map[string]*regexp.Regexp{
	"slug":     regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`),
	"id":       regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`),
	"code":     regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`),
	"wave":     regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`),
	"language": regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`),
	// What may stand in a header as it is: no blank, no semicolon, no path.
	"origin": regexp.MustCompile(`^(\*|https://(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,9}(:[1-9][0-9]{0,4})?)$`),
	"hours":  regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`),
}

// spelt says in words what a pattern allows.
var spelt = map[string]string{
	"slug":     "small letters a to z, digits and -, at most 40",
	"id":       "small letters a to z, digits and _, beginning with a letter, at most 40",
	"code":     "small letters a to z, digits, _ and -, beginning with a letter or digit, at most 40",
	"wave":     "small letters a to z, digits, - and ., beginning with a letter or digit, at most 40",
	"language": "a language tag such as vi or en",
	"origin":   `the beginning of the portal's address in small letters, such as "https://dichvucong.gov.vn", without a path; or "*" for everybody`,
	"hours":    `two times of day such as "07:00-17:30"`,
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
	err := v.RegisterValidation("item_type", func(f validator.FieldLevel) bool { return isType(f.Field().String()) })
	return v, err
}

// types are what files of questionnaires write in ways of their own.
func types() yamlfile.Types {
	return yamlfile.Types{Text: textType, Code: codeType, Bare: missingType}
}

var (
	textType    = reflect.TypeFor[Text]()
	missingType = reflect.TypeFor[FileMissing]()
	codeType    = reflect.TypeFor[FileCode]()
)

func yamlName(f reflect.StructField) string { return f.Tag.Get("yaml") }

// explain says what a broken rule means, and what to do.
func explain(n *yamlfile.Notes, e validator.FieldError) (message, cure string) {
	name, _, _ := strings.Cut(e.Field(), "[")
	switch e.Tag() {
	case "required":
		return name + " is missing", "add " + name + ":"
	case "oneof":
		return fmt.Sprintf("%q is not known as %s", fmt.Sprint(e.Value()), name), n.OneOf(fmt.Sprint(e.Value()), strings.Fields(e.Param()))
	case "item_type":
		return fmt.Sprintf("%q is not known as type", fmt.Sprint(e.Value())), n.OneOf(fmt.Sprint(e.Value()), typeNames())
	case "gt":
		return name + " is too small", "use more than " + e.Param()
	case "hexadecimal":
		return fmt.Sprintf("%q is no version", fmt.Sprint(e.Value())), "use the first digits of the version, at least 12, as hailong plan shows them"
	case "min":
		if e.Kind() == reflect.String {
			return name + " is too short", "use at least " + e.Param() + " characters"
		}
		return name + " is too small", "use at least " + e.Param()
	case "max", "lte":
		if e.Kind() == reflect.Slice {
			return name + " has too many entries", "use at most " + e.Param()
		}
		if e.Kind() == reflect.String {
			return name + " is too long", "use at most " + e.Param() + " characters"
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

// takenCodes may not be codes of options: they mean something in every file of answers.
var takenCodes = []string{DontKnow, Refused, NotApplicable, Skipped, "not_asked", "answered"}

// takenID reports whether an id would be mistaken for something else: a word of
// conditions, or a column of the exports.
func takenID(id string) bool {
	return logic.Reserved(id) || slices.Contains([]string{
		"survey", "version", "wave", "agency", "agency_name", "agency_level", "resolver", "channel", "service", "counter", "lang", "today",
		"day", "seconds", "consent", "dropped", "flags", "repeat", "rated_agency", "rated_agency_name", "row",
	}, id)
}

// typeNames lists the item types in order of their names.
func typeNames() []string {
	names := make([]string, 0, len(kinds))
	for t := range kinds {
		names = append(names, string(t))
	}
	slices.Sort(names)
	return names
}
