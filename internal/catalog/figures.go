package catalog

import (
	"errors"
	"fmt"
	"strings"

	"hailong/internal/agency"
	"hailong/internal/figure"
	"hailong/internal/response"
)

// MaxFigures is how many figures a data folder has at most.
const MaxFigures = 1_000_000

// errFigures is the error of figures beyond MaxFigures.
var errFigures = errors.New("too many figures")

// loadFigures merges the figures of an event. They were checked when they were
// proposed; here only what the fold relies on is checked again, because an agency
// may have ended since.
func (c *Catalog) loadFigures(canonical []byte) (*Catalog, error) {
	rules := figure.Rules{
		Wave: func(string) bool { return true },
		Agency: func(id, _ string) (string, figure.Fault) {
			if c.Agencies.ByID(id) == nil {
				return id, figure.Fault{Message: fmt.Sprintf("unknown agency %q", id)}
			}
			return id, figure.Fault{}
		},
	}
	loaded, err := figure.ParseBy(rules, "figures.csv", canonical)
	if err != nil {
		return c, fmt.Errorf("figures: %w", err)
	}
	next := *c
	next.Figures = c.Figures.Merge(loaded)
	switch {
	case next.Figures.Len() > MaxFigures:
		return c, fmt.Errorf("%w: %d, at most %d can be kept", errFigures, next.Figures.Len(), MaxFigures)
	case next.Figures.Equal(c.Figures):
		return c, nil
	}
	return &next, nil
}

// ReadFigures reads a file of figures by what the catalog knows: agencies by id
// or code, each valid on some day of its period, and the ids of waves. The
// mistakes of the file are an errs.Mistakes.
func (c *Catalog) ReadFigures(file string, csv []byte) (*figure.Table, error) {
	rules := figure.Rules{
		Agency: c.meant,
		Wave:   func(id string) bool { _, _, ok := c.waveDays(id); return ok },
	}
	t, err := figure.ParseBy(rules, file, csv)
	if err != nil {
		return nil, fmt.Errorf("figures: %w", err)
	}
	return t, nil
}

// ChangeFigures returns the event that merges a file of figures into those that
// are there, and false when nothing changes by it. The file is checked whole, as
// by [Catalog.ReadFigures].
func (c *Catalog) ChangeFigures(file string, csv []byte, at int64) (response.Control, bool, error) {
	loaded, err := c.ReadFigures(file, csv)
	if err != nil {
		return response.Control{}, false, err
	}
	return c.Loading(loaded, at)
}

// Loading returns the event that merges a table that [Catalog.ReadFigures] read,
// and false when nothing changes by it. The event has all its figures, also those
// that are there already: whatever else is loaded meanwhile, the file holds.
func (c *Catalog) Loading(loaded *figure.Table, at int64) (response.Control, bool, error) {
	ev := response.FiguresLoaded(at, loaded.Canonical())
	next, err := c.Apply(ev)
	if err != nil {
		return response.Control{}, false, err
	}
	return ev, next != c, nil
}

// UnknownWaves lists the periods of a table that are neither a year, a quarter
// nor a month, nor the id of a wave that was ever open: perhaps of one that is to
// come, perhaps slips.
func (c *Catalog) UnknownWaves(t *figure.Table) []string {
	var list []string
	seen := map[string]bool{}
	for f := range t.All() {
		if seen[f.Period] {
			continue
		}
		seen[f.Period] = true
		if _, _, ok := figure.Days(f.Period); ok {
			continue
		}
		if _, _, ok := c.waveDays(f.Period); !ok {
			list = append(list, f.Period)
		}
	}
	return list
}

// waveDays returns the first and last day of the waves with an id, over all
// surveys; empty where one has no such day. It returns false when there is none.
func (c *Catalog) waveDays(id string) (first, last string, ok bool) {
	for _, s := range c.surveys {
		w := s.Wave(id)
		if w == nil || id == "" {
			continue
		}
		if !ok {
			first, last, ok = w.Opens, w.Closes, true
			continue
		}
		first = min(first, w.Opens) // the empty day is before all others
		if last == "" || w.Closes == "" {
			last = ""
		} else {
			last = max(last, w.Closes)
		}
	}
	return first, last, ok
}

// days returns the days of a period, empty where nothing bounds it.
func (c *Catalog) days(period string) (first, last string) {
	if first, last, ok := figure.Days(period); ok {
		return first, last
	}
	first, last, _ = c.waveDays(period)
	return first, last
}

// meant returns the id of the agency that a reference means in a period. An
// agency that does not exist on any day of it is a mistake, and so is a code that
// went from one agency to another within it.
func (c *Catalog) meant(ref, period string) (string, figure.Fault) {
	first, last := c.days(period)
	a := c.Agencies.ByID(ref)
	if a == nil {
		early, late := c.Agencies.Find(ref, first), c.Agencies.Find(ref, last)
		if first != "" && last != "" && early != nil && late != nil && early != late {
			return "", figure.Fault{
				Message: fmt.Sprintf("code %q belongs to two agencies in %s: %q, %s, and %q, %s", ref, period, early.ID, life(early), late.ID, life(late)),
				Cure:    "write the id of the one that is meant",
			}
		}
		a = late
		if a == nil {
			a = early
		}
		if a == nil {
			a = c.Agencies.Find(ref, "") // its last holder, to say when it was
		}
	}
	if a == nil {
		cure := "write it as the registry of agencies has it"
		if c.Agencies.Len() == 0 {
			cure = `the data folder knows no agencies yet: start "hailong serve" on it once`
		}
		return "", figure.Fault{Message: fmt.Sprintf("no agency has the id or code %q", ref), Cure: cure}
	}
	return a.ID, c.outOfTime(a, period, first, last)
}

// outOfTime is the fault of an agency that exists on no day of a period.
func (c *Catalog) outOfTime(a *agency.Agency, period, first, last string) figure.Fault {
	switch {
	case first != "" && a.ValidTo != "" && a.ValidTo < first:
		cure := "write the agency that existed then"
		if next := c.Agencies.Successor(a); next != nil {
			cure = fmt.Sprintf("write %q, into which it was merged", next.ID)
		}
		return figure.Fault{Message: fmt.Sprintf("agency %q ended on %s, before %s", a.ID, a.ValidTo, period), Cure: cure}
	case last != "" && a.ValidFrom != "" && last < a.ValidFrom:
		return figure.Fault{Message: fmt.Sprintf("agency %q begins on %s, after %s", a.ID, a.ValidFrom, period), Cure: c.earlier(a)}
	}
	return figure.Fault{}
}

// earlier names some of the agencies that were merged into one.
func (c *Catalog) earlier(a *agency.Agency) string {
	const shown = 3
	var ids []string
	for _, before := range c.Agencies.All() {
		if before.MergedInto != a.ID {
			continue
		}
		if len(ids) == shown {
			ids = append(ids, "…")
			break
		}
		ids = append(ids, before.ID)
	}
	if len(ids) == 0 {
		return "write the agency that existed then"
	}
	return "write one of those that were merged into it: " + strings.Join(ids, ", ")
}

// life tells the days of an agency.
func life(a *agency.Agency) string {
	switch {
	case a.ValidFrom == "" && a.ValidTo == "":
		return "always"
	case a.ValidTo == "":
		return "from " + a.ValidFrom
	case a.ValidFrom == "":
		return "until " + a.ValidTo
	}
	return "from " + a.ValidFrom + " to " + a.ValidTo
}
