package report_test

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/questionnaire"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// province is a source of 147 agencies, 70 items and 36 cells per agency.
type province struct {
	catalog *catalog.Catalog
	cells   map[tally.Key]*tally.Cell
}

func (p *province) Catalog() *catalog.Catalog { return p.catalog }

func (p *province) Tallies(f func(uint64, iter.Seq2[tally.Key, *tally.Cell])) {
	f(1_000_000, func(yield func(tally.Key, *tally.Cell) bool) {
		for k, c := range p.cells {
			if !yield(k, c) {
				return
			}
		}
	})
}

func newProvince(b *testing.B) *province {
	b.Helper()
	return newPlace(b, 147, 70, 36)
}

// newPlace is a source of agencies below one, with as many items and cells for each.
func newPlace(b *testing.B, agencies, items, perAgency int) *province {
	b.Helper()
	var yaml, csv strings.Builder
	yaml.WriteString("survey: sample\ntitle: {vi: M, en: S}\nscales:\n  five:\n    options:\n")
	for code := 1; code <= 5; code++ {
		fmt.Fprintf(&yaml, "      - {code: \"%d\", value: %d, label: {vi: M, en: S}}\n", code, code)
	}
	yaml.WriteString("pages:\n  - id: all\n    items:\n")
	var ids []string
	for i := range items {
		ids = append(ids, fmt.Sprintf("item%d", i))
		fmt.Fprintf(&yaml, "      - {id: %s, type: scale, scale: five, text: {vi: M, en: S}}\n", ids[i])
	}
	yaml.WriteString("measures:\n  - {id: satisfied, kind: top_box, codes: [\"4\", \"5\"], title: {vi: M, en: S}}\n")
	yaml.WriteString("indices:\n  - id: all\n    title: {vi: M, en: S}\n    measure: satisfied\n    aggregate: weighted_mean\n    factors:\n")
	for f := range 7 {
		fmt.Fprintf(&yaml, "      - {id: f%d, title: {vi: M, en: S}, weight: %s, items: [%s]}\n", f, []string{"0.1", "0.4"}[f/6], strings.Join(ids[f*items/7:(f+1)*items/7], ", "))
	}
	csv.WriteString("id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into\np,,province,,,Tỉnh,,,,\n")
	for i := 1; i < agencies; i++ {
		fmt.Fprintf(&csv, "c%d,p,commune,,,Xã %d,,,,\n", i, i)
	}
	survey, err := questionnaire.Parse("sample", "sample.yaml", []byte(yaml.String()))
	if err != nil {
		b.Fatal(err)
	}
	registry, err := agency.Parse("agencies.csv", []byte(csv.String()))
	if err != nil {
		b.Fatal(err)
	}
	p := &province{catalog: catalog.New(), cells: map[tally.Key]*tally.Cell{}}
	wave, err := waves("2026")
	if err != nil {
		b.Fatal(err)
	}
	for _, ev := range []response.Control{
		response.AgenciesImported(0, registry.Canonical()), response.Published(0, survey.Questionnaire.Canonical()), wave,
	} {
		if p.catalog, err = p.catalog.Apply(ev); err != nil {
			b.Fatal(err)
		}
	}
	day, _ := response.ParseDay("2026-01-01")
	slots := survey.Questionnaire.Slots()
	for a := range agencies {
		for i := range perAgency {
			cell := &tally.Cell{Responses: 190, Counts: make([]uint32, slots)}
			for s := range cell.Counts {
				cell.Counts[s] = uint32((s*7 + a + i) % 60)
			}
			key := tally.Key{Version: 1, Agency: uint32(a) + 1, Period: (day + response.Day(31*(i%12))).Month(), Channel: response.Channels[i/12%len(response.Channels)], Wave: 1}
			p.cells[key] = cell
		}
	}
	return p
}

// populate tells how many people every agency serves, each a stratum.
func (p *province) populate(b *testing.B) {
	b.Helper()
	rows := []string{"figure,agency,period,cell,value,source,checked,note"}
	for _, a := range p.catalog.Agencies.All() {
		rows = append(rows, fmt.Sprintf("population,%s,2026,,%d,bench,yes,", a.ID, 5000+a.Number%1000))
	}
	table, err := p.catalog.ReadFigures("figures.csv", []byte(strings.Join(rows, "\n")+"\n"))
	if err != nil {
		b.Fatal(err)
	}
	if p.catalog, err = p.catalog.Apply(response.FiguresLoaded(0, table.Canonical())); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkNation scores 3 321 agencies by 30 items with their intervals, from one
// cell of counts for each: as an operator reads them, with strata of known sizes,
// and as everybody does, with what is small hidden. The limit is 100 ms.
func BenchmarkNation(b *testing.B) {
	p := newPlace(b, 3321, 30, 1)
	run := func(b *testing.B, q report.Query) {
		b.Helper()
		q.Survey, q.By = "sample", []string{"agency", "item"}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := report.New(p).Score(q); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("plain", func(b *testing.B) { run(b, report.Query{Internal: true}) })
	b.Run("public", func(b *testing.B) { run(b, report.Query{}) })
	p.populate(b)
	b.Run("weighted", func(b *testing.B) { run(b, report.Query{Internal: true}) })
	b.Run("weighted public", func(b *testing.B) { run(b, report.Query{}) })
}

func BenchmarkScore(b *testing.B) {
	p := newProvince(b)
	for _, by := range []string{"agency", "agency,item", "agency,factor", "agency,month", "item"} {
		b.Run(by, func(b *testing.B) {
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				scores, err := report.New(p).Score(report.Query{Survey: "sample", By: strings.Split(by, ",")})
				if err != nil {
					b.Fatal(err)
				}
				rows = len(scores.Rows)
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

// BenchmarkSparse is about 147 agencies with few answers by month and wave, where
// most of what is split is hidden and must not follow from the rest.
func BenchmarkSparse(b *testing.B) {
	p := newPlace(b, 147, 30, 24)
	for key, cell := range p.cells {
		n := (key.Agency*7 + uint32(key.Period)/31*3 + uint32(key.Channel)*5) % 11
		for i := range cell.Counts {
			cell.Counts[i] = (uint32(i)*3 + n) % (1 + n/2)
		}
	}
	for _, by := range []string{"agency", "agency,month", "agency,channel", "agency,month,channel", "channel,month"} {
		b.Run(by, func(b *testing.B) {
			for b.Loop() {
				if _, err := report.New(p).Score(report.Query{Survey: "sample", By: strings.Split(by, ",")}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
