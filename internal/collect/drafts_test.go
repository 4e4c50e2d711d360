package collect

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/draft"
	"hailong/internal/response"
)

// tokenOf makes a token that only looks random.
func tokenOf(t testing.TB, n byte) draft.Token {
	t.Helper()
	token, ok := draft.ParseToken(strings.Repeat(string("ABCDEFGH"[n]), 26))
	if !ok {
		t.Fatal("no token")
	}
	return token
}

// A draft is there until it is replaced, sent, thrown away, or too old, and for
// nobody without its token.
func TestDrafts(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	token, other := tokenOf(t, 1), tokenOf(t, 2)
	want := func(token draft.Token, want *draft.Content) {
		t.Helper()
		got, err := w.collector.Draft(token)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	}
	save := func(token draft.Token, c *draft.Content) {
		t.Helper()
		if err := w.collector.SaveDraft(t.Context(), token, c); err != nil {
			t.Fatal(err)
		}
	}
	want(token, nil)
	first := &draft.Content{Survey: "trial", Agency: "tan-chi", Lang: "vi", Page: 1, Values: map[string][]string{"level": {"4"}, "comment": {"Tốt 👍"}}}
	save(token, first)
	want(token, first)
	want(other, nil)
	second := &draft.Content{Survey: "trial", Agency: "tan-chi", Lang: "en", Page: 2, Values: map[string][]string{"level": {"5"}}}
	save(token, second)
	want(token, second)

	// Sent, it is gone, also for a copy of the form that is sent later.
	in := input(t, string(token))
	in.Draft = true
	if _, err := w.collector.Submit(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	want(token, nil)
	save(token, second)
	if receipt, err := w.collector.Submit(t.Context(), in); err != nil || receipt.New {
		t.Fatalf("again: got %+v, %v", receipt, err)
	}
	want(token, nil)

	// A submission that is refused leaves the draft where it is.
	save(other, first)
	bad := input(t, string(other))
	bad.Draft, bad.Answers = true, answers(t, `{"level":"9"}`)
	if _, err := w.collector.Submit(t.Context(), bad); kindOf(err) != "2 invalid level:unknown_option" {
		t.Fatal(err)
	}
	want(other, first)
	// So does one that only happens to have this key: the API has no drafts.
	stranger := input(t, string(other))
	stranger.Survey = "trial"
	if _, err := w.collector.Submit(t.Context(), stranger); err != nil {
		t.Fatal(err)
	}
	want(other, first)
	if err := w.collector.DropDraft(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	want(other, nil)
	if err := w.collector.DropDraft(t.Context(), other); err != nil {
		t.Error("what is gone can be dropped again: ", err)
	}
}

// A draft counts where it is begun: in the only wave that is open, of the agency
// and by the channel that the form says, as far as these exist.
func TestDraftsAreCounted(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	for i, c := range []*draft.Content{
		{Survey: "trial", Agency: "tan-chi", Channel: "kiosk", Counter: "q1", Values: map[string][]string{"level": {"4"}}},
		{Survey: "trial", Agency: "tan-chi", Channel: "kiosk", Counter: "q1", Values: map[string][]string{"level": {"5"}}},
		{Survey: "trial", Agency: "nobody", Channel: "smoke", Counter: "no such counter", Values: map[string][]string{"level": {"5"}}},
	} {
		if err := w.collector.SaveDraft(t.Context(), tokenOf(t, byte(i)), c); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.store.Begun()
	if err != nil {
		t.Fatal(err)
	}
	day := got[0].Day
	number := w.store.Catalog().Agencies.ByID("tan-chi").Number
	want := []draft.Begun{
		{Place: draft.Place{Survey: "trial", Wave: "1", Day: day}, Forms: 1},
		{Place: draft.Place{Survey: "trial", Wave: "1", Agency: number, Day: day, Channel: response.Kiosk, Counter: "q1"}, Forms: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" || day == 0 {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
