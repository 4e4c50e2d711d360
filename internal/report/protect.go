package report

import (
	"fmt"
	"math"
	"slices"

	"hailong/internal/errs"
	"hailong/internal/response"
)

// What the public may see. Everybody may ask many questions and subtract one
// answer from another, so that a row is shown only if no group of 1 to k−1
// respondents can be had from all that is shown, k being the questionnaire's
// minimum n. Decisions are made on a cube of all agencies and of whatever the
// query splits time, channels, waves, versions and flags by (cube.close), not on
// the rows that happen to be asked for. What that leaves open is refused: more
// than two such splits at once, windows that are not a day, month, quarter or
// year, sets of channels.
//
// Hidden rows look like those of agencies where nobody answered.

// reasonHidden says of a row that there are too few answers, or none, or that it
// would give away another.
const reasonHidden = "few_or_none"

// protection knows which rows the public may see. It belongs to one query.
type protection struct {
	*cube
	closed bool // the cube is one that was kept
	kept   *cubes
	name   cubeName
	plan   *plan
	k      int64
	node   [maxAxes]int // of the filters; -1: the row's own
}

// newProtection returns nil for the operator's own view. It returns an Invalid
// error for a query whose answer can't be protected. The tally's cells are then
// counted with it, and it is closed, before it can say anything.
func (p *plan) newProtection(kept *cubes) (*protection, error) {
	if p.query.Internal {
		return nil, nil //nolint:nilnil // nothing is protected
	}
	axes := p.axes()
	if len(axes) > maxAxes {
		return nil, notPublic("by", p.query.canonical())
	}
	return &protection{cube: p.newCube(axes), kept: kept, name: p.cubeName(axes), plan: p, k: int64(p.current.MinN)}, nil
}

// begin takes a cube that was kept of the moment that the cells are of, if there is one.
func (r *protection) begin(watermark uint64) {
	if kept := r.kept.get(r.plan.catalog, watermark, r.name); kept != nil {
		r.cube, r.closed = kept, true
	}
}

// seal decides what may be seen, after everything is counted.
func (r *protection) seal(watermark uint64) error {
	if err := r.take(r.cube); err != nil || r.closed {
		return err
	}
	// One at a time: each takes all processors, and whoever asks for the same waits.
	r.kept.closing.Lock()
	defer r.kept.closing.Unlock()
	if kept := r.kept.get(r.plan.catalog, watermark, r.name); kept != nil {
		return r.take(kept)
	}
	if err := r.rollUp(); err != nil {
		return err
	}
	r.close(r.k, publishesAllSame(r.plan.current))
	r.kept.put(r.plan.catalog, watermark, r.name, r.cube)
	return nil
}

// take looks up in a cube what the query picks out.
func (r *protection) take(c *cube) error {
	r.cube = c
	for i, x := range r.axes {
		node, parameter := r.filter(x)
		if parameter != "" {
			return notPublic(parameter, r.plan.value(parameter))
		}
		r.node[i] = node
	}
	return nil
}

func notPublic(parameter, value string) error {
	return errs.Bad(errs.Problem{Item: parameter, Code: "not_public", Args: map[string]any{"value": value}})
}

func (p *plan) value(parameter string) string {
	switch parameter {
	case "channel":
		return p.query.Channel
	case "to":
		return p.query.To
	}
	return p.query.From
}

// axes lists what the query splits by, whether it asks for rows or picks some out.
func (p *plan) axes() []*axis {
	var out []*axis
	add := func(used bool, key string, daily bool) {
		if used {
			out = append(out, newAxis(key, daily))
		}
	}
	windowed := p.query.From != "" || p.query.To != ""
	add(windowed || p.asked[byMonth] || p.asked[byDay], byMonth, p.daily() && (windowed || p.asked[byDay]))
	add(p.channels != 0 || p.asked[byChannel], byChannel, false)
	add(p.wave != 0 || p.asked[byWave], byWave, false)
	add(p.asked[byVersion], byVersion, false)
	add(p.flags != FlagsWith, flagAxis, false)
	return out
}

// ownNode says that a row's own value names the node.
const ownNode = -1

// filter returns the node that a query picks out of an axis; when it is none, the
// parameter that is to blame.
func (r *protection) filter(x *axis) (node int, parameter string) {
	p := r.plan
	switch x.key {
	case byMonth:
		whole := p.from.Month() == p.from && (p.to == math.MaxUint32 || (p.to+1).Month() == p.to+1)
		switch {
		case p.asked[byDay], p.asked[byMonth] && whole:
			return ownNode, ""
		case p.asked[byMonth]: // a row would be of a part of its month
			return 0, windowParameter(p)
		}
		return r.window(x)
	case byChannel:
		if p.asked[byChannel] {
			return ownNode, ""
		}
		return r.channel(x)
	case byWave:
		if p.asked[byWave] {
			return ownNode, ""
		}
		return x.known(axisValue{levelLeaf, p.wave}), ""
	case flagAxis:
		return x.known(flagValue(p.flags == FlagsOnly)), ""
	}
	return ownNode, "" // of a version
}

// unknownNode stands for a value that nothing was counted under.
const unknownNode = math.MaxInt

func (x *axis) known(v axisValue) int {
	if n, ok := x.node[v]; ok {
		return n
	}
	return unknownNode
}

// channel returns the node of the channels asked for: of one, or of all that
// anything came by.
func (r *protection) channel(x *axis) (node int, parameter string) {
	var one axisValue
	asked, outside := 0, false
	for v := range x.node {
		if r.plan.channels>>v.number&1 == 1 {
			one = v
			asked++
		} else {
			outside = true
		}
	}
	switch {
	case asked == 0:
		return unknownNode, ""
	case !outside:
		return 0, ""
	case asked == 1:
		return x.node[one], ""
	}
	return 0, "channel"
}

// window returns the node of the time asked for: the one that holds everything
// counted within it and nothing else.
func (r *protection) window(x *axis) (node int, parameter string) {
	p := r.plan
	var inside []int
	outside := false
	for v, n := range x.node {
		if v.level != levelLeaf && (x.daily || v.level != levelMonth) {
			continue
		}
		from, to := spanOf(v)
		switch {
		case from >= p.from && to <= p.to:
			inside = append(inside, n)
		case to < p.from || from > p.to:
			outside = true
		default: // part of a month that is counted whole
			return 0, windowParameter(p)
		}
	}
	switch {
	case len(inside) == 0:
		return unknownNode, ""
	case !outside:
		return 0, ""
	}
	// The smallest node above all that is inside must have nothing outside.
	for node = inside[0]; node >= 0; node = x.parent[node] {
		if x.leaves(node) == len(inside) && x.holds(node, inside) {
			return node, ""
		}
	}
	return 0, windowParameter(p)
}

func windowParameter(p *plan) string {
	if p.query.From != "" {
		return "from"
	}
	return "to"
}

// spanOf returns the first and last day of a day or month.
func spanOf(v axisValue) (from, to response.Day) {
	if v.level == levelLeaf {
		return response.Day(v.number), response.Day(v.number)
	}
	text := func(m uint32) response.Day {
		d, _ := response.ParseDay(dateOf(m))
		return d
	}
	return text(v.number), text(v.number+1) - 1
}

// dateOf writes the first day of a month.
func dateOf(month uint32) string { return fmt.Sprintf("%04d-%02d-01", month/12, month%12+1) }

// leaves counts the leaves below a node.
func (x *axis) leaves(node int) int {
	n, inner := 0, make([]bool, len(x.parent))
	for _, p := range x.parent {
		if p >= 0 {
			inner[p] = true
		}
	}
	for leaf := range x.parent {
		if !inner[leaf] && x.holds(node, []int{leaf}) {
			n++
		}
	}
	return n
}

// holds reports whether nodes are all at or below another.
func (x *axis) holds(node int, nodes []int) bool {
	for _, n := range nodes {
		for n != node && n >= 0 {
			n = x.parent[n]
		}
		if n < 0 {
			return false
		}
	}
	return true
}

// at returns the cube's cell of a group, nil when nothing was counted there.
func (r *protection) at(agency uint32, f facet) *cubeCell {
	key := cubeKey{agency: agency}
	for i, x := range r.axes {
		if key.node[i] = r.node[i]; key.node[i] == ownNode {
			key.node[i] = r.own(x, f)
		}
	}
	return r.cells[key]
}

// own returns the node that a row's facet names.
func (r *protection) own(x *axis, f facet) int {
	switch x.key {
	case byChannel:
		return x.known(axisValue{levelLeaf, uint32(f.channel)})
	case byWave:
		return x.known(axisValue{levelLeaf, f.wave})
	case byVersion:
		return x.known(axisValue{levelLeaf, uint32(f.version - 1)}) //nolint:gosec // rows by version have one from 1
	}
	month, _, _ := monthsOf(f.period)
	if r.plan.asked[byDay] {
		return x.known(axisValue{levelLeaf, uint32(f.period)})
	}
	return x.known(axisValue{levelMonth, month})
}

// leafNumber returns the number of a leaf among those of a cube. series counts
// from 1, 0 being the only one.
func (r *protection) leafNumber(at *leaf, series int) int {
	column := at.column
	if column < 0 {
		column = len(r.columns) + at.node
	}
	return r.firsts[column] + max(series-1, 0)
}

// shows reports whether the public may see the score of a leaf of a group, and
// whether it may see its counts by option. place is the group's; a group that is
// not an agency with all below it holds the own answers of the agencies of a
// level, or of all.
func (r *protection) shows(place int32, f facet, at *leaf, series int) (score, counts bool) {
	p := r.plan
	leaf := r.leafNumber(at, series)
	agency := uint32(0)
	switch {
	case p.asked[byAgency]:
		agency = uint32(place) //nolint:gosec // an agency's number
	case p.asked[byLevel]:
		return r.showsLevel(p.levels[place], f, leaf)
	case p.level != "":
		return r.showsLevel(p.level, f, leaf)
	case p.root != nil:
		agency = p.root.Number
	}
	return r.open(r.at(agency, f), leaf)
}

// open reports what of a cell is not hidden.
func (r *protection) open(cell *cubeCell, leaf int) (score, counts bool) {
	if cell == nil || cell.hidden[r.flag(hideScores, leaf)] {
		return false, false
	}
	return true, !cell.hidden[r.flag(hideCounts, leaf)]
}

// showsLevel decides on what the agencies of a level received, all of them or
// those within a filter. Within a filter nothing of it may be hidden: then it is
// a sum of what is shown.
func (r *protection) showsLevel(level string, f facet, leaf int) (score, counts bool) {
	all := r.at(r.levelNumber(level), f)
	if all == nil {
		return false, false
	}
	within := r.newCell(cubeKey{})
	score, counts = true, true
	for _, a := range r.plan.agencies {
		cell := r.at(r.receiver(a.Number), f)
		if a.Level != level || cell == nil {
			continue
		}
		if r.baseIn(cell, leaf) > 0 {
			s, c := r.open(cell, leaf)
			score, counts = score && s, counts && c
		}
		within.add(cell)
	}
	if slices.Equal(within.n, all.n) { // there are none outside of the filter
		return r.open(all, leaf)
	}
	score = score && r.baseIn(within, leaf) >= r.k
	return score, score && counts
}

// empty reports whether nobody ever answered the survey's index: then there is
// nothing to hide.
func (r *protection) empty() bool {
	whole := r.cells[cubeKey{}]
	return whole == nil || !slices.ContainsFunc(whole.n, func(n uint32) bool { return n > 0 })
}

// hide makes a row look like that of an agency of which nothing is known.
func (r *protection) hide(row *Row) {
	*row = Row{
		Agency: row.Agency, AgencyName: row.AgencyName, Level: row.Level, Month: row.Month, Day: row.Day, Wave: row.Wave,
		Version: row.Version, Channel: row.Channel, Factor: row.Factor, FactorName: row.FactorName, Item: row.Item,
		ItemText: row.ItemText, Measure: row.Measure, Series: row.Series, State: Suppressed, Reason: reasonHidden,
	}
}

// protectHead takes out of the head what could be subtracted: channels and flags
// of fewer than k responses. Those left out are k together, or all.
func (r *protection) protectHead(s *Scores) {
	small := int64(0)
	slices.SortStableFunc(s.Channels, func(a, b ChannelCount) int { return int(b.N - a.N) })
	kept := s.Channels
	for len(kept) > 0 && (kept[len(kept)-1].N < r.k || small > 0 && small < r.k) {
		small += kept[len(kept)-1].N
		kept = kept[:len(kept)-1]
	}
	order := func(c ChannelCount) int {
		channel, _ := response.ParseChannel(c.Channel)
		return slices.Index(response.Channels, channel)
	}
	slices.SortFunc(kept, func(a, b ChannelCount) int { return order(a) - order(b) })
	s.Channels = kept
	if s.Flagged < r.k {
		s.Flagged, s.FewFlagged = 0, true
	}
}
