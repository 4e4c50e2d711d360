package response

import "bytes"

// A questionnaire may be published on the condition that a certain version is in
// the field, so that of two authors who publish at the same time the second is
// told, and does not overwrite the first unseen. The version that is expected
// follows the canonical form, which is one line, on a line of its own.

// PublishedAfter returns the event that publishes a questionnaire if the version
// in the field is expected, or if there is none and expected is empty.
func PublishedAfter(at int64, canonical []byte, expected string) Control {
	payload := append(append([]byte(nil), canonical...), '\n')
	return Published(at, append(payload, expected...))
}

// SplitPublished returns the canonical form of a published questionnaire and,
// when its publication is conditional, the version that is expected in the field.
func SplitPublished(payload []byte) (canonical []byte, expected string, conditional bool) {
	canonical, after, conditional := bytes.Cut(payload, []byte("\n"))
	return canonical, string(after), conditional
}
