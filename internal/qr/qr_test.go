package qr

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const link = "https://khaosat.bacninh.gov.vn/s/one-stop?agency=x07210&channel=qr&counter=3"

var texts = []string{
	"1", "0123456789", "HTTPS://X.VN/S/1", link, "Phường Bắc Giang, quầy số 3 – ễ ằ ộ 🙂", strings.Repeat("k=a7&", 60), strings.Repeat("x", MaxText),
}

// modules reads the dark modules of a PNG.
func modules(t testing.TB, b []byte, scale int) [][]bool {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	size := picture.Bounds().Dx() / scale
	grid := make([][]bool, size)
	for y := range grid {
		grid[y] = make([]bool, size)
		for x := range grid[y] {
			r, _, _, _ := picture.At(x*scale+scale/2, y*scale+scale/2).RGBA()
			grid[y][x] = r == 0
		}
	}
	return grid
}

var step = regexp.MustCompile(`([Mmhvz])(?:(-?\d+)(?: ?(-?\d+))?)?`)

// fill paints a path of horizontal and vertical pieces by the even-odd rule: what
// a browser does with it, in few lines.
func fill(t testing.TB, path string, size int) [][]bool {
	t.Helper()
	edges := make([][]bool, size+1) // vertical edges, one above each module's left side
	for y := range edges {
		edges[y] = make([]bool, size+1)
	}
	var x, y, startX, startY, length int
	down := func(n int) {
		for ; n > 0; n-- {
			edges[y][x] = !edges[y][x]
			y++
		}
		for ; n < 0; n++ {
			y--
			edges[y][x] = !edges[y][x]
		}
	}
	for _, m := range step.FindAllStringSubmatch(path, -1) {
		length += len(m[0])
		n, _ := strconv.Atoi(m[2])
		k, _ := strconv.Atoi(m[3])
		switch m[1] {
		case "M":
			x, y = n, k
		case "m":
			x, y = x+n, y+k
		case "h":
			x += n
		case "v":
			down(n)
		case "z":
			down(startY - y)
			x, y = startX, startY
		}
		if m[1] == "M" || m[1] == "m" {
			startX, startY = x, y
		}
	}
	if length != len(path) {
		t.Fatalf("path has more than steps: %s", path)
	}
	grid := make([][]bool, size)
	for y := range grid {
		grid[y] = make([]bool, size)
		inside := false
		for x := range grid[y] {
			inside = inside != edges[y][x]
			grid[y][x] = inside
		}
	}
	return grid
}

var (
	pathOf = regexp.MustCompile(`evenodd" d="([^"]*)"`)
	boxOf  = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
)

// Both pictures show the same modules, in the middle of a quiet zone.
func TestPicturesAgree(t *testing.T) {
	t.Parallel()
	for _, text := range texts {
		for _, scale := range []int{1, 3, 8} {
			b, err := PNG(text, scale)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			assertAgree(t, text, modules(t, b, scale), SVG(text, Options{}))
		}
	}
}

func assertAgree(t testing.TB, text string, want [][]bool, svg string) {
	t.Helper()
	box := boxOf.FindStringSubmatch(svg)
	if len(box) != 3 || box[1] != strconv.Itoa(len(want)) || box[2] != box[1] {
		t.Fatalf("%q: got box %q, want %d", text, box, len(want))
	}
	got := fill(t, pathOf.FindStringSubmatch(svg)[1], len(want))
	dark := 0
	for y := range want {
		for x := range want[y] {
			if got[y][x] != want[y][x] {
				t.Fatalf("%q: module %d %d: svg %v, png %v", text, x, y, got[y][x], want[y][x])
			}
			quiet := min(x, y) < Quiet || max(x, y) >= len(want)-Quiet
			if quiet && want[y][x] {
				t.Fatalf("%q: module %d %d of the quiet zone is dark", text, x, y)
			}
			if want[y][x] {
				dark++
			}
		}
	}
	if inner := len(want) - 2*Quiet; dark < inner*inner/3 || dark > inner*inner*2/3 {
		t.Errorf("%q: %d of %d modules are dark", text, dark, inner*inner)
	}
}

func TestSVG(t *testing.T) {
	t.Parallel()
	cases := []struct {
		o     Options
		want  []string
		never []string
	}{
		{Options{}, []string{`aria-hidden="true"`}, []string{"<title>", "class=", "#fff"}},
		{Options{Title: `Mã "QR" & <b>`}, []string{`role="img"`, `<title>Mã &#34;QR&#34; &amp; &lt;b&gt;</title>`}, []string{"aria-hidden"}},
		{Options{Class: `a"b`, Paper: true}, []string{`class="a&#34;b"`, `fill="#fff"`}, nil},
	}
	for _, c := range cases {
		got := SVG(link, c.o)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%+v: got %.200s, want %s in it", c.o, got, want)
			}
		}
		for _, never := range c.never {
			if strings.Contains(got, never) {
				t.Errorf("%+v: got %.200s, want no %s in it", c.o, got, never)
			}
		}
		for d := xml.NewDecoder(strings.NewReader(got)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%+v: %v", c.o, err)
			}
		}
		if n := len(got); n > 3500 {
			t.Errorf("a code for %d characters has %d bytes, want at most 3500", len(link), n)
		}
	}
}

func TestNotDrawn(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", strings.Repeat("x", MaxText+1)} {
		if got := SVG(text, Options{}); got != "" {
			t.Errorf("%d bytes: got %.40q, want nothing", len(text), got)
		}
		if b, err := PNG(text, 1); err == nil || b != nil {
			t.Errorf("%d bytes: got %d bytes and %v, want an error", len(text), len(b), err)
		}
	}
	for _, scale := range []int{-1, 0, maxScale + 1} {
		if _, err := PNG("x", scale); err == nil {
			t.Errorf("scale %d: got no error", scale)
		}
	}
}

// The same text is always the same code: posters that are printed again fit.
func TestSameTextSameCode(t *testing.T) {
	t.Parallel()
	first := SVG(link, Options{})
	for range 3 {
		if again := SVG(link, Options{}); again != first {
			t.Fatal("two codes of one text differ")
		}
	}
}

func FuzzPictures(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		svg := SVG(text, Options{Title: text})
		b, err := PNG(text, 1)
		if (err != nil) != (svg == "") {
			t.Fatalf("%q: svg of %d bytes, png with error %v", text, len(svg), err)
		}
		if err == nil {
			assertAgree(t, text, modules(t, b, 1), svg)
		}
	})
}

func BenchmarkSVG(b *testing.B) {
	for b.Loop() {
		if SVG(link, Options{}) == "" {
			b.Fatal("nothing drawn")
		}
	}
}

func ExampleSVG() {
	svg := SVG("https://example.vn/s/counter", Options{Title: "Scan to answer"})
	fmt.Println(svg[:100])
	// Output: <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 37 37" role="img"><title>Scan to answer</title>
}
