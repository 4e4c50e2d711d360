package questionnaire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// canonicalFormat numbers the canonical form. A change of what the form says
// needs a new number and a reader for every old one: stored versions are for ever.
const canonicalFormat = 1

type canonicalForm struct {
	Format int `json:"format"`
	*Questionnaire
}

// Canonical returns the canonical form: JSON without spaces that holds
// everything that is asked or scored, and nothing else. The order of keys in the
// file, its comments, notes and fieldwork make no difference.
func (q *Questionnaire) Canonical() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(canonicalForm{canonicalFormat, q}); err != nil {
		return nil // strings, whole numbers and finite floats always encode
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Decode rebuilds a questionnaire from its canonical form.
func Decode(canonical []byte) (*Questionnaire, error) {
	form := canonicalForm{Questionnaire: &Questionnaire{}}
	d := json.NewDecoder(bytes.NewReader(canonical))
	d.DisallowUnknownFields()
	if err := d.Decode(&form); err != nil {
		return nil, fmt.Errorf("canonical questionnaire: %w", err)
	}
	if form.Format != canonicalFormat {
		return nil, fmt.Errorf("canonical questionnaire of format %d: made by a newer version of the program", form.Format)
	}
	q := form.Questionnaire
	if err := q.finish(); err != nil {
		return nil, fmt.Errorf("canonical questionnaire: %w", err)
	}
	if !bytes.Equal(q.Canonical(), canonical) {
		return nil, errors.New("questionnaire is not in canonical form")
	}
	return q, nil
}

// valuesOf returns the values of options by code, nil when one has none.
func valuesOf(options []Option) map[string]float64 {
	values := make(map[string]float64, len(options))
	for _, o := range options {
		if o.Value == nil {
			return nil
		}
		values[o.Code] = *o.Value
	}
	return values
}
