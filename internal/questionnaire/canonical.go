package questionnaire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"hailong/internal/logic"
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

// finish computes what follows from the rest: variables, compiled conditions, version.
func (q *Questionnaire) finish() error {
	q.byID, q.items = map[string]int{}, map[string]*Item{}
	for p := range q.Pages {
		for i := range q.Pages[p].Items {
			it := &q.Pages[p].Items[i]
			if q.items[it.ID] != nil {
				return fmt.Errorf("two items %q", it.ID)
			}
			q.items[it.ID] = it
			if err := q.addItem(it, p); err != nil {
				return err
			}
		}
	}
	sum := sha256.Sum256(q.Canonical())
	q.Version = hex.EncodeToString(sum[:])
	return nil
}

func (q *Questionnaire) addItem(it *Item, page int) error {
	if it.ShowIf != "" {
		expr, problem := logic.Parse(it.ShowIf)
		if problem != nil {
			return fmt.Errorf("condition of %q: %s", it.ID, problem.Message)
		}
		it.show = condition{expr}
	}
	it.values = valuesOf(it.Options)
	if !isType(string(it.Type)) {
		return fmt.Errorf("item %q is of the unknown type %q", it.ID, it.Type)
	}
	if it.Type != Matrix {
		return q.addVariable(Variable{ID: it.ID, Kind: kinds[it.Type], Item: it, Page: page})
	}
	for i := range it.Rows {
		if err := q.addVariable(Variable{ID: it.Rows[i].ID, Kind: OneOf, Item: it, Row: &it.Rows[i], Page: page}); err != nil {
			return err
		}
	}
	return nil
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

var kinds = map[ItemType]VariableKind{Scale: OneOf, Single: OneOf, Multiple: SetOf, Number: Amount, TextType: Words}

func (q *Questionnaire) addVariable(v Variable) error {
	if _, twice := q.byID[v.ID]; twice {
		return fmt.Errorf("two variables %q", v.ID)
	}
	v.Index, v.Slot = len(q.variables), q.slots
	v.Slots = StateSlots + len(v.Item.Options) + 1
	q.byID[v.ID] = v.Index
	q.variables = append(q.variables, v)
	q.slots += v.Slots
	return nil
}

// Value returns an answer to v as conditions see it: by the kind of the
// variable the index of its option, the set of its options, its number or its
// text. An index that no option has is a missing answer.
func (v *Variable) Value(option int, set uint64, amount float64, words string) logic.Value {
	switch v.Kind {
	case OneOf:
		if option < 0 || option >= len(v.Item.Options) {
			return logic.Value{}
		}
		o := &v.Item.Options[option]
		value := logic.Value{Kind: logic.Code, Code: o.Code, Values: v.Item.values}
		if o.Value != nil {
			value.Number = *o.Value
		}
		return value
	case SetOf:
		value := logic.Value{Kind: logic.Set}
		for i := range v.Item.Options {
			if set>>i&1 == 1 {
				value.Codes = append(value.Codes, v.Item.Options[i].Code)
			}
		}
		return value
	case Amount:
		return logic.Value{Kind: logic.Number, Number: amount}
	case Words:
		return logic.Value{Kind: logic.Text, Text: words}
	}
	return logic.Value{}
}
