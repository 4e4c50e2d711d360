package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"hailong/internal/errs"
	"hailong/internal/export"
	"hailong/internal/report"
)

const pathQuality = "/quality"

// Quality implements Console. It reads all responses: O(events × answers).
func (c *localConsole) Quality(ctx context.Context, w io.Writer, q report.QualityQuery, format string) error {
	switch format {
	case "csv", "csv-excel", "json":
	default:
		return errs.Bad(errs.Problem{Item: "format", Code: "unknown_format"})
	}
	found, err := c.report.Quality(ctx, c.folder, q, c.progress)
	if err != nil {
		return err
	}
	if format == "json" {
		return export.QualityJSON(w, found)
	}
	return export.QualityCSV(w, found, format == "csv-excel")
}

func (o *Operator) quality(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	q := report.QualityQuery{Survey: values.Get("survey"), Lang: values.Get("lang")}
	if by := values.Get("by"); by != "" {
		q.By = strings.Split(by, ",")
	}
	out := &lateWriter{w: w}
	if err := o.console.Quality(r.Context(), out, q, values.Get("format")); err != nil {
		o.breakOff(w, out, err)
	}
}

// Quality implements Console.
func (c *Remote) Quality(ctx context.Context, w io.Writer, q report.QualityQuery, format string) error {
	answer, err := c.call(ctx, http.MethodGet, pathQuality, url.Values{
		"survey": {q.Survey}, "by": {strings.Join(q.By, ",")}, "lang": {q.Lang}, "format": {format},
	})
	if err != nil {
		return err
	}
	return copyAnswer(w, answer)
}
