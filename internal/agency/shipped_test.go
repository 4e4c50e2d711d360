package agency

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readCSV reads a file of testdata with # comments, as rows by column.
func readCSV(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func shipped(t *testing.T) *Registry {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "surveys", "agencies.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Parse("agencies.csv", b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const today = "2026-10-01"

func TestShippedProvinces(t *testing.T) {
	t.Parallel()
	r := shipped(t)
	if got := len(r.Children("")); got != 34 {
		t.Errorf("got %d provinces, want 34", got)
	}
	for _, row := range readCSV(t, "provinces34.csv") {
		a := r.ByID("t" + row["unit_code"])
		if a == nil {
			t.Errorf("no province with unit code %s", row["unit_code"])
			continue
		}
		if a.UnitCode != row["unit_code"] || a.AgencyCode != row["agency_code"] || a.Level != Province {
			t.Errorf("%s: got %s %s %s", row["name"], a.Level, a.UnitCode, a.AgencyCode)
		}
		if r.Find(row["unit_code"], today) != a || r.Find(row["agency_code"], today) != a {
			t.Errorf("%s is not found by its codes", row["name"])
		}
		kind := "Tỉnh "
		if strings.Contains(strings.ToLower(row["portal_name"]), "thành phố") {
			kind = "Thành phố "
		}
		if want := kind + row["name"]; a.Name.Vi != want {
			t.Errorf("got name %q, want %q", a.Name.Vi, want)
		}
		if folded := Fold(row["name"]); !strings.HasPrefix(strings.ToLower(a.Name.En), folded+" ") {
			t.Errorf("got English name %q of %q", a.Name.En, row["name"])
		}
	}
	if a := r.Find("24", today); a != r.Find("H05", today) || !strings.HasSuffix(a.Name.Vi, "Bắc Ninh") {
		t.Error("24 and H05 are not both the new Bắc Ninh")
	}
}

func TestShippedCommunes(t *testing.T) {
	t.Parallel()
	r := shipped(t)
	count := map[string]int{}
	for _, a := range r.Subtree(r.ByID("t24")) {
		count[a.Level]++
	}
	if count[Commune] != 99 || count[Department] < 14 || count[Province] != 1 {
		t.Errorf("got %v below Bắc Ninh", count)
	}
	rows := readCSV(t, "bacninh99.csv")
	if len(rows) != 99 {
		t.Fatalf("got %d rows in testdata, want 99", len(rows))
	}
	kinds := map[string]string{"Xã": "Commune", "Phường": "Ward"}
	for _, row := range rows {
		a := r.ByID("x" + row["code"])
		if a == nil || a.UnitCode != row["code"] || a.Name.Vi != row["full_name_now"] || a.Parent != "t24" || a.ValidFrom != "2025-07-01" {
			t.Errorf("%s %s: got %+v", row["code"], row["full_name_now"], a)
			continue
		}
		kind, name, _ := strings.Cut(a.Name.Vi, " ")
		if got, want := strings.ToLower(a.Name.En), Fold(name)+" "+strings.ToLower(kinds[kind]); got != want {
			t.Errorf("English name: got %q, want %q", got, want)
		}
		if a.ValidOn("2025-06-30") || r.Find(row["code"], "2025-06-30") != nil {
			t.Errorf("%s existed before the merger", a.Name.Vi)
		}
	}
}

func TestShippedSearch(t *testing.T) {
	t.Parallel()
	r := shipped(t)
	for query, want := range map[string]string{
		"vo cuong":    "x09190",
		"hiệp hòa":    "x07840", // spelt Hoà in the list
		"bac giang":   "x07210",
		"Từ Sơn":      "x09367",
		"bac ninh":    "t24",
		"so y te":     "t24.so-y-te",
		"ho chi minh": "t79",
		"dak lak":     "t66",
	} {
		got := r.Search(query, today, 1)
		if len(got) != 1 || got[0].ID != want {
			t.Errorf("search %q: got %v, want %s", query, ids(got), want)
		}
	}
	roundTrip(t, Empty(), r)
}

func BenchmarkSearch(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("..", "..", "surveys", "agencies.csv"))
	if err != nil {
		b.Fatal(err)
	}
	r, err := Parse("agencies.csv", data)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r.Search("bac giang", today, 10)
	}
}
