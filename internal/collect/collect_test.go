package collect

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/response"
)

func TestValidKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"": false, "k": true, "5f1c-00": true, "!~": true, strings.Repeat("k", 200): true, strings.Repeat("k", 201): false,
		" ": false, "a b": false, "a\tb": false, "a\r\nb": false, "a\x00": false, "a\x7f": false, "khóa": false, "\xff": false, strings.Repeat("k", 10_000): false,
	} {
		if got := ValidKey(key); got != want {
			t.Errorf("%.20q: got %v, want %v", key, got, want)
		}
	}
}

// Before its first wave a survey is not yet open; after its last, over.
func TestSubmitSurveyInTime(t *testing.T) {
	t.Parallel()
	w := open(t)
	try := func(want string, change func(in *Input)) {
		t.Helper()
		in := input(t, "key")
		if change != nil {
			change(in)
		}
		_, err := w.collector.Submit(t.Context(), in)
		if got := kindOf(err); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
	try("3 unknown_survey", nil)
	w.publish(t, "first.yaml")
	try("4 survey_not_open", nil)
	w.openWave(t, "1")
	try("stored", nil)
	try("2 invalid wave:unknown_wave", func(in *Input) { in.Wave = "2" })
	w.openWave(t, "2")
	try("stored", nil) // the same again, which is stored already
	try("2 invalid wave:wave_required", func(in *Input) { in.Key = "new" })
	try("2 invalid wave:unknown_wave", func(in *Input) { in.Wave = "3" })
	try("stored", func(in *Input) { in.Wave, in.Key = "2", "other" })
	w.closeWave(t, "1")
	try("5 survey_closed", func(in *Input) { in.Wave, in.Key = "1", "late" })
	try("stored", func(in *Input) { in.Key = "third" })
	w.closeWave(t, "2")
	try("5 survey_closed", func(in *Input) { in.Key = "late" })
	try("5 survey_closed", func(in *Input) { in.Wave, in.Key = "3", "late" })
	w.openWave(t, "1")
	try("stored", func(in *Input) { in.Key = "fourth" })

	list := w.stored(t)
	var waves []uint32
	for i := range list {
		waves = append(waves, list[i].Wave)
	}
	if len(waves) != 4 || waves[0] != 1 || waves[1] != 2 || waves[2] != 2 || waves[3] != 1 {
		t.Errorf("got waves %v, want [1 2 2 1]", waves)
	}
}

// Every problem is told at once, and nothing is stored.
func TestSubmitProblems(t *testing.T) {
	t.Parallel()
	w := open(t)
	q := w.publish(t, "first.yaml")
	w.openWave(t, "1", "qr", "link", "paper")
	for name, c := range map[string]struct {
		change func(in *Input)
		want   string
	}{
		"no agency":            {func(in *Input) { in.Agency = "" }, "2 invalid agency:agency_required"},
		"unknown agency":       {func(in *Input) { in.Agency = "nowhere" }, "2 invalid agency:unknown_agency"},
		"agency by name":       {func(in *Input) { in.Agency = "Xã Tân Chi" }, "2 invalid agency:unknown_agency"},
		"agency of tomorrow":   {func(in *Input) { in.Agency = "new" }, "2 invalid agency:agency_closed"},
		"code of tomorrow":     {func(in *Input) { in.Agency = "09294" }, "2 invalid agency:unknown_agency"},
		"unknown resolver":     {func(in *Input) { in.Resolver = "nowhere" }, "2 invalid resolver:unknown_agency"},
		"resolver of tomorrow": {func(in *Input) { in.Resolver = "new" }, "2 invalid resolver:agency_closed"},
		"unknown channel":      {func(in *Input) { in.Channel = "fax" }, "2 invalid channel:unknown_channel"},
		"channel not allowed":  {func(in *Input) { in.Channel = "kiosk" }, "2 invalid channel:channel_not_allowed"},
		"unknown language":     {func(in *Input) { in.Lang = "fr" }, "2 invalid lang:unknown_language"},
		"language in capitals": {func(in *Input) { in.Lang = "VI" }, "2 invalid lang:unknown_language"},
		"unknown version":      {func(in *Input) { in.Version = strings.Repeat("0", 64) }, "2 invalid version:unknown_version"},
		"short version":        {func(in *Input) { in.Version = q.Version[:7] }, "2 invalid version:unknown_version"},
		"long version":         {func(in *Input) { in.Version = q.Version + "0" }, "2 invalid version:unknown_version"},
		// answers can't be checked against a questionnaire that nobody knows
		"unknown version and answers": {func(in *Input) { in.Version, in.Answers = "01234567", nil }, "2 invalid version:unknown_version"},
		"long service":                {func(in *Input) { in.Service = strings.Repeat("đ", 81) }, "2 invalid service:service_too_long"},
		"service of no characters":    {func(in *Input) { in.Service = "\xff" }, "2 invalid service:invalid_text"},
		"no key":                      {func(in *Input) { in.Key = "" }, "1 bad_key"},
		"bad key":                     {func(in *Input) { in.Key = "a\nb" }, "1 bad_key"},
		"no answers":                  {func(in *Input) { in.Answers = nil }, "2 invalid level:required"},
		"an item twice":               {func(in *Input) { in.Answers = append(in.Answers, in.Answers...) }, "1 invalid level:duplicate"},
		"all at once": {func(in *Input) {
			*in = Input{Survey: "trial", Key: "k", Wave: "9", Channel: "fax", Lang: "fr", Resolver: "x", Service: strings.Repeat("s", 99), Answers: answers(t, `{"x":1,"times":-5}`)}
		}, "2 invalid wave:unknown_wave channel:unknown_channel agency:agency_required resolver:unknown_agency lang:unknown_language service:service_too_long x:unknown_item level:required times:too_small"},
	} {
		in := input(t, "key")
		c.change(in)
		receipt, err := w.collector.Submit(t.Context(), in)
		if got := kindOf(err); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
		if !cmp.Equal(receipt, Receipt{}) {
			t.Errorf("%s: got a receipt: %+v", name, receipt)
		}
	}
	if list := w.stored(t); len(list) != 0 {
		t.Errorf("%d responses were stored", len(list))
	}
}

func TestSubmitStoresWhatWasSent(t *testing.T) {
	t.Parallel()
	w := open(t)
	q := w.publish(t, "first.yaml")
	w.openWave(t, "1")
	in := input(t, "key")
	in.Agency, in.Resolver, in.Channel, in.Lang, in.Service, in.Seconds, in.Version = "H05.37", "24", "paper", "en", " 1.00 Đất đai ", 73, q.Version[:8]
	in.Answers = answers(t, `{"level":"2","needs":["a","d"],"times":"7","paid":"0,5","comment":"Ha\u0300 No\u0323\u0302i","staff":{"staff_fast":"not_applicable"},"why":"chậm"}`)
	receipt, err := w.collector.Submit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	list := w.stored(t)
	if len(list) != 1 {
		t.Fatalf("%d responses are stored", len(list))
	}
	r := list[0]
	if got, want := told(q, r.Answers), `level=2 needs=+a+d times=7 paid=50 comment="Hà Nội" staff_fast=not_applicable why="chậm"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if r.ID != receipt.ID || r.ID != response.NewID("trial", "key") || receipt.Code != r.ID.Receipt() || !receipt.New || receipt.Seq != w.store.Watermark() {
		t.Errorf("got receipt %+v for %x", receipt, r.ID)
	}
	r.ID, r.Answers = response.ID{}, nil
	day, _ := response.ParseDay("2026-03-05")
	want := response.Response{
		Version: 1, Agency: 2, Resolver: 1, Wave: 1, Day: day, Channel: response.Paper, Lang: 1, Seconds: 75,
		Fingerprint: in.Fingerprint(nil), Service: "1.00 Đất đai",
	}
	if !sameHead(r, want) {
		t.Errorf("got %+v, want %+v", r, want)
	}
}

func sameHead(a, b response.Response) bool {
	return a.ID == b.ID && a.Version == b.Version && a.Agency == b.Agency && a.Resolver == b.Resolver && a.Wave == b.Wave && a.Day == b.Day &&
		a.Channel == b.Channel && a.Lang == b.Lang && a.Seconds == b.Seconds && a.Fingerprint == b.Fingerprint && a.Service == b.Service
}

// The same submission again gets the same receipt; another one under its key
// gets a conflict, and the first stays.
func TestSubmitAgain(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	first, err := w.collector.Submit(t.Context(), input(t, "key"))
	if err != nil || !first.New {
		t.Fatalf("got %+v, %v", first, err)
	}
	again := input(t, "key")
	again.Seconds, again.Lang = 500, "en"
	second, err := w.collector.Submit(t.Context(), again)
	if second.New {
		t.Error("the second is new")
	}
	if second.New = true; err != nil || !cmp.Equal(second, first) {
		t.Errorf("got %+v, %v, want %+v", second, err, first)
	}
	other := input(t, "key")
	other.Answers = answers(t, `{"level":"5"}`)
	receipt, err := w.collector.Submit(t.Context(), other)
	if got, want := kindOf(err), "6 key_reused"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if receipt.New || receipt.Seq != first.Seq {
		t.Errorf("got %+v", receipt)
	}
	if third, err := w.collector.Submit(t.Context(), input(t, "another")); err != nil || !third.New || third.Seq != first.Seq+1 {
		t.Errorf("got %+v, %v", third, err)
	}
	if list := w.stored(t); len(list) != 2 || list[0].Answers[0].Option != 3 {
		t.Errorf("got %+v", list)
	}
}

// Fifty clients that submit the same at once get one receipt and store one response.
func TestSubmitAtOnce(t *testing.T) {
	t.Parallel()
	w := open(t)
	q := w.publish(t, "first.yaml")
	w.openWave(t, "1")
	const people, tries = 8, 50
	var wait sync.WaitGroup
	receipts := make([]Receipt, people*tries)
	for i := range receipts {
		person := i % people
		wait.Go(func() {
			in := input(t, "key"+string(rune('a'+person)))
			in.Answers = append(in.Answers, Field{"comment", Value{Kind: String, Text: "I am " + string(rune('a'+person))}})
			var err error
			if receipts[i], err = w.collector.Submit(t.Context(), in); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	news := 0
	for i, r := range receipts {
		if r.New {
			news++
		}
		if r.Seq != receipts[i%people].Seq || r.Code != receipts[i%people].Code {
			t.Errorf("got %+v and %+v for one key", r, receipts[i%people])
		}
	}
	list := w.stored(t)
	if news != people || len(list) != people {
		t.Fatalf("got %d new and %d stored, want %d", news, len(list), people)
	}
	for _, r := range list { // nobody has the words of somebody else
		comment := r.Answers[q.Variable("comment").Index].Words
		if key := "key" + strings.TrimPrefix(comment, "I am "); r.ID != response.NewID("trial", key) {
			t.Errorf("%q is stored under another key", comment)
		}
	}
}

// Who opened a version before it was replaced may still submit it.
func TestSubmitOldVersion(t *testing.T) {
	t.Parallel()
	w := open(t)
	old := w.publish(t, "first.yaml")
	w.openWave(t, "1")
	current := w.publish(t, "second.yaml")
	submit := func(key, version, place string) string {
		in := input(t, key)
		in.Version, in.Answers = version, append(in.Answers, Field{"place", Value{Kind: String, Text: place}})
		_, err := w.collector.Submit(t.Context(), in)
		return kindOf(err)
	}
	for _, c := range []struct{ key, version, place, want string }{
		{"1", old.Version, "there", "stored"},
		{"2", old.Version, "elsewhere", "2 invalid place:unknown_option"},
		{"3", current.Version, "elsewhere", "stored"},
		{"4", current.Version, "there", "2 invalid place:unknown_option"},
		{"5", "", "elsewhere", "stored"},
		{"6", "", "there", "2 invalid place:unknown_option"},
	} {
		if got := submit(c.key, c.version, c.place); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
	list := w.stored(t)
	if len(list) != 3 || list[0].Version != 1 || list[1].Version != 2 || list[2].Version != 2 {
		t.Errorf("got %+v", list)
	}
}

// A day begins at 17:00 UTC of the day before. The agency "old" ends with 5
// March 2026, "new" begins with the 6th.
func TestSubmitAtMidnight(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	last := time.Date(2026, time.March, 5, 16, 59, 59, 999_999_999, time.UTC)
	for i, c := range []struct {
		at     time.Time
		agency string
		want   string
	}{
		{last, "old", "stored"},
		{last, "09293", "stored"},
		{last, "new", "2 invalid agency:agency_closed"},
		{last.Add(1), "old", "2 invalid agency:agency_closed"},
		{last.Add(1), "09293", "2 invalid agency:unknown_agency"},
		{last.Add(1), "new", "stored"},
		{last.Add(1).In(time.FixedZone("-11", -11*60*60)), "new", "stored"}, // wherever the server stands
	} {
		w.clock.at = c.at
		in := input(t, "key"+string(rune('a'+i)))
		in.Agency = c.agency
		_, err := w.collector.Submit(t.Context(), in)
		if got := kindOf(err); got != c.want {
			t.Errorf("%s at %s: got %s, want %s", c.agency, c.at, got, c.want)
		}
		if e, ok := errors.AsType[*errs.Error](err); ok && e.Problems[0].Code == "agency_closed" {
			if args := e.Problems[0].Args; args["name"] == "" || args["day"] != response.DayOf(c.at).String() {
				t.Errorf("got %v", args)
			}
		}
	}
	days := ""
	for _, r := range w.stored(t) {
		days += r.Day.String() + " "
	}
	if want := "2026-03-05 2026-03-05 2026-03-06 2026-03-06 "; days != want {
		t.Errorf("got %s, want %s", days, want)
	}
}

func TestSubmitSeconds(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	sent := []int{-5, 0, 1, 2, 3, 7, 8, 72, 86_400, 65_535, 1<<63 - 1, -1 << 63}
	want := []uint16{0, 0, 0, 0, 5, 5, 10, 70, 65_535, 65_535, 65_535, 0}
	for i, seconds := range sent {
		in := input(t, "key"+string(rune('a'+i)))
		in.Seconds = seconds
		if _, err := w.collector.Submit(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for i, r := range w.stored(t) {
		if r.Seconds != want[i] {
			t.Errorf("%d: got %d, want %d", sent[i], r.Seconds, want[i])
		}
	}
}

// refusing is a log that changed its mind between look-up and submission, or broke.
type refusing struct {
	Log
	outcome catalog.Outcome
	err     error
}

func (r *refusing) SubmitWith(context.Context, *response.Response, catalog.With) (catalog.Outcome, error) {
	return r.outcome, r.err
}

func TestSubmitToALogThatRefuses(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	refusal := func(why catalog.Refusal) catalog.Outcome {
		return catalog.Outcome{Status: catalog.Refused, Refusal: why}
	}
	for _, c := range []struct {
		outcome catalog.Outcome
		err     error
		want    string
	}{
		{refusal(catalog.SurveyClosed), nil, "5 survey_closed"},
		{refusal(catalog.SurveyNotOpen), nil, "4 survey_not_open"},
		{refusal(catalog.UnknownVersion), nil, "2 invalid version:unknown_version"},
		{refusal(catalog.UnknownWave), nil, "2 invalid wave:unknown_wave"},
		{refusal(catalog.ChannelNotAllowed), nil, "2 invalid channel:channel_not_allowed"},
		{refusal(catalog.UnknownAgency), nil, "2 invalid agency:unknown_agency"},
		{refusal(catalog.AgencyClosed), nil, "2 invalid agency:agency_closed"},
		{catalog.Outcome{}, nil, "0 internal"},
		{catalog.Outcome{}, errs.New(errs.Overloaded, "overloaded"), "9 overloaded"},
		{catalog.Outcome{}, io.ErrUnexpectedEOF, "error unexpected EOF"},
	} {
		collector := New(&refusing{w.store, c.outcome, c.err}, w.clock.now)
		receipt, err := collector.Submit(t.Context(), input(t, "key"))
		if got := kindOf(err); got != c.want || !cmp.Equal(receipt, Receipt{}) {
			t.Errorf("%+v: got %s and %+v, want %s", c, got, receipt, c.want)
		}
	}
}

// Who sends again because the answer was lost has the receipt, also when the
// survey has closed in between.
func TestSubmitAgainAfterClosing(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	first, err := w.collector.Submit(t.Context(), input(t, "key"))
	if err != nil {
		t.Fatal(err)
	}
	w.closeWave(t, "1")
	again, err := w.collector.Submit(t.Context(), input(t, "key"))
	if first.New = false; err != nil || !cmp.Equal(again, first) {
		t.Errorf("got %+v, %v, want %+v", again, err, first)
	}
	other := input(t, "key")
	other.Answers = answers(t, `{"level":"5"}`)
	if _, err := w.collector.Submit(t.Context(), other); errs.KindOf(err) != errs.Conflict {
		t.Errorf("got %v for another body, want a conflict", err)
	}
	if _, err := w.collector.Submit(t.Context(), input(t, "new")); errs.KindOf(err) != errs.Gone {
		t.Errorf("got %v for a new response, want gone", err)
	}
}

func TestSubmitAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.publish(t, "first.yaml")
	w.openWave(t, "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.collector.Submit(ctx, input(t, "key")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v of a client that is gone", err)
	}
	if list := w.stored(t); len(list) != 0 {
		t.Errorf("%d responses were stored", len(list))
	}
}
