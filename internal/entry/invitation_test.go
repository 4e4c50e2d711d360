package entry_test

import (
	"fmt"
	"strings"
	"testing"

	"hailong/internal/entry"
	"hailong/internal/invite"
)

// codes issues invitations about an agency, good until today.
func (w *world) codes(t testing.TB, agency string, n int) []string {
	t.Helper()
	group := invite.Group{Agency: w.store.Catalog().Agencies.ByID(agency).Number, Service: "1.001"}
	var list []string
	for i := range n {
		code, ok := invite.Parse(invite.New([8]byte{1, byte(i)}))
		if !ok {
			t.Fatal("a new code is none")
		}
		list = append(list, code)
		group.Digests = append(group.Digests, invite.DigestOf(w.store.Secret(), code))
	}
	must(t, w.store.Invite(t.Context(), invite.Batch{
		ID: "aaaaaa", Survey: "trial", Wave: w.store.Catalog().Survey("trial").Waves[0].ID, Issued: w.day, Expires: w.day, Groups: []invite.Group{group},
	}))
	return list
}

// The code on a paper form is used up by it, and decides what the form is about.
// A file that is entered again finds its rows, and none is named after its code.
func TestInvitationColumn(t *testing.T) {
	t.Parallel()
	w := open(t, "trial.yaml")
	codes := w.codes(t, "tan-chi", 4)
	small := strings.ToLower(codes[1][:4] + "-" + codes[1][4:])
	for _, c := range []struct {
		name   string
		file   []byte
		stored int
		faults []string // row and words
	}{
		{"form numbers", lines("form,agency,Invitation,level,second",
			"1,tan-chi,"+codes[0]+",5,5", "2,tan-chi,"+small+",5,5", "3,tan-chi,XXXX,5,5",
			"4,tan-chi,"+invite.New([8]byte{9})+",5,5", "5,tan-chi,,5,5"), 3, []string{"4 typing mistake", "5 no such invitation"}},
		// All say the same: only their codes tell them apart.
		{"no form numbers", lines("agency,invitation,level,second",
			"tan-chi,"+codes[2]+",3,3", "tan-chi,"+codes[3]+",3,3", "tan-chi,"+codes[0]+",4,4"), 2, []string{"4 has been used"}},
	} {
		before := len(w.stored(t))
		got := w.enter(t, c.file, entry.Options{})
		if got.err != nil || got.Stored != c.stored || got.Refused != len(c.faults) || len(w.stored(t)) != before+c.stored {
			t.Fatalf("%s: got %+v %v\n%s", c.name, got.Summary, got.err, got.faults())
		}
		for i, line := range strings.Split(got.faults(), "\n") {
			row, words, _ := strings.Cut(c.faults[min(i, len(c.faults)-1)], " ")
			if !strings.HasPrefix(strings.ToLower(line), row+" invitation: ") || !strings.Contains(line, words) {
				t.Errorf("%s: got %q, want row %s with %q", c.name, line, row, words)
			}
		}
		if again := w.enter(t, c.file, entry.Options{}); again.Stored != 0 || again.Known != c.stored {
			t.Errorf("%s again: got %+v\n%s", c.name, again.Summary, again.faults())
		}
	}
	channels := map[string]int{}
	for _, r := range w.stored(t) {
		channels[fmt.Sprint(r.Channel, " ", r.Service)]++
	}
	if channels["invitation 1.001"] != 4 || channels["paper "] != 1 {
		t.Errorf("got %v", channels)
	}
}
