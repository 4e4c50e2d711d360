package index

import (
	"reflect"

	"hailong/internal/yamlfile"
)

// file is the shape of index.yaml: what authors write, before it is checked. The
// yaml names are the keys.
type file struct {
	ID         string          `yaml:"id"`
	Title      Text            `yaml:"title"`
	Reference  string          `yaml:"reference"`
	Notes      string          `yaml:"notes"`
	Units      *fileUnits      `yaml:"units"`
	Periods    fileSpan        `yaml:"periods"`
	Rounding   *int            `yaml:"rounding"`
	MinUnits   *int            `yaml:"min_units"`
	Available  *float64        `yaml:"available"`
	Factor     *float64        `yaml:"factor"`
	Aggregate  string          `yaml:"aggregate"`
	Missing    string          `yaml:"missing"`
	Weights    string          `yaml:"weights"`
	Cap        *float64        `yaml:"cap"`
	Max        *float64        `yaml:"max"`
	Indicators []fileIndicator `yaml:"indicators"`
	Groups     []fileGroup     `yaml:"groups"`
	Classes    []fileClass     `yaml:"classes"`
	Withheld   []fileWithheld  `yaml:"withheld"`
	Breaks     []fileBreak     `yaml:"breaks"`
	Published  []filePublished `yaml:"published"`
}

type fileUnits struct {
	Level  string     `yaml:"level"`
	Listed bool       `yaml:"listed"`
	List   []fileUnit `yaml:"list"`
}

type fileUnit struct {
	ID    string `yaml:"id"`
	Name  string `yaml:"name"`
	Group string `yaml:"group"`
}

type fileSpan struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

type fileIndicator struct {
	ID        string      `yaml:"id"`
	Title     Text        `yaml:"title"`
	Source    *fileSource `yaml:"source"`
	Direction string      `yaml:"direction"`
	Scale     *fileScale  `yaml:"scale"`
	Points    *filePoints `yaml:"points"`
	Steps     []fileStep  `yaml:"steps"`
	Treat     bool        `yaml:"treat"`
	Impute    string      `yaml:"impute"`
	Weight    *float64    `yaml:"weight"`
	Min       *float64    `yaml:"min"`
	Max       *float64    `yaml:"max"`
	From      string      `yaml:"from"`
	To        string      `yaml:"to"`
}

type fileSource struct {
	Figure  string       `yaml:"figure"`
	Share   *fileShare   `yaml:"share"`
	Survey  *fileSurvey  `yaml:"survey"`
	FirstOf []fileSource `yaml:"first_of"`
}

type fileShare struct {
	Numerator   string `yaml:"numerator"`
	Denominator string `yaml:"denominator"`
}

type fileSurvey struct {
	Survey  string `yaml:"survey"`
	Index   string `yaml:"index"`
	Measure string `yaml:"measure"`
	Factor  string `yaml:"factor"`
	Item    string `yaml:"item"`
	Channel string `yaml:"channel"`
}

// fileScale may be written as its method alone.
type fileScale struct {
	Method string   `yaml:"method"`
	Low    *float64 `yaml:"low"`
	High   *float64 `yaml:"high"`
}

type filePoints struct {
	Max    *float64 `yaml:"max"`
	FullAt *float64 `yaml:"full_at"`
	Empty  string   `yaml:"empty"`
}

type fileStep struct {
	AtLeast *float64 `yaml:"at_least"`
	AtMost  *float64 `yaml:"at_most"`
	Points  *float64 `yaml:"points"`
}

type fileGroup struct {
	ID         string      `yaml:"id"`
	Title      Text        `yaml:"title"`
	Weight     *float64    `yaml:"weight"`
	Aggregate  string      `yaml:"aggregate"`
	Missing    string      `yaml:"missing"`
	Weights    string      `yaml:"weights"`
	Cap        *float64    `yaml:"cap"`
	Max        *float64    `yaml:"max"`
	Indicators []string    `yaml:"indicators"`
	Groups     []fileGroup `yaml:"groups"`
}

type fileClass struct {
	ID      string   `yaml:"id"`
	Title   Text     `yaml:"title"`
	AtLeast *float64 `yaml:"at_least"`
}

type fileWithheld struct {
	Unit   string `yaml:"unit"`
	Period string `yaml:"period"`
	Reason Text   `yaml:"reason"`
}

type fileBreak struct {
	Period string `yaml:"period"`
	Reason Text   `yaml:"reason"`
}

type filePublished struct {
	Part      string   `yaml:"part"`
	Figure    string   `yaml:"figure"`
	Tolerance *float64 `yaml:"tolerance"`
}

// types are what files of indices write in ways of their own.
func types() yamlfile.Types {
	return yamlfile.Types{Text: reflect.TypeFor[Text](), Bare: reflect.TypeFor[fileScale]()}
}
