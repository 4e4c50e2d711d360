package page

import (
	"strings"
	"testing"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

// visitFixtures are the pages around a form: codes, drafts, everything at once.
func visitFixtures(t *testing.T, sipas, counter *questionnaire.Questionnaire, lang string) []fixture {
	t.Helper()
	at := func(url string) Frame { return Frame{Lang: lang, URL: url} }
	code := func(typed, problem string) Page {
		return NewInvitation(at("/i?lang="+lang), typed, errs.Bad(errs.Problem{Item: "invitation", Code: problem}))
	}
	in := FormInput{
		Frame: at("/s/sipas?agency=bn-1&lang=" + lang), Lang: lang, Questionnaire: sipas, Agency: "UBND phường Bắc Giang",
		Draft: "ABCDEFGHABCDEFGHABCDEFGHAB", Started: "1790000000", Drafts: true,
		Values: map[string][]string{"access_signs": {"4"}, "comment": {"Nhanh <b>"}},
	}
	refused := NewResume(in)
	refused.Refuse(errs.New(errs.Gone, "survey_closed"))
	refused.Answers = []Told{{Variable: "access_signs", Text: "Biển hiệu", Value: "Hài lòng"}, {Variable: "comment", Text: "Góp ý", Value: "Nhanh <b>"}}
	unsaved, band, effort := in, in, in
	unsaved.Unsaved = true
	band.Band, band.Drafts, band.Page = Band(lang, "paper", "Q2", in.Agency), false, 1
	effort.Carry = []Field{{Name: "invitation", Value: "ABCD"}, {Name: "effort", Value: "x.y"}, {Name: "solution"}}
	rating := in
	rating.Questionnaire, rating.Values, rating.Frame = counter, nil, at("/kiosk/counter?agency=bn-1&lang="+lang)
	kiosk := NewKiosk(rating)
	kiosk.Counter = "Q1"
	stranger := NewKiosk(rating)
	stranger.BadPass = true
	next := doneOf(at("/s/sipas/done"), sipas, "K7MP-4WQX-92HB")
	next.Band, next.Next = band.Band, "/s/sipas?agency=bn-1&channel=paper&counter=Q2"
	return []fixture{
		{"invitation", NewInvitation(at("/i?lang="+lang), "", nil)},
		{"invitation_required", NewInvitation(at("/s/sipas?agency=bn-1"), "", errs.New(errs.Forbidden, "invitation_required"))},
		{"invitation_mistyped", code("ABCD-EFGH-<b>", "invitation_mistyped")},
		{"invitation_unknown", code("ABCD-EFGH-JKM", "invitation_unknown")},
		{"invitation_used", code("ABCD-EFGH-JKM", "invitation_used")},
		{"invitation_expired", code("ABCD-EFGH-JKM", "invitation_expired")},
		{"invitation_revoked", code("ABCD-EFGH-JKM", "invitation_revoked")},
		{"resume", NewResume(in)},
		{"resume_gone", &Resume{Frame: at("/d/ABCDEFGHABCDEFGHABCDEFGHAB"), Gone: true}},
		{"resume_refused", refused},
		{"later", NewLater(in, "https://hailong.example/d/ABCDEFGHABCDEFGHABCDEFGHAB", "2026-12-07")},
		{"form_drafts", NewForm(in)},
		{"form_unsaved", NewForm(unsaved)},
		{"form_band", NewForm(band)},
		{"form_effort", NewForm(effort)},
		{"done_band", next},
		{"whole", NewWhole(in)},
		{"kiosk", kiosk},
		{"kiosk_bad_pass", stranger},
		{"kiosk_thanks", func() Page {
			k := NewKiosk(rating)
			k.Thanked, k.Again = doneOf(at("/kiosk/counter"), counter, ""), "/kiosk/counter?agency=bn-1"
			return k
		}()},
	}
}

// The band tells who fills in a form for whom.
func TestBand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, channel, counter, agency, want string }{
		{"vi", "paper", "Q2", "Phường X", "Nhập hộ: phiếu giấy, quầy Q2, Phường X"},
		{"en", "phone", "", "Ward X", "phone"},
	} {
		if got := Band(c.lang, c.channel, c.counter, c.agency); !strings.Contains(strings.ToLower(got), strings.ToLower(c.want)) {
			t.Errorf("got %q, want it to contain %q", got, c.want)
		}
	}
}
