package agency

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

// checkMistakes checks that an error is mistakes with places inside their lines.
func checkMistakes(t *testing.T, err error) {
	t.Helper()
	ms, ok := errors.AsType[errs.Mistakes](err)
	if !ok || len(ms) == 0 {
		t.Fatalf("got %T %v, want mistakes", err, err)
	}
	for _, m := range ms {
		if m.Line < 0 || (m.Line > 0) != (m.Column > 0) || m.Message == "" || m.File == "" {
			t.Fatalf("bad mistake %+v", m)
		}
	}
	if !slices.IsSortedFunc(ms, func(a, b errs.Mistake) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) }) {
		t.Fatal("mistakes are not in order")
	}
}

// checkTree compares the quick answers with answers found the slow way.
func checkTree(t *testing.T, r *Registry) {
	t.Helper()
	within := func(a, ancestor *Agency) bool {
		for ; a != nil; a = r.ByID(a.Parent) {
			if a == ancestor {
				return true
			}
		}
		return false
	}
	for _, ancestor := range r.All() {
		var want []string
		for _, a := range r.All() {
			inside := within(a, ancestor)
			if got := r.IsWithin(a, ancestor); got != inside {
				t.Fatalf("%q within %q: got %v, want %v", a.ID, ancestor.ID, got, inside)
			}
			if inside {
				want = append(want, a.ID)
			}
		}
		got := ids(r.Subtree(ancestor))
		if got[0] != ancestor.ID {
			t.Fatalf("subtree of %q begins with %q", ancestor.ID, got[0])
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("subtree of %q (-want +got):\n%s", ancestor.ID, diff)
		}
	}
}

func ids(agencies []*Agency) []string {
	var list []string
	for _, a := range agencies {
		list = append(list, a.ID)
	}
	return list
}

// merged is the merger of 2025 in small: the new province has one code of each parent.
const merged = header + `tbg,,province,24,H02,Tỉnh Bắc Giang,,,2025-06-30,t24
tbn,,province,27,H05,Tỉnh Bắc Ninh (cũ),,,2025-06-30,t24
t24,,province,24,H05,Tỉnh Bắc Ninh,Bac Ninh Province,2025-07-01,,
xhvt,tbg,commune,07210,,Phường Hoàng Văn Thụ,,,2025-06-30,x07210
x07210,t24,commune,07210,,Phường Bắc Giang,Bac Giang Ward,2025-07-01,,
t24.snv,t24,department,,H05.12,Sở Nội vụ,,2025-07-01,,
t24.snv.p1,t24.snv,department,,,Phòng Cải cách hành chính,,2025-07-01,,
h02,,province,,,Bẫy,,,2025-01-01,tbg
`

func TestFind(t *testing.T) {
	t.Parallel()
	r := mustParse(t, merged)
	for _, tc := range []struct{ ref, day, want string }{
		{"24", "2025-06-30", "tbg"},
		{"24", "2025-07-01", "t24"},
		{"24", "", "t24"},
		{"27", "2025-06-30", "tbn"},
		{"27", "2025-07-01", ""},
		{"27", "", "tbn"},
		{"H05", "2025-06-30", "tbn"},
		{"H05", "2025-07-01", "t24"},
		{"H02", "2025-07-01", ""},
		{"h02", "2025-07-01", "h02"}, // an id is an id, on any day
		{"07210", "2020-01-01", "xhvt"},
		{"07210", "2026-01-01", "x07210"},
		{"7210", "2026-01-01", ""},
		{"H05.12", "2026-01-01", "t24.snv"},
		{"", "2026-01-01", ""},
	} {
		got := ""
		if a := r.Find(tc.ref, tc.day); a != nil {
			got = a.ID
		}
		if got != tc.want {
			t.Errorf("find %q on %q: got %q, want %q", tc.ref, tc.day, got, tc.want)
		}
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	r := mustParse(t, merged)
	checkTree(t, r)
	for _, tc := range []struct {
		name string
		got  []*Agency
		want string
	}{
		{"all", r.All(), "tbg tbn t24 xhvt x07210 t24.snv t24.snv.p1 h02"},
		{"top", r.Children(""), "tbg tbn t24 h02"},
		{"children", r.Children("t24"), "x07210 t24.snv"},
		{"children of a leaf", r.Children("x07210"), ""},
		{"children of nobody", r.Children("nobody"), ""},
		{"subtree", r.Subtree(r.ByID("t24")), "t24 x07210 t24.snv t24.snv.p1"},
		{"subtree of a leaf", r.Subtree(r.ByID("x07210")), "x07210"},
		{"subtree of nil", r.Subtree(nil), ""},
		{"subtree of a stranger", r.Subtree(&Agency{ID: "stranger", Number: 1}), ""},
		{"by name", ByName(r.All()), "h02 t24.snv.p1 x07210 xhvt t24.snv tbg t24 tbn"},
	} {
		if got := strings.Join(ids(tc.got), " "); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
	if r.IsWithin(nil, r.ByID("t24")) || r.IsWithin(r.ByID("t24"), nil) || r.IsWithin(r.ByID("t24"), r.ByID("x07210")) {
		t.Error("something is within what it isn't")
	}
	earlier := mustParse(t, header+"x,,province,,,X,,,,\nt24,,province,,,Y,,,,\n").ByID("t24")
	if !r.IsWithin(r.ByID("x07210"), earlier) {
		t.Error("an agency of an earlier registry is not recognised")
	}
}

func TestNumbersOutOfRange(t *testing.T) {
	t.Parallel()
	r := mustParse(t, merged)
	for _, n := range []uint32{0, 9, 1 << 31} {
		if a := r.ByNumber(n); a != nil {
			t.Errorf("number %d: got %q, want none", n, a.ID)
		}
	}
	if got := r.ByNumber(8).ID; got != "h02" {
		t.Errorf("number 8: got %q, want h02", got)
	}
	if Empty().Len() != 0 || Empty().ByID("x") != nil || len(Empty().Search("x", "", 0)) != 0 {
		t.Error("the empty registry is not empty")
	}
}

func TestSuccessor(t *testing.T) {
	t.Parallel()
	r := mustParse(t, merged)
	for id, want := range map[string]string{"tbg": "t24", "xhvt": "x07210", "h02": "t24", "t24": ""} {
		got := ""
		if a := r.Successor(r.ByID(id)); a != nil {
			got = a.ID
		}
		if got != want {
			t.Errorf("successor of %q: got %q, want %q", id, got, want)
		}
	}
	if r.Successor(nil) != nil {
		t.Error("nobody has a successor")
	}
}

func TestValidOn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		from, to, day string
		want          bool
	}{
		{"", "", "2025-07-01", true},
		{"2025-07-01", "", "2025-06-30", false},
		{"2025-07-01", "", "2025-07-01", true},
		{"", "2025-06-30", "2025-06-30", true},
		{"", "2025-06-30", "2025-07-01", false},
	} {
		a := Agency{ValidFrom: tc.from, ValidTo: tc.to}
		if got := a.ValidOn(tc.day); got != tc.want {
			t.Errorf("[%s, %s] on %s: got %v, want %v", tc.from, tc.to, tc.day, got, tc.want)
		}
	}
	if got := (Name{Vi: "Xã", En: "Commune"}).In("en"); got != "Commune" {
		t.Errorf("got %q, want Commune", got)
	}
	if got := (Name{Vi: "Xã"}).In("en"); got != "Xã" {
		t.Errorf("got %q, want Xã", got)
	}
}
