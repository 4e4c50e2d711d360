package questionnaire

import (
	"maps"
	"slices"
)

// Lineage follows variables and options through the versions of a survey that
// were in the field, in order of publication, so that answers to an earlier
// version can be read as answers to the last. A version that came back stands
// where it was published last.
//
// From one version to the next a variable continues the one of the same id and
// kind, an option the one of the same code, unless Changes of the later version
// says otherwise. One that was gone and comes back continues itself when it
// still means the same.
//
// A Lineage never changes; [Lineage.Extend] makes a new one that shares what it
// can. It may be shared between goroutines. A nil Lineage has no versions.
type Lineage struct {
	versions []traced
	breaks   []LineageBreak
	threads  map[string]*thread // live and gone, by id in the last version that had it
	next     int                // number of the next thread
}

// LineageBreak is a break that a version declared.
type LineageBreak struct {
	Break

	Place   int    // of the version that declared it, in order of publication, from 0
	Version string // that version
	about   []int  // threads
}

// AllSeries is what Break.Of says for a break of everything.
const AllSeries = "all"

// traced is one version, with numbers that name its variables and options
// through all versions.
type traced struct {
	q       *Questionnaire
	threads []int       // by index of the variable
	strands [][]int     // by index of the variable, by index of the option
	index   map[int]int // of the variable, by thread
}

// thread is one variable through all versions that have it; each version makes
// a new one of the same number.
type thread struct {
	number  int
	live    bool      // the last version has it
	last    *Variable // as the last version that had it has it
	strands map[string]strand
	merged  map[int]int // strands that became part of another
	next    int         // number of the next strand
}

// strand is one option through all versions, by its code in the last version
// that had it.
type strand struct {
	number int
	option *Option
}

// Extend returns the lineage with one more version, which is now in the field.
func (l *Lineage) Extend(q *Questionnaire) *Lineage {
	next := &Lineage{threads: map[string]*thread{}}
	var before *Questionnaire
	if l != nil {
		next.versions, next.breaks, next.next = slices.Clip(l.versions), slices.Clip(l.breaks), l.next
		for id, t := range l.threads {
			gone := *t
			gone.live = false
			next.threads[id] = &gone
		}
		before = l.versions[len(l.versions)-1].q
	}
	s := newStep(before, q)
	out := traced{q: q, index: map[int]int{}}
	live := map[string]*thread{}
	for i := range q.variables {
		v := &q.variables[i]
		t := l.continued(s, v)
		if t != nil {
			if _, taken := out.index[t.number]; taken {
				t = nil
			}
		}
		if t == nil {
			t = &thread{number: next.next}
			next.next++
		}
		t, strands := t.extend(s, v)
		live[v.ID] = t
		out.index[t.number] = i
		out.threads, out.strands = append(out.threads, t.number), append(out.strands, strands)
	}
	maps.DeleteFunc(next.threads, func(_ string, t *thread) bool { _, ok := out.index[t.number]; return ok }) // renamed
	maps.Copy(next.threads, live)
	next.versions = append(next.versions, out)
	next.addBreaks(s, &out)
	return next
}

// continued returns the thread that a variable continues, nil for a new one.
func (l *Lineage) continued(s *step, v *Variable) *thread {
	if l == nil {
		return nil
	}
	if old := s.before.Variable(s.idBefore(v)); old != nil {
		if t := l.threads[old.ID]; t.last.Kind == v.Kind {
			return t
		}
		return nil
	}
	// One that was not in the version before, but in an earlier one.
	if t := l.threads[v.ID]; t != nil && !t.live && t.last.Kind == v.Kind && meansSame(t.last, v, s.now.Languages) {
		return t
	}
	return nil
}

// extend returns the thread as it goes on with v, and the strands of v's options.
func (t *thread) extend(s *step, v *Variable) (*thread, []int) {
	out := &thread{number: t.number, live: true, last: v, strands: map[string]strand{}, merged: maps.Clone(t.merged), next: t.next}
	numbers := out.follow(t, s, v)
	options := v.Options()
	for i := range options {
		o := &options[i]
		if numbers[i] < 0 { // one that was gone, or a new one
			back, ok := t.strands[o.Code]
			if ok && t.last.Option(o.Code) < 0 && nearly(back.option.Label, o.Label, s.now.Languages) {
				numbers[i] = back.number
			} else {
				numbers[i] = out.next
				out.next++
			}
		}
		out.strands[o.Code] = strand{numbers[i], o}
	}
	for code, old := range t.strands { // gone: remembered under its code until another has it
		_, reused := out.strands[code]
		_, merged := out.merged[old.number]
		if !reused && !merged && !slices.Contains(numbers, old.number) {
			out.strands[code] = old
		}
	}
	return out, numbers
}

// follow finds the strands that go on as options of v: numbers by index of the
// option, -1 where none does.
func (t *thread) follow(before *thread, s *step, v *Variable) []int {
	numbers := make([]int, len(v.Options()))
	for i := range numbers {
		numbers[i] = -1
	}
	if before.last == nil {
		return numbers
	}
	for _, old := range before.last.Options() {
		i := v.Option(s.codeNow(v, old.Code))
		if i < 0 {
			continue
		}
		number := before.strands[old.Code].number
		if numbers[i] < 0 {
			numbers[i] = number
			continue
		}
		if t.merged == nil {
			t.merged = map[int]int{}
		}
		t.merged[number] = numbers[i]
	}
	return numbers
}

// addBreaks notes the breaks that a version declares, in place of those that it
// declared when it was published before.
func (l *Lineage) addBreaks(s *step, t *traced) {
	if s.changes == nil {
		return
	}
	l.breaks = slices.DeleteFunc(slices.Clone(l.breaks), func(b LineageBreak) bool { return b.Version == s.now.Version })
	for _, b := range s.changes.Breaks {
		out := LineageBreak{Break: b, Place: len(l.versions) - 1, Version: s.now.Version}
		for i := range s.now.variables {
			if v := &s.now.variables[i]; b.Of == v.ID || b.Of == v.Item.ID {
				out.about = append(out.about, t.threads[i])
			}
		}
		l.breaks = append(l.breaks, out)
	}
}

// Place returns where a version stands in the order of publication, from 0; the
// last place of a version that came back; -1 for one that was never published.
func (l *Lineage) Place(version string) int {
	if l == nil {
		return -1
	}
	for i, t := range slices.Backward(l.versions) {
		if t.q.Version == version {
			return i
		}
	}
	return -1
}

// Len is the number of publications.
func (l *Lineage) Len() int {
	if l == nil {
		return 0
	}
	return len(l.versions)
}

// At returns the version of a place.
func (l *Lineage) At(place int) *Questionnaire { return l.versions[place].q }

// Earlier returns the variable of the version at a place that v, a variable of
// the last version, continues, and numbers that name its options through all
// versions: options of one number are the same answer. It returns nil when that
// version has no such variable.
func (l *Lineage) Earlier(place int, v *Variable) (*Variable, []int) {
	t := &l.versions[place]
	number := l.versions[len(l.versions)-1].threads[v.Index]
	i, ok := t.index[number]
	if !ok {
		return nil, nil
	}
	now, options := l.threads[v.ID], t.strands[i]
	if len(now.merged) > 0 {
		options = slices.Clone(options) // shared
		for o := range options {
			options[o] = now.resolved(options[o])
		}
	}
	return &t.q.variables[i], options
}

// Names returns by index of the variable what the variables of the version at a
// place are called in the last version that has them; empty for one whose name
// means something else by now.
func (l *Lineage) Names(place int) []string {
	ids := map[int]string{}
	for id, t := range l.threads {
		ids[t.number] = id
	}
	out := make([]string, len(l.versions[place].threads))
	for i, number := range l.versions[place].threads {
		out[i] = ids[number]
	}
	return out
}

// Breaks lists the breaks that were declared, in order of publication.
func (l *Lineage) Breaks() []LineageBreak {
	if l == nil {
		return nil
	}
	return l.breaks
}

// Interrupts reports whether a break is about a variable of the last version.
// Breaks of an index are about none.
func (l *Lineage) Interrupts(b *LineageBreak, v *Variable) bool {
	return slices.Contains(b.about, l.versions[len(l.versions)-1].threads[v.Index])
}

// Codes returns, by index of the variable and of the option, what the codes of
// the version at a place are called in the last version that has them; empty for
// one that means something else by now.
func (l *Lineage) Codes(place int) [][]string {
	byNumber := map[int]*thread{}
	for _, t := range l.threads {
		byNumber[t.number] = t
	}
	version := &l.versions[place]
	out := make([][]string, len(version.threads))
	for i, number := range version.threads {
		t := byNumber[number]
		if t == nil {
			continue
		}
		codes := map[int]string{}
		for code, s := range t.strands {
			codes[s.number] = code
		}
		out[i] = make([]string, len(version.strands[i]))
		for o, number := range version.strands[i] {
			out[i][o] = codes[t.resolved(number)]
		}
	}
	return out
}

// resolved follows a strand to the one that it became part of.
func (t *thread) resolved(number int) int {
	for to, ok := t.merged[number]; ok; to, ok = t.merged[number] {
		number = to
	}
	return number
}
