package web

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hailong/internal/agency"
	"hailong/internal/catalog"
)

// stillStore is a store whose catalog does not change.
type stillStore struct {
	*draftStore

	still *catalog.Catalog
}

// Catalog implements collect.Log.
func (s stillStore) Catalog() *catalog.Catalog { return s.still }

// BenchmarkForm600 posts a page of a questionnaire with 600 items of common
// types, a fifth of them with conditions, all answered: it is read, checked, and
// the next page is laid out, rendered and compressed.
func BenchmarkForm600(b *testing.B) {
	file := filepath.Join(b.TempDir(), "large", "survey.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		b.Fatal(err)
	}
	src, values := large600()
	if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
		b.Fatal(err)
	}
	agencies, err := agency.Parse("a.csv", []byte("id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\nx,,province,,,Tỉnh,,,,\n"))
	if err != nil {
		b.Fatal(err)
	}
	draft := newDraftStore(file, agencies, time.Now)
	read := draft.read()
	if len(read.mistakes) > 0 {
		b.Fatal(read.mistakes)
	}
	s := New(stillStore{draft, read.catalog}, time.Now, slog.New(slog.DiscardHandler))
	body := values.Encode()
	b.ReportAllocs()
	for b.Loop() {
		request := httptest.NewRequest(http.MethodPost, "/s/large?agency=x", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Accept-Encoding", "gzip")
		answer, err := s.app.Test(request, -1)
		if err != nil {
			b.Fatal(err)
		}
		if answer.StatusCode != http.StatusOK {
			b.Fatal(answer.Status)
		}
		if _, err := io.Copy(io.Discard, answer.Body); err != nil {
			b.Fatal(err)
		}
		_ = answer.Body.Close()
	}
}

// large600 is a questionnaire of 60 pages with 10 items each, and what the form
// of its 30th page sends.
func large600() (src string, sent url.Values) {
	var b, kept strings.Builder
	b.WriteString("title: {vi: \"Phiếu lớn\"}\nlanguages: [vi]\npages:\n")
	sent = url.Values{"page": {"29"}, "go": {"next"}, "draft": {"d"}}
	for i := range 600 {
		if i%10 == 0 {
			fmt.Fprintf(&b, "  - id: p%d\n    title: {vi: \"Phần %d\"}\n    items:\n", i/10, i/10)
		}
		id, value, form := fmt.Sprintf("q%d", i), "12", "type: integer, min: 0, max: 99"
		switch i % 5 {
		case 0:
			value, form = "yes", "type: yes_no, required: true"
		case 1:
			value, form = "7", "type: net_promoter"
		case 2:
			value, form = "một câu trả lời", "type: text"
		case 3:
			form += fmt.Sprintf(", show_if: \"q%d = 'yes'\"", i/5*5)
		}
		fmt.Fprintf(&b, "      - {id: %s, %s, text: {vi: \"Câu hỏi thứ %d trong phiếu\"}, help: {vi: \"Xin đọc *kỹ*.\"}}\n", id, form, i)
		if i/10 == 29 {
			sent.Set("a."+id, value)
		} else {
			fmt.Fprintf(&kept, ",%q:[%q]", id, value)
		}
	}
	sent.Set("kept", "{"+kept.String()[1:]+"}")
	return b.String(), sent
}
