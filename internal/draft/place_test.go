package draft_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/draft"
	"hailong/internal/response"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	for _, want := range []draft.Place{
		{}, {Survey: "sipas", Wave: "2026-1", Agency: 7, Day: 9800, Channel: response.Kiosk, Counter: "q1"}, {Survey: "s", Day: 1, Channel: 200},
	} {
		key, ok := want.Key()
		got, err := draft.ReadPlace(key)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || !ok {
			t.Errorf("%v, %v (-want +got)\n%s", ok, err, diff)
		}
	}
	if _, ok := (&draft.Place{Survey: string(make([]byte, 300))}).Key(); ok {
		t.Error("a survey of 300 characters has a key")
	}
}

func FuzzReadPlace(f *testing.F) {
	key, _ := (&draft.Place{Survey: "sipas", Wave: "2026-1", Agency: 7, Day: 9800, Channel: response.Kiosk, Counter: "q1"}).Key()
	f.Add(key)
	f.Add([]byte{200})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := draft.ReadPlace(b)
		if err != nil {
			return
		}
		if again, ok := p.Key(); !ok || !bytes.Equal(again, b) {
			t.Errorf("%x was read as %+v, whose key is %x", b, p, again)
		}
	})
}
