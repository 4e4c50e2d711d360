package figure

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

// badFiles are files with mistakes; a row without a separator before it gets a header.
func badFiles() []string {
	long := strings.Repeat("1", maxText+1)
	return []string{
		"", "\xFF\xFEa", "PK\x03\x04", " \n\n", "# only\n",
		"figure,agnecy,period,cell,value,source,cheked,colour,note,note\npopulation,x1,2026,,1,S,yes,red,,\n",
		"figure,agency,period,value\n",
		"figure,agency,period,cell,value,source,checked,notes\na,x1,2026,,1,S,yes,n\n",
		header + "a,x1,2026,,1,S\na,x1,2026,,96,3,S,yes,\n,,,,,,,\n",
		header + "a,x1,2026,,1,\"S\" x,yes,\nb,x1,2026,,1,S \"x\",yes,\nc,x1,2026,,1,\"S,yes,\nd,x1,2026,,1,S,yes,\n",
		header + "a,x1,2026,,1,\"S\nx\",yes,\n",
		header + "A,x1,2026,,1,S,yes,\n,x1,2026,,1,S,yes,\non-time,x1,2026,,1,S,yes,\n9,x1,2026,,1,S,yes,\n",
		header + "a,,2026,,1,S,yes,\na,Bắc Ninh,2026,,1,S,yes,\n a,x1 ,2026,,1,S,yes,\n",
		header + "a,x1,,,1,S,yes,\na,x1,2026-7,,1,S,yes,\na,x1,Q3/2026,,1,S,yes,\na,x1,7/2026,,1,S,yes,\na,x1,2026-13,,1,S,yes,\n" +
			"a,x1,2026-Q5,,1,S,yes,\na,x1,2026-q3,,1,S,yes,\na,x1,quý 3 năm 2026,,1,S,yes,\na,x1,01/07/2026,,1,S,yes,\na,x1,26,,1,S,yes,\n",
		header + "a,x1,2026,female,1,S,yes,\na,x1,2026,Gender=Female,1,S,yes,\na,x1,2026,gender=female&gender=male,1,S,yes,\n" +
			"a,x1,2026,gender=,1,S,yes,\na,x1,2026,gender=female&,1,S,yes,\na,x1,2026,a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1,1,S,yes,\n" +
			"a,x1,2026,giới=nữ,1,S,yes,\n",
		header + "a,x1,2026,,\"96,3\",S,yes,\nb,x1,2026,,\"1,234\",S,yes,\nc,x1,2026,,\"1,234,567\",S,yes,\nd,x1,2026,,\"1.234,5\",S,yes,\n" +
			"e,x1,2026,,1.234.567,S,yes,\nf,x1,2026,,96%,S,yes,\ng,x1,2026,,1e3,S,yes,\nh,x1,2026,,NaN,S,yes,\ni,x1,2026,,Inf,S,yes,\n" +
			"j,x1,2026,,-,S,yes,\nk,x1,2026,,1 234,S,yes,\nl,x1,2026,,+5,S,yes,\nm,x1,2026,,−5,S,yes,\nn,x1,2026,,.5,S,yes,\n" +
			"o,x1,2026,,1234567890.1234567,S,yes,\np,x1,2026,,1e300,S,yes,\nq,x1,2026,,0x10,S,yes,\nr,x1,2026,,,S,yes,\n" +
			"s,x1,2026,,1,S,yes,withdrawn\nt,x1,2026,,\"1,234.5\",S,yes,\n",
		header + "population,x1,2026,,-5,S,yes,\npopulation,x1,2027,,1.5,S,yes,\nhandled,x1,2026,,1.234,S,yes,\n" +
			"eligible_share,x1,2026,,85,S,yes,\nineligible,x1,2026,,-1,S,yes,\nother,x1,2026,,-1.5,S,yes,\n",
		header + "a,x1,2026,,1,,yes,\nb,x1,2026,,1,S,có,\nc,x1,2026,,1,S,,\nd,x1,2026,,1,S,0,\ne,x1,2026,,1,=HYPERLINK(1),yes,-cmd\n" +
			"f,x1,2026,,1," + long + ",maybe,\n",
		header + "a,x1,2026,a=1&b=2,1,S,yes,\nb,x1,2026,,1,S,yes,\na,x1,2026,b=2&a=1,2,S,yes,\nb,x1,2026,,1,S,yes,\nb,x1,2026,,x,S,yes,\n",
		header + "a,x1,2026,,1,S\x00,yes,\nb,x1,2026,,1,S\xff,yes,\nc,x1,2026,,1,S\rx,yes,\n",
	}
}

// TestMistakes compares what is said of bad files with testdata/mistakes.txt. With
// HAILONG_TEST_UPDATE=1 it is written anew: read what changed.
func TestMistakes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i, csv := range badFiles() {
		table, err := Parse("f.csv", []byte(csv), nil)
		if table != nil || err == nil {
			t.Errorf("file %d: got a table, %v", i, err)
		}
		fmt.Fprintf(&b, "-- file %d --\n%s\n", i, strings.Join(brief(err), "\n"))
	}
	const golden = "testdata/mistakes.txt"
	if os.Getenv("HAILONG_TEST_UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMistakeShowsItsLine(t *testing.T) {
	t.Parallel()
	_, err := Parse("dir/f.csv", []byte("\uFEFF# Số liệu\r\n"+header+"on_time,x1,2026,,\"96,3\",Cổng,yes,\r\n"), nil)
	want := `dir/f.csv:3:18: "96,3" is not a decimal number; write "96.3"
    on_time,x1,2026,,"96,3",Cổng,yes,
                     ^`
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

func TestKnownAgencies(t *testing.T) {
	t.Parallel()
	known := func(ref string) (string, bool) {
		id, ok := map[string]string{"H05": "t24", "t24": "t24"}[ref]
		return id, ok
	}
	table, err := Parse("f.csv", []byte(header+"a,H05,2026,,1,S,yes,\n"), known)
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := table.Value("a", "t24", "2026", ""); !ok || f.Text() != "1" {
		t.Errorf("got %+v %v, want the figure under the agency's id", f, ok)
	}
	_, err = Parse("f.csv", []byte(header+"a,H05,2026,,1,S,yes,\na,H06,2026,,1,S,yes,\na,t24,2026,,2,S,yes,\n"), known)
	want := []string{
		`3:3 no agency has the id or code "H06"; write it as the registry of agencies has it`,
		`4:1 figure "a" of t24 in 2026 stands twice, first in line 2; keep one of them`,
	}
	if diff := cmp.Diff(want, brief(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Waves whose ids look like slips are taken when somebody knows them.
func TestKnownWaves(t *testing.T) {
	t.Parallel()
	csv := []byte(header + "a,x1,2026-1,,1,S,yes,\na,x1,2026-2,,1,S,yes,\n")
	_, err := ParseBy(Rules{Wave: func(id string) bool { return id == "2026-1" }}, "f.csv", csv)
	want := []string{`3:6 bad period "2026-2"; write "2026-02"; the id of a wave that looks so is read once the wave was open`}
	if diff := cmp.Diff(want, brief(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	table, err := ParseBy(Rules{Wave: func(string) bool { return true }}, "f.csv", csv)
	if err != nil || table.Len() != 2 {
		t.Errorf("got %v", err)
	}
	if _, err := ParseBy(Rules{Wave: func(string) bool { return true }}, "f.csv", []byte(header+"a,x1,Đợt 1,,1,S,yes,\n")); err == nil {
		t.Error("a wave that no survey can have was taken")
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString(header)
	for i := range MaxRows {
		fmt.Fprintf(&b, "a,x%d,2026,,1,S,no,\n", i)
	}
	if got := mustParse(t, b.String()).Len(); got != MaxRows {
		t.Errorf("got %d figures, want %d", got, MaxRows)
	}
	b.WriteString("a,y,2026,,1,S,no,\n")
	_, err := Parse("f.csv", b.Bytes(), nil)
	want := []string{fmt.Sprintf("%d:1 more than %d figures; split the file: files are merged", MaxRows+2, MaxRows)}
	if diff := cmp.Diff(want, brief(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = Parse("f.csv", bytes.Repeat([]byte("a"), MaxBytes+1), nil)
	if ms, ok := errors.AsType[errs.Mistakes](err); !ok || len(ms) != 1 {
		t.Errorf("a file that is too large: got %v", err)
	}
	_, err = Parse("f.csv", []byte(header+strings.Repeat("A,x,2026,,1,S,no,\n", 1005)), nil)
	if got := brief(err); len(got) != 1001 || !strings.Contains(strings.Join(got, "\n"), "5 more mistakes are not listed") {
		t.Errorf("got %d mistakes", len(got))
	}
}

// FuzzParse: whatever the file, nothing panics; what is read is read again from
// its canonical form, is merged into itself without a change, and holds what the
// package promises of a figure.
func FuzzParse(f *testing.F) {
	for _, csv := range badFiles() {
		f.Add([]byte(csv))
	}
	f.Add([]byte(header + "self,x1,dot-1,,,Sở,no,withdrawn\npopulation,H05.12,2026,gender=female&age=18-34,120000,GSO,yes,\non_time,x1,2026-Q3,,96.30,\"Cổng, quý 3\",yes,\n"))
	f.Add([]byte("figure;agency;period;cell;value;source;checked\na;x1;2026;;-0.000000000000001;\"a \"\"b\"\"\";no\n"))
	f.Fuzz(func(t *testing.T, csv []byte) {
		table, err := Parse("f.csv", csv, nil)
		if err != nil {
			ms, ok := errors.AsType[errs.Mistakes](err)
			if !ok || table != nil || len(ms) == 0 {
				t.Fatalf("got %v beside %v", table, err)
			}
			return
		}
		canonical := table.Canonical()
		again, err := Parse("again.csv", canonical, nil)
		if err != nil {
			t.Fatalf("the canonical form\n%s\nis not read: %v", canonical, err)
		}
		if diff := cmp.Diff(rows(table), rows(again)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if !bytes.Equal(again.Canonical(), canonical) || again.Hash() != table.Hash() {
			t.Fatal("one table, two texts")
		}
		merged := Empty().Merge(table)
		if !merged.Equal(merged.Merge(table)) {
			t.Fatal("merged twice, it is another table")
		}
		for one := range table.All() {
			got, ok := table.Value(one.ID, one.Agency, one.Period, one.Cell)
			switch {
			case !ok || got != one:
				t.Fatalf("%+v is not found: %+v", one, got)
			case one.Source == "", !one.There && (one.Note == "" || one.Value != 0), one.Cell != CanonicalCell(one.Cell):
				t.Fatalf("got %+v", one)
			case one.There != (one.Text() != ""), strings.ContainsAny(one.Text(), "eEnN"):
				t.Fatalf("got %q", one.Text())
			}
		}
	})
}
