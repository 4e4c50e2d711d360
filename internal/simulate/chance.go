package simulate

import (
	"math"
	"math/rand/v2"
)

// unitOne is one unit of the latent scale (a logit) in fixed point. All that is
// drawn per answer is integers, so that no processor's way of rounding can show.
const unitOne = 1 << 12

// tableBits is how finely the distributions are cut.
const tableBits = 12

// tables are quantiles of two distributions, in fixed point.
type tables struct {
	logistic [1 << tableBits]int32
	normal   [1 << tableBits]int32
}

func newTables() *tables {
	t := &tables{}
	for i := range t.logistic {
		p := (float64(i) + 0.5) / (1 << tableBits)
		t.logistic[i] = fixed(math.Log(p / (1 - p)))
		t.normal[i] = fixed(math.Sqrt2 * math.Erfinv(2*p-1))
	}
	return t
}

// fixed returns x in fixed point.
func fixed(x float64) int32 { return int32(math.Round(x * unitOne)) }

// times multiplies two numbers in fixed point.
func times(a, b int32) int32 { return int32(int64(a) * int64(b) / unitOne) } //nolint:gosec // a few units at most

// share returns a share of one in 65536ths, to be compared with 16 random bits.
func share(x float64) uint32 { return uint32(math.Round(x * (1 << 16))) }

// dice deals out the bits of random words, a few at a time.
type dice struct {
	source rand.PCG
	word   uint64
	left   uint
}

// seed starts the generator of one response.
func (b *dice) seed(seed, index uint64) {
	b.source.Seed(mix(seed), mix(index^0x9e3779b97f4a7c15))
	b.left = 0
}

// take returns n random bits, at most 32.
func (b *dice) take(n uint) uint32 {
	if b.left < n {
		b.word, b.left = b.source.Uint64(), 64
	}
	v := uint32(b.word & (1<<n - 1)) //nolint:gosec // at most 32 bits are left by the mask
	b.word >>= n
	b.left -= n
	return v
}

// chance is true for a share of the calls.
func (b *dice) chance(share uint32) bool { return b.take(16) < share }

// below returns a number from 0 to n-1, n at most 2^16; the bias is below n/2^32.
func (b *dice) below(n int) int { return int(uint64(b.take(32)) * uint64(n) >> 32) } //nolint:gosec // n is small and positive

// mix spreads neighbouring numbers over all 64 bits (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// cumulate turns weights into ascending limits that end at 1<<32: a random
// number of 32 bits picks the first entry whose limit is above it. Entries of
// weight zero are never picked. It returns nil when all weights are zero.
func cumulate(weights []float64) []uint64 {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	if total <= 0 {
		return nil
	}
	limits := make([]uint64, len(weights))
	sum, last := 0.0, 0
	for i, w := range weights {
		sum += w
		limits[i] = uint64(math.Round(sum / total * (1 << 32)))
		if w > 0 {
			last = i
		}
	}
	for i := last; i < len(limits); i++ {
		limits[i] = 1 << 32
	}
	return limits
}

// pick returns the entry that 32 random bits fall on.
func pick(limits []uint64, random uint32) int {
	lo, hi := 0, len(limits)-1
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if limits[mid] > uint64(random) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
