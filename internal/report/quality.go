package report

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/stat"
)

// Responses is what [Report.Quality] needs of a store besides a [Source].
type Responses interface {
	Source
	Watermark() uint64
	Scan(ctx context.Context, after, through uint64, f func(seq uint64, r *response.Response) error) error
}

// QualityQuery asks how good the answers are. It is for those who collect them:
// nothing is hidden.
type QualityQuery struct {
	Survey string
	By     []string // some of agency, channel, counter and day; empty: agency
	Lang   string   // of names
}

// QualityRow is what the responses of one agency, by one channel, look like. An
// agency's row is about its own responses, not those of agencies below it.
type QualityRow struct {
	Agency     string
	AgencyName string
	Channel    string
	Counter    string // code; of responses that name none it is empty
	Day        string // YYYY-MM-DD
	Responses  int64
	Flagged    int64
	Flags      []Count // by reason, each reason once, in order of its bit; a response may have several

	// Of the items that take a choice, asked and shown: how many answers there
	// could have been, and what stands in place of those that were not given.
	Asked         int64
	DontKnow      int64
	Refused       int64
	Skipped       int64
	NotApplicable int64

	// Straight counts responses in which some scale of four items or more got the
	// same answer throughout (stat.StraightLine), of those that answered such a
	// scale. It is stricter than the flag that is set when a response comes.
	Straight, WithScale int64

	// Typical is the median time in seconds, 0 when no response tells its own.
	Typical int64

	Warnings []QualityWarning
}

// Quality is the answer to a QualityQuery.
type Quality struct {
	Survey    string
	By        []string
	Watermark uint64
	Rows      []QualityRow
	Total     QualityRow
}

// QualityWarning is a reason to look at a row.
type QualityWarning struct {
	Code  string  // missing (don't know and missing are more than a tenth), differs (from all others), straight, flagged
	Share float64 // per cent
	Rest  float64 // per cent of all others; differs only
	P     float64 // after Holm's adjustment; differs only
}

// The warnings.
const (
	WarnMissing  = "missing"
	WarnDiffers  = "differs"
	WarnStraight = "straight"
	WarnFlagged  = "flagged"
)

// The limits of the warnings.
const (
	missingLimit  = 0.10 // facts/statistics.md: warn when don't know and missing are more than 10 %
	straightLimit = 0.10
	flaggedLimit  = 0.10
	differLevel   = 0.05
	straightItems = 4 // items that make a scale
	qualityLeast  = 10
)

// Quality reads all responses of a survey and tells how good they are. progress
// is called now and then with how many of how many events were read, and may be
// nil. It returns a NotFound [errs.Error] for an unknown survey and an Invalid one
// for another key. O(events × answers); memory grows
// with the number of rows.
func (r *Report) Quality(ctx context.Context, src Responses, q QualityQuery, progress func(done, total uint64)) (*Quality, error) {
	through := src.Watermark()
	c := src.Catalog()
	survey := c.Survey(q.Survey)
	if survey == nil {
		return nil, unknownSurvey(q.Survey)
	}
	counter, err := newQualityCounter(c, survey, q)
	if err != nil {
		return nil, err
	}
	err = src.Scan(ctx, 0, through, func(seq uint64, x *response.Response) error {
		if progress != nil && seq%1024 == 0 {
			progress(seq, through)
		}
		counter.add(x)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if progress != nil {
		progress(through, through)
	}
	return counter.result(through), nil
}

// qualityKey names a row.
type qualityKey struct {
	agency  uint32
	channel response.Channel
	counter string
	day     response.Day
}

type qualityCounter struct {
	catalog *catalog.Catalog
	survey  *catalog.Survey
	by      []string
	lang    string
	scales  map[uint32][][]int // by version: indices of variables of each scale
	rows    map[qualityKey]*qualityRow
	answers []float64
}

type qualityRow struct {
	QualityRow
	flags   [16]int64
	seconds map[uint16]int64 // by time taken; there are few, they are rounded to 5 s
}

// byCounter splits by the counter where a response was collected.
const byCounter = "counter"

// qualityKeys is what quality can be split by.
var qualityKeys = []string{byAgency, byChannel, byCounter, byDay}

func newQualityCounter(c *catalog.Catalog, s *catalog.Survey, q QualityQuery) (*qualityCounter, error) {
	by := q.By
	if len(by) == 0 {
		by = []string{byAgency}
	}
	for i, key := range by {
		if !slices.Contains(qualityKeys, key) || slices.Contains(by[:i], key) {
			return nil, errs.Bad(errs.Problem{Item: "by", Code: "unknown_by", Args: map[string]any{"value": key}})
		}
	}
	out := &qualityCounter{
		catalog: c, survey: s, by: slices.Clone(by), lang: q.Lang, scales: map[uint32][][]int{}, rows: map[qualityKey]*qualityRow{},
	}
	for _, v := range s.Versions {
		out.scales[v.Number] = scalesOf(v.Questionnaire)
	}
	return out, nil
}

// scalesOf lists the variables that share a scale, at least straightItems of
// them. Those of repeated pages are about several agencies and left out.
func scalesOf(q *questionnaire.Questionnaire) [][]int {
	var out [][]int
	var names []string
	variables := q.Variables()
	for i := range variables {
		v := &variables[i]
		if v.Kind != questionnaire.OneOf || v.Item.Scale == "" || q.Repeated(v) {
			continue
		}
		at := slices.Index(names, v.Item.Scale)
		if at < 0 {
			at = len(names)
			names, out = append(names, v.Item.Scale), append(out, nil)
		}
		out[at] = append(out[at], i)
	}
	return slices.DeleteFunc(out, func(x []int) bool { return len(x) < straightItems })
}

// median returns the middle of the times, 0 without any.
func (x *qualityRow) median() int64 {
	var all, seen int64
	for _, n := range x.seconds {
		all += n
	}
	for _, seconds := range slices.Sorted(maps.Keys(x.seconds)) {
		if seen += x.seconds[seconds]; 2*seen >= all {
			return int64(seconds)
		}
	}
	return 0
}

// missing is how many answers were not given, not applicable ones apart, and of
// how many.
func (x *QualityRow) missing() (missing, of int64) {
	return x.DontKnow + x.Refused + x.Skipped, x.Asked - x.NotApplicable
}

// warn finds what is worth a look. Rows with few responses are left alone.
func warn(rows []QualityRow, total *QualityRow) {
	var p []float64
	var at []int
	allMissing, allOf := total.missing()
	for i := range rows {
		x := &rows[i]
		if x.Responses < qualityLeast {
			continue
		}
		missing, of := x.missing()
		x.over(WarnMissing, missing, of, missingLimit)
		x.over(WarnStraight, x.Straight, x.WithScale, straightLimit)
		x.over(WarnFlagged, x.Flagged, x.Responses, flaggedLimit)
		if _, one, ok := stat.PooledZ(missing, of, allMissing-missing, allOf-of); ok {
			p, at = append(p, one), append(at, i)
		}
	}
	for i, adjusted := range stat.Holm(p) {
		x := &rows[at[i]]
		if missing, of := x.missing(); adjusted < differLevel {
			x.Warnings = append(x.Warnings, QualityWarning{
				Code: WarnDiffers, Share: 100 * float64(missing) / float64(of),
				Rest: 100 * float64(allMissing-missing) / float64(allOf-of), P: adjusted,
			})
		}
	}
}

// over warns of a share above a limit.
func (x *QualityRow) over(code string, n, of int64, limit float64) {
	if of > 0 && float64(n) > limit*float64(of) {
		x.Warnings = append(x.Warnings, QualityWarning{Code: code, Share: 100 * float64(n) / float64(of)})
	}
}

// order puts agencies in the order of the registry, then channels, counters, days.
func (c *qualityCounter) order() []qualityKey {
	keys := make([]qualityKey, 0, len(c.rows))
	for k := range c.rows {
		keys = append(keys, k)
	}
	place := map[uint32]int{}
	for i, a := range c.catalog.Agencies.All() {
		place[a.Number] = i
	}
	slices.SortFunc(keys, func(a, b qualityKey) int {
		return cmp.Or(cmp.Compare(place[a.agency], place[b.agency]), cmp.Compare(a.channel, b.channel), cmp.Compare(a.counter, b.counter), cmp.Compare(a.day, b.day))
	})
	return keys
}
