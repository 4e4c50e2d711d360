package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
)

// publishes is a Publisher for tests.
type publishes func(survey *questionnaire.Survey, expected string) error

// Publish implements Publisher.
func (p publishes) Publish(_ context.Context, survey *questionnaire.Survey, expected string) error {
	return p(survey, expected)
}

// TestRemotePlan: a plan over the socket is the one of the folder.
func TestRemotePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	remote, _ := operate(t, w.store)
	edited := trialSurveys(t, "Mức hài lòng", "Thời gian chờ <& đợi>")[0].Questionnaire
	want, err := NewConsole(w.store).Plan(t.Context(), edited)
	if err != nil {
		t.Fatal(err)
	}
	got, err := remote.Plan(t.Context(), edited)
	if err != nil {
		t.Fatal(err)
	}
	var here, there strings.Builder
	if err := errors.Join(want.Print(&here), got.Print(&there)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(here.String(), there.String()); diff != "" || got.Refused() == 0 {
		t.Errorf("got %d refused (-local +remote):\n%s", got.Refused(), diff)
	}
}

// TestRemotePublish: what is published arrives as it was sent, and a refusal
// comes back in words.
func TestRemotePublish(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	survey := trialSurveys(t, "Trial survey", "Trial <survey> & more")[0]
	survey.Fieldwork = questionnaire.Fieldwork{
		Waves: []questionnaire.Wave{{ID: "w1", Title: questionnaire.Text{"vi": "Đợt <1>"}, Opens: "2026-01-01", Closes: "2026-02-01"}}, Channels: []string{"qr"},
		Quotas: []questionnaire.Quota{{ID: "x", If: "level = '1'", Limit: 3}}, MaxResponses: 9, MinSeconds: 3, Invitation: true,
	}
	var answer error
	var sent *questionnaire.Survey
	var after string
	remote, _ := operateWith(t, w.store, publishes(func(s *questionnaire.Survey, expected string) error {
		sent, after = s, expected
		return answer
	}))
	if err := remote.Publish(t.Context(), survey, "abc"); err != nil {
		t.Fatal(err)
	}
	if sent.Questionnaire.Version != survey.Questionnaire.Version || after != "abc" {
		t.Errorf("got version %s after %s, want %s after abc", sent.Questionnaire.Version, after, survey.Questionnaire.Version)
	}
	if diff := cmp.Diff(survey.Fieldwork, sent.Fieldwork); diff != "" {
		t.Errorf("fieldwork (-sent +got):\n%s", diff)
	}
	for _, answer = range []error{ErrRefused, catalog.ErrOvertaken, errors.New("the disk is full")} {
		if err := remote.Publish(t.Context(), survey, ""); err == nil || !strings.HasSuffix(err.Error(), answer.Error()) {
			t.Errorf("got %v, want %v at its end", err, answer)
		}
	}
	for _, path := range []string{pathPlan, pathPublish} {
		for _, body := range []string{"", "{", `{"questionnaire":"e30="}`, "null"} {
			reply, err := remote.send(t.Context(), http.MethodPost, path, nil, strings.NewReader(body))
			if err == nil {
				t.Errorf("%s of %q: got %s, want a refusal", path, body, reply.Status)
				_ = reply.Body.Close()
			}
		}
	}
}
