package store

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/invite"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// exampleBatch is what FORMAT.md says of its example of a file of invitations.
func exampleBatch() invite.Batch {
	digest := func(a, b, last byte) invite.Digest {
		return invite.Digest{a, b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, last}
	}
	return invite.Batch{ID: "2026-11-a", Survey: "test", Issued: 9822, Expires: 9852, Groups: []invite.Group{
		{Agency: 3, Resolver: 5, Digests: []invite.Digest{digest(0x9c, 0x42, 16)}},
		{Agency: 2, Service: "1.004203", Digests: []invite.Digest{digest(0xb1, 0x5e, 14), digest(0x0a, 0x77, 15)}},
	}}
}

func TestTheDocumentedInvitationsAreWhatIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	b := exampleBatch()
	head, digests, err := arrange(&b)
	if err != nil {
		t.Fatal(err)
	}
	packed, states, err := appendBatch([]byte(codesMagic), &head, digests)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range []invite.State{invite.Used, invite.Open, invite.Revoked} {
		packed[states+i] = stateByte(s)
	}
	want := documented(t, "invitations")
	if !bytes.Equal(packed, want) {
		t.Errorf("got\n%s\nFORMAT.md has\n%s", hex.Dump(packed), hex.Dump(want))
	}
	list, end, err := parseCodes(want)
	if err != nil || len(list) != 1 || end != len(want) || list[0].statesAt != int64(len(want)-3) {
		t.Fatalf("got %d batches to %d: %v", len(list), end, err)
	}
	if diff := cmp.Diff(head, list[0].head); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c := newCodes()
	if err := c.add(&list[0]); err != nil {
		t.Fatal(err)
	}
	counts := []invite.Count{
		{Batch: "2026-11-a", Survey: "test", Agency: 2, Issued: 9822, Expires: 9852, Codes: 2, Used: 1},
		{Batch: "2026-11-a", Survey: "test", Agency: 3, Issued: 9822, Expires: 9852, Codes: 1, Revoked: 1},
	}
	if diff := cmp.Diff(counts, c.counts()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ev, err := issuedEvent(&head, digests, fixed())
	page, err2 := os.ReadFile("FORMAT.md")
	if err != nil || err2 != nil || !strings.Contains(string(page), "`"+string(ev.Payload)+"`") {
		t.Errorf("FORMAT.md does not have the event %s (%v %v)", ev.Payload, err, err2)
	}
	for n := range want {
		if list, end, err := parseCodes(want[:n]); n != len(codesMagic) && err == nil || len(list) > 0 || end > n {
			t.Errorf("%d of %d bytes: %d batches to %d: %v", n, len(want), len(list), end, err)
		}
	}
}

func TestTheDocumentedEntryIsReadByTheDocumentedKey(t *testing.T) {
	t.Parallel()
	aead, err := parseKey(documented(t, "key"))
	if err != nil {
		t.Fatal(err)
	}
	key, sealed := documented(t, "settling-key"), documented(t, "settling")
	got, err := unseal(aead, key, sealed)
	if want := (entry{entryUsed, invite.Digest{0x0a, 0x77, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15}}); got != want || err != nil {
		t.Errorf("got %+v %v, want %+v", got, err, want)
	}
	for i := range sealed {
		sealed[i] ^= 1
		if _, err := unseal(aead, key, sealed); err == nil {
			t.Errorf("byte %d is damaged, and it is read", i)
		}
		sealed[i] ^= 1
	}
	s := settler{aead: aead}
	one, two := s.seal(batchEntry(7)), s.seal(batchEntry(7))
	if got, err := unseal(aead, one.key[:], one.sealed); err != nil || got != batchEntry(7) || one.key == two.key {
		t.Errorf("got %+v %v", got, err)
	}
}

func TestTheDocumentedKeyFileIsWhatIsWritten(t *testing.T) {
	t.Parallel()
	s := settler{dir: t.TempDir(), codes: newCodes()}
	if err := s.prepare(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	first, err := os.ReadFile(filepath.Join(s.dir, CodesKeyName))
	if err != nil || len(first) != len(documented(t, "key")) || !bytes.HasPrefix(first, documented(t, "key")[:8]) {
		t.Fatalf("got %x %v", first, err)
	}
	if err := s.rotate(); err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(filepath.Join(s.dir, CodesKeyName))
	if err != nil || len(second) != len(first) || bytes.Equal(second[8:40], first[8:40]) {
		t.Errorf("rotated: got %x %v", second, err)
	}
}

// exampleMarked is what FORMAT.md says of its example of kind 7.
func exampleMarked() *response.Response {
	r := exampleResponses()[1]
	r.Channel, r.Counter, r.Flags = response.Kiosk, "A3", response.Burst|response.NoEffort
	return r
}

func TestTheDocumentedMarkIsWhatIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	q := readSurvey(t, "survey.yaml").Questionnaire
	want := documented(t, "marked")
	if got := response.AppendRecord(nil, exampleMarked(), response.NewLayout(q)); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nFORMAT.md has\n%s", hex.Dump(got), hex.Dump(want))
	}
	var got response.Response
	if err := response.ReadRecord(want, &got, only(q)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(exampleMarked(), &got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheDocumentedTallyIsWhatIsWrittenAndRead(t *testing.T) {
	t.Parallel()
	q := readSurvey(t, "survey.yaml").Questionnaire
	r := response.Response{Version: 1, Agency: 300, Wave: 1, Day: 31, Channel: response.QR, Answers: make([]response.Answer, 7)}
	for i := range r.Answers {
		r.Answers[i].State = response.Skipped
	}
	r.Answers[0] = response.Answer{State: response.Answered, Option: 1}
	flagged := r
	flagged.Flags = response.Burst
	counts := tally.New()
	counts.Add(9, []tally.Entry{{Questionnaire: q, Response: &r}, {Questionnaire: q, Response: &flagged}, {Questionnaire: q, Response: &r}})
	want := documented(t, "tally")
	if _, got := counts.Encode(); !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nFORMAT.md has\n%s", hex.Dump(got), hex.Dump(want))
	}
	read := tally.New()
	if err := read.Restore(9, want); err != nil {
		t.Fatal(err)
	}
	read.Read(func(_ uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		for k, c := range cells {
			if responses := map[bool]uint32{false: 2, true: 1}[k.Flagged]; k.Channel != response.QR || c.Responses != responses {
				t.Errorf("%+v: got %d responses, want %d", k, c.Responses, responses)
			}
		}
	})
}

// The payloads that FORMAT.md shows for kind 9 are what is written and read.
func TestTheDocumentedRevocations(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []response.InvitationsRevoked{{Batch: "2026-11-a", Count: 1}, {Count: 20, Lost: true}} {
		ev, err := want.Event(1)
		if err != nil || !strings.Contains(string(page), "`"+string(ev.Payload)+"`") {
			t.Errorf("FORMAT.md does not have the event %s (%v)", ev.Payload, err)
		}
		if note, err := readIssue(ev); err != nil || note.issued != nil || note.revoked == nil || *note.revoked != want {
			t.Errorf("%s: got %+v %v", ev.Payload, note.revoked, err)
		}
	}
}

func TestTheDocumentedDraftAndCountAreWhatIsWritten(t *testing.T) {
	t.Parallel()
	if got, want := closeDraft(&draftChange{expires: 9836, sealed: []byte("sealed")}), documented(t, "draft"); !bytes.Equal(got, want) {
		t.Errorf("draft: got %x, FORMAT.md has %x", got, want)
	}
	if got, want := spentKey("test", "2026-1"), string(documented(t, "spent-key")); got != want {
		t.Errorf("wave: got %q, FORMAT.md has %q", got, want)
	}
	if got, want := closeSum(binary.BigEndian.AppendUint64(nil, 344)), documented(t, "spent"); !bytes.Equal(got, want) {
		t.Errorf("count: got %x, FORMAT.md has %x", got, want)
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add(closeSum(append([]byte(keyMagic), make([]byte, 32)...)))
	f.Add([]byte(keyMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		if aead, err := parseKey(b); (aead == nil) == (err == nil) {
			t.Errorf("got %v and %v", aead, err)
		}
	})
}
