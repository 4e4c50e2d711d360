package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hailong/internal/stat"
)

// raw is the file of raw answers, read as anybody would read it.
type raw struct {
	columns []string
	rows    [][]string
}

func readRaw(t *testing.T, text string) *raw {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(records) < 2 {
		t.Fatalf("%d lines, %v", len(records), err)
	}
	return &raw{records[0], records[1:]}
}

func (r *raw) cell(row int, column string) string {
	return r.rows[row][slices.Index(r.columns, column)]
}

// person is what one response adds: u counted answers of d valid ones.
type person struct {
	agency, wave string
	u, d         float64
}

// people reads some items: codes 4 and 5 count, 1 to 5 are valid.
func (r *raw) people(items ...string) []person {
	var out []person
	for i := range r.rows {
		p := person{agency: r.cell(i, "agency"), wave: r.cell(i, "wave")}
		for _, item := range items {
			switch r.cell(i, item) {
			case "4", "5":
				p.u, p.d = p.u+1, p.d+1
			case "1", "2", "3":
				p.d++
			}
		}
		out = append(out, p)
	}
	return out
}

// ratio is Σu/Σd with its standard error, as the page of methods says, per cent.
func ratio(list []person) (p, se float64) {
	var u, d, m float64
	for _, x := range list {
		u, d = u+x.u, d+x.d
		if x.d > 0 {
			m++
		}
	}
	var squares float64
	for _, x := range list {
		squares += (x.u - u/d*x.d) * (x.u - u/d*x.d)
	}
	return 100 * u / d, 100 * math.Sqrt(m/(m-1)*squares) / d
}

// inStrata is the same where answers count by the people of each agency and wave;
// deff is for one item.
func inStrata(list []person, people map[string]float64) (p, se, deff float64) {
	n, z, zz := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, x := range list {
		n[x.agency+" "+x.wave]++
	}
	var u, d, answers, spread, variance float64
	for _, x := range list {
		w := people[x.agency+" "+x.wave] / n[x.agency+" "+x.wave]
		u, d, answers = u+w*x.u, d+w*x.d, answers+x.d
	}
	p = u / d
	for _, x := range list {
		h := x.agency + " " + x.wave
		w := people[h] / n[h]
		one := w * (x.u - p*x.d) / d
		z[h], zz[h] = z[h]+one, zz[h]+one*one
		spread += w * (x.u - p*x.d) * (x.u - p*x.d) / d
	}
	for h := range n {
		variance += (1 - n[h]/people[h]) * n[h] / (n[h] - 1) * (zz[h] - z[h]*z[h]/n[h])
	}
	simple := spread / (answers - 1) * (1 - answers/d)
	return 100 * p, 100 * math.Sqrt(variance), variance / simple
}

// printed returns a row of scores by what stands in its first columns.
func printed(t *testing.T, text string, keys ...string) map[string]string {
	t.Helper()
	r := readRaw(t, text)
	for i := range r.rows {
		if slices.Contains(keys, r.rows[i][0]) || len(keys) > 1 && slices.Contains(r.rows[i], keys[1]) {
			out := map[string]string{}
			for j, name := range r.columns {
				out[name] = r.rows[i][j]
			}
			return out
		}
	}
	t.Fatalf("no row of %q in %s", keys, text)
	return nil
}

func agree(t *testing.T, what string, row map[string]string, want map[string]float64) {
	t.Helper()
	for name, value := range want {
		decimals := 2
		if name == "se" || name == "deff" {
			decimals = 4
		}
		if got := stat.FormatHalfUp(value, decimals); row[name] != got {
			t.Errorf("%s: %s is %s, by hand %s (%v)", what, name, row[name], got, value)
		}
	}
}

// TestScoresByHand: whoever has the file of raw answers and the page of methods
// gets the platform's digits: a share with Wilson's interval, a pooled share, a
// mean of units, and with populations stratified shares and a design effect.
func TestScoresByHand(t *testing.T) {
	t.Parallel()
	dir := demoOf(t, "900")
	score := func(args ...string) string {
		return good(t, append([]string{"score", "--data", dir, "--survey", "trial"}, args...)...).stdout
	}
	answers := readRaw(t, good(t, "export", "--data", dir, "--survey", "trial").stdout)
	level, both := answers.people("level"), answers.people("level", "second")

	p, se := ratio(level)
	n := 0.0
	for _, x := range level {
		n += x.d
	}
	const z = 1.959963984540054
	share, wide := p/100, 1+z*z/n
	middle, half := (share+z*z/(2*n))/wide, z*math.Sqrt(share*(1-share)/n+z*z/(4*n*n))/wide
	agree(t, "item", printed(t, score("--by", "item", "--agency", "t24"), "", "level"),
		map[string]float64{"estimate": p, "se": se, "low": 100 * (middle - half), "high": 100 * (middle + half)})

	p, se = ratio(both)
	all := score("--by", "agency")
	var units float64
	for _, agency := range []string{"x1", "x2"} {
		own, ownSE := ratio(slices.DeleteFunc(slices.Clone(both), func(x person) bool { return x.agency != agency }))
		agree(t, agency, printed(t, all, agency), map[string]float64{"estimate": own, "se": ownSE})
		units += own / 2
	}
	agree(t, "pooled", printed(t, all, "t24"), map[string]float64{"estimate": p, "se": se, "mean_of_units": units})

	people, file := map[string]float64{}, "figure,agency,period,cell,value,source,checked\n"
	for i, agency := range []string{"x1", "x2"} {
		for j, wave := range []string{"demo-1", "demo-2", "demo-3"} {
			people[agency+" "+wave] = float64(1000 + 2500*i + 111*j)
			file += fmt.Sprintf("population,%s,%s,,%g,census,yes\n", agency, wave, people[agency+" "+wave])
		}
	}
	figures := filepath.Join(t.TempDir(), "people.csv")
	write(t, figures, file)
	good(t, "figures", "load", figures, "--data", dir)
	p, se, deff := inStrata(level, people)
	agree(t, "item by population", printed(t, score("--by", "item", "--agency", "t24"), "", "level"), map[string]float64{"estimate": p, "se": se, "deff": deff})
	p, se, _ = inStrata(both, people)
	agree(t, "index by population", printed(t, score("--by", "agency"), "t24"), map[string]float64{"estimate": p, "se": se})
}

// TestReceiptInOtherProcesses: the same bytes come from one thread and from two, in
// processes of their own, of the receipt and of what is computed from it again.
func TestReceiptInOtherProcesses(t *testing.T) {
	t.Parallel()
	dir, folder := demoOf(t, "700"), t.TempDir()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := func(threads string, args ...string) string {
		c := exec.CommandContext(t.Context(), binary, args...)
		c.Env = append(os.Environ(), asProgram+"=1", "GOMAXPROCS="+threads)
		out, err := c.Output()
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("%q: %v, %s", args, err, exit.Stderr)
		} else if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	var scores, receipts []string
	for _, threads := range []string{"1", "2"} {
		file := filepath.Join(folder, threads+".json")
		scores = append(scores, program(threads, "score", "--data", dir, "--survey", "trial", "--by", "agency,month,item", "--receipt", file))
		receipts = append(receipts, read(t, file))
	}
	if scores[0] != scores[1] || receipts[0] != receipts[1] || !bytes.Contains([]byte(scores[0]), []byte(",ok,")) {
		t.Error("one thread and two don't write the same")
	}
	good(t, "demo", "--data", dir, "--surveys", surveysOf(t), "--agencies", "testdata/agencies.csv", "--survey", "trial", "--responses", "300", "--seed", "6")
	for _, threads := range []string{"1", "2"} {
		for _, file := range []string{"1.json", "2.json"} { // from the log alone, after more came
			if got := program(threads, "score", "--data", dir, "--receipt", filepath.Join(folder, file)); got != scores[0] {
				t.Errorf("%s with %s threads: other bytes", file, threads)
			}
		}
	}
}

// TestScoresAreProtectedUnlessAsked: the command line shows what everybody may see;
// the operator's own view is asked for, and says so.
func TestScoresAreProtectedUnlessAsked(t *testing.T) {
	t.Parallel()
	dir := demoOf(t, "240", "min_n: 2", "min_n: 10")
	args := []string{"score", "--data", dir, "--survey", "trial", "--by", "agency,month"}
	public, internal := good(t, args...), good(t, append(args, "--internal")...)
	shown := func(text string) int { return strings.Count(text, ",ok,") + strings.Count(text, ",low_base,") }
	if public.stderr != "" || shown(public.stdout) >= shown(internal.stdout) || !strings.Contains(internal.stderr, "Not for publication") {
		t.Errorf("%d rows and %q in public, %d rows and %q internally", shown(public.stdout), public.stderr, shown(internal.stdout), internal.stderr)
	}
	changed := good(t, append(args[:len(args)-1:len(args)-1], "agency", "--wave", "demo-3", "--compare", "previous")...)
	if !strings.Contains(changed.stdout, ",change,change_low,change_high,change_p,change_p_holm,change_p_bh") {
		t.Errorf("nothing compared: %s", changed.stdout)
	}
	for _, with := range []string{"wave:none", "yesterday"} {
		if got := call(t, append(args, "--compare", with)...); got.code != 1 {
			t.Errorf("--compare %s: got %d", with, got.code)
		}
	}
}
