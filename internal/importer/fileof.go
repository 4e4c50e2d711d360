package importer

import (
	"slices"

	"hailong/internal/questionnaire"
)

// fileOf writes a questionnaire as the file that it could have been built of:
// conditions of pages stand at their items, and pages that were cut stay cut.
// The data of images is not in a file.
func fileOf(q *questionnaire.Questionnaire, work questionnaire.Fieldwork) *questionnaire.File {
	f := &questionnaire.File{
		Survey: q.Survey, Title: q.Title, Languages: q.Languages, Intro: q.Intro, Thanks: q.Thanks, Notes: q.Notes,
		Grain: string(q.Grain), MinN: &q.MinN, Disclosure: questionnaire.FileDisclosure{AllSame: q.AllSame}, Rounding: q.Rounding, Scales: map[string]questionnaire.FileScale{}, Fieldwork: fileFieldwork(work),
	}
	if c := q.Consent; c != nil {
		f.Consent = &questionnaire.FileConsent{Title: c.Title, Text: c.Text, Agree: c.Agree, Decline: c.Decline, Refused: c.Refused}
	}
	for _, e := range q.Ends {
		f.Ends = append(f.Ends, questionnaire.FileEnd{ID: e.ID, If: e.If, Title: e.Title, Text: e.Text})
	}
	for i := range q.Pages {
		f.Pages = append(f.Pages, filePage(&q.Pages[i], f.Scales))
	}
	for _, m := range q.Measures {
		fm := questionnaire.FileMeasure{ID: m.ID, Kind: string(m.Kind), Base: m.Base, Title: m.Title}
		for _, code := range m.Codes {
			fm.Codes = append(fm.Codes, questionnaire.FileCode(code))
		}
		for _, code := range m.Against {
			fm.Against = append(fm.Against, questionnaire.FileCode(code))
		}
		f.Measures = append(f.Measures, fm)
	}
	for _, x := range q.Indices {
		f.Indices = append(f.Indices, questionnaire.FileIndex{
			ID: x.ID, Title: x.Title, Measure: x.Measure, Aggregate: string(x.Aggregate), Method: x.Method, Factors: fileFactors(x.Factors),
		})
	}
	if c := q.Changes; c != nil {
		f.Changes = &questionnaire.FileChanges{From: c.From, Renamed: c.Renamed, Recoded: c.Recoded, Reworded: c.Reworded, Dropped: c.Dropped}
		for _, b := range c.Breaks {
			f.Changes.Breaks = append(f.Changes.Breaks, questionnaire.FileBreak(b))
		}
	}
	return f
}

func fileFieldwork(work questionnaire.Fieldwork) questionnaire.FileFieldwork {
	f := questionnaire.FileFieldwork{
		Channels: work.Channels, MinSeconds: unlessZero(work.MinSeconds), MaxResponses: unlessZero(work.MaxResponses),
		ProofOfWork: work.Effort, Embed: work.Embed, Hours: work.Hours, Sample: work.Sample, Lonely: work.Lonely,
	}
	if work.Passes {
		f.Passes = "required"
	}
	if work.Invitation {
		f.Invitation = "required"
	}
	for _, w := range work.Waves {
		f.Waves = append(f.Waves, questionnaire.FileWave(w))
	}
	for _, q := range work.Quotas {
		f.Quotas = append(f.Quotas, questionnaire.FileQuota{ID: q.ID, Title: q.Title, If: q.If, Limit: &q.Limit, Message: q.Message})
	}
	return f
}

func unlessZero[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

func fileFactors(list []questionnaire.Factor) []questionnaire.FileFactor {
	var factors []questionnaire.FileFactor
	for _, x := range list {
		factors = append(factors, questionnaire.FileFactor{
			ID: x.ID, Title: x.Title, Weight: unlessZero(x.Weight), Aggregate: string(x.Aggregate), Items: x.Variables, Factors: fileFactors(x.Factors),
		})
	}
	return factors
}

func filePage(p *questionnaire.Page, scales map[string]questionnaire.FileScale) questionnaire.FilePage {
	f := questionnaire.FilePage{ID: p.ID, Title: p.Title, Note: p.Note, Repeat: p.Repeat, Order: string(p.Order)}
	for i := range p.Items {
		f.Items = append(f.Items, fileItem(&p.Items[i], scales))
	}
	for _, c := range p.Checks {
		f.Checks = append(f.Checks, questionnaire.FileCheck{Require: c.Require, Message: c.Message, Item: c.Item})
	}
	return f
}

func fileItem(it *questionnaire.Item, scales map[string]questionnaire.FileScale) questionnaire.FileItem {
	f := questionnaire.FileItem{
		ID: it.ID, Type: string(it.Type), Required: it.Required, RequiredIf: it.RequiredIf, Text: it.Text, Help: it.Help, ShowIf: it.ShowIf,
		Scale: it.Scale, Order: string(it.Order), RowOrder: string(it.RowOrder), Unit: it.Unit, Pattern: it.Pattern, Message: it.Message,
		Earliest: it.Earliest, Latest: it.Latest, Low: it.Low, High: it.High, MinChoices: unlessZero(it.MinChoices), MaxChoices: unlessZero(it.MaxChoices),
		Within: it.Within, Levels: it.Levels, Calculate: it.Calculate, Value: it.Value, Min: it.Min, Max: it.Max,
	}
	if it.Image != nil {
		f.Image = &questionnaire.FilePicture{File: it.Image.Name, Alt: it.Image.Alt}
	}
	if p := it.Personal; p != nil {
		f.Personal = &questionnaire.FilePersonal{Purpose: p.Purpose, RetentionDays: &p.RetentionDays}
	}
	for _, r := range it.Rows {
		f.Rows = append(f.Rows, questionnaire.FileRow(r))
	}
	if len(it.Missing) > 0 {
		f.Missing = fileMissing(it.Missing)
	}
	switch it.Type {
	case questionnaire.Scale, questionnaire.Matrix:
		scaled(it, &f, scales)
	case questionnaire.Single, questionnaire.Multiple:
		f.Options = fileOptions(it.Options)
	case questionnaire.Ranking:
		f.Options, f.Ranks = fileOptions(it.Options), unlessZero(it.Ranks)
	case questionnaire.YesNo:
		for _, o := range it.Options {
			f.Options = append(f.Options, questionnaire.FileOption{Code: questionnaire.FileCode(o.Code), Label: o.Label})
		}
	case questionnaire.Rating:
		most := float64(len(it.Options))
		f.Max = &most
	case questionnaire.Number, questionnaire.Decimal, questionnaire.Calculated:
		if it.Type != questionnaire.Calculated || it.Result == "number" {
			f.Decimals = &it.Decimals
		}
	case questionnaire.TextType, questionnaire.LongText:
		f.MinChars, f.MaxChars, f.Lines = unlessZero(it.MinChars), unlessZero(it.MaxChars), unlessZero(it.Lines)
	default: // has no keys of its own
	}
	return f
}

// scaled gives an item its scale. The first item of a scale decides which
// missing codes stand at the scale; one with others has them itself.
func scaled(it *questionnaire.Item, f *questionnaire.FileItem, scales map[string]questionnaire.FileScale) {
	s, ok := scales[it.Scale]
	if !ok {
		s = questionnaire.FileScale{Options: fileOptions(it.Options), Missing: *fileMissing(it.Missing)}
		scales[it.Scale] = s
	}
	f.Missing = fileMissing(it.Missing)
	if slices.EqualFunc(*f.Missing, s.Missing, func(a, b questionnaire.FileMissing) bool { return a.Code == b.Code && sameText(a.Label, b.Label) }) {
		f.Missing = nil
	}
}

func sameText(a, b questionnaire.Text) bool {
	if len(a) != len(b) {
		return false
	}
	for lang, s := range a {
		if b[lang] != s {
			return false
		}
	}
	return true
}

func fileMissing(list []questionnaire.Missing) *[]questionnaire.FileMissing {
	missing := make([]questionnaire.FileMissing, 0, len(list))
	for _, m := range list {
		missing = append(missing, questionnaire.FileMissing{Code: questionnaire.FileCode(m.Code), Label: m.Label})
	}
	return &missing
}

func fileOptions(list []questionnaire.Option) []questionnaire.FileOption {
	options := make([]questionnaire.FileOption, len(list))
	for i, o := range list {
		options[i] = questionnaire.FileOption{Code: questionnaire.FileCode(o.Code), Value: o.Value, Label: o.Label, Exclusive: o.Exclusive, Other: o.Other}
	}
	return options
}
