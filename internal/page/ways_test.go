package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/agency"
	"hailong/internal/errs"
	"hailong/internal/i18n"
	"hailong/internal/questionnaire"
)

// posterAgencies has an agency with two names, and one whose names are the same.
func posterAgencies(t testing.TB) *agency.Registry {
	t.Helper()
	r, err := agency.Parse("agencies.csv", []byte("id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\n"+
		"bn,,province,,,Tỉnh Bắc Ninh,Bac Ninh Province,,,\nbn-1,bn,commune,,,Phường Bắc Giang,Bac Giang Ward,,,\nbn-2,bn,commune,,,VNPT <x>,VNPT <x>,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// document is something that writes itself as a document of its own.
type document struct {
	name  string
	write func(io.Writer) error
}

// documents are posters, slips and widgets, in the states worth looking at.
func documents(t *testing.T, lang string) []document {
	t.Helper()
	sipas, counter := survey(t, "sipas"), survey(t, "counter")
	agencies := posterAgencies(t)
	posters := func(q *questionnaire.Questionnaire, size, address string, places ...Place) func(io.Writer) error {
		return func(w io.Writer) error {
			return WritePosters(w, PosterSet{
				Questionnaire: q, Agencies: agencies, Base: "https://khaosat.example.vn", Size: size, Address: address, Lang: lang, Places: places,
			})
		}
	}
	slips := func(w io.Writer) error {
		s, err := NewSlipWriter(w, SlipSet{Base: "https://khaosat.example.vn", Expires: "2026-12-31", Lang: lang})
		if err != nil {
			return err
		}
		for i := range SlipsOnSheet + 1 {
			err = errors.Join(err, s.Write(Slip{Dossier: fmt.Sprintf("H05-%d <b>", i), Agency: "Phường Bắc Giang", Code: "ABCD-EFGH-JKM"}))
		}
		return errors.Join(err, s.Close())
	}
	in := FormInput{
		Frame: Frame{Lang: lang, URL: "/embed/counter?agency=bn-1&lang=" + lang}, Lang: lang, Questionnaire: counter, Agency: "Phường Bắc Giang",
		Draft: "ABCDEFGHABCDEFGHABCDEFGHAB", Started: "1790000000", Carry: []Field{{"effort", "x.y"}, {"solution", ""}},
	}
	wrong := in
	wrong.Problems = []errs.Problem{{Item: "served", Code: "required"}, {Code: "survey_closed"}}
	frame := Frame{Lang: lang, URL: "/embed/counter"}
	return []document{
		{"posters_a4", posters(counter, SizeA4, "/s/counter/poster?agency=bn-1", Place{Survey: "counter", Agency: "bn-1", Counter: "Q-1", Channel: "qr"}, Place{Survey: "counter", Agency: "bn-2", Channel: "qr"})},
		{"posters_card", posters(sipas, SizeCard, "", Place{Survey: "sipas", Channel: "qr"})},
		{"slips", slips},
		{"widget", NewWidget(in, "dark", nil).Write},
		{"widget_wrong", NewWidget(wrong, "<b>", nil).Write},
		{"widget_done", NewWidgetDone(frame, Teller{Questionnaire: counter, Lang: lang}, "", "K7MP-4WQX-92HB").Write},
		{"widget_refused", NewWidgetRefused(frame, "Ý kiến <tại> quầy", "light", "Không được <b>", "/s/counter?agency=bn-1&lang=vi").Write},
	}
}

// ownStyle is the style sheet in a document that needs no file beside it.
var ownStyle = regexp.MustCompile(`(?s)<style>.*</style>`)

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		for _, d := range documents(t, lang) {
			t.Run(lang+"/"+d.name, func(t *testing.T) {
				t.Parallel()
				var b bytes.Buffer
				if err := d.write(&b); err != nil {
					t.Fatal(err)
				}
				checkTags(t, b.String())
				got := ownStyle.ReplaceAllString(normal(b.String()), "<style>STYLE</style>")
				for _, never := range []string{"<b>", "<x>", "ZgotmplZ", "{{", "<no value>", "onclick", "javascript:"} {
					if strings.Contains(got, never) {
						t.Errorf("got a document with %q", never)
					}
				}
				file := filepath.Join("testdata", "golden", lang, d.name+".html")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatalf("%v (write it with -update)", err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("document differs from %s (-want +got):\n%s", file, diff)
				}
			})
		}
	}
}

// A document that can't be written to its end says so.
func TestDocumentsBreakOff(t *testing.T) {
	t.Parallel()
	for _, d := range documents(t, "vi") {
		if err := d.write(brokenWriter{}); err == nil {
			t.Errorf("%s: got no error", d.name)
		}
	}
}

var errBroken = errors.New("the disk is full")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

// What a poster asks in large letters is the question itself, where there is one
// for everybody that needs no answer to be put.
func TestHeadline(t *testing.T) {
	t.Parallel()
	text := func(s string) questionnaire.Text { return questionnaire.Text{"vi": s} }
	title := text("tên")
	item := func(kind questionnaire.ItemType, s, showIf string) questionnaire.Item {
		return questionnaire.Item{Type: kind, Text: text(s), ShowIf: showIf}
	}
	for _, c := range []struct {
		want  string
		items []questionnaire.Item
	}{
		{"hỏi", []questionnaire.Item{item(questionnaire.Scale, "hỏi", "")}},
		{"hỏi", []questionnaire.Item{item(questionnaire.Note, "lời", ""), item(questionnaire.Scale, "hỏi", ""), item(questionnaire.TextType, "vì sao", "x = 1"), item(questionnaire.Hidden, "", "")}},
		{"tên", []questionnaire.Item{item(questionnaire.Scale, "hỏi", ""), item(questionnaire.Scale, "hỏi nữa", "")}},
		{"tên", []questionnaire.Item{item(questionnaire.Matrix, "hỏi", "")}},
		{"tên", []questionnaire.Item{item(questionnaire.Note, "lời", "")}},
		{"tên", nil},
	} {
		q := &questionnaire.Questionnaire{Title: title, Pages: []questionnaire.Page{{Items: c.items}}}
		if got := headline(q).In("vi"); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.items, got, c.want)
		}
	}
}

// A widget asks only what it can: everything else is refused before anybody
// begins.
func TestWidgetItems(t *testing.T) {
	t.Parallel()
	for slug, want := range map[string]bool{"counter": true, "sipas": false, "every": false} {
		if first, _ := WidgetItems(survey(t, slug)); (first != nil) != want {
			t.Errorf("%s: got %v, want %v", slug, first, want)
		}
	}
	consent := *survey(t, "counter")
	consent.Consent = new(questionnaire.Consent)
	if first, second := WidgetItems(&consent); first != nil || second != nil {
		t.Errorf("with a consent: got %v, %v", first, second)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	p := Place{Survey: "sipas", Agency: "bn-1", Counter: "Q1", Channel: "kiosk", Pass: "a&b", Parameters: []Field{{"from", "x y"}}}
	for _, c := range [][2]string{
		{p.Form(), "/s/sipas?agency=bn-1&channel=kiosk&counter=Q1&from=x+y&k=a%26b"},
		{p.Kiosk(), "/kiosk/sipas?agency=bn-1&counter=Q1&from=x+y&k=a%26b"},
		{p.Short(), "/q/sipas/bn-1/Q1"},
		{Place{Survey: "sipas", Counter: "Q1"}.Short(), "/q/sipas"},
		{Place{Survey: "sipas"}.Form(), "/s/sipas"},
		{Letters("https://a.vn/q/x"), "a.vn/q/x"},
		{Letters("a.vn"), "a.vn"},
		{strings.Join(pieces("khao-sat.bn.gov.vn:8080/q/one-stop/x1"), " "), "khao-sat .bn .gov .vn:8080/ q/ one-stop/ x1"},
	} {
		if c[0] != c[1] {
			t.Errorf("got %q, want %q", c[0], c[1])
		}
	}
}

func TestParseBase(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://KhaoSat.example.vn":  "https://khaosat.example.vn",
		"\thttps://a.vn:8443/\n":      "https://a.vn:8443",
		"http://[::1]:80":             "http://[::1]:80",
		"http://localhost:8080":       "http://localhost:8080",
		"https://xn--kho-st-lva9q.vn": "https://xn--kho-st-lva9q.vn",
	} {
		if got, err := ParseBase(text); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "a.vn", "//a.vn", "ftp://a.vn", "javascript:alert(1)", "https://", "https://a.vn/path", "https://a.vn?x=1", "https://a.vn?", "https://a.vn#x",
		"https://u:p@a.vn", "https://a.vn\"><script>", "https://khảo-sát.vn", "https://a b.vn", "https://" + strings.Repeat("a", 300) + ".vn", "https://a.vn:x",
	} {
		if got, err := ParseBase(text); err == nil {
			t.Errorf("%q: got %q, want an error", text, got)
		}
	}
}

// Whatever base is taken can stand in a page and in front of a path.
func FuzzParseBase(f *testing.F) {
	for _, s := range []string{"https://a.vn", "http://[::1]:80/", "https://a.vn?", "https://%61.vn", "https://a.vn:", "HTTPS://A"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, err := ParseBase(text)
		if err != nil {
			return
		}
		again, err := ParseBase(base)
		if err != nil || again != base {
			t.Fatalf("%q: got %q, and from that %q, %v", text, base, again, err)
		}
		var b bytes.Buffer
		if err := xml.EscapeText(&b, []byte(base)); err != nil || b.String() != base {
			t.Fatalf("%q: got %q, which needs escapes", text, base)
		}
	})
}
