package export

import (
	"encoding/json"
	"fmt"
	"io"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// Codebook describes every variable of one version of a survey: what its values
// in files of responses mean. It is made from the questionnaire alone.
type Codebook struct {
	Survey    string             `json:"survey"`
	Version   string             `json:"version"` // as rows show it
	Title     questionnaire.Text `json:"title"`
	Languages []string           `json:"languages"`
	Variables []CodebookVariable `json:"variables"` // in questionnaire order
	Fields    []CodebookField    `json:"fields"`    // columns that every survey has and that need a word
}

// CodebookVariable is one variable. Conditions are in the language of
// package logic.
type CodebookVariable struct {
	ID         string                  `json:"id"`
	Order      int                     `json:"order"` // from 1
	Item       string                  `json:"item"`
	Part       string                  `json:"part,omitempty"` // of its item: row, rank, other; empty: the whole
	Rank       int                     `json:"rank,omitempty"` // from 1
	Page       string                  `json:"page"`
	Repeat     string                  `json:"repeat,omitempty"` // asked once for each agency chosen in this item
	Type       questionnaire.ItemType  `json:"type"`
	Kind       string                  `json:"kind"`               // of its values: code, codes, number, text, date, month
	Columns    []string                `json:"columns"`            // in CSV files
	Text       questionnaire.Text      `json:"text,omitempty"`     // of the item, or of the row
	ItemText   questionnaire.Text      `json:"of,omitempty"`       // of the item, for a row
	Options    []CodebookOption        `json:"options,omitempty"`  // of the values
	Missing    []questionnaire.Missing `json:"missing,omitempty"`  // offered in place of an answer; skipped and not_asked are always there
	Required   bool                    `json:"required,omitempty"` //
	RequiredIf string                  `json:"required_if,omitempty"`
	ShowIf     string                  `json:"show_if,omitempty"`
	Calculate  string                  `json:"calculate,omitempty"`
	Value      string                  `json:"value,omitempty"` // of a hidden item whose link has none
	Unit       questionnaire.Text      `json:"unit,omitempty"`
	Limits
	Personal *questionnaire.Personal `json:"personal,omitempty"` // values are kept apart and deleted in time
}

// CodebookOption is one value of a variable.
type CodebookOption struct {
	Code      string             `json:"code"`
	Value     *float64           `json:"value,omitempty"`
	Label     questionnaire.Text `json:"label"`
	Exclusive bool               `json:"exclusive,omitempty"`
	Other     string             `json:"other,omitempty"` // variable with the text beside it
}

// Limits are what answers are checked for.
type Limits struct {
	Min        *float64 `json:"min,omitempty"`
	Max        *float64 `json:"max,omitempty"`
	Decimals   int      `json:"decimals,omitempty"`
	MinChars   int      `json:"min_chars,omitempty"`
	MaxChars   int      `json:"max_chars,omitempty"`
	Pattern    string   `json:"pattern,omitempty"`
	Earliest   string   `json:"earliest,omitempty"`
	Latest     string   `json:"latest,omitempty"`
	Ranks      int      `json:"ranks,omitempty"`
	MinChoices int      `json:"min_choices,omitempty"`
	MaxChoices int      `json:"max_choices,omitempty"`
	Within     string   `json:"within,omitempty"`
	Levels     []string `json:"levels,omitempty"`
}

var partNames = map[questionnaire.Part]string{questionnaire.OfRow: "row", questionnaire.OfRank: "rank", questionnaire.OfOther: "other"}

var kindNames = map[questionnaire.VariableKind]string{
	questionnaire.OneOf: "code", questionnaire.SetOf: "codes", questionnaire.Amount: "number",
	questionnaire.Words: "text", questionnaire.Days: "date", questionnaire.Months: "month",
}

// NewCodebook describes a questionnaire. It shares memory with it.
func NewCodebook(q *questionnaire.Questionnaire) *Codebook {
	c := &Codebook{
		Survey: q.Survey, Version: shortVersion(q), Title: q.Title, Languages: q.Languages, Variables: []CodebookVariable{},
	}
	variables := q.Variables()
	for i := range variables {
		c.Variables = append(c.Variables, describe(q, &variables[i]))
	}
	c.Fields = c.fields()
	return c
}

func describe(q *questionnaire.Questionnaire, v *questionnaire.Variable) CodebookVariable {
	it, page := v.Item, &q.Pages[v.Page]
	d := CodebookVariable{
		ID: v.ID, Order: v.Index + 1, Item: it.ID, Part: partNames[v.Part], Rank: v.Rank, Page: page.ID, Repeat: page.Repeat,
		Type: it.Type, Kind: kindNames[v.Kind], Columns: columnsOf(v), Text: v.Text(),
		ShowIf: it.ShowIf, Personal: it.Personal,
	}
	if v.Part == questionnaire.OfOther { // may always be left empty
		return d
	}
	d.Missing, d.Required, d.RequiredIf = it.Missing, it.Required, it.RequiredIf
	d.Calculate, d.Value, d.Unit = it.Calculate, it.Value, it.Unit
	d.Limits = Limits{
		Min: it.Min, Max: it.Max, Decimals: it.Decimals, MinChars: it.MinChars, MaxChars: it.MaxChars, Pattern: it.Pattern,
		Earliest: it.Earliest, Latest: it.Latest, Ranks: it.Ranks, MinChoices: it.MinChoices, MaxChoices: it.MaxChoices,
		Within: it.Within, Levels: it.Levels,
	}
	if v.Part == questionnaire.OfRow {
		d.ItemText = it.Text
	}
	for _, o := range v.Options() {
		option := CodebookOption{Code: o.Code, Value: o.Value, Label: o.Label, Exclusive: o.Exclusive}
		if o.Other {
			option.Other = questionnaire.OtherID(it.ID)
		}
		d.Options = append(d.Options, option)
	}
	return d
}

// columnsOf lists the columns of a variable in CSV files.
func columnsOf(v *questionnaire.Variable) []string {
	options := csvOptions(v)
	names := make([]string, len(options))
	for i, option := range options {
		names[i] = columnName(v.ID, option)
	}
	return names
}

// JSON writes the codebook as one indented JSON object.
func (c *Codebook) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("codebook: %w", err)
	}
	return nil
}

// always are the states that stand in place of an answer to any variable.
var always = []string{response.Skipped.String(), response.NotAsked.String()}
