package questionnaire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"hailong/internal/logic"
)

// finish computes what follows from the rest: variables, compiled conditions,
// version. It refuses what others could not work with: the builder makes nothing
// of that kind, but canonical forms are read as well.
func (q *Questionnaire) finish() error {
	q.byID, q.items = map[string]int{}, map[string]*Item{}
	q.variables, q.slots = nil, 0
	known := compiler{}
	for p := range q.Pages {
		for i := range q.Pages[p].Items {
			it := &q.Pages[p].Items[i]
			if q.items[it.ID] != nil {
				return fmt.Errorf("two items %q", it.ID)
			}
			q.items[it.ID] = it
			if err := q.addItem(it, p, known); err != nil {
				return fmt.Errorf("item %q: %w", it.ID, err)
			}
		}
	}
	for p := range q.Pages {
		if err := q.finishPage(p, known); err != nil {
			return fmt.Errorf("page %q: %w", q.Pages[p].ID, err)
		}
	}
	q.addPools()
	for i := range q.Ends {
		var err error
		if q.Ends[i].when, err = known.condition(q.Ends[i].If); err != nil {
			return fmt.Errorf("end %q: %w", q.Ends[i].ID, err)
		}
	}
	for i := range q.Images {
		q.Images[i].hash = hashOf(q.Images[i].Data)
	}
	if err := q.finishScoring(); err != nil {
		return err
	}
	sum := sha256.Sum256(q.Canonical())
	q.Version = hex.EncodeToString(sum[:])
	return nil
}

// finishPage compiles the checks of a page, and looks at what it repeats for.
func (q *Questionnaire) finishPage(p int, known compiler) (err error) {
	page := &q.Pages[p]
	for i := range page.Checks {
		check := &page.Checks[i]
		if check.require, err = known.condition(check.Require); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		if v := q.Variable(check.Item); v == nil || v.Page != p {
			return fmt.Errorf("check: %q is not on the page", check.Item)
		}
	}
	if page.Repeat == "" {
		return nil
	}
	choice := q.Variable(page.Repeat)
	switch {
	case choice == nil || choice.Page >= p || q.Repeated(choice):
		return fmt.Errorf("no agencies are chosen in %q before it", page.Repeat)
	case choice != q.Choice():
		return fmt.Errorf("it repeats for %q, another for %q", page.Repeat, q.Choice().ID)
	}
	return nil
}

func (q *Questionnaire) addItem(it *Item, page int, known compiler) error {
	if err := it.compile(known); err != nil {
		return err
	}
	it.values = valuesOf(it.Options)
	kind, ok := kindOf(it)
	if !ok {
		return fmt.Errorf("unknown type %q", it.Type)
	}
	if it.Ranks < 0 || it.Ranks > len(it.Options) {
		return fmt.Errorf("%d ranks of %d options", it.Ranks, len(it.Options))
	}
	if it.Personal != nil && kind != Words && kind != Days {
		return fmt.Errorf("type %q can't be personal", it.Type)
	}
	var parts []Variable
	switch it.Type {
	case Note:
	case Matrix:
		for i := range it.Rows {
			parts = append(parts, Variable{ID: it.Rows[i].ID, Kind: OneOf, Part: OfRow, Row: &it.Rows[i]})
		}
	case Ranking:
		for rank := 1; rank <= it.Ranks; rank++ {
			parts = append(parts, Variable{ID: RankID(it.ID, rank), Kind: OneOf, Part: OfRank, Rank: rank})
		}
	default:
		parts = append(parts, Variable{ID: it.ID, Kind: kind})
	}
	if otherOf(it.Options) >= 0 {
		parts = append(parts, Variable{ID: OtherID(it.ID), Kind: Words, Part: OfOther})
	}
	for _, v := range parts {
		v.Item, v.Page = it, page
		if err := q.addVariable(v); err != nil {
			return err
		}
	}
	return nil
}

// compile compiles what an item says in the language of package logic.
func (it *Item) compile(known compiler) (err error) {
	if it.show, err = known.condition(it.ShowIf); err != nil {
		return err
	}
	if it.must, err = known.condition(it.RequiredIf); err != nil {
		return err
	}
	if it.Calculate != "" {
		expr, problem := logic.ParseValue(it.Calculate)
		if problem != nil {
			return fmt.Errorf("calculation: %s", problem.Message)
		}
		it.calculate = condition{expr}
	}
	if it.Pattern != "" {
		pattern, problem := logic.CompilePattern(it.Pattern)
		if problem != nil {
			return fmt.Errorf("pattern: %s", problem.Message)
		}
		it.pattern = pattern
	}
	return nil
}

// RankID is the id of the variable of one rank of a ranking, from 1.
func RankID(item string, rank int) string { return item + "_" + strconv.Itoa(rank) }

// OtherID is the id of the variable with the text of an item's option that asks for one.
func OtherID(item string) string { return item + "_other" }

var kinds = map[ItemType]VariableKind{
	Scale: OneOf, Single: OneOf, YesNo: OneOf, Rating: OneOf, NetPromoter: OneOf, Matrix: OneOf, Ranking: OneOf,
	Multiple: SetOf,
	Number:   Amount, Integer: Amount, Decimal: Amount, Calculated: Amount,
	TextType: Words, LongText: Words, Email: Words, Phone: Words, TaxCode: Words, DossierCode: Words,
	AgencyType: Words, Hidden: Words, Note: Words,
	Date: Days, Month: Months,
}

// kindOf returns the kind of an item's variables; false for an unknown type.
func kindOf(it *Item) (VariableKind, bool) {
	kind, ok := kinds[it.Type]
	if it.Type == Calculated {
		switch it.Result {
		case "text":
			kind = Words
		case "date":
			kind = Days
		}
	}
	return kind, ok
}

func (q *Questionnaire) addVariable(v Variable) error {
	if _, twice := q.byID[v.ID]; twice {
		return fmt.Errorf("two variables %q", v.ID)
	}
	v.Index, v.Slot = len(q.variables), q.slots
	v.Slots = StateSlots + len(v.Options()) + 1
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
		return codeValue(&v.Item.Options[option], v.Item.values)
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
	case Days:
		return logic.Value{Kind: logic.Date, Number: amount}
	case Months:
		return logic.Value{Kind: logic.Date, Number: FirstDay(amount)}
	}
	return logic.Value{}
}
