package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"hailong/internal/catalog"
	"hailong/internal/response"
)

// damage is a change of a data file: bytes are xored, from an offset on.
type damage struct {
	Offset int64
	Mask   []byte
}

func (d damage) apply(file *os.File) error {
	b := make([]byte, len(d.Mask))
	if _, err := file.ReadAt(b, d.Offset); err != nil {
		return err
	}
	for i := range b {
		b[i] ^= d.Mask[i]
	}
	_, err := file.WriteAt(b, d.Offset)
	return err
}

// digest is everything that a store says: events, counts, catalog.
func digest(s *Store) (string, error) {
	h := sha256.New()
	err := s.ScanPersonal(context.Background(), 0, ^uint64(0), func(seq uint64, r *response.Response) error {
		_, err := fmt.Fprintf(h, "%d %+v\n", seq, *r)
		return err
	})
	if err != nil {
		return "", err
	}
	through, counted := s.Counted()
	taken, quotas := s.Taken("rich", "")
	fmt.Fprintf(h, "%d %d %x\n%s\n%d %v", s.Watermark(), through, counted, describe(s.Catalog()), taken, quotas)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// inspect opens a folder, checks it and says what became of it: "noticed: …" when
// Open or Check tell that something is wrong, else the digest.
func inspect(dir string) string {
	s, err := Open(context.Background(), dir, Options{ReadOnly: true})
	if err != nil {
		return "noticed: open: " + err.Error()
	}
	defer s.Close()
	findings, err := s.Check(context.Background(), CheckOptions{})
	switch {
	case err != nil:
		return "noticed: check: " + err.Error()
	case len(findings.Problems) > 0:
		return "noticed: check: " + findings.Problems[0]
	}
	said, err := digest(s)
	if err != nil {
		return "noticed: read: " + err.Error()
	}
	return said
}

// damageChild inspects the folder in its environment once for each order, with a
// damage that it undoes afterwards.
func damageChild(t *testing.T, orders *bufio.Scanner, report io.Writer) {
	t.Helper()
	dir := os.Getenv("HAILONG_TEST_DIR")
	file, err := os.OpenFile(filepath.Join(dir, FileName), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	for orders.Scan() {
		var d damage
		if err := json.Unmarshal(orders.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		if err := d.apply(file); err != nil {
			t.Fatal(err)
		}
		said := inspect(dir)
		if err := d.apply(file); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(report, "%.9000s\n", strings.ReplaceAll(said, "\n", " ")) // a line that its reader takes
	}
}

var digits = regexp.MustCompile(`\d+`)

// inspector damages a folder, one damage after the other, in children that may die of it.
type inspector struct {
	t     *testing.T
	dir   string
	child *child
	want  string // what the undamaged file says

	noticed, same int
	how           map[string]int
}

func newInspector(t *testing.T, dir string) *inspector {
	t.Helper()
	i := &inspector{t: t, dir: dir, want: inspect(dir), how: map[string]int{}}
	if strings.HasPrefix(i.want, "noticed") {
		t.Fatalf("the file is not sound to begin with: %s", i.want)
	}
	return i
}

// done ends the last child. The file must be what it was.
func (i *inspector) done() {
	i.t.Helper()
	if i.child != nil {
		i.child.end(i.t)
	}
	if got := inspect(i.dir); got != i.want {
		i.t.Errorf("the damage was not undone: %s", got)
	}
}

// try inspects one damage and returns what was seen of it: "noticed: …", "same",
// or "SILENT".
func (i *inspector) try(d damage) string {
	i.t.Helper()
	if i.child == nil {
		i.child = startChild(i.t, "damage", "HAILONG_TEST_DIR="+i.dir)
	}
	order, err := json.Marshal(d)
	if err != nil {
		i.t.Fatal(err)
	}
	if _, err := i.child.orders.Write(append(order, '\n')); err != nil {
		i.t.Fatal(err)
	}
	said, ok := i.child.next(20 * time.Second)
	if !ok { // it died of the damage, or did not come to an end
		i.child.kill()
		i.child = nil
		said = "noticed: the process ended"
		file, err := os.OpenFile(filepath.Join(i.dir, FileName), os.O_RDWR, 0)
		if err != nil {
			i.t.Fatal(err)
		}
		if err := errors.Join(d.apply(file), file.Close()); err != nil {
			i.t.Fatal(err)
		}
	}
	switch {
	case strings.HasPrefix(said, "noticed"):
		i.noticed++
		kind := strings.Split(digits.ReplaceAllString(strings.ReplaceAll(said, i.dir, ""), "#"), ": ")
		i.how[strings.Join(kind[1:min(3, len(kind))], ": ")]++
		return said
	case said == i.want:
		i.same++
		return "same"
	default:
		return "SILENT"
	}
}

// lived makes a folder with a bit of everything in it: runs of all levels, two
// versions, waves, texts, pages that were freed.
func lived(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s := field(t, dir, Options{FoldEvery: 5})
	random := seeded(42)
	for i := range 8 {
		submitAll(t, s, random.responses(s, fmt.Sprint(i), 60))
		if i == 3 {
			change(t, s, response.Published(1, readSurvey(t, "survey.yaml", "en: Overall", "en: All in all").Questionnaire.Canonical()), nil)
			openWave(t, s, "2")
		}
	}
	change(t, s, response.Published(1, readRich(t).Canonical()), nil)
	limit(t, s, response.WaveOpened{Quotas: []response.Quota{{ID: "country", If: "region = 'country'", Limit: 1000}}})
	for i := range 40 {
		submit(t, s, random.response(readRich(t), 3, fmt.Sprint("rich ", i)), catalog.Accepted)
	}
	if _, err := s.Purge(9860); err != nil {
		t.Fatal(err)
	}
	slips := random.slips(t, s, 20)
	issue(t, s, "a", slips)
	for i := range 5 {
		save(t, s, i, 9900, "sealed")
		spend(t, s, random.invited(s, fmt.Sprint("invited ", i)), slips[i].digest)
	}
	submitAll(t, s, random.responses(s, "last", 3)) // in the tally that is saved, in no run of ids
	mustClose(t, s)
	return dir
}

// used returns how much of a data file has pages that a transaction could see.
func used(t *testing.T, dir string) int64 {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var size int64
	if err := s.db.View(func(tx *bolt.Tx) error { size = tx.Size(); return nil }); err != nil {
		t.Fatal(err)
	}
	return size
}

// Whatever is damaged, nobody gets other counts without being told.
func TestNoDamageGoesUnseen(t *testing.T) {
	t.Parallel()
	dir := lived(t)
	size := used(t, dir)
	random := seeded(1)
	i := newInspector(t, dir)
	defer i.done()
	tries := 300
	if testing.Short() {
		tries = 60
	}
	file, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	for n := range tries {
		d := damage{Offset: random.Int64N(size)}
		switch n % 4 {
		case 0, 1: // a bit
			d.Mask = []byte{1 << random.IntN(8)}
		case 2: // a sector of zeros
			d.Offset &^= 511
			d.Mask = slices.Clone(file[d.Offset : d.Offset+512])
		case 3: // a few bytes of noise
			d.Mask = make([]byte, min(1+random.Int64N(8), size-d.Offset))
			for b := range d.Mask {
				d.Mask[b] = byte(random.Uint32())
			}
		}
		if got := i.try(d); got == "SILENT" {
			t.Errorf("damage %d, %d bytes at %d (page %d + %d): the file says something else, and nobody notices", n, len(d.Mask), d.Offset, d.Offset/4096, d.Offset%4096)
		}
	}
	t.Logf("%d of %d damages noticed, %d without effect: %v", i.noticed, tries, i.same, i.how)
	if i.noticed < tries/4 {
		t.Errorf("only %d of %d damages were noticed: they do not hit what is read", i.noticed, tries)
	}
}

// A meta page says where everything is. bbolt falls back to the other one, which
// is one commit older: that must not lose an acknowledged response unseen.
func TestNoDamageOfAMetaPageGoesUnseen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := field(t, dir, Options{})
	random := seeded(2)
	for i := range 5 { // the last two commits are responses, as in a server that was killed
		submitAll(t, s, random.responses(s, fmt.Sprint(i), 1))
	}
	i := newInspector(t, copyFolder(t, dir))
	defer i.done()
	silent := 0
	for page := range int64(2) {
		for offset := range int64(16 + 64) {
			d := damage{Offset: page*4096 + offset, Mask: []byte{1 << random.IntN(8)}}
			if got := i.try(d); got == "SILENT" {
				silent++
			}
		}
	}
	if silent > 0 {
		t.Errorf("%d changed bytes of a meta page make a response disappear, and nobody notices", silent)
	}
	t.Logf("%d noticed, %d without effect: %v", i.noticed, i.same, i.how)
}

// tamper changes a data file through bbolt, so that its pages stay sound.
func tamper(t *testing.T, dir string, change func(tx *bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(dir, FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(change), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// rename gives a value another key.
func rename(b *bolt.Bucket, from, to []byte) error {
	v := slices.Clone(b.Get(from))
	return errors.Join(b.Delete(from), b.Put(to, v))
}

// swap exchanges two values.
func swap(b *bolt.Bucket, one, two []byte) error {
	v, w := slices.Clone(b.Get(one)), slices.Clone(b.Get(two))
	return errors.Join(b.Put(one, w), b.Put(two, v))
}

// What bbolt can't notice, Open or Check must: keys and values that are whole, but
// not those that belong there.
func TestNoTamperingGoesUnseen(t *testing.T) {
	t.Parallel()
	whole := lived(t)
	reference := inspect(whole)
	flip := func(bucket, name []byte, at int) func(tx *bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			b := tx.Bucket(bucket)
			v := slices.Clone(b.Get(name))
			if at < 0 {
				at += len(v)
			}
			v[at] ^= 1
			return b.Put(name, v)
		}
	}
	firstID := func(tx *bolt.Tx) []byte { k, _ := tx.Bucket(bucketIDs).Cursor().First(); return slices.Clone(k) }
	lastPersonal := func(tx *bolt.Tx) []byte { k, _ := tx.Bucket(bucketPersonal).Cursor().Last(); return slices.Clone(k) }
	lastLog := func(tx *bolt.Tx) []byte { k, _ := tx.Bucket(bucketLog).Cursor().Last(); return slices.Clone(k) }
	for name, change := range map[string]func(tx *bolt.Tx) error{
		"the first frame is gone": func(tx *bolt.Tx) error { return tx.Bucket(bucketLog).Delete(key(1)) },
		"a frame is gone":         func(tx *bolt.Tx) error { return tx.Bucket(bucketLog).Delete(key(7)) },
		"the last frame is gone":  func(tx *bolt.Tx) error { return tx.Bucket(bucketLog).Delete(lastLog(tx)) },
		"two frames are swapped":  func(tx *bolt.Tx) error { return swap(tx.Bucket(bucketLog), key(5), key(6)) },
		"a frame is there twice": func(tx *bolt.Tx) error {
			return tx.Bucket(bucketLog).Put(key(1<<40), tx.Bucket(bucketLog).Get(lastLog(tx)))
		},
		"a frame's key is short":  func(tx *bolt.Tx) error { return rename(tx.Bucket(bucketLog), lastLog(tx), []byte("z")) },
		"a frame's format":        flip(bucketLog, key(5), 0),
		"a frame's position":      flip(bucketLog, key(5), 8),
		"a frame's first event":   flip(bucketLog, key(5), 16),
		"a frame's count":         flip(bucketLog, key(5), 20),
		"a frame's chain":         flip(bucketLog, key(5), 21),
		"a frame's record":        flip(bucketLog, key(5), 60),
		"a frame's hash":          flip(bucketLog, key(5), -1),
		"the saved tally":         flip(bucketFolds, keyTally, 9),
		"the tally's tip":         flip(bucketFolds, keyTallyTip, 7),
		"the ids' tip":            flip(bucketFolds, keyIDsTip, 7),
		"the saved tally is gone": func(tx *bolt.Tx) error { return tx.Bucket(bucketFolds).Delete(keyTally) },
		"the tally's tip is gone": func(tx *bolt.Tx) error { return tx.Bucket(bucketFolds).Delete(keyTallyTip) },
		"the ids' tip is gone":    func(tx *bolt.Tx) error { return tx.Bucket(bucketFolds).Delete(keyIDsTip) },
		"the tips are swapped":    func(tx *bolt.Tx) error { return swap(tx.Bucket(bucketFolds), keyTallyTip, keyIDsTip) },
		"an id run is gone":       func(tx *bolt.Tx) error { return tx.Bucket(bucketIDs).Delete(firstID(tx)) },
		"an id run is there twice": func(tx *bolt.Tx) error {
			return tx.Bucket(bucketIDs).Put(append([]byte{9}, key(1)...), tx.Bucket(bucketIDs).Get(firstID(tx)))
		},
		"an id run's key is short":   func(tx *bolt.Tx) error { return rename(tx.Bucket(bucketIDs), firstID(tx), []byte{0}) },
		"an id in a run":             func(tx *bolt.Tx) error { return flip(bucketIDs, firstID(tx), 3)(tx) },
		"a saved event":              flip(bucketControl, key(2), 40),
		"a saved event is gone":      func(tx *bolt.Tx) error { return tx.Bucket(bucketControl).Delete(key(245)) },
		"saved versions are swapped": func(tx *bolt.Tx) error { return swap(tx.Bucket(bucketControl), key(2), key(244)) },
		"a saved wave opens again": func(tx *bolt.Tx) error {
			return tx.Bucket(bucketControl).Put(key(300), tx.Bucket(bucketControl).Get(key(245)))
		},
		"a personal value is gone": func(tx *bolt.Tx) error { return tx.Bucket(bucketPersonal).Delete(lastPersonal(tx)) },
		"a personal value":         func(tx *bolt.Tx) error { return flip(bucketPersonal, lastPersonal(tx), 3)(tx) },
		"a personal value of another response": func(tx *bolt.Tx) error {
			k := lastPersonal(tx)
			return rename(tx.Bucket(bucketPersonal), k, append(k[:4:4], key(1)...))
		},
		"a personal value of another day": func(tx *bolt.Tx) error {
			k := lastPersonal(tx)
			return rename(tx.Bucket(bucketPersonal), k, append([]byte{1, 0, 0, 0}, k[4:]...))
		},
		"a part of the personal values": func(tx *bolt.Tx) error {
			return tx.Bucket(bucketPersonal).Put(lastPersonal(tx), closeSum([]byte{}))
		},
		"the personal values are gone": func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketPersonal) },
		"the day of the last deletion": flip(bucketMeta, keyPurged, 3),
		"nothing was ever deleted":     func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Delete(keyPurged) },
		"the saved quotas":             flip(bucketFolds, keyQuotas, 9),
		"a quota counts more": func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketFolds)
			counts, err := openSum(b.Get(keyQuotas))
			if err != nil {
				return err
			}
			counts = slices.Clone(counts)
			counts[len(counts)-1]++
			return b.Put(keyQuotas, closeSum(counts))
		},
		"the secret":               flip(bucketMeta, keySecret, 3),
		"the secret is gone":       func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Delete(keySecret) },
		"the secret is short":      func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Put(keySecret, closeSum([]byte("short"))) },
		"a draft":                  func(tx *bolt.Tx) error { id := draftID(5); return tx.Bucket(bucketDrafts).Put(id[:], []byte("x")) },
		"a draft's id":             func(tx *bolt.Tx) error { return tx.Bucket(bucketDrafts).Put([]byte("id"), closeSum([]byte("12345"))) },
		"how many codes were used": flip(bucketSpent, []byte(spentKey("test", "")), 7),
		"fewer codes were used": func(tx *bolt.Tx) error {
			return tx.Bucket(bucketSpent).Put([]byte(spentKey("test", "")), closeSum(binary.BigEndian.AppendUint64(nil, 4)))
		},
		"codes of another wave were used": func(tx *bolt.Tx) error {
			return rename(tx.Bucket(bucketSpent), []byte(spentKey("test", "")), []byte(spentKey("test", "2")))
		},
		"an entry of another key": func(tx *bolt.Tx) error { return tx.Bucket(bucketSettling).Put(make([]byte, 16), make([]byte, 33)) },
		"a bucket is gone":        func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketFolds) },
		"the stamp is gone":       func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Delete(keyFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := copyFolder(t, whole)
			tamper(t, dir, change)
			if got := inspectSafely(dir); !strings.HasPrefix(got, "noticed") {
				t.Errorf("nobody notices; the file says the same: %v", got == reference)
			}
		})
	}
}

// inspectSafely takes a panic for a notice: sound pages can't end the process.
func inspectSafely(dir string) (said string) {
	defer func() {
		if p := recover(); p != nil {
			said = fmt.Sprintf("noticed: panic: %v", p)
		}
	}()
	return inspect(dir)
}

// A file that was cut off is refused before a page that is not there ends the process.
func TestATruncatedFileIsRefused(t *testing.T) {
	t.Parallel()
	whole := lived(t)
	size := used(t, whole)
	for _, n := range []int64{1, 100, 4095, 4096, 8191, 8192, 12288, 16384, size / 2 &^ 4095, size/2&^4095 + 17, size - 4096, size - 1} {
		dir := copyFolder(t, whole)
		if err := os.Truncate(filepath.Join(dir, FileName), n); err != nil {
			t.Fatal(err)
		}
		before := fingerprint(t, dir)
		c := startChild(t, "damage", "HAILONG_TEST_DIR="+dir)
		if _, err := io.WriteString(c.orders, `{"Offset":0,"Mask":""}`+"\n"); err != nil {
			t.Fatal(err)
		}
		said, ok := c.next(20 * time.Second)
		if !ok {
			c.kill()
			t.Errorf("%d of %d bytes: the process ended without a word", n, size)
			continue
		}
		c.end(t)
		if !strings.HasPrefix(said, "noticed: open") || !strings.Contains(said, ErrNotOurs.Error()) && !strings.Contains(said, ErrDamaged.Error()) {
			t.Errorf("%d of %d bytes: %.300s", n, size, said)
		}
		if fingerprint(t, dir) != before {
			t.Errorf("%d of %d bytes: the file was changed", n, size)
		}
	}
}
