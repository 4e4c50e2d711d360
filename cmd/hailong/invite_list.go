package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"hailong/internal/errs"
	"hailong/internal/invite"
	"hailong/internal/web"
)

type inviteRevokeCommand struct {
	dataFlag
	Code  []string `help:"Codes to revoke." placeholder:"XXXX-XXXX-XXX" xor:"what" required:""`
	Batch string   `help:"Batch to revoke, all of it." placeholder:"B" xor:"what" required:""`
}

// Run makes codes worthless that nobody has used yet.
func (c *inviteRevokeCommand) Run(ctx context.Context, env environment) (err error) {
	for i, code := range c.Code {
		if _, ok := invite.Parse(code); !ok {
			return fmt.Errorf("--code: number %d has a typing mistake; nothing was revoked", i+1)
		}
	}
	issuer, stop, err := openIssuer(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	done, err := issuer.Revoke(ctx, c.Code, c.Batch)
	if err != nil {
		return err
	}
	line := errs.Plural(done.Revoked, "code") + " revoked"
	if done.Left > 0 {
		line += fmt.Sprintf("; %d left alone: used, revoked before, or never issued", done.Left)
	}
	_, err = fmt.Fprintln(env.stderr, line)
	return err
}

type inviteListCommand struct {
	dataFlag
	Survey string `help:"Only batches for this survey." placeholder:"S"`
	Format string `help:"table, csv or json." default:"table" enum:"table,csv,json"`
}

// Run prints what became of invitations, by batch and agency.
func (c *inviteListCommand) Run(ctx context.Context, env environment) (err error) {
	issuer, stop, err := openIssuer(ctx, env, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	all, err := issuer.Invited(ctx)
	if err != nil {
		return err
	}
	list := []web.Invited{}
	for _, i := range all {
		if c.Survey == "" || i.Survey == c.Survey {
			list = append(list, i)
		}
	}
	switch c.Format {
	case "json":
		out := json.NewEncoder(env.stdout)
		out.SetIndent("", "  ")
		return out.Encode(list)
	case "csv":
		return writeInvited(env.stdout, list)
	}
	return tabulate(env.stdout, list)
}

func invitedColumns() []string {
	return []string{"batch", "survey", "wave", "agency", "name", "issued", "expires", "codes", "used", "revoked", "expired", "open"}
}

func invitedRecord(i web.Invited) []string {
	record := []string{i.Batch, i.Survey, i.Wave, i.Agency, i.Name, i.Issued, i.Expires}
	for _, n := range []int{i.Codes, i.Used, i.Revoked, i.Expired, i.Open} {
		record = append(record, strconv.Itoa(n))
	}
	return record
}

func writeInvited(w io.Writer, list []web.Invited) error {
	out := csv.NewWriter(w)
	records := [][]string{invitedColumns()}
	for _, i := range list {
		records = append(records, invitedRecord(i))
	}
	return out.WriteAll(records)
}

func tabulate(w io.Writer, list []web.Invited) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no invitations; issue some with hailong invite --survey S --file dossiers.csv --out codes.csv")
		return err
	}
	out := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, record := range append([][]string{invitedColumns()}, recordsOf(list)...) {
		for _, cell := range record {
			if _, err := fmt.Fprint(out, cell, "\t"); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(out); err != nil {
			return err
		}
	}
	return out.Flush()
}

func recordsOf(list []web.Invited) [][]string {
	records := make([][]string, len(list))
	for i := range list {
		records[i] = invitedRecord(list[i])
	}
	return records
}
