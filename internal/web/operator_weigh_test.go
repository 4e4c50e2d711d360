package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/weigh"
)

// TestRemoteWeigh: the socket gives what the folder gives, to the last bit.
func TestRemoteWeigh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(t, w, 30)
	remote, _ := operate(t, w.store)
	figures := weigh.Figures{Name: "margins.csv", CSV: []byte("figure,agency,period,cell,value,source,checked\npopulation,t24,2026,,5000,census,yes\n")}
	q := weigh.Query{Survey: "trial", Lang: "en", Low: 0.3, High: 3, Collapse: 2, Interval: "logit"}
	here, err := NewWeigher(w.store).Weigh(t.Context(), q, figures)
	if err != nil {
		t.Fatal(Explain(err))
	}
	there, err := remote.Weigh(t.Context(), q, figures)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(here, there); diff != "" || here.Weighting.Respondents != 30 {
		t.Errorf("%d respondents (-local +remote):\n%s", here.Weighting.Respondents, diff)
	}
	figures.CSV = []byte("nonsense")
	if _, err := remote.Weigh(t.Context(), q, figures); err == nil || !strings.Contains(err.Error(), "margins.csv:1:1") {
		t.Errorf("got %v", err)
	}
	q.Survey = "none"
	if _, err := remote.Weigh(t.Context(), q, figures); err == nil || !strings.HasSuffix(err.Error(), "There is no such survey.") {
		t.Errorf("got %v", err)
	}
	if reply, err := remote.send(t.Context(), http.MethodPost, pathWeigh, nil, strings.NewReader("{")); err == nil {
		t.Error("half a request is answered")
		_ = reply.Body.Close()
	}
}
