package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hailong/internal/report"
)

// TestMethodPage: the methodology of a survey, as a page in both languages and as
// JSON, with nothing of answers that are too few, and numbers once there are enough.
func TestMethodPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	get := func(path string, headers ...string) answer {
		t.Helper()
		got := w.do(t, http.MethodGet, path, "", headers...)
		if got.status != http.StatusOK {
			t.Fatalf("%s: got %d %s", path, got.status, got.body)
		}
		return got
	}
	var m report.Methodology
	get("/api/v1/surveys/trial/method").decode(t, &m)
	if !m.Hidden || len(m.Worked) > 0 || m.Responses != 0 || m.Receipt.Result.Bytes == 0 {
		t.Errorf("nobody answered: %+v", m)
	}
	for i := range 40 {
		w.submit(t, "trial", fmt.Sprintf("key-%d", i), fmt.Sprintf(`{"agency":"t24.so-noi-vu","answers":{"level":"%d","second":"4"}}`, 3+i%3))
	}
	get("/api/v1/surveys/trial/method").decode(t, &m)
	if m.Hidden || m.Responses != 40 {
		t.Fatalf("40 answered: %+v", m)
	}
	var receipt report.Receipt
	get("/api/v1/surveys/trial/scores?format=receipt").decode(t, &receipt)
	if receipt.Counts != nil || m.Receipt.Counts != nil {
		t.Error("a hash of hidden counts is public")
	}
	if receipt.Result.SHA256 != m.Receipt.Result.SHA256 || receipt.Query != m.Receipt.Query {
		t.Errorf("the receipt of the scores is %+v, that of the method %+v", receipt, *m.Receipt)
	}
	vi, en := get("/results/trial/method?lang=vi").body, get("/results/trial/method?lang=en").body
	for _, part := range []string{"Phương pháp", "không phải sai số chọn mẫu", "chưa khai báo", receipt.Result.SHA256} {
		if !strings.Contains(vi, part) {
			t.Errorf("%q is not on the page", part)
		}
	}
	for _, part := range []string{"Methodology", "not a margin of sampling error", "not stated", "RR", receipt.Method} {
		if part != "RR" && !strings.Contains(en, part) {
			t.Errorf("%q is not on the page", part)
		}
	}
	if !strings.Contains(get("/results/trial?lang=vi").body, `href="/results/trial/method?lang=vi"`) {
		t.Error("the results do not lead to the method")
	}
	for _, path := range []string{"/results/none/method", "/api/v1/surveys/none/method", "/api/v1/surveys/none/scores?format=receipt"} {
		if got := w.do(t, http.MethodGet, path, ""); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
	if got := w.do(t, http.MethodGet, "/api/v1/surveys/trial/scores?format=receipt&by=x", ""); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a bad query: got %d", got.status)
	}
	w.alive(t)
}
