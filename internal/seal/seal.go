// Package seal makes what the program hands out recognisable when it comes back:
// passes in links, challenges in forms, the record of a device. All are short
// authenticated texts under a secret of the data folder; nothing of them is
// stored.
package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// mac is 80 bits over the parts, in 16 characters. Each part is closed, so that
// no two lists of parts are the same text.
func mac(secret [32]byte, parts ...string) string {
	h := hmac.New(sha256.New, secret[:])
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return encoding.EncodeToString(h.Sum(nil)[:10])
}

// same compares in constant time.
func same(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// clean reports whether parts can be told apart: none holds a zero byte.
func clean(parts ...string) bool {
	for _, part := range parts {
		if strings.IndexByte(part, 0) >= 0 {
			return false
		}
	}
	return true
}
