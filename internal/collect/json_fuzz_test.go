package collect

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/errs"
	"hailong/internal/response"
)

// FuzzReadJSON compares with encoding/json: what is accepted is what stands in
// the body, and all that stands in a body of the right form is accepted.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{
		`{"agency": "x07210", "channel": "qr", "answers": {"access_signs": "5", "needs": ["a", "b"], "times": 2}}`,
		`{"resolver":null,"seconds":7,"answers":{"m":{"r":1,"s":null},"t":"\ud83d\ude00\\\"\/\b\f\n\r\t","n":[1,"x",true]}}`,
		`{"effort":{"challenge":"c","solution":"5"},"pass":"p","counter":"Q1","invitation":"0123"}`, `{"effort":{"x":null}}`, `{"effort":[]}`,
		`{"invitation":null,"version":"","wave":"w","service":"s","lang":"vi"}`, `{"answers":{"a":1,"a":2}}`,
		`{"answers":{"a":-0.5e+3}}`, `{"x":[[[[[[[[]]]]]]]]}`, `{"seconds":-1}`, "{\"a\":\"\xff\"}", `{"agency":"\ud800"}`, `{} {}`, `nul`, `{"a":tru}`,
		`{"consent":true,"parameters":{"a":"b"},"repeat":[{"agency":"so1","answers":{"level":1}}]}`, `{"repeat":[{"agency":""}],"parameters":{"a":1},"consent":0}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		in, err := ReadJSON(body)
		want := expect(body)
		if got := outcome(err); got != want && !halves(body) {
			t.Fatalf("%q: got %d (%v), want %d", body, got, err, want)
		}
		if err != nil {
			return
		}
		var root map[string]any
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&root); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		for name, got := range map[string]string{
			"agency": in.Agency, "resolver": in.Resolver, "wave": in.Wave, "service": in.Service, "channel": in.Channel, "lang": in.Lang, "version": in.Version,
		} {
			if want, _ := root[name].(string); got != want {
				t.Fatalf("%q: %s: got %q, want %q", body, name, got, want)
			}
		}
		sent, _ := root["answers"].(map[string]any)
		last := map[string]Value{}
		for _, field := range in.Answers {
			last[field.Item] = field.Value
		}
		if len(last) != len(sent) {
			t.Fatalf("%q: got %d answers, want %d", body, len(last), len(sent))
		}
		for name, value := range last {
			if !equal(value, sent[name]) {
				t.Fatalf("%q: %q: got %+v, want %v", body, name, value, sent[name])
			}
		}
		in.Fingerprint(nil)
		if in.Consent != (root["consent"] == true) {
			t.Fatalf("%q: got consent %t", body, in.Consent)
		}
		if list, _ := root["repeat"].([]any); len(list) != len(in.Repeats) {
			t.Fatalf("%q: got %d repeats", body, len(in.Repeats))
		}
	})
}

// The outcomes of reading a body.
const (
	accepted = iota
	refusedAsMalformed
	refusedAsInvalid
)

func outcome(err error) int {
	switch {
	case err == nil:
		return accepted
	case errs.KindOf(err) == errs.Invalid:
		return refusedAsInvalid
	default:
		return refusedAsMalformed
	}
}

// halves reports whether a body may have halves of surrogate pairs, which
// encoding/json reads as something else.
func halves(body string) bool { return strings.Contains(strings.ToLower(body), `\ud`) }

// expect tells by encoding/json what becomes of a body.
func expect(body string) int {
	if !json.Valid([]byte(body)) || !utf8.ValidString(body) {
		return refusedAsMalformed
	}
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	seen := map[string]bool{}
	result := accepted
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return result
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if depth++; depth > maxDepth || depth == 1 && token != json.Delim('{') {
				return refusedAsMalformed
			}
			continue
		case json.Delim('}'), json.Delim(']'):
			depth--
			continue
		}
		if depth == 0 {
			return refusedAsMalformed
		}
		if depth > 1 {
			continue
		}
		name, _ := token.(string)
		if seen[name] {
			return refusedAsMalformed
		}
		if seen[name] = true; len(seen) > maxNames {
			return refusedAsMalformed
		}
		rest := d.InputOffset()
		colon := rest + int64(strings.IndexByte(body[rest:], ':')) + 1
		first := strings.TrimLeft(body[colon:], " \t\r\n")[0]
		fits := false
		switch name {
		case "agency", "resolver", "wave", "service", "channel", "lang", "version", "invitation", "counter", "pass":
			fits = first == '"' || first == 'n'
		case "answers":
			fits = first == '{'
		case "seconds":
			value := body[colon:]
			end := strings.IndexAny(value, ",}")
			n, err := strconv.Atoi(strings.TrimSpace(value[:end]))
			fits = first == 'n' || err == nil && n >= 0
		case "consent":
			fits = first == 'n' || first == 't' || first == 'f'
		case "parameters", "repeat", "effort":
			var wrong int
			if wrong = expectParts(name, body[colon:]); wrong == refusedAsMalformed {
				return wrong
			}
			fits = wrong == accepted
		}
		if !fits {
			result = refusedAsInvalid
		}
		if first != '{' && first != '[' {
			if _, err := d.Token(); err != nil {
				return refusedAsMalformed
			}
		}
	}
}

// expectParts tells what becomes of the parameters or repeats at the beginning
// of a text.
func expectParts(name, rest string) int {
	var raw json.RawMessage
	if json.NewDecoder(strings.NewReader(rest)).Decode(&raw) != nil {
		return refusedAsMalformed
	}
	parts := []json.RawMessage{raw}
	switch {
	case string(raw) == "null":
		return accepted
	case name == "repeat" && raw[0] != '[', name != "repeat" && raw[0] != '{':
		return refusedAsInvalid
	case name == "repeat":
		if json.Unmarshal(raw, &parts) != nil {
			return refusedAsMalformed
		}
	}
	result := accepted
	if name == "repeat" && len(parts) > response.MaxRepeats {
		result = refusedAsInvalid
	}
	for _, part := range parts {
		if part[0] != '{' {
			result = refusedAsInvalid
			continue
		}
		fields, twice := members(part)
		if twice || name == "repeat" && len(fields) > maxNames {
			return refusedAsMalformed
		}
		if name == "repeat" {
			var agency string
			_ = json.Unmarshal(fields["agency"], &agency)
			answers, sent := fields["answers"]
			if agency == "" || sent && answers[0] != '{' {
				result = refusedAsInvalid
			}
			delete(fields, "agency")
			delete(fields, "answers")
			if len(fields) > 0 {
				result = refusedAsInvalid
			}
			continue
		}
		for key, value := range fields {
			if name == "effort" && key != "challenge" && key != "solution" {
				result = refusedAsInvalid
			}
			if value[0] != '"' && value[0] != 'n' {
				result = refusedAsInvalid
			}
		}
	}
	return result
}

// members reads the members of an object, and whether a name is there twice.
func members(object json.RawMessage) (fields map[string]json.RawMessage, twice bool) {
	fields = map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(object))
	_, _ = d.Token()
	for d.More() {
		token, _ := d.Token()
		name, _ := token.(string)
		var value json.RawMessage
		_ = d.Decode(&value)
		if _, ok := fields[name]; ok {
			twice = true
		}
		fields[name] = value
	}
	return fields, twice
}

// equal reports whether a value is what encoding/json reads.
func equal(got Value, want any) bool {
	switch want := want.(type) {
	case nil:
		return got.Kind == None
	case string:
		return got.Kind == String && got.Text == want
	case json.Number:
		return got.Kind == Number && got.Text == want.String()
	case bool:
		return got.Kind == Other && got.Text == strconv.FormatBool(want)
	case map[string]any:
		last := map[string]Value{}
		for _, field := range got.Rows {
			last[field.Item] = field.Value
		}
		for name, value := range want {
			if v, ok := last[name]; !ok || !equal(v, value) {
				return false
			}
		}
		return got.Kind == Rows && len(last) == len(want)
	case []any:
		var texts []string
		for _, element := range want {
			switch element := element.(type) {
			case string:
				texts = append(texts, element)
			case json.Number:
				texts = append(texts, element.String())
			default:
				return got.Kind == Other
			}
		}
		return got.Kind == List && cmp.Equal(got.List, texts)
	}
	return false
}
