package web

import (
	"net/url"
	"testing"

	"hailong/internal/response"
	"hailong/internal/seal"
)

// A form that lay open for a day has a challenge that is worth nothing any more:
// it gets another, keeps its answers and waits once.
func TestEffortOfAFormLeftOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  proof_of_work: true")
	b := lastPage(t, w)
	before := b.fields().Get("effort")
	w.now.Add(25 * 60 * 60)
	b.press(t, "submit", 422, "comment", "hôm sau")
	b.shows(t, "20 giây")
	b.holds(t, "comment", "hôm sau", "level", "5")
	if got := b.fields().Get("effort"); got == "" || got == before {
		t.Errorf("got challenge %q, want another than %q", got, before)
	}
	w.now.Add(seal.Wait)
	b.press(t, "submit", 303)
	if list := w.responses(t); len(list) != 1 {
		t.Errorf("got %d responses, want 1", len(list))
	}
}

// A challenge buys one response: that of the form it was made for.
func TestEffortOfAnotherForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  proof_of_work: true")
	rich, poor := lastPage(t, w), lastPage(t, w)
	w.now.Add(seal.Wait + 1)
	values := poor.with("submit")
	values.Set("effort", rich.fields().Get("effort"))
	poor.post(t, values, 422)
	poor.shows(t, "giây")
	rich.press(t, "submit", 303)
	if list := w.responses(t); len(list) != 1 {
		t.Errorf("got %d responses, want 1", len(list))
	}
}

// Who types for others does not wait: the pass vouches for them.
func TestEffortIsNotAskedOfStaff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.withFieldwork(t, "  proof_of_work: true")
	for _, channel := range []response.Channel{response.Paper, response.Phone, response.Kiosk} {
		pass := seal.Pass(w.store.Secret(), seal.Place{Survey: "trial", Agency: "x07210", Channel: channel}, response.DayOf(w.server.now()))
		d := newDevice(w)
		d.open(t, "/s/trial?agency=x07210&channel="+channel.String()+"&k="+url.QueryEscape(pass), 200)
		if got := d.fields(); got.Has("effort") || got.Has("solution") {
			t.Errorf("%s: work is asked for", channel)
		}
		d.press(t, "next", 200, "level", "5", "second", "4")
		d.press(t, "submit", 303)
	}
}
