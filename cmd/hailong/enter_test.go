package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// paper is a file with a form that can't be taken, and two that can.
const paper = "form,agency,level,second,comment\n1,x1,5,5,bí mật\n2,Phường Đa Mai,kém,9,bí mật\n3,Bắc Ninh / Đa Mai,Tốt,4,\n"

// TestEnter is the evening of an operator: a template, a trial, an entry with a
// refused row, its correction; into the folder, and through a running server.
func TestEnter(t *testing.T) {
	t.Parallel()
	data, surveys := stored(t)
	dir := t.TempDir()
	file, report := filepath.Join(dir, "forms.csv"), filepath.Join(dir, "refused.csv")
	write(t, file, paper)
	header := good(t, "enter", "--data", data, "--survey", "trial", "--template").stdout
	if want := "\ufeffform,agency,channel,service,level,second,needs.a,needs.b,times,why,comment\n"; header != want {
		t.Errorf("got %q, want %q", header, want)
	}
	enter := func(args ...string) outcome {
		t.Helper()
		got := call(t, append([]string{"enter", "--data", data, "--survey", "trial"}, args...)...)
		if strings.Contains(got.stdout+got.stderr, "bí mật") {
			t.Errorf("%v shows an answer: %s", args, got.stderr)
		}
		return got
	}
	trial := enter(file, "--dry-run")
	if want := "row 3, column second: This is not one of the answers offered. Choose one of those shown. Allowed: 1, 2, 3, 4, 5, dont_know.\n"; trial.code != 1 ||
		!strings.HasPrefix(trial.stderr, want) || !strings.Contains(trial.stderr, "2 rows can be stored; nothing was stored.") {
		t.Errorf("trial: got %+v", trial)
	}
	for _, running := range []bool{false, true} {
		file := filepath.Join(dir, fmt.Sprint("forms", running, ".csv"))
		write(t, file, strings.NewReplacer("\n1,", fmt.Sprint("\n1", running, ","), "\n2,", fmt.Sprint("\n2", running, ","), "\n3,", fmt.Sprint("\n3", running, ",")).Replace(paper))
		var s *serving
		if running {
			s = serve(t, data, "--surveys", surveys)
		}
		got := enter(file, "--report", report, "--force", "--lang", "vi", "--channel", "phone")
		for _, want := range []string{"dòng 3, cột second: ", "Đã lưu 2 dòng.", "1 dòng bị từ chối.", "Xin sửa các dòng bị từ chối trong " + report} {
			if got.code != 1 || !strings.Contains(got.stderr, want) {
				t.Errorf("running %v: got code %d %s, want %q", running, got.code, got.stderr, want)
			}
		}
		if got := enter(file, "--report", report); got.code != 1 || !strings.Contains(got.stderr, "is there already") {
			t.Errorf("got %+v", got)
		}
		correct(t, report)
		if got := enter(report, "--channel", "phone"); got.code != 0 || !strings.Contains(got.stderr, "1 row stored.") {
			t.Errorf("running %v: the corrected row: got %+v", running, got)
		}
		if got := enter(file, "--channel", "phone"); got.code != 1 || !strings.Contains(got.stderr, "2 rows were entered before") {
			t.Errorf("running %v: again: got %+v", running, got)
		}
		if running {
			if log := s.stderr.String(); !strings.Contains(log, "forms entered") || strings.Contains(log, "bí mật") {
				t.Errorf("got log %s", log)
			}
			s.stop(t)
		}
	}
	if file := good(t, "export", "--data", data, "--survey", "trial").stdout; strings.Count(file, ",phone,") != 6 {
		t.Errorf("got %s, want 6 responses by phone", file)
	}
	good(t, "verify", "--data", data)
}

// correct mends the report of a refused row.
func correct(t *testing.T, report string) {
	t.Helper()
	info, err := os.Stat(report)
	if err != nil || info.Mode().Perm() != private {
		t.Fatalf("got %v, %v, want a report for its owner only", info, err)
	}
	text := read(t, report)
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(records) != 2 || len(records[1]) != 6 || records[1][4] != "bí mật" || !strings.HasPrefix(records[1][5], "second: ") {
		t.Fatalf("got report %q, %v", text, err)
	}
	records[1][3] = "3"
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	if err := c.WriteAll(records); err != nil {
		t.Fatal(err)
	}
	write(t, report, strings.Replace(b.String(), ",Phường Đa Mai,kém,", ",x2,3,", 1)) // why is asked for of those who say bad
}

// What can't be entered at all.
func TestEnterNothing(t *testing.T) {
	t.Parallel()
	data, _ := stored(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "forms.csv")
	write(t, file, "form,agency,secret\n1,x1,5\n")
	for want, args := range map[string][]string{
		"secret: The column is not known": {file, "--survey", "trial"},
		"name the file to enter":          {"--survey", "trial"},
		"no such file":                    {filepath.Join(dir, "none.csv"), "--survey", "trial"},
		"is a folder":                     {dir, "--survey", "trial"},
		"There is no such survey":         {file, "--survey", "nothing"},
		"a template is a .csv or .xlsx":   {filepath.Join(dir, "a.txt"), "--survey", "trial", "--template"},
		"is there already":                {file, "--survey", "trial", "--template"},
		"--report":                        {file, "--survey", "trial", "--report", file},
	} {
		got := call(t, append([]string{"enter", "--data", data}, args...)...)
		if want == "--report" {
			want = "is there already"
		}
		if got.code != 1 || !strings.Contains(got.stderr, want) {
			t.Errorf("%v: got %+v, want %s", args, got, want)
		}
	}
	if got := call(t, "enter", file, "--data", filepath.Join(dir, "nothing"), "--survey", "trial"); got.code != 1 || got.stderr == "" {
		t.Errorf("got %+v", got)
	}
	write(t, file, "form,agency,level\n")
	if got := good(t, "enter", file, "--data", data, "--survey", "trial"); !strings.Contains(got.stderr, "no row below its header") {
		t.Errorf("got %+v", got)
	}
	book := filepath.Join(dir, "forms.xlsx")
	good(t, "enter", book, "--data", data, "--survey", "trial", "--template", "--lang", "vi")
	if got := good(t, "enter", book, "--data", data, "--survey", "trial"); !strings.Contains(got.stderr, "no row below its header") {
		t.Errorf("got %+v", got)
	}
}

// TestManyRefused: the terminal shows some, the report all.
func TestManyRefused(t *testing.T) {
	t.Parallel()
	data, _ := stored(t)
	dir := t.TempDir()
	file, report := filepath.Join(dir, "forms.csv"), filepath.Join(dir, "refused.csv")
	write(t, file, "form,agency,level,second\n"+strings.Repeat("1,x1,9,5\n", 100))
	got := call(t, "enter", file, "--data", data, "--survey", "trial", "--report", report)
	if got.code != 1 || strings.Count(got.stderr, "column level") != mostListed || !strings.Contains(got.stderr, "80 more refused rows are not listed.") {
		t.Errorf("got %+v", got)
	}
	if n := strings.Count(read(t, report), "1,x1,9,5,"); n != 100 {
		t.Errorf("the report has %d rows", n)
	}
}
