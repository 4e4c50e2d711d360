package page

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Place is what a link to a survey says: where answers are given, and how.
type Place struct {
	Survey     string // slug
	Agency     string // id; empty: the respondent chooses
	Counter    string
	Channel    string // empty: link
	Service    string
	Wave       string
	Lang       string
	Pass       string // seal.Pass
	Invitation string // code
	Parameters []Field
}

// Form is the address of the survey's form at this place.
func (p Place) Form() string { return p.at("/s/" + p.Survey) }

// Kiosk is the address for a device that stands at this place.
func (p Place) Kiosk() string {
	p.Channel = "" // a kiosk is one
	return p.at("/kiosk/" + p.Survey)
}

func (p Place) at(path string) string {
	query := url.Values{}
	fields := append([]Field{
		{"agency", p.Agency},
		{"counter", p.Counter},
		{"channel", p.Channel},
		{"service", p.Service},
		{"wave", p.Wave},
		{"lang", p.Lang},
		{"k", p.Pass},
		{"t", p.Invitation},
	}, p.Parameters...)
	for _, f := range fields {
		if f.Value != "" {
			query.Set(f.Name, f.Value)
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// Short is the address of the form as people type it from a poster. It holds no
// more than the survey, the agency and the counter.
func (p Place) Short() string {
	path := "/q/" + p.Survey
	if p.Agency != "" {
		path += "/" + p.Agency
		if p.Counter != "" {
			path += "/" + p.Counter
		}
	}
	return path
}

// Letters is an address as it is printed: whoever types it needs no scheme.
func Letters(address string) string {
	_, after, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	return after
}

var errBase = errors.New("not the address of a site, such as https://khaosat.example.vn")

// ParseBase reads the address under which the pages are reached: a scheme, a
// host, perhaps a port. It is what paths are put behind to make whole links.
func ParseBase(text string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(strings.TrimSpace(text), "/"))
	if err != nil {
		return "", fmt.Errorf("%q is %w", text, errBase)
	}
	plain := u.User == nil && u.Path == "" && u.RawQuery == "" && u.Fragment == "" && !u.ForceQuery
	if (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || !plain || !isHost(u.Host) {
		return "", fmt.Errorf("%q is %w", text, errBase)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// isHost reports whether a text may be a host and port: letters of other
// scripts come as punycode.
func isHost(host string) bool {
	if host == "" || len(host) > 260 {
		return false
	}
	for i := range len(host) {
		c := host[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune(".-:[]_", rune(c)) {
			return false
		}
	}
	return true
}
