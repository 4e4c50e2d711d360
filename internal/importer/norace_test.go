//go:build !race

package importer

// ease is by how much hostile files are smaller.
const ease = 1
