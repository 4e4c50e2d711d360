package index

// pcg draws numbers that depend on the seed alone, the same on every machine and
// in every version of the program: PCG-XSH-RR 64/32 (O'Neill 2014), stream 54 of
// the reference implementation's demonstration. The standard library's generators
// belong to floors that may use chance.
type pcg struct{ state, increment uint64 }

func newPCG(seed uint64) *pcg {
	g := &pcg{increment: 54<<1 | 1}
	g.next()
	g.state += seed
	g.next()
	return g
}

// next returns 32 even bits.
func (g *pcg) next() uint32 {
	old := g.state
	g.state = old*6364136223846793005 + g.increment
	shifted := uint32((old>>18 ^ old) >> 27 & 0xFFFFFFFF)
	turn := uint32(old >> 59)
	return shifted>>turn | shifted<<(-turn&31)
}

// float returns a number from 0 up to, not including, 1, with 53 bits.
func (g *pcg) float() float64 {
	high, low := uint64(g.next())>>5, uint64(g.next())>>6
	return float64(high<<26|low) / (1 << 53)
}
