package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCalcRefuses: bad input gets a sentence with the place and the cure.
func TestCalcRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"k above n", []string{"wilson", "12", "10"}, 1, "k is 12 but n is 10: k counts part of n"},
		{"negative", []string{"clopper-pearson", "--", "-1", "10"}, 1, "k is -1: a count is 0 or more"},
		{"nobody", []string{"jeffreys", "0", "0"}, 1, "n is 0: without an answer"},
		{"infinite", []string{"wilson", "Inf", "10"}, 1, "must be numbers"},
		{"no number", []string{"wilson", "x", "10"}, 2, `expected a float but got "x"`},
		{"no arguments", []string{"wilson"}, 2, `expected "<k> <n>"`},
		{"no method", []string{"wilsn", "8", "10"}, 2, "wilsn"},
		{"per cent", []string{"logit", "84", "0.02", "10"}, 1, "per cent are written as a share: 0.84"},
		{"no spread", []string{"korn-graubard", "--share", "0.5", "--se", "0.1", "--n", "2", "--df", "0"}, 1, "df is 0: with as many strata"},
		{"se 0 of a share", []string{"korn-graubard", "--share", "0.5", "--se", "0", "--n", "9", "--df", "8"}, 1, "everybody was asked"},
		{"one answer", []string{"korn-graubard", "--share", "1", "--se", "0", "--n", "1", "--df", "1"}, 1, "one answer shows no spread"},
		{"no error to test", []string{"difference", "0.8", "0", "5", "0.9", "0", "5"}, 1, "both standard errors are 0"},
		{"p value", []string{"holm", "0.5", "1.5"}, 1, "p value 2 is 1.5: it must be between 0 and 1"},
		{"parameters", []string{"quantile", "t", "0.5"}, 1, "t has 1 parameters, and 0 are given"},
		{"levels", []string{"levels", "5"}, 1, "a scale of 1 levels has no top 2"},
		{"no answers", []string{"levels", "0", "0", "0", "0"}, 1, "all 4 counts are 0"},
		{"ten counts", []string{"nps", "1", "2", "3"}, 1, "there are 3 counts"},
		{"header alone", []string{"mean", "a,b"}, 1, "header without rows"},
		{"no file", []string{"mean", "testdata/none.csv"}, 1, "none.csv"},
		{"ragged", []string{"mean", "stratum,sampled,1", "a,2"}, 1, "wrong number of fields"},
		{"no column", []string{"ranks", "unit,estimate", "a,1"}, 1, "arguments:1: there is no column se"},
		{"column twice", []string{"ranks", "unit,unit", "a,1"}, 1, "column unit is there twice"},
		{"column without a name", []string{"ranks", "unit,", "a,1"}, 1, "column 2 has no name"},
		{"a word for a number", []string{"ranks", "unit,estimate,se", "a,1,2", "b,many,2"}, 1, `arguments:3: estimate: "many" is not a number`},
		{"not finite", []string{"ranks", "unit,estimate,se", "a,1,2", "b,NaN,2"}, 1, `"NaN" is not a number`},
		{"empty", []string{"ranks", "unit,estimate,se", "a,1,", "b,1,2"}, 1, "arguments:2: se: there is no number"},
		{"negative se", []string{"ranks", "unit,estimate,se", "a,1,-1", "b,1,2"}, 1, "a standard error is 0 or more"},
		{"alone", []string{"pairs", "unit,estimate,se", "a,1,1"}, 1, "nobody to be compared with"},
		{"counted above answers", []string{"shrink", "unit,counted,answers", "a,3,2", "b,1,2"}, 1, "arguments:2: counted: counted is 3 but answers is 2"},
		{"nobody in a unit", []string{"funnel", "unit,counted,answers", "a,0,0", "b,1,2"}, 1, "nobody answered; leave the row out"},
		{"all counted", []string{"funnel", "unit,counted,answers", "a,2,2", "b,2,2"}, 1, "all or no answers are counted"},
		{"no variance", []string{"fay-herriot", "unit,estimate,variance", "a,1,0", "b,1,2"}, 1, "a variance is above 0"},
		{"population too small", []string{"mean", "stratum,population,sampled,0,1", "a,5,10,4,4"}, 1, "a population is never smaller than its sample"},
		{"more answers than sampled", []string{"mean", "stratum,population,sampled,0,1", "a,50,5,4,4"}, 1, "8 answers but 5 sampled"},
		{"stratum twice", []string{"mean", "stratum,sampled,0,1", "a,5,1,1", "a,5,1,1"}, 1, "a stratum is there twice"},
		{"level without a number", []string{"mean", "stratum,sampled,no,yes", "a,5,1,1"}, 1, `the level "no" is no number`},
		{"no answers in strata", []string{"mean", "stratum,sampled,0,1", "a,5,0,0"}, 1, "nobody answered"},
		{"zero weight", []string{"mean", "stratum,sampled,weight,0,1", "a,5,0,1,1"}, 1, "a weight is above 0"},
		{"fraction of a person", []string{"mean", "stratum,sampled,0,1", "a,5,1.5,1"}, 1, "is not a count"},
		{"empty cell", []string{"poststratify", "g", "f", "f", "--targets", "g:f=5,g:m=5"}, 1, "g"},
		{"cell without people", []string{"rake", "g", "f", "m", "--targets", "g:f=5"}, 1, `g: "m" has no people in --targets`},
		{"margin that is not there", []string{"rake", "g", "f", "m", "--targets", "h:f=5"}, 1, "there is no column h"},
		{"target", []string{"rake", "g", "f", "m", "--targets", "g=f:5"}, 1, "is not of the form"},
		{"totals differ", []string{"rake", "g,h", "f,a", "m,b", "--targets", "g:f=5,g:m=5,h:a=1,h:b=2"}, 1, "g has 10, h has 3"},
		{"contradiction", []string{"rake", "g,h", "f,a", "m,b", "--targets", "g:f=5,g:m=5,h:a=1,h:b=9"}, 1, "contradict"},
		{"two margins", []string{"poststratify", "g,h", "f,a", "m,b", "--targets", "g:f=5,g:m=5,h:a=5,h:b=5"}, 1, "meets one; use rake"},
		{"no room", []string{"trim", "1", "1", "5", "--low", "0.3", "--high", "1"}, 1, "no room"},
		{"negative weight", []string{"kish", "--", "1", "-1"}, 1, "weight 2 is -1"},
		{"min is max", []string{"scale", "unit,value", "a,5", "b,5", "--how", "minmax"}, 1, "the least is the greatest"},
		{"goalposts", []string{"scale", "unit,value", "a,5", "b,5", "--low", "9", "--high", "1"}, 1, "low must be below high"},
		{"geometric zero", []string{"aggregate", "part,weight,value", "a,1,0", "b,1,1", "--how", "geometric"}, 1, "a geometric mean is of values above 0"},
		{"no weights", []string{"aggregate", "part,weight,value", "a,0,1"}, 1, "all weights are 0"},
		{"numerator", []string{"points", "5", "3", "--max", "6"}, 1, "numerator is 5 but denominator is 3"},
		{"steps", []string{"steps", "5", "--steps", "5=1,2=2"}, 1, "steps ascend"},
		{"classes", []string{"classify", "5", "--classes", "good"}, 1, "is not of the form"},
		{"constant item", []string{"reliability", "a,b", "1,2", "1,3", "1,4"}, 1, "a: everybody answered the same"},
		{"few", []string{"reliability", "a,b", "1,2", "1,"}, 1, "two items and three respondents"},
		{"dependent drivers", []string{"drivers", "y,a,b", "1,1,2", "2,2,4", "2,3,6", "4,4,8", "3,5,10"}, 1, "follows from the others"},
		{"nobody contacted", []string{"aapor", "--complete", "0"}, 1, "without a contact there is no rate"},
		{"margin", []string{"sample-size", "--margin", "3"}, 1, "per cent are written as a share: 0.03"},
		{"decimals", []string{"round", "1", "--decimals", "16"}, 1, "decimals is 16"},
		{"hidden", []string{"audit", "r,a,b", "x,1,2", "y,3,4", "--hidden", "x/c"}, 1, `there is no cell "x/c"`},
		{"nothing protects", []string{"suppress", "r,a", "x,1"}, 1, "no pattern protects"},
		{"one row", []string{"independence", "row,column,count", "a,x,5", "a,y,5"}, 1, "at least two rows"},
		{"clusters", []string{"clusters", "clusters,cluster,value", "1,a,1", "1,b,0"}, 1, "2 clusters are sampled of 1"},
		{"no denominator", []string{"ratio", "u,d", "0,0"}, 1, "add up to 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := call(t, append([]string{"calc"}, c.args...)...)
			if got.code != c.code || !strings.Contains(got.stderr, c.want) {
				t.Errorf("got %d, %s, want %d, %s", got.code, got.stderr, c.code, c.want)
			}
			if c.code == 1 && got.stdout != "" {
				t.Errorf("got output %s beside a mistake", got.stdout)
			}
		})
	}
}

// TestCalcStates: what has no number has a reason, in text and in JSON.
func TestCalcStates(t *testing.T) {
	t.Parallel()
	number := regexp.MustCompile(`NaN|Inf|nan|inf`)
	for _, c := range []struct {
		name string
		args []string
		want string // of the text
	}{
		{"one answer", []string{"levels", "0", "0", "1", "0"}, "– (one answer shows no spread)"},
		{"everybody asked", []string{"mean", "stratum,population,sampled,0,1", "a,8,8,3,5"}, "there is no sampling error"},
		{"one per stratum", []string{"mean", "stratum,population,sampled,0,1", "a,8,1,1,0", "b,8,1,0,1"}, "as many strata as respondents"},
		{"all the same", []string{"mean", "stratum,population,sampled,0,1", "a,90,9,0,9"}, "design_effect  – (all answers are the same)"},
		{"everybody and somebody", []string{"newcombe", "5", "5", "5", "5"}, "z           – (all answers of both samples agree)"},
		{"no more than chance", []string{"shrink", "unit,counted,answers", "a,5,10", "b,5,10"}, "no more than chance"},
		{"of one mind each", []string{"shrink", "unit,counted,answers", "a,0,10", "b,8,8"}, "alpha  – (each unit has all or none"},
		{"withheld", []string{"aggregate", "part,weight,value", "a,1,1", "b,1,"}, "result  – (a part is missing"},
		{"nothing left", []string{"aggregate", "part,weight,value", "a,1,", "b,1,", "--gap", "rescale"}, "every part with a weight is missing"},
		{"nothing to do", []string{"points", "0", "0", "--max", "6"}, "--empty is none"},
		{"below", []string{"classify", "5", "--classes", "good=70"}, "below all grades"},
		{"below the steps", []string{"steps", "5", "--steps", "10=1"}, "below the first step"},
		{"unit without an index", []string{"index", "unit,a,b", "x,1,2", "y,2,", "z,3,1"}, "y         –"},
		{"one cluster per stratum", []string{"clusters", "stratum,cluster,value", "s,a,1", "s,a,0", "t,b,1"}, "a stratum has a single cluster"},
		{"two items", []string{"reliability", "a,b", "1,2", "2,1", "3,3"}, "omega               – (one factor needs three items"},
		{"wide and few", []string{"independence", "row,column,count", "a,x,1", "a,y,1", "b,x,1", "b,y,1"}, "rao_scott_p"},
		{"explained", []string{"poststratify", "g,value", "f,1", "f,1", "m,0", "m,0", "--targets", "g:f=5,g:m=5"}, "the margins explain every answer"},
		{"missing scaled", []string{"scale", "unit,value", "a,5", "b,"}, "b         –       –"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"calc"}, c.args...)
			text := good(t, args...).stdout
			if !strings.Contains(text, c.want) {
				t.Errorf("got %s, want it to contain %s", text, c.want)
			}
			raw := good(t, append(args, "--format", "json")...).stdout
			if number.MatchString(text + raw) {
				t.Errorf("got no number: %s%s", text, raw)
			}
			if !json.Valid([]byte(raw)) {
				t.Errorf("got no JSON: %s", raw)
			}
		})
	}
}

// TestCalcSources: the same table from arguments, a CSV file, a JSON file and
// standard input gives the same bytes, and JSON has all digits.
func TestCalcSources(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	csv, rows := filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.json")
	write(t, csv, "\ufeffunit,estimate,se\nA, 0.9,0.02\nB,0.85,0.02\n")
	write(t, rows, `[{"unit": "A", "estimate": 0.9, "se": 0.02}, {"se": 2e-2, "unit": "B", "estimate": 0.85}]`)
	want := good(t, "calc", "pairs", "unit,estimate,se", "A,0.9,0.02", "B,0.85,0.02", "--format", "json").stdout
	stdin := callWith(t, strings.NewReader(read(t, csv)), "calc", "pairs", "-", "--format", "json").stdout
	for name, got := range map[string]string{
		"csv": good(t, "calc", "pairs", csv, "--format", "json").stdout, "json": good(t, "calc", "pairs", rows, "--format", "json").stdout, "stdin": stdin,
	} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s differs from arguments (-want +got):\n%s", name, diff)
		}
	}
	if !strings.Contains(want, `"z": 1.767766952966370`) && !strings.Contains(want, `"z": 1.76776695296637`) {
		t.Errorf("got %s, want all digits", want)
	}
	for src, want := range map[string]string{
		`[1]`:                  "entry 1: it is no object",
		`[{"a": []}]`:          "a is neither a number nor a text",
		`[{"a": 1}, {"b": 1}]`: "entry 2 has b, which the first has not",
		`[{"a": 1}`:            "this is no JSON list",
		`[{"unit": "A", "estimate": null, "se": 1}]`: "estimate: there is no number",
		"": "needs a header and at least one row",
	} {
		if got := callWith(t, strings.NewReader(src), "calc", "ranks", "-"); got.code != 1 || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: got %d, %s, want %s", src, got.code, got.stderr, want)
		}
	}
}

// FuzzCalcTable: no table makes a method fail otherwise than with a sentence, nor
// print what is no number.
func FuzzCalcTable(f *testing.F) {
	f.Add("unit,estimate,se\nA,0.9,0.02\nB,0.85,0.02\n")
	f.Add(`[{"unit": "A", "estimate": 0.9, "se": 0.02}]`)
	f.Add("unit,counted,answers\nA,1,2\nB,2,2\n")
	f.Add("stratum,population,sampled,weight,0,1\na,9,5,1,2,3\nb,,5,2,2,3\n")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1000 {
			return // more only takes longer
		}
		stdin := tableArg{[]string{"-"}}
		for _, m := range []method{
			&ranksCalc{stdin}, &shrinkCalc{stdin}, &funnelCalc{stdin}, &meanCalc{levelTable{tableArg: stdin}},
			&itemsCalc{tableArg: stdin, Counted: 4}, &clustersCalc{tableArg: stdin}, &reliabilityCalc{stdin},
		} {
			result, err := m.compute(calcInput{environment{stdin: strings.NewReader(src)}})
			if err != nil {
				if err.Error() == "" {
					t.Errorf("%T of %q: no sentence", m, src)
				}
				continue
			}
			var b bytes.Buffer
			if err := result.writeJSON(&b); err != nil || !json.Valid(b.Bytes()) {
				t.Errorf("%T of %q: got %s, %v", m, src, b.String(), err)
			}
		}
	})
}
