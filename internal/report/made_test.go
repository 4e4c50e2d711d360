package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/report"
	"hailong/internal/response"
)

// What an answer says it is made from leaves out what a break left out of its
// rows, and what lies outside of the agencies that have rows.
func TestChannelsAndFlaggedAreThoseOfTheRows(t *testing.T) {
	t.Parallel()
	w := broken(t)
	put := func(n, version int, agency, day string, channel response.Channel, flags response.Flags) {
		for range n {
			r := w.answer(version, agency, day, map[string]string{"signs": "5"})
			r.Channel, r.Flags = channel, flags
			w.add(r)
		}
	}
	put(7, 0, "tan-chi", "2026-01-10", response.Paper, response.Burst) // before the break of services
	put(11, 2, "tan-chi", "2026-03-10", response.QR, 0)
	put(3, 2, "tan-chi", "2026-03-11", response.QR, response.Burst)
	put(2, 2, "so-y-te", "2026-03-12", response.Kiosk, response.Fast)
	type channels = []report.ChannelCount
	for _, tt := range []struct {
		name    string
		query   report.Query
		want    channels
		flagged int64
	}{
		{"the newest series", report.Query{Index: "services"}, channels{{Channel: "qr", N: 14}, {Channel: "kiosk", N: 2}}, 5},
		{"both sides of the break", report.Query{Index: "services", By: []string{"month"}}, channels{{Channel: "qr", N: 14}, {Channel: "kiosk", N: 2}, {Channel: "paper", N: 7}}, 12},
		{"without", report.Query{Index: "services", Flags: "without"}, channels{{Channel: "qr", N: 11}}, 5},
		{"only", report.Query{Index: "services", Flags: "only"}, channels{{Channel: "qr", N: 3}, {Channel: "kiosk", N: 2}}, 5},
		{"a level", report.Query{Index: "services", Level: "commune"}, channels{{Channel: "qr", N: 14}}, 3},
		{"one channel", report.Query{Index: "services", Channel: "kiosk"}, channels{{Channel: "kiosk", N: 2}}, 2},
		{"two channels", report.Query{Index: "services", Channel: "kiosk,qr", Flags: "without"}, channels{{Channel: "qr", N: 11}}, 5},
		{"nothing is left", report.Query{Index: "services", Channel: "kiosk", Flags: "without"}, nil, 2},
	} {
		got := w.score(tt.query)
		if diff := cmp.Diff(tt.want, got.Channels); diff != "" || got.Flagged != tt.flagged {
			t.Errorf("%s: got %d flagged, want %d; channels (-want +got):\n%s", tt.name, got.Flagged, tt.flagged, diff)
		}
	}
}
