package page

import (
	"strings"
	"testing"

	"hailong/internal/report"
)

// methodology is a survey with two indices, two waves of different kinds, and
// three worked numbers.
func methodology(lang string) *report.Methodology {
	hash := strings.Repeat("0123456789abcdef", 4)
	options := []report.OptionNote{
		{Code: "1", Label: "Không hài lòng", Value: new(1.0)},
		{Code: "2", Label: "Bình thường", Value: new(2.0)},
		{Code: "3", Label: "Hài lòng <b>", Value: new(3.0)},
	}
	items := []report.ItemNote{
		{ID: "signs", Text: "Biển chỉ dẫn", Options: options, Missing: []string{"dont_know"}},
		{ID: "seats", Text: "Chỗ ngồi", Options: options, Missing: []string{"dont_know"}},
	}
	other := []report.ItemNote{{ID: "fee", Text: "Phí", Options: options[:2]}}
	terms := []report.WorkedTerm{
		{ID: "1", Text: "Không hài lòng", N: 10, Under: 10},
		{ID: "2", Text: "Bình thường", N: 30, Under: 30},
		{ID: "3", Text: "Hài lòng <b>", N: 1234, Worth: 1, Over: 1234, Under: 1234},
		{ID: "dont_know", Text: "dont_know", N: 3, Out: true},
	}
	return &report.Methodology{
		Survey: "sipas", Title: "Khảo sát", Watermark: 104210, Language: lang, Languages: []string{"vi", "en"}, MinN: 10, LowBase: 30,
		HideSame: true, Rounding: 2, Items: 12, Said: []string{"Sở Nội vụ hỏi ý kiến ông/bà."},
		Measures: []report.MeasureNote{
			{ID: "satisfied", Title: "Tỷ lệ hài lòng", Kind: "top_box", Codes: []string{"3"}, Base: "valid"},
			{ID: "bad", Title: "Tỷ lệ không hài lòng", Kind: "bottom_box", Codes: []string{"1"}, Base: "with_dont_know"},
			{ID: "net", Title: "Chênh lệch", Kind: "net", Codes: []string{"3"}, Against: []string{"1", "2"}, Base: "valid"},
			{ID: "mean", Title: "Trung bình", Kind: "mean", Base: "valid"},
			{ID: "points", Title: "Điểm", Kind: "score100", Base: "valid"},
			{ID: "nps", Title: "NPS", Kind: "nps", Base: "valid"},
		},
		Indices: []report.IndexNote{
			{
				ID: "services", Title: "Dịch vụ", Measure: "satisfied", Aggregate: "pooled", Note: "Theo QĐ 1001.", Method: hash,
				Breaks:  []report.Break{{Day: "2026-04-01", Of: "all", Reason: "Đổi thang điểm"}},
				Factors: []report.FactorNote{{ID: "access", Title: "Tiếp cận", Aggregate: "pooled", Items: items}},
			},
			{ID: "weighted", Title: "Có quyền số", Measure: "net", Aggregate: "weighted_mean", Method: hash, Factors: []report.FactorNote{
				{ID: "visit", Title: "Đến nơi", Weight: new(0.7), Aggregate: "weighted_mean"},
				{ID: "access", Title: "Tiếp cận", Depth: 1, Weight: new(1.0), Aggregate: "weighted_mean", Items: append(items[:1:1], other...)},
				{ID: "cost", Title: "Chi phí", Weight: new(0.3), Aggregate: "pooled", Items: other},
			}},
			{
				ID: "average", Title: "Trung bình", Measure: "mean", Aggregate: "pooled", Method: hash,
				Factors: []report.FactorNote{{ID: "access", Title: "Tiếp cận", Aggregate: "pooled", Items: items}},
			},
		},
		Waves: []report.WaveNote{
			{SampleType: "opt_in", Interval: "model", Channels: []string{"link", "qr"}, Open: true},
			{
				ID: "2026-1", Title: "Đợt 1/2026", Opens: "2026-01-05", Closes: "2026-03-31", SampleType: "probability", Interval: "sampling",
				Channels: []string{"invitation"}, Invitation: true, MinSeconds: 30, Quotas: 2, Effort: true, Passes: true, Hours: "07:00-17:30",
			},
			{ID: "2026-2", SampleType: "census", Interval: "none", Channels: []string{"paper"}},
		},
		Versions:  []report.VersionNote{{Version: hash, Day: "2026-01-02"}},
		Responses: 104210, Flagged: new(int64(12)), Channels: []report.ChannelCount{{Channel: "link", N: 100000}, {Channel: "qr", N: 4210}},
		First: "2026-01-01", Last: "2026-11-01", Strata: true,
		Outreach: []report.Outreach{
			{
				Period: "", SampleType: "opt_in", Handled: report.People{State: report.NotStated}, Invited: report.People{State: report.NotStated},
				Started: report.People{State: report.NotCollected}, Finished: report.People{N: 500, State: report.Counted}, Reason: "no_invited",
			},
			{
				Period: "2026-1", SampleType: "probability", Handled: report.People{N: 20000, State: report.Stated},
				Invited: report.People{N: 2000, State: report.Stated}, Started: report.People{State: report.NotCollected},
				Finished: report.People{N: 1240, State: report.Counted}, OfHandled: new(6.2), OfInvited: new(62.0), Sheet: &report.Sheet{
					Complete: report.People{N: 1240, State: report.Counted}, Partial: report.People{State: report.NotCollected},
					Refused: report.People{N: 300, State: report.Stated}, Unknown: report.People{N: 460, State: report.Derived},
					Eligible: 0.9876, EligibleBy: report.Derived,
					Rates: []report.Rate{{Name: "RR1", Formula: "I/(I+P+R+NC+O+U)", Value: new(62.0)}, {Name: "RR3", Formula: "I/(I+P+R+NC+O+e·U)", Value: new(62.17)}, {Name: "REF1", Formula: "R/(I+P+R+NC+O+U)", Unknown: []string{"R"}}},
				},
			},
			{Period: "2026-Q3", SampleType: "opt_in", Finished: report.People{State: report.Hidden}, Reason: "hidden"},
		},
		Worked: []report.Worked{
			{
				Of: "item", ID: "signs", Title: "Biển chỉ dẫn", Agency: "bn", AgencyName: "Tỉnh Bắc Ninh", Rule: report.RuleCodes, Scale: 100, Terms: terms,
				Over: 1234, Under: 1274, Estimate: 96.8602825745683, Command: "hailong score --survey sipas --agency bn --by item", Published: new(96.8602825745683),
			},
			{
				Of: "factor", ID: "access", Title: "Tiếp cận", Agency: "bn", AgencyName: "Tỉnh Bắc Ninh", Rule: report.RulePooled, Scale: 100,
				Terms: []report.WorkedTerm{
					{ID: "signs", Text: "Biển chỉ dẫn", N: 1274, Worth: 96.8602825745683, Over: 1234, Under: 1274},
					{ID: "seats", Text: "Chỗ ngồi", N: 1000, Worth: 50, Over: 500, Under: 1000},
				}, Over: 1734, Under: 2274, Estimate: 76.2533, Command: "hailong score --survey sipas --agency bn --by factor",
			},
			{
				Of: "index", ID: "services", Title: "Dịch vụ", Agency: "bn", AgencyName: "Tỉnh Bắc Ninh", Rule: report.RuleWeight, Scale: 1,
				Terms: []report.WorkedTerm{{ID: "access", Text: "Tiếp cận", N: 1274, Worth: -76.25, Over: -53.375, Under: 0.7}, {ID: "cost", Text: "Chi phí", N: 40, Worth: 30, Over: 9, Under: 0.3}},
				Over:  -44.375, Under: 1, Estimate: -44.375, Command: "hailong score --survey sipas --agency bn",
			},
		},
		Reproduce: "hailong score --survey sipas --receipt receipt.json",
		Receipt: &report.Receipt{
			Format: 1, Survey: "sipas", Index: "services", Versions: []string{hash}, Method: hash, Watermark: 104210,
			Query: "survey=sipas&index=services&by=agency&lang=vi", Agencies: hash, Figures: hash,
			Numbers: 1,
			Result:  report.ResultReceipt{Format: "csv", Bytes: 10, SHA256: hash},
		},
	}
}

// bare is a survey that nobody answered yet.
func bareMethodology(lang string) *report.Methodology {
	return &report.Methodology{
		Survey: "counter", Title: "Một câu", Language: lang, Languages: []string{"vi"}, MinN: 10, LowBase: 30, Rounding: 1, Items: 1, Hidden: true,
		Waves: []report.WaveNote{{SampleType: "opt_in", Interval: "model", Channels: []string{"kiosk"}}},
	}
}

func methodFixtures(lang string) []fixture {
	return []fixture{
		{"method", NewMethod(Frame{Lang: lang, URL: "/results/sipas/method?lang=" + lang}, methodology(lang))},
		{"method_bare", NewMethod(Frame{Lang: lang, URL: "/results/counter/method"}, bareMethodology(lang))},
	}
}

// TestMethodFormulas: the numbers of an example stand in its formula, and the
// result is rounded as results are.
func TestMethodFormulas(t *testing.T) {
	t.Parallel()
	m := NewMethod(Frame{Lang: "vi"}, methodology("vi"))
	want := []string{
		"100 × 1.234 / 1.274 = 96,860283 ≈ 96,86",
		"100 × (1.234 + 500) / 2.274 = 76,2533 ≈ 76,25",
		"(-53,375 + 9) / 1 = -44,375 ≈ -44,38",
	}
	for i, w := range want {
		if got := m.Worked[i].Formula; got != w {
			t.Errorf("example %d: got %q, want %q", i, got, w)
		}
	}
	r := m.Worked[0].R
	for _, line := range []string{`x[["signs"]]`, `c(0, 0, 1)`, `c("1", "2", "3")`, "100 * mean(w[v], na.rm = TRUE)"} {
		if !strings.Contains(r, line) {
			t.Errorf("%q is not in\n%s", line, r)
		}
	}
	if m.Worked[1].R != "" {
		t.Errorf("a factor has R code: %s", m.Worked[1].R)
	}
}

// TestMethodScaleOnce: answers that all items share are said once, at the highest
// place that they hold for.
func TestMethodScaleOnce(t *testing.T) {
	t.Parallel()
	m := NewMethod(Frame{Lang: "en"}, methodology("en"))
	services, weighted := m.Indices[0], m.Indices[1]
	if services.Scale == "" || services.Factors[0].Scale != "" || services.Factors[0].Items[0].Scale != "" {
		t.Errorf("one scale: %+v", services)
	}
	if weighted.Scale != "" || weighted.Factors[1].Scale != "" || weighted.Factors[1].Items[0].Scale == "" || weighted.Factors[2].Scale == "" {
		t.Errorf("several scales: %+v", weighted)
	}
}
