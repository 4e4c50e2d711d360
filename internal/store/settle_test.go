package store

import (
	"fmt"
	"testing"

	"hailong/internal/catalog"
	"hailong/internal/invite"
	"hailong/internal/response"
)

// Revocations are in the transaction of their event: after a crash before they are
// settled they hold, and codes that were used just before stay used.
func TestARevocationHoldsAfterACrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	slips := seeded(70).slips(t, s, 20)
	issue(t, s, "a", slips[:10])
	issue(t, s, "b", slips[10:])
	var left []string
	err := s.writer.do(t.Context(), func() error {
		w := &s.writer
		for i := range 3 {
			sub := &submission{request: request{response: seeded(1).invited(s, fmt.Sprint(i)), with: catalog.With{Invitation: slips[i].digest}}}
			sub.record = response.AppendRecord(nil, sub.response, s.definitions(1))
			if _, err := w.oneFrame([]*submission{sub}); err != nil {
				return err
			}
		}
		for _, revocation := range []struct {
			batch   string
			count   int
			entries []entry
		}{
			{"b", 2, []entry{{entryRevoked, slips[11].digest}, {entryRevoked, slips[12].digest}}},
			{"a", 7, []entry{batchEntry(0)}},
		} {
			ev, err := response.InvitationsRevoked{Batch: revocation.batch, Count: revocation.count}.Event(1)
			if err != nil {
				return err
			}
			var sealed []sealedCode
			for _, e := range revocation.entries {
				sealed = append(sealed, s.settler.seal(e))
			}
			if _, err := w.change(ev, response.AppendControl(nil, ev), sealed...); err != nil {
				return err
			}
			left = append(left, copyFolder(t, dir))
		}
		// What revoke does with them.
		for _, code := range s.codes.open(s.codes.batches[0]) {
			s.codes.change(code, invite.Revoked)
			s.settler.unsettled = append(s.settler.unsettled, code)
		}
		for _, slip := range slips[11:13] {
			s.codes.change(s.codes.numbers[slip.digest], invite.Revoked)
			s.settler.unsettled = append(s.settler.unsettled, s.codes.numbers[slip.digest])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	for _, step := range []struct {
		dir     string
		revoked int
	}{{left[0], 2}, {left[1], 9}, {dir, 9}} {
		for _, o := range []Options{{ReadOnly: true}, {}, {ReadOnly: true}} {
			s := mustOpen(t, step.dir, o)
			mustCount(t, s, 20, 3, step.revoked)
			if got := stateOfCode(t, s, slips[11].digest); got != invite.Revoked {
				t.Errorf("a code that was revoked: got state %d", got)
			}
			mustClose(t, s)
		}
	}
}

// Used codes reach the file by themselves, within the time that is said, also when
// nothing else happens.
func TestSettlingByTheClock(t *testing.T) {
	t.Parallel()
	s := field(t, t.TempDir(), Options{settleAfter: 1})
	slips := seeded(71).slips(t, s, 3)
	issue(t, s, "a", slips)
	for i, slip := range slips {
		spend(t, s, seeded(1).invited(s, fmt.Sprint(i)), slip.digest)
	}
	for settled := false; !settled; {
		err := s.writer.do(t.Context(), func() error {
			settled = len(s.settler.unsettled) == 0
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
