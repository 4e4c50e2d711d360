package index

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Form names the canonical form of methods. Hashes of results rely on it: another
// form gets another name.
const Form = "hailong-index-1"

// canonical is everything of a method that a result depends on, and nothing else.
type canonical struct {
	Form       string               `json:"form"`
	ID         string               `json:"id"`
	Level      string               `json:"level,omitempty"`
	Units      []canonicalUnit      `json:"units,omitempty"`
	From       string               `json:"from,omitempty"`
	To         string               `json:"to,omitempty"`
	Rounding   int                  `json:"rounding"`
	MinUnits   int                  `json:"min_units"`
	Available  float64              `json:"available,omitempty"`
	Factor     float64              `json:"factor"`
	Indicators []canonicalIndicator `json:"indicators"`
	Root       canonicalGroup       `json:"root"`
	Classes    []canonicalClass     `json:"classes,omitempty"`
	Withheld   []canonicalWithheld  `json:"withheld,omitempty"`
	Breaks     []string             `json:"breaks,omitempty"`
}

type canonicalUnit struct {
	ID    string `json:"id"`
	Group string `json:"group,omitempty"`
}

type canonicalIndicator struct {
	ID     string           `json:"id"`
	Source Source           `json:"source"`
	Down   bool             `json:"down,omitempty"`
	Scale  string           `json:"scale,omitempty"`
	Low    *float64         `json:"low,omitempty"`
	High   *float64         `json:"high,omitempty"`
	Points *canonicalPoints `json:"points,omitempty"`
	Steps  [][2]float64     `json:"steps,omitempty"`
	AtMost bool             `json:"at_most,omitempty"`
	Treat  bool             `json:"treat,omitempty"`
	Impute bool             `json:"impute,omitempty"`
	Weight float64          `json:"weight"`
	Min    *float64         `json:"min,omitempty"`
	Max    *float64         `json:"max,omitempty"`
	From   string           `json:"from,omitempty"`
	To     string           `json:"to,omitempty"`
}

type canonicalPoints struct {
	Max    float64 `json:"max"`
	FullAt float64 `json:"full_at"`
	Empty  int     `json:"empty"`
}

type canonicalGroup struct {
	ID         string           `json:"id,omitempty"`
	Weight     float64          `json:"weight"`
	Aggregate  string           `json:"aggregate"`
	Missing    string           `json:"missing"`
	Cap        *float64         `json:"cap,omitempty"`
	Max        *float64         `json:"max,omitempty"`
	Indicators []string         `json:"indicators,omitempty"`
	Groups     []canonicalGroup `json:"groups,omitempty"`
}

type canonicalClass struct {
	ID      string  `json:"id"`
	AtLeast float64 `json:"at_least"`
}

type canonicalWithheld struct {
	Unit   string `json:"unit"`
	Period string `json:"period,omitempty"`
}

// Canonical returns one text for one method: JSON of all that a result depends on,
// in a fixed order. Titles, notes, names and reasons are no part of it, nor is
// what was published, nor the order of units, classes and breaks. The order of
// indicators and groups is.
func (x *Index) Canonical() ([]byte, error) {
	c := canonical{
		Form: Form, ID: x.ID, Level: x.Units.Level, From: x.Periods.From, To: x.Periods.To, Rounding: x.Rounding,
		MinUnits: x.MinUnits, Available: x.Available, Factor: x.Factor, Root: x.canonicalGroup(&x.Root),
	}
	for _, u := range x.Units.List {
		c.Units = append(c.Units, canonicalUnit{u.ID, u.Group})
	}
	slices.SortFunc(c.Units, func(a, b canonicalUnit) int { return strings.Compare(a.ID, b.ID) })
	for i := range x.Indicators {
		c.Indicators = append(c.Indicators, x.Indicators[i].canonical())
	}
	for _, k := range x.Classes {
		c.Classes = append(c.Classes, canonicalClass{k.ID, k.AtLeast})
	}
	slices.SortFunc(c.Classes, func(a, b canonicalClass) int { return strings.Compare(a.ID, b.ID) })
	for _, w := range x.Withheld {
		c.Withheld = append(c.Withheld, canonicalWithheld{w.Unit, w.Period})
	}
	slices.SortFunc(c.Withheld, func(a, b canonicalWithheld) int {
		return strings.Compare(a.Unit+" "+a.Period, b.Unit+" "+b.Period)
	})
	for _, b := range x.Breaks {
		c.Breaks = append(c.Breaks, b.Period)
	}
	slices.Sort(c.Breaks)
	out, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", x.ID, err)
	}
	return out, nil
}

// Hash is the SHA-256 of the canonical form in hexadecimal digits: equal for
// equal methods, and part of every result.
func (x *Index) Hash() (string, error) {
	text, err := x.Canonical()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

func (n *Indicator) canonical() canonicalIndicator {
	c := canonicalIndicator{
		ID: n.ID, Source: n.Source, Down: n.Down, AtMost: n.AtMost, Treat: n.Treat, Impute: n.Impute,
		Weight: n.Weight, Min: n.Min, Max: n.Max, From: n.Span.From, To: n.Span.To,
	}
	switch {
	case n.Points != nil:
		c.Points = &canonicalPoints{n.Points.Max, n.Points.FullAt, int(n.Points.Empty)}
	case len(n.Steps) > 0:
		for _, s := range n.Steps {
			c.Steps = append(c.Steps, [2]float64{s.AtLeast, s.Points})
		}
	default:
		words := scaleWords()
		c.Scale = words[n.Scaling.Method]
		if n.Scaling.Low < n.Scaling.High {
			c.Low, c.High = &n.Scaling.Low, &n.Scaling.High
		}
	}
	return c
}

func (x *Index) canonicalGroup(g *Group) canonicalGroup {
	words, list := means()
	gapWords, gapList := gaps()
	c := canonicalGroup{
		ID: g.ID, Weight: g.Weight, Cap: g.Cap, Max: g.Max,
		Aggregate: words[slices.Index(list, g.Mean)], Missing: gapWords[slices.Index(gapList, g.Missing)],
	}
	for _, i := range g.Indicators {
		c.Indicators = append(c.Indicators, x.Indicators[i].ID)
	}
	for i := range g.Groups {
		c.Groups = append(c.Groups, x.canonicalGroup(&g.Groups[i]))
	}
	return c
}
