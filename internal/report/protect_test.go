package report_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/catalog"
	"hailong/internal/errs"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// public answers a query about the sample survey as anybody sees it.
func (w *world) public(q report.Query) (*report.Scores, error) {
	q.Survey = "sample"
	return w.report().Score(q)
}

func (w *world) mustPublic(q report.Query) *report.Scores {
	w.t.Helper()
	scores, err := w.public(q)
	if err != nil {
		w.t.Fatalf("%+v: %v", q, err)
	}
	return scores
}

// tree is a world with a tree of three levels.
func tree(t *testing.T) *world {
	t.Helper()
	csv := `id,parent,level,unit_code,agency_code,name_vi,name_en,valid_from,valid_to,merged_into
p,,province,,,Tỉnh,,,,
d,p,department,,,Sở,,,,
h1,d,department,,,Viện 1,,,,
h2,d,department,,,Viện 2,,,,
c1,p,commune,,,Xã 1,,,,
c2,p,commune,,,Xã 2,,,,
c3,p,commune,,,Xã 3,,,,
q,,province,,,Tỉnh khác,,,,
c4,q,commune,,,Xã 4,,,,
`
	registry, err := agency.Parse("agencies.csv", []byte(csv))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, catalog: catalog.New(), tally: tally.New()}
	w.apply(response.AgenciesImported(0, registry.Canonical()))
	w.publish("first.yaml", w.read("first.yaml"))
	w.applyEvent(waves("2026-1"))
	w.applyEvent(waves("2026-2"))
	return w
}

// known is what an attacker collects: sums of atoms, each of which is the answers
// of one agency in one month by one channel in one wave, flagged or not.
type known struct {
	rows  [][]float64
	pivot []int
}

// reduce takes out of a vector what is known.
func (k *known) reduce(v []float64) []float64 {
	v = slices.Clone(v)
	for i, row := range k.rows {
		if f := v[k.pivot[i]]; f != 0 {
			for j := range v {
				v[j] -= f * row[j]
			}
		}
	}
	return v
}

// learn adds a sum.
func (k *known) learn(v []float64) {
	v = k.reduce(v)
	at := slices.IndexFunc(v, func(x float64) bool { return math.Abs(x) > 1e-9 })
	if at < 0 {
		return
	}
	f := v[at]
	for j := range v {
		v[j] /= f
	}
	for i, row := range k.rows {
		if f := row[at]; f != 0 {
			for j := range row {
				k.rows[i][j] -= f * v[j]
			}
		}
	}
	k.rows, k.pivot = append(k.rows, v), append(k.pivot, at)
}

// tells reports whether a sum follows from what is known.
func (k *known) tells(v []float64) bool {
	return !slices.ContainsFunc(k.reduce(v), func(x float64) bool { return math.Abs(x) > 1e-7 })
}

// atoms lists all there can be in the tree's half year.
type atom struct {
	agency, wave uint32
	month        int
	channel      response.Channel
	flagged      bool
}

var months = []string{"2025-11", "2025-12", "2026-01", "2026-02", "2026-03"}

func atoms(w *world) (list []atom) {
	for _, a := range w.catalog.Agencies.All() {
		for m := range months {
			for _, ch := range response.Channels[:2] {
				for wave := range uint32(2) {
					for _, flagged := range []bool{false, true} {
						list = append(list, atom{a.Number, wave + 1, m, ch, flagged})
					}
				}
			}
		}
	}
	return list
}

// named lists the atoms of a sum.
func named(list []atom, v []float64) string {
	var b strings.Builder
	for i, x := range v {
		if x != 0 {
			fmt.Fprintf(&b, "%v ", list[i])
		}
	}
	return b.String()
}

// indicator is the sum that a row of a query is about.
func indicator(w *world, list []atom, q report.Query, row *report.Row) []float64 {
	registry := w.catalog.Agencies
	out := make([]float64, len(list))
	for i, x := range list {
		a := registry.ByNumber(x.agency)
		month, wave := months[x.month], []string{"2026-1", "2026-2"}[x.wave-1]
		in := (row.Agency == "" || registry.IsWithin(a, registry.ByID(row.Agency))) &&
			(q.Agency == "" || registry.IsWithin(a, registry.ByID(q.Agency))) &&
			(row.Agency != "" || row.Level == "" || a.Level == row.Level) && (row.Agency != "" || q.Level == "" || a.Level == q.Level) &&
			(row.Month == "" || row.Month == month) && (row.Wave == "" || row.Wave == wave) && (q.Wave == "" || q.Wave == wave) &&
			(row.Channel == "" || row.Channel == x.channel.String()) && (q.Channel == "" || q.Channel == x.channel.String()) &&
			(q.From == "" || q.From[:7] <= month) && (q.To == "" || q.To[:7] >= month) &&
			(q.Flags == "" || (q.Flags == "only") == x.flagged)
		if in {
			out[i] = 1
		}
	}
	return out
}

// questions lists queries that anybody may try.
func questions() (list []report.Query) {
	windows := [][2]string{{"", ""}, {"2025-11-01", "2025-11-30"}, {"2026-01-01", "2026-03-31"}, {"2025-01-01", "2025-12-31"}, {"2026-01-01", ""}, {"2025-12-01", "2026-01-31"}, {"", "2026-02-28"}}
	for _, by := range [][]string{{"agency"}, {"level"}, {"item"}, {"agency", "month"}, {"agency", "channel"}, {"agency", "wave"}, {"agency", "month", "channel"}, {"month"}, {"channel", "wave"}, {"agency", "month", "channel", "wave"}} {
		for _, window := range windows {
			for _, channel := range []string{"", "link", "qr"} {
				for _, wave := range []string{"", "2026-1"} {
					for _, flags := range []string{"", "only", "without"} {
						for _, place := range []report.Query{{}, {Agency: "p"}, {Agency: "d"}, {Level: "commune"}, {Agency: "p", Level: "department"}} {
							place.By, place.From, place.To, place.Channel, place.Wave, place.Flags = by, window[0], window[1], channel, wave, flags
							list = append(list, place)
						}
					}
				}
			}
		}
	}
	return list
}

// attacks returns with how many seeds, and which part of the questions, the
// attacker tries; HAILONG_ATTACK=all is all of them, which takes minutes.
func attacks() (seeds uint64, part int) {
	if os.Getenv("HAILONG_ATTACK") == "all" {
		return 8, 1
	}
	return 2, 16
}

// Whatever anybody asks, no group of 1 to 9 can be had by adding and subtracting
// what is shown: the sum of its atoms is not in the span of the sums of all rows.
func TestNothingSmallCanBeDerived(t *testing.T) {
	t.Parallel()
	all := questions()
	shown, hidden, refused, few, fewCounts, told := 0, 0, 0, 0, 0, 0
	seeds, part := attacks()
	for seed := range seeds {
		w := tree(t)
		rng := rand.New(rand.NewPCG(seed, 3))
		list := atoms(w)
		counts, lows := make([]float64, len(list)), make([]float64, len(list))
		for i, x := range list {
			if rng.IntN(3) == 0 {
				continue
			}
			n := rng.IntN([]int{2, 4, 9, 30}[rng.IntN(4)])
			if x.flagged {
				n /= 4
			}
			for range n {
				option := rng.IntN(2)
				lows[i] += float64(1 - option)
				r := w.answer(0, w.catalog.Agencies.ByNumber(x.agency).ID, months[x.month]+"-07", map[string]string{"signs": []string{"1", "5"}[option]})
				r.Wave, r.Channel = x.wave, x.channel
				if x.flagged {
					r.Flags = 1
				}
				w.add(r)
			}
			counts[i] = float64(n)
		}
		k, byOption, said, by := &known{}, &known{}, map[string]bool{}, map[string]report.Query{}
		var small, smallCounts [][]float64
		for _, q := range all {
			if rng.IntN(part) != 0 {
				continue
			}
			scores, err := w.public(q)
			if err != nil {
				refused++
				continue
			}
			for i := range scores.Rows {
				row := &scores.Rows[i]
				if row.Item != "" && row.Item != "signs" {
					continue
				}
				v := indicator(w, list, q, row)
				name := fmt.Sprint(v)
				open := row.Estimate != nil
				if before, again := said[name]; again && before != open && row.Agency != "" {
					t.Fatalf("seed %d, %+v, %+v: shown %v, by another query %v: %+v", seed, q, row, open, before, by[name])
				}
				if row.Agency != "" {
					said[name], by[name] = open, q
				}
				n, low := 0.0, 0.0
				for j, x := range v {
					n += x * counts[j]
					low += x * lows[j]
				}
				fewHere := low > 0 && low < 5 || n-low > 0 && n-low < 5
				switch {
				case open && int64(n) != row.N:
					t.Fatalf("seed %d, %+v: got n %d, want %v", seed, q, row.N, n)
				case open && n < 10:
					t.Fatalf("seed %d, %+v shows %v answers", seed, q, n)
				case open && row.FewCounts == (row.Counts != nil):
					t.Fatalf("seed %d: %+v has counts, or not, and says the opposite", seed, row)
				case open:
					shown++
					k.learn(v)
					switch {
					case row.FewCounts && fewHere:
						smallCounts = append(smallCounts, v)
					case fewHere:
						t.Fatalf("seed %d, %+v: %+v shows a small count", seed, q, row)
					case !row.FewCounts:
						byOption.learn(v)
					}
				default:
					hidden++
					if row.N != 0 || row.Counts != nil || row.Low != nil || row.SE != nil || row.State != report.Suppressed || row.Reason != "few_or_none" {
						t.Fatalf("seed %d, %+v: a hidden row says %+v", seed, q, row)
					}
					if n > 0 && n < 10 {
						small = append(small, v)
					}
				}
			}
		}
		for _, v := range small {
			if k.tells(v) || byOption.tells(v) {
				t.Errorf("seed %d: a sum of fewer than ten can be derived: %s", seed, named(list, v))
				break
			}
		}
		for _, v := range smallCounts {
			if byOption.tells(v) {
				t.Errorf("seed %d: small counts can be derived: %s", seed, named(list, v))
				break
			}
		}
		few, fewCounts, told = few+len(small), fewCounts+len(smallCounts), told+len(byOption.rows)
	}
	if shown < 50 || hidden < 300 || few < 100 || fewCounts < 5 || told < 5 || refused < 30 {
		t.Errorf("%d shown, %d hidden, %d of them small, %d with small counts, %d counts, %d refused: want more", shown, hidden, few, fewCounts, told, refused)
	}
}

// What the public is refused, and what it is told.
func TestNotPublic(t *testing.T) {
	t.Parallel()
	w := tree(t)
	for _, id := range []string{"c1", "c2"} {
		for _, month := range months {
			for _, ch := range response.Channels[:3] {
				for range 12 {
					r := w.answer(0, id, month+"-07", map[string]string{"signs": "5"})
					r.Channel = ch
					w.add(r)
				}
			}
		}
	}
	for want, q := range map[string]report.Query{
		"by":      {By: []string{"month", "channel", "wave"}},
		"channel": {Channel: "link,qr"},
		"from":    {From: "2025-12-01", To: "2026-01-31"},
		"to":      {To: "2026-02-28"},
	} {
		_, err := w.public(q)
		var e *errs.Error
		if !errors.As(err, &e) || len(e.Problems) != 1 || e.Problems[0].Item != want || e.Problems[0].Code != "not_public" {
			t.Errorf("%+v: got %v, want not_public of %s", q, err, want)
		}
		if rows := w.score(q).Rows; len(rows) == 0 || rows[0].Estimate == nil {
			t.Errorf("%+v: the operator sees %+v", q, rows)
		}
	}
	for _, q := range []report.Query{
		{From: "2026-01-01", To: "2026-03-31"},
		{From: "2026-02-01", To: "2026-02-28"},
		{From: "2025-01-01", To: "2025-12-31"},
		{From: "2026-01-01"},
		{From: "2020-01-01", To: "2030-12-31"},
		{Channel: "link,qr,kiosk"},
		{Channel: "qr", From: "2026-01-01"},
	} {
		if rows := w.mustPublic(q).Rows; !slices.ContainsFunc(rows, func(r report.Row) bool { return r.Estimate != nil }) {
			t.Errorf("%+v: nothing is shown", q)
		}
	}
}

// All communes minus one, last month and this one, all answers the same: hidden,
// and nothing looks different from where nobody answered.
func TestHiddenLooksEmpty(t *testing.T) {
	t.Parallel()
	w := league(t, []int{40, 20, 2, 0, 0, 14}, []int{50, 30, 3, 0, 16, 14})
	rows := w.mustPublic(report.Query{By: []string{"agency"}, Level: "commune"}).Rows
	states := ""
	for i := range rows {
		states += map[bool]string{true: "s", false: "-"}[rows[i].Estimate != nil]
		if rows[i].Estimate == nil {
			rows[i].Agency, rows[i].AgencyName = "", ""
			if fmt.Sprintf("%+v", rows[i]) != fmt.Sprintf("%+v", report.Row{Level: "commune", Measure: "satisfied", State: report.Suppressed, Reason: "few_or_none"}) {
				t.Errorf("a hidden row says %+v", rows[i])
			}
		}
	}
	// c2 has three answers and c3 none; all 16 of c4 are dissatisfied, which is hidden,
	// too; all 14 of c5 are satisfied, which harms nobody. What is left of the province
	// is 19, of which no commune's part can be told.
	if states != "ss---s" {
		t.Errorf("got %s, want ss---s", states)
	}
	if got := w.mustPublic(report.Query{By: []string{"item"}}).FewFlagged; !got {
		t.Error("the number of flagged responses is told")
	}
}

// A survey that nobody answered says so; there is nothing to hide.
func TestNothingAnswered(t *testing.T) {
	t.Parallel()
	for _, row := range tree(t).mustPublic(report.Query{By: []string{"agency"}}).Rows {
		if row.State != report.NoData || row.Reason != "no_answers" {
			t.Errorf("got %+v, want no data", row)
		}
	}
}

// Channels of few responses are not told, nor can they be subtracted.
func TestFewByAChannel(t *testing.T) {
	t.Parallel()
	w := tree(t)
	for i, n := range []int{50, 12, 3} {
		for range n {
			r := w.answer(0, "c1", "2026-01-05", map[string]string{"signs": "5"})
			r.Channel = response.Channels[i]
			w.add(r)
		}
	}
	var said []string
	for _, c := range w.mustPublic(report.Query{}).Channels {
		said = append(said, c.Channel)
	}
	if got := strings.Join(said, ","); got != response.Channels[0].String() {
		t.Errorf("got the numbers of %s, want those of %s only", got, response.Channels[0])
	}
}
