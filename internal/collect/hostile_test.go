package collect

import (
	"fmt"
	"testing"
	"time"

	"hailong/internal/draft"
	"hailong/internal/response"
)

// Texts are kept as they were meant, whatever a program that shows them might
// take them for: who writes them out escapes them, nobody here cuts them up.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	for i, c := range []struct{ sent, want string }{
		{"<b>x</b>", "<b>x</b>"},
		{"=1+1", "=1+1"},
		{"@SUM(A1)", "@SUM(A1)"},
		{"{{.}}${x}", "{{.}}${x}"},
		{"' OR 1=1", "' OR 1=1"},
		{"👨‍👩‍👧", "👨‍👩‍👧"},
		{"Tô\u0301t", "Tốt"}, // combining marks are put together
		{"  tốt\u00a0 ", "tốt"},
		{"   \t\n ", ""},
		{"a\x00b\x1b[2J", "ab[2J"}, // nothing that a terminal obeys
		{"gpj\u202eexe", "gpjexe"}, // nothing that turns what stands behind it
		{"\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"},
	} {
		in := input(t, fmt.Sprint("key-", i))
		in.Answers = append(in.Answers, Field{Item: "comment", Value: Value{Kind: String, Text: c.sent}})
		if _, err := w.collector.Submit(t.Context(), in); err != nil {
			t.Errorf("%q: %v", c.sent, err)
			continue
		}
		list, got := w.stored(t), ""
		for _, a := range list[len(list)-1].Answers {
			got += a.Words
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.sent, got, c.want)
		}
	}
	in := input(t, "bad")
	in.Answers = append(in.Answers, Field{Item: "comment", Value: Value{Kind: String, Text: "a\xff"}})
	if _, err := w.collector.Submit(t.Context(), in); kindOf(err) != "2 invalid comment:invalid_text" {
		t.Errorf("no UTF-8: got %v", kindOf(err))
	}
}

// A draft goes on in the version that it was begun in, and not for ever.
func TestOldDrafts(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	first := w.store.Catalog().Survey("trial").Current().Questionnaire.Version
	w.openWave(t, "1")
	token := tokenOf(t, 3)
	if err := w.collector.SaveDraft(t.Context(), token, &draft.Content{Survey: "trial", Version: first, Values: map[string][]string{"level": {"4"}}}); err != nil {
		t.Fatal(err)
	}
	w.publish(t, "line.yaml")
	got, err := w.collector.Draft(token)
	if err != nil || got == nil || got.Version != first {
		t.Fatalf("after another version: got %+v, %v", got, err)
	}
	in := input(t, "api-key")
	in.Version = got.Version
	if _, err := w.collector.Submit(t.Context(), in); err != nil {
		t.Errorf("an answer to the version before: %v", err)
	}
	w.clock.at = w.clock.at.Add((DraftDays + 1) * 24 * time.Hour)
	if _, err := w.store.Purge(response.DayOf(w.clock.now())); err != nil {
		t.Fatal(err)
	}
	if got, err := w.collector.Draft(token); got != nil || err != nil {
		t.Errorf("purged: got %+v, %v", got, err)
	}
}
