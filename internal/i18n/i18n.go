// Package i18n holds the program's own texts in Vietnamese and English, and the
// customs of both languages: which one a visitor gets, plurals, numbers, dates
// and the order of names.
//
// Vietnamese is the first language: it is what an unknown wish falls back to,
// and every message exists in it. A message is named by an id such as
// "form.next"; the texts stand in messages/*.json, one file per language and
// subject. Texts of questionnaires and names of agencies are data and do not
// belong here.
//
// Nothing here panics and nothing returns an error: an id that does not exist
// comes back as it is, and a test finds such ids in templates and in Go. Texts
// are plain, never HTML; whoever puts them into a page escapes them.
package i18n

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// The languages of the program, by BCP 47 tag.
const (
	Vietnamese = "vi"
	English    = "en"
)

//go:embed messages/*.json
var files embed.FS

// Languages lists the languages of the program; the first is the default. The
// slice belongs to the caller.
func Languages() []string { return []string{Vietnamese, English} }

// Known reports whether lang is one of the program's languages, exactly as
// written.
func Known(lang string) bool { return lang == Vietnamese || lang == English }

// catalogue is all messages, ready to use. It does not change after loading.
type catalogue struct {
	localizers map[string]*goi18n.Localizer
	ids        map[string]map[string]bool // by language
	plain      map[string]map[string]string
}

// loaded reads the embedded messages once. They are part of the program, so an
// error in them is found by the tests; at run time a message that could not be
// read shows as its id.
var loaded = sync.OnceValues(func() (*catalogue, error) { return load(files) })

// source is one message as the files have it: a text, or one text per plural
// form.
type source struct{ one, other string }

// UnmarshalJSON reads a string or an object with "one" and "other".
func (s *source) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &s.other); err == nil {
		s.one = s.other
		return nil
	}
	var forms struct {
		One   string `json:"one"`
		Other string `json:"other"`
	}
	if err := json.Unmarshal(data, &forms); err != nil {
		return fmt.Errorf("message is neither a text nor plural forms: %w", err)
	}
	s.one, s.other = cmp.Or(forms.One, forms.Other), forms.Other
	return nil
}

// load reads every <subject>.<language>.json below messages.
//
// The library gives Vietnamese two plural forms and complains about messages
// with only one, so that each message gets both here, whether or not its text
// depends on the number.
func load(fsys fs.FS) (*catalogue, error) {
	c := &catalogue{
		localizers: map[string]*goi18n.Localizer{},
		ids:        map[string]map[string]bool{},
		plain:      map[string]map[string]string{},
	}
	bundle := goi18n.NewBundle(language.Vietnamese)
	for _, lang := range Languages() {
		c.ids[lang], c.plain[lang] = map[string]bool{}, map[string]string{}
		c.localizers[lang] = goi18n.NewLocalizer(bundle, lang)
		names, err := fs.Glob(fsys, "messages/*."+lang+".json")
		if err != nil {
			return c, fmt.Errorf("listing messages: %w", err)
		}
		for _, name := range names {
			if err := c.read(fsys, bundle, name, lang); err != nil {
				return c, err
			}
		}
	}
	return c, nil
}

func (c *catalogue) read(fsys fs.FS, bundle *goi18n.Bundle, name, lang string) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("reading messages: %w", err)
	}
	var messages map[string]source
	if err := json.Unmarshal(data, &messages); err != nil {
		return fmt.Errorf("reading %s: %w", path.Base(name), err)
	}
	for id, s := range messages {
		if c.ids[lang][id] {
			return fmt.Errorf("%s: message %s is written twice", path.Base(name), id)
		}
		m := &goi18n.Message{ID: id, One: s.one, Other: s.other}
		if err := bundle.AddMessages(language.Make(lang), m); err != nil {
			return fmt.Errorf("%s: message %s: %w", path.Base(name), id, err)
		}
		c.ids[lang][id] = true
		if s.one == s.other && !strings.Contains(s.other, "{{") {
			c.plain[lang][id] = s.other
		}
	}
	return nil
}

// IDs lists the ids of a language's messages in order.
func IDs(lang string) []string {
	c, _ := loaded()
	return slices.Sorted(maps.Keys(c.ids[lang]))
}

// Has reports whether a message exists in a language.
func Has(lang, id string) bool {
	c, _ := loaded()
	return c.ids[lang][id]
}

// T returns a message in a language, its gaps filled with args: numbers in the
// language's way of writing, an argument named "day" as a date, one named "month"
// as a month. An unknown language counts as Vietnamese, an unknown id is returned
// as it is.
func T(lang, id string, args map[string]any) string {
	c, _ := loaded()
	lang = fallback(lang)
	if text, ok := c.plain[lang][id]; ok {
		return text
	}
	return c.localize(lang, &goi18n.LocalizeConfig{MessageID: id, TemplateData: written(lang, args)})
}

// Plural returns the form of a message that suits the count n, which fills the
// gap "n". Everything else is as in [T].
func Plural(lang, id string, n int64, args map[string]any) string {
	c, _ := loaded()
	lang = fallback(lang)
	data := written(lang, args)
	data["n"] = Int(lang, n)
	return c.localize(lang, &goi18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: n})
}

func (c *catalogue) localize(lang string, config *goi18n.LocalizeConfig) string {
	if !c.ids[lang][config.MessageID] {
		return config.MessageID
	}
	text, err := c.localizers[lang].Localize(config)
	if err != nil && text == "" {
		return config.MessageID
	}
	return text
}

func fallback(lang string) string {
	if Known(lang) {
		return lang
	}
	return Vietnamese
}

// written returns a copy of args in which numbers are texts of the language.
func written(lang string, args map[string]any) map[string]any {
	data := make(map[string]any, len(args)+1)
	for name, value := range args {
		switch v := value.(type) {
		case int:
			data[name] = Int(lang, int64(v))
		case int64:
			data[name] = Int(lang, v)
		case float64:
			data[name] = shortest(lang, v)
		case string:
			switch name {
			case "day":
				data[name] = Date(lang, v)
			case "month":
				data[name] = Month(lang, v)
			default:
				data[name] = v
			}
		default:
			data[name] = value
		}
	}
	return data
}
