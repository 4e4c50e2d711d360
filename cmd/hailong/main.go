// Command hailong collects answers to questionnaires and tells how satisfied
// people are, agency by agency.
//
// One file holds each verb; serve.go is the only place where everything is put
// together. Exit codes: 0 good, 1 what was asked for failed, 2 wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"hailong/internal/errs"
	"hailong/internal/web"
)

// commands is the command line. Flags win over the environment.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Serve the pages and the API."`
	Check   checkCommand   `cmd:"" help:"Check questionnaires and agency files, and list every mistake."`
	Fmt     fmtCommand     `cmd:"" help:"Lay out questionnaires in the usual way; comments stay."`
	Schema  schemaCommand  `cmd:"" help:"Write the JSON Schema of survey.yaml, from which editors complete and explain every key."`
	Preview previewCommand `cmd:"" help:"Show a form while it is being written; nothing is stored."`
	Import  importCommand  `cmd:"" help:"Make a questionnaire of a form of another program."`
	Plan    planCommand    `cmd:"" help:"Compare a questionnaire with what is published, and tell what becomes of stored answers."`
	Publish publishCommand `cmd:"" help:"Publish a questionnaire, after showing its plan."`
	Score   scoreCommand   `cmd:"" help:"Print scores as CSV or JSON."`
	Index   indexCommand   `cmd:"" help:"List, compute and check composite indices."`
	Calc    calcCommand    `cmd:"" help:"Work out any formula by hand, of numbers on the command line or a file."`
	Quality qualityCommand `cmd:"" help:"Tell how good the answers are: what is missing, straight-lined, too fast or otherwise unusual."`
	Export  exportCommand  `cmd:"" help:"Write raw responses, a codebook, or a questionnaire for another program."`
	Enter   enterCommand   `cmd:"" help:"Enter forms that were filled in on paper, from CSV or a spreadsheet."`
	Figures figuresCommand `cmd:"" help:"Load and list hard data about agencies, such as their population, from CSV."`
	Invite  inviteCommand  `cmd:"" help:"Issue invitations for a list of dossiers, revoke or count them."`
	Link    linkCommand    `cmd:"" help:"Print a link for a kiosk, or for staff who enter answers for others."`
	Poster  posterCommand  `cmd:"" help:"Write posters with QR codes, to be printed."`
	Weigh   weighCommand   `cmd:"" help:"Weight respondents to a known population, and estimate with it."`
	Verify  verifyCommand  `cmd:"" help:"Recount everything from the log and compare it with what is stored."`
	Demo    demoCommand    `cmd:"" help:"Fill a data folder with simulated fieldwork."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// environment is what a verb may touch of the world.
type environment struct {
	stdin  io.Reader // nil: there is nobody to ask
	stdout io.Writer
	stderr io.Writer
}

// failure is an outcome that was already told; only the exit code is left.
type failure struct{}

func (failure) Error() string { return "failed" }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], environment{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr})
	stop()
	os.Exit(code)
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, env environment) int {
	var cli commands
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("hailong"),
		kong.Description("Satisfaction surveys of public agencies: questionnaires in YAML, durable answers, scores at once."),
		kong.UsageOnError(),
		kong.Writers(env.stdout, env.stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(env),
	)
	if err != nil {
		_, _ = fmt.Fprintln(env.stderr, "hailong:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if exited == 0 { // --help
		return 0
	}
	if err != nil {
		_, _ = fmt.Fprintln(env.stderr, "hailong:", err)
		_, _ = fmt.Fprintln(env.stderr, `Run "hailong --help" for the commands, "hailong COMMAND --help" for one of them.`)
		return 2
	}
	err = parsed.Run()
	if err == nil {
		return 0
	}
	if !errors.As(err, new(failure)) {
		_, _ = fmt.Fprintln(env.stderr, "hailong:", explain(err))
	}
	return 1
}

// explain words an error for the person at the terminal.
func explain(err error) string {
	if mistakes, ok := errors.AsType[errs.Mistakes](err); ok {
		return fmt.Sprintf("%s:\n%s", mistakes.Summary(), mistakes.Error())
	}
	return web.Explain(err)
}
