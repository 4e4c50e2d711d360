package entry

import (
	"slices"
	"strings"

	"hailong/internal/agency"
)

// directory finds agencies by what people write: an id, a code, a name, or a path
// of names ("Bắc Ninh / Phường Kinh Bắc", "Phường Kinh Bắc, Bắc Ninh").
type directory struct {
	registry *agency.Registry
	day      string
	byName   map[string][]*agency.Agency // by folded name; made when it is needed first
	found    map[string]found
}

type found struct {
	id      string
	several []string // ids of those that may be meant
}

const maxFound = 50_000 // references that are remembered

func newDirectory(r *agency.Registry, day string) *directory {
	return &directory{registry: r, day: day, found: map[string]found{}}
}

// find returns the id of the agency that is meant, empty when there is none, or
// the ids of those that may be.
func (d *directory) find(ref string) (id string, several []string) {
	if f, ok := d.found[ref]; ok {
		return f.id, f.several
	}
	var f found
	if a := d.registry.Find(ref, d.day); a != nil {
		f.id = a.ID
	} else {
		f = d.named(ref)
	}
	if len(d.found) < maxFound {
		d.found[ref] = f
	}
	return f.id, f.several
}

// named finds an agency by its names. Those that are no more are not meant.
func (d *directory) named(ref string) found {
	d.index()
	hits := d.byName[fold(ref)]
	if len(hits) == 0 {
		path := pathOf(ref)
		for _, a := range d.byName[path[0]] {
			if d.below(a, path[1:]) {
				hits = append(hits, a)
			}
		}
	}
	switch len(hits) {
	case 0:
		return found{}
	case 1:
		return found{id: hits[0].ID}
	}
	var f found
	for _, a := range hits[:min(len(hits), 5)] {
		f.several = append(f.several, a.ID+" ("+a.Name.Vi+")")
	}
	return f
}

// pathOf cuts a path into folded names, the lowest unit first.
func pathOf(ref string) []string {
	var path []string
	if strings.ContainsAny(ref, "/>") {
		path = strings.FieldsFunc(ref, func(r rune) bool { return r == '/' || r == '>' })
		slices.Reverse(path)
	} else {
		path = strings.Split(ref, ",")
	}
	for i := range path {
		path[i] = fold(path[i])
	}
	if path = slices.DeleteFunc(path, func(name string) bool { return name == "" }); len(path) == 0 {
		return []string{""}
	}
	return path
}

// below reports whether agencies of these names stand above an agency, in order.
func (d *directory) below(a *agency.Agency, names []string) bool {
	up := d.registry.ByID(a.Parent)
	for _, name := range names {
		for up != nil && !slices.Contains(d.byName[name], up) {
			up = d.registry.ByID(up.Parent)
		}
		if up == nil {
			return false
		}
		up = d.registry.ByID(up.Parent)
	}
	return true
}

// kinds are the folded words before the proper name of a unit.
var kinds = []string{"thanh pho ", "dac khu ", "phuong ", "tinh ", "xa "}

// index lists all agencies of the day by name, with and without the kind of unit.
func (d *directory) index() {
	if d.byName != nil {
		return
	}
	d.byName = map[string][]*agency.Agency{}
	for _, a := range d.registry.All() {
		if !a.ValidOn(d.day) {
			continue
		}
		for _, name := range []string{fold(a.Name.Vi), fold(a.Name.En)} {
			d.add(name, a)
			for _, kind := range kinds {
				if proper, ok := strings.CutPrefix(name, kind); ok {
					d.add(proper, a)
				}
			}
		}
	}
}

func (d *directory) add(name string, a *agency.Agency) {
	if name != "" && !slices.Contains(d.byName[name], a) {
		d.byName[name] = append(d.byName[name], a)
	}
}

// fold returns a text as it is compared: without diacritics and case, with single
// spaces.
func fold(s string) string { return strings.Join(strings.Fields(agency.Fold(s)), " ") }
