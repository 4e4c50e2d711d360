package response_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/response"
)

func TestControlEventsReadAsWritten(t *testing.T) {
	t.Parallel()
	opened, err := response.WaveOpened{
		Survey: "sipas", Wave: "2026-1", Title: map[string]string{"vi": "Đợt 1"},
		Opens: "2026-01-01", Closes: "2026-03-31", Channels: []string{"qr", "link"},
	}.Event(-1)
	if err != nil {
		t.Fatal(err)
	}
	closed, err := response.WaveClosed{Survey: "sipas", Wave: "2026-1"}.Event(1 << 62)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]response.Control{
		"published": response.Published(1_700_000_000, []byte(`{"format":1}`)),
		"agencies":  response.AgenciesImported(0, []byte("id,parent\n")),
		"figures":   response.FiguresLoaded(0, []byte("figure,agency\n")),
		"opened":    opened,
		"closed":    closed,
		"empty":     {Kind: response.KindWaveClosed},
	} {
		record := response.AppendControl([]byte("before"), want)[len("before"):]
		got, err := response.ReadControl(record)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range record {
			record[i] = 0xff // the event keeps nothing of its input
		}
		if len(got.Payload) == 0 {
			got.Payload = want.Payload
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The payloads of waves are stored: their names may not change.
func TestWavePayloads(t *testing.T) {
	t.Parallel()
	for want, event := range map[string]func() (response.Control, error){
		`{"survey":"s","wave":""}`: func() (response.Control, error) {
			return response.WaveOpened{Survey: "s"}.Event(0)
		},
		`{"survey":"s","wave":"w","title":{"en":"W","vi":"Đ"},"opens":"2026-01-01","closes":"2026-01-02","channels":["qr"]}`: func() (response.Control, error) {
			return response.WaveOpened{
				Survey: "s", Wave: "w", Title: map[string]string{"vi": "Đ", "en": "W"},
				Opens: "2026-01-01", Closes: "2026-01-02", Channels: []string{"qr"},
			}.Event(0)
		},
		`{"survey":"s","wave":"w","invitation":true,"min_seconds":20,"max_responses":100,"quotas":[` +
			`{"id":"farmers","title":{"vi":"N"},"if":"job = 'farmer'","limit":5,"message":{"vi":"Đủ"}},{"id":"q","if":"x","limit":1}]}`: func() (response.Control, error) {
			return response.WaveOpened{
				Survey: "s", Wave: "w", Invitation: true, MinSeconds: 20, MaxResponses: 100, Quotas: []response.Quota{
					{ID: "farmers", Title: map[string]string{"vi": "N"}, If: "job = 'farmer'", Limit: 5, Message: map[string]string{"vi": "Đủ"}},
					{ID: "q", If: "x", Limit: 1},
				},
			}.Event(0)
		},
		`{"survey":"s","wave":"w","sample":"probability","lonely":"average"}`: func() (response.Control, error) {
			return response.WaveOpened{Survey: "s", Wave: "w", Sample: "probability", Lonely: "average"}.Event(0)
		},
		`{"survey":"c","wave":"w"}`: func() (response.Control, error) {
			return response.WaveClosed{Survey: "c", Wave: "w"}.Event(0)
		},
	} {
		ev, err := event()
		if err != nil || string(ev.Payload) != want || !json.Valid(ev.Payload) {
			t.Errorf("got %s %v, want %s", ev.Payload, err, want)
		}
	}
}

func TestReadControlRefuses(t *testing.T) {
	t.Parallel()
	for name, record := range map[string][]byte{
		"nothing":              {},
		"no time":              {2, 0, 0, 0, 0, 0, 0, 0},
		"a response":           {1, 0, 0, 0, 0, 0, 0, 0, 0},
		"kind 0":               {0, 0, 0, 0, 0, 0, 0, 0, 0},
		"an extended response": {6, 0, 0, 0, 0, 0, 0, 0, 0},
		"a newer kind":         {7, 0, 0, 0, 0, 0, 0, 0, 0},
		"an alien kind":        {255, 0, 0, 0, 0, 0, 0, 0, 0},
	} {
		if _, err := response.ReadControl(record); !errors.Is(err, response.ErrRecord) {
			t.Errorf("%s: got %v, want ErrRecord", name, err)
		}
	}
}

func FuzzReadControl(f *testing.F) {
	f.Add([]byte{2, 0, 0, 0, 0, 0, 0, 0, 1, '{', '}'})
	f.Add([]byte{5, 255, 255, 255, 255, 255, 255, 255, 255})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, record []byte) {
		c, err := response.ReadControl(record)
		if err != nil {
			if !errors.Is(err, response.ErrRecord) {
				t.Errorf("got %v, want ErrRecord", err)
			}
			return
		}
		if again := response.AppendControl(nil, c); !bytes.Equal(again, record) {
			t.Errorf("read and written again:\n%x\n%x", record, again)
		}
	})
}
