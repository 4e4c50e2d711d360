package page

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
)

// fixture is one page of the storybook.
type fixture struct {
	name string
	page Page
}

// parsedSurveys are the questionnaires in testdata that were read already, by slug.
var parsedSurveys sync.Map

// survey reads one of the questionnaires in testdata.
func survey(t testing.TB, slug string) *questionnaire.Questionnaire {
	t.Helper()
	if q, ok := parsedSurveys.Load(slug); ok {
		return q.(*questionnaire.Questionnaire) //nolint:errcheck,forcetypeassert // only survey stores here
	}
	file := filepath.Join("testdata", "surveys", slug, "survey.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := questionnaire.ParseIn(os.DirFS(filepath.Dir(file)), slug, file, data)
	if err != nil {
		t.Fatal(err)
	}
	parsedSurveys.Store(slug, s.Questionnaire)
	return s.Questionnaire
}

// fixtures is every page in every state worth looking at, in one language.
func fixtures(t *testing.T, lang string) []fixture {
	t.Helper()
	sipas, counter := survey(t, "sipas"), survey(t, "counter")
	at := func(url string) Frame { return Frame{Lang: lang, URL: url} }
	list := []fixture{
		{"home", &Home{Frame: at("/?lang=" + lang), Surveys: []HomeSurvey{
			NewHomeSurvey(sipas, lang, "2026-12-31"), NewHomeSurvey(counter, lang, ""),
		}}},
		{"home_none", &Home{Frame: at("/")}},
		{"choose", NewChoose(chooseInput(at("/s/sipas?channel=qr"), sipas, lang))},
		{"choose_found", NewChoose(searchInput(at("/s/sipas?q=bac"), sipas, lang, "bac"))},
		{"choose_not_found", NewChoose(searchInput(at("/s/sipas?q=zz"), sipas, lang, "<zz>"))},
		{"choose_empty", NewChoose(ChooseInput{Frame: at("/s/sipas"), Survey: "sipas", Title: sipas.Title.In(lang)})},
		{"done", doneOf(at("/s/sipas/done"), sipas, "K7MP-4WQX-92HB")},
		{"done_no_receipt", doneOf(at("/s/sipas/done"), sipas, "")},
		{"receipt", &Receipt{
			Frame: at("/r/K7MP-4WQX-92HB?lang=" + lang), Code: "K7MP-4WQX-92HB", Counted: true,
			Survey: "sipas", Title: sipas.Title.In(lang), Watermark: 104210,
		}},
		{"receipt_missing", &Receipt{Frame: at("/r/XXXX"), Code: "XXXX"}},
		{"results", &Results{Frame: at("/results"), Surveys: []ResultsSurvey{
			{Slug: "sipas", Title: sipas.Title.In(lang), Responses: 104210},
			{Slug: "counter", Title: counter.Title.In(lang), Responses: 1},
		}}},
		{"results_none", &Results{Frame: at("/results")}},
	}
	list = append(list, formFixtures(sipas, counter, lang)...)
	list = append(list, everyFixtures(t, lang)...)
	list = append(list, visitFixtures(t, sipas, counter, lang)...)
	list = append(list, previewFixtures(lang)...)
	list = append(list, docsFixtures(t, lang)...)
	list = append(list, resultFixtures(sipas, lang)...)
	list = append(list, indexFixtures(t, lang)...)
	list = append(list, methodFixtures(lang)...)
	return append(list, problemFixtures(lang)...)
}

func doneOf(frame Frame, q *questionnaire.Questionnaire, receipt string) *Done {
	d := NewDone(frame, Teller{Questionnaire: q, Lang: frame.Lang}, nil)
	d.Receipt = receipt
	return d
}

func formFixtures(sipas, counter *questionnaire.Questionnaire, lang string) []fixture {
	in := func(q *questionnaire.Questionnaire, page int) FormInput {
		return FormInput{
			Frame:         Frame{Lang: lang, URL: "/s/" + q.Survey + "?agency=bn-1&lang=" + lang},
			Questionnaire: q, Page: page, Agency: "UBND phường Bắc Giang", Draft: "d7f3", Started: "1790000000",
			Hide: map[string]bool{"policy_words": true},
		}
	}
	first := in(sipas, 0)
	wrong := in(sipas, 1)
	wrong.Values = map[string][]string{
		"access_signs": {"4"}, "trips": {"many", "dont_know"}, "needs": {"online", "none"}, "reason": {"refused"},
		"unknown": {"x"},
	}
	wrong.Problems = []errs.Problem{
		{Item: "trips", Code: "not_a_number"},
		{Item: "trips", Code: "exclusive"},
		{Item: "needs", Code: "exclusive"},
		{Item: "reason", Code: "unknown_option"},
		{Item: "policy_health_info", Code: "required"},
		{Item: "nothing", Code: "unknown_item"},
		{Code: "survey_closed"},
	}
	matrix := in(sipas, 2)
	matrix.Values = map[string][]string{"policy_health_info": {"2"}, "policy_words": {"giữ lại \"này\" <b>"}, "trips": {"2"}}
	matrix.Problems = []errs.Problem{{Item: "policy_health_result", Code: "required"}}
	words := in(sipas, 2)
	words.Hide = nil
	words.Values = map[string][]string{"policy_words": {"\ndòng một\ndòng hai </textarea>"}}
	words.Problems = []errs.Problem{{Item: "policy_words", Code: "too_long", Args: map[string]any{"max": 1000, "length": 1200}}}
	last := in(sipas, 3)
	last.Values = map[string][]string{"needs": {"online", "staff"}, "comment": {"", "refused"}}
	return []fixture{
		{"form_first", NewForm(first)},
		{"form_wrong", NewForm(wrong)},
		{"form_matrix", NewForm(matrix)},
		{"form_words", NewForm(words)},
		{"form_last", NewForm(last)},
		{"form_counter", NewForm(in(counter, 0))},
	}
}

func problemFixtures(lang string) []fixture {
	frame := Frame{Lang: lang, URL: "/x"}
	invalid := errs.Bad(errs.Problem{Item: "from", Code: "bad_date"}, errs.Problem{Code: "agency_required"})
	return []fixture{
		{"problem_404", NewProblem(frame, 404, errs.New(errs.NotFound, "unknown_page"), "")},
		{"problem_405", NewProblem(frame, 405, errs.New(errs.Malformed, "method_not_allowed"), "")},
		{"problem_413", NewProblem(frame, 413, errs.New(errs.TooLarge, "body_too_large").With("max", 256), "")},
		{"problem_422", NewProblem(frame, 422, invalid, "")},
		{"problem_500", NewProblem(frame, 500, errs.New(errs.Internal, "internal").With("id", "7K3F-22QA"), "7K3F-22QA")},
		{"problem_503", NewProblem(frame, 503, errs.New(errs.Overloaded, "overloaded").With("seconds", 5), "")},
		{"problem_418", NewProblem(frame, 418, nil, "7K3F-22QA")},
	}
}

func agencies() []*agency.Agency {
	name := func(vi string) agency.Name { return agency.Name{Vi: vi} }
	return []*agency.Agency{
		{ID: "bn", Level: "province", Name: agency.Name{Vi: "Tỉnh Bắc Ninh", En: "Bắc Ninh Province"}},
		{ID: "bn-2", Parent: "bn", Level: "commune", Name: name("Phường Quế Võ")},
		{ID: "bn-1", Parent: "bn", Level: "commune", Name: name("Phường Bắc Giang")},
		{ID: "bn-sxd", Parent: "bn", Level: "department", Name: name("Sở Xây dựng")},
		{ID: "bn-snv", Parent: "bn", Level: "department", Name: name("Sở Nội vụ")},
		{ID: "bn-snv-x", Parent: "bn-snv", Level: "", Name: name("Chi cục Văn thư")},
		{ID: "ag", Level: "province", Name: name("Tỉnh An Giang")},
	}
}

func chooseInput(frame Frame, q *questionnaire.Questionnaire, lang string) ChooseInput {
	return ChooseInput{
		Frame: frame, Survey: q.Survey, Title: q.Title.In(lang), All: agencies(),
		Carry: []Field{{"channel", "qr"}},
	}
}

func searchInput(frame Frame, q *questionnaire.Questionnaire, lang, query string) ChooseInput {
	in := chooseInput(frame, q, lang)
	in.Query = query
	if query == "bac" {
		in.Matching = []*agency.Agency{in.All[0], in.All[2]}
	}
	return in
}

// digits writes numbers as the files do, with two decimals.
func digits(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', 2, 64)
}

func scores(n int) *report.Scores {
	sc := &report.Scores{
		Survey: "sipas", Title: "SIPAS", Index: "services", IndexTitle: "Hài lòng về dịch vụ", Measure: "satisfied",
		MeasureTitle: "Tỷ lệ hài lòng và rất hài lòng", Unit: "%", Versions: []string{"0123456789abcdef"},
		Method: "fedcba98", MethodNote: "Theo QĐ 1001.", Watermark: 104210, Rollup: "pooled", MinN: 10, By: []string{"agency"},
	}
	sc.Rows = append(sc.Rows, row("bn", "Tỉnh Bắc Ninh", "province", 4300, 84.09, 1.1, report.OK))
	for i := range n {
		id := fmt.Sprintf("c%03d", i)
		r := row(id, fmt.Sprintf("Phường số %d", i+1), "commune", int64(40+i*7), 72+float64(i*37%250)/10, 6-float64(i%4), report.OK)
		switch i % 7 {
		case 3:
			r.State, r.Reason = report.LowBase, "min_n"
			r.N, r.Low, r.High = 12, new(*r.Estimate-20), new(min(*r.Estimate+11, 100))
		case 5:
			r = report.Row{Agency: id, AgencyName: r.AgencyName, Level: "commune", N: 9, State: report.Suppressed, Reason: "min_n"}
		case 6:
			r = report.Row{Agency: id, AgencyName: r.AgencyName, Level: "commune", State: report.NoData}
		}
		sc.Rows = append(sc.Rows, r)
	}
	return sc
}

func row(id, name, level string, n int64, estimate, half float64, state report.State) report.Row {
	return report.Row{
		Agency: id, AgencyName: name, Level: level, Measure: "satisfied", N: n, Estimate: new(estimate),
		Low: new(estimate - half), High: new(min(estimate+half, 100)), Interval: "wilson95", State: state,
	}
}

func resultsInput(q *questionnaire.Questionnaire, lang, url string) ResultsInput {
	return ResultsInput{
		Frame: Frame{Lang: lang, URL: url}, Scores: scores(20), Questionnaire: q, Digits: digits,
		Query: report.Query{Survey: "sipas"}, Responses: 104210,
		Agencies: []Choice{{Value: "bn", Text: "Tỉnh Bắc Ninh"}}, Levels: []string{"province", "department", "commune"},
		Waves: []Choice{{Value: "2026-1", Text: "Đợt 1/2026"}}, Channels: []string{"link", "qr"},
		Months: []string{"2026-01", "2026-02", "2026-03"},
	}
}

func resultFixtures(q *questionnaire.Questionnaire, lang string) []fixture {
	all := resultsInput(q, lang, "/results/sipas?all=1&sort=name&lang="+lang)
	all.All, all.Sort = true, "name"
	one := resultsInput(q, lang, "/results/sipas?agency=bn&from=2026-01-01")
	one.Query.Agency, one.Query.From, one.Query.Level, one.Query.Channel, one.Parent = "bn", "2026-01-01", "commune", "qr", "bn"
	one.Profile = profileInput()
	one.Scores.Channels, one.Scores.Flagged, one.Scores.Flags = []report.ChannelCount{{Channel: "qr", N: 4300}}, 5, report.FlagsWithout
	one.Query.Flags = report.FlagsWithout
	all.Scores.Channels = []report.ChannelCount{{Channel: "link", N: 120}, {Channel: "qr", N: 90300}, {Channel: "kiosk", N: 13790}}
	all.Scores.Flagged, all.Scores.Flags = 5, report.FlagsWith
	bad := resultsInput(q, lang, "/results/sipas?from=x")
	bad.Scores, bad.Months, bad.Query.From = scores(0), nil, "x"
	bad.Scores.Rows = nil
	bad.Problems = []errs.Problem{{Item: "from", Code: "bad_date"}}
	compared := resultsInput(q, lang, "/results/sipas?compare=previous&wave=2026-1&from=2026-02-03")
	compared.Scores, compared.Waves = standing(), []Choice{{Value: "2025-2", Text: "Đợt 2/2025"}, {Value: "2026-1", Text: "Đợt 1/2026"}}
	compared.Query.Wave, compared.Query.Compare, compared.Query.From = "2026-1", "previous", "2026-02-03"
	compared.Used = compared.Query
	compared.Used.From = ""
	compared.Problems = []errs.Problem{{Item: "from", Code: "not_public"}}
	return []fixture{
		{"survey_results_compared", NewSurveyResults(compared)},
		{"survey_results", NewSurveyResults(resultsInput(q, lang, "/results/sipas"))},
		{"survey_results_all", NewSurveyResults(all)},
		{"survey_results_one", NewSurveyResults(one)},
		{"survey_results_nothing", NewSurveyResults(bad)},
	}
}

// standing is scores with ranks, shrunk estimates, roll-ups and changes.
func standing() *report.Scores {
	sc := scores(8)
	sc.SampleType = "probability"
	rank := 0
	for i := range sc.Rows {
		r := &sc.Rows[i]
		if r.Estimate == nil {
			continue
		}
		r.Change = &report.Change{Value: float64(i) - 2.5, Low: new(float64(i) - 4), High: new(float64(i) - 1), P: new(0.01), Holm: new(float64(i%2) / 10)}
		r.Shrunk, r.ShrunkLow, r.ShrunkHigh = new(*r.Estimate-1), new(*r.Low+1), new(*r.High-1)
		if r.Level == "province" {
			r.MeanOfUnits, r.Units = new(83.5), 6
		} else if r.State == report.OK {
			rank++
			r.Rank, r.Ranked, r.RankLow, r.RankHigh = rank, 5, max(1, rank-2), min(5, rank+2)
		}
	}
	return sc
}

func profileInput() *ProfileInput {
	factor := row("", "", "", 4300, 84.09, 1.1, report.OK)
	factor.Factor = "access"
	signs := row("", "", "", 1000, 70, 3, report.OK)
	signs.Item = "access_signs"
	signs.Counts = []report.Count{
		{Code: "1", N: 40},
		{Code: "2", N: 110},
		{Code: "3", N: 150},
		{Code: "4", N: 500},
		{Code: "5", N: 200},
		{Code: "not_applicable", N: 31},
		{Code: "skipped", N: 2},
	}
	seats := report.Row{Item: "access_seats", N: 4, State: report.Suppressed}
	return &ProfileInput{
		Name:    "Tỉnh Bắc Ninh",
		Factors: &report.Scores{Rows: []report.Row{factor}},
		Items:   &report.Scores{Rows: []report.Row{signs, seats}},
	}
}
