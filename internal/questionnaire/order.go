package questionnaire

import "slices"

// Shuffle returns the numbers 0 to n-1 in an order that follows from a seed and
// a name: Fisher–Yates with the numbers of SplitMix64, whose state begins as the
// seed mixed with the FNV-1a hash of the name. The same arguments give the same
// order for ever, so that the order a respondent saw can be found from the
// response alone: the seed is its id (response.ID.Prefix).
func Shuffle(n int, seed uint64, name string) []int {
	order := make([]int, max(n, 0))
	for i := range order {
		order[i] = i
	}
	state := seed ^ fnv1a(name)
	for i := len(order) - 1; i > 0; i-- {
		j := int(splitMix64(&state) % uint64(i+1)) //nolint:gosec // at most i
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// fnv1a is the 64-bit FNV-1a hash of a text.
func fnv1a(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// splitMix64 returns the next number of a generator (Steele, Lea, Flood 2014).
func splitMix64(state *uint64) uint64 {
	*state += 0x9e3779b97f4a7c15
	z := *state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// lay returns the numbers 0 to n-1 in an order.
func (o Order) lay(n int, seed uint64, name string) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	switch o {
	case Random:
		return Shuffle(n, seed, name)
	case Reversed:
		slices.Reverse(order)
	case Fixed:
	}
	return order
}

// ShownOptions returns the indices of the item's options in the order in which
// a respondent sees them; seed is of the response. Exclusive options and those
// with a text of their own stay last, as they stand in the file.
func (it *Item) ShownOptions(seed uint64) []int {
	var free, last []int
	for i := range it.Options {
		if it.Options[i].Exclusive || it.Options[i].Other {
			last = append(last, i)
		} else {
			free = append(free, i)
		}
	}
	shown := make([]int, 0, len(it.Options))
	for _, i := range it.Order.lay(len(free), seed, it.ID) {
		shown = append(shown, free[i])
	}
	return append(shown, last...)
}

// ShownRows returns the indices of a matrix's rows in the order in which a
// respondent sees them.
func (it *Item) ShownRows(seed uint64) []int {
	return it.RowOrder.lay(len(it.Rows), seed, it.ID+" rows")
}

// ShownItems returns the indices of the page's items in the order in which a
// respondent sees them.
func (p *Page) ShownItems(seed uint64) []int { return p.Order.lay(len(p.Items), seed, p.ID+" items") }
