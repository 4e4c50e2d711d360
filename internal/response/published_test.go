package response_test

import (
	"bytes"
	"testing"

	"hailong/internal/response"
)

func TestSplitPublished(t *testing.T) {
	t.Parallel()
	canonical := []byte(`{"format":1}`)
	for name, c := range map[string]struct {
		event       response.Control
		expected    string
		conditional bool
	}{
		"unconditional":    {response.Published(7, canonical), "", false},
		"after a version":  {response.PublishedAfter(7, canonical, "3fa9"), "3fa9", true},
		"after no version": {response.PublishedAfter(7, canonical, ""), "", true},
	} {
		got, expected, conditional := response.SplitPublished(c.event.Payload)
		if !bytes.Equal(got, canonical) || expected != c.expected || conditional != c.conditional {
			t.Errorf("%s: got %s, %q, %v", name, got, expected, conditional)
		}
		if c.event.At != 7 || c.event.Kind != response.KindPublished {
			t.Errorf("%s: got %+v", name, c.event)
		}
	}
}
