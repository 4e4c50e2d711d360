// Package draft knows responses that are not finished: what is kept of them, and
// how it is sealed.
//
// A draft is stored under an id and sealed with a key that are both digests of
// its token, and only the respondent has the token: in a cookie, in the form, in
// the link for later. Whoever has the whole data file reads no draft, and can't
// tell which response became of one.
package draft

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Token names a draft and opens it: 26 characters of base32 (crypto/rand.Text).
// It is also the key of the response that the draft becomes.
type Token string

const tokenLen = 26

// ParseToken returns a token as text, false for what can't be one.
func ParseToken(text string) (Token, bool) {
	if len(text) != tokenLen {
		return "", false
	}
	for i := range len(text) {
		if c := text[i]; (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return "", false
		}
	}
	return Token(text), true
}

// ID is the name under which a draft is stored. The zero ID stands for no draft.
type ID [16]byte

// ID returns the id of the token's draft.
func (t Token) ID() ID { return ID(t.derive("draft id")[:16]) }

func (t Token) derive(purpose string) []byte {
	mac := hmac.New(sha256.New, []byte(t))
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// Content is what is kept of a response that is not finished.
type Content struct {
	Survey     string              `json:"survey"`
	Version    string              `json:"version"` // of the questionnaire that was opened
	Agency     string              `json:"agency"`  // id
	Service    string              `json:"service,omitempty"`
	Channel    string              `json:"channel,omitempty"`
	Wave       string              `json:"wave,omitempty"`
	Counter    string              `json:"counter,omitempty"`
	Lang       string              `json:"lang,omitempty"`
	Pass       string              `json:"pass,omitempty"`
	Invitation string              `json:"invitation,omitempty"` // code
	Parameters map[string]string   `json:"parameters,omitempty"`
	Consent    bool                `json:"consent,omitempty"`
	Page       int                 `json:"page,omitempty"`  // index
	About      string              `json:"about,omitempty"` // id of the agency that a repeated page is about
	Seconds    int                 `json:"seconds,omitempty"`
	Values     map[string][]string `json:"values,omitempty"` // by the name of the answer (collect.Draft)
}

// maxContent is the longest content in bytes, before it is packed.
const maxContent = 1 << 20

// grain is what the length of a sealed draft is a multiple of (and 29 bytes), so
// that it tells little.
const grain = 256

// ErrSealed is returned for bytes that the token does not open.
var ErrSealed = errors.New("this is not a draft of that token")

// Seal packs and encrypts a draft (AES-256-GCM; the id is authenticated with it).
// The nonce must be random.
func (t Token) Seal(nonce [12]byte, c *Content) ([]byte, error) {
	text, err := json.Marshal(c) //nolint:gosec // a pass is nothing without its link, and all of it is encrypted below
	if err != nil {
		return nil, fmt.Errorf("pack draft: %w", err)
	}
	if len(text) > maxContent {
		return nil, fmt.Errorf("pack draft: %d bytes, at most %d", len(text), maxContent)
	}
	var packed bytes.Buffer
	packed.Write(make([]byte, 4))
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("pack draft: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("pack draft: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack draft: %w", err)
	}
	plain := packed.Bytes()
	binary.BigEndian.PutUint32(plain, uint32(len(plain))) //nolint:gosec // at most a few bytes above maxContent
	plain = append(plain, make([]byte, (grain-len(plain)%grain)%grain)...)
	aead, err := t.aead()
	if err != nil {
		return nil, err
	}
	id := t.ID()
	out := append(make([]byte, 0, 1+len(nonce)+len(plain)+aead.Overhead()), 1)
	out = append(out, nonce[:]...)
	return aead.Seal(out, nonce[:], plain, id[:]), nil
}

// Open reads what Seal returned. It returns an error that wraps ErrSealed for
// anything else.
func (t Token) Open(sealed []byte) (*Content, error) {
	if len(sealed) < 13 || sealed[0] != 1 {
		return nil, ErrSealed
	}
	aead, err := t.aead()
	if err != nil {
		return nil, err
	}
	id := t.ID()
	plain, err := aead.Open(nil, sealed[1:13], sealed[13:], id[:])
	if err != nil || len(plain) < 4 {
		return nil, ErrSealed
	}
	n := binary.BigEndian.Uint32(plain)
	if n < 4 || uint64(n) > uint64(len(plain)) {
		return nil, ErrSealed
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(plain[4:n])), maxContent+1))
	if err != nil || len(text) > maxContent {
		return nil, ErrSealed
	}
	c := new(Content)
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSealed, err)
	}
	return c, nil
}

func (t Token) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(t.derive("draft key"))
	if err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	return aead, nil
}
