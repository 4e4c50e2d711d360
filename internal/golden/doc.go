// Package golden compares the mathematics with right answers that others
// computed: R's package survey and its like, published tables. It has only tests.
//
// The tests take the folder of a set from the environment variable HAILONG_GOLDEN
// (default: the synthetic set in testdata). They read agencies, items, strata and
// parameters from the set's own files, and so run on any other set of the same
// dialect. Cases on data of third parties are read from the shared folder beside
// the project where it is, and are not part of it.
package golden
