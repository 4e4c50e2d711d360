package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hailong/internal/dossier"
	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/page"
	"hailong/internal/response"
	"hailong/internal/web"
)

type inviteCommand struct {
	Issue  inviteIssueCommand  `cmd:"" default:"withargs" help:"Issue a code for each dossier of a list. This is what invite does without another word."`
	Revoke inviteRevokeCommand `cmd:"" help:"Make codes worthless that nobody has used yet."`
	List   inviteListCommand   `cmd:"" help:"Count the codes of each batch: issued, used, revoked, expired, open."`
}

type inviteIssueCommand struct {
	dataFlag
	baseFlag
	Survey    string `help:"Slug of the survey." required:"" placeholder:"S"`
	File      string `help:"CSV with a row for each dossier: columns dossier, agency, perhaps resolver and service; others are carried along." required:"" placeholder:"FILE" type:"path"`
	Wave      string `help:"Id of the wave. Default: the only open one." placeholder:"W"`
	Expires   string `help:"The last day on which the codes are good." placeholder:"YYYY-MM-DD" xor:"expires"`
	Days      *int   `help:"For how many days the codes are good, today included; 30 when neither is given." placeholder:"N" xor:"expires"`
	Out       string `help:"CSV to write: the list with a code and a link in each row. Keep it away from the data folder." required:"" placeholder:"FILE" type:"path"`
	Slips     string `help:"HTML to write besides: slips with QR codes, eight to a sheet of A4." placeholder:"FILE" type:"path"`
	NoService bool   `help:"Leave the service out of what is stored, so that groups are larger."`
}

// usualDays is for how many days codes are good when nobody says.
const usualDays = 30

// smallGroup is how many codes of one agency and service are few: where few were
// invited, a lone answer can be guessed to be about one of them.
const smallGroup = 10

// Run checks the list, writes the codes where they can't get lost, and only then
// makes them good.
func (c *inviteIssueCommand) Run(ctx context.Context, env environment) (err error) {
	base, err := page.ParseBase(c.URL)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	if err := c.apart(); err != nil {
		return err
	}
	list, err := readDossiers(c.File)
	if err != nil {
		return err
	}
	issuer, stop, err := openIssuer(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	known, err := issuer.Invitable(ctx, c.Survey, c.Wave, list.References())
	if err != nil {
		return err
	}
	if err := list.Check(func(ref string) dossier.Fault { return faultOf(ref, known) }); err != nil {
		return err
	}
	expires, err := c.lastDay(known)
	if err != nil {
		return err
	}
	b, err := newIssuing(c, list, known)
	if err != nil {
		return err
	}
	b.base, b.issue.Expires = base, expires
	return b.run(ctx, env, issuer)
}

// apart refuses to write codes, beside what they were made for, into the folder
// that holds the answers.
func (c *inviteIssueCommand) apart() error {
	data, err := filepath.Abs(c.Data)
	if err != nil {
		return err
	}
	for _, path := range []string{c.Out, c.Slips} {
		if path == "" {
			continue
		}
		if path, err = filepath.Abs(path); err != nil {
			return err
		}
		if rel, err := filepath.Rel(data, path); err == nil && filepath.IsLocal(rel) {
			return fmt.Errorf("%s is in the data folder: codes and answers must not lie together; write it elsewhere", path)
		}
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s is there already; give another name: codes are never written over", path)
		}
	}
	if c.Out == c.Slips {
		return errors.New("--out and --slips name the same file")
	}
	return nil
}

func readDossiers(path string) (*dossier.List, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > dossier.MaxBytes {
		return nil, fmt.Errorf("%s has %d bytes; at most %d are read: split it", path, info.Size(), dossier.MaxBytes)
	}
	src, err := os.ReadFile(path) //nolint:gosec // the operator names it
	if err != nil {
		return nil, err
	}
	return dossier.Parse(path, src)
}

func faultOf(ref string, known web.Invitable) dossier.Fault {
	switch a := known.Agencies[ref]; {
	case a.Number == 0:
		return dossier.Fault{Message: fmt.Sprintf("there is no agency %q", ref), Cure: "write its id, unit code or agency code as in the agency file"}
	case a.Closed:
		return dossier.Fault{Message: a.Name + " does not exist on " + known.Today, Cure: "write the agency that carries on for it"}
	}
	return dossier.Fault{}
}

// lastDay is the last day on which the codes are good.
func (c *inviteIssueCommand) lastDay(known web.Invitable) (string, error) {
	if c.Expires == "" {
		days := usualDays
		if c.Days != nil {
			days = *c.Days
		}
		if days < 1 || days > 3660 {
			return "", errors.New("--days: from 1 to 3660")
		}
		today, ok := response.ParseDay(known.Today)
		if !ok {
			return "", fmt.Errorf("the server thinks that today is %q", known.Today)
		}
		return (today + response.Day(days) - 1).String(), nil
	}
	day, ok := response.ParseDay(c.Expires)
	switch {
	case !ok:
		return "", errors.New("--expires: write a day as YYYY-MM-DD")
	case day.String() < known.Today:
		return "", fmt.Errorf("--expires: %s is over", c.Expires)
	}
	return c.Expires, nil
}

// issuing is a batch on its way.
type issuing struct {
	*inviteIssueCommand
	list  *dossier.List
	known web.Invitable
	base  string
	issue web.Issue
	codes []string // by row
}

// newIssuing draws the codes.
func newIssuing(c *inviteIssueCommand, list *dossier.List, known web.Invitable) (*issuing, error) {
	b := &issuing{inviteIssueCommand: c, list: list, known: known}
	b.issue = web.Issue{Batch: known.Today + "-" + strings.ToLower(rand.Text()[:6]), Survey: c.Survey, Wave: known.Wave}
	type group struct {
		agency, resolver uint32
		service          string
	}
	groups := map[group][]string{}
	drawn := make(map[string]bool, len(list.Rows))
	for i := range list.Rows {
		row := &list.Rows[i]
		g := group{agency: known.Agencies[row.Value(dossier.Agency)].Number}
		if ref := row.Value(dossier.Resolver); ref != "" {
			g.resolver = known.Agencies[ref].Number
		}
		if !c.NoService {
			g.service = row.Value(dossier.Service)
		}
		code, err := draw(drawn)
		if err != nil {
			return nil, err
		}
		b.codes = append(b.codes, code)
		groups[g] = append(groups[g], code)
	}
	for _, g := range slices.SortedFunc(maps.Keys(groups), func(a, b group) int {
		return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.resolver, b.resolver), strings.Compare(a.service, b.service))
	}) {
		// In the order of the codes, which is that of chance: the rows of the list
		// left no trace in it.
		slices.Sort(groups[g])
		b.issue.Groups = append(b.issue.Groups, web.IssueGroup{Agency: g.agency, Resolver: g.resolver, Service: g.service, Codes: groups[g]})
	}
	return b, nil
}

// draw makes a code that was not drawn before.
func draw(drawn map[string]bool) (string, error) {
	for {
		var random [8]byte
		if _, err := rand.Read(random[:]); err != nil {
			return "", fmt.Errorf("draw a code: %w", err)
		}
		if code := invite.New(random); !drawn[code] {
			drawn[code] = true
			return code, nil
		}
	}
}

// run writes the codes and makes them good.
func (b *issuing) run(ctx context.Context, env environment, issuer web.Issuer) error {
	codes, err := keep(b.Out, b.issue.Batch, b.write)
	if err != nil {
		return err
	}
	files := []kept{codes}
	if b.Slips != "" {
		slips, err := keep(b.Slips, b.issue.Batch, b.slips)
		if err != nil {
			return errors.Join(err, codes.drop())
		}
		files = append(files, slips)
	}
	if err := b.make(ctx, issuer); err != nil {
		if errors.As(err, new(unsure)) {
			return fmt.Errorf("%w; if hailong invite list shows batch %s its codes are good: they are in %s, else delete that file", err, b.issue.Batch, codes.part)
		}
		for _, f := range files {
			err = errors.Join(err, f.drop())
		}
		return err
	}
	for _, f := range files {
		if err := f.show(); err != nil {
			return fmt.Errorf("the codes of batch %s are good, and stand in %s: %w", b.issue.Batch, f.part, err)
		}
	}
	return b.tell(env)
}

// unsure is the error of a batch that may have become good.
type unsure struct{ err error }

func (u unsure) Error() string { return "it is not known whether the codes are good: " + u.err.Error() }
func (u unsure) Unwrap() error { return u.err }

// make makes the codes good. After an error it looks whether they are.
func (b *issuing) make(ctx context.Context, issuer web.Issuer) error {
	issued := issuer.Issue(ctx, b.issue)
	if issued == nil {
		return nil
	}
	again, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	list, err := issuer.Invited(again)
	if err != nil {
		return unsure{issued}
	}
	if slices.ContainsFunc(list, func(i web.Invited) bool { return i.Batch == b.issue.Batch }) {
		return nil
	}
	if ctx.Err() != nil {
		return unsure{issued} // it may be under way
	}
	return issued
}

// tell says what was done, and what to look out for.
func (b *issuing) tell(env environment) error {
	var lines []string
	small, least := 0, len(b.codes)
	services := false
	for _, g := range b.issue.Groups {
		services = services || g.Service != ""
		if n := len(g.Codes); n < smallGroup {
			small, least = small+1, min(least, n)
		}
	}
	lines = append(lines, fmt.Sprintf("batch %s: %s good until %s, in %s", b.issue.Batch, errs.Plural(len(b.codes), "code"), b.issue.Expires, b.Out))
	if b.Slips != "" {
		lines = append(lines, "slips to print and cut: "+b.Slips)
	}
	if b.known.Closes != "" && b.known.Closes < b.issue.Expires {
		lines = append(lines, fmt.Sprintf("warning: the wave closes on %s, before the codes expire", b.known.Closes))
	}
	if small > 0 {
		line := fmt.Sprintf("warning: %s of agency and service with fewer than %d codes, the least has %d: a lone answer there can be guessed to be about one of few dossiers",
			errs.Plural(small, "group"), smallGroup, least)
		if services {
			line += "; --no-service makes larger groups, a later and longer list too"
		}
		lines = append(lines, line)
	}
	lines = append(lines, "keep the list of codes away from the data folder and its copies, and delete it when the slips are out")
	_, err := fmt.Fprintln(env.stderr, strings.Join(lines, "\n"))
	return err
}
