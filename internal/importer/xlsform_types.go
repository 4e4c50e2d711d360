package importer

import (
	"regexp"
	"strings"
)

// rowKind is what sort of row a type makes.
type rowKind uint8

const (
	refusedRow rowKind = iota
	groupRow
	repeatRow
	endRow
	selectRow
	plainRow
)

// rowType is a type as a row names it.
type rowType struct {
	kind    rowKind
	name    string // plainRow: as in plainTypes; selectRow: one, multiple, rank or external
	list    string // selectRow
	orOther bool
	reason  string // refusedRow
}

var selectForm = regexp.MustCompile(`(?i)^(?:add )?(select[_ ]one[_ ]external|select[_ ]one(?:[_ ]from[_ ]file)?|select[_ ]multiple(?:[_ ]from[_ ]file)?|select1|select[_ ]all[_ ]that[_ ]apply|rank)(?: prompt using| from| using)?\s+(\S.*?)(\s+or[_ ](?:specify[_ ])?other)?$`)

// plainTypes are the types that are asked without choices, by all their names.
var plainTypes = map[string]string{
	"text": "text", "string": "text", "q string": "text", "add text prompt": "text", "url": "text",
	"integer": "integer", "int": "integer", "q int": "integer", "add integer prompt": "integer", "percentage": "percentage",
	"decimal": "decimal", "q decimal": "decimal", "add decimal prompt": "decimal", "range": "range",
	"date": "date", "q date": "date", "add date prompt": "date", "time": "time", "q time": "time", "add time prompt": "time",
	"datetime": "datetime", "date time": "datetime", "q date time": "datetime", "add date time prompt": "datetime", "add datetime prompt": "datetime",
	"note": "note", "q note": "note", "add note prompt": "note",
	"acknowledge": "acknowledge", "trigger": "acknowledge", "q acknowledge": "acknowledge", "add acknowledge prompt": "acknowledge",
	"calculate": "calculate", "q calculate": "calculate", "add calculate prompt": "calculate", "calculate_here": "calculate", "hidden": "hidden",
	"phone number": "phone", "q phone number": "phone", "add phone number prompt": "phone", "email": "email",
	"barcode": "barcode", "q barcode": "barcode", "add barcode prompt": "barcode",
	"start": "start", "start time": "start", "get start time": "start", "end": "end", "end time": "end", "get end time": "end",
	"today": "today", "get today": "today",
	"deviceid": "deviceid", "device id": "deviceid", "imei": "deviceid", "get device id": "deviceid", "uri:deviceid": "deviceid",
}

// refusedTypes are types that there is nothing for here, by the beginning of
// their names, with the reason.
var refusedTypes = []struct{ begins, reason string }{
	{"start-geopoint", noPlace},
	{"geo", noPlace},
	{"q geo", noPlace},
	{"gps", noPlace},
	{"location", noPlace},
	{"q location", noPlace},
	{"add location", noPlace},
	{"osm", noPlace},
	{"image", noFile},
	{"photo", noFile},
	{"q image", noFile},
	{"q picture", noFile},
	{"add image", noFile},
	{"add photo", noFile},
	{"annotate", noFile},
	{"draw", noFile},
	{"signature", noFile},
	{"audio", noFile},
	{"q audio", noFile},
	{"add audio", noFile},
	{"background-audio", noFile},
	{"video", noFile},
	{"q video", noFile},
	{"add video", noFile},
	{"file", noFile},
	{"add file", noFile},
	{"phonenumber", noPerson},
	{"get phone", noPerson},
	{"simserial", noPerson},
	{"sim id", noPerson},
	{"get sim", noPerson},
	{"subscriber", noPerson},
	{"username", noPerson},
	{"uri:", noPerson},
	{"audit", "clicks and times of a respondent are not recorded"},
	{"xml-external", noExternal},
	{"csv-external", noExternal},
	{"include", noExternal},
	{"cascading", "cascading_select is a part of an older XLSForm"},
	{"entities", "there are no entities"},
}

const (
	noPlace    = "places are not asked for: where somebody stands can tell who it is"
	noFile     = "files, pictures and sound can't be sent with an answer"
	noPerson   = "it would tell who answers, without being asked"
	noExternal = "it reads another file, which is not here"
)

// readType reads the type of a row.
func readType(raw string) rowType {
	low := strings.ToLower(raw)
	word := strings.ReplaceAll(low, "_", " ")
	switch {
	case strings.HasPrefix(word, "begin group"), strings.HasPrefix(word, "begin lgroup"):
		return rowType{kind: groupRow}
	case strings.HasPrefix(word, "begin repeat"), strings.HasPrefix(word, "begin loop"), strings.HasPrefix(word, "begin looped group"):
		return rowType{kind: repeatRow}
	case strings.HasPrefix(word, "end group"), strings.HasPrefix(word, "end lgroup"), strings.HasPrefix(word, "end repeat"), strings.HasPrefix(word, "end loop"):
		return rowType{kind: endRow}
	}
	if m := selectForm.FindStringSubmatch(raw); m != nil {
		return selectType(m)
	}
	if name, ok := plainTypes[low]; ok {
		return rowType{kind: plainRow, name: name}
	}
	if name, ok := plainTypes[word]; ok {
		return rowType{kind: plainRow, name: name}
	}
	for _, r := range refusedTypes {
		if strings.HasPrefix(low, r.begins) {
			return rowType{reason: r.reason}
		}
	}
	return rowType{reason: "this type is not known"}
}

func selectType(m []string) rowType {
	t := rowType{kind: selectRow, list: m[2], orOther: m[3] != ""}
	switch word := strings.ReplaceAll(strings.ToLower(m[1]), "_", " "); {
	case strings.HasSuffix(word, "from file"):
		return rowType{reason: noExternal}
	case strings.HasSuffix(word, "external"):
		t.name = "external"
	case word == "rank":
		t.name = "rank"
	case word == "select multiple", word == "select all that apply":
		t.name = "multiple"
	default:
		t.name = "one"
	}
	return t
}
