package store

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"unicode/utf8"

	"hailong/internal/invite"
	"hailong/internal/response"
)

// CodesName is the file of invitations, beside the data file. It is there once
// some were issued. FORMAT.md shows it byte by byte.
//
// It is a file of its own because bbolt never writes over a page: old pages show
// for a long time what a newer one has changed, and in which order. Here one byte
// stands for the state of a code and is written over in place, so that the file
// tells which codes were used and nothing of when.
const CodesName = "invitations"

const (
	codesMagic  = "hl-inv 1"
	batchFormat = 1
	digestSize  = len(invite.Digest{})

	maxBatch     = 1 << 20  // codes of one batch
	maxBatchHead = 16 << 20 // bytes
)

// batchHead is what stands before the digests of a batch.
type batchHead struct {
	Batch   string       `json:"batch"`
	Survey  string       `json:"survey"`
	Wave    string       `json:"wave"`
	Issued  response.Day `json:"issued"`
	Expires response.Day `json:"expires"`
	Groups  []groupHead  `json:"groups"`
}

// groupHead is the part of a batch about one agency and one service.
type groupHead struct {
	Agency   uint32 `json:"agency"`
	Resolver uint32 `json:"resolver,omitempty"`
	Service  string `json:"service,omitempty"`
	Count    int    `json:"count"`
}

// compare orders groups by what they are about.
func (g groupHead) compare(o groupHead) int {
	return cmp.Or(cmp.Compare(g.Agency, o.Agency), cmp.Compare(g.Resolver, o.Resolver), cmp.Compare(g.Service, o.Service))
}

// storedBatch is a batch of the file. Digests and states alias its bytes.
type storedBatch struct {
	head     batchHead
	digests  []byte // of all groups, ascending within each
	states   []byte // one byte for each code, in the order of the digests
	statesAt int64  // their place in the file
}

// codes returns how many codes a batch has, -1 for a head that says nonsense.
func (h *batchHead) codes() int {
	n := 0
	for i := range h.Groups {
		if c := h.Groups[i].Count; c <= 0 || c > maxBatch || n+c > maxBatch || i > 0 && h.Groups[i-1].compare(h.Groups[i]) >= 0 {
			return -1
		}
		n += h.Groups[i].Count
	}
	return n
}

// stateByte is how a state stands in the file: as two bits, four times, so that
// no damaged bit makes one state of another.
func stateByte(s invite.State) byte { return byte(s) * 0x55 }

func stateOf(b byte) (invite.State, error) {
	if s := invite.State(b & 3); s <= invite.Revoked && stateByte(s) == b {
		return s, nil
	}
	return 0, fmt.Errorf("%w: state %02x of an invitation", ErrDamaged, b)
}

// arrange makes the canonical form of a batch: groups about the same thing are
// one, groups and digests are sorted. The order in which codes were made, or
// printed, is lost here.
func arrange(b *invite.Batch) (head batchHead, digests []byte, err error) {
	head = batchHead{Batch: b.ID, Survey: b.Survey, Wave: b.Wave, Issued: b.Issued, Expires: b.Expires}
	type part struct {
		groupHead
		digests []invite.Digest
	}
	parts := make([]part, 0, len(b.Groups))
	for _, g := range b.Groups {
		if !utf8.ValidString(g.Service) || len(g.Service) > maxService {
			return head, nil, errors.New("a batch of invitations with a service that is no code")
		}
		parts = append(parts, part{groupHead{Agency: g.Agency, Resolver: g.Resolver, Service: g.Service}, g.Digests})
	}
	slices.SortStableFunc(parts, func(a, b part) int { return a.compare(b.groupHead) })
	total := 0
	for i := 0; i < len(parts); {
		g, all := parts[i].groupHead, []invite.Digest{}
		for ; i < len(parts) && parts[i].compare(g) == 0; i++ {
			all = append(all, parts[i].digests...)
		}
		slices.SortFunc(all, invite.Digest.Compare)
		if total += len(all); len(all) == 0 || total > maxBatch {
			return head, nil, fmt.Errorf("a batch of invitations has 1 to %d codes, and every group of it at least one", maxBatch)
		}
		g.Count = len(all)
		head.Groups = append(head.Groups, g)
		for _, d := range all {
			digests = append(digests, d[:]...)
		}
	}
	if total == 0 {
		return head, nil, errors.New("a batch of invitations without a code")
	}
	return head, digests, nil
}

// maxService is the longest code of a service, in bytes.
const maxService = 200

// appendBatch appends the packed form of a batch whose codes are all open, and
// returns where its states begin.
func appendBatch(b []byte, head *batchHead, digests []byte) (out []byte, states int, err error) {
	text, err := json.Marshal(head)
	if err != nil {
		return nil, 0, fmt.Errorf("pack invitations: %w", err)
	}
	if len(text) > maxBatchHead {
		return nil, 0, fmt.Errorf("a batch of invitations to too many places: %d bytes", len(text))
	}
	start := len(b)
	b = append(b, batchFormat)
	b = binary.BigEndian.AppendUint32(b, uint32(len(text))) //nolint:gosec // bounded above
	b = append(append(b, text...), digests...)
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
	return append(b, make([]byte, len(digests)/digestSize)...), len(b), nil
}

// parseCodes reads the file of invitations. It returns the batches that are
// whole, where the last of them ends, and what is wrong with the rest: nil when
// there is none. O(bytes).
func parseCodes(data []byte) (list []storedBatch, end int, err error) {
	if len(data) < len(codesMagic) || string(data[:len(codesMagic)]) != codesMagic {
		return nil, 0, fmt.Errorf("%w: not a file of invitations", ErrDamaged)
	}
	end = len(codesMagic)
	for end < len(data) {
		batch, n, err := parseBatch(data[end:])
		if err != nil {
			return list, end, fmt.Errorf("batch %d: %w", len(list)+1, err)
		}
		batch.statesAt = int64(end + n - len(batch.states))
		list = append(list, batch)
		end += n
	}
	return list, end, nil
}

// parseBatch reads the first batch and returns its length.
func parseBatch(b []byte) (batch storedBatch, n int, err error) {
	if len(b) < 5 || b[0] != batchFormat {
		return batch, 0, fmt.Errorf("%w: no batch", ErrDamaged)
	}
	size := binary.BigEndian.Uint32(b[1:])
	if size > maxBatchHead || int(size) > len(b)-5 {
		return batch, 0, fmt.Errorf("%w: head of %d bytes", ErrDamaged, size)
	}
	at := 5 + int(size)
	if err := json.Unmarshal(b[5:at], &batch.head); err != nil {
		return batch, 0, fmt.Errorf("%w: head", ErrDamaged)
	}
	count := batch.head.codes()
	if count < 0 || len(b)-at < count*digestSize+recordSumLen+count {
		return batch, 0, fmt.Errorf("%w: its codes are not all there", ErrDamaged)
	}
	end := at + count*digestSize
	if crc32.Checksum(b[:end], castagnoli) != binary.LittleEndian.Uint32(b[end:]) {
		return batch, 0, fmt.Errorf("%w: checksum", ErrDamaged)
	}
	batch.digests, batch.states = b[at:end], b[end+recordSumLen:end+recordSumLen+count]
	if err := batch.check(); err != nil {
		return batch, 0, err
	}
	return batch, end + recordSumLen + count, nil
}

// check compares what the checksum does not cover, and what no program of ours
// would have written.
func (b *storedBatch) check() error {
	for _, s := range b.states {
		if _, err := stateOf(s); err != nil {
			return err
		}
	}
	first := 0
	for _, g := range b.head.Groups {
		for i := first + 1; i < first+g.Count; i++ {
			if bytes.Compare(b.digest(i-1), b.digest(i)) >= 0 {
				return fmt.Errorf("%w: its codes are not sorted", ErrDamaged)
			}
		}
		first += g.Count
	}
	return nil
}

func (b *storedBatch) digest(i int) []byte { return b.digests[i*digestSize : (i+1)*digestSize] }

// digestOfSet is what the log says of the codes of a batch: SHA-256 over their
// digests in ascending order, in hex. O(codes × log codes).
func digestOfSet(digests []byte) string {
	sorted := slices.SortedFunc(func(yield func([]byte) bool) {
		for one := range slices.Chunk(digests, digestSize) {
			if !yield(one) {
				return
			}
		}
	}, bytes.Compare)
	sum := sha256.New()
	for _, one := range sorted {
		sum.Write(one)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
