package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"sync"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// Moment is a [Source] that stands still: the catalog and the counts of one
// survey as of one event. All that is computed from it fits together.
type Moment struct {
	catalog   *catalog.Catalog
	survey    *catalog.Survey
	watermark uint64
	cells     []frozenCell
	counts    func() (CountsReceipt, error) // once
}

type frozenCell struct {
	key  tally.Key
	cell *tally.Cell
}

// Freeze copies the counts of a survey. It returns a NotFound [errs.Error] for an
// unknown survey. O(cells × slots) of the survey.
func (r *Report) Freeze(survey string) (*Moment, error) {
	for range staleTries {
		c := r.src.Catalog()
		s := c.Survey(survey)
		if s == nil {
			return nil, unknownSurvey(survey)
		}
		m, known := freeze(c, s, r.src)
		// An event that came between the two would be in one of them only.
		if known && r.src.Catalog() == c {
			return m, nil
		}
	}
	return nil, errs.New(errs.Internal, "internal").Because(errStale)
}

// freeze copies the cells of a survey. It returns false when the counts name a
// version that the catalog does not have.
func freeze(c *catalog.Catalog, s *catalog.Survey, src Source) (*Moment, bool) {
	m := &Moment{catalog: c, survey: s}
	m.counts = sync.OnceValues(m.count)
	own := versionNumbers(c, s)
	known := true
	src.Tallies(func(watermark uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		m.watermark = watermark
		for key, cell := range cells {
			if int(key.Version) >= len(own) {
				known = false
				return
			}
			if own[key.Version] {
				m.cells = append(m.cells, frozenCell{key, &tally.Cell{Responses: cell.Responses, Counts: slices.Clone(cell.Counts)}})
			}
		}
	})
	return m, known
}

// Past returns the moment of a survey that a catalog and a tally of the past make
// (store.Store.Past).
func Past(c *catalog.Catalog, t *tally.Tally, survey string) (*Moment, error) {
	return New(fixed{c, t}).Freeze(survey)
}

// fixed is a source of a catalog and a tally.
type fixed struct {
	catalog *catalog.Catalog
	tally   *tally.Tally
}

// Catalog implements [Source].
func (f fixed) Catalog() *catalog.Catalog { return f.catalog }

// Tallies implements [Source].
func (f fixed) Tallies(g func(watermark uint64, cells iter.Seq2[tally.Key, *tally.Cell])) {
	f.tally.Read(g)
}

// Catalog implements [Source].
func (m *Moment) Catalog() *catalog.Catalog { return m.catalog }

// Tallies implements [Source].
func (m *Moment) Tallies(f func(watermark uint64, cells iter.Seq2[tally.Key, *tally.Cell])) {
	f(m.watermark, func(yield func(tally.Key, *tally.Cell) bool) {
		for i := range m.cells {
			if !yield(m.cells[i].key, m.cells[i].cell) {
				return
			}
		}
	})
}

// Watermark returns the event that the moment follows.
func (m *Moment) Watermark() uint64 { return m.watermark }

func (m *Moment) countsReceipt() (CountsReceipt, error) { return m.counts() }

func (m *Moment) count() (CountsReceipt, error) {
	sum := sha256.New()
	if err := m.WriteCells(sum); err != nil {
		return CountsReceipt{}, err
	}
	out := CountsReceipt{Cells: len(m.cells), SHA256: hex.EncodeToString(sum.Sum(nil))}
	for i := range m.cells {
		out.Responses += int64(m.cells[i].cell.Responses)
	}
	return out, nil
}

// WriteCells writes the counts of the survey in the form that receipts hash: a
// line for each cell, in the order of their bytes, of
//
//	version TAB agency TAB period TAB channel TAB wave TAB flagged TAB responses TAB counters LF
//
// with the hash of the version, the id of the agency, the day that the period
// begins on (YYYY-MM-DD), the names of channel and wave (which may be empty), 1
// or 0 for flagged responses or others, and every counter that is not zero, in
// order of the questionnaire, as name:number with spaces between them. A counter
// is named variable.code, variable.state for an answer that was not given, or
// variable.answered; sums over respondents are named +1, +2 … in their order.
//
// Names stand in place of the log's numbers, and nothing in a line depends on
// when anything arrived: the same responses give the same bytes whatever the
// order, the number of threads, or a rebuild from the log. It returns the error
// of w, or an Internal [errs.Error] for a cell that does not fit its version.
func (m *Moment) WriteCells(w io.Writer) error {
	names := map[uint32][]string{}
	lines := make([][]byte, 0, len(m.cells))
	for i := range m.cells {
		line, err := m.line(&m.cells[i], names)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	slices.SortFunc(lines, bytes.Compare)
	out := bufio.NewWriterSize(w, 64<<10)
	for _, line := range lines {
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("write cells: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write cells: %w", err)
	}
	return nil
}

// line writes one cell; names holds those of the counters by version.
func (m *Moment) line(c *frozenCell, names map[uint32][]string) ([]byte, error) {
	v, a := m.catalog.Version(c.key.Version), m.catalog.Agencies.ByNumber(c.key.Agency)
	if v == nil || a == nil || c.key.Wave == 0 || int(c.key.Wave) > len(m.survey.Waves) {
		return nil, errs.New(errs.Internal, "internal").Because(fmt.Errorf("a cell names version %d, agency %d and wave %d, which are not known",
			c.key.Version, c.key.Agency, c.key.Wave))
	}
	if names[c.key.Version] == nil {
		names[c.key.Version] = counterNames(v.Questionnaire)
	}
	counters := names[c.key.Version]
	if len(counters) != len(c.cell.Counts) {
		return nil, errs.New(errs.Internal, "internal").Because(fmt.Errorf("a cell of version %d has %d counters, its questionnaire %d",
			c.key.Version, len(c.cell.Counts), len(counters)))
	}
	flagged := "0"
	if c.key.Flagged {
		flagged = "1"
	}
	var b []byte
	for _, field := range []string{
		v.Questionnaire.Version, a.ID, c.key.Period.String(), c.key.Channel.String(), m.survey.Waves[c.key.Wave-1].ID, flagged,
	} {
		b = append(append(b, field...), '\t')
	}
	b = append(strconv.AppendUint(b, uint64(c.cell.Responses), 10), '\t')
	first := true
	for slot, n := range c.cell.Counts {
		if n == 0 {
			continue
		}
		if !first {
			b = append(b, ' ')
		}
		first = false
		b = strconv.AppendUint(append(append(b, counters[slot]...), ':'), uint64(n), 10)
	}
	return append(b, '\n'), nil
}

// counterNames names the counters of a version's cells.
func counterNames(q *questionnaire.Questionnaire) []string {
	names := make([]string, q.Slots())
	variables := q.Variables()
	for i := range variables {
		v := &variables[i]
		for state := range questionnaire.StateSlots {
			names[v.Slot+state] = v.ID + "." + response.State(state).String()
		}
		for o, option := range v.Options() {
			names[v.Slot+questionnaire.StateSlots+o] = v.ID + "." + option.Code
		}
		names[v.Slot+v.Slots-1] = v.ID + "." + response.Answered.String()
	}
	sums := 0
	for i := range names {
		if names[i] == "" {
			sums++
			names[i] = "+" + strconv.Itoa(sums)
		}
	}
	return names
}
