package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/export"
	"hailong/internal/response"
)

// everyResponses is a survey with every type of item, and responses to it.
func everyResponses(t testing.TB) (*catalog.Survey, *agency.Registry, []*response.Response) {
	t.Helper()
	q := every(t)
	registry, err := agency.Parse("agencies.csv", read(t, "every-agencies.csv"))
	if err != nil {
		t.Fatal(err)
	}
	wave, err := response.WaveOpened{Survey: "trial", Wave: "1"}.Event(0)
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.New()
	for _, ev := range []response.Control{response.AgenciesImported(0, registry.Canonical()), response.Published(0, q.Canonical()), wave} {
		if c, err = c.Apply(ev); err != nil {
			t.Fatal(err)
		}
	}
	day, _ := response.ParseDay("2026-03-05")
	var list []*response.Response
	for _, body := range []string{
		`{"answers":{"used":"yes","stars":7,"recommend":0,"place":"else","place_other":"=ở xa","how":["else","post"],"how_other":"đò","needs":["web","time"],
			"visits":3,"paid":"2,5","plate":"99A-12345","story":"refused","mail":"a@b.vn","mobile":"0912345678","tax":"0100109106","dossier":"H05-231122-0001",
			"given":"2026-02-28","taken":"1999-12-31","founded":"1999-12","home":"09292","departments":["so2","so1"],"campaign":"a7"},
		  "repeat":[{"agency":"so1","answers":{"level":"1","why":"chậm","kind":"2"}},{"agency":"so2","answers":{"level":2,"staff":{"kind":"dont_know"},"order":["b","a"]}}]}`,
		`{"answers":{"used":"no","departments":["so1","so2"]},"repeat":[{"agency":"so1","answers":{"level":"1"}}]}`,
		`{"answers":{"used":"yes","place":"here","departments":["so3","hn1"]},"repeat":[{"agency":"hn1","answers":{"level":"dont_know"}},{"agency":"so3","answers":{"level":"1","why":"x"}}]}`,
	} {
		in, err := collect.ReadJSON(body)
		if err != nil {
			t.Fatal(err)
		}
		var checker collect.Checker
		in.Form = true
		checker.Check(q, &collect.World{Agencies: c.Agencies, Day: day, Channel: response.QR}, in, 99)
		for _, p := range checker.Problems() {
			if p.Code != "check_failed" { // taken is before given, for a day before 2000
				t.Fatalf("%s: %+v", body, p)
			}
		}
		r := &response.Response{
			Version: 1, Agency: 2, Wave: 1, Day: day, Channel: response.QR,
			Answers: checker.Answers(), Repeats: checker.AppendRepeats(nil), Dropped: checker.Dropped(),
		}
		list = append(list, r.Clone())
	}
	return c.Survey("trial"), c.Agencies, list
}

// exported writes responses, and returns the file with the version replaced.
func exported(t testing.TB, o export.Options, change func(r *response.Response)) (string, export.Manifest) {
	t.Helper()
	survey, agencies, list := everyResponses(t)
	var b bytes.Buffer
	x := export.NewResponses(&b, o, survey, agencies)
	for i, r := range list {
		if change != nil {
			change(r)
		}
		if err := x.Write(uint64(5+i), r); err != nil {
			t.Fatal(err)
		}
	}
	manifest, err := x.Close()
	if err != nil {
		t.Fatal(err)
	}
	manifest.SHA256 = ""
	return strings.ReplaceAll(b.String(), survey.Versions[0].Questionnaire.Version[:12], "0123456789ab"), manifest
}

func TestEveryTypeIsExported(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]export.Options{
		"every.csv":          {Format: export.CSV},
		"every-personal.csv": {Format: export.CSV, Personal: true},
		"every-repeats.csv":  {Format: export.CSV, Part: export.Repeats},
		"every.jsonl":        {Format: export.JSONLines, Personal: true},
	} {
		file, manifest := exported(t, o, nil)
		if o.Format == export.JSONLines {
			file = file[:strings.LastIndex(file, `{"manifest"`)]
		}
		golden(t, name, []byte(file))
		want := export.Manifest{Rows: 3, Watermark: 7, LeftOut: []string{"mail", "mobile"}}
		switch {
		case o.Part == export.Repeats:
			want.Rows, want.LeftOut = 4, nil
		case o.Personal:
			want.LeftOut = nil
		}
		if diff := cmp.Diff(want, manifest); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Both files of a survey whose pages repeat fit together: row, agency and day.
func TestPartsFitTogether(t *testing.T) {
	t.Parallel()
	table := func(part export.Part) []map[string]string {
		file, _ := exported(t, export.Options{Format: export.CSVExcel, Part: part}, nil)
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var list []map[string]string
		for _, row := range rows[1:] {
			named := map[string]string{}
			for i, cell := range row {
				if _, twice := named[rows[0][i]]; twice {
					t.Fatalf("two columns %s", rows[0][i])
				}
				named[rows[0][i]] = cell
			}
			list = append(list, named)
		}
		return list
	}
	responses := map[string]map[string]string{}
	for _, row := range table(export.Main) {
		responses[row["row"]] = row
	}
	rated := map[string][]string{}
	for _, row := range table(export.Repeats) {
		whole := responses[row["row"]]
		if whole == nil || whole["agency"] != row["agency"] || whole["day"] != row["day"] || whole["version"] != row["version"] {
			t.Errorf("%v does not fit to %v", row, whole)
		}
		rated[row["row"]] = append(rated[row["row"]], row["rated_agency"])
	}
	for number, row := range responses {
		if got := strings.Join(rated[number], " "); got != row["departments"] {
			t.Errorf("row %s: got answers about %q, want %q", number, got, row["departments"])
		}
	}
}

// What is personal is nowhere in a file that was not asked to have it; what was
// deleted is told as answered.
func TestPersonalAnswers(t *testing.T) {
	t.Parallel()
	for _, format := range export.Formats {
		file, _ := exported(t, export.Options{Format: format}, nil)
		for _, secret := range []string{"0912345678", "a@b.vn", "mail", "mobile"} {
			if secret != "mail" && secret != "mobile" || format != export.JSONLines { // the manifest names them
				if strings.Contains(file, secret) {
					t.Errorf("%s: %s is in the file", format, secret)
				}
			}
		}
		deleted, _ := exported(t, export.Options{Format: format, Personal: true}, func(r *response.Response) {
			for i := range r.Answers {
				if r.Answers[i].Words == "0912345678" {
					r.Answers[i] = response.Answer{State: response.Answered, Apart: true}
				}
			}
		})
		want := ",a@b.vn,answered,"
		if format == export.JSONLines {
			want = `"mobile":"answered"`
		}
		if !strings.Contains(deleted, want) || strings.Contains(deleted, "0912345678") {
			t.Errorf("%s: want %s in %s", format, want, deleted)
		}
	}
}

// Every column is in the codebook, and every column of the codebook in a file.
func TestColumnsAreInTheCodebook(t *testing.T) {
	t.Parallel()
	var want, got []string
	for _, v := range export.NewCodebook(every(t)).Variables {
		want = append(want, v.Columns...)
	}
	main, _ := exported(t, export.Options{Format: export.CSV, Personal: true}, nil)
	again, _ := exported(t, export.Options{Format: export.CSV, Part: export.Repeats}, nil)
	header, _, _ := strings.Cut(main, "\r\n")
	_, columns, _ := strings.Cut(header, ",row,")
	got = strings.Split(columns, ",")
	header, _, _ = strings.Cut(again, "\r\n")
	_, columns, _ = strings.Cut(header, ",day,")
	repeated := strings.Split(columns, ",")
	if diff := cmp.Diff(len(want), len(got)+len(repeated)); diff != "" {
		t.Errorf("columns (-codebook +files): %s", diff)
	}
	all := map[string]bool{}
	for _, name := range append(got, repeated...) {
		all[name] = true
	}
	for _, name := range want {
		if !all[name] {
			t.Errorf("column %s of the codebook is in no file", name)
		}
	}
}

func TestOptionsThatMakeNoFile(t *testing.T) {
	t.Parallel()
	survey, agencies, list := everyResponses(t)
	for _, o := range []export.Options{{}, {Format: "sas"}, {Format: export.JSONLines, Part: export.Repeats}, {Format: export.CSV, Part: "half"}} {
		if err := export.NewResponses(&bytes.Buffer{}, o, survey, agencies).Write(1, list[0]); err == nil {
			t.Errorf("%+v: want an error", o)
		}
	}
	for name, want := range map[string]bool{"": true, "repeats": true, "Repeats": false, "main": false} {
		if _, ok := export.ParsePart(name); ok != want {
			t.Errorf("%q: got %t", name, ok)
		}
	}
}

// Every line of JSON is a JSON object.
func TestEveryLineIsJSON(t *testing.T) {
	t.Parallel()
	file, _ := exported(t, export.Options{Format: export.JSONLines}, nil)
	for line := range strings.SplitSeq(strings.TrimSuffix(file, "\n"), "\n") {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}
