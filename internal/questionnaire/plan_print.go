package questionnaire

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Print writes the plan for a person: in the order of the file, every refused
// change with its cures, and at the end what to copy. It returns the error of w.
func (p *Plan) Print(w io.Writer) error {
	var b strings.Builder
	switch p.Before {
	case "":
		fmt.Fprintf(&b, "%s: version %s is the first; nothing is stored that it could harm.\n", p.Survey, short(p.Now))
	case p.Now:
		fmt.Fprintf(&b, "%s: version %s is published already; nothing changes.\n", p.Survey, short(p.Now))
	default:
		fmt.Fprintf(&b, "%s: version %s is published, the file is version %s.\n", p.Survey, short(p.Before), short(p.Now))
	}
	for _, warning := range p.Warnings {
		b.WriteString("warning: " + warning + "\n")
	}
	for i := range p.Changes {
		p.Changes[i].print(&b)
	}
	if len(p.Changes) > 0 {
		fmt.Fprintf(&b, "\n%d refused, %d declared, %d ok.\n", p.Refused(), p.count(Declared), p.count(Fine))
	}
	if p.Block != "" {
		b.WriteString("\nWith this in the file, and reasons in place of …, all of it can be published; nothing is taken for the same that\nmay be something else. Where a cure above fits better, write that.\n\n")
		b.WriteString(indent(p.Block, "    "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func short(version string) string { return version[:min(len(version), minFrom)] }

// print writes one change: a line, and below it what follows from it.
func (ch *Change) print(b *strings.Builder) {
	const margin = "          "
	fmt.Fprintf(b, "\n%-9s %s", ch.Verdict, ch.Where)
	if len(ch.Items) > 1 {
		fmt.Fprintf(b, " (%s)", listed(ch.Items))
	}
	b.WriteString(": " + ch.What + "\n")
	switch {
	case ch.Stored > 0 && ch.Answers != "":
		fmt.Fprintf(b, "%sanswers  %s stored: %s\n", margin, strconv.FormatInt(ch.Stored, 10), ch.Answers)
	case ch.Stored > 0:
		fmt.Fprintf(b, "%sanswers  %s stored: count on\n", margin, strconv.FormatInt(ch.Stored, 10))
	case ch.Answers != "":
		fmt.Fprintf(b, "%sanswers  %s\n", margin, ch.Answers)
	}
	if ch.Series != "" {
		fmt.Fprintf(b, "%sseries   %s\n", margin, seriesWords[ch.Series])
	}
	for _, cure := range ch.Cures {
		if cure.YAML == "" {
			fmt.Fprintf(b, "%scure     %s\n", margin, cure.If)
			continue
		}
		fmt.Fprintf(b, "%scure     %s:\n%s", margin, cure.If, indent(cure.YAML, margin+"           "))
	}
}

var seriesWords = map[Series]string{
	Continues: "goes on", Mapped: "goes on, read as the file says", Begins: "begins here", Broken: "breaks here and begins anew",
	EndsHere: "ends here", Undecided: "can't go on before the file says how",
}

// listed names a few ids, and counts the rest.
func listed(ids []string) string {
	const most = 6
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+by) + "\n"
}
