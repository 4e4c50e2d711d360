package catalog_test

import (
	"testing"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

func TestAdmit(t *testing.T) {
	t.Parallel()
	c := apply(t, catalog.New(),
		response.AgenciesImported(1, read(t, "agencies.csv")),
		response.Published(1, survey(t, "a", "One", "").Questionnaire.Canonical()),
		response.Published(1, survey(t, "b", "One", "").Questionnaire.Canonical()),
		opened(t, response.WaveOpened{Survey: "a", Wave: "all"}),
		opened(t, response.WaveOpened{Survey: "a", Wave: "kiosk", Channels: []string{"kiosk", "qr"}}),
		opened(t, response.WaveOpened{Survey: "a", Wave: "over"}),
		closed(t, response.WaveClosed{Survey: "a", Wave: "over"}),
		opened(t, response.WaveOpened{Survey: "a", Wave: "invited", Invitation: true}),
	)
	number := func(id string) uint32 { return c.Agencies.ByID(id).Number }
	good := response.Response{
		Version: 1, Wave: 1, Agency: number("kinh-bac"), Day: day(t, "2026-11-22"), Channel: response.Link,
	}
	with := func(change func(r *response.Response)) response.Response {
		r := good
		change(&r)
		return r
	}
	for name, test := range map[string]struct {
		r    response.Response
		want catalog.Refusal
	}{
		"good":             {good, catalog.NoRefusal},
		"version 0":        {with(func(r *response.Response) { r.Version = 0 }), catalog.UnknownVersion},
		"unknown version":  {with(func(r *response.Response) { r.Version = 3 }), catalog.UnknownVersion},
		"survey unopened":  {with(func(r *response.Response) { r.Version = 2 }), catalog.UnknownWave},
		"wave 0":           {with(func(r *response.Response) { r.Wave = 0 }), catalog.UnknownWave},
		"unknown wave":     {with(func(r *response.Response) { r.Wave = 5 }), catalog.UnknownWave},
		"wave at the end":  {with(func(r *response.Response) { r.Wave = 1<<32 - 1 }), catalog.UnknownWave},
		"closed wave":      {with(func(r *response.Response) { r.Wave = 3 }), catalog.SurveyClosed},
		"wrong channel":    {with(func(r *response.Response) { r.Wave = 2 }), catalog.ChannelNotAllowed},
		"right channel":    {with(func(r *response.Response) { r.Wave, r.Channel = 2, response.QR }), catalog.NoRefusal},
		"agency 0":         {with(func(r *response.Response) { r.Agency = 0 }), catalog.UnknownAgency},
		"unknown agency":   {with(func(r *response.Response) { r.Agency = 99 }), catalog.UnknownAgency},
		"agency merged":    {with(func(r *response.Response) { r.Agency = number("van-an") }), catalog.AgencyClosed},
		"before it merged": {with(func(r *response.Response) { r.Agency, r.Day = number("van-an"), day(t, "2026-01-31") }), catalog.NoRefusal},
		"the day after":    {with(func(r *response.Response) { r.Agency, r.Day = number("van-an"), day(t, "2026-02-01") }), catalog.AgencyClosed},
		"before it began":  {with(func(r *response.Response) { r.Agency, r.Day = number("so-y-te"), day(t, "2019-12-31") }), catalog.AgencyClosed},
		"its first day":    {with(func(r *response.Response) { r.Agency, r.Day = number("so-y-te"), day(t, "2020-01-01") }), catalog.NoRefusal},
		"resolver":         {with(func(r *response.Response) { r.Resolver = number("so-y-te") }), catalog.NoRefusal},
		"unknown resolver": {with(func(r *response.Response) { r.Resolver = 99 }), catalog.UnknownAgency},
		"resolver merged":  {with(func(r *response.Response) { r.Resolver = number("van-an") }), catalog.AgencyClosed},
		"agency and resolver": {
			with(func(r *response.Response) { r.Agency, r.Resolver = 99, number("van-an") }), catalog.UnknownAgency,
		},
		"uninvited, link":   {with(func(r *response.Response) { r.Wave = 4 }), catalog.InvitationRequired},
		"uninvited, qr":     {with(func(r *response.Response) { r.Wave, r.Channel = 4, response.QR }), catalog.InvitationRequired},
		"uninvited, kiosk":  {with(func(r *response.Response) { r.Wave, r.Channel = 4, response.Kiosk }), catalog.InvitationRequired},
		"invited":           {with(func(r *response.Response) { r.Wave, r.Channel = 4, response.Invitation }), catalog.NoRefusal},
		"invited on paper":  {with(func(r *response.Response) { r.Wave, r.Channel = 4, response.Paper }), catalog.NoRefusal},
		"asked by phone":    {with(func(r *response.Response) { r.Wave, r.Channel = 4, response.Phone }), catalog.NoRefusal},
		"imported":          {with(func(r *response.Response) { r.Wave, r.Channel = 4, response.Import }), catalog.NoRefusal},
		"rated":             {rating(good, number("tan-chi"), number("so-y-te")), catalog.NoRefusal},
		"rated unknown":     {rating(good, number("tan-chi"), 99), catalog.UnknownAgency},
		"rated merged":      {rating(good, number("van-an"), number("tan-chi")), catalog.AgencyClosed},
		"rated, bad agency": {rating(with(func(r *response.Response) { r.Agency = 0 }), number("van-an")), catalog.UnknownAgency},
	} {
		if got := c.Admit(&test.r); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if got := catalog.New().Admit(&good); got != catalog.UnknownVersion {
		t.Errorf("an empty catalog: got %q, want %q", got, catalog.UnknownVersion)
	}
}

// rating is a response that rates agencies on repeated pages.
func rating(r response.Response, agencies ...uint32) response.Response {
	for _, number := range agencies {
		r.Repeats = append(r.Repeats, response.Repeat{Agency: number})
	}
	return r
}
