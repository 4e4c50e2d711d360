package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// Device is what a device carries with it about what was answered on it: how
// often each wave of a survey about an agency. It names nothing: the tags are
// digests under the folder's secret, and nobody else has a list of devices.
type Device struct {
	entries []deviceEntry // newest last
}

type deviceEntry struct {
	tag   [4]byte
	count uint8
}

// maxEntries is how many a device carries; the oldest go.
const maxEntries = 40

// ParseDevice reads the record of a device. Anything but what Text returned
// under the same secret is the record of a new device.
func ParseDevice(secret [32]byte, text string) Device {
	var d Device
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < 8 || (len(b)-8)%5 != 0 || len(b) > 8+5*maxEntries || !hmac.Equal(b[:8], deviceMAC(secret, b[8:])) {
		return d
	}
	for b = b[8:]; len(b) > 0; b = b[5:] {
		d.entries = append(d.entries, deviceEntry{[4]byte(b), b[4]})
	}
	return d
}

// Text returns the record as it travels.
func (d *Device) Text(secret [32]byte) string {
	b := make([]byte, 8, 8+5*len(d.entries))
	for _, e := range d.entries {
		b = append(append(b, e.tag[:]...), e.count)
	}
	copy(b, deviceMAC(secret, b[8:]))
	return base64.RawURLEncoding.EncodeToString(b)
}

// Count returns how often a wave of a survey about an agency was answered on the device.
func (d *Device) Count(secret [32]byte, survey, wave, agency string) int {
	tag := deviceTag(secret, survey, wave, agency)
	for _, e := range d.entries {
		if e.tag == tag {
			return int(e.count)
		}
	}
	return 0
}

// Add counts one more. Copies of the record stay as they are.
func (d *Device) Add(secret [32]byte, survey, wave, agency string) {
	tag := deviceTag(secret, survey, wave, agency)
	count := uint8(0)
	entries := make([]deviceEntry, 0, len(d.entries)+1)
	for _, e := range d.entries {
		if e.tag == tag {
			count = e.count
		} else {
			entries = append(entries, e)
		}
	}
	entries = append(entries, deviceEntry{tag, min(count, 254) + 1})
	d.entries = entries[max(0, len(entries)-maxEntries):]
}

func deviceTag(secret [32]byte, survey, wave, agency string) [4]byte {
	h := hmac.New(sha256.New, secret[:])
	h.Write([]byte("tag\x00" + survey + "\x00" + wave + "\x00" + agency))
	return [4]byte(h.Sum(nil))
}

func deviceMAC(secret [32]byte, b []byte) []byte {
	h := hmac.New(sha256.New, secret[:])
	h.Write([]byte("device\x00"))
	h.Write(b)
	return h.Sum(nil)[:8]
}
