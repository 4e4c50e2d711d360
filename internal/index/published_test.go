package index

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/figure"
	"hailong/surveys"
)

// shelf is what is shipped, read once.
var shelf = sync.OnceValues(func() (read struct {
	all    map[string]*Index
	tables map[string]*figure.Table
}, err error,
) {
	list, files, err := LoadAll(surveys.Indices())
	if err != nil {
		return read, err
	}
	read.all, read.tables = map[string]*Index{}, map[string]*figure.Table{}
	for _, x := range list {
		table, err := figure.Parse(x.ID+"/"+FiguresName, files[x.ID], nil)
		if err != nil {
			return read, err
		}
		read.all[x.ID], read.tables[x.ID] = x, table
	}
	return read, nil
})

// shipped returns the shipped indices and their figures.
func shipped(t testing.TB) (map[string]*Index, map[string]*figure.Table) {
	t.Helper()
	read, err := shelf()
	if err != nil {
		t.Fatal(err)
	}
	return read.all, read.tables
}

// computed computes a shipped index in a period.
func computed(t testing.TB, id, period string) (*Index, *Result, *figure.Table) {
	t.Helper()
	all, tables := shipped(t)
	x, table := all[id], tables[id]
	if x == nil {
		t.Fatalf("there is no index %q", id)
	}
	r, err := Compute(x, Input{Units: x.UnitsIn(table, period), Period: period, Figure: FromTable(table)})
	if err != nil {
		t.Fatal(err)
	}
	return x, r, table
}

// lines reads a CSV file whose first lines may be comments, row by row.
func lines(t testing.TB, name string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Skip("PUBLISHED TABLE MISSING: ", err)
	}
	r := csv.NewReader(strings.NewReader(string(b)))
	r.Comment = '#'
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range all[1:] {
		m := map[string]string{}
		for i, column := range all[0] {
			m[column] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// public reads a published table from beside the project.
func public(t testing.TB, name string) []map[string]string {
	t.Helper()
	return lines(t, filepath.Join("..", "..", "..", "shared", "tables", name))
}

func decimal(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Every shipped index gives its published totals, and withholds what was: from a
// copy of the totals, so that it is tested anywhere.
func TestPublishedTotals(t *testing.T) {
	t.Parallel()
	results := map[string]*Result{}
	left := map[string]int{}
	for _, row := range lines(t, filepath.Join("testdata", "published.csv")) {
		key := row["index"] + " " + row["period"]
		if results[key] == nil {
			_, r, _ := computed(t, row["index"], row["period"])
			results[key], left[key] = r, len(r.Units)
		}
		found := false
		for _, u := range results[key].Units {
			if u.Unit.ID != row["unit"] {
				continue
			}
			found = true
			left[key]--
			switch {
			case row["value"] == "":
				if u.Value.There || u.Rank != 0 || len(u.Reasons) == 0 || u.State == OK {
					t.Errorf("%s %s: got %+v", key, row["unit"], u)
				}
			case !u.Value.There || u.State != OK || math.Abs(u.Value.Value-decimal(t, row["value"])) > decimal(t, row["tolerance"]):
				t.Errorf("%s %s: got %v (%s), want %s", key, row["unit"], u.Value, u.State, row["value"])
			}
		}
		if !found {
			t.Errorf("%s has no unit %s", key, row["unit"])
		}
	}
	if len(results) != 10 {
		t.Errorf("%d results were published, want those of seven indices, two of them in two periods and one in three", len(results))
	}
	for key, n := range left {
		if n != 0 {
			t.Errorf("%s: %d units were not compared", key, n)
		}
	}
}

// The figures that files of indices name as published agree, part by part.
func TestPublishedParts(t *testing.T) {
	t.Parallel()
	for id, periods := range map[string]map[string]int{ // how many numbers are compared
		"pci": {"2019": 22}, "papi": {"2019": 63 * 9, "2021": 60 * 9}, "qd766": {"2026-08": 14 * 4},
		"tt01": {"2026": 5}, "ddci-index": {"2026": 5}, "par-index": {"2026": 3}, "sipas-index": {"2022": 0, "2023": 1, "2024": 1},
	} {
		for period, want := range periods {
			x, r, figures := computed(t, id, period)
			got := Check(x, r, FromTable(figures))
			if len(got) != want {
				t.Errorf("%s %s: %d numbers are compared, want %d", id, period, len(got), want)
			}
			for _, d := range got {
				if !d.Agrees {
					t.Errorf("%s %s: %+v", id, period, d)
				}
			}
		}
	}
}

// ascii is a name as ids have it, of a name without accents.
func ascii(name string) string {
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
}

// same tells a cell of a published table that figures.csv has another value of.
func same(t *testing.T, figures *figure.Table, id, unit, period, cell string) {
	t.Helper()
	f, ok := figures.Value(id, unit, period, "")
	if cell == "" {
		if f.There {
			t.Errorf("%s of %s in %s: got %v, want none", id, unit, period, f.Value)
		}
		return
	}
	if !ok || !f.There || f.Value != decimal(t, cell) {
		t.Errorf("%s of %s in %s: got %v, want %s", id, unit, period, f.Value, cell)
	}
}

// What is shipped is what was published, cell by cell.
func TestPublishedTablePCI(t *testing.T) {
	t.Parallel()
	_, figures := shipped(t)
	for _, row := range public(t, "pci_2019_subindices.csv") {
		for column, cell := range row {
			if column != "province" && column != "rank" && column != "tier" {
				same(t, figures["pci"], column, ascii(row["province"]), "2019", cell)
			}
		}
	}
	// The ranks that were published leave out the one of the province that was not.
	_, r, _ := computed(t, "pci", "2019")
	for _, row := range public(t, "pci_2019_subindices.csv") {
		want := int(decimal(t, row["rank"]))
		if want > 14 {
			want--
		}
		for _, u := range r.Units {
			if u.Unit.ID == ascii(row["province"]) && u.Rank != want {
				t.Errorf("%s: got rank %d, want %d", row["province"], u.Rank, want)
			}
		}
	}
}

func TestPublishedTablePAPI(t *testing.T) {
	t.Parallel()
	_, figures := shipped(t)
	for _, period := range []string{"2019", "2021"} {
		withheld := 0
		for _, row := range public(t, "papi_"+period+".csv") {
			if row["complete"] != "1" {
				withheld++
				continue
			}
			for column, cell := range row {
				switch column {
				case "province", "complete":
				case "total":
					same(t, figures["papi"], "papi_total", ascii(row["province"]), period, cell)
				default:
					same(t, figures["papi"], strings.ToLower(column), ascii(row["province"]), period, cell)
				}
			}
		}
		if want := map[string]int{"2019": 0, "2021": 3}[period]; withheld != want {
			t.Errorf("%s: %d provinces are withheld, want %d", period, withheld, want)
		}
	}
}

func TestPublishedTableQD766(t *testing.T) {
	t.Parallel()
	all, figures := shipped(t)
	ids := map[string]string{}
	for _, u := range all["qd766"].Units.List {
		ids[u.Name] = u.ID
	}
	for _, row := range public(t, "qd766_satisfaction_phutho_2026_08.csv") {
		for id, column := range map[string]string{
			"dossiers_satisfied": "sat_num", "dossiers": "sat_den", "petitions_on_time": "ontime_num", "petitions": "ontime_den",
			"petitions_satisfied": "psat_num", "published_dossiers": "sat_score", "published_on_time": "ontime_score",
			"published_petitions": "psat_score", "published_total": "total_score",
		} {
			same(t, figures["qd766"], id, ids[row["unit"]], row["period"], row[column])
		}
		same(t, figures["qd766"], "petitions", ids[row["unit"]], row["period"], row["psat_den"])
	}
}

func TestPublishedTableSIPAS(t *testing.T) {
	t.Parallel()
	_, figures := shipped(t)
	for _, row := range public(t, "sipas_national.csv") {
		id := map[string]string{
			"policy_making_and_implementation": "sipas_policy", "public_administrative_services": "sipas_services", "overall": "published_overall",
		}[row["item"]]
		if id != "" && row["year"] >= "2023" {
			same(t, figures["sipas-index"], id, "viet-nam", row["year"], row["value"])
		}
	}
}

// A year without PAPI's 5.2 is another method, and says so.
func TestPublishedPAPIBreak(t *testing.T) {
	t.Parallel()
	x, r, _ := computed(t, "papi", "2021")
	if r.Break == nil || r.Break.Reason.In("vi") == "" {
		t.Error("2021 does not tell its break")
	}
	if _, r, _ := computed(t, "papi", "2019"); r.Break != nil {
		t.Error("2019 tells a break")
	}
	if got := x.BreaksBetween("2019", "2021"); len(got) != 1 {
		t.Errorf("got %d breaks between 2019 and 2021", len(got))
	}
	for i, n := range x.Indicators {
		if n.ID == "sc52" && (r.Indicators[i].Used || r.Units[0].Steps[i].State != NotInPeriod) {
			t.Errorf("5.2 counts in 2021: %+v", r.Indicators[i])
		}
	}
	var classes []string
	_, r, _ = computed(t, "tt01", "2026")
	for _, u := range r.Units {
		classes = append(classes, u.Class)
	}
	if diff := cmp.Diff([]string{"xuat_sac", "tot", "kha", "trung_binh", "yeu"}, classes); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
}

// Files say in both languages what is unconfirmed, and ids are plain.
func TestShippedNotes(t *testing.T) {
	t.Parallel()
	all, _ := shipped(t)
	for id, x := range all {
		if len(x.Warnings) > 0 {
			t.Errorf("%s: %v", id, x.Warnings)
		}
		if !strings.Contains(x.Notes, "CHƯA XÁC NHẬN") || !strings.Contains(x.Notes, "UNCONFIRMED") || x.Reference == "" {
			t.Errorf("%s does not say what is unconfirmed", id)
		}
		for _, u := range x.Units.List {
			if u.Name == "" || strings.ContainsFunc(u.ID, func(r rune) bool { return r > unicode.MaxASCII }) {
				t.Errorf("%s: unit %+v", id, u)
			}
		}
	}
}
