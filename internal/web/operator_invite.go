package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"hailong/internal/catalog"
	"hailong/internal/collect"
	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/page"
	"hailong/internal/response"
	"hailong/internal/seal"
)

const (
	pathPass        = "/pass"
	pathPosters     = "/posters"
	pathInvitable   = "/invitable"
	pathInvite      = "/invite"
	pathRevoke      = "/revoke"
	pathInvitations = "/invitations"
)

// maxIssued is the largest request to issue invitations, in bytes: two million
// codes.
const maxIssued = 64 << 20

// Issuing is what issuing invitations and passes needs of a store.
type Issuing interface {
	Catalog() *catalog.Catalog
	Secret() [32]byte
	Invite(ctx context.Context, b invite.Batch) error
	Revoke(ctx context.Context, digests []invite.Digest) (int, error)
	RevokeBatch(ctx context.Context, id string) (int, error)
	Invitations() []invite.Count
	InvitationsFailed() error
}

// PassWanted says for which place a pass is wanted.
type PassWanted struct {
	Survey  string `json:"survey"`
	Agency  string `json:"agency"` // id or code; empty: any
	Counter string `json:"counter"`
	Channel string `json:"channel"`
	Until   string `json:"until"` // the last day, YYYY-MM-DD
}

// Passed is a pass, with the place as links name it.
type Passed struct {
	Pass   string `json:"pass"`
	Agency string `json:"agency"` // id
	Name   string `json:"name"`   // of the agency
}

// Invitable is what invitations to a survey can be about. Numbers of dossiers
// are no part of the question, nor of anything else that reaches a server.
type Invitable struct {
	Wave     string                     `json:"wave"`
	Title    map[string]string          `json:"title"`  // of the survey, by language
	Closes   string                     `json:"closes"` // the wave's last day; may be empty
	Today    string                     `json:"today"`
	Agencies map[string]InvitableAgency `json:"agencies"` // by what they were asked for
}

// InvitableAgency is what is known of an agency that was asked for: its number
// is 0 when there is none.
type InvitableAgency struct {
	Number uint32 `json:"number"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	Closed bool   `json:"closed"` // it does not exist today
}

// Issue is a batch of invitations: its codes in an order that says nothing.
type Issue struct {
	Batch   string       `json:"batch"`
	Survey  string       `json:"survey"`
	Wave    string       `json:"wave"`
	Expires string       `json:"expires"` // the last day, YYYY-MM-DD
	Groups  []IssueGroup `json:"groups"`
}

// IssueGroup is a part of a batch about one agency and service.
type IssueGroup struct {
	Agency   uint32   `json:"agency"`
	Resolver uint32   `json:"resolver,omitempty"`
	Service  string   `json:"service,omitempty"`
	Codes    []string `json:"codes"`
}

// Revoked counts what became of invitations that were to be revoked. Which one
// was used before is not told: that would say who took part.
type Revoked struct {
	Revoked int `json:"revoked"`
	Left    int `json:"left"` // used, revoked before, or never issued
}

// Invited counts the invitations of a batch to an agency.
type Invited struct {
	Batch   string `json:"batch"`
	Survey  string `json:"survey"`
	Wave    string `json:"wave"`
	Agency  string `json:"agency"` // id
	Name    string `json:"name"`
	Issued  string `json:"issued"`
	Expires string `json:"expires"`
	Codes   int    `json:"codes"`
	Used    int    `json:"used"`
	Revoked int    `json:"revoked"`
	Expired int    `json:"expired"` // neither used nor revoked by then
	Open    int    `json:"open"`
}

// Issuer hands out what lets people answer: posters, passes, invitations.
type Issuer interface {
	Pass(ctx context.Context, w PassWanted) (Passed, error)
	// Posters writes a document, and returns how many sheets it has.
	Posters(ctx context.Context, w io.Writer, wanted PostersWanted) (int, error)
	Invitable(ctx context.Context, survey, wave string, agencies []string) (Invitable, error)
	// Issue makes invitations good, all or none of them.
	Issue(ctx context.Context, i Issue) error
	// Revoke makes invitations worthless: those with the codes, or all of a batch.
	Revoke(ctx context.Context, codes []string, batch string) (Revoked, error)
	Invited(ctx context.Context) ([]Invited, error)
}

type localIssuer struct {
	store Issuing
	now   func() time.Time
}

// NewIssuer returns the issuer of an open store; now tells the day.
func NewIssuer(store Issuing, now func() time.Time) Issuer { return localIssuer{store, now} }

func (l localIssuer) today() response.Day { return response.DayOf(l.now()) }

// Pass implements Issuer.
func (l localIssuer) Pass(_ context.Context, w PassWanted) (Passed, error) {
	c := l.store.Catalog()
	survey := c.Survey(w.Survey)
	if survey == nil {
		return Passed{}, errs.New(errs.NotFound, "unknown_survey")
	}
	var problems []errs.Problem
	wrong := func(item, code string, args map[string]any) {
		problems = append(problems, errs.Problem{Item: item, Code: code, Args: args})
	}
	place := seal.Place{Survey: survey.Slug, Counter: w.Counter}
	passed := Passed{}
	if w.Agency != "" {
		a := c.Agencies.Find(w.Agency, l.today().String())
		switch {
		case a == nil:
			return passed, errs.New(errs.NotFound, "unknown_agency")
		case !a.ValidOn(l.today().String()):
			wrong("agency", "agency_closed", map[string]any{"name": a.Name.Vi, "day": l.today().String()})
		}
		place.Agency, passed.Agency, passed.Name = a.ID, a.ID, a.Name.Vi
	}
	if w.Counter != "" && !response.ValidCounter(w.Counter) {
		wrong("counter", "invalid_counter", nil)
	}
	wave, _, err := collect.FindWave(survey, "")
	if err != nil {
		wave = nil // a link may be made before the wave opens
	}
	channel, problem := collect.FindChannel(w.Channel, wave)
	if problem != "" {
		wrong("channel", problem, nil)
	}
	place.Channel = channel
	until, ok := response.ParseDay(w.Until)
	if !ok {
		wrong("until", "bad_date", nil)
	} else if until < l.today() {
		wrong("until", "day_over", nil)
	}
	if len(problems) > 0 {
		return Passed{}, errs.Bad(problems...)
	}
	if l.store.Secret() == ([32]byte{}) {
		return Passed{}, errors.New("the data folder has no secret yet: start hailong serve on it once")
	}
	passed.Pass = seal.Pass(l.store.Secret(), place, until)
	return passed, nil
}

// Posters implements Issuer.
func (l localIssuer) Posters(_ context.Context, w io.Writer, wanted PostersWanted) (int, error) {
	set, err := findPosters(l.store.Catalog(), l.today().String(), wanted)
	if err != nil {
		return 0, err
	}
	return len(set.Places), page.WritePosters(w, set)
}

// Invitable implements Issuer.
func (l localIssuer) Invitable(_ context.Context, slug, waveID string, agencies []string) (Invitable, error) {
	c := l.store.Catalog()
	survey := c.Survey(slug)
	if survey == nil {
		return Invitable{}, errs.New(errs.NotFound, "unknown_survey")
	}
	wave, problem, err := collect.FindWave(survey, waveID)
	if problem != "" {
		err = errs.Bad(errs.Problem{Item: "wave", Code: problem})
	}
	if err == nil && wave != nil {
		if _, problem := collect.FindChannel(response.Invitation.String(), wave); problem != "" {
			err = errs.Bad(errs.Problem{Item: "channel", Code: problem})
		}
	}
	if err != nil {
		return Invitable{}, err
	}
	if err := l.store.InvitationsFailed(); err != nil {
		return Invitable{}, err
	}
	today := l.today().String()
	out := Invitable{Wave: wave.ID, Closes: wave.Closes, Today: today, Title: survey.Current().Questionnaire.Title, Agencies: map[string]InvitableAgency{}}
	for _, ref := range agencies {
		if a := c.Agencies.Find(ref, today); a != nil {
			out.Agencies[ref] = InvitableAgency{Number: a.Number, ID: a.ID, Name: a.Name.Vi, Closed: !a.ValidOn(today)}
		}
	}
	return out, nil
}

// Issue implements Issuer.
func (l localIssuer) Issue(ctx context.Context, i Issue) error {
	expires, ok := response.ParseDay(i.Expires)
	switch {
	case !ok:
		return errs.Bad(errs.Problem{Item: "expires", Code: "bad_date"})
	case expires < l.today():
		return errs.Bad(errs.Problem{Item: "expires", Code: "day_over"})
	}
	secret := l.store.Secret()
	if secret == ([32]byte{}) {
		return errors.New("the data folder has no secret yet: start hailong serve on it once")
	}
	batch := invite.Batch{ID: i.Batch, Survey: i.Survey, Wave: i.Wave, Issued: l.today(), Expires: expires}
	for _, g := range i.Groups {
		digests, err := digestsOf(secret, g.Codes)
		if err != nil {
			return err
		}
		batch.Groups = append(batch.Groups, invite.Group{Agency: g.Agency, Resolver: g.Resolver, Service: g.Service, Digests: digests})
	}
	return l.store.Invite(ctx, batch)
}

// digestsOf returns the digests of codes, by their bytes: the order in which the
// codes came stays behind.
func digestsOf(secret [32]byte, codes []string) ([]invite.Digest, error) {
	digests := make([]invite.Digest, len(codes))
	for i, typed := range codes {
		code, ok := invite.Parse(typed)
		if !ok {
			return nil, errs.Bad(errs.Problem{Item: "code", Code: "invalid_code", Args: map[string]any{"at": i + 1}})
		}
		digests[i] = invite.DigestOf(secret, code)
	}
	slices.SortFunc(digests, invite.Digest.Compare)
	return digests, nil
}

// Revoke implements Issuer.
func (l localIssuer) Revoke(ctx context.Context, codes []string, batch string) (Revoked, error) {
	if batch != "" {
		n, err := l.store.RevokeBatch(ctx, batch)
		if err != nil {
			return Revoked{}, err
		}
		total := 0
		for _, c := range l.store.Invitations() {
			if c.Batch == batch {
				total += c.Codes
			}
		}
		return Revoked{Revoked: n, Left: total - n}, nil
	}
	digests, err := digestsOf(l.store.Secret(), codes)
	if err != nil {
		return Revoked{}, err
	}
	digests = slices.Compact(digests)
	n, err := l.store.Revoke(ctx, digests)
	return Revoked{Revoked: n, Left: len(digests) - n}, err
}

// Invited implements Issuer.
func (l localIssuer) Invited(context.Context) ([]Invited, error) {
	if err := l.store.InvitationsFailed(); err != nil {
		return nil, err
	}
	registry, today := l.store.Catalog().Agencies, l.today()
	list := []Invited{}
	for _, c := range l.store.Invitations() {
		row := Invited{
			Batch: c.Batch, Survey: c.Survey, Wave: c.Wave, Issued: c.Issued.String(), Expires: c.Expires.String(),
			Codes: c.Codes, Used: c.Used, Revoked: c.Revoked, Open: c.Codes - c.Used - c.Revoked,
		}
		if a := registry.ByNumber(c.Agency); a != nil {
			row.Agency, row.Name = a.ID, a.Name.Vi
		}
		if c.Expires < today {
			row.Expired, row.Open = row.Open, 0
		}
		list = append(list, row)
	}
	return list, nil
}

// issuing makes the routes of an issuer.
func (o *Operator) issuing(mux *http.ServeMux) {
	mux.HandleFunc("POST "+pathPass, o.asked(func(r *http.Request, body []byte) (any, error) {
		var w PassWanted
		if err := json.Unmarshal(body, &w); err != nil {
			return nil, fmt.Errorf("read request: %w", err)
		}
		return o.issuer.Pass(r.Context(), w)
	}))
	mux.HandleFunc("POST "+pathInvitable, o.asked(func(r *http.Request, body []byte) (any, error) {
		var refs []string
		if err := json.Unmarshal(body, &refs); err != nil {
			return nil, fmt.Errorf("read request: %w", err)
		}
		return o.issuer.Invitable(r.Context(), r.URL.Query().Get("survey"), r.URL.Query().Get("wave"), refs)
	}))
	mux.HandleFunc("POST "+pathInvite, o.asked(func(r *http.Request, body []byte) (any, error) {
		var i Issue
		if err := json.Unmarshal(body, &i); err != nil {
			return nil, errors.New("read request: no batch of invitations") // what is wrong could quote a code
		}
		if err := o.issuer.Issue(r.Context(), i); err != nil {
			return nil, err
		}
		o.log.Info("invitations issued", "batch", i.Batch, "survey", i.Survey, "wave", i.Wave, "expires", i.Expires)
		return struct{}{}, nil
	}))
	mux.HandleFunc("POST "+pathRevoke, o.asked(func(r *http.Request, body []byte) (any, error) {
		var codes []string
		if err := json.Unmarshal(body, &codes); err != nil {
			return nil, errors.New("read request: no list of codes")
		}
		revoked, err := o.issuer.Revoke(r.Context(), codes, r.URL.Query().Get("batch"))
		if err == nil {
			o.log.Info("invitations revoked", "batch", r.URL.Query().Get("batch"), "count", revoked.Revoked)
		}
		return revoked, err
	}))
	mux.HandleFunc("POST "+pathInvitations, o.asked(func(r *http.Request, _ []byte) (any, error) { return o.issuer.Invited(r.Context()) }))
	mux.HandleFunc("POST "+pathPosters, o.posters)
}

// asked is a handler that answers JSON with JSON.
func (o *Operator) asked(answer func(r *http.Request, body []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxIssued))
		if err != nil {
			o.fail(w, fmt.Errorf("read request: %w", err))
			return
		}
		said, err := answer(r, body)
		if err != nil {
			o.fail(w, err)
			return
		}
		if err := json.NewEncoder(w).Encode(said); err != nil {
			o.log.Error("operator's request failed", "error", err, "client", r.Context().Err())
		}
	}
}

// trailerSheets is the trailer with the number of sheets.
const trailerSheets = "Hailong-Sheets"

func (o *Operator) posters(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", trailerSheets)
	out := &lateWriter{w: w}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	var wanted PostersWanted
	if err == nil {
		err = json.Unmarshal(body, &wanted)
	}
	n := 0
	if err == nil {
		n, err = o.issuer.Posters(r.Context(), out, wanted)
	}
	if err != nil {
		o.breakOff(w, out, err)
		return
	}
	w.Header().Set(trailerSheets, strconv.Itoa(n))
}

// ask sends JSON to the running server and reads its answer.
func (c *Remote) ask(ctx context.Context, path string, query url.Values, question, reply any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("ask the running server: %w", err)
	}
	answer, err := c.send(ctx, http.MethodPost, path, query, bytes.NewReader(body))
	if err != nil {
		return err
	}
	err = json.NewDecoder(answer.Body).Decode(reply)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return fmt.Errorf("read from the running server: %w", err)
	}
	return nil
}

// Pass implements Issuer.
func (c *Remote) Pass(ctx context.Context, w PassWanted) (Passed, error) {
	var p Passed
	err := c.ask(ctx, pathPass, nil, w, &p)
	return p, err
}

// Invitable implements Issuer.
func (c *Remote) Invitable(ctx context.Context, survey, wave string, agencies []string) (Invitable, error) {
	var i Invitable
	err := c.ask(ctx, pathInvitable, url.Values{"survey": {survey}, "wave": {wave}}, agencies, &i)
	return i, err
}

// Issue implements Issuer.
func (c *Remote) Issue(ctx context.Context, i Issue) error {
	return c.ask(ctx, pathInvite, nil, i, new(struct{}))
}

// Revoke implements Issuer.
func (c *Remote) Revoke(ctx context.Context, codes []string, batch string) (Revoked, error) {
	var r Revoked
	err := c.ask(ctx, pathRevoke, url.Values{"batch": {batch}}, codes, &r)
	return r, err
}

// Invited implements Issuer.
func (c *Remote) Invited(ctx context.Context) ([]Invited, error) {
	var list []Invited
	err := c.ask(ctx, pathInvitations, nil, nil, &list)
	return list, err
}

// Posters implements Issuer.
func (c *Remote) Posters(ctx context.Context, w io.Writer, wanted PostersWanted) (int, error) {
	body, err := json.Marshal(wanted)
	if err != nil {
		return 0, fmt.Errorf("ask the running server: %w", err)
	}
	answer, err := c.send(ctx, http.MethodPost, pathPosters, nil, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	if err := copyAnswer(w, answer); err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(answer.Trailer.Get(trailerSheets))
	if err != nil {
		return 0, fmt.Errorf("the running server broke off; what was written is not whole: %w", err)
	}
	return n, nil
}
