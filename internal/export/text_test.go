package export

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendCSV(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"", ""},
		{"Phường Kinh Bắc", "Phường Kinh Bắc"},
		{"a,b", `"a,b"`},
		{`say "no"`, `"say ""no"""`},
		{"two\nlines", "\"two\nlines\""},
		{"two\r\nlines", "\"two\r\nlines\""},
		{" spaced ", `" spaced "`},
		{"=1+1", "'=1+1"},
		{"+84 912", "'+84 912"},
		{"- chậm", "'- chậm"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\tx", "'\tx"},
		{"\rx", "\"'\rx\""},
		{"\nx", "\"'\nx\""},
		{"＝1", "'＝1"},
		{"＋1", "'＋1"},
		{"－1", "'－1"},
		{"＠x", "'＠x"},
		{`=HYPERLINK("http://x","y")`, `"'=HYPERLINK(""http://x"",""y"")"`},
		{" =1+1", `"' =1+1"`},
		{"\u200b=1", "'\u200b=1"},
		{"\ufeff=1", "'\ufeff=1"},
		{"1=1", "1=1"},
		{"a=b", "a=b"},
		{"ý kiến", "ý kiến"},
		{"\u200b", "\u200b"},
	}
	for _, tt := range tests {
		if got := string(appendCSV(nil, tt.text)); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestAppendJSON(t *testing.T) {
	t.Parallel()
	got := string(appendJSON(nil, "a\"\\\n\r\t\x01\u2028\xffý"))
	if want := `"a\"\\\n\r\t\u0001\u2028\ufffdý"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzAppendCSV reads every field back with encoding/csv.
func FuzzAppendCSV(f *testing.F) {
	for _, s := range []string{"", "a", `"`, `""`, "a,b\r\nc", "=x", " -1", "\xff", "＝1,\"", "\x00", "'=x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := append(appendCSV([]byte("first,"), text), ",last\r\n"...)
		record, err := csv.NewReader(strings.NewReader(string(line))).Read()
		if err != nil || len(record) != 3 || record[0] != "first" || record[2] != "last" {
			t.Fatalf("%q was written as %q and read as %q, error %v", text, line, record, err)
		}
		// The reader makes \r\n one \n, which is no loss of ours.
		want := strings.ReplaceAll(text, "\r\n", "\n")
		if isFormula(text) {
			want = strings.ReplaceAll("'"+text, "\r\n", "\n")
		}
		if record[1] != want {
			t.Errorf("%q: read back %q, want %q", text, record[1], want)
		}
		if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(record[1], unseen)); strings.ContainsRune(formulaStarts, first) {
			t.Errorf("%q: %q can be run by a spreadsheet", text, record[1])
		}
	})
}

// FuzzAppendJSON reads every string back with encoding/json.
func FuzzAppendJSON(f *testing.F) {
	for _, s := range []string{"", "a", `"\`, "\x00\x1f\x7f", "\u2028\u2029", "ý kiến", "\xff\xfea", "</script>", "😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		encoded := appendJSON(nil, text)
		var got string
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Fatalf("%q was written as %s: %v", text, encoded, err)
		}
		standard, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var want string
		if err := json.Unmarshal(standard, &want); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if strings.ContainsAny(string(encoded), "\u2028\u2029\n") || !utf8.Valid(encoded) {
			t.Errorf("%q: %q must be one line of UTF-8", text, encoded)
		}
	})
}
