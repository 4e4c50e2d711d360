package catalog_test

import (
	"strings"
	"testing"

	"hailong/internal/catalog"
	"hailong/internal/logic"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

func TestQuotasOfAWave(t *testing.T) {
	t.Parallel()
	c := apply(t, catalog.New(), response.Published(1, survey(t, "test", "One", "").Questionnaire.Canonical()),
		opened(t, response.WaveOpened{Survey: "test", Wave: "w", Invitation: true, MinSeconds: 20, MaxResponses: 100, Quotas: []response.Quota{
			{ID: "window", Title: map[string]string{"vi": "Tại quầy"}, If: "how = 'window'", Limit: 5, Message: map[string]string{"vi": "Đủ"}},
			{ID: "qr", If: "channel = 'qr' and overall >= 4", Limit: 2},
		}}))
	w := c.Survey("test").Wave("w")
	if !w.Invitation || w.MinSeconds != 20 || w.MaxResponses != 100 || len(w.Quotas) != 2 {
		t.Fatalf("got %+v", w)
	}
	q := w.Quota("window")
	if q == nil || q.Title.In("vi") != "Tại quầy" || q.Limit != 5 || q.If != "how = 'window'" || q.Message.In("vi") != "Đủ" || w.Quota("other") != nil {
		t.Errorf("got %+v", q)
	}
	shut := apply(t, c, closed(t, response.WaveClosed{Survey: "test", Wave: "w"}))
	if got := shut.Survey("test").Wave("w"); len(got.Quotas) != 2 || got.MaxResponses != 100 {
		t.Errorf("closed, the wave says %+v", got)
	}
	again := apply(t, shut, opened(t, response.WaveOpened{Survey: "test", Wave: "w"}))
	if got := again.Survey("test").Wave("w"); len(got.Quotas) > 0 || got.Invitation {
		t.Errorf("opened again without limits, the wave says %+v", got)
	}
	r := &response.Response{Version: 1, Wave: 1, Channel: response.QR, Answers: make([]response.Answer, 7)}
	at := c.Version(1).Questionnaire.Variable
	r.Answers[at("how").Index] = response.Answer{State: response.Answered, Option: 0}
	r.Answers[at("overall").Index] = response.Answer{State: response.Answered, Option: 3}
	for id, want := range map[string]bool{"window": true, "qr": true} {
		if got := w.Quota(id).Covers(c.Lookup(r)); got != want {
			t.Errorf("%s covers the response: got %v, want %v", id, got, want)
		}
	}
	r.Channel, r.Answers[at("how").Index] = response.Link, response.Answer{State: response.Skipped}
	for _, id := range []string{"window", "qr"} { // false, and unknown
		if w.Quota(id).Covers(c.Lookup(r)) {
			t.Errorf("%s covers a response that it does not", id)
		}
	}
}

func TestApplyRefusesQuotas(t *testing.T) {
	t.Parallel()
	c := apply(t, catalog.New(), response.Published(1, survey(t, "test", "One", "").Questionnaire.Canonical()))
	good := response.Quota{ID: "a", If: "how = 'window'", Limit: 1}
	for name, quotas := range map[string][]response.Quota{
		"no id":        {{If: good.If, Limit: 1}},
		"no limit":     {{ID: "a", If: good.If}},
		"no condition": {{ID: "a", Limit: 1}},
		"nonsense":     {{ID: "a", If: "how = = 'window'", Limit: 1}},
		"one id twice": {good, good},
	} {
		if _, err := c.Apply(opened(t, response.WaveOpened{Survey: "test", Wave: "w", Quotas: quotas})); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// What conditions read of a response, by name.
func TestLookup(t *testing.T) {
	t.Parallel()
	q := rich(t)
	c := apply(t, catalog.New(), response.AgenciesImported(1, read(t, "agencies.csv")), response.Published(1, q.Canonical()))
	r := &response.Response{
		Version: 1, Agency: 5, Day: 9822, Channel: response.Kiosk, Lang: 1, Service: "1.004203", Answers: make([]response.Answer, len(q.Variables())),
	}
	set := func(id string, a response.Answer) { r.Answers[q.Variable(id).Index] = a }
	set("overall", response.Answer{State: response.Answered, Option: 2})
	set("cost", response.Answer{State: response.Answered, Amount: 150})
	set("visited", response.Answer{State: response.Answered, Amount: 9800})
	set("since", response.Answer{State: response.Answered, Amount: 1})
	set("order_1", response.Answer{State: response.Answered, Option: 1})
	set("region_other", response.Answer{State: response.Answered, Words: "đảo"})
	set("phone", response.Answer{State: response.Answered, Words: "0912345678"})
	set("born", response.Answer{State: response.Answered, Amount: 1})
	set("remarks", response.Answer{State: response.Skipped})
	lookup := c.Lookup(r)
	for id, want := range map[string]logic.Value{
		"overall":      {Kind: logic.Code, Code: "3", Number: 3},
		"cost":         {Kind: logic.Number, Number: 1.5},
		"visited":      {Kind: logic.Date, Number: 9800},
		"since":        {Kind: logic.Date, Number: 31},
		"order_1":      {Kind: logic.Code, Code: "b"},
		"region_other": {Kind: logic.Text, Text: "đảo"},
		"channel":      {Kind: logic.Code, Code: "kiosk"},
		"lang":         {Kind: logic.Code, Code: "en"},
		"service":      {Kind: logic.Text, Text: "1.004203"},
		"agency":       {Kind: logic.Text, Text: "so-y-te"},
		"agency_level": {Kind: logic.Text, Text: "department"},
		"today":        {Kind: logic.Date, Number: 9822},
		"phone":        {}, // personal
		"born":         {},
		"remarks":      {},
		"quality":      {}, // repeated
		"nothing":      {},
	} {
		got := lookup(id)
		got.Values = nil
		if got.Kind != want.Kind || got.Code != want.Code || got.Number != want.Number || got.Text != want.Text {
			t.Errorf("%s: got %+v, want %+v", id, got, want)
		}
	}
	r.Service, r.Agency, r.Lang, r.Channel = "", 99, 9, 77
	for _, id := range []string{"service", "agency", "agency_level", "lang", "channel"} {
		if got := c.Lookup(r)(id); got.Kind != logic.Missing {
			t.Errorf("%s that is not known: got %+v", id, got)
		}
	}
	if got := c.Lookup(&response.Response{Version: 7})("overall"); got.Kind != logic.Missing {
		t.Errorf("an unknown version: got %+v", got)
	}
	if got := c.Lookup(&response.Response{Version: 1})("overall"); got.Kind != logic.Missing {
		t.Errorf("a response without answers: got %+v", got)
	}
}

// What the file says of limits is in the event, and a change of it is an event.
func TestChangesOfLimits(t *testing.T) {
	t.Parallel()
	file := func(change func(f *questionnaire.Fieldwork)) *questionnaire.Survey {
		s := survey(t, "test", "One", "")
		s.Fieldwork.Quotas = []questionnaire.Quota{
			{ID: "window", Title: questionnaire.Text{"vi": "Tại quầy"}, If: "how = 'window'", Limit: 5},
			{ID: "online", Title: questionnaire.Text{"vi": "Qua mạng"}, If: "how = 'online'", Limit: 5},
		}
		s.Fieldwork.MaxResponses = 9
		if change != nil {
			change(&s.Fieldwork)
		}
		return s
	}
	c, events := update(t, catalog.New(), "2026-01-01", file(nil))
	if got := kinds(events); got != "published open:" || !strings.Contains(string(events[1].Payload), `"max_responses":9,"quotas":[{"id":"window"`) {
		t.Errorf("got events %q, the second %s", got, events[1].Payload)
	}
	for name, change := range map[string]func(f *questionnaire.Fieldwork){
		"limit":         func(f *questionnaire.Fieldwork) { f.Quotas[0].Limit = 6 },
		"condition":     func(f *questionnaire.Fieldwork) { f.Quotas[1].If = "how = 'post'" },
		"title":         func(f *questionnaire.Fieldwork) { f.Quotas[1].Title["en"] = "Online" },
		"message":       func(f *questionnaire.Fieldwork) { f.Quotas[1].Message = questionnaire.Text{"vi": "Đủ"} },
		"one less":      func(f *questionnaire.Fieldwork) { f.Quotas = f.Quotas[:1] },
		"order":         func(f *questionnaire.Fieldwork) { f.Quotas[0], f.Quotas[1] = f.Quotas[1], f.Quotas[0] },
		"max responses": func(f *questionnaire.Fieldwork) { f.MaxResponses = 10 },
		"min seconds":   func(f *questionnaire.Fieldwork) { f.MinSeconds = 10 },
		"invitation":    func(f *questionnaire.Fieldwork) { f.Invitation = true },
	} {
		if _, events := update(t, c, "2026-01-02", file(change)); kinds(events) != "open:" {
			t.Errorf("%s: got events %q, want one that opens the wave again", name, kinds(events))
		}
	}
	if _, events := update(t, c, "2026-01-02", file(nil)); len(events) > 0 {
		t.Errorf("nothing changed: got events %q", kinds(events))
	}
}
