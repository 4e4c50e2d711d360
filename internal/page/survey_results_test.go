package page

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/report"
)

func names(rows []ResultRow) []string {
	var list []string
	for _, r := range rows {
		list = append(list, r.Name)
	}
	return list
}

func small() *report.Scores {
	sc := scores(0)
	sc.Rows = []report.Row{
		row("c", "Đà Nẵng", "province", 50, 80, 5, report.OK),
		row("b", "Dương Xá", "commune", 500, 90, 5, report.OK),
		row("a", "An Giang", "province", 5, 80, 5, report.OK),
		{Agency: "s", AgencyName: "S", N: 9, State: report.Suppressed},
		{Agency: "w", AgencyName: "W", N: 99, State: report.Withheld},
		{Agency: "n", AgencyName: "N", State: report.NoData},
		{Agency: "p", AgencyName: "P", N: 40, State: report.NoData, Reason: "factor_without_data"},
	}
	return sc
}

func TestResultsOrder(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sort, dir string
		want      []string
	}{
		{"", "", []string{"Dương Xá", "An Giang", "Đà Nẵng"}},
		{"estimate", "asc", []string{"An Giang", "Đà Nẵng", "Dương Xá"}},
		{"name", "", []string{"An Giang", "Dương Xá", "Đà Nẵng"}},
		{"name", "desc", []string{"Đà Nẵng", "Dương Xá", "An Giang"}},
		{"n", "", []string{"Dương Xá", "Đà Nẵng", "An Giang"}},
		{"n", "asc", []string{"An Giang", "Đà Nẵng", "Dương Xá"}},
		{"'; drop", "up", []string{"Dương Xá", "An Giang", "Đà Nẵng"}},
	}
	for _, tt := range tests {
		in := resultsInput(nil, "vi", "/results/sipas")
		in.Scores, in.Sort, in.Dir = small(), tt.sort, tt.dir
		if diff := cmp.Diff(tt.want, names(NewSurveyResults(in).Rows)); diff != "" {
			t.Errorf("sort %q dir %q (-want +got):\n%s", tt.sort, tt.dir, diff)
		}
	}
}

func TestResultsTellBreaks(t *testing.T) {
	t.Parallel()
	in := resultsInput(nil, "vi", "/results/sipas")
	in.Scores = small()
	in.Scores.Breaks = []report.Break{
		{Version: "1", Day: "2026-03-05", Of: "services", Reason: "Thang điểm mới"},
		{Version: "1", Day: "2026-03-05", Of: "access", Reason: "Thang điểm mới"},
		{Version: "2", Day: "2026-07-01", Of: "all", Reason: "Câu hỏi mới"},
	}
	want := []string{
		"Từ 05/03/2026 bắt đầu một chuỗi số liệu mới: Thang điểm mới. Điểm ở đây không gộp câu trả lời trước ngày đó.",
		"Từ 01/07/2026 bắt đầu một chuỗi số liệu mới: Câu hỏi mới. Điểm ở đây không gộp câu trả lời trước ngày đó.",
	}
	if diff := cmp.Diff(want, NewSurveyResults(in).Breaks); diff != "" {
		t.Errorf("breaks (-want +got):\n%s", diff)
	}
}

func TestResultsStates(t *testing.T) {
	t.Parallel()
	in := resultsInput(nil, "vi", "/results/sipas")
	in.Scores = small()
	s := NewSurveyResults(in)
	if diff := cmp.Diff([]string{"N", "S"}, names(s.Hidden)); diff != "" {
		t.Errorf("without scores (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"P", "W"}, names(s.Unfinished)); diff != "" {
		t.Errorf("with a reason (-want +got):\n%s", diff)
	}
	for _, r := range append(s.Hidden, s.Unfinished...) {
		if r.Estimate != "" || r.Dot != nil || r.N != "" {
			t.Errorf("%s shows a score: %q of %s", r.Name, r.Estimate, r.N)
		}
	}
	if s.HiddenOpen || s.ShowAll != "" || s.HideEmpty != "" {
		t.Errorf("a short list is folded up, without links; got open %t, %q, %q", s.HiddenOpen, s.ShowAll, s.HideEmpty)
	}
}

// Nobody can tell which agencies have no response and which have too few: not by
// their words, their marks or their order.
func TestHiddenAndEmptyLookTheSame(t *testing.T) {
	t.Parallel()
	page := func(first, second report.Row) string {
		in := resultsInput(nil, "vi", "/results/sipas?sort=n&dir=asc")
		in.Scores, in.Sort, in.Dir = small(), "n", "asc"
		first.Agency, first.AgencyName, second.Agency, second.AgencyName = "h1", "Ẩn một", "h2", "Ẩn hai"
		in.Scores.Rows = append(in.Scores.Rows, first, second)
		return render(t, NewSurveyResults(in))
	}
	empty, few := report.Row{State: report.NoData}, report.Row{State: report.Suppressed, Reason: "few_or_none", N: 9}
	if diff := cmp.Diff(page(empty, few), page(few, empty)); diff != "" {
		t.Errorf("the two can be told apart (-one +other):\n%s", diff)
	}
	in := resultsInput(survey(t, "sipas"), "vi", "/results/sipas?agency=bn")
	profile := func(row report.Row) string {
		row.Item = "access_seats"
		in.Profile = profileInput()
		in.Profile.Items.Rows[1] = row
		return render(t, NewSurveyResults(in))
	}
	if diff := cmp.Diff(profile(empty), profile(few)); diff != "" {
		t.Errorf("the two can be told apart in a profile (-empty +few):\n%s", diff)
	}
}

// A list too long to send unasked comes on demand, in the parts of the page.
func TestHiddenMany(t *testing.T) {
	t.Parallel()
	in := resultsInput(nil, "vi", "/results/sipas?part=3")
	in.Scores = small()
	for i := range 2 * PartLimit {
		in.Scores.Rows = append(in.Scores.Rows, report.Row{Agency: fmt.Sprint(i), AgencyName: fmt.Sprintf("Xã %03d", i), State: report.NoData})
	}
	s := NewSurveyResults(in)
	if len(s.Hidden) != 0 || s.ShowAll != "/results/sipas?all=1" || s.Part != "" || s.HiddenText != "402 cơ quan chưa đủ phiếu để công bố" {
		t.Errorf("got %d names, link %q, part %q, %q", len(s.Hidden), s.ShowAll, s.Part, s.HiddenText)
	}
	in.Frame.URL, in.All, in.Part = "/results/sipas?all=1&part=2", true, 2
	s = NewSurveyResults(in)
	if len(s.Hidden) != PartLimit || !s.HiddenOpen || s.HideEmpty != "/results/sipas" || s.Previous == "" || s.Following == "" {
		t.Errorf("got %d names, open %t, link %q, %q, %q", len(s.Hidden), s.HiddenOpen, s.HideEmpty, s.Previous, s.Following)
	}
}

// A suppressed row never shows a number, even if a score slipped into it.
func TestSuppressedStaysHidden(t *testing.T) {
	t.Parallel()
	in := resultsInput(nil, "vi", "/results/sipas")
	in.Scores = scores(0)
	leak := row("x", "X", "commune", 9, 12.34, 5, report.Suppressed)
	in.Scores.Rows = []report.Row{leak}
	if html := render(t, NewSurveyResults(in)); strings.Contains(html, "12,34") {
		t.Error("the score of a suppressed row is on the page")
	}
}

// The page shows the digits of the files, not digits of its own.
func TestResultsDigits(t *testing.T) {
	t.Parallel()
	in := resultsInput(nil, "vi", "/results/sipas")
	in.Scores = small()
	in.Digits = func(v *float64) string { return fmt.Sprintf("%.0f.1230", *v*100) }
	r := NewSurveyResults(in).Rows[0]
	if got, want := []string{r.Estimate, r.Low, r.High}, []string{"9.000,1230\u00a0%", "8.500,1230\u00a0%", "9.500,1230\u00a0%"}; !cmp.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	in.Scores.Unit, in.Digits = "", nil
	if got := NewSurveyResults(in).Rows[0].Estimate; got != "–" {
		t.Errorf("without digits: got %q, want a dash", got)
	}
}

func TestResultsParts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		part                int
		first, count        int
		previous, following bool
	}{
		{0, 1, 200, false, true},
		{1, 1, 200, false, true},
		{2, 201, 200, true, true},
		{3, 401, 50, true, false},
		{99, 401, 50, true, false},
		{-1, 1, 200, false, true},
	}
	sc := scores(0)
	sc.Rows = nil
	for i := range 450 {
		sc.Rows = append(sc.Rows, row(fmt.Sprint(i), fmt.Sprint(i+1), "commune", 100, 80, 1, report.OK))
	}
	for _, tt := range tests {
		in := resultsInput(nil, "en", "/results/sipas?part=2")
		in.Scores, in.Part, in.Sort = sc, tt.part, "name"
		s := NewSurveyResults(in)
		if len(s.Rows) != tt.count || s.Rows[0].Name != fmt.Sprint(tt.first) {
			t.Errorf("part %d: got %d rows from %s, want %d from %d", tt.part, len(s.Rows), s.Rows[0].Name, tt.count, tt.first)
		}
		if (s.Previous != "") != tt.previous || (s.Following != "") != tt.following {
			t.Errorf("part %d: got links %q and %q", tt.part, s.Previous, s.Following)
		}
	}
}

func TestResultsLinks(t *testing.T) {
	t.Parallel()
	in := resultsInput(survey(t, "sipas"), "vi", "/results/sipas?channel=qr&from=2026-01-01&lang=vi&part=2")
	in.Query.Channel, in.Query.From = "qr", "2026-01-01"
	s := NewSurveyResults(in)
	var got []string
	for _, links := range [][]Link{s.Indices, s.Sorts, s.Chips, s.Downloads} {
		for _, l := range links {
			got = append(got, l.Href)
		}
	}
	got = append(got, s.Clear)
	const page, api = "/results/sipas?", "/api/v1/surveys/sipas/scores?by=agency&channel=qr&format="
	want := []string{
		page + "channel=qr&from=2026-01-01&index=services&lang=vi",
		page + "channel=qr&from=2026-01-01&index=policy&lang=vi",
		page + "channel=qr&dir=asc&from=2026-01-01&lang=vi&sort=estimate",
		page + "channel=qr&dir=asc&from=2026-01-01&lang=vi&sort=name",
		page + "channel=qr&dir=desc&from=2026-01-01&lang=vi&sort=n",
		page + "channel=qr&lang=vi",
		page + "from=2026-01-01&lang=vi",
		api + "csv-excel&from=2026-01-01&index=services&lang=vi",
		api + "csv&from=2026-01-01&index=services&lang=vi",
		api + "json&from=2026-01-01&index=services&lang=vi",
		page + "lang=vi",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestAxis(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		low, high float64
		share     bool
		want      string // marks
	}{
		{"shares", 66, 95.9, true, "65% 70% 75% 80% 85% 90% 95% 100%"},
		{"all shares", 0, 100, true, "0% 20% 40% 60% 80% 100%"},
		{"at the top", 100, 100, true, "90% 95% 100%"},
		{"nothing", math.Inf(1), math.Inf(-1), true, "0% 20% 40% 60% 80% 100%"},
		{"nothing, means", math.Inf(1), math.Inf(-1), false, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{"not a number", math.NaN(), 3, true, "0% 20% 40% 60% 80% 100%"},
		{"means", 3.2, 4.6, false, "3.0 3.5 4.0 4.5 5.0"},
		{"one mean", 4, 4, false, "3.4 3.6 3.8 4.0 4.2 4.4 4.6"},
		{"narrow", 84.01, 84.05, true, "84.01% 84.02% 84.03% 84.04% 84.05%"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, tick := range newAxis(tt.low, tt.high, tt.share).ticks("en", tt.share) {
				got = append(got, tick.Text)
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
		})
	}
}

func TestAxisPlaces(t *testing.T) {
	t.Parallel()
	a := newAxis(0, 100, true)
	for v, want := range map[float64]string{0: "0", 50: "50", 33.333: "33.33", 100: "100", -20: "0", 120: "100"} {
		if got := a.at(v); got != want {
			t.Errorf("at %v: got %s, want %s", v, got, want)
		}
	}
}

func TestProfileBars(t *testing.T) {
	t.Parallel()
	in := resultsInput(survey(t, "sipas"), "en", "/results/sipas?agency=bn")
	in.Profile = profileInput()
	p := NewSurveyResults(in).Profile
	if len(p.Factors) != 1 || len(p.Factors[0].Items) != 2 {
		t.Fatalf("got %d factors, want 1 with 2 items", len(p.Factors))
	}
	signs := p.Factors[0].Items[0]
	want := []Bar{ // 1000 answers, 40 + 110 + 150/2 left of the middle
		{X: "38.75", Width: "2", Middle: "39.75", Level: 1, Title: "Very dissatisfied: 40 (4%)"},
		{X: "40.75", Width: "5.5", Middle: "43.5", Level: 2, Title: "Dissatisfied: 110 (11%)"},
		{X: "46.25", Width: "7.5", Middle: "50", Level: 3, Label: "15", Title: "Neither: 150 (15%)"},
		{X: "53.75", Width: "25", Middle: "66.25", Level: 4, Label: "50", Title: "Satisfied: 500 (50%)"},
		{X: "78.75", Width: "10", Middle: "83.75", Level: 5, Label: "20", Title: "Very satisfied: 200 (20%)"},
	}
	if diff := cmp.Diff(want, signs.Bars); diff != "" {
		t.Errorf("bars (-want +got):\n%s", diff)
	}
	if got, want := signs.Missing, ": 31 · Left empty: 2"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want it to end with %q", got, want)
	}
	if seats := p.Factors[0].Items[1]; len(seats.Bars) != 0 || seats.Unscored != "too few responses to publish" {
		t.Errorf("too few answers: got %d bars, %q", len(seats.Bars), seats.Unscored)
	}
	if got := len(p.Legend); got != 5 {
		t.Errorf("got %d entries in the legend, want 5", got)
	}
}

func TestProfileOfNothing(t *testing.T) {
	t.Parallel()
	in := resultsInput(survey(t, "sipas"), "vi", "/results/sipas")
	in.Profile = &ProfileInput{Name: "X"}
	if p := NewSurveyResults(in).Profile; p != nil {
		t.Error("a profile without scores was made")
	}
	in.Profile = &ProfileInput{Name: "X", Factors: &report.Scores{}, Items: &report.Scores{}}
	s := NewSurveyResults(in)
	if got := s.Profile.Factors[0].Score.Text; got != "chưa đủ phiếu để công bố" {
		t.Errorf("got %q, want it to say that there is too little", got)
	}
	render(t, s)
}
