package response_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"hailong/internal/logic"
	"hailong/internal/response"
)

// extended is a small response with two repeats and two dropped answers.
func extended(t testing.TB) (*response.Response, *response.Layout) {
	t.Helper()
	q := readRich(t)
	r := &response.Response{Version: 1, Agency: 2, Wave: 1, Channel: response.Link, Answers: make([]response.Answer, len(q.Variables())), Dropped: []int{1, 4}}
	at := func(id string) int { return q.Variable(id).Index }
	r.Answers[at("about")] = response.Answer{State: response.Answered, Words: "x1 x2"}
	r.Answers[at("phone")] = response.Answer{State: response.Answered, Words: "0912345678"}
	for i, agency := range []uint32{7, 300} {
		one := response.Repeat{Agency: agency, Answers: make([]response.Answer, len(r.Answers))}
		one.Answers[at("quality")] = response.Answer{State: response.Answered, Option: uint8(i)}
		one.Answers[at("faults")] = response.Answer{State: response.Skipped}
		one.Answers[at("contact")] = response.Answer{State: response.Answered, Words: "Lan"}
		r.Repeats = append(r.Repeats, one)
	}
	return r, response.NewLayout(q)
}

func TestExtendedRecordBytes(t *testing.T) {
	t.Parallel()
	r, l := extended(t)
	record := response.AppendRecord(nil, r, l)
	if record[0] != 6 {
		t.Errorf("kind %d, want 6", record[0])
	}
	const want = "02" + "01" + "02" + // two dropped: variable 1, then two in between
		"02" + "07" + "05" + "01" + "05" + // two repeats; agency 7: option 0, skipped, answered (personal)
		"ac02" + "06" + "01" + "05" // agency 300: option 1, skipped, answered
	if got := hex.EncodeToString(record); !strings.HasSuffix(got, want) {
		t.Errorf("got %s, want an end of %s", got, want)
	}
	if bytes.Contains(record, []byte("0912345678")) || bytes.Contains(record, []byte("Lan")) {
		t.Error("a personal value stands in the record")
	}
}

func TestExtendedRecordRefuses(t *testing.T) {
	t.Parallel()
	r, l := extended(t)
	record := response.AppendRecord(nil, r, l)
	head := record[:len(record)-13] // that is, up to the number of dropped answers
	plain := r.Clone()
	plain.Repeats, plain.Dropped = nil, nil
	misplaced := plain.Clone()
	misplaced.Answers[readRich(t).Variable("quality").Index].State = response.Skipped
	for name, test := range map[string][]byte{
		"neither repeats nor dropped": slices.Concat(head, []byte{0, 0}),
		"an index beyond the end":     slices.Concat(head, []byte{1, 100, 0}),
		"indices beyond the end":      slices.Concat(head, []byte{2, 16, 3, 0}),
		"more dropped than variables": slices.Concat(head, []byte{40, 0}),
		"an endless gap":              slices.Concat(head, []byte{2, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0}),
		"too many repeats":            slices.Concat(head, []byte{0, 65}, bytes.Repeat([]byte{1, 0, 0, 0}, 65)),
		"an agency beyond 32 bits":    slices.Concat(head, []byte{0, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 0, 0, 0}),
		"a value of a personal one":   slices.Concat(head, []byte{0, 1, 1, 0, 0, 6}),
		"a repeated answer at home":   response.AppendRecord(nil, misplaced, l),
		"kind 6 for a plain one":      slices.Concat([]byte{6}, response.AppendRecord(nil, plain, l)[1:]),
		"kind 1 for an extended one":  slices.Concat([]byte{1}, record[1:]),
	} {
		var got response.Response
		if err := response.ReadRecord(test, &got, only(l)); !errors.Is(err, response.ErrRecord) {
			t.Errorf("%s: got %v, want ErrRecord", name, err)
		}
	}
	var got response.Response
	if err := response.ReadRecord(slices.Concat(head, []byte{0, 1, 1, 0, 0, 5}), &got, only(l)); err != nil {
		t.Errorf("the record that others are made from is refused: %v", err)
	}
	survey := response.NewLayout(readSurvey(t))
	if err := response.ReadRecord(response.AppendRecord(nil, &response.Response{
		Version: 1, Answers: make([]response.Answer, 7), Repeats: []response.Repeat{{Agency: 1}},
	}, survey), &got, only(survey)); !errors.Is(err, response.ErrRecord) {
		t.Errorf("repeats where no page repeats: got %v, want ErrRecord", err)
	}
}

func FuzzReadExtended(f *testing.F) {
	q := readRich(f)
	l, random := response.NewLayout(q), seeded(6)
	for range 8 {
		f.Add(response.AppendRecord(nil, random.response(q), l))
	}
	f.Fuzz(func(t *testing.T, record []byte) { readAgain(t, record, l) })
}

func TestFits(t *testing.T) {
	t.Parallel()
	q := readRich(t)
	l := response.NewLayout(q)
	at := func(id string) int { return q.Variable(id).Index }
	apart := response.Answer{State: response.Answered, Apart: true}
	for name, test := range map[string]struct {
		change func(r *response.Response)
		want   string
	}{
		"as it is":            {func(*response.Response) {}, ""},
		"an answer too few":   {func(r *response.Response) { r.Answers = r.Answers[1:] }, "answers to a questionnaire"},
		"repeated at home":    {func(r *response.Response) { r.Answers[at("quality")].State = response.Skipped }, "repeated page"},
		"value not read":      {func(r *response.Response) { r.Answers[at("phone")] = apart }, "personal"},
		"dropped twice":       {func(r *response.Response) { r.Dropped = []int{1, 1} }, "dropped"},
		"dropped descending":  {func(r *response.Response) { r.Dropped = []int{2, 1} }, "dropped"},
		"dropped beyond":      {func(r *response.Response) { r.Dropped = []int{len(r.Answers)} }, "dropped"},
		"dropped before":      {func(r *response.Response) { r.Dropped = []int{-1} }, "dropped"},
		"one agency twice":    {func(r *response.Response) { r.Repeats[1].Agency = 7 }, "two repeats"},
		"repeat too short":    {func(r *response.Response) { r.Repeats[1].Answers = nil }, "repeat 2 has 0 answers"},
		"home in a repeat":    {func(r *response.Response) { r.Repeats[0].Answers[at("overall")].State = response.Skipped }, "no repeated page"},
		"repeat not read":     {func(r *response.Response) { r.Repeats[0].Answers[at("contact")] = apart }, "personal"},
		"too many repeats":    {func(r *response.Response) { r.Repeats = make([]response.Repeat, 65) }, "65 repeats"},
		"nothing is repeated": {func(r *response.Response) { r.Repeats, r.Dropped = nil, nil }, ""},
	} {
		r, _ := extended(t)
		test.change(r)
		err := l.Fits(r)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	r := &response.Response{Answers: make([]response.Answer, 7), Repeats: []response.Repeat{{Agency: 1, Answers: make([]response.Answer, 7)}}}
	if err := response.NewLayout(readSurvey(t)).Fits(r); err == nil {
		t.Error("repeats fit a questionnaire in which no page repeats")
	}
}

func TestCloneSharesNothing(t *testing.T) {
	t.Parallel()
	r, l := extended(t)
	want := response.AppendRecord(nil, r, l)
	c := r.Clone()
	c.Answers[0].State, c.Dropped[0], c.Repeats[0].Agency, c.Repeats[1].Answers[9].State = response.Refused, 0, 9, response.Refused
	if got := response.AppendRecord(nil, r, l); !bytes.Equal(got, want) {
		t.Error("a change of the copy changed the response")
	}
}

func TestValueOfAnAnswer(t *testing.T) {
	t.Parallel()
	q := readRich(t)
	answered := func(a response.Answer) response.Answer { a.State = response.Answered; return a }
	for name, test := range map[string]struct {
		variable string
		answer   response.Answer
		want     logic.Value
	}{
		"not asked": {"overall", response.Answer{}, logic.Value{}},
		"refused":   {"cost", response.Answer{State: response.Refused}, logic.Value{}},
		"option":    {"region", answered(response.Answer{Option: 1}), logic.Value{Kind: logic.Code, Code: "country"}},
		"set":       {"needs", answered(response.Answer{Set: 5}), logic.Value{Kind: logic.Set, Codes: []string{"parking", "more"}}},
		"number":    {"cost", answered(response.Answer{Amount: -150}), logic.Value{Kind: logic.Number, Number: -1.5}},
		"day":       {"visited", answered(response.Answer{Amount: -1}), logic.Value{Kind: logic.Date, Number: -1}},
		"month":     {"since", answered(response.Answer{Amount: 2}), logic.Value{Kind: logic.Date, Number: 60}}, // March 2000
		"text":      {"remarks", answered(response.Answer{Words: "x"}), logic.Value{Kind: logic.Text, Text: "x"}},
		"apart":     {"phone", answered(response.Answer{Apart: true}), logic.Value{}},
	} {
		got := test.answer.Value(q.Variable(test.variable))
		if got.Kind != test.want.Kind || got.Code != test.want.Code || !slices.Equal(got.Codes, test.want.Codes) ||
			got.Number != test.want.Number || got.Text != test.want.Text {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
