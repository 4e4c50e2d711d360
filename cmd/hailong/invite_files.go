package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"hailong/internal/dossier"
	"hailong/internal/page"
)

// kept is a file that is on disk, whole, under a name that is not yet its own.
type kept struct{ path, part string }

// keep writes a file beside its place; it gets its name by show. Only its owner
// may read it.
func keep(path, mark string, write func(io.Writer) error) (kept, error) {
	k := kept{path: path, part: path + "." + mark + ".part"}
	file, err := os.OpenFile(k.part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, private)
	if err != nil {
		return k, err
	}
	out := bufio.NewWriterSize(file, 256<<10)
	err = write(out)
	if err == nil {
		err = errors.Join(out.Flush(), file.Sync())
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = syncFolder(path)
	}
	if err != nil {
		return k, errors.Join(fmt.Errorf("write %s: %w", path, err), k.drop())
	}
	return k, nil
}

// show gives the file its name. One that is there by now stays.
func (k kept) show() error {
	if _, err := os.Lstat(k.path); err == nil {
		return fmt.Errorf("%s has come to be there", k.path)
	}
	if err := os.Rename(k.part, k.path); err != nil {
		return err
	}
	return syncFolder(k.path)
}

func (k kept) drop() error {
	if err := os.Remove(k.part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// syncFolder makes the name of a file durable.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// write writes the list with a code and a link in each row, in the manner of the
// file that it came from.
func (b *issuing) write(w io.Writer) error {
	if b.list.Marked {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	out.Comma = b.list.Comma
	if err := out.Write(append(slices.Clone(b.list.Columns), dossier.Added()...)); err != nil {
		return err
	}
	set := page.SlipSet{Base: b.base}
	for i := range b.list.Rows {
		record := append(slices.Clone(b.list.Rows[i].Cells), b.codes[i], set.SlipLink(b.codes[i]))
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// slips writes the document to print and cut apart.
func (b *issuing) slips(w io.Writer) error {
	out, err := page.NewSlipWriter(w, page.SlipSet{Base: b.base, Expires: b.issue.Expires, Lang: "vi"})
	if err != nil {
		return err
	}
	for i := range b.list.Rows {
		row := &b.list.Rows[i]
		slip := page.Slip{
			Dossier: row.Value(dossier.Dossier), Agency: b.known.Agencies[row.Value(dossier.Agency)].Name, Code: b.codes[i],
		}
		if err := out.Write(slip); err != nil {
			return err
		}
	}
	return out.Close()
}
