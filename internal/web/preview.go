package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"hailong/internal/agency"
	"hailong/internal/page"
	"hailong/internal/response"
)

// PreviewOptions is what a preview needs.
type PreviewOptions struct {
	File     string           // path of survey.yaml; its folder is the survey's folder
	Agencies *agency.Registry // to choose from
	Now      func() time.Time // tells the day
	Log      *slog.Logger     // gets no answers
}

// Preview serves one survey file while it is being written: the very pages that
// people get, of the file as it stands now, and storing nothing. Its first page
// frames the form in the size of a telephone; it reloads when the file changes.
// A file with mistakes shows them instead.
type Preview struct {
	server *Server
	store  *draftStore
}

// NewPreview returns the preview of a file, which need not be right, nor exist.
func NewPreview(options PreviewOptions) *Preview {
	store := newDraftStore(options.File, options.Agencies, options.Now)
	p := &Preview{server: newServer(store, options.Now, options.Log), store: store}
	p.server.preview = true
	p.server.headers = securityHeaders("'self'")
	p.server.take(p.routes())
	return p
}

// Serve answers on a listener until Shutdown.
func (p *Preview) Serve(listener net.Listener) error { return p.server.Serve(listener) }

// Shutdown stops accepting and lets the requests under way finish until ctx ends.
func (p *Preview) Shutdown(ctx context.Context) error { return p.server.Shutdown(ctx) }

// routes is the surface of a preview. It has nothing to protect: whoever reaches
// it may read the file, which is to be published.
func (p *Preview) routes() []route {
	s := p.server
	var table []route
	get := func(path string, h fiber.Handler) {
		table = append(table, route{http.MethodGet, path, public, h}, route{http.MethodHead, path, public, h})
	}
	get("/", p.frame)
	get("/version", p.version)
	get("/s/:survey", s.openForm)
	table = append(table, route{http.MethodPost, "/s/:survey", public, s.postForm})
	get("/s/:survey/images/:hash/:name", s.image)
	get("/static/:name", s.asset)
	return table
}

// version tells when the page has to be loaded again.
func (p *Preview) version(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendString(p.store.read().hash)
}

// frame shows the form in a frame, or what is wrong with the file.
func (p *Preview) frame(c *fiber.Ctx) error {
	s := p.server
	lang := s.lang(c)
	r := p.store.read()
	c.Set(fiber.HeaderCacheControl, "no-store")
	if r.survey == nil || len(r.mistakes) > 0 {
		return s.render(c, &page.Mistakes{
			Frame: s.frame(c, lang), File: p.store.path, Version: r.hash, Faults: page.Faults(r.mistakes),
		})
	}
	q := r.survey.Questionnaire
	view := &page.Preview{
		Frame: s.frame(c, lang), Title: q.Title.In(lang), File: p.store.path, Version: r.hash, Hash: q.Version[:12],
		Warnings: page.Faults(r.survey.Warnings),
	}
	wish := url.Values{}
	choose := func(name, value string, list []page.Choice) []page.Choice {
		chosen := 0
		for i := range list {
			if list[i].Value == value {
				chosen = i
			}
		}
		if len(list) > 0 {
			list[chosen].Selected = true
			wish.Set(name, list[chosen].Value)
		}
		return list
	}
	view.Languages = choose("lang", s.tongue(c, q, c.Query("lang")), page.Tongues(q))
	view.Agencies = choose("agency", c.Query("agency"), p.agencies(lang))
	view.Channels = choose("channel", c.Query("channel"), page.Channels(lang))
	view.Form = "/s/" + q.Survey + "?" + wish.Encode()
	return s.render(c, view)
}

// mostAgencies is how many agencies a preview offers. An author looks at the
// form, not for an office.
const mostAgencies = 500

// agencies lists agencies to look at the form for.
func (p *Preview) agencies(lang string) []page.Choice {
	var list []page.Choice
	day := response.DayOf(p.server.now()).String()
	for _, a := range p.store.agencies.All() {
		if a.ValidOn(day) && len(list) < mostAgencies {
			list = append(list, page.Choice{Value: a.ID, Text: a.Name.In(lang)})
		}
	}
	return list
}
