package questionnaire

import (
	"fmt"
	"slices"
	"strings"
)

// key is a key of an item that only some types have.
type key struct {
	name  string
	given func(f *FileItem) bool
	types []ItemType
}

var (
	wordTypes   = []ItemType{TextType, LongText}
	amountTypes = []ItemType{Number, Integer, Decimal}
	dayTypes    = []ItemType{Date, Month}
	ratedTypes  = []ItemType{Rating, NetPromoter}
	ownTypes    = []ItemType{Single, Multiple, Ranking, YesNo}
	// personalTypes hold a text or a day, which can be stored apart.
	personalTypes = []ItemType{TextType, LongText, Email, Phone, TaxCode, DossierCode, Date, Hidden}
)

// keys are the keys that mean nothing for some types.
var keys = []key{
	{"scale", func(f *FileItem) bool { return f.Scale != "" }, []ItemType{Scale, Matrix}},
	{"options", func(f *FileItem) bool { return len(f.Options) > 0 }, ownTypes},
	{"order", func(f *FileItem) bool { return f.Order != "" }, append([]ItemType{Scale, Matrix}, ownTypes...)},
	{"rows", func(f *FileItem) bool { return len(f.Rows) > 0 }, []ItemType{Matrix}},
	{"row_order", func(f *FileItem) bool { return f.RowOrder != "" }, []ItemType{Matrix}},
	{"min", func(f *FileItem) bool { return f.Min != nil }, amountTypes},
	{"max", func(f *FileItem) bool { return f.Max != nil }, append([]ItemType{Rating}, amountTypes...)},
	{"decimals", func(f *FileItem) bool { return f.Decimals != nil }, []ItemType{Number, Decimal, Calculated}},
	{"unit", func(f *FileItem) bool { return len(f.Unit) > 0 }, append([]ItemType{Calculated}, amountTypes...)},
	{"min_chars", func(f *FileItem) bool { return f.MinChars != nil }, wordTypes},
	{"max_chars", func(f *FileItem) bool { return f.MaxChars != nil }, wordTypes},
	{"lines", func(f *FileItem) bool { return f.Lines != nil }, wordTypes},
	{"pattern", func(f *FileItem) bool { return f.Pattern != "" }, wordTypes},
	{"message", func(f *FileItem) bool { return len(f.Message) > 0 }, wordTypes},
	{"earliest", func(f *FileItem) bool { return f.Earliest != "" }, dayTypes},
	{"latest", func(f *FileItem) bool { return f.Latest != "" }, dayTypes},
	{"low", func(f *FileItem) bool { return len(f.Low) > 0 }, ratedTypes},
	{"high", func(f *FileItem) bool { return len(f.High) > 0 }, ratedTypes},
	{"ranks", func(f *FileItem) bool { return f.Ranks != nil }, []ItemType{Ranking}},
	{"min_choices", func(f *FileItem) bool { return f.MinChoices != nil }, []ItemType{Multiple, Ranking, AgencyType}},
	{"max_choices", func(f *FileItem) bool { return f.MaxChoices != nil }, []ItemType{Multiple, AgencyType}},
	{"within", func(f *FileItem) bool { return f.Within != "" }, []ItemType{AgencyType}},
	{"levels", func(f *FileItem) bool { return len(f.Levels) > 0 }, []ItemType{AgencyType}},
	{"calculate", func(f *FileItem) bool { return f.Calculate != "" }, []ItemType{Calculated}},
	{"value", func(f *FileItem) bool { return f.Value != "" }, []ItemType{Hidden}},
	{"personal", func(f *FileItem) bool { return f.Personal != nil }, personalTypes},
}

// unseenKeys are keys about what a respondent sees or does, which nothing
// without an answer of theirs has.
var unseenKeys = []key{
	{"required", func(f *FileItem) bool { return f.Required }, []ItemType{Note, Hidden, Calculated}},
	{"required_if", func(f *FileItem) bool { return f.RequiredIf != "" }, []ItemType{Note, Hidden, Calculated}},
	{"missing", func(f *FileItem) bool { return f.Missing != nil }, []ItemType{Note, Hidden, Calculated}},
	{"help", func(f *FileItem) bool { return len(f.Help) > 0 }, []ItemType{Hidden, Calculated}},
	{"image", func(f *FileItem) bool { return f.Image != nil }, []ItemType{Hidden, Calculated}},
}

// misplaced tells keys that mean nothing for an item's type.
func (b *builder) misplaced(f *FileItem, at string) {
	if !isType(f.Type) {
		return // told
	}
	for _, k := range keys {
		if k.given(f) && !slices.Contains(k.types, ItemType(f.Type)) {
			b.At(at+"."+k.name, fmt.Sprintf("an item of type %s has no %s", f.Type, k.name), "leave it out, or change the type: "+k.name+" is for "+typeList(k.types))
		}
	}
	for _, k := range unseenKeys {
		if k.given(f) && slices.Contains(k.types, ItemType(f.Type)) {
			b.At(at+"."+k.name, fmt.Sprintf("an item of type %s has no %s", f.Type, k.name), "leave it out")
		}
	}
}

func typeList(types []ItemType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = string(t)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func isType(itemType string) bool {
	_, ok := kinds[ItemType(itemType)]
	return ok
}
