package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

const (
	pathPlan    = "/plan"
	pathPublish = "/publish"
)

// ErrRefused is the error of a publication whose plan has refused changes.
var ErrRefused = errors.New("the plan refuses changes; nothing was published")

// Publisher puts questionnaires into the field.
type Publisher interface {
	// Publish publishes a survey and follows its fieldwork from now on. The
	// version in the field must be expected (empty: none), else it returns
	// catalog.ErrOvertaken; a plan with refused changes is ErrRefused.
	Publish(ctx context.Context, survey *questionnaire.Survey, expected string) error
}

// publication is what is sent to publish: a canonical form and its fieldwork.
type publication struct {
	Questionnaire []byte                  `json:"questionnaire"`
	Fieldwork     questionnaire.Fieldwork `json:"fieldwork"`
	Expected      string                  `json:"expected"`
}

// readBody reads what the operator sends, as much as the log could store.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2*response.MaxControl))
	if err != nil {
		return nil, fmt.Errorf("read request: %w", err)
	}
	return body, nil
}

func (o *Operator) plan(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(w, r)
	if err != nil {
		o.fail(w, err)
		return
	}
	q, err := questionnaire.Decode(body)
	if err != nil {
		o.fail(w, err)
		return
	}
	plan, err := o.console.Plan(r.Context(), q)
	if err != nil {
		o.fail(w, err)
		return
	}
	if err := json.NewEncoder(w).Encode(plan); err != nil {
		o.log.Error("operator's request failed", "error", err, "client", r.Context().Err())
	}
}

func (o *Operator) publish(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(w, r)
	if err != nil {
		o.fail(w, err)
		return
	}
	var sent publication
	if err := json.Unmarshal(body, &sent); err != nil {
		o.fail(w, fmt.Errorf("read request: %w", err))
		return
	}
	q, err := questionnaire.Decode(sent.Questionnaire)
	if err != nil {
		o.fail(w, err)
		return
	}
	err = o.publisher.Publish(r.Context(), &questionnaire.Survey{Questionnaire: q, Fieldwork: sent.Fieldwork}, sent.Expected)
	if errors.Is(err, catalog.ErrOvertaken) || errors.Is(err, ErrRefused) {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	if err != nil {
		o.fail(w, err)
		return
	}
	o.log.Info("survey published", "survey", q.Survey, "version", q.Version)
}

// Plan implements Console.
func (c *Remote) Plan(ctx context.Context, q *questionnaire.Questionnaire) (*questionnaire.Plan, error) {
	answer, err := c.send(ctx, http.MethodPost, pathPlan, nil, bytes.NewReader(q.Canonical()))
	if err != nil {
		return nil, err
	}
	plan := new(questionnaire.Plan)
	err = json.NewDecoder(answer.Body).Decode(plan)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, fmt.Errorf("read from the running server: %w", err)
	}
	return plan, nil
}

// Publish implements Publisher: the running server publishes.
func (c *Remote) Publish(ctx context.Context, survey *questionnaire.Survey, expected string) error {
	body, err := json.Marshal(publication{survey.Questionnaire.Canonical(), survey.Fieldwork, expected})
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	answer, err := c.send(ctx, http.MethodPost, pathPublish, nil, bytes.NewReader(body))
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
