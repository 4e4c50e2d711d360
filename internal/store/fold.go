package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"iter"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/invite"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// controlRecord is a control event that is folded but not yet in its bucket.
type controlRecord struct {
	seq    uint64
	record []byte
}

// decide says what becomes of a response, given everything before it in the
// log, and which invitation it uses up. One that is accepted has taken its place
// among those that are limited: if it does not become durable, the store fails.
// O(id runs + quotas).
func (s *Store) decide(tx *bolt.Tx, r *response.Response, with invite.Digest) (catalog.Outcome, *usedCode, error) {
	known, err := s.find(tx, r.ID, r.Fingerprint)
	if err != nil || known.Status != 0 {
		return known, nil, err
	}
	c := s.catalog.Load()
	refusal := c.Admit(r)
	var code *usedCode
	if refusal == catalog.NoRefusal && with != (invite.Digest{}) {
		code, refusal, err = s.admit(c, r, with)
	}
	if err != nil || refusal != catalog.NoRefusal {
		return catalog.Outcome{Status: catalog.Refused, Refusal: refusal}, nil, err
	}
	return s.places.take(c, r), code, nil
}

// Find returns Duplicate or Reused for an id that is stored, by the fingerprint
// it is stored with, and the zero outcome for one that is not. O(id runs).
func (s *Store) Find(id response.ID, fingerprint uint64) (catalog.Outcome, error) {
	s.idsMu.RLock()
	defer s.idsMu.RUnlock()
	var outcome catalog.Outcome
	err := s.db.View(func(tx *bolt.Tx) error {
		var err error
		outcome, err = s.find(tx, id, fingerprint)
		return err
	})
	return outcome, err
}

func (s *Store) find(tx *bolt.Tx, id response.ID, fingerprint uint64) (catalog.Outcome, error) {
	if known := s.ids.inTail(id); known != nil {
		return again(known.seq, known.fingerprint, fingerprint), nil
	}
	var buffer [4]uint64
	candidates, err := s.ids.inRange(tx, buffer[:0], id.Prefix(), id.Prefix())
	if err != nil {
		return catalog.Outcome{}, err
	}
	for _, seq := range candidates {
		record, err := recordAt(tx, seq)
		if err != nil {
			return catalog.Outcome{}, err
		}
		stored, first, err := response.RecordKey(record)
		if err != nil {
			return catalog.Outcome{}, err
		}
		if stored == id {
			return again(seq, first, fingerprint), nil
		}
	}
	return catalog.Outcome{}, nil
}

func again(seq, stored, sent uint64) catalog.Outcome {
	if stored != sent {
		return catalog.Outcome{Status: catalog.Reused, Seq: seq}
	}
	return catalog.Outcome{Status: catalog.Duplicate, Seq: seq}
}

// foldResponses counts accepted responses, whose events follow the tip, and
// moves the tip.
func (s *Store) foldResponses(next tip, first uint64, accepted []*response.Response) {
	c := s.catalog.Load()
	s.entries = s.entries[:0]
	for _, r := range accepted {
		s.entries = append(s.entries, tally.Entry{Questionnaire: c.Version(r.Version).Questionnaire, Response: r})
	}
	s.idsMu.Lock()
	for i, r := range accepted {
		s.ids.add(r.ID, first+uint64(i), r.Fingerprint)
	}
	s.idsMu.Unlock()
	s.tally.Add(next.sequence, s.entries)
	clear(s.entries)
	s.advance(next)
}

// advance makes an event the last one that is folded.
func (s *Store) advance(next tip) {
	s.tip = next
	s.watermark.Store(next.sequence)
}

// foldControl makes a catalog current and moves the tip.
func (s *Store) foldControl(next tip, c *catalog.Catalog, record []byte) {
	s.control = append(s.control, controlRecord{seq: next.sequence, record: record})
	s.catalog.Store(c)
	s.tally.Add(next.sequence, nil)
	s.advance(next)
}

// load restores the saved folds and applies the rest of the log.
func (s *Store) load(ctx context.Context, progress func(done, total uint64)) error {
	log, err := openLog(s.db)
	if err != nil {
		return err
	}
	s.log = log
	var quotas []byte
	err = s.db.View(func(tx *bolt.Tx) error {
		quotas = append(quotas, tx.Bucket(bucketFolds).Get(keyQuotas)...)
		s.drafts.add(sumDrafts(tx))
		var err error
		if s.secret, err = readSecret(tx); err != nil {
			return err
		}
		return s.loadSaved(tx)
	})
	if err != nil {
		return err
	}
	if quotas, err = openSum(quotas); err != nil {
		return fmt.Errorf("saved quotas: %w", err)
	}
	if err := s.loadPlaces(ctx, quotas); err != nil {
		return err
	}
	start := s.tallyTip
	if s.ids.through.position < start.position {
		start = s.ids.through
	}
	s.advance(start)
	total, err := s.lastSequence()
	if err != nil {
		return err
	}
	replay := replayer{Store: s, ctx: ctx}
	err = s.log.Read(ctx, start.position, func(e Entry) error {
		if progress != nil {
			progress(s.tip.sequence, total)
		}
		return replay.frame(e)
	})
	if err != nil {
		return fmt.Errorf("bring folds up to date: %w", err)
	}
	if s.tip.position != s.log.last {
		return fmt.Errorf("%w: the log ends at frame %d, its key says %d", ErrDamaged, s.tip.position, s.log.last)
	}
	return nil
}

// loadSaved restores the folds as they were saved.
func (s *Store) loadSaved(tx *bolt.Tx) error {
	if err := s.ids.load(tx); err != nil {
		return err
	}
	c := catalog.New()
	err := tx.Bucket(bucketControl).ForEach(func(_, record []byte) error {
		ev, err := openControl(record)
		if err != nil {
			return err
		}
		if c, err = c.Apply(ev); err != nil {
			return err
		}
		note, err := readIssue(ev)
		s.issued.follow(note)
		return err
	})
	if err != nil {
		return fmt.Errorf("saved catalog: %w", err)
	}
	s.catalog.Store(c)
	if s.tallyTip, err = readTip(tx, keyTallyTip); err != nil {
		return err
	}
	saved, err := openSum(tx.Bucket(bucketFolds).Get(keyTally))
	if err != nil {
		return fmt.Errorf("saved tally: %w", err)
	}
	if (saved == nil) != (s.tallyTip.position == 0) {
		return fmt.Errorf("%w: half of the saved tally is missing", ErrDamaged)
	}
	s.saved, s.tallyLen = s.tallyTip.sequence, len(saved)
	if err := s.tally.Restore(s.tallyTip.sequence, saved); err != nil {
		return fmt.Errorf("saved tally: %w", err)
	}
	if !s.tallyFits() {
		s.forgetFolds()
	}
	return nil
}

// tallyFits reports whether the cells of the saved tally are of the sizes that
// their questionnaires have. They were smaller before pools had counters.
func (s *Store) tallyFits() bool {
	fits := true
	s.tally.Read(func(_ uint64, cells iter.Seq2[tally.Key, *tally.Cell]) {
		for key, cell := range cells {
			v := s.catalog.Load().Version(key.Version)
			if v == nil || len(cell.Counts) >= v.Questionnaire.Slots() {
				continue // a cell that is too large is damage, which verify tells
			}
			fits = false
			return
		}
	})
	return fits
}

// forgetFolds goes back to the beginning of the log: the counts are made again
// from there. What is saved stays until they are.
func (s *Store) forgetFolds() {
	s.catalog.Store(catalog.New())
	s.issued = nil
	s.tallyTip, s.tallyLen = tip{}, 0
	s.tally = tally.New()
}

// replayer reads the log into the folds; it uses its memory again.
type replayer struct {
	*Store
	ctx      context.Context //nolint:containedctx // of one call of load
	response response.Response
}

// frame folds one frame of the log, as it was folded when it was written.
// Folds that were saved further on do not see it again.
func (s *replayer) frame(e Entry) error {
	f, err := openFrame(e.Data)
	if err != nil {
		return err
	}
	next, err := s.tip.follow(f, e.Pos)
	if err != nil {
		return err
	}
	seq := f.head.first
	for ; ; seq++ {
		record, err := f.next()
		if record == nil && err == nil {
			break
		}
		if err == nil {
			err = s.event(record, seq)
		}
		if err != nil {
			return fmt.Errorf("event %d: %w", seq, err)
		}
	}
	if seq != next.sequence+1 {
		return fmt.Errorf("%w: frame %d has %d events, says %d", ErrDamaged, e.Pos, seq-f.head.first, f.head.count)
	}
	s.advance(next)
	return nil
}

func (s *replayer) event(record []byte, seq uint64) error {
	counted := seq <= s.tallyTip.sequence
	if !response.Kind(record[0]).IsResponse() {
		return s.replayControl(record, seq, counted)
	}
	if seq > s.ids.through.sequence {
		id, fingerprint, err := response.RecordKey(record)
		if err != nil {
			return err
		}
		s.ids.add(id, seq, fingerprint)
	}
	if counted {
		return nil
	}
	r := &s.response
	if err := response.ReadRecord(record, r, s.definitions); err != nil {
		return err
	}
	c := s.catalog.Load()
	s.tally.Add(seq, []tally.Entry{{Questionnaire: c.Version(r.Version).Questionnaire, Response: r}})
	s.places.count(c, r)
	return nil
}

// replayControl applies a control event unless the saved catalog has it: the
// control bucket is saved together with the tally.
func (s *replayer) replayControl(record []byte, seq uint64, saved bool) error {
	if saved {
		return nil
	}
	ev, err := response.ReadControl(record)
	if err != nil {
		return err
	}
	c, err := s.catalog.Load().Apply(ev)
	if err != nil {
		return err
	}
	list, counts, err := s.prepareCounts(s.ctx, c)
	if err != nil {
		return err
	}
	note, err := readIssue(ev)
	if err != nil {
		return err
	}
	s.places.follow(c, list, counts)
	s.issued.follow(note)
	s.catalog.Store(c)
	s.control = append(s.control, controlRecord{seq: seq, record: append([]byte(nil), record...)})
	return nil
}

// due reports whether enough came since the folds were saved.
func (s *Store) due() bool {
	return len(s.ids.tail) >= s.every || len(s.control) > 0
}

// save writes the folds as they stand: the ids in memory as a run, the catalog's
// new events, and the tally unless little came since its last save compared to
// its size. It is called by the writer only.
func (s *Store) save(final bool) error {
	at := s.tip
	ids, savedTally := s.ids, 0
	since := at.sequence - s.tallyTip.sequence
	withTally := final && since > 0 || len(s.control) > 0 || since >= uint64(max(s.every, s.tallyLen/64)) //nolint:gosec // not negative
	// Merged runs disappear with the transaction, so nobody may look them up
	// between its commit and the new index.
	s.idsMu.Lock()
	defer s.idsMu.Unlock()
	err := s.db.Update(func(tx *bolt.Tx) error {
		if len(s.ids.tail) >= s.every {
			sealed, err := s.ids.seal(tx, at)
			if err != nil {
				return err
			}
			ids = sealed
		}
		control := tx.Bucket(bucketControl)
		for _, c := range s.control {
			if err := control.Put(key(c.seq), closeSum(c.record)); err != nil {
				return err
			}
		}
		if !withTally {
			return nil
		}
		_, encoded := s.tally.Encode()
		savedTally = len(encoded)
		folds := tx.Bucket(bucketFolds)
		if err := folds.Put(keyTally, closeSum(encoded)); err != nil {
			return err
		}
		if err := folds.Put(keyQuotas, closeSum(s.places.encode(at.sequence))); err != nil {
			return err
		}
		return writeTip(tx, keyTallyTip, at)
	})
	if err != nil {
		return fmt.Errorf("save folds: %w", err)
	}
	s.ids = ids
	s.control = nil
	if withTally {
		s.tallyTip, s.saved, s.tallyLen = at, at.sequence, savedTally
	}
	return nil
}

// closeSum appends the checksum that openSum checks.
func closeSum(b []byte) []byte {
	out := make([]byte, 0, len(b)+recordSumLen)
	return binary.LittleEndian.AppendUint32(append(out, b...), crc32.Checksum(b, castagnoli))
}

// openSum returns b without its checksum, which must be right. Nothing stays nothing.
func openSum(b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if len(b) < recordSumLen {
		return nil, fmt.Errorf("%w: too short for a checksum", ErrDamaged)
	}
	body := b[:len(b)-recordSumLen]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(b[len(body):]) {
		return nil, fmt.Errorf("%w: checksum", ErrDamaged)
	}
	return body, nil
}

func openControl(b []byte) (response.Control, error) {
	record, err := openSum(b)
	if err != nil {
		return response.Control{}, err
	}
	return response.ReadControl(record)
}

// A tip is stored as position, sequence, hash and a checksum.
func writeTip(tx *bolt.Tx, name []byte, t tip) error {
	b := binary.BigEndian.AppendUint64(nil, uint64(t.position))
	b = binary.BigEndian.AppendUint64(b, t.sequence)
	return tx.Bucket(bucketFolds).Put(name, closeSum(append(b, t.hash[:]...)))
}

func readTip(tx *bolt.Tx, name []byte) (tip, error) {
	b, err := openSum(tx.Bucket(bucketFolds).Get(name))
	if err != nil || b == nil {
		return tip{}, err
	}
	var t tip
	if len(b) != 16+len(t.hash) {
		return tip{}, fmt.Errorf("%w: %s", ErrDamaged, name)
	}
	t.position = Pos(binary.BigEndian.Uint64(b))
	t.sequence = binary.BigEndian.Uint64(b[8:])
	copy(t.hash[:], b[16:])
	return t, nil
}
