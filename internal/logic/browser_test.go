package logic

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What the browser runs, and the test of it.
const (
	script     = "../../static/logic.js"
	scriptTest = "../browser/logic.test.mjs"
)

// madeCase is one line for internal/browser/logic.test.mjs.
type madeCase struct {
	Src     string           `json:"src"`
	Test    bool             `json:"test,omitempty"`
	Tree    json.RawMessage  `json:"tree,omitempty"`
	Answers map[string]Value `json:"answers,omitempty"`
	Pattern *string          `json:"pattern,omitempty"`
	Text    string           `json:"text"`
	Is      any              `json:"is"`
}

// The browser must come to the same results as the server, on the table and on
// thousands of expressions and patterns made at random. Without node the test is
// skipped, but fails where CI is set.
func TestBrowserAgrees(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		message := "THE BROWSER'S SIDE CANNOT BE TESTED: missing node. Run: make setup"
		if os.Getenv("CI") != "" || os.Getenv("BROWSER_TESTS") != "" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	// Looked at here so that the go command knows what its stored result depends on.
	for _, name := range []string{script, scriptTest, casesFile} {
		if _, err := os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "cases.jsonl")
	writeMade(t, name)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, scriptTest)
	cmd.Env = append(os.Environ(), "LOGIC_CASES="+name)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("node %s: %v\n%.4000s", scriptTest, err, out)
	}
}

// writeMade writes 8000 expressions, half of them conditions, and 4000 texts for
// patterns.
func writeMade(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	lines := json.NewEncoder(w)
	m := newMaker(20261123)
	write := func(c *madeCase) {
		if err := lines.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	results := map[string]int{}
	for n := 0; n < 8000; {
		c, kind := m.expression(t, n)
		if c == nil {
			continue
		}
		results[kind]++
		write(c)
		n++
	}
	// Expressions that are always missing would agree in anything.
	for _, kind := range []string{"false", "true", "unknown", "number", "text", "date", "code", "missing"} {
		if results[kind] < 50 {
			t.Errorf("only %d results are %s: %v", results[kind], kind, results)
		}
	}
	for n := 0; n < 4000; {
		p, problem := CompilePattern(m.pattern(2))
		if problem != nil {
			continue
		}
		js := p.JS()
		for range 4 {
			text := m.word()
			is := p.MatchString(text)
			if plain := regexp.MustCompile(`\A(?:` + p.String() + `)\z`).MatchString(text); plain != is {
				t.Errorf("%s of %q: got %t, as Go reads it %t", p, text, is, plain)
			}
			write(&madeCase{Src: p.String(), Pattern: &js, Text: text, Is: is})
			n++
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}

// expression makes a case, and says what kind of result it has; nil when it came
// out too long.
func (m maker) expression(t *testing.T, n int) (c *madeCase, kind string) {
	t.Helper()
	depth := 1 + m.IntN(4)
	c = &madeCase{Test: n%2 == 0, Answers: m.answers()}
	read := Parse
	if c.Test {
		c.Src = m.test(depth)
	} else {
		c.Src, read = []func(int) string{m.number, m.text, m.date, m.code}[m.IntN(4)](depth), ParseValue
	}
	e, problem := read(c.Src)
	if problem != nil {
		if len(c.Src) < MaxLength/2 && !strings.Contains(problem.Message, "parts") {
			t.Fatalf("%s: %+v", c.Src, *problem)
		}
		return nil, ""
	}
	if problems := e.Check(madeItem); problems != nil {
		t.Fatalf("%s: %+v", c.Src, problems)
	}
	lookup := func(id string) Value { return c.Answers[id] }
	c.Tree = e.Compiled()
	if c.Test {
		is := e.Eval(lookup)
		c.Is = map[Truth]any{False: false, True: true}[is]
		return c, [...]string{"false", "unknown", "true"}[is]
	}
	v := e.Value(lookup)
	if kind := e.Kind(madeItem); v.Kind != Missing && v.Kind != kind {
		t.Errorf("%s: Kind says %s, but it is %+v", e, kind, v)
	}
	v.Values = nil
	c.Is = v
	return c, v.Kind.String()
}

// What was printed means the same, for expressions of every kind.
func TestPrintKeepsEverything(t *testing.T) {
	t.Parallel()
	m := maker{rand.New(rand.NewPCG(3, 4))}
	for n := range 2000 {
		c, _ := m.expression(t, n)
		if c == nil {
			continue
		}
		read := Parse
		if !c.Test {
			read = ParseValue
		}
		e, _ := read(c.Src)
		again, problem := read(e.String())
		if problem != nil {
			t.Fatalf("%s: %+v", e, *problem)
		}
		if again.String() != e.String() || !bytes.Equal(again.Compiled(), e.Compiled()) {
			t.Errorf("%s printed as %s, then as %s", c.Src, e, again)
		}
	}
}

// Every page with a condition of its own page loads the script.
func TestScriptIsSmall(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if packed.Len() > 3<<10 {
		t.Errorf("%d bytes compressed, want at most 3072", packed.Len())
	}
	for _, bad := range []string{"eval(", "Function(", "import ", "http:", "https:"} {
		if strings.Contains(string(data), bad) {
			t.Errorf("the script contains %q", bad)
		}
	}
}
