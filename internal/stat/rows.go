package stat

import "gonum.org/v1/gonum/mat"

// ReliabilityOf is [NewReliability] of a table: a row per respondent, a column
// per item. It also returns false when rows differ in length.
func ReliabilityOf(rows [][]float64) (Reliability, bool) {
	m, ok := denseOf(rows)
	if !ok {
		return Reliability{}, false
	}
	return NewReliability(m)
}

// DriversOf is [NewDrivers] of a table: y is the overall answer and rows the
// drivers of each respondent. It also returns false when rows differ in length.
func DriversOf(y []float64, rows [][]float64, weights []float64) (Drivers, bool) {
	m, ok := denseOf(rows)
	if !ok {
		return Drivers{}, false
	}
	return NewDrivers(y, m, weights)
}

// denseOf copies a table that is not empty.
func denseOf(rows [][]float64) (*mat.Dense, bool) {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return nil, false
	}
	k := len(rows[0])
	flat := make([]float64, 0, len(rows)*k)
	for _, row := range rows {
		if len(row) != k {
			return nil, false
		}
		flat = append(flat, row...)
	}
	return mat.NewDense(len(rows), k, flat), true
}
