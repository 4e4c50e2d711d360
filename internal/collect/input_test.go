package collect

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestFingerprint(t *testing.T) {
	t.Parallel()
	base := func() *Input {
		return &Input{
			Survey: "trial", Key: "k", Version: "v", Agency: "a", Resolver: "r", Wave: "w", Service: "s", Channel: "qr", Lang: "vi", Seconds: 5,
			Answers: answers(t, `{"level":"4","needs":["a","b"],"times":3,"staff":{"x":"1","y":"2"},"comment":"yes"}`),
		}
	}
	want := base().Fingerprint(nil)
	for name, change := range map[string]func(in *Input){
		"nothing":           func(*Input) {},
		"order of answers":  func(in *Input) { slices.Reverse(in.Answers) },
		"order of codes":    func(in *Input) { slices.Reverse(in.Answers[1].Value.List) },
		"order of rows":     func(in *Input) { slices.Reverse(in.Answers[3].Value.Rows) },
		"null":              func(in *Input) { in.Answers = append(in.Answers, Field{Item: "z"}) },
		"nothing chosen":    func(in *Input) { in.Answers = append(in.Answers, Field{"z", Value{Kind: List}}) },
		"null in a row":     func(in *Input) { in.Answers[3].Value.Rows = append(in.Answers[3].Value.Rows, Field{Item: "z"}) },
		"4 as a number":     func(in *Input) { in.Answers[0].Value.Kind = Number },
		"language":          func(in *Input) { in.Lang = "en" },
		"time taken":        func(in *Input) { in.Seconds = 9 },
		"version as sent":   func(in *Input) { in.Version = "" },
		"one code, no list": func(in *Input) { in.Answers[0].Value = Value{Kind: List, List: []string{"4"}} },
	} {
		in := base()
		change(in)
		if got := in.Fingerprint(nil); got != want {
			t.Errorf("%s: got %x, want %x", name, got, want)
		}
	}
	for name, change := range map[string]func(in *Input){
		"agency":                 func(in *Input) { in.Agency = "b" },
		"agency and resolver":    func(in *Input) { in.Agency, in.Resolver = in.Resolver, in.Agency },
		"agency into resolver":   func(in *Input) { in.Agency, in.Resolver = "ar", "" },
		"resolver":               func(in *Input) { in.Resolver = "" },
		"wave":                   func(in *Input) { in.Wave = "" },
		"service":                func(in *Input) { in.Service = "t" },
		"channel":                func(in *Input) { in.Channel = "link" },
		"an answer":              func(in *Input) { in.Answers[0].Value.Text = "5" },
		"an answer less":         func(in *Input) { in.Answers = in.Answers[1:] },
		"an answer more":         func(in *Input) { in.Answers = append(in.Answers, Field{"z", Value{Kind: String}}) },
		"a code less":            func(in *Input) { in.Answers[1].Value.List = []string{"a"} },
		"a code twice":           func(in *Input) { in.Answers[1].Value.List = []string{"a", "a", "b"} },
		"other codes":            func(in *Input) { in.Answers[1].Value.List = []string{"a", "c"} },
		"the item":               func(in *Input) { in.Answers[0].Item = "place" },
		"a row":                  func(in *Input) { in.Answers[3].Value.Rows[0].Value.Text = "3" },
		"rows that change sides": func(in *Input) { r := in.Answers[3].Value.Rows; r[0].Item, r[1].Item = r[1].Item, r[0].Item },
		"the matrix of the rows": func(in *Input) { in.Answers[3].Item = "office" },
		"a space":                func(in *Input) { in.Answers[4].Value.Text = "yes " },
	} {
		in := base()
		change(in)
		if got := in.Fingerprint(nil); got == want {
			t.Errorf("%s: got the same fingerprint", name)
		}
	}
	if (&Input{}).Fingerprint(nil) == 0 {
		t.Error("got 0")
	}
}

// Answers that change places must not cancel out: sums of plain FNV digests do
// so for a part of all pairs of items, and for the sets {a, d} and {b, c}.
func TestFingerprintOfSwaps(t *testing.T) {
	t.Parallel()
	field := func(item int, code string) Field {
		return Field{fmt.Sprintf("item_%d", item), Value{Kind: String, Text: code}}
	}
	for a := range 60 {
		for b := range a {
			for _, codes := range [][2]string{{"1", "2"}, {"4", "5"}, {"yes", "no"}, {"a", "c"}} {
				one := Input{Answers: []Field{field(a, codes[0]), field(b, codes[1])}}
				other := Input{Answers: []Field{field(a, codes[1]), field(b, codes[0])}}
				if one.Fingerprint(nil) == other.Fingerprint(nil) {
					t.Errorf("items %d and %d with %v", a, b, codes)
				}
			}
		}
		one := Input{Answers: []Field{{fmt.Sprintf("item_%d", a), Value{Kind: List, List: []string{"a", "d"}}}}}
		other := Input{Answers: []Field{{fmt.Sprintf("item_%d", a), Value{Kind: List, List: []string{"b", "c"}}}}}
		if one.Fingerprint(nil) == other.Fingerprint(nil) {
			t.Errorf("item %d: {a, d} is {b, c}", a)
		}
	}
}

// Submissions made at random have the same fingerprint only if they say the same.
func TestFingerprintTellsSubmissionsApart(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	seen := map[uint64]string{}
	for range 30_000 {
		said := map[string]string{}
		var fields []Field
		for item := range 6 {
			id := fmt.Sprintf("q%d", item)
			switch r.IntN(4) {
			case 0: // left out, or null
				if r.IntN(2) == 0 {
					fields = append(fields, Field{Item: id})
				}
			case 1:
				said[id] = fmt.Sprint(r.IntN(3))
				fields = append(fields, Field{id, Value{Kind: ValueKind(1 + r.IntN(2)), Text: said[id]}})
			default:
				codes := slices.DeleteFunc([]string{"0", "1", "2", "3", "10"}, func(string) bool { return r.IntN(2) == 0 })
				said[id] = strings.Join(codes, ",")
				r.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
				fields = append(fields, Field{id, Value{Kind: List, List: codes}})
				if len(codes) == 0 {
					delete(said, id)
				}
			}
		}
		r.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
		text := ""
		for _, id := range slices.Sorted(maps.Keys(said)) {
			text += id + "=" + said[id] + ";"
		}
		fingerprint := (&Input{Answers: fields}).Fingerprint(nil)
		if before, ok := seen[fingerprint]; ok && before != text {
			t.Fatalf("%s has the fingerprint of %s", text, before)
		}
		seen[fingerprint] = text
	}
}

// The fingerprint is stored for ever: it must be the same in every version of
// the program.
func TestFingerprintIsPinned(t *testing.T) {
	t.Parallel()
	in := Input{Agency: "tan-chi", Channel: "qr", Answers: answers(t, `{"level":4,"needs":["a","b"],"staff":{"staff_kind":"1"},"comment":"tốt"}`)}
	if got, want := in.Fingerprint(nil), uint64(0x42d7f2657f068471); got != want {
		t.Errorf("got %#x, want %#x", got, want)
	}
}
