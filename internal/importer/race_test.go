//go:build race

package importer

// ease is by how much hostile files are smaller: the race detector takes so much
// time and memory. What they take is not measured then.
const ease = 40
