package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// exampleHead and exampleResponses are what FORMAT.md says of its worked example.
var exampleHead = head{position: 4, first: 4, previous: [32]byte{
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
}}

func exampleResponses() []*response.Response {
	return []*response.Response{{
		ID: response.NewID("test", "key-1"), Version: 1, Agency: 2, Resolver: 5, Wave: 1, Day: 9822, Channel: response.QR,
		Lang: 0, Seconds: 95, Fingerprint: 0x1122334455667789, Service: "1.004203",
		Answers: []response.Answer{
			{State: response.Answered, Option: 3},
			{State: response.Answered, Option: 0},
			{State: response.Answered, Set: 0b101},
			{State: response.Answered, Amount: -15},
			{State: response.Answered, Words: "Chờ lâu"},
			{State: response.DontKnow},
			{State: response.Answered, Option: 4},
		},
	}, {
		ID: response.NewID("test", "key-2"), Version: 1, Agency: 300, Wave: 1, Day: 9822, Channel: response.Link,
		Lang: 1, Fingerprint: 0x8899aabbccddeeff,
		Answers: []response.Answer{
			{State: response.Skipped},
			{State: response.NotAsked},
			{State: response.NotApplicable},
			{State: response.Refused},
			{State: response.Skipped},
			{State: response.Skipped},
			{State: response.Skipped},
		},
	}}
}

// documented returns the bytes of a fenced block of FORMAT.md: the pairs of hex
// digits at the beginning of its lines.
func documented(t *testing.T, block string) []byte {
	t.Helper()
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, body, found := strings.Cut(string(page), "```"+block+"\n")
	body, _, closed := strings.Cut(body, "```")
	if !found || !closed {
		t.Fatalf("FORMAT.md has no block %q", block)
	}
	var b []byte
	pairs := regexp.MustCompile(`^(?:[0-9a-f]{2} ?)+`)
	for line := range strings.Lines(body) {
		digits := strings.ReplaceAll(pairs.FindString(line), " ", "")
		part, err := hex.DecodeString(digits)
		if err != nil || len(part) == 0 {
			t.Fatalf("FORMAT.md: no bytes in line %q", line)
		}
		b = append(b, part...)
	}
	return b
}

func only(q *questionnaire.Questionnaire) response.Definitions {
	l := response.NewLayout(q)
	return func(version uint32) *response.Layout {
		if version != 1 {
			return nil
		}
		return l
	}
}

func TestTheDocumentedFrameIsWhatIsWritten(t *testing.T) {
	t.Parallel()
	q := readSurvey(t, "survey.yaml").Questionnaire
	var w frameWriter
	w.reset(exampleHead)
	for _, r := range exampleResponses() {
		w.add(response.AppendRecord(nil, r, response.NewLayout(q)))
	}
	got, _ := w.seal()
	if want := documented(t, "frame"); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nFORMAT.md has\n%s", hex.Dump(got), hex.Dump(want))
	}
}

func TestTheDocumentedFrameIsRead(t *testing.T) {
	t.Parallel()
	q := readSurvey(t, "survey.yaml").Questionnaire
	data := documented(t, "frame")
	if err := verifyFrame(data); err != nil {
		t.Fatal(err)
	}
	f, err := openFrame(data)
	if err != nil {
		t.Fatal(err)
	}
	want := exampleHead
	want.count = 2
	if f.head != want {
		t.Errorf("head: got %+v, want %+v", f.head, want)
	}
	for i, want := range exampleResponses() {
		record, err := f.next()
		if err != nil {
			t.Fatal(err)
		}
		var got response.Response
		if err := response.ReadRecord(record, &got, only(q)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, &got); diff != "" {
			t.Errorf("event %d (-want +got):\n%s", i, diff)
		}
	}
	if record, err := f.next(); record != nil || err != nil {
		t.Errorf("after the last event: %x %v", record, err)
	}
}

// exampleExtended is what FORMAT.md says of its example of kind 6.
func exampleExtended(q *questionnaire.Questionnaire) *response.Response {
	r := &response.Response{
		ID: response.NewID("rich", "key-3"), Version: 1, Agency: 2, Wave: 1, Day: 9822, Channel: response.Link, Fingerprint: 0x0102030405060709,
		Answers: make([]response.Answer, len(q.Variables())), Dropped: []int{2, 8},
	}
	set := func(answers []response.Answer, id string, a response.Answer) {
		a.State = response.Answered
		answers[q.Variable(id).Index] = a
	}
	set(r.Answers, "overall", response.Answer{Option: 2})
	set(r.Answers, "order_1", response.Answer{Option: 1})
	set(r.Answers, "visited", response.Answer{Amount: 9821})
	set(r.Answers, "about", response.Answer{Words: "kinh-bac tan-chi"})
	set(r.Answers, "phone", response.Answer{Words: "0912345678"})
	for i, agency := range []uint32{2, 3} {
		one := response.Repeat{Agency: agency, Answers: make([]response.Answer, len(r.Answers))}
		set(one.Answers, "quality", response.Answer{Option: uint8(i)})
		one.Answers[q.Variable("faults").Index].State = response.Skipped
		set(one.Answers, "contact", response.Answer{Words: []string{"Lan", "Hà"}[i]})
		r.Repeats = append(r.Repeats, one)
	}
	return r
}

func TestTheDocumentedExtensionIsWhatIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	q := readRich(t)
	l, r := response.NewLayout(q), exampleExtended(q)
	record, piece := response.AppendRecord(nil, r, l), response.AppendPersonal(nil, r, l, 30)
	if want := documented(t, "extended"); !bytes.Equal(record, want) {
		t.Errorf("record: got\n%s\nFORMAT.md has\n%s", hex.Dump(record), hex.Dump(want))
	}
	if want := documented(t, "personal"); !bytes.Equal(piece, want) {
		t.Errorf("piece: got\n%s\nFORMAT.md has\n%s", hex.Dump(piece), hex.Dump(want))
	}
	var got response.Response
	if err := response.ReadRecord(documented(t, "extended"), &got, only(q)); err != nil {
		t.Fatal(err)
	}
	if err := response.ReadPersonal(documented(t, "personal"), &got, l, 30); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, &got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := (personal{goes: r.Day.Goes(30), seq: 300}).key(), documented(t, "personal-key"); !bytes.Equal(got, want) {
		t.Errorf("key: got %x, FORMAT.md has %x", got, want)
	}
}

func TestTheDocumentedQuotasAreWhatIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	p := newPlaces()
	p.at(waveKey{"test", 1}).responses = 7 // without quotas
	p.at(waveKey{"rich", 2}).quotas = []quotaCount{{"country", "region = 'country'", 200}, {"q", "overall > 1", 0}}
	want := documented(t, "quotas")
	if got := p.encode(300); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nFORMAT.md has\n%s", hex.Dump(got), hex.Dump(want))
	}
	again := newPlaces()
	if err := again.restore(want, 300); err != nil || !bytes.Equal(again.encode(300), want) {
		t.Errorf("read and written again: %x %v", again.encode(300), err)
	}
	other := newPlaces()
	if err := other.restore(want, 301); err != nil || len(other.waves) > 0 {
		t.Errorf("as of another event: %d waves %v", len(other.waves), err)
	}
	for n := 2; n < len(want); n++ {
		if err := newPlaces().restore(want[:n], 300); n > 2 && !errors.Is(err, ErrDamaged) {
			t.Errorf("%d of %d bytes: got %v, want ErrDamaged", n, len(want), err)
		}
	}
}

func FuzzRestorePlaces(f *testing.F) {
	f.Add([]byte("\xac\x02\x04rich\x02\x01\x07country\x01x\xc8\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := newPlaces()
		if err := p.restore(b, 300); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("got %v, want ErrDamaged", err)
		}
	})
}

func TestTheDocumentedLimitsAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[string]int{
		"events in a frame": maxPerFrame,
		"bytes of a frame at which no more responses are added":  maxFrame,
		"ids in memory before they become a run":                 idTail,
		"runs of a level that are merged":                        idFanIn,
		"levels of runs":                                         idLevels,
		"repeats of a response":                                  response.MaxRepeats,
		"counters of a cell":                                     tally.MaxSlots,
		"pieces of personal values that one transaction deletes": purgeBatch,
		"codes of a batch of invitations":                        maxBatch,
		"invitations of a folder":                                maxCodes,
		"entries that are settled at once":                       settleMost,
		"bytes of a sealed draft":                                maxDraft,
		"drafts of a folder":                                     maxDrafts,
		"bytes of all drafts of a folder":                        maxDraftsSize,
	} {
		if !strings.Contains(string(page), "| "+limit+" | "+strconv.Itoa(want)+" |") {
			t.Errorf("FORMAT.md does not say %q is %d", limit, want)
		}
	}
	stamp := fmt.Sprintf(`{"major":%d,"minor":%d,"min_reader":%d,"written_by":"hailong"}`, formatMajor, formatMinor, formatMajor)
	if !strings.Contains(string(page), stamp) {
		t.Errorf("FORMAT.md does not have the stamp %s", stamp)
	}
}
