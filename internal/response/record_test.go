package response_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// wide is a questionnaire at the limits: 200 options to choose one, 64 to choose many.
func wide(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	var b strings.Builder
	b.WriteString("survey: test\ntitle: {vi: T, en: T}\npages:\n  - id: p\n    items:\n")
	for _, item := range []struct {
		kind    string
		options int
	}{{"single", 200}, {"multiple", 64}} {
		fmt.Fprintf(&b, "      - id: %s\n        type: %s\n        text: {vi: T, en: T}\n        options:\n", item.kind, item.kind)
		for o := range item.options {
			fmt.Fprintf(&b, "          - {code: o%d, value: %d, label: {vi: \"L%d\", en: \"L%d\"}}\n", o, o, o, o)
		}
	}
	b.WriteString("measures:\n  - {id: m, kind: mean, title: {vi: T, en: T}}\n" +
		"indices:\n  - {id: i, title: {vi: T, en: T}, measure: m, aggregate: pooled, factors: [{id: f, title: {vi: T, en: T}, items: [single]}]}\n")
	return parseSurvey(t, []byte(b.String()))
}

func TestRecordsReadAsWritten(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]*questionnaire.Questionnaire{"every type": readSurvey(t), "widest": wide(t), "rich": readRich(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, random := response.NewLayout(q), seeded(1)
			got := new(response.Response) // one for all: nothing of an earlier record may shine through
			for i := range 3000 {
				want := random.response(q)
				record := response.AppendRecord([]byte("before"), want, l)[len("before"):]
				if err := response.ReadRecord(record, got, only(l)); err != nil {
					t.Fatalf("response %d: %v", i, err)
				}
				if diff := cmp.Diff(withoutPersonal(q, want), got.Clone()); diff != "" {
					t.Fatalf("response %d (-want +got):\n%s", i, diff)
				}
				if kind := response.Kind(record[0]); kind != smallest(want) {
					t.Fatalf("response %d with %d repeats, %d dropped answers, flags %b and counter %q has a record of kind %d",
						i, len(want.Repeats), len(want.Dropped), want.Flags, want.Counter, kind)
				}
				id, fingerprint, err := response.RecordKey(record)
				if err != nil || id != want.ID || fingerprint != want.Fingerprint {
					t.Fatalf("RecordKey: got %x %x %v, want %x %x", id, fingerprint, err, want.ID, want.Fingerprint)
				}
			}
		})
	}
}

// smallest is the one kind of record that a response may have.
func smallest(r *response.Response) response.Kind {
	switch {
	case r.Flags != 0 || r.Counter != "":
		return response.KindMarked
	case len(r.Repeats)+len(r.Dropped) > 0:
		return response.KindExtended
	}
	return response.KindResponse
}

func TestReadRecordTakesTheEdgesOfEveryOption(t *testing.T) {
	t.Parallel()
	l := response.NewLayout(wide(t))
	for _, option := range []uint8{0, 1, 199} {
		for _, set := range []uint64{1, 1 << 63, ^uint64(0)} {
			want := &response.Response{Version: 1, Answers: []response.Answer{
				{State: response.Answered, Option: option}, {State: response.Answered, Set: set},
			}}
			var got response.Response
			if err := response.ReadRecord(response.AppendRecord(nil, want, l), &got, only(l)); err != nil {
				t.Fatalf("option %d, set %x: %v", option, set, err)
			}
			if diff := cmp.Diff(want, &got); diff != "" {
				t.Errorf("option %d, set %x (-want +got):\n%s", option, set, diff)
			}
		}
	}
}

func TestReadRecordKeepsNothingOfItsInput(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	l, want := response.NewLayout(q), seeded(2).response(q)
	want.Service = "1.004203"
	want.Answers[4] = response.Answer{State: response.Answered, Words: "không có chỗ để xe"}
	record := response.AppendRecord(nil, want, l)
	var got response.Response
	if err := response.ReadRecord(record, &got, only(l)); err != nil {
		t.Fatal(err)
	}
	for i := range record {
		record[i] = 0xff
	}
	if diff := cmp.Diff(want, got.Clone()); diff != "" {
		t.Errorf("the response changed with the bytes it was read from (-want +got):\n%s", diff)
	}
}

func TestReadRecordRefusesEveryShorterAndLongerRecord(t *testing.T) {
	t.Parallel()
	for _, q := range []*questionnaire.Questionnaire{readSurvey(t), readRich(t)} {
		l, random := response.NewLayout(q), seeded(3)
		for range 20 {
			record := response.AppendRecord(nil, random.response(q), l)
			var r response.Response
			for n := range record {
				if err := response.ReadRecord(record[:n], &r, only(l)); !errors.Is(err, response.ErrRecord) {
					t.Fatalf("%d of %d bytes: got %v, want ErrRecord", n, len(record), err)
				}
			}
			for _, more := range []byte{0, 1, 0xff} {
				if err := response.ReadRecord(append(slices.Clip(record), more), &r, only(l)); !errors.Is(err, response.ErrRecord) {
					t.Fatalf("one byte %x more: got %v, want ErrRecord", more, err)
				}
			}
		}
	}
}

// A changed byte is either refused or read as another response: two byte strings
// never mean the same, or the same submission could be stored as two.
func TestOneResponseHasOneRecord(t *testing.T) {
	t.Parallel()
	for _, q := range []*questionnaire.Questionnaire{readSurvey(t), readRich(t)} {
		l, random := response.NewLayout(q), seeded(4)
		for range 200 {
			record := response.AppendRecord(nil, random.response(q), l)
			for range 50 {
				changed := slices.Clone(record)
				changed[random.IntN(len(changed))] ^= 1 << random.IntN(8)
				readAgain(t, changed, l)
			}
		}
	}
}

// readAgain fails unless a record is refused or is exactly what AppendRecord makes.
func readAgain(t *testing.T, record []byte, l *response.Layout) {
	t.Helper()
	var r response.Response
	if err := response.ReadRecord(record, &r, only(l)); err != nil {
		if !errors.Is(err, response.ErrRecord) {
			t.Fatalf("%x: got %v, want ErrRecord", record, err)
		}
		return
	}
	if again := response.AppendRecord(nil, &r, l); !bytes.Equal(again, record) {
		t.Fatalf("two records of one response:\n%x\n%x", record, again)
	}
}

func TestReadRecordRefuses(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	variables, l := q.Variables(), response.NewLayout(q)
	good := func() *response.Response {
		return &response.Response{Version: 1, Agency: 1, Wave: 1, Channel: response.Link, Answers: make([]response.Answer, len(variables))}
	}
	at := func(variable int, a response.Answer) []byte {
		r := good()
		r.Answers[variable] = a
		return response.AppendRecord(nil, r, l)
	}
	answers := make([]byte, len(variables))
	head := response.AppendRecord(nil, good(), l)
	head = head[:len(head)-len(answers)]
	version := good()
	version.Version = 2
	for name, record := range map[string][]byte{
		"nothing":               {},
		"a control event":       append([]byte{byte(response.KindPublished)}, head[1:]...),
		"an unknown version":    response.AppendRecord(nil, version, l),
		"an option too many":    at(0, response.Answer{State: response.Answered, Option: 5}),
		"an empty set":          at(2, response.Answer{State: response.Answered}),
		"a set too wide":        at(2, response.Answer{State: response.Answered, Set: 1 << 4}),
		"a state of a set":      append(slices.Concat(head, answers[:2]), 6, 0, 0, 0, 0, 0),
		"a text too long":       at(4, response.Answer{State: response.Answered, Words: strings.Repeat("a", 20_001)}),
		"a number too wide":     slices.Concat(head[:25], []byte{0x80, 0x80, 0x80, 0x80, 0x10}, head[26:], answers),
		"a number too long":     slices.Concat(head[:25], []byte{0x81, 0x00}, head[26:], answers),
		"a number without end":  append(slices.Clone(head[:25]), bytes.Repeat([]byte{0x80}, 20)...),
		"seconds out of range":  slices.Concat(head[:len(head)-2], []byte{0xff, 0x7f, 0}, answers),
		"a length of 2^63":      append(slices.Clone(head[:len(head)-1]), 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01),
		"a length of all bytes": append(slices.Clone(head[:len(head)-1]), 0x20),
	} {
		var r response.Response
		if err := response.ReadRecord(record, &r, only(l)); !errors.Is(err, response.ErrRecord) {
			t.Errorf("%s: got %v, want ErrRecord", name, err)
		}
	}
	var r response.Response
	if err := response.ReadRecord(slices.Concat(head, answers), &r, only(l)); err != nil {
		t.Errorf("the record that the others are made from is refused: %v", err)
	}
}

// A record of kind 7 says something that no smaller kind can, and nothing else.
func TestReadRecordRefusesMarks(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	l := response.NewLayout(q)
	marked := func(flags response.Flags, counter string) []byte {
		return response.AppendRecord(nil, &response.Response{
			Version: 1, Agency: 1, Wave: 1, Channel: response.Kiosk, Answers: make([]response.Answer, len(q.Variables())), Flags: flags, Counter: counter,
		}, l)
	}
	one := marked(response.Fast, "") // ends with the flags and a length of 0
	body := one[:len(one)-2]
	for name, mark := range map[string][]byte{
		"no mark":             {0, 0},
		"an unknown flag":     {0x80, 0x02, 0},
		"flags too long":      {0x81, 0x00, 0},
		"flags without end":   {0x80},
		"no counter":          {1},
		"half a counter":      {1, 2, 'Q'},
		"a counter too long":  append([]byte{1, 21}, "ABCDEFGHIJKLMNOPQRSTU"...),
		"a counter with more": {1, 1, 'Q', '1'},
		"a counter's blank":   {1, 3, 'Q', ' ', '1'},
		"a counter's accent":  append([]byte{0, 2}, "ầ"[:2]...),
	} {
		var r response.Response
		if err := response.ReadRecord(append(slices.Clone(body), mark...), &r, only(l)); !errors.Is(err, response.ErrRecord) {
			t.Errorf("%s: got %v, want ErrRecord", name, err)
		}
	}
	for _, record := range [][]byte{one, marked(0, "A"), marked(response.AllFlags, "quay-2_b.x0123456789")} {
		var r response.Response
		if err := response.ReadRecord(record, &r, only(l)); err != nil || response.Kind(record[0]) != response.KindMarked {
			t.Errorf("%x: got %v", record, err)
		}
		readAgain(t, record, l)
	}
}

func FuzzReadRecord(f *testing.F) {
	q := readSurvey(f)
	l, random := response.NewLayout(q), seeded(5)
	for range 8 {
		f.Add(response.AppendRecord(nil, random.response(q), l))
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, record []byte) {
		readAgain(t, record, l)
		id, _, err := response.RecordKey(record)
		if err == nil && !bytes.Equal(id[:], record[1:17]) {
			t.Errorf("RecordKey(%x): got id %x", record, id)
		}
	})
}
