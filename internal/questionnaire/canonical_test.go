package questionnaire

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/logic"
	"hailong/surveys"
)

// pinnedVersion is the version of testdata/canonical/pinned.txtar. If it
// changes, every stored response names a version that nobody can find any more:
// a new canonical form needs a new format number, and a reader for the old one.
const pinnedVersion = "c62cc30013bad172676620e164050af3059a6c4aa55ab2268ab18979b8421e5e"

func TestCanonicalIsPinned(t *testing.T) {
	t.Parallel()
	q := good(t, "pinned")
	if q.Version != pinnedVersion {
		t.Errorf("got version %s, want %s", q.Version, pinnedVersion)
	}
}

// firstVersions are those of the files that were shipped first, which are kept
// in testdata/shipped: what was collected with them is read for ever.
var firstVersions = map[string]string{
	"business-obstacles": "03270aec0a881e4542eb9dc3ddd247b03e25ce857aa7ebdf45f47349b2e3e3ee",
	"counter":            "7fc960635e78de5bf8252dca929e33bcf99fc00c1f92aae2536de85919bcf199",
	"sipas":              "88f04dc2b4305281faa7b010abb0aa0e83a71180065007db5266b084e2081240",
}

func TestFirstVersionsAreKept(t *testing.T) {
	t.Parallel()
	for slug, version := range firstVersions {
		src, err := os.ReadFile("testdata/shipped/" + slug + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse(slug, "survey.yaml", src)
		if err != nil {
			t.Error(err)
			continue
		}
		if s.Questionnaire.Version != version || len(s.Warnings) > 0 {
			t.Errorf("%s: got version %s and %v, want %s", slug, s.Questionnaire.Version, s.Warnings, version)
		}
	}
}

// Every case is a file without mistakes, and its canonical form.
func TestCanonical(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/canonical/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			list := sections(t, file)
			s, err := Parse("sample", "survey.yaml", []byte(list[0].body))
			if err != nil {
				t.Fatal(err)
			}
			got := string(s.Questionnaire.Canonical()) + "\n"
			if *update {
				out := "-- " + list[0].name + " --\n" + list[0].body + "-- canonical --\n" + got
				if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(list[1].body, got); diff != "" {
				t.Errorf("canonical form (-want +got):\n%s", diff)
			}
		})
	}
}

// source returns the YAML of a case without mistakes.
func source(t *testing.T, name string) string {
	t.Helper()
	return sections(t, "testdata/canonical/"+name+".txtar")[0].body
}

func good(t *testing.T, name string) *Questionnaire {
	t.Helper()
	s, err := Parse("sample", "survey.yaml", []byte(source(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Questionnaire
}

// all returns the questionnaires of the cases and those that are shipped.
func all(t *testing.T) map[string]*Questionnaire {
	t.Helper()
	list := map[string]*Questionnaire{}
	for _, name := range []string{"pinned", "least", "languages", "everything", "measures"} {
		list[name] = good(t, name)
	}
	shipped, err := LoadAll(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shipped {
		list[s.Questionnaire.Survey] = s.Questionnaire
	}
	return list
}

// everything compares with what is not exported and what was computed.
var everything = cmp.Exporter(func(reflect.Type) bool { return true })

func TestDecodeRebuilds(t *testing.T) {
	t.Parallel()
	for name, q := range all(t) {
		got, err := Decode(q.Canonical())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := *q
		want.Notes = "" // for authors only
		if diff := cmp.Diff(&want, got, everything); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got.Version != q.Version || len(q.Version) != 64 || got.Slots() != q.Slots() {
			t.Errorf("%s: got version %s with %d slots, want %s with %d", name, got.Version, got.Slots(), q.Version, q.Slots())
		}
	}
}

func TestDecodedConditionsWork(t *testing.T) {
	t.Parallel()
	q, err := Decode(good(t, "pinned").Canonical())
	if err != nil {
		t.Fatal(err)
	}
	why := q.Item("why")
	for _, row := range []struct {
		quality, needs logic.Value
		want           bool
	}{
		{q.Variable("quality").Value(0, 0, 0, ""), q.Variable("needs").Value(0, 0b01, 0, ""), true},
		{q.Variable("quality").Value(1, 0, 0, ""), q.Variable("needs").Value(0, 0b01, 0, ""), false},
		{q.Variable("quality").Value(0, 0, 0, ""), q.Variable("needs").Value(0, 0b10, 0, ""), false},
		{logic.Value{}, q.Variable("needs").Value(0, 0b01, 0, ""), false},
		{q.Variable("quality").Value(0, 0, 0, ""), logic.Value{}, false},
	} {
		got := why.Shown(func(id string) logic.Value {
			return map[string]logic.Value{"quality": row.quality, "needs": row.needs}[id]
		})
		if got != row.want {
			t.Errorf("quality %+v, needs %+v: shown %v, want %v", row.quality, row.needs, got, row.want)
		}
	}
	if !q.Item("times").Shown(nil) {
		t.Error("an item without a condition is always shown")
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	pinned, all := string(good(t, "pinned").Canonical()), string(good(t, "everything").Canonical())
	scored := string(good(t, "measures").Canonical())
	for name, canonical := range map[string]string{
		"nothing":              "",
		"null":                 "null",
		"no JSON":              "title: x",
		"half":                 pinned[:len(pinned)/2],
		"something behind it":  pinned + " ",
		"two":                  pinned + pinned,
		"spaces":               strings.Replace(pinned, ":", ": ", 1),
		"another format":       strings.Replace(pinned, `"format":1`, `"format":2`, 1),
		"an unknown key":       strings.Replace(pinned, `"grain"`, `"colour":"red","grain"`, 1),
		"keys in capitals":     strings.Replace(pinned, `"grain"`, `"Grain"`, 1),
		"an unknown item type": strings.Replace(pinned, `"type":"number"`, `"type":"slider"`, 1),
		"two items of one id":  strings.Replace(pinned, `"id":"times"`, `"id":"why"`, 1),
		"two rows of one id":   strings.Replace(pinned, `"id":"polite"`, `"id":"clear"`, 1),
		"a broken condition":   strings.Replace(pinned, `"show_if":"`, `"show_if":"( `, 1),
		"a broken end":         strings.Replace(all, `"if":"happy`, `"if":"( happy`, 1),
		"a broken check":       strings.Replace(all, `"require":"cost`, `"require":"( cost`, 1),
		"a check elsewhere":    strings.Replace(all, `"item":"cost"`, `"item":"happy"`, 1),
		"a check nowhere":      strings.Replace(all, `"item":"cost"`, `"item":"gone"`, 1),
		"too many ranks":       strings.Replace(all, `"ranks":2`, `"ranks":2000000000`, 1),
		"fewer than no ranks":  strings.Replace(all, `"ranks":2`, `"ranks":-1`, 1),
		"an id made twice":     strings.Replace(all, `"id":"people"`, `"id":"best_1"`, 1),
		"repeats for nothing":  strings.ReplaceAll(all, `"repeat":"departments"`, `"repeat":"gone"`),
		"repeats for two":      strings.Replace(all, `"repeat":"departments"`, `"repeat":"where"`, 1),
		"repeats for itself":   strings.ReplaceAll(all, `"repeat":"departments"`, `"repeat":"late"`),
		"a personal number":    strings.Replace(all, `"id":"mail","type":"email"`, `"id":"mail","type":"number"`, 1),
		"a broken requirement": strings.Replace(all, `"required_if":"online`, `"required_if":"( online`, 1),
		"an unknown measure":   strings.Replace(scored, `"kind":"nps"`, `"kind":"median"`, 1),
		"an unknown base":      strings.Replace(scored, `"base":"with_dont_know"`, `"base":"everybody"`, 1),
		"a base in words":      strings.Replace(scored, `"base":"with_dont_know"`, `"base":"valid"`, 1),
		"a mean with a base":   strings.Replace(scored, `"kind":"top_box"`, `"kind":"mean"`, 1),
		"a share minus":        strings.Replace(scored, `"kind":"net"`, `"kind":"top_box"`, 1),
		"a code minus itself":  strings.Replace(scored, `"against":["1","2"]`, `"against":["1","4"]`, 1),
		"hidden in words":      strings.Replace(scored, `"all_same":"publish"`, `"all_same":"hide"`, 1),
		"a fine rounding":      strings.Replace(scored, `"rounding":0`, `"rounding":5`, 1),
		"a coarse rounding":    strings.Replace(scored, `"rounding":0`, `"rounding":-1`, 1),
		"deep nesting":         strings.Repeat(`{"pages":[`, 20_000),
	} {
		if name != "null" && (canonical == pinned || canonical == all || canonical == scored) {
			t.Errorf("%s: nothing was replaced", name)
		}
		if q, err := Decode([]byte(canonical)); err == nil {
			t.Errorf("%s: decoded as %.200s", name, q.Canonical())
		}
	}
}

func TestVersionFollowsWhatIsAsked(t *testing.T) {
	t.Parallel()
	src := source(t, "pinned")
	version := good(t, "pinned").Version
	for _, edit := range []struct {
		old, new string
		same     bool
	}{
		// what authors may do without making a new version
		{"# A survey", "# The survey", true},
		{"title: {vi: Một cửa, en: One-stop shop}", "title: {en: One-stop shop, vi: Một cửa}", true},
		{"title: {vi: Một cửa, en: One-stop shop}", "title:\n  vi: \"Một cửa\" # comment\n  en: 'One-stop shop  '", true},
		{"{id: quality, type: scale, scale: five,", "{scale: five, type: scale, id: quality,", true},
		{"quality<'2' and not", "(quality  <  '2') and not", true},
		{"notes: chưa xác nhận\n", "", true},
		{"channels: [qr]", "channels: [link, kiosk]", true},
		{`closes: "2026-03-31"`, `closes: "2026-04-30"`, true},
		{"aggregate: weighted_mean\n", "aggregate: weighted_mean\n\n", true},
		{"weight: 0.7", "weight: 0.70", true},
		{"pages:", "languages: [vi, en]\ngrain: month\nmin_n: 10\npages:", true},
		{"required: true, ", "required: true, help: , ", true},
		{"intro:", "disclosure: {min_n: 10, all_same: hide}\nintro:", true},
		{"intro:", "disclosure: {}\nintro:", true},
		{`codes: ["2"]`, `codes: ["2"], against: [], base: valid`, true},
		{"channels: [qr]", "channels: [qr]\n  sample: census\n  lonely: remove", true},
		{`closes: "2026-03-31"`, `closes: "2026-03-31", sample: probability, lonely: average`, true},
		// what makes a new one
		{"vi: Một cửa", "vi: Một Cửa", false},
		{"Takes 1 minute", "Takes 2 minutes", false},
		{"label: {vi: Kém", "label: {vi: Dở", false},
		{"{code: hours,", "{code: hour,", false},
		{"value: 2.5", "value: 2", false},
		{"exclusive: true, ", "", false},
		{"missing: [dont_know]", "missing: [dont_know, refused]", false},
		{"missing: []\n", "required: false\n", false},
		{"required: true", "required: false", false},
		{"max_chars: 200", "max_chars: 201", false},
		{"lines: 2", "lines: 3", false},
		{"quality<'2'", "quality<='2'", false},
		{"min: 0", "min: 1", false},
		{"decimals: 1", "decimals: 2", false},
		{"unit: {vi: lần, en: times}, ", "", false},
		{"{id: polite, text: {vi: Lịch sự, en: Polite}}, {id: clear, text: {vi: Rõ ràng, en: Clear}}", "{id: clear, text: {vi: Rõ ràng, en: Clear}}, {id: polite, text: {vi: Lịch sự, en: Polite}}", false},
		{`codes: ["2"]`, `codes: ["1", "2"]`, false},
		{`codes: ["2"]`, `codes: ["2"], base: with_dont_know`, false},
		{"kind: top_box", "kind: bottom_box", false},
		{`kind: top_box, codes: ["2"]`, `kind: net, codes: ["2"], against: ["1"]`, false},
		{"kind: mean", "kind: score100", false},
		{"intro:", "disclosure: {min_n: 11}\nintro:", false},
		{"intro:", "disclosure: {all_same: publish}\nintro:", false},
		{"intro:", "rounding: 2\nintro:", false},
		{"weight: 0.7", "weight: 0.70000000001", false},
		{"aggregate: pooled, ", "", false},
		{"items: [staff]", "items: [polite]", false},
		{"method: thử nghiệm", "method: khác", false},
		{"intro:", "min_n: 11\nintro:", false},
		{"intro:", "grain: day\nintro:", false},
		{"intro:", "survey: renamed\nintro:", false},
		{"intro:", "languages: [en, vi]\nintro:", false},
	} {
		if strings.Count(src, edit.old) < 1 {
			t.Errorf("%q is not in the file", edit.old)
			continue
		}
		s, err := Parse("sample", "survey.yaml", []byte(strings.Replace(src, edit.old, edit.new, 1)))
		if err != nil {
			t.Errorf("%q → %q: %v", edit.old, edit.new, err)
			continue
		}
		if same := s.Questionnaire.Version == version; same != edit.same {
			t.Errorf("%q → %q: the same version: %v, want %v", edit.old, edit.new, same, edit.same)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"pinned", "least", "languages", "everything", "measures"} {
		list, err := filepath.Glob("testdata/canonical/" + name + ".txtar")
		if err != nil || len(list) != 1 {
			f.Fatal("no seed", err)
		}
		b, err := os.ReadFile(list[0])
		if err != nil {
			f.Fatal(err)
		}
		_, canonical, _ := strings.Cut(string(b), "-- canonical --\n")
		f.Add([]byte(strings.TrimSuffix(canonical, "\n")))
	}
	f.Fuzz(func(t *testing.T, canonical []byte) {
		q, err := Decode(canonical)
		if err != nil {
			if q != nil || errors.Unwrap(err) == nil && err.Error() == "" {
				t.Fatal("neither a questionnaire nor an error")
			}
			return
		}
		if !bytes.Equal(q.Canonical(), canonical) {
			t.Fatalf("got %s, want %s", q.Canonical(), canonical)
		}
		use(q)
	})
}

// use does with a questionnaire what others do: nothing of it may fail.
func use(q *Questionnaire) {
	none := func(string) logic.Value { return logic.Value{} }
	for i := range q.Variables() {
		v := &q.Variables()[i]
		for _, option := range []int{-1, 0, 1 << 20} {
			v.Value(option, 1<<63|3, 1e300, "x")
		}
		v.Text().In("vi")
		v.Option("x")
		q.Repeated(v)
	}
	for p := range q.Pages {
		page := &q.Pages[p]
		for i := range page.Items {
			it := &page.Items[i]
			it.Shown(none)
			it.Must(none)
			it.Work(none)
			it.Fits("x")
			it.Compiled()
			it.Reads()
			it.ShownOptions(1)
			it.ShownRows(1)
		}
		page.ShownItems(1)
		for i := range page.Checks {
			page.Checks[i].Broken(none)
		}
	}
	for i := range q.Images {
		q.Image(q.Images[i].Name)
		q.Images[i].Hash()
	}
	q.Choice()
	q.End(none)
}
