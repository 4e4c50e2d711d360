package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	t.Parallel()
	old := strings.Join([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}, "\n")
	got := unifiedDiff("f", old, strings.ReplaceAll(strings.ReplaceAll(old, "b\n", ""), "k", "l\nm\n"))
	const want = `--- f
+++ f (formatted)
@@ -1,5 +1,4 @@
 a
-b
 c
 d
 e
@@ -8,4 +7,5 @@
 h
 i
 j
-k
\ No newline at end of file
+l
+m
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := unifiedDiff("f", old, old); got != "" {
		t.Errorf("the same text: got %q", got)
	}
}

// Whatever two texts are, the one with its difference is the other.
func TestDiffsApply(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range chance.IntN(40) {
			b.WriteString(strconv.Itoa(chance.IntN(25)) + "\n")
		}
		if chance.IntN(3) == 0 {
			b.WriteString("end")
		}
		return b.String()
	}
	for range 3000 {
		old := text()
		now := text()
		if chance.IntN(2) == 0 { // much the same
			now = strings.Replace(old, strconv.Itoa(chance.IntN(25)), "new\nold", 1+chance.IntN(3))
		}
		diff := unifiedDiff("f", old, now)
		if got := patched(t, old, diff); got != now {
			t.Fatalf("got %q, want %q, from %q by\n%s", got, now, old, diff)
		}
	}
}

// patched does to a text what a difference says.
func patched(t *testing.T, old, diff string) string {
	t.Helper()
	if diff == "" {
		return old
	}
	lines := strings.SplitAfter(old, "\n")
	var out []string
	at, last := 0, ""
	for line := range strings.SplitAfterSeq(strings.SplitAfterN(diff, "\n", 3)[2], "\n") {
		switch {
		case strings.HasPrefix(line, "@@ -"):
			from, count, _ := strings.Cut(strings.Fields(line)[1][1:], ",")
			n, err := strconv.Atoi(from)
			if err != nil {
				t.Fatal(err)
			}
			if count != "0" {
				n--
			}
			out = append(out, lines[at:n]...)
			at = n
		case strings.HasPrefix(line, "\\"):
			if last == "-" {
				continue
			}
			out[len(out)-1] = strings.TrimSuffix(out[len(out)-1], "\n")
		case strings.HasPrefix(line, "+"):
			last = "+"
			out = append(out, line[1:])
		case line != "":
			last = line[:1]
			if strings.TrimSuffix(lines[at], "\n") != strings.TrimSuffix(line[1:], "\n") {
				t.Fatalf("%q is not %q", line, lines[at])
			}
			if line[0] == ' ' {
				out = append(out, line[1:])
			}
			at++
		}
	}
	return strings.Join(append(out, lines[at:]...), "")
}
