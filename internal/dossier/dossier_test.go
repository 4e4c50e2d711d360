package dossier

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"hailong/internal/errs"
)

// known are the agencies of these tests.
func known(ref string) Fault {
	switch ref {
	case "x07210", "H05.37":
		return Fault{}
	case "old":
		return Fault{"the agency old does not exist today", "write its successor"}
	}
	return Fault{"there is no agency " + strconv.Quote(ref), "write its id"}
}

func check(t *testing.T, src string) (*List, string) {
	t.Helper()
	l, err := Parse("f.csv", []byte(src))
	if err == nil {
		err = l.Check(known)
	}
	if err == nil {
		return l, ""
	}
	mistakes, ok := errors.AsType[errs.Mistakes](err)
	if !ok {
		t.Fatalf("%q: got %T %v, want mistakes", src, err, err)
	}
	var told []string
	for _, m := range mistakes {
		if m.Cure == "" || m.File != "f.csv" {
			t.Errorf("%q: no cure or file: %+v", src, m)
		}
		told = append(told, strconv.Itoa(m.Line)+":"+strconv.Itoa(m.Column)+" "+m.Message)
	}
	return nil, strings.Join(told, "; ")
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"plain":                "dossier,agency,resolver,service,phone\nD1,x07210,H05.37,1.001,0912\nD2,x07210,,,\n",
		"Excel of Viet Nam":    "\ufeffsep=;\r\nMã hồ sơ;Cơ quan;Cơ quan giải quyết;Thủ tục;phone\r\nD1;x07210;H05.37;1.001;0912\r\nD2;x07210;;;\r\n",
		"tabs, capitals":       "DOSSIER\tAGENCY\tResolver\tSERVICE\tphone\nD1\tx07210\tH05.37\t1.001\t0912\nD2\tx07210\t\t\t\n\n",
		"quotes, other order":  "\"phone\",service,resolver,agency,dossier\n\"0912\",1.001,H05.37,x07210,\"D1\"\n,,,x07210,D2\n",
		"blanks, an empty row": " dossier , agency ,resolver,service,phone\n D1 , x07210 ,H05.37,1.001,0912\n,,,,\nD2,x07210,,,\n",
	} {
		l, told := check(t, src)
		if told != "" {
			t.Errorf("%s: %s", name, told)
			continue
		}
		if len(l.Rows) != 2 || len(l.Columns) != 5 {
			t.Fatalf("%s: got %d rows of %d columns", name, len(l.Rows), len(l.Columns))
		}
		got := ""
		for c := range columns {
			got += l.Rows[0].Value(c) + "|" + l.Rows[1].Value(c) + "|"
		}
		if want := "D1|D2|x07210|x07210|H05.37||1.001||"; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if strings.Join(l.References(), " ") == "" {
			t.Errorf("%s: no references", name)
		}
	}
}

func TestUTF16(t *testing.T) {
	t.Parallel()
	text := utf16.Encode([]rune("\ufeffMã hồ sơ\tCơ quan\nD1\tx07210\n"))
	little, big := []byte{}, []byte{}
	for _, u := range text {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	for name, src := range map[string][]byte{"little": little, "big": big} {
		if l, told := check(t, string(src)); told != "" || l.Rows[0].Value(Dossier) != "D1" {
			t.Errorf("%s: %s", name, told)
		}
	}
}

// Every mistake is told, at its place; one that makes no sense of the rest, alone.
func TestMistakes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ộ", maxText+1)
	for name, c := range map[string]struct{ src, want string }{
		"nothing":               {"", "the file is empty"},
		"a head alone":          {"dossier,agency\n", "the file has no dossiers"},
		"no agency":             {"dossier,place\nD1,x\n", "1:1 there is no column agency"},
		"a column twice":        {"dossier,agency,Cơ quan\nD1,x,y\n", "1:16 the column agency is there twice"},
		"a column of ours":      {"dossier,agency,link\nD1,x,y\n", "1:16 the column link is added by the program"},
		"unknown agency":        {"dossier,agency\nD1,nowhere\n", `2:4 there is no agency "nowhere"`},
		"closed agency":         {"dossier,agency\nD1,old\n", "2:4 the agency old does not exist today"},
		"empty cells":           {"dossier,agency\n,x07210\nD2,\n", "2:1 no dossier; 3:4 no agency"},
		"twice":                 {"dossier,agency\nD1,H05.37\nD1,x07210\n", "3:1 dossier D1 is in line 2 already"},
		"too many cells":        {"dossier,agency\nD1,x07210,z\n", "2:1 the row has 3 cells, the first line has 2"},
		"too few cells":         {"dossier,agency,service\nD1,x07210\n", "2:1 the row has 2 cells, the first line has 3"},
		"long":                  {"dossier,agency\n" + long + ",x07210\n", "2:1 a dossier of 101 characters, at most 100 are taken"},
		"several at once":       {"dossier,agency,resolver\n,zz,old\nD2,x07210,yy\n", `2:1 no dossier; 2:2 there is no agency "zz"; 2:5 the agency old does not exist today; 3:11 there is no agency "yy"`},
		"characters, not bytes": {"dossier,note,agency\nHồ sơ,đã đủ,zz\n", `2:13 there is no agency "zz"`},
	} {
		_, told := check(t, c.src)
		if !strings.Contains(told, c.want) {
			t.Errorf("%s: got %s, want %s", name, told, c.want)
		}
	}
	for _, src := range []string{"dossier,agency\n\"D1,x07210\n", "dossier,agency\nD\x001,x07210\n", "dossier,agency\n\xff,x07210\n", "PK\x03\x04"} {
		if l, told := check(t, src); told == "" {
			t.Errorf("%q: got %+v, want a mistake", src, l)
		}
	}
}

func TestManyMistakesAreCut(t *testing.T) {
	t.Parallel()
	_, err := Parse("f.csv", []byte("dossier,agency\n"+strings.Repeat(",\n", 10)+strings.Repeat("D,\n", 3*maxFaults)))
	if err != nil {
		t.Fatal(err)
	}
	l, _ := Parse("f.csv", []byte("dossier,agency\n"+strings.Repeat("D,\n", 3*maxFaults)))
	mistakes, _ := errors.AsType[errs.Mistakes](l.Check(known))
	if len(mistakes) == 0 || len(mistakes) > maxFaults+1 {
		t.Errorf("got %d mistakes, want at most %d", len(mistakes), maxFaults+1)
	}
}

// Whatever a file holds, it is read or told; what is read is complete.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"dossier,agency\nD1,x07210\n", "\ufeffsep=;\nMã hồ sơ;Cơ quan\nD1;x07210\n", "dossier\tagency\n\"a\nb\"\tx\n", "\xff\xfed\x00", ",,,\n,,", "dossier,agency,code\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		l, err := Parse("f.csv", src)
		if err != nil {
			if mistakes, ok := errors.AsType[errs.Mistakes](err); !ok || len(mistakes) == 0 {
				t.Fatalf("got %T %v", err, err)
			}
			return
		}
		if l.Check(known) != nil {
			return
		}
		seen := map[string]bool{}
		for i := range l.Rows {
			r := &l.Rows[i]
			if len(r.Cells) != len(l.Columns) || r.Value(Dossier) == "" || r.Value(Agency) == "" || seen[r.Value(Dossier)] {
				t.Fatalf("%q: row %+v passed", src, r)
			}
			seen[r.Value(Dossier)] = true
		}
		if len(l.Rows) == 0 {
			t.Fatalf("%q: nothing is read, and nothing told", src)
		}
	})
}
