//go:build !race

package questionnaire

const patience = 1
