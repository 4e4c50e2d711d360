package questionnaire

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
)

// Limits of images: a page must reach a cheap telephone.
const (
	maxImageBytes = 300_000
	maxImages     = 20
	maxAllImages  = 2_000_000
)

var imageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

// Image returns the image with a name, nil when there is none.
func (q *Questionnaire) Image(name string) *Image {
	i, ok := slices.BinarySearchFunc(q.Images, name, func(m Image, name string) int { return cmp.Compare(m.Name, name) })
	if !ok {
		return nil
	}
	return &q.Images[i]
}

// Hash names the image's bytes: the first 16 hex digits of their SHA-256.
func (m *Image) Hash() string {
	if m.hash != "" {
		return m.hash
	}
	return hashOf(m.Data)
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// picture reads an image of the survey's folder, once.
func (b *builder) picture(f *FilePicture, at string) *Picture {
	p := &Picture{Name: f.File, Alt: b.text(f.Alt, at+".alt")}
	if f.File == "" {
		return p // told
	}
	if _, known := b.images[f.File]; known {
		return p
	}
	b.images[f.File] = true
	image, message, cure := b.image(f.File)
	if message != "" {
		b.At(at+".file", message, cure)
		return p
	}
	i, _ := slices.BinarySearchFunc(b.q.Images, image.Name, func(m Image, name string) int { return cmp.Compare(m.Name, name) })
	b.q.Images = slices.Insert(b.q.Images, i, image)
	return p
}

// image reads an image, or tells why it can't be used.
func (b *builder) image(name string) (image Image, message, cure string) {
	switch {
	case !imageName.MatchString(name):
		return image, fmt.Sprintf("%q can't be the name of an image", name), "put the file beside survey.yaml, and name it with letters a to z, digits, ., - and _, at most 80"
	case b.folder == nil:
		return image, "there is no folder to read the image from", "save the file in the folder of a survey"
	case len(b.q.Images) == maxImages:
		return image, fmt.Sprintf("the survey has more than %d images", maxImages), "leave some out"
	}
	data, err := b.imageBytes(name)
	total := len(data)
	for i := range b.q.Images {
		total += len(b.q.Images[i].Data)
	}
	kind := imageType(data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return image, fmt.Sprintf("there is no file %q beside survey.yaml", name), b.Suggest(name, b.imageNames())
	case err != nil:
		return image, fmt.Sprintf("the image %q can't be read: %s", name, err), "make it a file that the program may read"
	case len(data) > maxImageBytes:
		return image, fmt.Sprintf("the image %q has more than %d kB", name, maxImageBytes/1000), "make it smaller: 1200 pixels across are enough"
	case kind == "":
		return image, fmt.Sprintf("%q is no image that is shown here", name), "save it as PNG, JPEG or WebP"
	case total > maxAllImages:
		return image, fmt.Sprintf("the images have more than %d kB together", maxAllImages/1000), "make them smaller, or leave some out"
	}
	return Image{Name: name, Type: kind, Data: data}, "", ""
}

// imageBytes reads an image as far as is needed to see that it is too large.
func (b *builder) imageBytes(name string) (data []byte, err error) {
	info, err := fs.Stat(b.folder, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	f, err := b.folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, maxImageBytes+1))
}

// imageNames lists what may be meant by the name of a file that is not there.
func (b *builder) imageNames() []string {
	entries, err := fs.ReadDir(b.folder, ".")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if slices.Contains([]string{".png", ".jpg", ".jpeg", ".webp"}, path.Ext(e.Name())) {
			names = append(names, e.Name())
		}
	}
	return names
}

// imageType tells the type of an image by its first bytes, empty for none of
// those that every browser shows.
func imageType(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}
