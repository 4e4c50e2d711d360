package main

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"github.com/alecthomas/kong"
)

// calcCommand is the table of methods: one field of these groups is one method,
// with its name, its help, its inputs as fields and its function compute. There
// is nothing else to a method, so that a new one is a new type.
type calcCommand struct {
	Format string `help:"text (8 digits), or json (all digits)." default:"text" enum:"text,json"`

	levelCalcs
	intervalCalcs
	compareCalcs
	strataCalcs
	respondentCalcs
	weightCalcs
	rankCalcs
	shrinkCalcs
	scaleCalcs
	planCalcs
	compositeCalcs
	indexCalcs
	hideCalcs
}

// method is a row of the table of methods.
type method interface {
	// compute works out the result, or says what is wrong with the inputs, where,
	// and what helps. It never gives a number that is none.
	compute(in calcInput) (*calcResult, error)
}

// Help is shown above the list of methods.
func (*calcCommand) Help() string {
	return "Every formula of the platform, by hand: numbers in, numbers out, nothing is stored. " +
		"Tables are given as CSV lines, one argument each, the header first; or as the name of a CSV or JSON file; or as - for standard input. " +
		"A page for each method, with formula and example, is served at /docs."
}

// Run computes the method that the command line names.
func (c *calcCommand) Run(parsed *kong.Context, env environment) error {
	m, ok := reflect.TypeAssert[method](parsed.Selected().Target.Addr())
	if !ok {
		return fmt.Errorf("%s is not a method", parsed.Selected().Name)
	}
	result, err := m.compute(calcInput{env})
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return result.writeJSON(env.stdout)
	}
	return result.writeText(env.stdout)
}

// finite reports whether a number is one.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// partOf checks k of n, which may be effective numbers and so need not be whole.
func partOf(kName string, k float64, nName string, n float64) error {
	switch {
	case !finite(k) || !finite(n):
		return fmt.Errorf("%s and %s must be numbers", kName, nName)
	case !(n > 0):
		return fmt.Errorf("%s is %s: without an answer there is nothing to estimate; give the number of valid answers", nName, short(n))
	case k < 0:
		return fmt.Errorf("%s is %s: a count is 0 or more", kName, short(k))
	case k > n:
		return fmt.Errorf("%s is %s but %s is %s: %s counts part of %s", kName, short(k), nName, short(n), kName, nName)
	}
	return nil
}

// inside checks that a number lies between 0 and 1.
func inside(name string, x float64, open bool) error {
	if x > 0 && x < 1 || !open && (x == 0 || x == 1) {
		return nil
	}
	ends := "included"
	if open {
		ends = "excluded"
	}
	cure := ""
	if x > 1 && x <= 100 {
		cure = fmt.Sprintf("; per cent are written as a share: %s", short(x/100))
	}
	return fmt.Errorf("%s is %s: it must be between 0 and 1, both %s%s", name, short(x), ends, cure)
}

// positive checks that a number is above 0.
func positive(name string, x float64) error {
	if finite(x) && x > 0 {
		return nil
	}
	return fmt.Errorf("%s is %s: it must be a number above 0", name, short(x))
}

// atLeastZero checks that a number is not negative.
func atLeastZero(name string, x float64) error {
	if finite(x) && x >= 0 {
		return nil
	}
	return fmt.Errorf("%s is %s: it must be 0 or more", name, short(x))
}

// firstOf returns the first error.
func firstOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

// errUndefined is for what the checks of the inputs did not foresee.
var errUndefined = errors.New("the method has no answer for these numbers; its page at /docs lists the undefined cases")
