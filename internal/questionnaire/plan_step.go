package questionnaire

import (
	"slices"
	"strings"
)

// step is from one published version to the next.
type step struct {
	before, now *Questionnaire  // before is nil for the first version
	changes     *Changes        // that now declares for this step; nil: none
	moved       map[string]bool // ids before that another id continues
}

func newStep(before, now *Questionnaire) *step {
	s := &step{before: before, now: now, moved: map[string]bool{}}
	if before == nil {
		return s
	}
	if c := now.Changes; c != nil && c.continues(before.Version) {
		s.changes = c
		for _, old := range c.Renamed {
			s.moved[old] = true
		}
	}
	return s
}

// continues reports whether the changes are those from a version.
func (c *Changes) continues(version string) bool {
	return len(c.From) >= minFrom && strings.HasPrefix(version, strings.ToLower(c.From))
}

// minFrom is how many digits of a version name it.
const minFrom = 12

// idBefore returns the id that a variable of now had in the version before,
// empty for a new one. It may be the id of a variable of another kind.
func (s *step) idBefore(v *Variable) string {
	if s.before == nil {
		return ""
	}
	base := v.Item.ID
	if v.Part == OfRow {
		base = v.ID
	}
	if s.changes != nil {
		if old, ok := s.changes.Renamed[base]; ok {
			return s.known(partID(old, v))
		}
	}
	if s.moved[base] || s.moved[v.ID] || s.dropped(v.ID) {
		return ""
	}
	return s.known(v.ID)
}

// known returns the id when the version before has such a variable.
func (s *step) known(id string) string {
	if s.before.Variable(id) == nil {
		return ""
	}
	return id
}

// partID is what the part v of an item would be called if the item, or for rows
// the row, had another id.
func partID(id string, v *Variable) string {
	switch v.Part {
	case OfRank:
		return RankID(id, v.Rank)
	case OfOther:
		return OtherID(id)
	case Whole, OfRow:
	}
	return id
}

// dropped reports whether a variable before is declared to be no longer asked,
// by its own id or its item's.
func (s *step) dropped(id string) bool {
	if s.changes == nil {
		return false
	}
	v := s.before.Variable(id)
	return slices.Contains(s.changes.Dropped, id) || v != nil && slices.Contains(s.changes.Dropped, v.Item.ID)
}

// codeNow returns the code that an answer to the variable has now, empty when
// there is none any more.
func (s *step) codeNow(v *Variable, before string) string {
	if s.changes != nil {
		for _, id := range []string{v.ID, v.Item.ID} {
			if to, ok := s.changes.Recoded[id][before]; ok {
				return to
			}
		}
	}
	if v.Option(before) < 0 {
		return ""
	}
	return before
}

// meansSame reports whether two variables ask the same with the same options.
func meansSame(a, b *Variable, languages []string) bool {
	if a.Part != b.Part || !nearly(a.Text(), b.Text(), languages) {
		return false
	}
	options := a.Options()
	for i := range options {
		if at := b.Option(options[i].Code); at >= 0 && !nearly(options[i].Label, b.Item.Options[at].Label, languages) {
			return false
		}
	}
	return true
}
