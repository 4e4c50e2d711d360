package response_test

import (
	"testing"
	"time"

	"hailong/internal/response"
)

func TestDayOf(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2000-01-01T00:00:00+07:00":           "2000-01-01",
		"2026-11-22T16:59:59Z":                "2026-11-22",
		"2026-11-22T17:00:00Z":                "2026-11-23", // midnight in Viet Nam
		"2026-11-22T23:59:59.999999999+07:00": "2026-11-22",
		"2024-02-29T12:00:00-11:00":           "2024-03-01",
		"2199-12-31T16:59:59Z":                "2199-12-31",
	} {
		instant, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := response.DayOf(instant).String(); got != want {
			t.Errorf("%s: got %s, want %s", at, got, want)
		}
	}
	if got := response.DayOf(time.Date(2000, 1, 1, 0, 0, 0, 0, response.Zone)); got != 0 {
		t.Errorf("the first day has number %d, want 0", got)
	}
}

func TestEveryDayReadsAsWritten(t *testing.T) {
	t.Parallel()
	last, ok := response.ParseDay("2199-12-31")
	if !ok {
		t.Fatal("the last day can't be read")
	}
	for d := response.Day(0); d <= last; d++ {
		got, ok := response.ParseDay(d.String())
		if !ok || got != d {
			t.Fatalf("day %d is written %s and read as %d %v", d, d, got, ok)
		}
		if month := d.Month(); month > d || month.String() != d.String()[:8]+"01" {
			t.Fatalf("month of %s: got %s", d, month)
		}
	}
}

func TestParseDayRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "2026", "2026-2-1", "2026-02-30", "1999-12-31", "2200-01-01", "01-02-2026", "2026-02-01 ", "２026-02-01"} {
		if got, ok := response.ParseDay(s); ok {
			t.Errorf("%q: got %s, want none", s, got)
		}
	}
}

// Numbers and names are stored and sent: this table may grow, and nothing else.
func TestStoredNumbers(t *testing.T) {
	t.Parallel()
	channels := map[response.Channel]string{
		1: "link", 2: "qr", 3: "kiosk", 4: "invitation", 5: "paper", 6: "phone", 7: "import",
	}
	if len(response.Channels) != len(channels) {
		t.Errorf("got %d channels, want %d", len(response.Channels), len(channels))
	}
	for channel, want := range channels {
		got, ok := response.ParseChannel(want)
		if channel.String() != want || !ok || got != channel {
			t.Errorf("channel %d: named %q, %q is read as %d %v", channel, channel, want, got, ok)
		}
	}
	for _, name := range []string{"", "Link", "web", "link "} {
		if got, ok := response.ParseChannel(name); ok {
			t.Errorf("%q: got channel %d, want none", name, got)
		}
	}
	if got := response.Channel(200).String(); got != "" {
		t.Errorf("an unknown channel is named %q", got)
	}
	for state, want := range []string{"not_asked", "skipped", "dont_know", "refused", "not_applicable", "answered"} {
		if got := response.State(state).String(); got != want {
			t.Errorf("state %d: got %q, want %q", state, got, want)
		}
	}
	for kind, want := range map[response.Kind]response.Kind{
		response.KindResponse: 1, response.KindPublished: 2, response.KindAgencies: 3,
		response.KindWaveOpened: 4, response.KindWaveClosed: 5, response.KindExtended: 6, response.KindMarked: 7,
		response.KindInvitationsIssued: 8, response.KindInvitationsRevoked: 9, response.KindFigures: 10,
	} {
		if kind != want {
			t.Errorf("kind %d, want %d", kind, want)
		}
	}
}
