package page

import (
	"slices"

	"hailong/internal/agency"
	"hailong/internal/i18n"
)

// Limits of the choice, so that the page stays small with thousands of
// agencies: above OpenLimit agencies the first list has only the tops, whose
// own lists are a page each; no list has more than ListLimit entries.
const (
	OpenLimit = 400
	ListLimit = 500
)

// Choose lets a respondent say which agency the survey is about.
type Choose struct {
	Frame
	Survey string // slug
	Title  string // of the survey
	Query  string // what was searched for
	Carry  []Field
	Found  int // agencies that match, for a search
	Cut    int // how many are shown, when that is less than all; otherwise 0
	Groups []Group
	Up     string // link back to the list of tops; empty on it
	Empty  bool   // there are no agencies at all
}

// Field is a name with a value that travels with a form.
type Field struct{ Name, Value string }

// Group is one top agency, such as a province, with what is below it.
type Group struct {
	Name   string
	Href   string // choose the top itself
	Opens  string // link to a page with the group's own list; empty when the list is here
	Open   bool   // show the list at once
	Levels []Level
}

// Level is the agencies of one level within a group.
type Level struct {
	Name     string
	Agencies []Link
}

// ChooseInput is what the choice of an agency is made from.
type ChooseInput struct {
	Frame    Frame
	Survey   string           // slug
	Title    string           // of the survey
	Query    string           // search words as typed; empty: everything
	Within   string           // id of a top agency: only what is below it
	Carry    []Field          // parameters to keep, such as channel, service and t; never agency
	All      []*agency.Agency // every agency that can be chosen today
	Matching []*agency.Agency // those of All that match Query, best first; only read with a Query
}

// NewChoose groups agencies by their top agency and level, in the order of the
// language's dictionaries.
func NewChoose(in ChooseInput) *Choose {
	c := &Choose{
		Frame: in.Frame, Survey: in.Survey, Title: in.Title, Query: in.Query,
		Carry: in.Carry, Empty: len(in.All) == 0,
	}
	byID := make(map[string]*agency.Agency, len(in.All))
	for _, a := range in.All {
		byID[a.ID] = a
	}
	g := grouper{in: in, byID: byID, compare: i18n.Collator(in.Frame.Lang)}
	shown := in.All
	switch {
	case in.Query != "":
		shown, c.Found, c.Up = in.Matching, len(in.Matching), g.self()
	case byID[in.Within] != nil:
		shown, c.Up = g.below(in.Within), g.self()
	default:
		g.topsOnly = len(in.All) > OpenLimit
	}
	if len(shown) > ListLimit && !g.topsOnly {
		shown, c.Cut = shown[:ListLimit], ListLimit
	}
	g.open = c.Up != ""
	c.Groups = g.groups(shown)
	return c
}

type grouper struct {
	in       ChooseInput
	byID     map[string]*agency.Agency
	compare  func(a, b string) int
	topsOnly bool
	open     bool
}

// top returns the agency at the top above a, a itself when nothing is above it.
// The registry has no cycles, but a page must end in any case.
func (g *grouper) top(a *agency.Agency) *agency.Agency {
	for range len(g.byID) {
		parent := g.byID[a.Parent]
		if parent == nil {
			break
		}
		a = parent
	}
	return a
}

func (g *grouper) below(id string) []*agency.Agency {
	var list []*agency.Agency
	for _, a := range g.in.All {
		if g.top(a).ID == id {
			list = append(list, a)
		}
	}
	return list
}

func (g *grouper) groups(shown []*agency.Agency) []Group {
	var tops []*agency.Agency
	members := map[string][]*agency.Agency{}
	listed := map[string]bool{}
	for _, a := range shown {
		top := g.top(a)
		if members[top.ID] == nil && !listed[top.ID] {
			tops = append(tops, top)
		}
		if top == a {
			listed[top.ID] = true
		} else {
			members[top.ID] = append(members[top.ID], a)
		}
	}
	lang := g.in.Frame.Lang
	slices.SortStableFunc(tops, func(a, b *agency.Agency) int { return g.compare(a.Name.In(lang), b.Name.In(lang)) })
	groups := make([]Group, 0, len(tops))
	for _, top := range tops {
		group := Group{Name: top.Name.In(lang), Open: g.open}
		if listed[top.ID] {
			group.Href = g.href(top.ID)
		}
		if g.topsOnly && len(members[top.ID]) > 0 {
			group.Opens = with(g.self(), "within", top.ID)
		} else {
			group.Levels = g.levels(members[top.ID])
		}
		groups = append(groups, group)
	}
	return groups
}

// levelOrder is the order of the known levels on the page; others follow.
var levelOrder = []string{"province", "department", "commune"}

func (g *grouper) levels(members []*agency.Agency) []Level {
	lang := g.in.Frame.Lang
	byLevel := map[string][]Link{}
	order := slices.Clone(levelOrder)
	for _, a := range members {
		if !slices.Contains(order, a.Level) {
			order = append(order, a.Level)
		}
		byLevel[a.Level] = append(byLevel[a.Level], Link{Text: a.Name.In(lang), Href: g.href(a.ID)})
	}
	var levels []Level
	for _, level := range order {
		links := byLevel[level]
		if len(links) == 0 {
			continue
		}
		slices.SortStableFunc(links, func(a, b Link) int { return g.compare(a.Text, b.Text) })
		name := named(lang, "level.", level)
		if level == "" {
			name = i18n.T(lang, "choose.other", nil)
		}
		levels = append(levels, Level{Name: name, Agencies: links})
	}
	return levels
}

// self is the address of the first list.
func (g *grouper) self() string {
	address := g.in.Frame.Go("/s/" + g.in.Survey)
	for _, f := range g.in.Carry {
		address = with(address, f.Name, f.Value)
	}
	return address
}

func (g *grouper) href(id string) string { return with(g.self(), "agency", id) }

// PageTitle implements [Page].
func (c *Choose) PageTitle() string {
	return i18n.T(c.Lang, "choose.title", nil) + " – " + c.Title
}

// All is the address of the list without a search.
func (c *Choose) All() string { return c.Up }

func (c *Choose) template() string { return "choose" }
