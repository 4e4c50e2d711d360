package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hailong/internal/entry"
	"hailong/internal/i18n"
	"hailong/internal/store"
	"hailong/internal/web"
)

type enterCommand struct {
	File string `arg:"" optional:"" help:"CSV or .xlsx file with a form in each row, or with --template the file to write." type:"path"`
	dataFlag
	Survey    string `help:"Slug of the survey." required:"" placeholder:"S"`
	Agency    string `help:"Id, code or name of the agency of rows that name none." placeholder:"A"`
	Channel   string `help:"How all forms were filled in: paper, phone or import. Default: what the column channel says, else paper." default:"" enum:"paper,phone,import," placeholder:"C"`
	Counter   string `help:"Code of the counter of rows that name none." placeholder:"C"`
	Consented bool   `help:"Everybody agreed to what the survey asks consent for."`
	DryRun    bool   `help:"Check everything, store nothing. Only storing tells whether a quota has room."`
	Report    string `help:"File for the refused rows, complete, with what is wrong: correct it and enter it." placeholder:"FILE" type:"path"`
	Template  bool   `help:"Write a file to be filled in: the one named, .csv or .xlsx, or a CSV header to standard output."`
	Lang      string `help:"Language of messages: en or vi." default:"en" enum:"en,vi" placeholder:"L"`
	Force     bool   `help:"Write over files that are there."`
}

// Run enters forms that were filled in on paper: through the running server, or
// into the data folder itself. It fails when a row was refused; the others are
// stored.
func (c *enterCommand) Run(ctx context.Context, env environment) (err error) {
	if c.File == "" && !c.Template {
		return errors.New("name the file to enter, or ask for one to be filled in with --template")
	}
	desk, stop, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if c.Template {
		return c.template(ctx, env, desk)
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fmt.Errorf("%s is a folder; name the file in it", c.File)
	}
	e := &entering{enterCommand: c, env: env, bar: bar(env.stderr, "entering")}
	f := entry.File{Reader: file, Size: info.Size()}
	if c.Report == "" {
		return e.run(ctx, desk, f)
	}
	if _, err := os.Lstat(c.Report); err == nil && !c.Force {
		return fmt.Errorf("%s is there already; give another name, or --force to write over it", c.Report)
	}
	// Also when the entry ends in between, the report has what was refused by then.
	var ran error
	err = writeWhole(c.Report, private, func(w io.Writer) error {
		e.out = w
		ran = e.run(ctx, desk, f)
		if e.report == nil {
			return ran
		}
		return e.report.Close()
	})
	if err != nil {
		return err
	}
	return ran
}

// template writes a file to be filled in.
func (c *enterCommand) template(ctx context.Context, env environment, desk web.Desk) error {
	if c.File == "" {
		return desk.Template(ctx, env.stdout, c.Survey, "csv", c.Lang)
	}
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.File)), ".")
	if format != "csv" && format != "xlsx" {
		return fmt.Errorf("%s: a template is a .csv or .xlsx file", c.File)
	}
	return writeNew(c.File, c.Force, func(w io.Writer) error { return desk.Template(ctx, w, c.Survey, format, c.Lang) })
}

// open returns where forms are entered.
func (c *enterCommand) open(ctx context.Context, env environment) (web.Desk, func() error, error) {
	remote, s, err := connect(ctx, c.Data, store.Options{MustExist: true, Progress: bar(env.stderr, "reading the log")})
	switch {
	case err != nil:
		return nil, nil, err
	case remote != nil:
		return remote, remote.Close, nil
	}
	return web.NewDesk(s, time.Now), s.Close, nil //nolint:forbidigo // the edge owns the clock
}

// entering is the entry of one file.
type entering struct {
	*enterCommand
	env    environment
	bar    func(done, total uint64)
	out    io.Writer // of the report; nil: nobody wants one
	report *entry.Report
	listed int // refused rows
}

// mostListed is how many refused rows the terminal shows.
const mostListed = 20

func (e *entering) run(ctx context.Context, desk web.Desk, f entry.File) error {
	o := web.Entering{Trial: e.DryRun, Options: entry.Options{
		Survey: e.Survey, Agency: e.Agency, Channel: e.Channel, Counter: e.Counter, Lang: e.Lang, Consented: e.Consented,
	}}
	start := time.Now() //nolint:forbidigo // the edge owns the clock
	summary, err := desk.Enter(ctx, f, o, e.tell)
	if summary.Rows == 0 && err != nil {
		return err
	}
	return errors.Join(err, e.summarize(summary, time.Since(start)))
}

// tell shows what is told while the file is entered. Cells stand in the report
// only.
func (e *entering) tell(ev entry.Event) error {
	if ev.Columns != nil && e.out != nil {
		var err error
		if e.report, err = entry.NewReport(e.out, ev.Columns); err != nil {
			return err
		}
	}
	if e.bar != nil && ev.Total > 0 {
		e.bar(uint64(ev.Done), uint64(ev.Total)) //nolint:gosec // sizes of files
	}
	if ev.Refused == nil {
		return nil
	}
	if e.listed++; e.listed <= mostListed {
		for _, fault := range ev.Refused.Faults {
			where := i18n.T(e.Lang, "enter.row", map[string]any{"at": ev.Refused.Row})
			if fault.Column != "" {
				where = i18n.T(e.Lang, "enter.cell", map[string]any{"at": ev.Refused.Row, "name": fault.Column})
			}
			if _, err := fmt.Fprintf(e.env.stderr, "%s: %s\n", where, fault.Message); err != nil {
				return err
			}
		}
	}
	if e.report == nil {
		return nil
	}
	return e.report.Write(ev.Refused)
}

// summarize tells what became of the file.
func (e *entering) summarize(s entry.Summary, took time.Duration) error {
	var lines []string
	say := func(n int, id string) {
		if n > 0 {
			lines = append(lines, i18n.Plural(e.Lang, id, int64(n), nil))
		}
	}
	say(e.listed-mostListed, "enter.more")
	lines = append(lines, s.Warnings...)
	if e.DryRun {
		say(s.Stored, "enter.would_store")
	} else {
		say(s.Stored, "enter.stored")
	}
	say(s.Known, "enter.known")
	say(s.Refused, "enter.refused")
	if s.Rows == 0 {
		lines = append(lines, i18n.T(e.Lang, "enter.nothing", nil))
	}
	if s.Refused > 0 && e.Report != "" {
		lines = append(lines, i18n.T(e.Lang, "enter.see_report", map[string]any{"name": e.Report}))
	} else if s.Refused > 0 {
		lines = append(lines, i18n.T(e.Lang, "enter.no_report", nil))
	}
	if _, err := fmt.Fprintf(e.env.stderr, "%s\n", strings.Join(lines, "\n")); err != nil {
		return err
	}
	if took > time.Second {
		if _, err := fmt.Fprintf(e.env.stderr, "%d rows in %s\n", s.Rows, took.Round(100*time.Millisecond)); err != nil {
			return err
		}
	}
	if s.Refused > 0 {
		return failure{}
	}
	return nil
}
