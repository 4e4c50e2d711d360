package index

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"hailong/internal/composite"
	"hailong/internal/yamlfile"
)

// builder checks a file and makes its method.
type builder struct {
	*yamlfile.Notes
	file  file
	x     *Index
	parts map[string]string // path of each indicator's and group's id
	used  map[string]string // path where an indicator is put into a group
	ids   []string          // of the indicators
	slug  *regexp.Regexp    // of indices and surveys
	id    *regexp.Regexp    // of indicators, groups, classes and figures
	wave  *regexp.Regexp
	unit  *regexp.Regexp
}

const (
	slugWords = "small letters a to z, digits and -, at most 40"
	idWords   = "small letters a to z, digits and _, beginning with a letter, at most 40"
	unitWords = "1 to 40 letters, digits, '.', '_' and '-', beginning with a letter or digit"
)

// newBuilder returns a builder for a file.
func newBuilder(name string) *builder {
	return &builder{
		Notes: &yamlfile.Notes{File: name},
		parts: map[string]string{}, used: map[string]string{},
		slug: regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`),
		id:   regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`),
		wave: regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,39}$`),
		unit: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`),
	}
}

// Parse reads the file of an index, which stands in a folder of its own that its
// id is the name of. The error is an errs.Mistakes with every mistake.
func Parse(folder, name string, src []byte) (*Index, error) {
	b := newBuilder(name)
	root := b.Document(src)
	if root == nil {
		return nil, b.Err()
	}
	b.Decode(root, &b.file, types())
	b.build(folder)
	if err := b.Err(); err != nil {
		return nil, err
	}
	b.x.Warnings = b.Warned()
	return b.x, nil
}

// build makes the method from the file. Mistakes are told.
func (b *builder) build(folder string) {
	f := &b.file
	b.x = &Index{
		ID: f.ID, Title: f.Title, Notes: f.Notes, Reference: f.Reference,
		Rounding: 2, MinUnits: 1, Factor: 1,
	}
	switch {
	case f.ID == "":
		b.x.ID = folder
	case f.ID != folder:
		b.At("id", fmt.Sprintf("the index %q is in the folder %q", f.ID, folder), "give both the same name")
	}
	if !b.slug.MatchString(b.x.ID) {
		b.At("id", fmt.Sprintf("bad id %q of an index", b.x.ID), slugWords)
	}
	b.text("title", f.Title)
	b.numbers()
	b.units()
	b.x.Periods = b.span("periods", "periods.from", "periods.to", f.Periods.From, f.Periods.To)
	b.indicators()
	b.groups()
	b.classes()
	b.withheld()
	b.breaks()
	b.published()
}

// numbers reads the numbers of the head.
func (b *builder) numbers() {
	f := &b.file
	if r := f.Rounding; r != nil {
		b.x.Rounding = *r
		if *r < 0 || *r > 6 {
			b.At("rounding", fmt.Sprintf("%d decimals", *r), "write 0 to 6")
		}
	}
	if m := f.MinUnits; m != nil {
		b.x.MinUnits = *m
		if *m < 1 || *m > 100_000 {
			b.At("min_units", fmt.Sprintf("at least %d units", *m), "write 1 or more")
		}
	}
	if a := f.Available; a != nil {
		b.x.Available = *a
		if *a < 0 || *a > 1 {
			b.At("available", fmt.Sprintf("%v is no share of indicators", *a), "write 0 to 1, such as 0.667")
		}
	}
	if k := f.Factor; k != nil {
		b.x.Factor = *k
		if *k <= 0 || *k > 1e6 {
			b.At("factor", fmt.Sprintf("the index can't be multiplied by %v", *k), "write a number above 0, such as 10")
		}
	}
}

// units reads where units come from: one of three.
func (b *builder) units() {
	u := b.file.Units
	if u == nil {
		b.Lacks("units", "nobody says which units are compared", "write units: {level: province}, or {listed: true} for those in figures.csv, or a list of {id, name}")
		return
	}
	ways := 0
	for _, there := range []bool{u.Level != "", u.Listed, len(u.List) > 0} {
		if there {
			ways++
		}
	}
	if ways != 1 {
		b.Lacks("units", "units come from one place", "write one of level, listed: true and list", "level", "listed", "list")
	}
	b.x.Units.Level = u.Level
	b.word("units.level", u.Level, b.id, idWords, "level")
	seen := map[string]bool{}
	for i, unit := range u.List {
		at := fmt.Sprintf("units.list[%d]", i)
		b.once(seen, at+".id", unit.ID, "unit")
		if unit.ID == "" {
			b.Lacks(at, "the unit has no id", unitWords, "id")
		}
		b.word(at+".id", unit.ID, b.unit, unitWords, "unit")
		b.x.Units.List = append(b.x.Units.List, Unit(unit))
	}
}

// indicators reads what goes in.
func (b *builder) indicators() {
	if len(b.file.Indicators) == 0 {
		b.Lacks("indicators", "the index has no indicators", "write indicators: with at least one of {id, title, source}")
	}
	for i := range b.file.Indicators {
		f := &b.file.Indicators[i]
		at := fmt.Sprintf("indicators[%d]", i)
		b.name(at, f.ID, "indicator")
		b.text(at+".title", f.Title)
		b.ids = append(b.ids, f.ID)
		n := Indicator{ID: f.ID, Title: f.Title, Treat: f.Treat, Min: f.Min, Max: f.Max, Weight: 1}
		n.Down = b.choice(at+".direction", f.Direction, []string{"up", "down"}) == 1
		n.Impute = b.choice(at+".impute", f.Impute, []string{"none", "group_mean"}) == 1
		n.Span = b.span(at, at+".from", at+".to", f.From, f.To)
		if f.Min != nil && f.Max != nil && *f.Min >= *f.Max {
			b.At(at+".min", fmt.Sprintf("no value is from %v to %v", *f.Min, *f.Max), "give min a number below max")
		}
		if f.Source == nil {
			b.Lacks(at, "the indicator has no source", "write source: {figure: ID}, {share: {numerator, denominator}}, {survey: {…}} or {first_of: […]}", "source")
		} else {
			n.Source = b.source(at+".source", f.Source)
		}
		b.made(at, f, &n)
		b.x.Indicators = append(b.x.Indicators, n)
	}
}

// made reads how an indicator becomes comparable.
func (b *builder) made(at string, f *fileIndicator, n *Indicator) {
	n.Scaling.Method = composite.AsIs
	ways := 0
	for _, there := range []bool{f.Scale != nil, f.Points != nil, len(f.Steps) > 0} {
		if there {
			ways++
		}
	}
	if ways > 1 {
		b.At(at, "the indicator is made comparable in two ways", "keep one of scale, points and steps")
	}
	if n.Down && (f.Points != nil || len(f.Steps) > 0) {
		b.At(at+".direction", "points count up", "leave direction out; write steps with at_most where less is better, or count what went right")
	}
	if f.Scale != nil {
		n.Scaling = b.scale(at+".scale", f.Scale)
	}
	if f.Points != nil {
		n.Points = b.points(at+".points", f.Points, f.Source)
	}
	if len(f.Steps) > 0 {
		b.steps(at, f.Steps, n)
	}
	if n.Treat && (n.Points != nil || len(n.Steps) > 0) {
		b.At(at+".treat", "outliers can't decide points", "leave treat out")
	}
}

// scale reads a scale.
func (b *builder) scale(at string, f *fileScale) composite.Scaling {
	methods := []composite.Method{composite.AsIs, composite.MinMax, composite.Goalposts, composite.ZScore, composite.PercentRank}
	var words []string
	for _, m := range methods {
		words = append(words, scaleWords()[m])
	}
	s := composite.Scaling{Method: methods[b.choice(at+".method", f.Method, words)]}
	ends := s.Method == composite.MinMax || s.Method == composite.Goalposts
	switch {
	case ends && (f.Low == nil || f.High == nil):
		b.Lacks(at, "the scale lacks an end", fmt.Sprintf("write scale: {method: %s, low: 1, high: 10}", f.Method), "low", "high")
	case ends && *f.Low >= *f.High:
		b.At(at+".low", fmt.Sprintf("a scale from %v to %v", *f.Low, *f.High), "give low a number below high; where less is better write direction: down")
	case ends:
		s.Low, s.High = *f.Low, *f.High
	case f.Low != nil || f.High != nil:
		b.At(at, "only min_max and goalposts have ends", "leave low and high out")
	}
	return s
}

// points reads the points of a share.
func (b *builder) points(at string, f *filePoints, source *fileSource) *composite.Points {
	p := &composite.Points{FullAt: 1}
	if f.Max == nil {
		b.Lacks(at, "nobody says how many points there are", "write points: {max: 6}", "max")
	} else if p.Max = *f.Max; p.Max <= 0 {
		b.At(at+".max", fmt.Sprintf("at most %v points", p.Max), "write a number above 0")
	}
	share := source != nil && shares(source)
	switch {
	case f.FullAt != nil && *f.FullAt <= 0:
		b.At(at+".full_at", fmt.Sprintf("all points at %v", *f.FullAt), "write a number above 0, such as 0.9")
	case f.FullAt != nil && share && *f.FullAt > 1:
		b.At(at+".full_at", fmt.Sprintf("a share of %v can't be", *f.FullAt), "write a share up to 1, such as 0.9 for 90 %")
	case f.FullAt != nil:
		p.FullAt = *f.FullAt
	case !share:
		b.Lacks(at, "nobody says which value gets all points", "write full_at:, such as 100 for a score in per cent", "full_at")
	}
	p.Empty = []composite.Empty{composite.NoScore, composite.NoPoints, composite.FullPoints}[b.choice(at+".empty", f.Empty, []string{"none", "zero", "full"})]
	if f.Empty != "" && source != nil && !share {
		b.At(at+".empty", "only shares can be empty", "leave empty out, or make the source a share")
	}
	return p
}

// shares reports whether a source gives shares, in all its ways.
func shares(s *fileSource) bool {
	if len(s.FirstOf) == 0 {
		return s.Share != nil
	}
	return !slices.ContainsFunc(s.FirstOf, func(inner fileSource) bool { return !shares(&inner) })
}

// steps reads points from a value up, or from a value down.
func (b *builder) steps(at string, list []fileStep, n *Indicator) {
	n.AtMost = list[0].AtMost != nil
	last := math.Inf(-1)
	for i, s := range list {
		here := fmt.Sprintf("%s.steps[%d]", at, i)
		value := s.AtLeast
		if n.AtMost {
			value = s.AtMost
		}
		if (s.AtLeast == nil) == (s.AtMost == nil) || value == nil {
			b.Lacks(here, "a step begins at one value, and all steps on the same side", "write at_least in every step, or at_most in every step", "at_least", "at_most")
			continue
		}
		if s.Points == nil {
			b.Lacks(here, "the step gives no points", "write points: 0 for none", "points")
			continue
		}
		if *value <= last {
			b.At(here, "the step does not come after the one before", "sort steps by their values, each once")
		}
		last = *value
		step := composite.Step{AtLeast: *value, Points: *s.Points}
		if n.AtMost {
			step.AtLeast = -*value
		}
		n.Steps = append(n.Steps, step)
	}
	if n.AtMost {
		slices.Reverse(n.Steps)
	}
}

// source reads where an indicator's values come from.
func (b *builder) source(at string, f *fileSource) Source {
	ways := 0
	for _, there := range []bool{f.Figure != "", f.Share != nil, f.Survey != nil, len(f.FirstOf) > 0} {
		if there {
			ways++
		}
	}
	if ways != 1 {
		b.Lacks(at, "values come from one place", "write one of figure, share, survey and first_of", "figure", "share", "survey", "first_of")
		return Source{}
	}
	s := Source{Figure: f.Figure}
	b.word(at+".figure", f.Figure, b.id, idWords, "figure")
	if f.Share != nil {
		if f.Share.Numerator == "" || f.Share.Denominator == "" || f.Share.Numerator == f.Share.Denominator {
			b.Lacks(at+".share", "a share has two different figures", "write share: {numerator: ID, denominator: ID}", "numerator", "denominator")
		}
		b.word(at+".share.numerator", f.Share.Numerator, b.id, idWords, "figure")
		b.word(at+".share.denominator", f.Share.Denominator, b.id, idWords, "figure")
		s.Share = &Share{Numerator: f.Share.Numerator, Denominator: f.Share.Denominator}
	}
	if f.Survey != nil {
		s.Survey = b.survey(at+".survey", f.Survey)
	}
	if len(f.FirstOf) == 1 {
		b.At(at+".first_of", "there is only one source", "write it without first_of")
	}
	for i := range f.FirstOf {
		s.FirstOf = append(s.FirstOf, b.source(fmt.Sprintf("%s.first_of[%d]", at, i), &f.FirstOf[i]))
	}
	return s
}

// survey reads which score of a survey is meant.
func (b *builder) survey(at string, f *fileSurvey) SurveyRef {
	if f.Survey == "" {
		b.Lacks(at, "the survey is not named", "write survey: with the name of its folder", "survey")
	}
	b.word(at+".survey", f.Survey, b.slug, slugWords, "survey")
	for _, part := range [][2]string{{"index", f.Index}, {"measure", f.Measure}, {"factor", f.Factor}, {"item", f.Item}} {
		b.word(at+"."+part[0], part[1], b.id, idWords, part[0])
	}
	b.word(at+".channel", f.Channel, b.id, idWords, "channel")
	switch {
	case (f.Index == "") == (f.Item == ""):
		b.Lacks(at, "a score is that of an index or of an item", "write index:, or item: with measure:", "index", "item")
	case f.Item != "" && (f.Measure == "" || f.Factor != ""):
		b.Lacks(at, "the score of an item needs a measure, and is of no factor", "write item: and measure: alone", "measure", "factor")
	}
	return SurveyRef(*f)
}
