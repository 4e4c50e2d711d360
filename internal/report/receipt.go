package report

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"hailong/internal/catalog"
	"hailong/internal/errs"
)

// ReceiptFormat names the form of receipts, of the counts that are hashed
// ([Moment.WriteCells]) and of the result's bytes. It changes when any of them
// does: receipts of another format are told apart, never called wrong.
const ReceiptFormat = 2 // since 2, rows that are hidden have no n

// NumberFormat names how the program computes and writes numbers: sums of
// products in float64 without fused operations, means exact to about 31 digits,
// rounded half up at the end only. It changes when a program writes other digits
// for the same counts.
const NumberFormat = 1

// Receipt says what a result was computed from, so that anybody who has the log
// can compute it again and compare every byte. It holds no answer and no count
// below the publication limits. All hashes are lower-case hex SHA-256.
type Receipt struct {
	Format    int            `json:"format"` // ReceiptFormat
	Survey    string         `json:"survey"`
	Index     string         `json:"index"`
	Versions  []string       `json:"versions"` // hashes of the questionnaires counted, in order of publication
	Method    string         `json:"method"`   // hash of what the score depends on besides the answers
	Watermark uint64         `json:"watermark"`
	Query     string         `json:"query"`    // in canonical form
	Internal  bool           `json:"internal"` // made for staff: less is hidden than from the public
	Agencies  string         `json:"agencies"` // hash of the agency registry's canonical form
	Figures   string         `json:"figures"`  // hash of the table of external figures, weights and populations among them
	Counts    *CountsReceipt `json:"counts"`   // nil in public: see Receipt.Public
	Numbers   int            `json:"numbers"`  // NumberFormat
	Result    ResultReceipt  `json:"result"`
}

// CountsReceipt is about the cells of the survey as of the watermark: all of
// them, also those that the query's filters leave out, because ranks,
// comparisons and suppression look beyond a filter.
type CountsReceipt struct {
	Cells     int    `json:"cells"`
	Responses int64  `json:"responses"`
	SHA256    string `json:"sha256"` // of Moment.WriteCells
}

// ResultReceipt is about the bytes of the result.
type ResultReceipt struct {
	Format string `json:"format"` // csv: scores as package export writes them, without a byte order mark
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// ScoreWithReceipt answers a query as [Report.Score] does, from one moment, and
// returns what it was computed from. The receipt's Result is left to whoever
// writes the bytes. Time is that of Score plus O(cells × slots) of the survey,
// and memory O(cells × slots), because submissions do not wait for the hash.
func (r *Report) ScoreWithReceipt(q Query) (*Scores, *Receipt, error) {
	for range staleTries {
		m, err := r.Freeze(q.Survey)
		if err != nil {
			return nil, nil, err
		}
		scores, err := New(m).Score(q)
		if errors.Is(err, errStale) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		receipt, err := m.Receipt(scores)
		if err != nil {
			return nil, nil, err
		}
		receipt.Internal = q.Internal
		return scores, receipt, nil
	}
	return nil, nil, errs.New(errs.Internal, "internal").Because(errStale)
}

// Receipt returns the receipt of scores that were computed from the moment for a
// query of the public.
func (m *Moment) Receipt(s *Scores) (*Receipt, error) {
	counts, err := m.countsReceipt()
	if err != nil {
		return nil, err
	}
	return &Receipt{
		Format: ReceiptFormat, Survey: s.Survey, Index: s.Index, Versions: slices.Clone(s.Versions), Method: s.Method,
		Watermark: m.watermark, Query: s.GeneratedFor, Agencies: agenciesHash(m.catalog), Figures: figuresHash(m.catalog),
		Counts: &counts, Numbers: NumberFormat,
	}, nil
}

// Public returns the receipt that everybody may see. It leaves out the counts: the
// hash is of all of them, so that who knows the others could try the few numbers
// that a hidden one may be until the hash is the same. Checking it computes the
// result again all the same.
func (r *Receipt) Public() *Receipt {
	out := *r
	out.Counts = nil
	return &out
}

// Asked returns the query that the receipt is about.
func (r *Receipt) Asked() (Query, error) {
	q, err := ParseCanonical(r.Query)
	q.Internal = r.Internal
	return q, err
}

// agenciesHash names the registry of agencies.
func agenciesHash(c *catalog.Catalog) string {
	sum := sha256.Sum256(c.Agencies.Canonical())
	return hex.EncodeToString(sum[:])
}

// The parts in which two receipts of one query can differ, in the order in which
// they are told: what comes first is the cause of what comes after.
const (
	PartFormat   = "format"   // of the receipt, or of numbers: another program
	PartQuery    = "query"    // the question
	PartAgencies = "agencies" // the registry
	PartFigures  = "figures"
	PartVersions = "versions" // of the questionnaire
	PartMethod   = "method"
	PartCounts   = "counts"
	PartResult   = "result" // the bytes
	PartRefused  = "refused"
)

// Difference is one part in which a receipt and a new computation differ.
type Difference struct {
	Part   string `json:"part"`
	Stated string `json:"stated"` // by the receipt
	Found  string `json:"found"`
}

// Differences compares a receipt with what was computed again. It is empty when
// every part is the same; the watermark is no part, because the same counts at a
// later event are the same counts.
func (r *Receipt) Differences(found *Receipt) []Difference {
	var list []Difference
	differ := func(part, stated, got string) {
		if stated != got {
			list = append(list, Difference{part, stated, got})
		}
	}
	differ(PartFormat, r.formats(), found.formats())
	differ(PartQuery, r.question(), found.question())
	differ(PartAgencies, r.Agencies, found.Agencies)
	differ(PartFigures, r.Figures, found.Figures)
	differ(PartVersions, joined(r.Versions), joined(found.Versions))
	differ(PartMethod, r.Method, found.Method)
	if r.Counts != nil && found.Counts != nil {
		differ(PartCounts, r.Counts.String(), found.Counts.String())
	}
	differ(PartResult, r.Result.String(), found.Result.String())
	return list
}

// Verdict is what computing again what a receipt is about has shown.
type Verdict struct {
	Identical bool         `json:"identical"`         // as of the receipt's watermark, to the last byte
	Differs   []Difference `json:"differs,omitempty"` // as of the receipt's watermark
	Watermark uint64       `json:"watermark"`         // of the receipt
	Now       uint64       `json:"now"`               // the last event of the log
	Since     []Difference `json:"since,omitempty"`   // what would be other if the same were asked now
}
