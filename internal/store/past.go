package store

import (
	"context"
	"errors"
	"fmt"

	"hailong/internal/catalog"
	"hailong/internal/response"
	"hailong/internal/tally"
)

// ErrAhead is returned for an event that the log has not reached.
var ErrAhead = errors.New("the log does not reach that event")

// Past returns the catalog and the counts as they were when an event was the
// last one: the log is folded again from its beginning, and nothing that is
// saved is looked at, so that a damaged fold can't hide. Both belong to the
// caller. Submissions go on meanwhile. progress is called now and then with how
// many of how many events were read, and may be nil. An event that the log does
// not reach is an error that wraps [ErrAhead]. O(events up to it × answers);
// memory grows with the number of cells, not with that of responses.
func (s *Store) Past(ctx context.Context, through uint64, progress func(done, total uint64)) (*catalog.Catalog, *tally.Tally, error) {
	if at := s.Watermark(); through > at {
		return nil, nil, fmt.Errorf("event %d: %w, which ends at %d", through, ErrAhead, at)
	}
	p := past{through: through, catalog: catalog.New(), tally: tally.New()}
	err := s.log.Read(ctx, 0, func(e Entry) error {
		if progress != nil {
			progress(p.done, through)
		}
		return p.frame(e.Data)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, nil, fmt.Errorf("fold the log up to event %d: %w", through, err)
	}
	return p.catalog, p.tally, nil
}

// past folds events up to one of them.
type past struct {
	through  uint64
	done     uint64 // the last event folded
	catalog  *catalog.Catalog
	tally    *tally.Tally
	response response.Response // used again for every event
}

func (p *past) frame(b []byte) error {
	f, err := openFrame(b)
	if err != nil {
		return err
	}
	for seq := f.head.first; ; seq++ {
		record, err := f.next()
		switch {
		case err != nil:
			return fmt.Errorf("event %d: %w", seq, err)
		case record == nil:
			return nil
		case seq > p.through:
			return errEnough
		}
		if err := p.event(record, seq); err != nil {
			return fmt.Errorf("event %d: %w", seq, err)
		}
		p.done = seq
	}
}

func (p *past) event(record []byte, seq uint64) error {
	if !response.Kind(record[0]).IsResponse() {
		ev, err := response.ReadControl(record)
		if err != nil {
			return err
		}
		if p.catalog, err = p.catalog.Apply(ev); err != nil {
			return err
		}
		p.tally.Add(seq, nil)
		return nil
	}
	if err := response.ReadRecord(record, &p.response, p.definitions); err != nil {
		return err
	}
	q := p.catalog.Version(p.response.Version).Questionnaire
	p.tally.Add(seq, []tally.Entry{{Questionnaire: q, Response: &p.response}})
	return nil
}

// definitions returns the layout of a version that is known by now, nil when
// there is none.
func (p *past) definitions(version uint32) *response.Layout {
	if v := p.catalog.Version(version); v != nil {
		return v.Layout
	}
	return nil
}
