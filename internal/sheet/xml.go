package sheet

import (
	"encoding/xml"
	"errors"
	"io"
)

// ErrStop ends [EachToken] early, without an error.
var ErrStop = errors.New("stop")

const (
	maxRun     = 1 << 20 // bytes of one tag or text
	maxNesting = 80      // elements within each other
)

// limited is a reader that fails where io.LimitReader would end quietly, and
// where a tag or a text grows so long that its parts would fill the memory.
type limited struct {
	r    io.Reader
	max  int64
	left int64
	run  int // bytes since the last < or >
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, unreadable(saveAgain, "a part of the file unpacks to more than %d bytes", l.max)
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	for _, c := range p[:n] {
		if l.run++; c == '<' || c == '>' {
			l.run = 0
		} else if l.run > maxRun {
			return 0, unreadable(saveAgain, "a tag or text of the file has more than %d bytes", maxRun)
		}
	}
	return n, err
}

// EachToken reads XML that a stranger wrote, up to so many bytes of it, and calls
// f for every token with the names of the elements around it. Other entities than
// the five of XML are errors, and a DOCTYPE, which could define some, is refused.
// An error is an [Error], or what f returned.
func EachToken(r io.Reader, most int64, f func(token xml.Token, around []string) error) error {
	d := xml.NewDecoder(&limited{r: r, max: most, left: most})
	d.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, unreadable("save it as UTF-8", "the file is written in %s", charset[:min(len(charset), 30)])
	}
	var around []string
	for {
		// Raw tokens cost half as much; that elements match is seen to here.
		token, err := d.RawToken()
		switch {
		case errors.Is(err, io.EOF) && len(around) == 0:
			return nil
		case err != nil:
			if e := (*Error)(nil); errors.As(err, &e) {
				return e
			}
			return unreadable("export or save the file again", "the file has faulty XML (%v)", err)
		}
		if around, err = enclosed(token, around); err != nil {
			return err
		}
		err = f(token, around)
		if errors.Is(err, ErrStop) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, ok := token.(xml.EndElement); ok {
			around = around[:len(around)-1]
		}
	}
}

// enclosed returns the elements around what follows a token that begins one, and
// refuses tokens that no good file has.
func enclosed(token xml.Token, around []string) ([]string, error) {
	switch token := token.(type) {
	case xml.Directive:
		return around, unreadable("remove the DOCTYPE, or save the file again", "the file has a DOCTYPE, which is refused because it can be made to do harm")
	case xml.EndElement:
		if n := len(around); n == 0 || around[n-1] != token.Name.Local {
			return around, unreadable("export or save the file again", "the file has faulty XML (the element %s ends where it has not begun)", clip(token.Name.Local))
		}
	case xml.StartElement:
		if around = append(around, token.Name.Local); len(around) > maxNesting {
			return around, unreadable("export or save the file again", "the XML is nested too deep")
		}
	}
	return around, nil
}

// Attr returns an attribute of an element by its name without a prefix, empty
// when there is none.
func Attr(e *xml.StartElement, name string) string {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name {
			return e.Attr[i].Value
		}
	}
	return ""
}
