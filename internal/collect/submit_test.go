package collect

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/response"
)

// whole is a submission of every.yaml that nothing is wrong with.
func whole(t testing.TB, key, more string) *Input {
	t.Helper()
	in, err := ReadJSON(`{"agency":"tan-chi","lang":"en","consent":true,"parameters":{"campaign":"a7"},
		"answers":{` + yes + `,"visits":30,"how":["post","counter"],"mobile":"+84 912 345 678","departments":["so2","so1"]` + more + `},
		"repeat":[{"agency":"so1","answers":{"level":"1","why":"chậm","kind":"2"}},{"agency":"so2","answers":{"level":2,"order":["b","a"]}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	in.Survey, in.Key = "trial", key
	return in
}

func TestSubmitEverything(t *testing.T) {
	t.Parallel()
	w := open(t)
	q := w.publish(t, "every.yaml")
	w.openWave(t, "1")
	in := whole(t, "key", `,"place_other":"x"`)
	want := Receipt{ID: response.NewID("trial", "key"), Seq: 4, New: true, Dropped: []string{"place_other", "kind"}, End: "busy"}
	want.Code = want.ID.Receipt()
	for range 2 { // the same again has the same receipt
		receipt, err := w.collector.Submit(t.Context(), in)
		if diff := cmp.Diff(want, receipt); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
		want.New = false
	}
	seen := 0
	err := w.store.ScanPersonal(t.Context(), 0, w.store.Watermark(), func(_ uint64, r *response.Response) error {
		seen++
		const whole = `used=yes place=here how=+counter+post visits=30 mobile="0912345678" departments="so2 so1" campaign="a7" total=110 words_used="yes-a7"`
		if got := told(q, r.Answers); got != whole {
			t.Errorf("got %s", got)
		}
		if len(r.Repeats) != 2 || r.Repeats[0].Agency != 6 || r.Repeats[1].Agency != 5 {
			t.Fatalf("got %+v", r.Repeats)
		}
		if got, want := told(q, r.Repeats[0].Answers)+"|"+told(q, r.Repeats[1].Answers), `level=2 bad=30 order_1=b order_2=a|level=1 why="chậm" bad=31`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		return nil
	})
	if err != nil || seen != 1 {
		t.Fatalf("%v, %d responses", err, seen)
	}
}

// Consent is asked for where the questionnaire asks for it, and nowhere else.
func TestSubmitConsent(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "every.yaml")
	w.openWave(t, "1")
	in := whole(t, "key", "")
	in.Consent = false
	if _, err := w.collector.Submit(t.Context(), in); kindOf(err) != "2 invalid consent:consent_required" {
		t.Errorf("got %v", err)
	}
	w.publish(t, "first.yaml")
	in = input(t, "key")
	in.Consent = true
	if _, err := w.collector.Submit(t.Context(), in); err != nil {
		t.Error(err)
	}
}

// event opens the wave 1 of the trial with limits.
func (w *world) limit(t testing.TB, change func(w *response.WaveOpened)) {
	t.Helper()
	wave := response.WaveOpened{Survey: "trial", Wave: "1"}
	change(&wave)
	ev, err := wave.Event(0)
	w.change(t, ev, err)
}

func TestSubmitByInvitation(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	if _, err := w.collector.Submit(t.Context(), input(t, "before")); err != nil {
		t.Fatal(err)
	}
	w.limit(t, func(w *response.WaveOpened) { w.Invitation = true })
	for channel, want := range map[string]string{
		"": "4 invitation_required", "qr": "4 invitation_required", "kiosk": "4 invitation_required", "paper": "stored", "invitation": "4 invitation_required", "fax": "2 invalid channel:unknown_channel",
	} {
		in := input(t, "key-"+channel)
		in.Channel = channel
		if _, err := w.collector.Submit(t.Context(), in); kindOf(err) != want {
			t.Errorf("%s: got %s, want %s", channel, kindOf(err), want)
		}
	}
	if receipt, err := w.collector.Submit(t.Context(), input(t, "before")); err != nil || receipt.New {
		t.Errorf("got %+v, %v for what is stored", receipt, err)
	}
}

// What is full is told as early as it is known, and no earlier.
func TestFull(t *testing.T) {
	t.Parallel()
	w := open(t)
	q := w.publish(t, "first.yaml")
	w.limit(t, func(w *response.WaveOpened) {
		w.MaxResponses = 3
		w.Quotas = []response.Quota{
			{ID: "low", If: "level < 3", Limit: 1, Message: map[string]string{"en": "Enough."}},
			{ID: "silent", If: "level = '5' and not answered(comment)", Limit: 1},
		}
	})
	wave := w.store.Catalog().Survey("trial").Wave("1")
	var refused error
	submit := func(key, level, want string) {
		t.Helper()
		in := input(t, key)
		in.Answers[0].Value.Text = level
		if level < "3" {
			in.Answers = append(in.Answers, Field{"why", Value{Kind: String, Text: "x"}})
		}
		_, refused = w.collector.Submit(t.Context(), in)
		if got := kindOf(refused); got != want {
			t.Fatalf("%s: got %s, want %s", key, got, want)
		}
	}
	full := func(page int, sent, want string) {
		t.Helper()
		d := sentDraft(t, sent)
		d.Questionnaire = q
		if got := kindOf(w.collector.Full(d, Place{Page: page}, wave)); got != want {
			t.Errorf("%s on page %d: got %s, want %s", sent, page, got, want)
		}
	}
	full(4, "level=1&why=x", "stored")
	submit("a", "1", "stored")
	submit("b", "2", "5 quota_full")
	if got := FullWords(wave, refused); got["en"] != "Enough." {
		t.Errorf("got %v", got)
	}
	submit("a", "1", "stored") // again
	full(0, "level=1", "5 quota_full")
	full(0, "level=3", "stored")
	full(0, "", "stored")
	full(0, "level=5", "stored")
	submit("c", "5", "stored")
	full(0, "level=5", "stored") // there may be a comment yet
	full(1, "level=5", "5 quota_full")
	full(1, "level=5&comment=x", "stored")
	submit("d", "3", "stored")
	full(0, "", "5 survey_full")
	submit("e", "3", "5 survey_full")
	if got := FullWords(wave, refused); got != nil {
		t.Errorf("got %v", got)
	}
	if FullWords(nil, nil) != nil || FullWords(wave, errs.New(errs.Gone, "x").With("quota", "gone")) != nil {
		t.Error("got words of no quota")
	}
	if err := w.collector.Full(sentDraft(t, "level=1"), Place{}, nil); err != nil {
		t.Errorf("got %v without a wave", err)
	}
	if err := New(&refusing{Log: w.store}, w.clock.now).Full(sentDraft(t, "level=1"), Place{}, wave); err != nil {
		t.Errorf("got %v of a log without limits", err)
	}
}

// A personal answer is no part of the fingerprint, everything else is: the order
// of ranks and of chosen agencies, about whom something was answered, parameters.
func TestFingerprintOfEverything(t *testing.T) {
	t.Parallel()
	q := load(t, "every.yaml").Questionnaire
	base := whole(t, "key", `,"needs":["web","time"]`).Fingerprint(q)
	for name, c := range map[string]struct {
		same   bool
		change func(in *Input)
	}{
		"mobile":        {true, func(in *Input) { at(in, "mobile").Text = "0987654321" }},
		"no mobile":     {true, func(in *Input) { *at(in, "mobile") = Value{} }},
		"consent":       {true, func(in *Input) { in.Consent = false }},
		"form":          {true, func(in *Input) { in.Form = true }},
		"order of how":  {true, func(in *Input) { slices.Reverse(at(in, "how").List) }},
		"ranks":         {false, func(in *Input) { slices.Reverse(at(in, "needs").List) }},
		"departments":   {false, func(in *Input) { slices.Reverse(at(in, "departments").List) }},
		"repeats":       {true, func(in *Input) { slices.Reverse(in.Repeats) }},
		"swapped":       {false, func(in *Input) { r := in.Repeats; r[0].Agency, r[1].Agency = r[1].Agency, r[0].Agency }},
		"about another": {false, func(in *Input) { in.Repeats[0].Answers[0].Value.Text = "2" }},
		"one less":      {false, func(in *Input) { in.Repeats = in.Repeats[:1] }},
		"parameter":     {false, func(in *Input) { in.Parameters["campaign"] = "a8" }},
		"no parameter":  {false, func(in *Input) { in.Parameters = nil }},
		"as an answer": {true, func(in *Input) {
			in.Parameters, in.Answers = nil, append(in.Answers, Field{"campaign", Value{Kind: String, Text: "a7"}})
		}},
	} {
		in := whole(t, "key", `,"needs":["web","time"]`)
		c.change(in)
		if got := in.Fingerprint(q) == base; got != c.same {
			t.Errorf("%s: got the same fingerprint: %t", name, got)
		}
	}
}

func at(in *Input, id string) *Value {
	for i := range in.Answers {
		if in.Answers[i].Item == id {
			return &in.Answers[i].Value
		}
	}
	return nil
}

func TestParameters(t *testing.T) {
	t.Parallel()
	q := load(t, "every.yaml").Questionnaire
	for _, c := range []struct {
		parameters map[string]string
		answers    string
		want       string
	}{
		{nil, "", `campaign="none"`},
		{map[string]string{"campaign": "a7"}, "", `campaign="a7"`},
		{map[string]string{"campaign": " "}, "", `campaign="none"`},
		{map[string]string{"campaign": "a7"}, `"campaign":""`, `campaign="a7"`},
		{map[string]string{"campaign": "a7"}, `"campaign":"a8"`, "campaign:duplicate"},
		{map[string]string{"campaign": strings.Repeat("x", 201)}, "", "campaign:too_long"},
		{map[string]string{"utm": "x", "visits": "3"}, "", "utm:unknown_item visits:unknown_item"},
	} {
		var checker Checker
		checker.Check(q, everyWorld(t), &Input{Parameters: c.parameters, Answers: answers(t, "{"+c.answers+"}")}, 99)
		got := codes(checker.Problems())
		if got == "" {
			got = about(q, checker.Answers(), "campaign")
		}
		if got != c.want {
			t.Errorf("%v %s: got %s, want %s", c.parameters, c.answers, got, c.want)
		}
	}
}

// Whatever was answered is asked, or told as dropped; never both, never neither.
func TestDroppedIsSentMinusAsked(t *testing.T) {
	t.Parallel()
	q, world := load(t, "every.yaml").Questionnaire, everyWorld(t)
	r := rand.New(rand.NewPCG(5, 6))
	random := map[string][]string{
		"used": {"yes", "no"}, "place": {"here", "else"}, "place_other": {"x"}, "how": {"none", "refused"}, "how_other": {"y"}, "needs_1": {"web"}, "needs_2": {"time"},
		"visits": {"3", "40"}, "story": {"12345"}, "given": {"2026-01-01"}, "loud": {"yes"}, "departments": {"so1 so2", "so2 so3"},
	}
	again := map[string][]string{"level": {"1", "2"}, "why": {"x"}, "kind": {"2"}, "order_1": {"a"}, "order_2": {"b"}}
	pick := func(from map[string][]string) (fields []Field) {
		for _, id := range slices.Sorted(maps.Keys(from)) {
			if r.IntN(3) > 0 {
				fields = append(fields, Field{id, Value{Kind: String, Text: from[id][r.IntN(len(from[id]))]}})
			}
		}
		return fields
	}
	var checker Checker
	for range 5000 {
		in := &Input{Form: true, Answers: pick(random)}
		for _, a := range []string{"so1", "so2", "so3"} {
			in.Repeats = append(in.Repeats, Repeat{a, pick(again)})
		}
		checker.Check(q, world, in, 99)
		wrong := codes(checker.Problems())
		asked, sent := map[string]bool{}, map[string]bool{}
		note := func(fields []Field, answers []response.Answer) {
			for _, f := range fields {
				if len(answers) > 0 && answers[q.Variable(f.Item).Index].State != response.NotAsked {
					asked[f.Item] = true
				} else {
					sent[f.Item] = true
				}
			}
		}
		note(in.Answers, checker.Answers())
		for _, repeat := range in.Repeats {
			var list []response.Answer
			if k := checker.chosen(repeat.Agency); k >= 0 {
				list = checker.repeats[k].answers
			}
			note(repeat.Answers, list)
		}
		var want []string
		for i := range q.Variables() {
			if id := q.Variables()[i].ID; sent[id] {
				want = append(want, id)
			}
		}
		if got := gone(q, &checker); got != strings.Join(want, " ") {
			t.Fatalf("%s (problems %s): got dropped %s, want %v", fmt.Sprint(in.Answers, in.Repeats), wrong, got, want)
		}
	}
}
