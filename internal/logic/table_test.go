package logic

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the compiled form of every case to testdata/cases.json")

const casesFile = "testdata/cases.json"

// table is testdata/cases.json: what internal/browser/logic.test.mjs runs, too.
type table struct {
	Items   map[string]tableItem `json:"items"`
	Answers map[string]Value     `json:"answers"`
	Cases   []tableCase          `json:"cases"`
}

type tableItem struct {
	Kind    ValueKind           `json:"kind"`
	Options map[string]*float64 `json:"options,omitempty"`
}

// tableCase is an expression with what it is. Of a condition that is true, false
// or null; of a calculation a number, a text, {"date": …}, {"code": …} or null.
type tableCase struct {
	If        string          `json:"if,omitempty"`
	Calculate string          `json:"calculate,omitempty"`
	Is        json.RawMessage `json:"is"`
	Tree      json.RawMessage `json:"tree,omitempty"` // compiled
}

func readTable(t *testing.T) *table {
	t.Helper()
	data, err := os.ReadFile(casesFile)
	if err != nil {
		t.Fatal(err)
	}
	var tab table
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&tab); err != nil {
		t.Fatal(err)
	}
	return &tab
}

func (tab *table) item(id string) (Item, bool) {
	it, ok := tab.Items[id]
	return Item(it), ok
}

// expr reads and checks the expression of a case.
func (tab *table) expr(t *testing.T, c *tableCase) *Expr {
	t.Helper()
	src, read := c.If, Parse
	if c.If == "" {
		src, read = c.Calculate, ParseValue
	}
	e, problem := read(src)
	if problem != nil {
		t.Fatalf("%s: %+v", src, *problem)
	}
	if problems := e.Check(tab.item); problems != nil {
		t.Errorf("%s: %+v", src, problems)
	}
	return e
}

// shown is a result as the table writes it.
func shown(t *testing.T, e *Expr, lookup func(string) Value) string {
	t.Helper()
	var is any
	if e.root.truth {
		is = map[Truth]any{False: false, True: true}[e.Eval(lookup)]
	} else {
		switch v := e.Value(lookup); v.Kind {
		case Number:
			is = v.Number
		case Text:
			is = v.Text
		case Date:
			is = map[string]string{"date": isoDay(v.Number)}
		case Code:
			is = map[string]string{"code": v.Code}
		case Missing:
		default:
			t.Fatalf("%s is %+v", e, v)
		}
	}
	data, err := json.Marshal(is)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The language by examples, and its compiled form, which must stay as it is: pages
// that are open while the program is replaced still evaluate it.
func TestTable(t *testing.T) {
	t.Parallel()
	tab := readTable(t)
	if len(tab.Cases) < 150 {
		t.Errorf("only %d cases", len(tab.Cases))
	}
	lookup := func(id string) Value { return tab.Answers[id] }
	for i := range tab.Cases {
		c := &tab.Cases[i]
		e := tab.expr(t, c)
		var want any
		if err := json.Unmarshal(c.Is, &want); err != nil {
			t.Fatal(err)
		}
		canonical, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(t, e, lookup); got != string(canonical) {
			t.Errorf("%s: got %s, want %s", e, got, canonical)
		}
		if kind := e.Kind(tab.item); !e.root.truth && kind != e.Value(lookup).Kind && string(c.Is) != "null" {
			t.Errorf("%s: Kind says %s, but it is %s", e, kind, c.Is)
		}
		if *update {
			c.Tree = e.Compiled()
			continue
		}
		if diff := cmp.Diff(string(c.Tree), string(e.Compiled())); diff != "" {
			t.Errorf("%s: compiled (-want +got):\n%s", e, diff)
		}
	}
	if *update {
		writeTable(t, tab)
	}
}

// writeTable writes the table with one line for each item, answer and case.
func writeTable(t *testing.T, tab *table) {
	t.Helper()
	var b bytes.Buffer
	lines := func(name, begin, end string, list []string) {
		b.WriteString(`"` + name + `": ` + begin + "\n")
		for i, line := range list {
			b.WriteString(line)
			if i < len(list)-1 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
		}
		b.WriteString(end)
	}
	plain := func(v any) string {
		var line bytes.Buffer
		e := json.NewEncoder(&line)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			t.Fatal(err)
		}
		return string(bytes.TrimSpace(line.Bytes()))
	}
	b.WriteString("{\n")
	lines("items", "{", "},\n", byName(tab.Items, plain))
	lines("answers", "{", "},\n", byName(tab.Answers, plain))
	cases := make([]string, len(tab.Cases))
	for i := range tab.Cases {
		cases[i] = plain(tab.Cases[i])
	}
	lines("cases", "[", "]\n", cases)
	b.WriteString("}\n")
	if err := os.WriteFile(casesFile, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func byName[T any](m map[string]T, plain func(any) string) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, plain(name)+": "+plain(m[name]))
	}
	return list
}
