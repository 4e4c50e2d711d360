package agency

import (
	"slices"
	"strings"
	"sync"
)

// Registry is all agencies that were ever known, with their numbers. It is
// immutable: what its methods return belongs to it and must not be changed.
type Registry struct {
	agencies []*Agency // by number - 1
	byID     map[string]*Agency
	children map[string][]*Agency // by parent's id, in number order
	byUnit   map[string][]*Agency // by unit code, in order of first day
	byCode   map[string][]*Agency // by agency code, in order of first day
	preorder []*Agency            // every agency directly before its descendants
	spans    []span               // by number - 1
	words    func() *index        // made by the first search; most registries are never searched
}

// span is the part of the preorder that an agency and its descendants take.
type span struct{ first, end int }

// Empty returns the registry without agencies.
func Empty() *Registry { return build([]*Agency{}) }

// build makes the registry of checked agencies in number order. O(n log n).
func build(agencies []*Agency) *Registry {
	r := &Registry{
		agencies: agencies,
		byID:     make(map[string]*Agency, len(agencies)),
		children: map[string][]*Agency{},
		byUnit:   map[string][]*Agency{},
		byCode:   map[string][]*Agency{},
		preorder: make([]*Agency, 0, len(agencies)),
		spans:    make([]span, len(agencies)),
	}
	for _, a := range agencies {
		r.byID[a.ID] = a
		r.children[a.Parent] = append(r.children[a.Parent], a)
		if a.UnitCode != "" {
			r.byUnit[a.UnitCode] = append(r.byUnit[a.UnitCode], a)
		}
		if a.AgencyCode != "" {
			r.byCode[a.AgencyCode] = append(r.byCode[a.AgencyCode], a)
		}
	}
	for _, byCode := range []map[string][]*Agency{r.byUnit, r.byCode} {
		for _, holders := range byCode {
			slices.SortFunc(holders, func(a, b *Agency) int { return strings.Compare(a.ValidFrom, b.ValidFrom) })
		}
	}
	r.walk()
	r.words = sync.OnceValue(func() *index { return newIndex(agencies) })
	return r
}

// walk fills preorder and spans. It keeps its own stack: a file may chain as
// many departments as it has lines.
func (r *Registry) walk() {
	type visit struct {
		agency *Agency
		leave  bool
	}
	var stack []visit
	push := func(children []*Agency) {
		for _, a := range slices.Backward(children) {
			stack = append(stack, visit{agency: a})
		}
	}
	push(r.children[""])
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		at := &r.spans[v.agency.Number-1]
		if v.leave {
			at.end = len(r.preorder)
			continue
		}
		at.first = len(r.preorder)
		r.preorder = append(r.preorder, v.agency)
		stack = append(stack, visit{agency: v.agency, leave: true})
		push(r.children[v.agency.ID])
	}
}

// Len returns the number of agencies, which is also the highest number. O(1).
func (r *Registry) Len() int { return len(r.agencies) }

// All lists the agencies in number order. O(1).
func (r *Registry) All() []*Agency { return r.agencies }

// ByNumber returns the agency with a number, nil when there is none. O(1).
func (r *Registry) ByNumber(number uint32) *Agency {
	if number == 0 || uint64(number) > uint64(len(r.agencies)) {
		return nil
	}
	return r.agencies[number-1]
}

// ByID returns the agency with an id, nil when there is none. O(1).
func (r *Registry) ByID(id string) *Agency { return r.byID[id] }

// Find returns the agency that people mean by ref on a day (YYYY-MM-DD): the one
// with that id, whether it exists on that day or not; else the one that has that
// unit code on that day; else the one that has that agency code on that day.
// Without a day, a code means its last holder. It returns nil when there is
// none. O(1) for an id; for a code, O(k) in its holders over time.
func (r *Registry) Find(ref, day string) *Agency {
	if a := r.byID[ref]; a != nil {
		return a
	}
	for _, byCode := range []map[string][]*Agency{r.byUnit, r.byCode} {
		for _, a := range slices.Backward(byCode[ref]) {
			if day == "" || a.ValidOn(day) {
				return a
			}
		}
	}
	return nil
}

// Children lists the agencies directly below one, in number order; with an empty
// id, those at the top. Agencies that ended are among them. O(1).
func (r *Registry) Children(id string) []*Agency { return r.children[id] }

// Subtree lists an agency and everything below it, each before what is below it.
// Agencies that ended are among them. It is nil for an agency that isn't in the
// registry. O(1), and O(size) to read.
func (r *Registry) Subtree(a *Agency) []*Agency {
	at, ok := r.spanOf(a)
	if !ok {
		return nil
	}
	return r.preorder[at.first:at.end:at.end]
}

// IsWithin reports whether a is ancestor or below it. O(1).
func (r *Registry) IsWithin(a, ancestor *Agency) bool {
	inner, ok := r.spanOf(a)
	outer, ok2 := r.spanOf(ancestor)
	return ok && ok2 && outer.first <= inner.first && inner.first < outer.end
}

// spanOf goes by the id, so that an agency of an earlier registry means the same
// agency in this one.
func (r *Registry) spanOf(a *Agency) (span, bool) {
	if a == nil {
		return span{}, false
	}
	own := r.byID[a.ID]
	if own == nil {
		return span{}, false
	}
	return r.spans[own.Number-1], true
}

// Successor returns the agency that carries on for a: the one it was merged
// into, or, where that was merged too, the last of that line. It is nil for an
// agency that was not merged. O(k) in the mergers.
func (r *Registry) Successor(a *Agency) *Agency {
	var last *Agency
	for a != nil && a.MergedInto != "" {
		a = r.byID[a.MergedInto]
		last = a
	}
	return last
}
