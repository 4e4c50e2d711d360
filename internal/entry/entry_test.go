package entry_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/collect"
	"hailong/internal/entry"
	"hailong/internal/errs"
	"hailong/internal/response"
)

// What may stand in a cell, and what becomes of it.
func TestCells(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ header, row, want string }{
		"codes":               {"used,stars,recommend,place", "yes,7,0,here", "used=yes stars=7 recommend=0 place=here"},
		"labels":              {"used,stars,recommend,place", "Có,7,10,Đây", "used=yes stars=7 recommend=10 place=here"},
		"labels otherwise":    {"used,place", "YES,dAy", "used=yes place=here"},
		"English labels":      {"used,place", "No,Here", "used=no place=here"},
		"numbers on the form": {"used,place", "2,2", "used=no place=else"},
		"ticks":               {"used,place", "TRUE,1", "used=yes place=here"},
		"missing codes":       {"used,visits,how,story,home,founded,needs", "yes,dont_know,refused,refused,refused,dont_know,dont_know", "used=yes how=refused needs_1=dont_know needs_2=dont_know needs_3=dont_know visits=dont_know story=refused founded=dont_know home=refused"},
		"no answer":           {"used,stars,visits,tax", "skipped,not_asked,,answered", ""},
		"several in a cell":   {"used,how", "yes,post; Quầy", "used=yes how=counter+post"},
		"by number":           {"used,how", "yes,1;3", "used=yes how=counter+post"},
		"option columns":      {"used,how.counter,how_online,how.post,how.else,how_other", "yes,x,0,1,Có,tàu", `used=yes how=counter+post+else how_other="tàu"`},
		"missing in all":      {"used,how.counter,how.online,how.post", "yes,refused,refused,refused", "used=yes how=refused"},
		"nothing ticked":      {"used,how.counter,how.online,stars", "yes,0,,3", "used=yes stars=3"},
		"ranks":               {"used,needs_1,needs_2", "yes,web,Thời gian", "used=yes needs_1=web needs_2=time"},
		"an order":            {"used,needs", "yes,web; time; 2", "used=yes needs_1=web needs_2=time needs_3=cost"},
		"numbers":             {"used,visits,paid", `no,3,"2,5"`, "used=no visits=3 paid=250"},
		"days":                {"used,given,taken,founded", "no,28/2/2026,2026-03-01,12/1999", "used=no given=2026-02-28 taken=2026-03-01 founded=1999-12"},
		"texts":               {"used,plate,story,tax,dossier", `no,99A-12345,"Nói, ""thật""",0100109106,H05-231122-0001`, `used=no plate="99A-12345" story="Nói, \"thật\"" tax="0100109106" dossier="H05-231122-0001"`},
		"guarded texts":       {"used,story", "no,'=HYPERLINK(1)", `used=no story="=HYPERLINK(1)"`},
		"personal":            {"used,mail,mobile", "no,a@b.vn,0912345678", "used=no mail=apart mobile=apart"},
		"an agency":           {"used,home", "no,Tân Chi", `used=no home="tan-chi"`},
		"its path":            {"used,home", "no,Bắc Ninh / Xã Tân Chi", `used=no home="tan-chi"`},
		"its address":         {"used,home", `no,"Xã Tân Chi, tỉnh Bắc Ninh"`, `used=no home="tan-chi"`},
		"its code":            {"used,home", "no,09292", `used=no home="tan-chi"`},
		"hidden":              {"used,campaign", "no,a7", `used=no campaign="a7"`},
		"calculated":          {"used,total,words_used", "no,99,x", "used=no"},
		"chosen agencies":     {"used,departments,level@so1,level@so2,kind@so2,order@so2", "yes,Sở Y tế; H05.01,1,2,3,b;a", `used=yes departments="so2 so1" level@so2=2 kind@so2=3 order_1@so2=b order_2@so2=a level@so1=1`},
		"ids with spaces":     {"used,departments,level@H05.01,level@so2,why@so1,why@so2", "yes,so1 so2,1,1,chậm,xa", `used=yes departments="so1 so2" level@so1=1 why@so1="chậm" level@so2=1 why@so2="xa"`},
		"by place":            {"used,departments,level@1,level@2,Nhã nhặn@1,order@1", "yes,Sở Y tế; H05.01,2,1,3,b;a", `used=yes departments="so2 so1" level@so2=2 kind@so2=3 order_1@so2=b order_2@so2=a level@so1=1`},
		"names of columns":    {"ĐÃ DÙNG?, Sao ", "Có,5", "used=yes stars=5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// What the cases don't speak of is not asked here.
			w := open(t, "every.yaml", "required: true", "required: false", `required_if: "used = 'yes'"`, `help: {vi: "H", en: "H"}`, ", value: none", "")
			got := w.enter(t, lines("agency,"+c.header, "tan-chi,"+c.row), entry.Options{Consented: true})
			if got.err != nil || got.Stored != 1 {
				t.Fatalf("got %+v, %v\n%s", got.Summary, got.err, got.faults())
			}
			want := strings.TrimSpace("tan-chi paper " + c.want)
			if told := w.told(w.stored(t)[0]); told != want {
				t.Errorf("got  %s\nwant %s", told, want)
			}
		})
	}
}

// Every refused row is told with its place, its cells and a cure; the others are
// stored, and the corrected rows after them.
func TestRefusedRows(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	file := lines(
		"form,agency,level,second,needs.a,times,why,ghi chú #",
		"1,tan-chi,5,4,x,3,,",
		"2,tan-chi,7,4,maybe,many,,",
		"3,nowhere,,4,,,,",
		"4,old,Tốt,rất kém,,51,,",
		"5,new,5,5,,,,",
		`6,tan-chi,1,1,,,"chậm
quá",`,
		`7,tan-chi,5,"5 " x,,,,`,
		"8,tan-chi,5,5,,,,,,stray",
		"1,tan-chi,4,4,,,,",
		"",
		"1,tan-chi,5,4,1,3,,",
	)
	file = []byte(strings.Replace(string(file), ",ghi chú #", ",# ghi chú", 1))
	got := w.enter(t, file, entry.Options{})
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := strings.Join([]string{
		"3 needs.a: Write x or 1 for an answer that was chosen, 0 or nothing for one that was not.",
		"4 agency: There is no such agency.",
		"4 level: There is no answer yet. Choose or write an answer. Allowed: 1, 2, 3, 4, 5, dont_know.",
		"5 times: The number must be 50 or less.",
		"6 agency: Xã Mới does not exist on 5 March 2026, so it takes no answers.",
		"8 : A quote stands in the wrong place. Double the quotes within a text, and put quotes around the whole text.",
		"9 : A cell stands under no column name. Name the column, or empty the cell; a comma within a text needs quotes around the text.",
		"10 : Other answers were entered under this form number before. Compare the forms; give this one another number.",
	}, "\n")
	if diff := cmp.Diff(want, got.faults()); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if got.Stored != 2 || got.Known != 1 || got.Refused != 7 {
		t.Errorf("got %+v", got.Summary)
	}
	if diff := cmp.Diff([]string{"3", "nowhere", "", "4", "", "", "", ""}, got.refused[1].Cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if told, want := w.sorted(t), "tan-chi paper level=1 second=1 why=\"chậm\\nquá\"\ntan-chi paper level=5 second=4 needs=a times=3"; told != want {
		t.Errorf("got\n%s\nwant\n%s", told, want)
	}
	vi := w.enter(t, lines("form,agency,level,second", "9,tan-chi,7,4"), entry.Options{Lang: "vi"})
	if f := vi.faults(); !strings.Contains(f, "Được ghi: 1, 2, 3, 4, 5, dont_know.") {
		t.Errorf("got %s", f)
	}
}

// A file entered twice, in part or with more rows stores nothing twice.
func TestNothingIsStoredTwice(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	for i, step := range []struct {
		rows                   []string
		stored, known, refused int
	}{
		{[]string{"a1,tan-chi,5,5", "a2,tan-chi,5,5", "a1,so1,5,5"}, 3, 0, 0},
		{[]string{"a1,tan-chi,5,5", "a2,tan-chi,5,5", "a1,so1,5,5"}, 0, 3, 0},
		{[]string{"a1,Tân Chi,5,Rất tốt", "a3,tan-chi,5,5"}, 1, 1, 0}, // the same in other words
		{[]string{"a1,tan-chi,5,4"}, 0, 0, 1},
		{[]string{",tan-chi,5,5", ",tan-chi,5,5", ",tan-chi,5,4"}, 3, 0, 0}, // two people may say the same
		{[]string{",tan-chi,5,5", ",tan-chi,5,5", ",tan-chi,5,4"}, 0, 3, 0},
		{[]string{",tan-chi,5,5", ",tan-chi,5,5", ",tan-chi,5,5"}, 1, 2, 0},
		{[]string{",tan-chi,5,9", ",tan-chi,5,5"}, 0, 1, 1},
	} {
		got := w.enter(t, lines(append([]string{"form,agency,level,second"}, step.rows...)...), entry.Options{})
		if got.err != nil || got.Stored != step.stored || got.Known != step.known || got.Refused != step.refused {
			t.Errorf("step %d: got %+v, %v, want %+v\n%s", i, got.Summary, got.err, step, got.faults())
		}
	}
	if n := len(w.stored(t)); n != 8 {
		t.Errorf("got %d responses, want 8", n)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	w := open(t, "every.yaml")
	for header, want := range map[string]string{
		"agency,usd":                    "usd: The column is not known. Is used meant? Correct its name, or put # before it to leave the column out.",
		"agency,xxxxxxxxxxxx":           "xxxxxxxxxxxx: The column is not known. Name it by the id of an item, or put # before its name to leave it out.",
		"agency,used,Đã dùng?":          "Đã dùng?: The column “used” means the same. Delete one of the two, or put # before its name.",
		"agency,used,agency":            "agency: The column “agency” means the same. Delete one of the two, or put # before its name.",
		"agency,staff":                  "staff: A matrix has a column for each of its rows: kind@…, quick@….",
		"used,stars":                    "No column says which agency the answers are about. Add the column agency, or name the agency with --agency.",
		"agency,day,flags":              "No column holds answers. Name the columns by the ids of items: see hailong enter --template.",
		"agency,level":                  "level: This is asked about each chosen agency. Write behind it which: level@1 for the first, or level@ and the agency’s id.",
		"agency,level@nowhere":          "level@nowhere: There is no such agency.",
		"agency,level@4":                "level@4: There is no such agency.",
		"agency,used@so1":               "used@so1: This is not asked about each agency. Send it in “answers”.",
		"agency,used,usd,colour":        "usd: The column is not known. Is used meant? Correct its name, or put # before it to leave the column out.\ncolour: The column is not known. Name it by the id of an item, or put # before its name to leave it out.",
		"":                              "There are no rows in the file. Its first row names the columns: see hailong enter --template.",
		"agency,used,how.nothing":       "how.nothing: The column is not known. Name it by the id of an item, or put # before its name to leave it out.",
		"agency,used,\"a \" b":          "A quote stands in the wrong place. Double the quotes within a text, and put quotes around the whole text.",
		"agency,used,how.else,how_else": "how_else: The column “how.else” means the same. Delete one of the two, or put # before its name.",
	} {
		got := w.enter(t, lines(header, "tan-chi,yes"), entry.Options{Consented: true})
		if header == "" {
			got = w.enter(t, []byte("\n\n"), entry.Options{})
		}
		if e, ok := errors.AsType[*entry.HeaderError](got.err); !ok || e.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", header, got.err, want)
		}
		if got.Rows > 0 || got.columns != nil {
			t.Errorf("%s: got %+v, want nothing entered", header, got.Summary)
		}
	}
	if len(w.stored(t)) > 0 {
		t.Error("something was stored")
	}
	same := open(t, "trial.yaml", "Second level", "Level of satisfaction")
	got := same.enter(t, lines("agency,Level of satisfaction", "tan-chi,1"), entry.Options{})
	if want := "Level of satisfaction: Several items have this label: level, second. Name the column by the id of the one that is meant."; got.err == nil || got.err.Error() != want {
		t.Errorf("got %v, want %s", got.err, want)
	}
	if got = same.enter(t, lines("agency,level,second", "tan-chi,4,good"), entry.Options{}); got.Stored != 1 {
		t.Errorf("got %+v %s", got.Summary, got.faults())
	}
	twice := open(t, "trial.yaml", `en: "Bad"`, `en: "Good"`)
	got = twice.enter(t, lines("agency,level,second", "tan-chi,good,1"), entry.Options{})
	if want := "2 level: Several answers have this label. Write a code: 1, 2, 3, 4, 5, dont_know."; got.faults() != want {
		t.Errorf("got %s, want %s", got.faults(), want)
	}
}

// What the options and the columns say of channel, counter, consent and day.
func TestHeads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file     []byte
		options  entry.Options
		channels string
		warning  string
		fault    string
	}{
		"nothing":         {lines("form,agency,level,second", "1,tan-chi,5,5"), entry.Options{}, "1 paper", "", ""},
		"a flag":          {lines("form,agency,level,second", "1,tan-chi,5,5"), entry.Options{Channel: "phone"}, "1 phone", "", ""},
		"a column":        {lines("form,agency,channel,level,second", "1,tan-chi,phone,5,5", "2,tan-chi,,5,5", "3,tan-chi,import,5,5"), entry.Options{}, "1 import 1 paper 1 phone", "", ""},
		"both":            {lines("form,agency,channel,level,second", "1,tan-chi,phone,5,5"), entry.Options{Channel: "import"}, "1 import", "The column channel is left out", ""},
		"a link":          {lines("form,agency,channel,level,second", "1,tan-chi,link,5,5", "2,tan-chi,kiosk,5,5", "3,tan-chi,paper,5,5"), entry.Options{}, "2 import 1 paper", "2 rows came by channels by which no file comes", ""},
		"nonsense":        {lines("form,agency,channel,level,second", "1,tan-chi,mail,5,5"), entry.Options{}, "", "", "2 channel: There is no such channel."},
		"a day":           {lines("form,agency,day,level,second", "1,tan-chi,2020-01-01,5,5"), entry.Options{}, "1 paper", "Days in the file are left out", ""},
		"no form numbers": {lines("agency,level,second", "tan-chi,5,5"), entry.Options{}, "1 paper", "1 row has no form number", ""},
		"an agency":       {lines("form,level,second", "1,5,5"), entry.Options{Agency: "Xã Tân Chi"}, "1 paper", "", ""},
		"only its name":   {lines("form,agency_name,level,second", "1,Xã Tân Chi,5,5"), entry.Options{}, "1 paper", "", ""},
		"another survey":  {lines("survey,form,agency,level,second", "sipas,1,tan-chi,5,5", "trial,2,tan-chi,5,5"), entry.Options{}, "1 paper", "", "2 survey: The row belongs to another survey than trial. Enter it there."},
		"seconds":         {lines("form,agency,seconds,level,second", "1,tan-chi,soon,5,5", "2,tan-chi,60,5,5"), entry.Options{}, "1 paper", "", "2 seconds: This value cannot be read."},
		"what is hidden":  {lines("form,agency,level,second,why", "1,tan-chi,5,5,x"), entry.Options{}, "1 paper", "1 row had answers to what is not asked", ""},
		"another version": {lines("form,agency,version,level,second", "1,tan-chi,00000000,5,5"), entry.Options{}, "", "", "2 version: The survey has no such version."},
		"languages":       {lines("form,agency,lang,level,second", "1,tan-chi,fr,5,5", "2,tan-chi,en,5,5"), entry.Options{}, "1 paper", "", "2 lang: The survey does not exist in this language."},
		"an unknown wave": {lines("form,agency,wave,level,second", "1,tan-chi,w9,5,5"), entry.Options{}, "", "", "2 wave: The survey has no such wave."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, "trial.yaml")
			got := w.enter(t, c.file, c.options)
			if got.err != nil {
				t.Fatal(got.err)
			}
			counts := map[string]int{}
			for _, r := range w.stored(t) {
				counts[r.Channel.String()]++
			}
			var channels []string
			for _, channel := range slices.Sorted(maps.Keys(counts)) {
				channels = append(channels, fmt.Sprint(counts[channel], " ", channel))
			}
			if s := strings.Join(channels, " "); s != c.channels {
				t.Errorf("got channels %q, want %q", s, c.channels)
			}
			if s := strings.Join(got.Warnings, "\n"); !strings.Contains(s, c.warning) || (s == "") != (c.warning == "") {
				t.Errorf("got warnings %q, want %q", s, c.warning)
			}
			if got.faults() != c.fault {
				t.Errorf("got faults %q, want %q", got.faults(), c.fault)
			}
		})
	}
}

func TestConsent(t *testing.T) {
	t.Parallel()
	w := open(t, "every.yaml")
	row := lines("form,agency,consent,used", "1,tan-chi,,no", "2,tan-chi,có,no", "3,tan-chi,no,no")
	got := w.enter(t, row, entry.Options{})
	if want := "2 consent: Consent is missing."; got.Stored != 1 || !strings.HasPrefix(got.faults(), want) {
		t.Errorf("got %+v %s", got.Summary, got.faults())
	}
	if got = w.enter(t, row, entry.Options{Consented: true}); got.Stored != 2 || got.Known != 1 {
		t.Errorf("got %+v %s", got.Summary, got.faults())
	}
}

// Options that fit nothing store nothing.
func TestOptions(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	file := lines("form,agency,level,second", "1,tan-chi,5,5")
	for want, o := range map[string]entry.Options{
		"unknown_survey":                    {Survey: "nothing"},
		"invalid; agency: unknown_agency":   {Agency: "nowhere"},
		"invalid; channel: unknown_channel": {Channel: "kiosk"},
		"invalid; counter: bad_value":       {Counter: "số 1"},
	} {
		if got := w.enter(t, file, o); got.err == nil || got.err.Error() != want {
			t.Errorf("%+v: got %v, want %s", o, got.err, want)
		}
	}
	if n := len(w.stored(t)); n > 0 {
		t.Errorf("%d responses were stored", n)
	}
}

// A name that several agencies have is told with all of them.
func TestAmbiguousAgencies(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	csv := strings.ReplaceAll(string(read(t, "agencies.csv")), "Sở Hà Nội,A department of Ha Noi", "Sở Y tế,Health of Ha Noi")
	ev, _, err := w.store.Catalog().ChangeAgencies("agencies.csv", []byte(csv), 0)
	w.change(t, ev, err)
	got := w.enter(t, lines("form,agency,level,second", "1,Sở Y tế,5,5", "2,Bắc Ninh > Sở Y tế,5,5", `3,"Sở Y tế, Hà Nội",5,5`, "4,Sở Y tế / Hà Nội,5,5"), entry.Options{})
	want := "2 agency: Several agencies have this name: so2 (Sở Y tế), hn1 (Sở Y tế). Write the id, or the name with what is above it: Bắc Ninh / Kinh Bắc.\n5 agency: There is no such agency."
	if got.faults() != want {
		t.Errorf("got  %s\nwant %s", got.faults(), want)
	}
	if told := w.sorted(t); told != "hn1 paper level=5 second=5\nso2 paper level=5 second=5" {
		t.Errorf("got %s", told)
	}
	if got = w.enter(t, lines("level,second", "5,5"), entry.Options{Agency: "Sở Y tế"}); got.err == nil || !strings.Contains(got.err.Error(), "so2 (Sở Y tế), hn1") {
		t.Errorf("got %v", got.err)
	}
}

// failing fails at a submission.
type failing struct {
	entry.Taker
	at  string // level that fails
	err error
	n   int
}

func (f *failing) Submit(ctx context.Context, in *collect.Input) (collect.Receipt, error) {
	for _, a := range in.Answers {
		if a.Item == "times" && a.Value.Text == f.at && f.n > 0 {
			f.n--
			return collect.Receipt{}, f.err
		}
	}
	return f.Taker.Submit(ctx, in)
}

// When the log fails in between, the entry ends with an error, and entering the
// file again stores the rest. A log that is only busy is asked again.
func TestFailure(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	rows := []string{"form,agency,level,second,times"}
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("%d,tan-chi,5,5,%d", i, i))
	}
	file := lines(rows...)
	f := entry.File{Reader: strings.NewReader(string(file)), Size: int64(len(file))}
	run := func(to entry.Taker) (entry.Summary, error) {
		return entry.Enter(t.Context(), to, w.store.Catalog(), w.day, f, entry.Options{Survey: "trial", Lang: "en"}, func(entry.Event) error { return nil })
	}
	broken := errors.New("the disk is gone")
	if s, err := run(&failing{w.collector, "20", broken, 1}); !errors.Is(err, broken) || s.Stored != 20 {
		t.Errorf("got %+v, %v", s, err)
	}
	if s, err := run(&failing{w.collector, "30", errs.New(errs.Overloaded, "overloaded"), 3}); err != nil || s.Rows != 40 || s.Stored+s.Known != 40 || s.Known < 20 {
		t.Errorf("got %+v, %v", s, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := entry.Enter(ctx, w.collector, w.store.Catalog(), w.day, f, entry.Options{Survey: "trial"}, func(entry.Event) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	told := errors.New("nobody listens")
	if _, err := entry.Enter(t.Context(), w.collector, w.store.Catalog(), w.day, f, entry.Options{Survey: "trial"}, func(entry.Event) error { return told }); !errors.Is(err, told) {
		t.Errorf("got %v", err)
	}
	if n := len(w.stored(t)); n != 40 {
		t.Errorf("got %d responses, want 40", n)
	}
}

// A survey that was closed takes nothing, and says so for each row.
func TestClosed(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	ev, err := response.WaveClosed{Survey: "trial"}.Event(0)
	w.change(t, ev, err)
	got := w.enter(t, lines("form,agency,level,second", "1,tan-chi,5,5"), entry.Options{})
	if want := "2 : This survey has ended and takes no more answers."; got.faults() != want {
		t.Errorf("got %s, want %s", got.faults(), want)
	}
}

var _ entry.Taker = (*collect.Collector)(nil)

// Problems of what is answered about chosen agencies are told at the columns in
// which it stands.
func TestRefusedPlaces(t *testing.T) {
	t.Parallel()
	w := open(t, "every.yaml", "required_if: \"used = 'yes'\"", "order: fixed")
	got := w.enter(t, lines("form,agency,used,departments,level@1,level@so1,level@2,kind@3",
		"1,tan-chi,yes,so2;so1,9,,2,", "2,tan-chi,yes,,1,,,", "3,tan-chi,yes,so1;so2,2,,2,3"), entry.Options{Consented: true})
	want := "2 level@1: This is not one of the answers offered. Choose one of those shown. Allowed: 1, 2, 3, dont_know.\n" +
		"2 order@so1: There is no answer yet. Choose or write an answer.\n" +
		"3 level@1: Nothing is chosen in departments for number 1. Write the agencies there, in order, with semicolons between them.\n" +
		"4 kind@3: Nothing is chosen in departments for number 3. Write the agencies there, in order, with semicolons between them."
	if diff := cmp.Diff(want, got.faults()); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

// What is wrong with several columns together is told of their item.
func TestRefusedOptions(t *testing.T) {
	t.Parallel()
	w := open(t, "every.yaml")
	got := w.enter(t, lines("form,agency,used,place,how.counter,how.none", "1,tan-chi,yes,here,x,x", "2,tan-chi,yes,here,x,0"), entry.Options{Consented: true})
	if want := "2 how: Two of the answers exclude each other. Take one of them away.\n3 how: Choose at least 2 here."; got.faults() != want {
		t.Errorf("got %s, want %s", got.faults(), want)
	}
}

// An answer that names several agencies is told with all of them.
func TestAmbiguousAnswers(t *testing.T) {
	t.Parallel()
	w := open(t, "every.yaml")
	csv := strings.ReplaceAll(string(read(t, "agencies.csv")), "Sở Hà Nội,A department of Ha Noi", "Sở Y tế,Health of Ha Noi")
	ev, _, err := w.store.Catalog().ChangeAgencies("agencies.csv", []byte(csv), 0)
	w.change(t, ev, err)
	got := w.enter(t, lines("form,agency,used,place,departments", "1,tan-chi,yes,here,so1;Sở Y tế", "2,tan-chi,yes,here,so1 nowhere"), entry.Options{Consented: true})
	want := "2 departments: Several agencies have this name: so2 (Sở Y tế), hn1 (Sở Y tế). Write the id, or the name with what is above it: Bắc Ninh / Kinh Bắc.\n" +
		"3 departments: Choose at least 2 here."
	if got.faults() != want {
		t.Errorf("got  %s\nwant %s", got.faults(), want)
	}
}
