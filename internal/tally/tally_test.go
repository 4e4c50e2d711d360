package tally_test

import (
	"bytes"
	"encoding/json"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
	"hailong/internal/tally"
)

func readSurvey(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	src, err := os.ReadFile("testdata/survey.yaml")
	if err != nil {
		t.Fatal(err)
	}
	survey, err := questionnaire.Parse("test", "survey.yaml", src)
	if err != nil {
		t.Fatal(err)
	}
	return survey.Questionnaire
}

// readRich reads a questionnaire with pages that repeat and personal items.
func readRich(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	src, err := os.ReadFile("testdata/rich.json")
	if err != nil {
		t.Fatal(err)
	}
	q := new(questionnaire.Questionnaire)
	if err := json.Unmarshal(src, q); err != nil {
		t.Fatal(err)
	}
	if q, err = questionnaire.Decode(q.Canonical()); err != nil {
		t.Fatal(err)
	}
	return q
}

// daily is the same questionnaire with tallies by day.
func daily(q *questionnaire.Questionnaire) *questionnaire.Questionnaire {
	d := *q
	d.Grain = questionnaire.ByDay
	return &d
}

func randomResponse(random *rand.Rand, q *questionnaire.Questionnaire) *response.Response {
	r := &response.Response{
		Version: 1 + random.Uint32N(2), Agency: 1 + random.Uint32N(4), Wave: 1 + random.Uint32N(2),
		Day: response.Day(9000 + random.Uint32N(70)), Channel: response.Channels[random.IntN(3)],
		Answers: make([]response.Answer, len(q.Variables())),
	}
	if random.IntN(3) == 0 {
		r.Flags = 1 << random.IntN(8)
	}
	for i, v := range q.Variables() {
		if !q.Repeated(&v) {
			r.Answers[i] = randomAnswer(random, &v)
		}
	}
	if q.Choice() != nil {
		for _, agency := range random.Perm(4)[:random.IntN(4)] {
			one := response.Repeat{Agency: uint32(agency) + 1, Answers: make([]response.Answer, len(r.Answers))}
			for i, v := range q.Variables() {
				if q.Repeated(&v) {
					one.Answers[i] = randomAnswer(random, &v)
				}
			}
			r.Repeats = append(r.Repeats, one)
		}
	}
	return r
}

func randomAnswer(random *rand.Rand, v *questionnaire.Variable) response.Answer {
	a := response.Answer{State: response.State(random.IntN(10))}
	if a.State < response.Answered {
		return a
	}
	a.State = response.Answered
	switch v.Kind {
	case questionnaire.OneOf:
		a.Option = uint8(random.IntN(len(v.Options())))
	case questionnaire.SetOf:
		a.Set = 1 + random.Uint64N(1<<len(v.Options())-1)
	case questionnaire.Amount, questionnaire.Days, questionnaire.Months:
		a.Amount = random.Int64()
	case questionnaire.Words:
		a.Words = "văn bản"
	}
	return a
}

func randomEntries(seed uint64, n int, q *questionnaire.Questionnaire) []tally.Entry {
	random := rand.New(rand.NewPCG(seed, 2))
	entries := make([]tally.Entry, n)
	for i := range entries {
		entries[i] = tally.Entry{Questionnaire: q, Response: randomResponse(random, q)}
	}
	return entries
}

// cells copies what a tally holds.
func cells(t *tally.Tally) (watermark uint64, copied map[tally.Key]tally.Cell) {
	copied = map[tally.Key]tally.Cell{}
	t.Read(func(w uint64, all iter.Seq2[tally.Key, *tally.Cell]) {
		watermark = w
		for k, c := range all {
			copied[k] = tally.Cell{Responses: c.Responses, Counts: slices.Clone(c.Counts)}
		}
	})
	return watermark, copied
}

// naive counts by going through all responses once for every single counter.
func naive(q *questionnaire.Questionnaire, entries []tally.Entry) map[tally.Key]tally.Cell {
	want := map[tally.Key]tally.Cell{}
	for _, e := range entries {
		key := tally.Key{
			Version: e.Response.Version, Agency: e.Response.Agency, Channel: e.Response.Channel, Wave: e.Response.Wave,
			Period: e.Response.Day, Flagged: e.Response.Flags != 0,
		}
		if q.Grain == questionnaire.ByMonth {
			key.Period, _ = response.ParseDay(e.Response.Day.String()[:8] + "01")
		}
		cellOf := func(key tally.Key) tally.Cell {
			cell, ok := want[key]
			if !ok {
				cell.Counts = make([]uint32, q.Slots())
			}
			return cell
		}
		cell := cellOf(key)
		cell.Responses++
		want[key] = cell
		for i, v := range q.Variables() {
			for s := range v.Slots {
				if q.Pages[v.Page].Repeat == "" && countsIn(&v, e.Response.Answers[i], s) {
					want[key].Counts[v.Slot+s]++
				}
				for _, one := range e.Response.Repeats {
					key := key
					key.Agency = one.Agency
					want[key] = cellOf(key)
					if q.Pages[v.Page].Repeat != "" && countsIn(&v, one.Answers[i], s) {
						want[key].Counts[v.Slot+s]++
					}
				}
			}
		}
		for _, p := range q.Pools() {
			naivePool(q, &p, want[key], e.Response.Answers, false)
			for _, one := range e.Response.Repeats {
				key := key
				key.Agency = one.Agency
				naivePool(q, &p, want[key], one.Answers, true)
			}
		}
	}
	return want
}

// naivePool lists what one person says on pooled variables and counts that.
func naivePool(q *questionnaire.Questionnaire, p *questionnaire.Pool, cell tally.Cell, answers []response.Answer, repeated bool) {
	var said []bool // by answer in the denominator: in the numerator
	for place, index := range p.Variables {
		v, a := q.Variables()[index], answers[index]
		if (q.Pages[v.Page].Repeat != "") != repeated || v.Item.Personal != nil {
			continue
		}
		for s := 5; s < v.Slots-1; s++ {
			if countsIn(&v, a, s) {
				said = append(said, p.Counts(place, s-5))
			}
		}
		if a.State == response.DontKnow && p.WithDontKnow() {
			said = append(said, false)
		}
	}
	for i := range said {
		for j := range said {
			if i == 0 && j == 0 {
				cell.Counts[p.Slot]++
			}
			if said[i] && said[j] {
				cell.Counts[p.Slot+1]++
			}
			if said[i] {
				cell.Counts[p.Slot+2]++
			}
			cell.Counts[p.Slot+3]++
		}
	}
}

// countsIn says whether an answer counts in a slot of its variable.
func countsIn(v *questionnaire.Variable, a response.Answer, slot int) bool {
	option := slot - 5
	switch {
	case slot == v.Slots-1:
		return a.State == response.Answered
	case slot < 5:
		return int(a.State) == slot
	case a.State != response.Answered:
		return false
	case v.Kind == questionnaire.SetOf:
		return a.Set&(1<<option) != 0
	default:
		return int(a.Option) == option
	}
}

func TestCountsAreThoseOfANaiveCount(t *testing.T) {
	t.Parallel()
	month := readSurvey(t)
	for name, q := range map[string]*questionnaire.Questionnaire{
		"by month": month, "by day": daily(month), "repeated": readRich(t), "repeated by day": daily(readRich(t)),
	} {
		entries := randomEntries(1, 4000, q)
		counts := tally.New()
		for part := range slices.Chunk(entries, 37) {
			counts.Add(uint64(len(part)), part)
		}
		counts.Add(4711, nil)
		watermark, got := cells(counts)
		if watermark != 4711 {
			t.Errorf("%s: watermark %d, want 4711", name, watermark)
		}
		if diff := cmp.Diff(naive(q, entries), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOneResponse(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	day, _ := response.ParseDay("2026-11-22")
	month, _ := response.ParseDay("2026-11-01")
	r := &response.Response{
		Version: 3, Agency: 5, Resolver: 6, Wave: 2, Day: day, Channel: response.QR, Lang: 1, Service: "x",
		Answers: []response.Answer{
			{State: response.Answered, Option: 4},
			{State: response.NotAsked},
			{State: response.Answered, Set: 1<<0 | 1<<2},
			{State: response.Answered, Amount: -15},
			{State: response.Skipped},
			{State: response.DontKnow},
			{State: response.NotApplicable},
		},
	}
	counts := tally.New()
	counts.Add(1, []tally.Entry{{Questionnaire: q, Response: r}})
	_, got := cells(counts)
	want := map[tally.Key]tally.Cell{
		{Version: 3, Agency: 5, Period: month, Channel: response.QR, Wave: 2}: {Responses: 1, Counts: slices.Concat(
			[]uint32{0, 0, 0, 0, 0 /**/, 0, 0, 0, 0, 1 /**/, 1}, // overall
			[]uint32{1, 0, 0, 0, 0 /**/, 0, 0, 0 /**/, 0},       // how
			[]uint32{0, 0, 0, 0, 0 /**/, 1, 0, 1, 0 /**/, 1},    // needs
			[]uint32{0, 0, 0, 0, 0 /**/, 1},                     // hours
			[]uint32{0, 1, 0, 0, 0 /**/, 0},                     // remarks
			[]uint32{0, 0, 1, 0, 0 /**/, 0, 0, 0, 0, 0 /**/, 0}, // staff_polite
			[]uint32{0, 0, 0, 0, 1 /**/, 0, 0, 0, 0, 0 /**/, 0}, // staff_clear
			[]uint32{1, 1, 1, 1},                                // one of one pooled answers counts
		)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is said of an agency on a repeated page counts for that agency, and there
// only that; of a personal answer, only that it was given.
func TestOneResponseWithRepeats(t *testing.T) {
	t.Parallel()
	q := readRich(t)
	at := func(id string) *questionnaire.Variable { return q.Variable(id) }
	r := &response.Response{Version: 1, Agency: 5, Wave: 1, Channel: response.Link, Answers: make([]response.Answer, len(q.Variables()))}
	r.Answers[at("overall").Index] = response.Answer{State: response.Answered, Option: 2}
	r.Answers[at("phone").Index] = response.Answer{State: response.Answered, Apart: true}
	r.Answers[at("born").Index] = response.Answer{State: response.Answered, Amount: -9000}
	for i, agency := range []uint32{5, 6} {
		one := response.Repeat{Agency: agency, Answers: make([]response.Answer, len(r.Answers))}
		one.Answers[at("quality").Index] = response.Answer{State: response.Answered, Option: uint8(i)}
		one.Answers[at("contact").Index] = response.Answer{State: response.Answered, Words: "Lan"}
		r.Repeats = append(r.Repeats, one)
	}
	counts := tally.New()
	counts.Add(1, []tally.Entry{{Questionnaire: q, Response: r}})
	_, got := cells(counts)
	own := got[tally.Key{Version: 1, Agency: 5, Channel: response.Link, Wave: 1}]
	other := got[tally.Key{Version: 1, Agency: 6, Channel: response.Link, Wave: 1}]
	if len(got) != 2 || own.Responses != 1 || other.Responses != 0 {
		t.Fatalf("%d cells; %d and %d responses, want 1 and 0", len(got), own.Responses, other.Responses)
	}
	slots := func(c tally.Cell, id string) []uint32 { return c.Counts[at(id).Slot : at(id).Slot+at(id).Slots] }
	for name, test := range map[string]struct{ got, want []uint32 }{
		"overall, own":          {slots(own, "overall"), []uint32{0, 0, 0, 0, 0 /**/, 0, 0, 1 /**/, 1}},
		"overall, other":        {slots(other, "overall"), []uint32{0, 0, 0, 0, 0 /**/, 0, 0, 0 /**/, 0}},
		"quality, own":          {slots(own, "quality"), []uint32{0, 0, 0, 0, 0 /**/, 1, 0, 0 /**/, 1}},
		"quality, other":        {slots(other, "quality"), []uint32{0, 0, 0, 0, 0 /**/, 0, 1, 0 /**/, 1}},
		"faults, own":           {slots(own, "faults"), []uint32{1, 0, 0, 0, 0 /**/, 0, 0 /**/, 0}},
		"contact, other":        {slots(other, "contact"), []uint32{0, 0, 0, 0, 0 /**/, 1}},
		"a value that is apart": {slots(own, "phone"), []uint32{0, 0, 0, 0, 0 /**/, 1}},
		"a personal day":        {slots(own, "born"), []uint32{0, 0, 0, 0, 0 /**/, 1}},
		"text of an option":     {slots(own, "region_other"), []uint32{1, 0, 0, 0, 0 /**/, 0}},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: got %v, want %v", name, test.got, test.want)
		}
	}
}

func TestTheOrderOfResponsesMakesNoDifference(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	entries := randomEntries(2, 1500, q)
	want := tally.New()
	want.Add(1500, entries)
	_, wantBytes := want.Encode()
	random := rand.New(rand.NewPCG(3, 3))
	for range 10 {
		random.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
		counts := tally.New()
		for rest := entries; len(rest) > 0; {
			n := 1 + random.IntN(len(rest))
			counts.Add(1, rest[:n])
			rest = rest[n:]
		}
		if _, got := counts.Encode(); !bytes.Equal(got, wantBytes) {
			t.Fatal("the same responses in another order count otherwise")
		}
	}
}

// A reader sees all of a batch or nothing of it.
func TestReadersSeeWholeBatches(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	batch := randomEntries(4, 50, q)
	counts := tally.New()
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				watermark, got := cells(counts)
				var n uint64
				for _, c := range got {
					n += uint64(c.Responses)
				}
				if n != watermark {
					t.Errorf("%d responses at watermark %d", n, watermark)
					return
				}
			}
		})
	}
	for i := range uint64(100) {
		counts.Add((i+1)*50, batch)
	}
	close(done)
	readers.Wait()
}

func TestReadStopsWhenTold(t *testing.T) {
	t.Parallel()
	q := readSurvey(t)
	counts := tally.New()
	counts.Add(100, randomEntries(5, 100, q))
	counts.Read(func(_ uint64, all iter.Seq2[tally.Key, *tally.Cell]) {
		n := 0
		for range all {
			if n++; n == 2 {
				break
			}
		}
		if n != 2 {
			t.Errorf("got %d cells, want 2", n)
		}
	})
}
