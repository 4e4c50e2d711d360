package collect

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"hailong/internal/response"
	"hailong/internal/seal"
)

// flags submits and returns the flags that were stored.
func (w *world) flags(t testing.TB, in *Input) string {
	t.Helper()
	receipt, err := w.collector.Submit(t.Context(), in)
	if err != nil {
		t.Fatalf("%s: %v", in.Key, err)
	}
	list := w.stored(t)
	last := list[len(list)-1]
	if last.ID != receipt.ID {
		t.Fatalf("%s is not the last response", in.Key)
	}
	return strings.Join(last.Flags.Codes(), " ")
}

func TestFlags(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.limit(t, func(w *response.WaveOpened) { w.MinSeconds, w.Hours = 30, "07:00-17:30" })
	secret := w.store.Secret()
	until := response.DayOf(w.clock.now())
	pass := func(channel response.Channel) string {
		return seal.Pass(secret, seal.Place{Survey: "trial", Agency: "tan-chi", Counter: "Q1", Channel: channel}, until)
	}
	var once seal.Device
	once.Add(secret, "trial", "1", "tan-chi")
	thursday := w.clock.at // noon in London is seven in the evening in Ha Noi
	for i, c := range []struct {
		change func(in *Input)
		want   string
	}{
		{func(*Input) {}, ""},
		{func(in *Input) { in.Seconds = 30 }, ""},
		{func(in *Input) { in.Seconds = 5 }, "fast"},
		{func(in *Input) { in.Trap = "https://cheap.example" }, "honeypot"},
		{func(in *Input) { in.Trap, in.Seconds = "x", 5 }, "fast honeypot"},
		{func(in *Input) { in.Device = once }, "same_device"},
		{func(in *Input) { in.Device, in.Channel = once, "qr" }, "same_device"},
		{func(in *Input) {
			in.Device, in.Channel, in.Counter, in.Pass = once, "phone", "Q1", pass(response.Phone)
		}, ""},
		{func(in *Input) { in.Channel = "phone" }, "unverified"},
		{func(in *Input) { in.Channel, in.Counter, in.Pass = "phone", "Q2", pass(response.Phone) }, "unverified"},
		{func(in *Input) { in.Channel, in.Counter, in.Pass = "kiosk", "Q1", pass(response.Phone) }, "outside_hours unverified"},
		{func(in *Input) { in.Channel, in.Counter, in.Pass = "paper", "Q1", pass(response.Paper) }, "outside_hours"},
		{func(in *Input) { in.Channel, in.Trusted = "paper", true }, ""},
		{func(in *Input) {
			w.clock.at = thursday.Add(-5 * time.Hour)
			in.Channel, in.Counter, in.Pass = "kiosk", "Q1", pass(response.Kiosk)
		}, ""},
		{func(in *Input) { in.Channel, in.Counter, in.Pass = "kiosk", "Q1", pass(response.Kiosk) }, "burst"},
	} {
		in := input(t, "key-"+strconv.Itoa(i))
		c.change(in)
		if got := w.flags(t, in); got != c.want {
			t.Errorf("%d: got %q, want %q", i, got, c.want)
		}
	}
}

// Six answers on one scale that are all the same make a line; five do not, nor
// do answers that differ, nor those that stand apart.
func TestStraightLine(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "line.yaml")
	w.openWave(t, "1")
	for i, c := range []struct{ answers, want string }{
		{`{"a":"4","m":{"m1":"4","m2":"4","m3":"4","m4":"4","m5":"4"}}`, "straight_line"},
		{`{"a":"4","m":{"m1":"4","m2":"4","m3":"4","m4":"4"}}`, ""},
		{`{"a":"4","m":{"m1":"4","m2":"4","m3":"5","m4":"4","m5":"4"}}`, ""},
		{`{"a":"4","m":{"m1":"4","m2":"4","m3":"not_applicable","m4":"4","m5":"4"}}`, ""},
		{`{"a":"4","b":"yes","m":{"m1":"4","m2":"4","m3":"4","m4":"4","m5":"4"}}`, "straight_line"},
	} {
		in := input(t, "key-"+strconv.Itoa(i))
		in.Answers = answers(t, c.answers)
		if got := w.flags(t, in); got != c.want {
			t.Errorf("%s: got %q, want %q", c.answers, got, c.want)
		}
	}
}

// More from one place than people can walk up to is flagged from then on, and
// not for ever; a place beside it is not.
func TestBurst(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	w.clock.at = w.clock.at.Truncate(paceWindow)
	try := func(i int, agency string) string {
		in := input(t, fmt.Sprintf("%s-%d", agency, i))
		in.Agency, in.Channel = agency, "qr"
		return w.flags(t, in)
	}
	for i := range 2 * paceOpen {
		want := ""
		if i >= paceOpen {
			want = "burst"
		}
		if got := try(i, "tan-chi"); got != want {
			t.Errorf("%d: got %q, want %q", i, got, want)
		}
	}
	if got := try(0, "so1"); got != "" {
		t.Errorf("another agency: got %q", got)
	}
	w.clock.at = w.clock.at.Add(3 * paceWindow)
	if got := try(1000, "tan-chi"); got != "" {
		t.Errorf("later: got %q", got)
	}
}

// However many places there are, and however they are made up, what is
// remembered of them is bounded.
func TestPaceIsBounded(t *testing.T) {
	t.Parallel()
	var p pace
	now := time.Unix(1_800_000_000, 0)
	for i := range 3 * pacePlaces {
		p.burst(placeKey{counter: strconv.Itoa(i)}, now.Add(time.Duration(i)*time.Millisecond))
		if len(p.places) > pacePlaces {
			t.Fatalf("%d places are remembered", len(p.places))
		}
	}
}

func TestPassesAreRequired(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.limit(t, func(w *response.WaveOpened) { w.Passes = true })
	secret, today := w.store.Secret(), response.DayOf(w.clock.now())
	place := seal.Place{Survey: "trial", Agency: "tan-chi", Counter: "Q1", Channel: response.Kiosk}
	for name, c := range map[string]struct {
		channel, counter, pass string
		want                   string
	}{
		"a link needs none":      {"link", "", "", "stored"},
		"none":                   {"kiosk", "Q1", "", "4 pass_required"},
		"invented":               {"kiosk", "Q1", "zzzz.zzzz", "4 pass_required"},
		"of yesterday":           {"kiosk", "Q1", seal.Pass(secret, place, today-1), "4 pass_required"},
		"for another counter":    {"kiosk", "Q2", seal.Pass(secret, place, today), "4 pass_required"},
		"for another channel":    {"paper", "Q1", seal.Pass(secret, place, today), "4 pass_required"},
		"of another data folder": {"kiosk", "Q1", seal.Pass([32]byte{1}, place, today), "4 pass_required"},
		"good":                   {"kiosk", "Q1", seal.Pass(secret, place, today), "stored"},
		"no counter's name":      {"link", "Quầy 1", "", "2 invalid counter:invalid_counter"},
	} {
		in := input(t, "key-"+strings.ReplaceAll(name, " ", ""))
		in.Channel, in.Counter, in.Pass = c.channel, c.counter, c.pass
		if _, err := w.collector.Submit(t.Context(), in); kindOf(err) != c.want {
			t.Errorf("%s: got %s, want %s", name, kindOf(err), c.want)
		}
	}
}

// solve does the work that a browser does.
func solve(challenge string) string {
	for n := 0; ; n++ {
		if s := strconv.Itoa(n); seal.Solves(challenge, s) {
			return s
		}
	}
}

func TestEffort(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.limit(t, func(w *response.WaveOpened) { w.Effort = true })
	wrong := func(challenge string) string {
		for n := 0; ; n++ {
			if s := strconv.Itoa(n); !seal.Solves(challenge, s) {
				return s
			}
		}
	}
	for name, c := range map[string]struct {
		change func(in *Input, challenge string)
		want   string
	}{
		"nothing done":   {func(*Input, string) {}, "4 effort_required"},
		"solved":         {func(in *Input, c string) { in.Challenge, in.Solution = c, solve(c) }, "stored"},
		"solved wrongly": {func(in *Input, c string) { in.Challenge, in.Solution = c, wrong(c) }, "2 invalid effort:effort_failed"},
		"not waited":     {func(in *Input, c string) { in.Challenge = c }, "2 invalid effort:effort_wait"},
		"of another key": {func(in *Input, _ string) {
			in.Challenge = w.collector.Challenge("trial", "x")
			in.Solution = solve(in.Challenge)
		}, "2 invalid effort:effort_failed"},
		"made up":             {func(in *Input, _ string) { in.Challenge = "abc.def"; in.Solution = solve("abc.def") }, "2 invalid effort:effort_failed"},
		"a kiosk needs none":  {func(in *Input, _ string) { in.Channel = "kiosk" }, "stored"},
		"an operator neither": {func(in *Input, _ string) { in.Trusted = true }, "stored"},
	} {
		in := input(t, "key-"+strings.ReplaceAll(name, " ", ""))
		c.change(in, w.collector.Challenge("trial", in.Key))
		if _, err := w.collector.Submit(t.Context(), in); kindOf(err) != c.want {
			t.Errorf("%s: got %s, want %s", name, kindOf(err), c.want)
		}
	}
	// Time is work, too: for those whose browser can't.
	in := input(t, "waited")
	in.Challenge = w.collector.Challenge("trial", "waited")
	w.clock.at = w.clock.at.Add((seal.Wait + 1) * time.Second)
	if _, err := w.collector.Submit(t.Context(), in); err != nil {
		t.Error(err)
	}
}
