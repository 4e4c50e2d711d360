package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"hailong/internal/report"
)

type scoreAuditCommand struct {
	dataFlag
	scoreQueryFlags
	Earlier []string `help:"Receipts of what was published before, oldest first. New answers of fewer people than the least number, since then, would be told by subtraction." placeholder:"FILE" type:"path"`
	Format  string   `help:"text or json." default:"text" enum:"text,json"`
}

// Run asks what everybody could work out of scores, together with those published
// before. It ends with an error when that is too much.
func (c *scoreAuditCommand) Run(ctx context.Context, env environment) (err error) {
	if c.Survey == "" {
		return errors.New("missing flags: --survey=S")
	}
	var earlier []*report.Receipt
	for _, file := range c.Earlier {
		receipt, err := readReceipt(file)
		if err != nil {
			return err
		}
		earlier = append(earlier, receipt)
	}
	con, err := openConsole(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, con.Close()) }()
	found, err := con.Audit(ctx, c.query(), earlier)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		out := json.NewEncoder(env.stdout)
		out.SetIndent("", "  ")
		err = out.Encode(found)
	} else {
		err = tellAudit(env.stdout, found)
	}
	if err == nil && !found.Safe() {
		return failure{}
	}
	return err
}

// readReceipt reads the file of a receipt.
func readReceipt(file string) (*report.Receipt, error) {
	b, err := os.ReadFile(file) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("receipt: %w; score --survey S --receipt FILE writes one", err)
	}
	receipt, err := report.ReadReceipt(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", file, explain(err))
	}
	return receipt, nil
}

// maxTold is how many findings are told one by one; JSON has all.
const maxTold = 50

// tellAudit words an audit.
func tellAudit(w io.Writer, a *report.Audit) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d groups with answers, %d of them hidden; %d numbers must not be known.\n", a.Cells, a.Hidden, a.Secret)
	if a.Safe() {
		fmt.Fprintf(&b, "None of them can be worked out: each stays within a range of %.0f or more.\n", a.Width)
	}
	for i := range a.Findings {
		if i == maxTold {
			fmt.Fprintf(&b, "… and %d more; --format json has all.\n", len(a.Findings)-maxTold)
			break
		}
		b.WriteString(findingText(&a.Findings[i]))
	}
	if len(a.Unsolved) > 0 {
		fmt.Fprintf(&b, "Too large to be worked through: %s. Audit a part at a time, with --agency or --level.\n", strings.Join(a.Unsolved, ", "))
	}
	if len(a.Findings) > 0 {
		b.WriteString("What helps: to wait for more answers, to split by less, or to publish on fixed days.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func findingText(f *report.Finding) string {
	place := "all agencies"
	switch {
	case f.Level != "":
		place = "all of level " + f.Level
	case f.Own:
		place = f.AgencyName + " itself"
	case f.Agency != "":
		place = f.AgencyName
	}
	for _, x := range f.Split {
		place += ", " + x
	}
	what := map[string]string{
		report.FoundScore: "how many answered", report.FoundNew: fmt.Sprintf("how many answered since event %d", f.Since),
		report.FoundCounts: "how many chose " + f.Option,
	}[f.Kind]
	known := fmt.Sprintf("from %g to %g", f.Low, f.High)
	if f.High-f.Low < 0.5 {
		known = fmt.Sprintf("%d, exactly", f.Count)
	}
	return fmt.Sprintf("%s, %s: %s can be known to be %s.\n", place, cmp.Or(f.Of, "index"), what, known)
}
