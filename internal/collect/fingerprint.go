package collect

import (
	"strconv"

	"hailong/internal/questionnaire"
)

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// hash is FNV-1a over a string and a separator that no text holds.
func hash(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return (h ^ 0xff) * fnvPrime
}

// mix spreads every bit of a digest over all others (the finalizer of
// MurmurHash3). Sums of plain FNV digests would be equal where two answers only
// changed places.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// Fingerprint digests what was sent, whatever the order of the answers, so that
// a retry can be told from another submission under the same key. How it was
// sent (language, version, seconds) may differ between a form and its retry and
// is left out, and so is the code of an invitation: who has the list of codes
// must not find out whose answers these are. Answers to personal items are left
// out too: who has the digest and
// everything else could try which telephone number fits. The questionnaire says
// which those are; it may be nil, when there is none to submit to. It is stored
// with the response; FORMAT.md has the definition. It is never zero.
func (in *Input) Fingerprint(q *questionnaire.Questionnaire) uint64 {
	h := uint64(fnvOffset)
	for _, s := range [...]string{in.Agency, in.Resolver, in.Wave, in.Service, in.Channel} {
		h = hash(h, s)
	}
	if in.Counter != "" {
		h = hash(h, "#"+in.Counter)
	}
	total := mix(h) + sum(q, in.Answers, fnvOffset)
	for i := range in.Repeats {
		r := &in.Repeats[i]
		// No item has an id with an @, so that this is no answer of the response itself.
		total += sum(q, r.Answers, hash(fnvOffset, "@"+r.Agency))
	}
	for id, value := range in.Parameters {
		if !personal(q, id) {
			total += mix(hash(hash(fnvOffset, id), value))
		}
	}
	return total | 1
}

// personal reports whether a questionnaire marks the answers to an id as personal.
func personal(q *questionnaire.Questionnaire, id string) bool {
	if q == nil {
		return false
	}
	v := q.Variable(id)
	return v != nil && v.Item.Personal != nil
}

// inOrder reports whether the order of a list matters: that of a ranking, and of
// agencies chosen for pages that repeat.
func inOrder(q *questionnaire.Questionnaire, id string) bool {
	if q == nil {
		return false
	}
	it := q.Item(id)
	return it != nil && (it.Type == questionnaire.Ranking || it.Type == questionnaire.AgencyType)
}

// sum adds the digests of all answers: addition does not care for the order.
func sum(q *questionnaire.Questionnaire, fields []Field, seed uint64) uint64 {
	total := uint64(0)
	for i := range fields {
		f := &fields[i]
		if personal(q, f.Item) {
			continue
		}
		h := hash(seed, f.Item)
		switch f.Value.Kind {
		case None:
			continue // null says the same as leaving the answer out
		case List:
			ordered := inOrder(q, f.Item)
			for place, code := range f.Value.List {
				if ordered {
					code = strconv.Itoa(place) + " " + code
				}
				total += mix(hash(h, code))
			}
		case Rows:
			total += sum(q, f.Value.Rows, h)
		case String, Number, Other:
			total += mix(hash(h, f.Value.Text))
		}
	}
	return total
}
