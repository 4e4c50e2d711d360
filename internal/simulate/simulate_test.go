package simulate

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// digest is a hash of a whole stream in a form that never changes: that in which
// responses are stored.
func digest(q *questionnaire.Questionnaire, list []response.Response) string {
	h, l := sha256.New(), response.NewLayout(q)
	for i := range list {
		h.Write(response.AppendRecord(nil, &list[i], l))
		for _, days := range l.Retentions() {
			h.Write(response.AppendPersonal(nil, &list[i], l, days))
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Changes of the model are allowed, but never unnoticed: published demonstrations move.
func TestSameSeedSameResponses(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]Config{"71b342f4faf737ca": config(t, 2000), "9080704e0e91bc80": everything(t, 2000)} {
		first := digest(c.Questionnaire, all(t, c))
		if again := digest(c.Questionnaire, all(t, c)); again != first {
			t.Error("a second simulation differs")
		}
		s := simulation(t, c)
		for range 2 { // the same simulation can be gone through again
			var again []response.Response
			for r := range s.Responses() {
				again = append(again, keep(r))
			}
			if digest(c.Questionnaire, again) != first {
				t.Error("a second pass differs")
			}
		}
		if first != want {
			t.Errorf("digest of the responses: got %s, want %s", first, want)
		}
	}
}

func TestOtherSeedOtherResponses(t *testing.T) {
	t.Parallel()
	c := config(t, 1000)
	first := all(t, c)
	c.Seed = 2
	ids := map[response.ID]bool{}
	same := 0
	for i, r := range all(t, c) {
		ids[r.ID] = true
		if cmp.Equal(first[i].Answers, r.Answers) {
			same++
		}
	}
	if same > 50 {
		t.Errorf("%d of 1000 responses have the same answers under another seed", same)
	}
	for i := range first {
		if ids[first[i].ID] {
			t.Fatalf("response %d has an id of another seed", i)
		}
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	ids := map[response.ID]bool{}
	fingerprints := map[uint64]bool{}
	for _, r := range all(t, config(t, 5000)) {
		if r.Fingerprint == 0 {
			t.Fatal("a fingerprint is zero")
		}
		if r.Version != 7 {
			t.Fatalf("version: got %d, want 7", r.Version)
		}
		ids[r.ID] = true
		fingerprints[r.Fingerprint] = true
	}
	if len(ids) != 5000 || len(fingerprints) != 5000 {
		t.Errorf("%d ids and %d fingerprints of 5000 responses", len(ids), len(fingerprints))
	}
}

func TestOrderOfDays(t *testing.T) {
	t.Parallel()
	c := config(t, 3001)
	waves := map[uint32]Wave{}
	for _, w := range c.Waves {
		waves[w.Number] = w
	}
	counts := map[uint32]int{}
	days := map[response.Day]bool{}
	last := response.Day(0)
	for _, r := range all(t, c) {
		w, known := waves[r.Wave]
		if !known || r.Day < w.Opens || r.Day > w.Closes {
			t.Fatalf("%s is not in wave %d", r.Day, r.Wave)
		}
		if r.Day < last {
			t.Fatalf("%s follows %s", r.Day, last)
		}
		last = r.Day
		counts[r.Wave]++
		days[r.Day] = true
	}
	if diff := cmp.Diff(map[uint32]int{1: 1000, 2: 1000, 4: 1001}, counts); diff != "" {
		t.Errorf("responses per wave (-want +got):\n%s", diff)
	}
	if got, want := len(days), 30+37+1; got != want {
		t.Errorf("days with responses: got %d, want %d", got, want)
	}
}

// What a condition hides is not asked, and what it shows is: worked out here
// from the stored answers.
func TestConditions(t *testing.T) {
	t.Parallel()
	c := config(t, 10_000)
	q := c.Questionnaire
	at := func(r *response.Response, id string) response.Answer { return r.Answers[q.Variable(id).Index] }
	shown := map[string]int{}
	for _, r := range all(t, c) {
		trouble, times, needs := at(&r, "trouble"), at(&r, "times"), at(&r, "needs")
		for id, want := range map[string]bool{
			"trouble_kind": trouble.State == response.Answered && trouble.Option > 0,
			"often":        times.State == response.Answered && times.Amount > 3,
			"hours_wish":   needs.Set&1 == 1,
		} {
			if got := at(&r, id).State != response.NotAsked; got != want {
				t.Fatalf("%s shown: got %v, want %v", id, got, want)
			}
			if want {
				shown[id]++
			}
		}
	}
	for _, id := range []string{"trouble_kind", "often", "hours_wish"} {
		if n := shown[id]; n < 100 || n > 9900 {
			t.Errorf("%s is shown %d times of 10000", id, n)
		}
	}
}

func TestEveryAnswerHappens(t *testing.T) {
	t.Parallel()
	c := everything(t, 20_000)
	seen := make([]map[string]bool, len(c.Questionnaire.Variables()))
	for i := range seen {
		seen[i] = map[string]bool{}
	}
	look := func(answers []response.Answer) {
		for i, a := range answers {
			seen[i][a.State.String()] = true
			for o, option := range c.Questionnaire.Variables()[i].Options() {
				oneOf := c.Questionnaire.Variables()[i].Kind == questionnaire.OneOf
				if a.State == response.Answered && (oneOf && int(a.Option) == o || !oneOf && a.Set>>o&1 == 1) {
					seen[i][option.Code] = true
				}
			}
		}
	}
	for r := range simulation(t, c).Responses() {
		look(r.Answers)
		for _, one := range r.Repeats {
			look(one.Answers)
		}
	}
	for i := range seen {
		for _, code := range possible(&c.Questionnaire.Variables()[i]) {
			if !seen[i][code] {
				t.Errorf("%s is never %s", c.Questionnaire.Variables()[i].ID, code)
			}
		}
	}
}

// possible lists the answers that a variable can have.
func possible(v *questionnaire.Variable) []string {
	list := []string{"answered"}
	for _, o := range v.Options() {
		if !o.Exclusive || v.Item.MinChoices < 2 {
			list = append(list, o.Code)
		}
	}
	for _, m := range v.Item.Missing {
		list = append(list, m.Code)
	}
	always := v.Item.Type == questionnaire.Calculated || v.Item.Value != ""
	if !v.Item.Required && !always || v.Part == questionnaire.OfOther {
		list = append(list, "skipped")
	}
	return list
}

func TestSizesAreUneven(t *testing.T) {
	t.Parallel()
	counts := map[uint32]int{}
	for _, r := range all(t, config(t, 40_000)) {
		counts[r.Agency]++
	}
	sizes := slices.Sorted(maps.Values(counts))
	if len(sizes) >= 40 {
		t.Error("every agency has responses, want one without")
	}
	if sizes[0] > 300 || sizes[len(sizes)-1] < 2500 {
		t.Errorf("sizes from %d to %d, want some far below and far above 1000", sizes[0], sizes[len(sizes)-1])
	}
}

func TestChannels(t *testing.T) {
	t.Parallel()
	c := config(t, 3000)
	seen := map[response.Channel]int{}
	for _, r := range all(t, c) {
		seen[r.Channel]++
		if (r.Channel == response.Paper) != (r.Seconds == 0) {
			t.Fatalf("channel %s took %d s", r.Channel, r.Seconds)
		}
	}
	if len(seen) != len(response.Channels)-1 || seen[response.Import] > 0 {
		t.Errorf("channels: got %v, want all but import", seen)
	}
	c.Channels = []response.Channel{response.Kiosk, response.Import}
	for _, r := range all(t, c) {
		if r.Channel != response.Kiosk {
			t.Fatalf("channel %s, want kiosk", r.Channel)
		}
	}
	c.Channels = []response.Channel{response.Import}
	for _, r := range all(t, c) {
		if r.Channel != response.Import {
			t.Fatalf("channel %s, want import, the only one allowed", r.Channel)
		}
	}
}

func TestComments(t *testing.T) {
	t.Parallel()
	c := config(t, 20_000)
	list := all(t, c)
	written, byLang := 0, map[uint8]int{}
	for i, a := range answers(c.Questionnaire, list, "comment") {
		byLang[list[i].Lang]++
		if a.State == response.Answered {
			written++
		}
	}
	if written < 20_000*3/100 || written > 20_000*6/100 {
		t.Errorf("comments: got %d of 20000, want about %d %%", written, CommentPercent)
	}
	if byLang[1] < 200 || byLang[1] > 1200 || len(byLang) != 2 {
		t.Errorf("languages: got %v", byLang)
	}
	if n := len(praise) + len(neutral) + len(complaints); n < 40 {
		t.Errorf("%d remarks, want at least 40", n)
	}
	for _, r := range slices.Concat(praise, neutral, complaints) {
		for _, text := range []string{r.vi, r.en} {
			if text == "" || strings.ContainsFunc(text, func(c rune) bool { return unicode.Is(unicode.Mn, c) }) {
				t.Errorf("%q is empty or not in normal form", text)
			}
		}
	}
}

func TestComment(t *testing.T) {
	t.Parallel()
	if got, want := comment(pleased+1, "en", 5, 3), "Good."; got != want {
		t.Errorf("got %q, want %q, the only one that fits", got, want)
	}
	if got, want := utf8.RuneCountInString(comment(displeased-1, "vi", 3, 0)), 3; got != want {
		t.Errorf("cut to %d characters, want %d", got, want)
	}
	if got, want := comment(0, "fr", 1000, 0), neutral[0].vi; got != want {
		t.Errorf("got %q, want %q for a language without remarks", got, want)
	}
}

func TestBadConfigurations(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*Config)
		want   string
	}{
		"no questionnaire":  {func(c *Config) { c.Questionnaire = nil }, "no questionnaire"},
		"negative":          {func(c *Config) { c.Responses = -1 }, "-1 responses"},
		"no agencies":       {func(c *Config) { c.Agencies = nil }, "no agencies"},
		"no waves":          {func(c *Config) { c.Waves = nil }, "no waves"},
		"closes too early":  {func(c *Config) { c.Waves[1].Closes = c.Waves[1].Opens - 1 }, "wave 2 closes on"},
		"no agency by then": {func(c *Config) { c.Agencies = agencies(1); c.Agencies[0].ValidTo = "2026-01-31" }, "throughout wave 2"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(t, 10)
			tt.change(&c)
			_, err := New(c)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error: got %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestAgenciesThatEnd(t *testing.T) {
	t.Parallel()
	c := config(t, 3000)
	for _, a := range c.Agencies[:20] {
		a.ValidTo = "2025-12-31"
	}
	for _, r := range all(t, c) {
		if r.Wave > 1 && r.Agency <= 20 {
			t.Fatalf("agency %d has a response of %s", r.Agency, r.Day)
		}
	}
}

func TestNoResponsesAndEarlyEnd(t *testing.T) {
	t.Parallel()
	if n := len(all(t, config(t, 0))); n != 0 {
		t.Errorf("%d responses, want none", n)
	}
	n := 0
	for range simulation(t, config(t, 100)).Responses() {
		if n++; n == 10 {
			break
		}
	}
	if n != 10 {
		t.Errorf("%d responses, want 10", n)
	}
}

func BenchmarkResponses(b *testing.B) {
	s := simulation(b, config(b, b.N))
	b.ReportAllocs()
	b.ResetTimer()
	for range s.Responses() {
	}
}
