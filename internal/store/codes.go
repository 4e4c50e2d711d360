package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"

	"hailong/internal/invite"
	"hailong/internal/response"
)

// ErrInvitations is wrapped by why the invitations of a folder can't be used: the
// file of invitations is damaged, is not there, or does not belong to the log. All
// else works. A code is refused rather than taken twice.
var ErrInvitations = errors.New("invitations can't be used")

// codes is what is known of every invitation, in memory: a map from digest to a
// number, and the states by number. Numbers follow the file. O(codes): about 50
// bytes for each (BenchmarkInvitations).
//
// Readers hold the lock for reading. States change in the writer only; batches
// are added under the lock of issuing.
type codes struct {
	mu      sync.RWMutex
	numbers map[invite.Digest]uint32
	states  []invite.State
	groups  []codeGroup // by first
	batches []codeBatch // by first; as in the log
	end     int64       // of the last batch in the file
	trouble error       // wraps ErrInvitations
}

// reset forgets everything.
func (c *codes) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.numbers, c.states, c.groups, c.batches, c.end, c.trouble = map[invite.Digest]uint32{}, nil, nil, nil, 0, nil
}

// codeGroup is what many codes have in common.
type codeGroup struct {
	groupHead
	batch         int // index into batches
	first         uint32
	used, revoked int
}

// codeBatch is what the groups of a batch have in common.
type codeBatch struct {
	id, survey, wave string
	issued, expires  response.Day
	first            uint32
	count            int
	statesAt         int64 // place of the first state in the file
}

func newCodes() *codes { return &codes{numbers: map[invite.Digest]uint32{}} }

// add takes over a batch: first what is about it, then the codes bit by bit, so
// that nobody waits for long.
func (c *codes) add(b *storedBatch) error {
	count := b.head.codes()
	c.mu.Lock()
	first := uint32(len(c.states)) //nolint:gosec // bounded by maxCodes
	c.batches = append(c.batches, codeBatch{
		id: b.head.Batch, survey: b.head.Survey, wave: b.head.Wave, issued: b.head.Issued, expires: b.head.Expires,
		first: first, count: count, statesAt: b.statesAt,
	})
	at := first
	for _, g := range b.head.Groups {
		c.groups = append(c.groups, codeGroup{groupHead: g, batch: len(c.batches) - 1, first: at})
		at += uint32(g.Count) //nolint:gosec // as above
	}
	c.states = append(c.states, make([]invite.State, count)...)
	c.mu.Unlock()
	for done := 0; done < count; {
		c.mu.Lock()
		for range min(count-done, 4096) {
			d := invite.Digest(b.digest(done))
			number := first + uint32(done)
			if _, known := c.numbers[d]; known {
				c.mu.Unlock()
				return fmt.Errorf("%w: a code stands in the file twice", ErrDamaged)
			}
			c.numbers[d] = number
			if s, err := stateOf(b.states[done]); err == nil { // parseCodes looked
				c.set(number, s)
			}
			done++
		}
		c.mu.Unlock()
	}
	return nil
}

// maxCodes is how many invitations a folder may have.
const maxCodes = 1 << 26

// set gives an open code a state; one that is not open keeps its own. The lock is held.
func (c *codes) set(number uint32, s invite.State) {
	if c.states[number] != invite.Open || s == invite.Open {
		return
	}
	c.states[number] = s
	g := c.group(number)
	if s == invite.Used {
		g.used++
	} else {
		g.revoked++
	}
}

// change is set for those who don't hold the lock.
func (c *codes) change(number uint32, s invite.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(number, s)
}

// group returns the group of a code. The lock is held. O(log groups).
func (c *codes) group(number uint32) *codeGroup {
	i, found := slices.BinarySearchFunc(c.groups, number, func(g codeGroup, n uint32) int { return cmp.Compare(g.first, n) })
	if !found {
		i--
	}
	return &c.groups[i]
}

// find returns the number and the entry of a code, false for an unknown one.
func (c *codes) find(d invite.Digest) (uint32, invite.Entry, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	number, known := c.numbers[d]
	if !known || c.trouble != nil {
		return 0, invite.Entry{}, false
	}
	g := c.group(number)
	b := &c.batches[g.batch]
	return number, invite.Entry{
		Batch: b.id, Survey: b.survey, Wave: b.wave, Agency: g.Agency, Resolver: g.Resolver, Service: g.Service,
		Expires: b.expires, State: c.states[number],
	}, true
}

// batch returns a batch by its id, and its number from 0.
func (c *codes) batch(id string) (codeBatch, int, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := range c.batches {
		if c.batches[i].id == id && c.trouble == nil {
			return c.batches[i], i, true
		}
	}
	return codeBatch{}, 0, false
}

// allNew returns an error if a batch, or one of its codes, is known, or a code is
// in it twice.
func (c *codes) allNew(id string, digests []byte) error {
	if _, _, known := c.batch(id); known {
		return fmt.Errorf("there is a batch %q already", id)
	}
	seen := make(map[invite.Digest]struct{}, len(digests)/digestSize)
	c.mu.RLock()
	defer c.mu.RUnlock()
	if len(c.states)+len(digests)/digestSize > maxCodes {
		return fmt.Errorf("a folder takes %d invitations", maxCodes)
	}
	for one := range slices.Chunk(digests, digestSize) {
		d := invite.Digest(one)
		_, known := c.numbers[d]
		if _, twice := seen[d]; known || twice || d == (invite.Digest{}) {
			return errors.New("a code of the batch is known already: draw other ones")
		}
		seen[d] = struct{}{}
	}
	return nil
}

// place returns where the state of a code stands in the file, and the state.
func (c *codes) place(number uint32) (at int64, s invite.State) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	b := &c.batches[c.group(number).batch]
	return b.statesAt + int64(number-b.first), c.states[number]
}

// open lists the open codes of a batch by their numbers. O(codes of the batch).
func (c *codes) open(b codeBatch) (numbers []uint32) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := range uint32(b.count) { //nolint:gosec // bounded by maxBatch
		if c.states[b.first+i] == invite.Open {
			numbers = append(numbers, b.first+i)
		}
	}
	return numbers
}

// broken returns why invitations can't be used, nil when they can.
func (c *codes) broken() error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.trouble
}

// sums returns how many codes of each wave were used, by spentKey, and how many of
// each batch were revoked, by its id. O(groups).
func (c *codes) sums() (used map[string]uint64, revoked map[string]int) {
	used, revoked = map[string]uint64{}, map[string]int{}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := range c.groups {
		g, b := &c.groups[i], &c.batches[c.groups[i].batch]
		if g.used > 0 {
			used[spentKey(b.survey, b.wave)] += uint64(g.used)
		}
		revoked[b.id] += g.revoked
	}
	return used, revoked
}

// counts tells what became of the codes, by batch and agency. O(groups).
func (c *codes) counts() (list []invite.Count) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for i := range c.groups {
		g, b := &c.groups[i], &c.batches[c.groups[i].batch]
		if i == 0 || c.groups[i-1].batch != g.batch || c.groups[i-1].Agency != g.Agency {
			list = append(list, invite.Count{
				Batch: b.id, Survey: b.survey, Wave: b.wave, Agency: g.Agency, Issued: b.issued, Expires: b.expires,
			})
		}
		sum := &list[len(list)-1]
		sum.Codes += g.Count
		sum.Used += g.used
		sum.Revoked += g.revoked
	}
	return list
}
