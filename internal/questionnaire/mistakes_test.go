package questionnaire

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"hailong/internal/errs"
)

func TestEdits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "bc", 1}, {"kitten", "sitting", 3}, {"title", "tilte", 2}} {
		if got := errs.Edits(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// Tarjan's knots are those that a search from every node finds.
func TestKnots(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n := 1 + r.IntN(12)
		arrows := make([][]int, n)
		for range r.IntN(2 * n) {
			from := r.IntN(n)
			arrows[from] = append(arrows[from], r.IntN(n))
		}
		reach := make([][]bool, n)
		for from := range reach {
			reach[from] = make([]bool, n)
			queue := []int{from}
			for len(queue) > 0 {
				v := queue[0]
				queue = queue[1:]
				if !reach[from][v] {
					reach[from][v] = true
					queue = append(queue, arrows[v]...)
				}
			}
		}
		knot := knots(arrows)
		for a := range n {
			for b := range n {
				if got, want := knot[a] == knot[b], reach[a][b] && reach[b][a]; got != want {
					t.Fatalf("%v: %d and %d in one knot: %v, want %v", arrows, a, b, got, want)
				}
			}
		}
	}
	if got := knots(make([][]int, 0)); len(got) != 0 {
		t.Errorf("got %v of nothing", got)
	}
}

// A rule that does not fit its field makes the validator panic, but only when
// the field has a value.
func TestRulesFitTheirFields(t *testing.T) {
	t.Parallel()
	var f File
	fill(t, reflect.ValueOf(&f).Elem(), 0)
	check, err := validate()
	if err != nil {
		t.Fatal(err)
	}
	if err := check.Struct(&f); err == nil {
		t.Error("a file full of x has no mistake")
	}
}

// fill gives everything a value.
func fill(t *testing.T, v reflect.Value, depth int) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), depth)
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(t, field, depth)
		}
	case reflect.Slice:
		if depth < 8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(t, v.Index(0), depth+1)
		}
	case reflect.Map:
		element := reflect.New(v.Type().Elem()).Elem()
		fill(t, element, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("x"), element)
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	default:
		t.Fatalf("the shapes have a %s", v.Kind())
	}
}
