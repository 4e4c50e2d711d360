package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"hailong/internal/report"
)

type scoreVerifyCommand struct {
	dataFlag
	File   string `arg:"" help:"The receipt that score --receipt FILE wrote." type:"path"`
	Output string `help:"File to write the scores to, as CSV. Default: they are compared and not kept." short:"o" placeholder:"FILE" type:"path"`

	Print bool `kong:"-"` // write the scores to standard output, and the verdict to standard error
}

// Run computes the scores of a receipt again from the log as it was then, tells
// whether every byte is the same, and if not what the cause is. The log is read
// from its beginning, and no saved count is used.
func (c *scoreVerifyCommand) Run(ctx context.Context, env environment) (err error) {
	receipt, err := readReceipt(c.File)
	if err != nil {
		return err
	}
	con, err := openConsole(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, con.Close()) }()
	var scores bytes.Buffer
	verdict, err := con.Recompute(ctx, &scores, receipt)
	if err != nil {
		return err
	}
	told := env.stdout
	if c.Print {
		told = env.stderr
		if _, err := scores.WriteTo(env.stdout); err != nil {
			return err
		}
	}
	if c.Output != "" {
		err := writeWhole(c.Output, common, func(w io.Writer) error { _, err := w.Write(scores.Bytes()); return err })
		if err != nil {
			return err
		}
	}
	if err := tell(told, c.File, receipt, &verdict); err != nil {
		return err
	}
	if !verdict.Identical {
		return failure{}
	}
	return nil
}

// tell words a verdict.
func tell(w io.Writer, file string, r *report.Receipt, v *report.Verdict) error {
	var b strings.Builder
	if v.Identical {
		from := "the log"
		if r.Counts != nil { // a public one does not tell
			from = fmt.Sprintf("%d responses", r.Counts.Responses)
		}
		fmt.Fprintf(&b, "%s: identical to the last byte: %d bytes of CSV, computed again from %s up to event %d.\n",
			file, r.Result.Bytes, from, v.Watermark)
	} else {
		fmt.Fprintf(&b, "%s: NOT reproduced as of event %d. What differs, causes first:\n", file, v.Watermark)
		differences(&b, v.Differs)
	}
	if v.Now > v.Watermark {
		fmt.Fprintf(&b, "Since then %d more events came. Asked now, ", v.Now-v.Watermark)
		if len(v.Since) == 0 {
			b.WriteString("the scores would be the same.\n")
		} else {
			b.WriteString("this would be other:\n")
			differences(&b, v.Since)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func differences(b *strings.Builder, list []report.Difference) {
	for _, d := range list {
		fmt.Fprintf(b, "  %s\n    receipt: %s\n    now:     %s\n", partWords(d.Part), d.Stated, d.Found)
	}
}

// partWords names a part of a receipt.
func partWords(part string) string {
	switch part {
	case report.PartFormat:
		return "the program: it writes receipts or numbers in another form"
	case report.PartQuery:
		return "the question: this program reads it in another way"
	case report.PartAgencies:
		return "the agencies: the registry is another"
	case report.PartFigures:
		return "the figures: weights, populations or other external numbers are others"
	case report.PartVersions:
		return "the questionnaire: other versions are counted"
	case report.PartMethod:
		return "the method: measure, index, weights, options or publication rules are others"
	case report.PartCounts:
		return "the counts: other responses were counted"
	case report.PartResult:
		return "the result: other bytes"
	case report.PartRefused:
		return "the question can't be answered from this folder"
	}
	return part
}
