package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hailong/internal/errs"
	"hailong/internal/questionnaire"
)

type fmtCommand struct {
	Paths []string `arg:"" help:"survey.yaml files, folders of surveys, or - to read standard input and write standard output."`
	Diff  bool     `help:"Show what would change, and change nothing." short:"d"`
	Check bool     `help:"Name the files that would change, change nothing, and fail if there is one."`
}

// Run lays out questionnaires and names those that it changed. A file that can't
// be laid out stays as it is; then it fails, after all others.
func (c *fmtCommand) Run(env environment) error {
	paths, err := surveyFiles(c.Paths)
	if err != nil {
		return err
	}
	var mistakes errs.Mistakes
	changed := 0
	for _, path := range paths {
		different, err := c.file(env, path)
		if list, ok := errors.AsType[errs.Mistakes](err); ok {
			mistakes = append(mistakes, list...)
			continue
		}
		if err != nil {
			return err
		}
		if different {
			changed++
		}
	}
	if len(mistakes) > 0 {
		if _, err := fmt.Fprintf(env.stderr, "%s\n%s; such files stay as they are\n", mistakes.Error(), mistakes.Summary()); err != nil {
			return err
		}
	}
	if len(mistakes) > 0 || c.Check && changed > 0 {
		return failure{}
	}
	return nil
}

// surveyFiles lists the files that paths mean.
func surveyFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case path == "-":
			files = append(files, path)
			continue
		case err != nil:
			return nil, fmt.Errorf("%w; name a survey.yaml or its folder", err)
		case !info.IsDir():
			files = append(files, path)
			continue
		}
		file := filepath.Join(path, questionnaire.FileName)
		if _, err := os.Stat(file); err == nil {
			files = append(files, file)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		before := len(files)
		for _, entry := range entries {
			file := filepath.Join(path, entry.Name(), questionnaire.FileName)
			if _, err := os.Stat(file); err == nil {
				files = append(files, file)
			}
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s has no survey.yaml, nor a folder with one", path)
		}
	}
	return files, nil
}

// file lays out one file, and reports whether it is different then.
func (c *fmtCommand) file(env environment, path string) (different bool, err error) {
	src, err := readInput(env, path)
	if err != nil {
		return false, err
	}
	name := path
	if path == "-" {
		name = "stdin"
	}
	out, err := questionnaire.Format(name, src)
	if err != nil {
		return false, err
	}
	different = !bytes.Equal(src, out)
	switch {
	case c.Diff:
		_, err = io.WriteString(env.stdout, unifiedDiff(name, string(src), string(out)))
	case c.Check:
		if different {
			_, err = fmt.Fprintln(env.stdout, name)
		}
	case path == "-":
		_, err = env.stdout.Write(out)
	case different:
		if err := replace(path, out); err != nil {
			return false, err
		}
		_, err = fmt.Fprintln(env.stdout, name)
	}
	return different, err
}

func readInput(env environment, path string) ([]byte, error) {
	if path != "-" {
		return os.ReadFile(path) //nolint:gosec // the file the person asked for
	}
	if env.stdin == nil {
		return nil, errors.New("there is nothing on standard input")
	}
	return io.ReadAll(io.LimitReader(env.stdin, maxInput))
}

// replace gives a file another content, all or nothing. Links to it stay links.
func replace(path string, content []byte) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return writeWhole(path, info.Mode().Perm(), func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
