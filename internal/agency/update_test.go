package agency

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// numbers lists the ids in number order, and checks that the numbers are dense.
func numbers(t *testing.T, r *Registry) string {
	t.Helper()
	var ids []string
	for i, a := range r.All() {
		if a.Number != uint32(i)+1 {
			t.Errorf("agency %q at place %d has number %d", a.ID, i, a.Number)
		}
		ids = append(ids, a.ID)
	}
	return strings.Join(ids, " ")
}

func TestUpdateKeepsNumbers(t *testing.T) {
	t.Parallel()
	first := mustParse(t, header+"b,,province,,,B,,,,\na,,province,,,A,,,,\n")
	if got := numbers(t, first); got != "b a" {
		t.Fatalf("first file: got %q, want \"b a\"", got)
	}
	second, err := Update(first, "a.csv", []byte(header+"z,,province,,,Z,,,,\na,,province,,,A2,,,,\ny,,province,,,Y,,,,\nb,,province,,,B,,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, second); got != "b a z y" {
		t.Errorf("second file: got %q, want \"b a z y\"", got)
	}
	if got := second.ByNumber(2).Name.Vi; got != "A2" {
		t.Errorf("renamed agency: got %q, want A2", got)
	}
	if got := first.ByNumber(2).Name.Vi; got != "A" {
		t.Errorf("the first registry changed: %q", got)
	}
	if _, err := Update(nil, "a.csv", []byte(header)); err != nil {
		t.Errorf("update of nothing: %v", err)
	}
}

func TestVanishedAgency(t *testing.T) {
	t.Parallel()
	first := mustParse(t, header+"a,,province,,,Tỉnh A,,,,\nb,,province,,,B,,,,\nc,,province,,,C,,,,\n")
	_, err := Update(first, "a.csv", []byte(header+"b,,province,,,B,,,,\n"))
	want := []string{
		`0:0 agency "a" (Tỉnh A) is no longer in the file; keep the line and give it a valid_to; responses name it`,
		`0:0 agency "c" (C) is no longer in the file; keep the line and give it a valid_to; responses name it`,
	}
	if diff := cmp.Diff(want, brief(err)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	const shuffled = "\uFEFF# comment\r\n" +
		"name_vi,id,parent,level,unit_code,agency_code,name_en,valid_to,valid_from,merged_into\r\n" +
		"\"Ti\u0309nh \"\"A\"\", mo\u031b\u0301i\",a,,province,01,H01,,,2025-07-01,\r\n"
	r := mustParse(t, shuffled)
	const want = header + "a,,province,01,H01,\"Tỉnh \"\"A\"\", mới\",,2025-07-01,,\n"
	if diff := cmp.Diff(want, string(r.Canonical())); diff != "" {
		t.Errorf("canonical (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(header, string(Empty().Canonical())); diff != "" {
		t.Errorf("canonical of the empty registry (-want +got):\n%s", diff)
	}
}

// roundTrip checks the promise of Canonical for one registry and what it followed.
func roundTrip(t *testing.T, prev, r *Registry) {
	t.Helper()
	canonical := r.Canonical()
	alone, err := Parse("c.csv", canonical)
	if err != nil {
		t.Fatalf("parse of the canonical form: %v\n%s", err, canonical)
	}
	after, err := Update(prev, "c.csv", canonical)
	if err != nil {
		t.Fatalf("update with the canonical form: %v", err)
	}
	for name, got := range map[string]*Registry{"parse": alone, "update": after} {
		if diff := cmp.Diff(r.All(), got.All()); diff != "" {
			t.Fatalf("%s of the canonical form (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(string(canonical), string(got.Canonical())); diff != "" {
			t.Fatalf("canonical form of the %s (-want +got):\n%s", name, diff)
		}
	}
}

func FuzzUpdate(f *testing.F) {
	f.Add(header, header)
	f.Add(header+"a,,province,24,H05,Bắc Ninh,,2025-07-01,,\n", header+"b,a,commune,07210,,B,,,,\na,,province,24,H05,X,,,,\n")
	f.Add("# c\r\n"+header+"\"a\",,province,,,\"A, \"\"B\"\"\",,,2025-01-01,b\r\nb,,province,,,B,,,,\r\n", "")
	f.Add(header+"a,b,department,,,A,,,,\nb,a,department,,,B,,,,\n", header+"a,a,commune,7,h,,,9,8,c\n")
	f.Add("id;parent\n", "\xff\x00\r")
	f.Fuzz(func(t *testing.T, one, two string) {
		prev, err := Parse("one.csv", []byte(one))
		if err != nil {
			checkMistakes(t, err)
			prev = Empty()
		}
		roundTrip(t, Empty(), prev)
		next, err := Update(prev, "two.csv", []byte(two))
		if err != nil {
			checkMistakes(t, err)
			return
		}
		roundTrip(t, prev, next)
		for i, a := range prev.All() {
			if next.All()[i].ID != a.ID {
				t.Fatalf("number %d went from %q to %q", i+1, a.ID, next.All()[i].ID)
			}
		}
		checkTree(t, next)
	})
}
