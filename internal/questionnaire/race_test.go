//go:build race

package questionnaire

// patience is by how much tests of time wait longer: the race detector costs so much.
const patience = 15
