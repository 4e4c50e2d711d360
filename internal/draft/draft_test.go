package draft_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/draft"
)

const token = draft.Token("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

func content() *draft.Content {
	return &draft.Content{
		Survey: "sipas", Version: "1a2b", Agency: "t24", Service: "1.004203", Channel: "qr", Wave: "2026-1", Counter: "A3", Lang: "vi",
		Pass: "abc-def", Invitation: "10ABCDEFGHX", Parameters: map[string]string{"campaign": "x"}, Consent: true, Page: 2, About: "t25", Seconds: 90,
		Values: map[string][]string{"overall": {"4"}, "needs": {"a", "b"}, "remarks": {"Chờ lâu 😀 <b>\u202e"}},
	}
}

func TestParseToken(t *testing.T) {
	t.Parallel()
	for range 100 {
		if text := rand.Text(); !parses(text) {
			t.Errorf("%q is no token", text)
		}
	}
	for _, text := range []string{"", "A", strings.Repeat("A", 25), strings.Repeat("A", 27), strings.Repeat("a", 26), strings.Repeat("1", 26), strings.Repeat("é", 13)} {
		if parses(text) {
			t.Errorf("%q is a token", text)
		}
	}
}

func parses(text string) bool {
	got, ok := draft.ParseToken(text)
	return ok && string(got) == text
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*draft.Content{
		"full": content(), "empty": {}, "long": {Values: map[string][]string{"remarks": {noise(300_000)}}},
	} {
		sealed, err := token.Seal([12]byte{1}, c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := token.Open(sealed)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// noise is a text that can't be packed much.
func noise(n int) string {
	random := mathrand.New(mathrand.NewPCG(1, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + random.IntN(26))
	}
	return string(b)
}

// What is sealed tells nothing of what is in it, and opens by its own token only.
func TestWhatIsSealedIsSealed(t *testing.T) {
	t.Parallel()
	sealed, err := token.Seal([12]byte{1}, content())
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"sipas", "10ABCDEFGHX", "t24", "overall", string(token)} {
		if bytes.Contains(sealed, []byte(part)) {
			t.Errorf("%q can be read", part)
		}
	}
	other := draft.Token("BBCDEFGHIJKLMNOPQRSTUVWXYZ")
	if _, err := other.Open(sealed); !errors.Is(err, draft.ErrSealed) {
		t.Errorf("another token: got %v, want ErrSealed", err)
	}
	for i := range sealed {
		damaged := bytes.Clone(sealed)
		damaged[i] ^= 1
		if _, err := token.Open(damaged); !errors.Is(err, draft.ErrSealed) {
			t.Fatalf("byte %d is damaged: got %v, want ErrSealed", i, err)
		}
	}
	for n := range sealed {
		if _, err := token.Open(sealed[:n]); !errors.Is(err, draft.ErrSealed) {
			t.Fatalf("%d of %d bytes: got %v, want ErrSealed", n, len(sealed), err)
		}
	}
	again, err := token.Seal([12]byte{2}, content())
	if err != nil || bytes.Equal(again[13:45], sealed[13:45]) {
		t.Errorf("another nonce, and the same bytes: %v", err)
	}
}

// The length tells little: a few letters more make no difference, or one step.
func TestTheLengthTellsLittle(t *testing.T) {
	t.Parallel()
	lengths := map[int]bool{}
	for n := range 100 {
		c := content()
		c.Values["remarks"] = []string{noise(n)}
		sealed, err := token.Seal([12]byte{byte(n)}, c)
		if err != nil {
			t.Fatal(err)
		}
		if len(sealed)%256 != 29 {
			t.Errorf("%d bytes", len(sealed))
		}
		lengths[len(sealed)] = true
	}
	if len(lengths) > 2 {
		t.Errorf("a hundred drafts have %d lengths", len(lengths))
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	c := content()
	c.Values["remarks"] = []string{strings.Repeat("x", 1<<20)}
	if sealed, err := token.Seal([12]byte{1}, c); err == nil {
		t.Errorf("%d bytes were sealed", len(sealed))
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	seen := map[draft.ID]bool{{}: true}
	for i := range 1000 {
		id := draft.Token(fmt.Sprintf("ABCDEFGHIJKLMNOPQRSTU%05d", i)).ID()
		if seen[id] {
			t.Fatalf("token %d has the id of another, or none", i)
		}
		seen[id] = true
	}
	if again := draft.Token(strings.Clone(string(token))); again.ID() != token.ID() {
		t.Error("an id changes")
	}
}

func FuzzOpen(f *testing.F) {
	sealed, err := token.Seal([12]byte{1}, content())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := token.Open(b); err != nil && !errors.Is(err, draft.ErrSealed) || err == nil && !bytes.Equal(b, sealed) {
			t.Errorf("got %+v %v", c, err)
		}
	})
}
