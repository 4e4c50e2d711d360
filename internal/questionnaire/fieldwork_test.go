package questionnaire

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseHours(t *testing.T) {
	t.Parallel()
	for hours, want := range map[string][2]int{
		"07:00-17:30": {420, 1050}, "00:00-24:00": {0, 1440}, "23:59-00:00": {1439, 0},
	} {
		if from, to, ok := ParseHours(hours); !ok || from != want[0] || to != want[1] {
			t.Errorf("%s: got %d to %d, %v; want %v", hours, from, to, ok, want)
		}
	}
	for _, hours := range []string{
		"", "07:00", "7:00-17:30", "07:00-17:60", "24:00-24:00", "07:00-24:01", "07:00 - 17:30", "07:00–17:30", "07:00-17:30\n", "０７:00-17:30",
	} {
		if from, to, ok := ParseHours(hours); ok || from != 0 || to != 0 {
			t.Errorf("%q: got %d to %d, want none", hours, from, to)
		}
	}
}

func TestValidOrigin(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", 63)
	for _, origin := range []string{
		"*", "https://portal.vn", "https://*.bacninh.gov.vn", "https://10.0.0.7:8443", "https://localhost", "https://xn--cng-5rz.vn",
		"https://" + label + "." + label,
	} {
		if !ValidOrigin(origin) {
			t.Errorf("%s is refused", origin)
		}
	}
	for _, origin := range []string{
		"", "**", "portal.vn", "http://portal.vn", "https://", "https://*", "https://*portal.vn", "https://portal.vn/", "https://portal.vn:0",
		"https://portal.vn:443443", "https://a b.vn", "https://a.vn;", "https://a.vn 'unsafe-inline'", "https://a.vn\r\nX: y", "https://a.vn\n", "https://a.vn,",
		"https://u@a.vn", "https://-a.vn", "https://a-.vn", "https://a..vn", "https://A.vn", "https://" + label + "a.vn", "'self'", "javascript:alert(1)",
		"https://" + strings.Repeat("a.", 5000) + "vn",
	} {
		if ValidOrigin(origin) {
			t.Errorf("%q is taken", origin)
		}
	}
}

// Keys of places and devices are read, and written again as they were; they are
// no part of the version.
func TestFieldworkOfPlaces(t *testing.T) {
	t.Parallel()
	const file = "title: {vi: T}\nlanguages: [vi]\npages:\n  - id: p\n    items:\n      - {id: a, type: text, text: {vi: A}}\n%s"
	parse := func(fieldwork string) *Survey {
		t.Helper()
		s, err := Parse("s", "survey.yaml", fmt.Appendf(nil, file, fieldwork))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	plain := parse("")
	for fieldwork, want := range map[string]Fieldwork{
		"": {},
		"fieldwork: {proof_of_work: false, passes: optional, embed: [], hours: \"\"}":                         {},
		"fieldwork: {proof_of_work: true}":                                                                    {Effort: true},
		"fieldwork: {passes: required}":                                                                       {Passes: true},
		"fieldwork: {embed: [https://a.vn, \"https://*.b.vn\"]}":                                              {Embed: []string{"https://a.vn", "https://*.b.vn"}},
		"fieldwork: {hours: 07:00-17:30}":                                                                     {Hours: "07:00-17:30"},
		"fieldwork: {proof_of_work: true, passes: required, embed: [\"*\"], hours: 00:00-24:00}":              {Effort: true, Passes: true, Embed: []string{"*"}, Hours: "00:00-24:00"},
		"fieldwork: {channels: [link, paper], proof_of_work: true, passes: required, hours: \"07:00-17:30\"}": {Channels: []string{"link", "paper"}, Effort: true, Passes: true, Hours: "07:00-17:30"},
	} {
		s := parse(fieldwork)
		if diff := cmp.Diff(want, s.Fieldwork); diff != "" {
			t.Errorf("%s (-want +got):\n%s", fieldwork, diff)
		}
		if len(s.Warnings) > 0 {
			t.Errorf("%s: %v", fieldwork, s.Warnings)
		}
		if s.Questionnaire.Version != plain.Questionnaire.Version {
			t.Errorf("%s makes another version", fieldwork)
		}
	}
}
