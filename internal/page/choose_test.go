package page

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/agency"
)

func TestChooseGroups(t *testing.T) {
	t.Parallel()
	got := NewChoose(ChooseInput{
		Frame: Frame{Lang: "vi", URL: "/s/x?lang=vi"}, Survey: "x", All: agencies(), Carry: []Field{{"channel", "qr"}},
	}).Groups
	link := func(text, id string) Link { return Link{Text: text, Href: "/s/x?agency=" + id + "&channel=qr&lang=vi"} }
	want := []Group{
		{Name: "Tỉnh An Giang", Href: link("", "ag").Href},
		{Name: "Tỉnh Bắc Ninh", Href: link("", "bn").Href, Levels: []Level{
			{Name: "Sở, ban, ngành", Agencies: []Link{link("Sở Nội vụ", "bn-snv"), link("Sở Xây dựng", "bn-sxd")}},
			{Name: "Xã, phường", Agencies: []Link{link("Phường Bắc Giang", "bn-1"), link("Phường Quế Võ", "bn-2")}},
			{Name: "Cơ quan khác", Agencies: []Link{link("Chi cục Văn thư", "bn-snv-x")}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

func TestChooseSearch(t *testing.T) {
	t.Parallel()
	all := agencies()
	c := NewChoose(ChooseInput{
		Frame: Frame{Lang: "en", URL: "/s/x?q=a"}, Survey: "x", Query: "a", All: all, Matching: all[2:3],
	})
	want := []Group{{Name: "Bắc Ninh Province", Open: true, Levels: []Level{
		{Name: "Communes and wards", Agencies: []Link{{Text: "Phường Bắc Giang", Href: "/s/x?agency=bn-1"}}},
	}}}
	if diff := cmp.Diff(want, c.Groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if c.Found != 1 || c.Up != "/s/x" {
		t.Errorf("got %d found, up %q, want 1, /s/x", c.Found, c.Up)
	}
}

func many(n int) []*agency.Agency {
	list := []*agency.Agency{{ID: "a", Name: agency.Name{Vi: "A"}}, {ID: "b", Name: agency.Name{Vi: "B"}}}
	for i := range n {
		list = append(list, &agency.Agency{ID: fmt.Sprintf("a%d", i), Parent: "a", Level: "commune", Name: agency.Name{Vi: fmt.Sprint(i)}})
	}
	return list
}

func TestChooseWithThousands(t *testing.T) {
	t.Parallel()
	in := ChooseInput{Frame: Frame{Lang: "vi", URL: "/s/x"}, Survey: "x", All: many(3000)}
	want := []Group{
		{Name: "A", Href: "/s/x?agency=a", Opens: "/s/x?within=a"},
		{Name: "B", Href: "/s/x?agency=b"},
	}
	if diff := cmp.Diff(want, NewChoose(in).Groups); diff != "" {
		t.Errorf("tops (-want +got):\n%s", diff)
	}
	in.Within = "a"
	within := NewChoose(in)
	if got := len(within.Groups[0].Levels[0].Agencies); got != ListLimit-1 || within.Cut != ListLimit {
		t.Errorf("got %d agencies, cut at %d, want %d and %d", got, within.Cut, ListLimit-1, ListLimit)
	}
	in.Within = "nobody"
	if got := NewChoose(in); got.Up != "" || len(got.Groups) != 2 {
		t.Errorf("unknown top: got %d groups, up %q, want the first list", len(got.Groups), got.Up)
	}
	render(t, within)
}

// The registry refuses cycles; a page must end in any case.
func TestChooseEndsOnACycle(t *testing.T) {
	t.Parallel()
	all := []*agency.Agency{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}}
	NewChoose(ChooseInput{Frame: Frame{Lang: "vi"}, Survey: "x", All: all})
}
