// Package yamlfile reads a YAML file strictly into a shape and remembers where
// every part of it stands, so that each mistake is told with its line, its column
// and its cure, all of them at once.
//
// Strictly means: every key is known, nothing that YAML reads as a number, a date
// or a truth value is taken for a text, no anchors, no tags, one document. Limits
// keep the worst file cheap.
package yamlfile
