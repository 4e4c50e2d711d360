package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/report"
)

func TestResultsTellWhatTheyAreMadeFrom(t *testing.T) {
	t.Parallel()
	type channels = []report.ChannelCount
	open := channels{{Channel: "link", N: 1200}, {Channel: "qr", N: 300}}
	tests := []struct {
		name           string
		channels       channels
		flagged        int64
		flags          string // as treated
		channel        string // filter
		text, flaggedT string
		other          string
		groups         []string
	}{
		{name: "nothing", flags: "with"},
		{name: "one way", channels: open, flags: "with", text: "Gồm: Đường dẫn 1.200, Mã QR 300."},
		{
			name: "flagged are counted", channels: open, flagged: 5, flags: "with", text: "Gồm: Đường dẫn 1.200, Mã QR 300.",
			flaggedT: "5 phiếu có dấu hiệu bất thường được tính;", other: "/results/sipas?flags=without&sort=n",
		},
		{
			name: "flagged are not counted", channels: open, flagged: 5, flags: "without", text: "Gồm: Đường dẫn 1.200, Mã QR 300.",
			flaggedT: "5 phiếu có dấu hiệu bất thường không được tính;", other: "/results/sipas?sort=n",
		},
		{
			name: "nothing is left", flagged: 5, flags: "without",
			flaggedT: "5 phiếu có dấu hiệu bất thường không được tính;", other: "/results/sipas?sort=n",
		},
		{
			name: "only flagged", channels: channels{{Channel: "paper", N: 5}}, flagged: 5, flags: "only", text: "Gồm: Phiếu giấy 5.",
			flaggedT: "Chỉ tính 5 phiếu có dấu hiệu bất thường;", other: "/results/sipas?sort=n",
		},
		{name: "one assisted way", channels: channels{{Channel: "paper", N: 5}, {Channel: "import", N: 7}}, flags: "with", text: "Gồm: Phiếu giấy 5, Nhập từ tệp 7."},
		{
			name: "all ways", channels: channels{{Channel: "link", N: 1}, {Channel: "kiosk", N: 2}, {Channel: "invitation", N: 3}, {Channel: "phone", N: 4}}, flags: "with",
			text: "Gồm: Đường dẫn 1, Màn hình tại chỗ 2, Thư mời 3, Điện thoại 4.",
			groups: []string{
				"/results/sipas?channel=link%2Cqr&sort=n", "/results/sipas?channel=invitation&sort=n",
				"/results/sipas?channel=kiosk&sort=n", "/results/sipas?channel=paper%2Cphone%2Cimport&sort=n",
			},
		},
		{
			name: "a filter stays", channels: channels{{Channel: "qr", N: 1}, {Channel: "kiosk", N: 2}}, flags: "with", channel: "qr,kiosk",
			text:   "Gồm: Mã QR 1, Màn hình tại chỗ 2.",
			groups: []string{"/results/sipas?channel=qr&sort=n", "/results/sipas?channel=kiosk&sort=n"},
		},
	}
	for _, tt := range tests {
		in := resultsInput(nil, "vi", "/results/sipas?part=2&sort=n")
		if tt.flags != report.FlagsWith {
			in.Frame.URL += "&flags=" + tt.flags
		}
		in.Scores.Channels, in.Scores.Flagged, in.Scores.Flags, in.Query.Channel = tt.channels, tt.flagged, tt.flags, tt.channel
		m := NewSurveyResults(in).Made
		var groups []string
		for _, g := range m.Groups {
			groups = append(groups, g.Href)
		}
		if m.Text != tt.text || m.Flagged != tt.flaggedT || m.Other.Href != tt.other {
			t.Errorf("%s: got %q, %q, %q, want %q, %q, %q", tt.name, m.Text, m.Flagged, m.Other.Href, tt.text, tt.flaggedT, tt.other)
		}
		if diff := cmp.Diff(tt.groups, groups); diff != "" {
			t.Errorf("%s: ways (-want +got):\n%s", tt.name, diff)
		}
		html := render(t, NewSurveyResults(in))
		if got := strings.Contains(html, "bất thường"); got != (tt.flagged > 0) {
			t.Errorf("%s: got a word of unusual responses %v, want %v", tt.name, got, tt.flagged > 0)
		}
	}
}

// The form keeps what it has no field for, and shows a choice of several channels.
func TestResultsFilterKeepsChannelsAndFlags(t *testing.T) {
	t.Parallel()
	in := resultsInput(nil, "vi", "/results/sipas?flags=without&channel=link%2Cqr")
	in.Query.Channel, in.Query.Flags = "link,qr", "without"
	s := NewSurveyResults(in)
	if diff := cmp.Diff([]Field{{"flags", "without"}}, s.Filter.Keep); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	want := Choice{Value: "link,qr", Text: "Đường dẫn, Mã QR", Selected: true}
	channels := filterField(t, s, "channel").Choices
	if got := channels[len(channels)-1]; got != want {
		t.Errorf("got the choice %+v, want %+v", got, want)
	}
	if len(s.Chips) != 2 || s.Chips[1].Href != "/results/sipas?channel=link%2Cqr" || s.Clear != "/results/sipas" {
		t.Errorf("got chips %+v and %q", s.Chips, s.Clear)
	}
}
