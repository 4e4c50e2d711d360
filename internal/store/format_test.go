package store

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
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
	return func(version uint32) ([]questionnaire.Variable, bool) { return q.Variables(), version == 1 }
}

func TestTheDocumentedFrameIsWhatIsWritten(t *testing.T) {
	t.Parallel()
	q := readSurvey(t, "survey.yaml").Questionnaire
	var w frameWriter
	w.reset(exampleHead)
	for _, r := range exampleResponses() {
		w.add(response.AppendRecord(nil, r, q.Variables()))
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

func TestTheDocumentedLimitsAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[string]int{
		"events in a frame": maxPerFrame,
		"bytes of a frame at which no more responses are added": maxFrame,
		"ids in memory before they become a run":                idTail,
		"runs of a level that are merged":                       idFanIn,
		"levels of runs":                                        idLevels,
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
