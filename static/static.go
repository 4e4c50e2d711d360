// Package static holds the files that pages load: style sheets, the optional
// scripts, the icon. Each file is served under a name that holds a digest of its
// content, so that browsers may keep it for ever and a new version is fetched at
// once. Scripts and styles are sent without comments and with short names, which
// takes a third off what a respondent pays for; here they are written to be read.
//
// The pages must work without the script.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

// Prefix is the path below which the files are served.
const Prefix = "/static/"

//go:embed *.css *.js favicon.svg
var files embed.FS

// File is one file to send.
type File struct {
	Name string // as in the folder, such as app.css
	Type string // the media type to send it with
	Data []byte // shared, not to be changed
}

// index finds files by plain and by hashed name.
type index struct {
	hashed map[string]string      // plain name -> hashed name
	files  map[string]func() File // hashed name -> file, made small when it is first asked for
}

var loaded = sync.OnceValue(func() index { return load(files) })

// types are the media types by extension; a file of another extension is not
// served, because the pages forbid browsers to guess.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// load computes the name of every readable file of a known type.
func load(fsys fs.FS) index {
	ix := index{hashed: map[string]string{}, files: map[string]func() File{}}
	for ext, mediaType := range types {
		names, err := fs.Glob(fsys, "*"+ext)
		if err != nil {
			continue // only for a malformed pattern
		}
		for _, name := range names {
			data, err := fs.ReadFile(fsys, name)
			if err != nil {
				continue // unreadable: Name falls back to the plain name, which is not served
			}
			hashed := hash(name, data)
			ix.hashed[name] = hashed
			ix.files[hashed] = sync.OnceValue(func() File { return File{Name: name, Type: mediaType, Data: short(mediaType, data)} })
		}
	}
	return ix
}

// short returns a script or a style sheet that does the same in fewer bytes. What
// can't be read is sent as it is: the tests see to it that there is none.
func short(mediaType string, data []byte) []byte {
	kind, _, _ := strings.Cut(mediaType, ";")
	out, err := minifier().Bytes(kind, data)
	if err != nil {
		return data
	}
	return out
}

// minifier keeps to the language that browsers of 2020 read.
func minifier() *minify.M {
	m := minify.New()
	m.Add("text/javascript", &js.Minifier{Version: 2020})
	m.Add("text/css", &css.Minifier{})
	return m
}

// hash puts eight hexadecimal digits of the content's digest before the
// extension: app.css -> app.1a2b3c4d.css.
func hash(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext
}

// FS returns the files by their plain names.
func FS() fs.FS { return files }

// Name returns the address of a file, such as /static/app.1a2b3c4d.css for
// app.css. A file that does not exist gets an address that leads nowhere.
func Name(file string) string {
	if hashed, ok := loaded().hashed[file]; ok {
		return Prefix + hashed
	}
	return Prefix + file
}

// Has reports whether there is a file of a plain name.
func Has(file string) bool {
	_, ok := loaded().hashed[file]
	return ok
}

// Open returns the file of a hashed name, with or without [Prefix]; false when
// there is none. Only exact names are found, so nothing outside can be asked for.
func Open(hashedName string) (File, bool) {
	file, ok := loaded().files[strings.TrimPrefix(hashedName, Prefix)]
	if !ok {
		return File{}, false
	}
	return file(), true
}
