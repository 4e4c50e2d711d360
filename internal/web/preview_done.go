package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/collect"
	"hailong/internal/page"
)

// previewDone goes the whole way of a submission, up to where it would be stored,
// and tells what that would have been.
func (s *Server) previewDone(c *fiber.Ctx, t *sitting, in *collect.Input) error {
	var saw witness
	receipt, err := s.collector.Submit(context.WithValue(c.UserContext(), witnessKey{}, &saw), in)
	if err != nil {
		return s.refuseForm(c, t, err)
	}
	tell := t.teller()
	done := page.NewDone(s.frame(c, page.UI(t.lang)), tell, t.draft.End())
	done.Preview = true
	done.Drop(tell, receipt.Dropped)
	if saw.response == nil {
		return s.render(c, done)
	}
	done.Tell(tell, saw.response.Answers, "")
	for i := range saw.response.Repeats {
		repeat := &saw.response.Repeats[i]
		about := ""
		if a := t.draft.World.Agencies.ByNumber(repeat.Agency); a != nil {
			about = a.ID
		}
		each := tell
		each.Lookup = t.draft.Lookup(collect.Place{About: about})
		done.Tell(each, repeat.Answers, about)
	}
	return s.render(c, done)
}
