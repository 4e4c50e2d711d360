package report

import (
	"slices"
	"strings"
	"sync"

	"hailong/internal/catalog"
)

// maxKept bounds the memory of kept cubes, in counters of four bytes.
const maxKept = 1 << 25

// cubeName names a cube of one moment.
type cubeName struct{ survey, index, measure, axes string }

// cubes keeps closed cubes until anything new is counted: readers who look at one
// agency after the other, and the several tables of one page, ask for the same.
// Any number of goroutines may use it.
type cubes struct {
	mu        sync.Mutex
	catalog   *catalog.Catalog
	watermark uint64
	names     []cubeName // the least recently used first
	kept      map[cubeName]*cube
	counters  int

	closing sync.Mutex // held while one is closed
}

// get returns a cube of a moment, nil when there is none.
func (c *cubes) get(of *catalog.Catalog, watermark uint64, name cubeName) *cube {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.catalog != of || c.watermark != watermark {
		return nil
	}
	found := c.kept[name]
	if found != nil {
		at := slices.Index(c.names, name)
		c.names = append(slices.Delete(c.names, at, at+1), name)
	}
	return found
}

// put keeps a cube, which nobody changes any more. Those of an earlier moment go,
// and the least recently used when there are too many.
func (c *cubes) put(of *catalog.Catalog, watermark uint64, name cubeName, one *cube) {
	size := one.counters()
	c.mu.Lock()
	defer c.mu.Unlock()
	if watermark < c.watermark || size > maxKept {
		return
	}
	if c.catalog != of || c.watermark != watermark || c.kept == nil {
		c.catalog, c.watermark = of, watermark
		c.names, c.kept, c.counters = nil, map[cubeName]*cube{}, 0
	}
	if c.kept[name] != nil {
		return
	}
	for c.counters+size > maxKept {
		c.counters -= c.kept[c.names[0]].counters()
		delete(c.kept, c.names[0])
		c.names = c.names[1:]
	}
	c.names = append(c.names, name)
	c.kept[name] = one
	c.counters += size
}

// counters is how many counters a cube holds.
func (c *cube) counters() int {
	return len(c.cells) * c.segments() * (c.width() + len(c.columns))
}

// cubeName names the cube that the plan needs.
func (p *plan) cubeName(axes []*axis) cubeName {
	var keys []string
	for _, x := range axes {
		key := x.key
		if x.daily {
			key = byDay
		}
		keys = append(keys, key)
	}
	return cubeName{p.survey.Slug, p.index.ID, p.measure.ID, strings.Join(keys, ",")}
}
