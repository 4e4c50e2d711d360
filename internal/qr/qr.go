// Package qr draws links as QR codes, for screens and for print.
//
// Codes have error correction of level M: 15 % of a poster's code may be dirty or
// torn, and links still make small codes. The quiet zone of four modules, without
// which phones find nothing, is part of every picture made here.
//
// The package wraps the one library that does the mathematics; that others read
// what it draws is tested in internal/browser with a reader that shares no code
// with it.
package qr

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"math/bits"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Quiet is the width of the empty border, in modules.
const Quiet = 4

// MaxText is the longest text that is drawn, in bytes: about what a phone reads
// from a poster at arm's length.
const MaxText = 1000

// maxScale is the largest number of pixels of a module.
const maxScale = 64

var (
	errLong  = fmt.Errorf("a QR code for more than %d bytes", MaxText)
	errEmpty = errors.New("a QR code for nothing")
	errScale = fmt.Errorf("a QR code with modules of less than 1 or more than %d pixels", maxScale)
)

// Options say how a code is drawn. The zero value draws black on transparent,
// without a name.
type Options struct {
	Title string // what a screen reader says; empty: the picture is hidden from it
	Class string // of the svg element; may be empty
	Paper bool   // with a white background: for pages that may be dark
}

// SVG draws a text as an svg element that scales to any size: one path, with the
// quiet zone inside its view box. It is empty for a text that can't be drawn:
// one that is empty or longer than MaxText.
func SVG(text string, o Options) string {
	c, err := encode(text)
	if err != nil {
		return ""
	}
	side := strconv.Itoa(c.size + 2*Quiet)
	var b strings.Builder
	b.Grow(4 << 10)
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ` + side + " " + side + `"`)
	if o.Class != "" {
		b.WriteString(` class="` + html.EscapeString(o.Class) + `"`)
	}
	if o.Title == "" {
		b.WriteString(` aria-hidden="true">`)
	} else {
		b.WriteString(` role="img"><title>` + html.EscapeString(o.Title) + `</title>`)
	}
	if o.Paper {
		b.WriteString(`<path fill="#fff" d="M0 0h` + side + "v" + side + `H0z"/>`)
	}
	b.WriteString(`<path fill-rule="evenodd" d="`)
	c.outline(&b)
	b.WriteString(`"/></svg>`)
	return b.String()
}

// PNG draws a text with modules of scale × scale pixels, black on white, quiet
// zone included.
func PNG(text string, scale int) ([]byte, error) {
	if scale < 1 || scale > maxScale {
		return nil, errScale
	}
	c, err := encode(text)
	if err != nil {
		return nil, err
	}
	side := (c.size + 2*Quiet) * scale
	// Two colours: a bit a pixel.
	picture := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		row := picture.Pix[y*picture.Stride:][:side]
		for x := range side {
			if c.dark(x/scale-Quiet, y/scale-Quiet) {
				row[x] = 1
			}
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	return b.Bytes(), nil
}

// code is a square of modules.
type code struct {
	size    int
	modules []uint64 // a row after the other, words of 64 modules
	words   int      // of a row
}

func encode(text string) (*code, error) {
	switch {
	case text == "":
		return nil, errEmpty
	case len(text) > MaxText:
		return nil, errLong
	}
	drawn, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("make QR code: %w", err)
	}
	size := drawn.Bounds().Dx()
	c := &code{size: size, words: (size + bits.UintSize - 1) / bits.UintSize}
	c.modules = make([]uint64, size*c.words)
	for y := range size {
		for x := range size {
			if r, _, _, _ := drawn.At(x, y).RGBA(); r == 0 {
				c.modules[y*c.words+x/64] |= 1 << (x % 64)
			}
		}
	}
	return c, nil
}

// dark reports whether a module is dark; those outside the code are not.
func (c *code) dark(x, y int) bool {
	if x < 0 || y < 0 || x >= c.size || y >= c.size {
		return false
	}
	return c.modules[y*c.words+x/64]>>(x%64)&1 == 1
}

// outline writes the outlines of all dark areas as path commands. Areas of
// many modules are one shape, so that no printer shows seams within them.
func (c *code) outline(b *strings.Builder) {
	// An edge runs along the top of a module, from left to right, where the module
	// below it is dark and the one above is not. Each closed outline has such an edge.
	seen := make([]bool, c.size*c.size)
	atX, atY := 0, 0
	for y := range c.size {
		for x := range c.size {
			if seen[y*c.size+x] || !c.dark(x, y) || c.dark(x, y-1) {
				continue
			}
			if atX == 0 && atY == 0 {
				b.WriteString("M" + strconv.Itoa(x+Quiet) + " " + strconv.Itoa(y+Quiet))
			} else {
				b.WriteString("m" + strconv.Itoa(x-atX) + joined(y-atY))
			}
			atX, atY = x, y
			c.trace(b, x, y, seen)
		}
	}
}

// joined writes a number behind another one: a minus sign parts them as well as
// a blank.
func joined(n int) string {
	if n < 0 {
		return strconv.Itoa(n)
	}
	return " " + strconv.Itoa(n)
}

// trace walks around one outline with the dark area at its right hand, from the
// left end of a top edge, and writes it.
func (c *code) trace(b *strings.Builder, startX, startY int, seen []bool) {
	x, y, dx, dy := startX, startY, 1, 0
	for {
		length := 0
		for {
			if dx == 1 {
				seen[y*c.size+x] = true
			}
			x, y = x+dx, y+dy
			length++
			// The two modules ahead, at the left and the right hand.
			left, right := c.ahead(x, y, dx, dy)
			switch {
			case !right: // the area ends: turn right
				c.run(b, dx, dy, length)
				dx, dy = -dy, dx
			case left: // the area widens: turn left
				c.run(b, dx, dy, length)
				dx, dy = dy, -dx
			default:
				continue
			}
			break
		}
		if x == startX && y == startY && dx == 1 && dy == 0 {
			b.WriteByte('z')
			return
		}
	}
}

// ahead looks at the two modules in front of a corner, in a direction.
func (c *code) ahead(x, y, dx, dy int) (left, right bool) {
	switch {
	case dx == 1:
		return c.dark(x, y-1), c.dark(x, y)
	case dx == -1:
		return c.dark(x-1, y), c.dark(x-1, y-1)
	case dy == 1:
		return c.dark(x, y), c.dark(x-1, y)
	}
	return c.dark(x-1, y-1), c.dark(x, y-1)
}

// run writes a straight piece.
func (c *code) run(b *strings.Builder, dx, dy, length int) {
	if dx != 0 {
		b.WriteString("h" + strconv.Itoa(dx*length))
		return
	}
	b.WriteString("v" + strconv.Itoa(dy*length))
}
