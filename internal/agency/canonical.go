package agency

import (
	"bytes"
	"encoding/csv"
)

// The columns of an agency file, in the order of the canonical form.
const (
	colID = iota
	colParent
	colLevel
	colUnitCode
	colAgencyCode
	colNameVi
	colNameEn
	colValidFrom
	colValidTo
	colMergedInto
	columnCount
)

var columns = [columnCount]string{
	"id", "parent", "level", "unit_code", "agency_code", "name_vi", "name_en", "valid_from", "valid_to", "merged_into",
}

// Canonical returns the registry as a CSV file with the agencies in number
// order, without comments. [Parse] of it, and [Update] of any registry it
// follows, give a registry with the same agencies and numbers. It is what the
// log stores, so its form must not change. O(n).
func (r *Registry) Canonical() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	record := columns
	write := func() { _ = w.Write(record[:]) } // a buffer can't fail, nor can a comma be a wrong separator
	write()
	for _, a := range r.agencies {
		record = [columnCount]string{
			colID: a.ID, colParent: a.Parent, colLevel: a.Level, colUnitCode: a.UnitCode, colAgencyCode: a.AgencyCode,
			colNameVi: a.Name.Vi, colNameEn: a.Name.En,
			colValidFrom: a.ValidFrom, colValidTo: a.ValidTo, colMergedInto: a.MergedInto,
		}
		write()
	}
	w.Flush()
	return b.Bytes()
}
