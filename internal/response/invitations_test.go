package response_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/response"
)

func TestEventsAboutInvitations(t *testing.T) {
	t.Parallel()
	issued := response.InvitationsIssued{
		Batch: "a", Survey: "sipas", Wave: "2026-1", Expires: "2026-12-22", Digest: "5e86",
		Groups: []response.InvitationGroup{{Agency: 2, Service: "1.004203", Count: 2}, {Agency: 3, Resolver: 5, Count: 1}},
	}
	for _, test := range []struct {
		event interface {
			Event(at int64) (response.Control, error)
		}
		kind    response.Kind
		payload string
	}{
		{
			issued, response.KindInvitationsIssued,
			`{"batch":"a","survey":"sipas","wave":"2026-1","expires":"2026-12-22","groups":[{"agency":2,"service":"1.004203","count":2},{"agency":3,"resolver":5,"count":1}],"digest":"5e86"}`,
		},
		{response.InvitationsRevoked{Batch: "a", Count: 3}, response.KindInvitationsRevoked, `{"batch":"a","count":3}`},
		{response.InvitationsRevoked{Count: 20, Lost: true}, response.KindInvitationsRevoked, `{"count":20,"lost":true}`},
	} {
		ev, err := test.event.Event(7)
		if err != nil {
			t.Fatal(err)
		}
		got, err := response.ReadControl(response.AppendControl(nil, ev))
		if err != nil || got.Kind != test.kind || got.At != 7 || string(got.Payload) != test.payload || got.Kind.IsResponse() {
			t.Errorf("got %+v %s %v, want %s", got, got.Payload, err, test.payload)
		}
	}
	ev, err := issued.Event(7)
	if err != nil {
		t.Fatal(err)
	}
	var again response.InvitationsIssued
	if err := json.Unmarshal(ev.Payload, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(issued, again); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
