package report_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/draft"
	"hailong/internal/invite"
	"hailong/internal/report"
	"hailong/internal/response"
)

func (w *world) moment() *report.Moment {
	w.t.Helper()
	m, err := w.report().Freeze("sample")
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func ratesWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, "first.yaml")
	w.applyEvent(waves("2026-1"))
	w.same(40, "tan-chi", "2026-03-01", "4")
	w.same(20, "kinh-bac", "2026-02-01", "2")
	w.same(5, "ha-noi", "2026-02-01", "2")
	return w
}

// knownRates checks the rates of a sheet: those wanted, and of all others that they
// say what they lack.
func knownRates(t *testing.T, sheet *report.Sheet, want map[string]float64) {
	t.Helper()
	got := map[string]float64{}
	for _, r := range sheet.Rates {
		if (r.Value == nil) != (len(r.Unknown) > 0) {
			t.Errorf("%s: neither a value nor why there is none, or both: %+v", r.Name, r)
		}
		if r.Value != nil {
			got[r.Name] = *r.Value
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rates (-want +got)\n%s", diff)
	}
}

func reached(list []report.Outreach, period, agency string) *report.Outreach {
	for i := range list {
		if list[i].Period == period && list[i].Agency == agency {
			return &list[i]
		}
	}
	return nil
}

// TestRates: what figures say, what the platform counted, and what nobody knows
// are told apart; the outcome rates are AAPOR's, by hand.
func TestRates(t *testing.T) {
	t.Parallel()
	w := ratesWorld(t)
	w.figures(
		"handled,tan-chi,2026-1,,200,so-noi-vu,yes,", "handled,kinh-bac,2026-1,,100,so-noi-vu,yes,",
		"invited,tan-chi,2026-1,,100,so-noi-vu,yes,", "refused,tan-chi,2026-1,,10,so-noi-vu,yes,", "noncontact,tan-chi,2026-1,,20,so-noi-vu,yes,",
		"ineligible,tan-chi,2026-1,,10,so-noi-vu,yes,", "eligible_share,tan-chi,2026-1,,0.5,so-noi-vu,yes,",
		"invited,bac-ninh,2026-Q1,,600,so-noi-vu,yes,", "handled,tan-chi,2026-02,,7,so-noi-vu,no,",
	)
	got := w.moment().Rates(report.Reach{}, "vi", true, false)

	one := reached(got, "2026-1", "tan-chi")
	if one == nil || one.Sheet == nil {
		t.Fatalf("no sheet: %+v", one)
	}
	want := report.Sheet{
		Complete: report.People{N: 40, State: report.Counted}, Partial: report.People{State: report.NotCollected},
		Refused: report.People{N: 10, State: report.Stated}, Noncontact: report.People{N: 20, State: report.Stated},
		Other: report.People{State: report.NotStated}, Unknown: report.People{N: 20, State: report.Derived},
		Ineligible: report.People{N: 10, State: report.Stated}, Eligible: 0.5, EligibleBy: report.Stated, Rates: one.Sheet.Rates,
	}
	if diff := cmp.Diff(&want, one.Sheet); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	// I=40 P=0 R=10 NC=20 O=? U=20 NE=10, e=0.5: nothing that needs O is known.
	knownRates(t, one.Sheet, map[string]float64{
		"RR1": 44.44, "RR2": 44.44, "RR3": 50, "RR4": 50, "COOP3": 80, "COOP4": 80, "REF1": 11.11, "REF2": 12.5,
	})
	w.figures("other_nonresponse,tan-chi,2026-1,,0,so-noi-vu,yes,")
	knownRates(t, reached(w.moment().Rates(report.Reach{}, "vi", true, false), "2026-1", "tan-chi").Sheet, map[string]float64{
		"RR1": 44.44, "RR2": 44.44, "RR3": 50, "RR4": 50, "RR5": 57.14, "RR6": 57.14, "COOP1": 80, "COOP2": 80, "COOP3": 80, "COOP4": 80,
		"REF1": 11.11, "REF2": 12.5, "REF3": 14.29, "CON1": 55.56, "CON2": 62.5, "CON3": 71.43,
	})
	if len(one.Sheet.Rates) != 16 || *one.OfHandled != 20 || *one.OfInvited != 40 || one.Started.State != report.NotCollected {
		t.Errorf("got %d rates, %+v", len(one.Sheet.Rates), one)
	}

	all := reached(got, "2026-1", "")
	if all.Finished.N != 65 || all.Handled.State != report.NotStated || all.Reason != "no_invited" { // Hà Nội has answers and no figure
		t.Errorf("all together: %+v", all)
	}
	province := reached(got, "2026-1", "bac-ninh")
	if province.Finished.N != 60 || province.Handled.N != 300 || *province.OfHandled != 20 {
		t.Errorf("the province: %+v", province)
	}
	quarter := reached(got, "2026-Q1", "bac-ninh")
	if quarter.Invited.N != 600 || *quarter.OfInvited != 10 || quarter.Sheet.EligibleBy != report.Derived {
		t.Errorf("the quarter: %+v", quarter)
	}
	few := reached(got, "2026-1", "ha-noi")
	if few.Finished != (report.People{State: report.Hidden}) || few.OfHandled != nil || few.Reason != report.Hidden {
		t.Errorf("five responses: %+v", few)
	}
	if mine := reached(w.moment().Rates(report.Reach{}, "vi", true, true), "2026-1", "ha-noi"); mine.Finished.N != 5 {
		t.Errorf("five responses, internally: %+v", mine)
	}
	if month := reached(got, "2026-02", "tan-chi"); month == nil || month.Handled.N != 7 || month.Finished.State != report.Hidden {
		t.Errorf("a month without answers: %+v", month)
	}
}

// TestRatesOfBegun: who began a form and left it is counted as having started;
// what is hidden of those who finished is hidden of them, too.
func TestRatesOfBegun(t *testing.T) {
	t.Parallel()
	w := ratesWorld(t)
	day, _ := response.ParseDay("2026-02-20")
	number := func(id string) uint32 { return w.catalog.Agencies.ByID(id).Number }
	begun := []draft.Begun{
		{Place: draft.Place{Survey: "sample", Wave: "2026-1", Agency: number("tan-chi"), Day: day}, Forms: 30, Finished: 20},
		{Place: draft.Place{Survey: "sample", Wave: "2026-1", Agency: number("tan-chi"), Day: day + 1, Counter: "q1"}, Forms: 1, Finished: 11},
		{Place: draft.Place{Survey: "sample", Wave: "2026-1", Agency: number("kinh-bac"), Day: day}, Forms: 5},
		{Place: draft.Place{Survey: "sample", Wave: "2026-2", Agency: number("kinh-bac"), Day: day}, Forms: 50},
		{Place: draft.Place{Survey: "other", Wave: "2026-1", Agency: number("kinh-bac"), Day: day}, Forms: 50},
	}
	got := w.moment().Rates(report.Reach{Begun: begun}, "vi", true, false)
	for agency, want := range map[string]report.People{
		"tan-chi": {N: 40, State: report.Counted}, "kinh-bac": {N: 25, State: report.Counted}, "bac-ninh": {N: 65, State: report.Counted},
		"ha-noi": {State: report.Hidden}, "": {N: 70, State: report.Counted},
	} {
		if one := reached(got, "2026-1", agency); one.Started != want || want.N > 0 && *one.OfStarted > 100 {
			t.Errorf("%q: got %+v, want %+v", agency, one.Started, want)
		}
	}
	if one := reached(got, "2026-1", "kinh-bac"); *one.OfStarted != 80 {
		t.Errorf("20 of 25: got %v", *one.OfStarted)
	}
}

// TestRatesOfInvitations: invitations that were issued stand in for the figure;
// figures that contradict the answers give no rate.
func TestRatesOfInvitations(t *testing.T) {
	t.Parallel()
	w := ratesWorld(t)
	tanChi := w.catalog.Agencies.ByID("tan-chi").Number
	invited := []invite.Count{
		{Survey: "sample", Wave: "2026-1", Agency: tanChi, Codes: 60, Revoked: 10},
		{Survey: "sample", Wave: "2026-2", Agency: tanChi, Codes: 9},
		{Survey: "other", Wave: "2026-1", Agency: tanChi, Codes: 9},
	}
	one := reached(w.moment().Rates(report.Reach{Invited: invited}, "vi", true, false), "2026-1", "tan-chi")
	if one.Invited != (report.People{N: 50, State: report.Counted}) || *one.OfInvited != 80 || one.Sheet.Unknown.N != 10 {
		t.Errorf("got %+v", one)
	}
	w.figures("invited,tan-chi,2026-1,,30,so-noi-vu,yes,")
	one = reached(w.moment().Rates(report.Reach{Invited: invited}, "vi", true, false), "2026-1", "tan-chi")
	if one.Invited.N != 30 || one.Sheet != nil || one.Reason != "more_than_invited" {
		t.Errorf("fewer invited than answered: %+v", one)
	}
}

// TestMethodology: three numbers are worked out from the very counts, and lead to
// what is published; without enough answers there is none.
func TestMethodology(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"first.yaml", "second.yaml"} {
		w := newWorld(t, version)
		w.applyEvent(waves("2026-1"))
		w.applyEvent(waves("2026-2"))
		m, err := w.moment().Methodology("vi", report.Reach{})
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Worked) > 0 || !m.Hidden {
			t.Errorf("%s: nobody answered: %+v", version, m.Worked)
		}
		w.add(w.random(900, 5)...)
		m, err = w.moment().Methodology("en", report.Reach{})
		if err != nil {
			t.Fatal(err)
		}
		if m.Responses != 900 || m.Hidden || m.First == "" || m.Receipt == nil || m.Receipt.Method != m.Indices[0].Method {
			t.Errorf("%s: %+v", version, m)
		}
		if len(m.Worked) != 3 {
			t.Fatalf("%s: got %d examples, want 3", version, len(m.Worked))
		}
		for _, x := range m.Worked {
			var over, under float64
			for _, term := range x.Terms {
				over, under = over+term.Over, under+term.Under
			}
			if got := x.Scale * over / under; math.Abs(got-*x.Published) > 1e-9 {
				t.Errorf("%s: %s %s: %v by hand, %v published", version, x.Of, x.ID, got, *x.Published)
			}
		}
	}
}

// TestMethodologyLeavesOutWhatDoesNotAddUp: answers that count by population have
// no example by plain counts.
func TestMethodologyLeavesOutWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	w := ratesWorld(t)
	w.figures("population,tan-chi,2026-1,,4000,so-noi-vu,yes,", "population,kinh-bac,2026-1,,100,so-noi-vu,yes,")
	m, err := w.moment().Methodology("vi", report.Reach{})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Strata {
		t.Error("the populations are not told")
	}
	for _, x := range m.Worked {
		if math.Abs(x.Estimate-*x.Published) > 1e-9 {
			t.Errorf("a wrong example: %+v", x)
		}
	}
}
