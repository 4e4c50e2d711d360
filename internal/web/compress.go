package web

import (
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// Compression levels: pages are small and made for each visit, so a level that
// takes well below a millisecond; files are compressed once and kept.
const (
	pageBrotli = 5
	pageGzip   = 9
	fileBrotli = fasthttp.CompressBrotliBestCompression
	fileGzip   = fasthttp.CompressBestCompression

	compressFrom = 600 // bytes; below it a packet is a packet
)

// encoding returns the best compression that the client takes, empty for none.
func encoding(c *fiber.Ctx) string {
	header := &c.Request().Header
	switch {
	case header.HasAcceptEncoding("br"):
		return "br"
	case header.HasAcceptEncoding("gzip"):
		return "gzip"
	}
	return ""
}

func compress(b []byte, encoding string, brotli, gzip int) []byte {
	switch encoding {
	case "br":
		return fasthttp.AppendBrotliBytesLevel(nil, b, brotli)
	case "gzip":
		return fasthttp.AppendGzipBytesLevel(nil, b, gzip)
	}
	return b
}

// sendText sends a page or a document, compressed where the client takes it.
func sendText(c *fiber.Ctx, b []byte) error {
	c.Vary(fiber.HeaderAcceptEncoding)
	how := encoding(c)
	if how == "" || len(b) < compressFrom {
		return c.Send(b)
	}
	c.Set(fiber.HeaderContentEncoding, how)
	return c.Send(compress(b, how, pageBrotli, pageGzip))
}
