package report

import (
	"math"
	"math/bits"
	"strings"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/stat"
)

// row returns the row that a response counts in.
func (c *qualityCounter) row(x *response.Response) *qualityRow {
	var key qualityKey
	for _, by := range c.by {
		switch by {
		case byAgency:
			key.agency = x.Agency
		case byChannel:
			key.channel = x.Channel
		case byCounter:
			key.counter = strings.Clone(x.Counter) // the response is used again
		case byDay:
			key.day = x.Day
		}
	}
	row := c.rows[key]
	if row == nil {
		row = &qualityRow{seconds: map[uint16]int64{}}
		c.rows[key] = row
	}
	return row
}

// add counts a response of the survey; others are left alone.
func (c *qualityCounter) add(x *response.Response) {
	scales, own := c.scales[x.Version]
	if !own {
		return
	}
	q := c.catalog.Version(x.Version).Questionnaire
	row := c.row(x)
	row.Responses++
	if x.Flags != 0 {
		row.Flagged++
	}
	for flags := uint16(x.Flags); flags != 0; flags &= flags - 1 {
		row.flags[bits.TrailingZeros16(flags)]++
	}
	if x.Seconds > 0 {
		row.seconds[x.Seconds]++
	}
	variables := q.Variables()
	for i := range x.Answers {
		if v := &variables[i]; v.Kind == questionnaire.OneOf && !q.Repeated(v) {
			row.answer(&x.Answers[i])
		}
	}
	for i := range x.Repeats {
		for j := range x.Repeats[i].Answers {
			if v := &variables[j]; v.Kind == questionnaire.OneOf && q.Repeated(v) {
				row.answer(&x.Repeats[i].Answers[j])
			}
		}
	}
	c.straight(row, x, scales)
}

// answer counts one answer to an item that takes a choice.
func (x *qualityRow) answer(a *response.Answer) {
	if a.State == response.NotAsked {
		return
	}
	x.Asked++
	switch a.State {
	case response.DontKnow:
		x.DontKnow++
	case response.Refused:
		x.Refused++
	case response.Skipped:
		x.Skipped++
	case response.NotApplicable:
		x.NotApplicable++
	case response.NotAsked, response.Answered:
	}
}

// straight looks for the same answer throughout a scale.
func (c *qualityCounter) straight(row *qualityRow, x *response.Response, scales [][]int) {
	with, same := false, false
	for _, scale := range scales {
		c.answers = c.answers[:0]
		given := 0
		for _, i := range scale {
			value := math.NaN()
			if x.Answers[i].State == response.Answered && !x.Answers[i].Apart {
				value = float64(x.Answers[i].Option)
				given++
			}
			c.answers = append(c.answers, value)
		}
		if given < straightItems {
			continue
		}
		with = true
		same = same || stat.StraightLine(c.answers)
	}
	if with {
		row.WithScale++
	}
	if same {
		row.Straight++
	}
}

// result lists the rows, and all of them together.
func (c *qualityCounter) result(watermark uint64) *Quality {
	out := &Quality{Survey: c.survey.Slug, By: c.by, Watermark: watermark, Rows: []QualityRow{}}
	total := &qualityRow{seconds: map[uint16]int64{}}
	for _, key := range c.order() {
		row := c.rows[key]
		total.take(row)
		row.finish()
		if a := c.catalog.Agencies.ByNumber(key.agency); a != nil {
			row.Agency, row.AgencyName = a.ID, a.Name.In(c.lang)
		}
		if key.channel != 0 {
			row.Channel = key.channel.String()
		}
		row.Counter = key.counter
		if key.day != 0 {
			row.Day = key.day.String()
		}
		out.Rows = append(out.Rows, row.QualityRow)
	}
	total.finish()
	out.Total = total.QualityRow
	warn(out.Rows, &out.Total)
	return out
}

// take adds the counts of another row.
func (x *qualityRow) take(o *qualityRow) {
	x.Responses += o.Responses
	x.Flagged += o.Flagged
	x.Asked += o.Asked
	x.DontKnow += o.DontKnow
	x.Refused += o.Refused
	x.Skipped += o.Skipped
	x.NotApplicable += o.NotApplicable
	x.Straight += o.Straight
	x.WithScale += o.WithScale
	for i, n := range o.flags {
		x.flags[i] += n
	}
	for seconds, n := range o.seconds {
		x.seconds[seconds] += n
	}
}

// finish lists the flags and finds the typical time.
func (x *qualityRow) finish() {
	for i, code := range response.AllFlags.Codes() {
		x.Flags = append(x.Flags, Count{Code: code, N: x.flags[i]})
	}
	x.Typical = x.median()
}
