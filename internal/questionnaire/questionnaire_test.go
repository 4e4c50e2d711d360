package questionnaire

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/logic"
)

func TestVariables(t *testing.T) {
	t.Parallel()
	q := good(t, "pinned")
	type variable struct {
		ID, Item string
		Kind     VariableKind
		Page     int
		Slot     int
		Slots    int
		Text     string
	}
	var got []variable
	for i, v := range q.Variables() {
		if v.Index != i {
			t.Errorf("%s has index %d, want %d", v.ID, v.Index, i)
		}
		if q.Variable(v.ID) != &q.Variables()[i] {
			t.Errorf("%s is not found by its id", v.ID)
		}
		if q.Item(v.Item.ID) != v.Item {
			t.Errorf("%s: its item is not found by its id", v.ID)
		}
		got = append(got, variable{v.ID, v.Item.ID, v.Kind, v.Page, v.Slot, v.Slots, v.Text()["en"]})
	}
	want := []variable{
		{"quality", "quality", OneOf, 0, 0, 8, "Quality"},
		{"needs", "needs", SetOf, 0, 8, 8, "Needs?"},
		{"why", "why", Words, 1, 16, 6, "Why?"},
		{"times", "times", Amount, 1, 22, 6, "How often?"},
		{"polite", "staff", OneOf, 1, 28, 8, "Polite"},
		{"clear", "staff", OneOf, 1, 36, 8, "Clear"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	if got, want := q.Slots(), 44+2*PoolSlots; got != want {
		t.Errorf("got %d slots, want %d", got, want)
	}
	if q.Variable("staff") != nil || q.Variable("gone") != nil {
		t.Error("a matrix is no variable, nor is what is not there")
	}
	if q.Item("staff") == nil || q.Item("polite") != nil {
		t.Error("a matrix is an item, a row is none")
	}
	if got := q.Variable("needs").Option("none"); got != 1 {
		t.Errorf("got option %d, want 1", got)
	}
	if got := q.Variable("needs").Option("dont_know"); got != -1 {
		t.Errorf("got option %d, want -1", got)
	}
}

func TestSlotsDoNotOverlap(t *testing.T) {
	t.Parallel()
	for name, q := range all(t) {
		next := 0
		for _, v := range q.Variables() {
			if v.Slot != next || v.Slots != StateSlots+len(v.Options())+1 {
				t.Errorf("%s: %s has %d slots from %d, want them from %d", name, v.ID, v.Slots, v.Slot, next)
			}
			next += v.Slots
		}
		for _, pool := range q.Pools() {
			if pool.Slot != next {
				t.Errorf("%s: the pool of %v has its slots from %d, want %d", name, pool.Variables, pool.Slot, next)
			}
			next += PoolSlots
		}
		if next != q.Slots() {
			t.Errorf("%s: got %d slots, want %d", name, q.Slots(), next)
		}
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	q := good(t, "pinned")
	values := map[string]float64{"1": 1, "2": 2.5}
	for _, c := range []struct {
		id     string
		option int
		set    uint64
		amount float64
		words  string
		want   logic.Value
	}{
		{"quality", 1, 0, 0, "", logic.Value{Kind: logic.Code, Code: "2", Number: 2.5, Values: values}},
		{"polite", 0, 0, 0, "", logic.Value{Kind: logic.Code, Code: "1", Number: 1, Values: values}},
		{"quality", -1, 0, 0, "", logic.Value{}},
		{"quality", 2, 0, 0, "", logic.Value{}},
		{"needs", 0, 0b11, 0, "", logic.Value{Kind: logic.Set, Codes: []string{"hours", "none"}}},
		{"needs", 0, 0b10, 0, "", logic.Value{Kind: logic.Set, Codes: []string{"none"}}},
		{"needs", 0, 1 << 63, 0, "", logic.Value{Kind: logic.Set}},
		{"times", 0, 0, 1.5, "", logic.Value{Kind: logic.Number, Number: 1.5}},
		{"why", 0, 0, 0, "vì", logic.Value{Kind: logic.Text, Text: "vì"}},
	} {
		got := q.Variable(c.id).Value(c.option, c.set, c.amount, c.words)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.id, diff)
		}
	}
	if got := (&Variable{Kind: 99}).Value(0, 0, 0, ""); got.Kind != logic.Missing {
		t.Errorf("got %+v of an unknown kind, want nothing", got)
	}
	plain := good(t, "languages").Variable("yes_no").Value(0, 0, 0, "")
	if plain.Values["012"] != -0.001 || plain.Number != 0 || plain.Code != "no" {
		t.Errorf("got %+v", plain)
	}
}

func TestTextIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text Text
		lang string
		want string
	}{
		{Text{"vi": "một", "en": "one"}, "en", "one"},
		{Text{"vi": "một", "en": "one"}, "fr", "một"},
		{Text{"de": "eins", "en": "one"}, "fr", "one"},
		{Text{"fr": "un", "de": "eins"}, "vi", "eins"},
		{nil, "vi", ""},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v in %s: got %q, want %q", c.text, c.lang, got, c.want)
		}
	}
}

// What an item inherits from its scale, what replaces it, and what is assumed.
func TestDefaults(t *testing.T) {
	t.Parallel()
	q := good(t, "pinned")
	codes := func(id string) (list []string) {
		for _, m := range q.Item(id).Missing {
			list = append(list, m.Code)
		}
		return list
	}
	for id, want := range map[string][]string{"quality": {DontKnow}, "staff": nil, "times": {Refused}, "needs": nil} {
		if diff := cmp.Diff(want, codes(id)); diff != "" {
			t.Errorf("%s: missing codes (-want +got):\n%s", id, diff)
		}
	}
	if q.Grain != ByMonth || q.MinN != 10 || !cmp.Equal(q.Languages, []string{"vi", "en"}) {
		t.Errorf("got %s, %d, %v", q.Grain, q.MinN, q.Languages)
	}
	least := good(t, "least")
	if it := least.Item("a"); least.Grain != ByDay || least.MinN != 1 || it.MaxChars != 1000 || it.Lines != 4 {
		t.Errorf("got %s, %d, %+v", least.Grain, least.MinN, it)
	}
	if got := q.Indices[0].Factors[1]; got.Aggregate != Pooled || !cmp.Equal(got.Variables, []string{"polite", "clear"}) {
		t.Errorf("got %+v, want the rows of the matrix", got)
	}
	if got := q.Indices[0].Factors[0]; got.Aggregate != WeightedMean {
		t.Errorf("got %+v, want what the index says", got)
	}
}
