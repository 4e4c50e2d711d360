package agency

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
)

const header = "id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\n"

// mustParse reads a good file.
func mustParse(t *testing.T, csv string) *Registry {
	t.Helper()
	r, err := Parse("a.csv", []byte(csv))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return r
}

// brief is a mistake as "line:column message; cure".
func brief(err error) []string {
	ms, ok := errors.AsType[errs.Mistakes](err)
	if !ok {
		return []string{fmt.Sprintf("not mistakes: %v", err)}
	}
	var list []string
	for _, m := range ms {
		list = append(list, fmt.Sprintf("%d:%d %s; %s", m.Line, m.Column, m.Message, m.Cure))
	}
	return list
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	const p = "t1,,province,,,P,,,,\n" // line 2: a province to hang things on
	for name, tc := range map[string]struct {
		csv  string
		want []string
	}{
		"empty":         {"", []string{"0:0 the file is empty; begin it with the line " + strings.TrimSpace(header)}},
		"comments only": {"# a\n\n# b\n", []string{"0:0 the file has only comments; add the line " + strings.TrimSpace(header)}},
		"utf-16":        {"\xFF\xFEi\x00d\x00", []string{`0:0 the file is UTF-16, not UTF-8; save it as "CSV UTF-8"`}},
		"too large": {strings.Repeat("x", maxBytes+1), []string{
			"0:0 the file has 16777217 bytes; at most 16777216 are read; ",
		}},
		"bad bytes": {"id\nạ\xff\nb\x00\n", []string{
			`2:2 not valid UTF-8; save the file as "CSV UTF-8"`,
			"3:2 a NUL byte; take it out; the file may be damaged",
		}},
		"old mac": {"id\rx\n", []string{"1:3 a carriage return inside a line; save the file with the line ends of Windows or Unix"}},
		"semicolons": {"id;parent;level\n", []string{
			"1:1 the fields are not separated by commas; save the file with commas between the fields",
		}},
		"header with a slip, rows checked too": {
			strings.Replace(header, "valid_from", "valid_form", 1) + "t1,,provnce,,,P,,,,\n",
			[]string{
				`1:55 unknown column "valid_form"; write "valid_from"`,
				`2:5 unknown level "provnce"; write "province"`,
			},
		},
		"header with a column too many, and one twice": {
			strings.TrimSpace(header) + ",colour,id\nt1,,province,,,P,,,,,x,y\n",
			[]string{
				`1:87 unknown column "colour"; take it out`,
				`1:94 column "id" stands twice; keep one of them`,
			},
		},
		"header with a column missing": {
			strings.Replace(header, ",valid_to", "", 1),
			[]string{`1:1 column "valid_to" is missing; add it to the header; its fields may be empty where a rule allows it`},
		},
		"too few and too many fields, and an empty row": {
			header + "t1,,province\nt2,,province,,,Q, u, v,,,,\n,,,,,,,,,\n",
			[]string{
				"2:5 the row has 3 fields, the header has 10; put the missing commas in",
				"3:26 the row has 12 fields, the header has 10; put a field that holds a comma between quotation marks",
				"4:1 an empty row; take it out",
			},
		},
		"quotation marks": {
			header + "t1,,province,,,\"P\" x,,,,\nt2,,province,,,Q \"x\",,,,\nt3,,province,,,\"Q,,,,\nt4,,province\n",
			[]string{
				`2:18 a field between quotation marks is not closed properly; close it; a quotation mark inside it is written twice ("")`,
				`3:18 a quotation mark in a field that does not begin with one; put the whole field between quotation marks and write the mark inside it twice ("")`,
				`4:1 a field between quotation marks is not closed properly; close it; a quotation mark inside it is written twice ("")`,
			},
		},
		"columns are characters, spaces, line breaks": {
			header + "t1,,province,,,Tỉnh Bắc Ninh , Bac Ninh,,,\nt2,,province,,,\"Q\nx\",,,,\n",
			[]string{
				`2:16 spaces around name_vi "Tỉnh Bắc Ninh"; take them out`,
				`2:31 spaces around name_en "Bac Ninh"; take them out`,
				"3:16 a line break or control character in name_vi; write it on one line; a quotation mark may not be closed",
			},
		},
		"ids": {
			header + p + "T2,,province,,,P,,,,\nt1,,province,,,P,,,,\n,,province,,,P,,,,\n#x,,province,,,P,,,,\nsở nội vụ,t1,department,,,P,,,,\n",
			[]string{
				`3:1 bad id "T2"; write "t2"`,
				`4:1 id "t1" stands twice, first in line 2; give every agency an id of its own`,
				"5:1 the agency has no id; write 1 to 40 lower-case letters, digits, '.' and '-', beginning with a letter or digit",
				`6:1 bad id "#x"; comments stand before the header`,
				`7:1 bad id "sở nội vụ"; write "so-noi-vu"`,
			},
		},
		"levels and parents": {
			header + p + strings.Join([]string{
				"a,t1,Phường,,,A,,,,", "b,,commune,,,B,,,,", "c,b,commune,,,C,,,,", "d,c,department,,,D,,,,",
				"e,t1,province,,,E,,,,", "f,24,commune,,,F,,,,", "t24,,province,,,G,,,,", "h,zz,department,,,H,,,,", "i,t1,galaxy,,,I,,,,", "",
			}, "\n"),
			[]string{
				`3:6 unknown level "Phường"; write "commune"`,
				"4:3 a commune has no parent; give the id of its province",
				`5:3 the parent of a commune is a province, "b" is a commune; give the id of its province`,
				`6:3 the parent of a department is a province or a department, "c" is a commune; give the id of its province or department`,
				`7:3 a province has the parent "t1"; leave it empty; a merged province has merged_into`,
				`8:3 parent "24" is not in the file; did you mean "t24"?`,
				`10:3 parent "zz" is not in the file; write the id of an agency of this file, or add its line`,
				`11:6 unknown level "galaxy"; the levels are province, department, commune`,
			},
		},
		"cycles, each once": {
			header + p + strings.Join([]string{
				"c,b,department,,,C,,,,", "a,c,department,,,A,,,,", "b,a,department,,,B,,,,", "d,d,department,,,D,,,,", "e,c,department,,,E,,,,",
				"m,t1,department,,,M,,,2025-01-01,n", "n,t1,department,,,N,,,2025-01-01,m", "",
			}, "\n"),
			[]string{
				`3:3 agency "c" is below itself: c → b → a → c; let one of them have another parent`,
				`6:3 agency "d" is below itself: d → d; let one of them have another parent`,
				`8:34 agency "m" is merged into itself: m → n → m; a merger leads to an agency that goes on; leave merged_into of the last one empty`,
			},
		},
		"dates and mergers": {
			header + p + strings.Join([]string{
				"a,,province,,,A,,01/07/2025,2025-13-01,", "b,,province,,,B,,2025-7-1,,", "c,,province,,,C,,2025-07-01,2025-06-30,",
				"d,,province,,,D,,,,t1", "e,,province,,,E,,,2025-06-30,zz", "f,,province,,,F,,2025-02-29,,", "",
			}, "\n"),
			[]string{
				`3:18 bad date valid_from "01/07/2025"; write "2025-07-01", if the day comes first`,
				`3:29 bad date valid_to "2025-13-01"; write it as year-month-day, such as 2025-07-01`,
				`4:18 bad date valid_from "2025-7-1"; write "2025-07-01"`,
				"5:29 valid_to 2025-06-30 is before valid_from 2025-07-01; valid_to is the last day of the agency; swap the two or leave it empty",
				"6:20 merged_into without valid_to; give the last day in valid_to",
				`7:30 merged_into "zz" is not in the file; write the id of an agency of this file, or add its line`,
				`8:18 bad date valid_from "2025-02-29"; write it as year-month-day, such as 2025-07-01`,
			},
		},
		"child and parent never together": {
			header + "o,,province,,,O,,,2025-06-30,\nn,,province,,,N,,2025-07-01,,\n" +
				"a,o,commune,,,A,,2025-07-01,,\nb,n,commune,,,B,,,2025-06-30,\nc,o,commune,,,C,,2025-06-30,,\n",
			[]string{
				`4:3 the agency and its parent "o" (until 2025-06-30) never exist on the same day; mend the dates or the parent`,
				`5:3 the agency and its parent "n" (from 2025-07-01) never exist on the same day; mend the dates or the parent`,
			},
		},
		"codes": {
			header + strings.Join([]string{
				"t1,,province,1,,A,,,,", "t2,,province,024,,B,,,,", "a,t1,commune,7210,h05.1,C,,,,", "b,t1,commune,07-10,H05/1,D,,,,",
				"c,t1,department,07210,H05.1,E,,,,", "d,t1,department,,,,English only,,,", "",
			}, "\n"),
			[]string{
				`2:14 the unit code of a province has 2 digits, "1" has 1; put back the leading zero: "01"; Excel drops it`,
				`3:14 bad unit code "024" of a province; write 2 digits`,
				`4:14 the unit code of a commune has 5 digits, "7210" has 4; put back the leading zero: "07210"; Excel drops it`,
				`4:19 bad agency code "h05.1"; write "H05.1"`,
				`5:14 bad unit code "07-10" of a commune; write 5 digits`,
				`5:20 bad agency code "H05/1"; write 1 to 35 of the characters 0-9, A-Z and .`,
				"6:17 a department has no unit code; leave it empty; the code of the unit belongs to its province or commune",
				"7:19 the agency has no name; give the Vietnamese name; only name_en may be empty",
			},
		},
		"one code, two agencies on one day": {
			header + strings.Join([]string{
				"new,,province,24,H05,New,,2025-07-01,,", "old,,province,24,H02,Old,,,2025-07-01,new", "older,,province,27,H05,Older,,,2025-06-30,new",
				"a,new,department,,H05,A,,2030-01-01,,", "x,,province,30,,X,,,,", "y,,province,30,,Y,,,,", "",
			}, "\n"),
			[]string{
				`3:15 unit code "24" also belongs to "new" (line 2) on 2025-07-01; correct the code, or end one of the two with valid_to`,
				`5:19 agency code "H05" also belongs to "new" (line 2) on 2030-01-01; correct the code, or end one of the two with valid_to`,
				`7:13 unit code "30" also belongs to "x" (line 6) from the first day; correct the code, or end one of the two with valid_to`,
			},
		},
		"an unreadable row is no unknown parent": {
			header + "t1,,province,,,A,,,\na,t1,commune,,,B,,,,\n",
			[]string{"2:20 the row has 9 fields, the header has 10; put the missing commas in"},
		},
		"lines count comments": {
			"\uFEFF# one\r\n\"# two, quoted by a spreadsheet\",,,\r\n" + strings.ReplaceAll(header, "\n", "\r\n") + "t1,,province,,,,,,,\r\n",
			[]string{"4:16 the agency has no name; give the Vietnamese name; only name_en may be empty"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Parse("a.csv", []byte(tc.csv))
			if r != nil {
				t.Error("got a registry beside the mistakes")
			}
			if diff := cmp.Diff(tc.want, brief(err)); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMistakeShowsItsLine(t *testing.T) {
	t.Parallel()
	_, err := Parse("dir/a.csv", []byte("# c\n"+header+"t1,,province,7,,Tỉnh,,,,\r\n"))
	want := `dir/a.csv:3:14: the unit code of a province has 2 digits, "7" has 1; put back the leading zero: "07"; Excel drops it
    t1,,province,7,,Tỉnh,,,,
                 ^`
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(header)
	for i := range maxRows {
		fmt.Fprintf(&b, "p%d,,province,,,P,,,,\n", i)
	}
	r := mustParse(t, b.String())
	if r.Len() != maxRows {
		t.Fatalf("got %d agencies, want %d", r.Len(), maxRows)
	}
	b.WriteString("one-more,,province,,,P,,,,\n")
	_, err := Parse("a.csv", []byte(b.String()))
	want := []string{fmt.Sprintf("%d:1 more than 100000 agencies; ", maxRows+2)}
	if diff := cmp.Diff(want, brief(err)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestMistakesHaveAnEnd(t *testing.T) {
	t.Parallel()
	_, err := Parse("a.csv", []byte(header+strings.Repeat("A,,province,,,P,,,,\n", maxMistakes+5)))
	got := brief(err)
	if len(got) != maxMistakes+1 || !strings.Contains(got[0], "more mistakes are not shown") {
		t.Errorf("got %d mistakes, the first %q", len(got), got[0])
	}
}

func TestLongLinesAreShortened(t *testing.T) {
	t.Parallel()
	_, err := Parse("a.csv", []byte(header+"t1,,province,,,"+strings.Repeat("ễ", 500)+",,,,\n"))
	ms, _ := errors.AsType[errs.Mistakes](err)
	if len(ms) != 1 || len([]rune(ms[0].Source)) != maxSource+1 || ms[0].Message != "the name has 500 characters; at most 200 are allowed" {
		t.Errorf("got %+v", ms)
	}
}

// A chain as long as the file must neither overflow the stack nor take long.
func TestDeepTree(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(header + "d0,,province,,,P,,,,\n")
	const depth = 50_000
	for i := 1; i <= depth; i++ {
		fmt.Fprintf(&b, "d%d,d%d,department,,,P,,,,\n", i, i-1)
	}
	r := mustParse(t, b.String())
	if got := len(r.Subtree(r.ByID("d1"))); got != depth {
		t.Errorf("got a subtree of %d, want %d", got, depth)
	}
	cyclic := strings.Replace(b.String(), "d1,d0,", fmt.Sprintf("d1,d%d,", depth), 1)
	_, err := Parse("a.csv", []byte(cyclic))
	want := []string{`3:4 agency "d1" is below itself: d1 → d50000 → d49999 → d49998 → d49997 → d49996 → d49995 → d49994 → d49993 → d49992 → … → d1; let one of them have another parent`}
	if diff := cmp.Diff(want, brief(err)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
