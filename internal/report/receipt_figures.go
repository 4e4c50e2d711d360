package report

import "hailong/internal/catalog"

// figuresHash names the external figures that the log holds: weights and
// populations among them.
func figuresHash(c *catalog.Catalog) string { return c.Figures.Hash() }
