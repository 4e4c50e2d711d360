package page

import (
	"strconv"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/report"
	"hailong/internal/stat"
)

// MethodWorked is a number computed with every step.
type MethodWorked struct {
	Title   string
	What    string
	Name    string // heading of the first column
	Worth   string // heading of the column of what one counts
	Terms   []MethodTerm
	Over    string
	Under   string
	Formula string
	Command string
	Error   string // standard error and interval; empty where there are none
	Steps   []string
	R       string // the same in R; empty where it is longer than some lines
}

// MethodTerm is a line of the sum.
type MethodTerm struct {
	ID, Text, N, Worth, Over, Under string
	Out                             bool
}

// worked words the examples, or why there are none.
func (b *methodBuilder) worked(m *Method) {
	m.Steps = []string{b.t("method.step_export"), b.t("method.step_rows"), b.t("method.step_count"), b.t("method.step_compute")}
	if len(b.in.Worked) == 0 {
		m.NoWorked = b.t("method.worked_none")
		if b.in.Strata {
			m.NoWorked = b.t("method.worked_weighted")
		}
		return
	}
	for i := range b.in.Worked {
		m.Worked = append(m.Worked, b.example(&b.in.Worked[i]))
	}
}

func (b *methodBuilder) example(x *report.Worked) MethodWorked {
	out := MethodWorked{
		Title: b.t("method.worked_title", "name", named(b.lang, "how.of_", x.Of), "text", x.Title, "agency", x.AgencyName),
		What:  named(b.lang, "how.rule_", x.Rule), Name: b.t("method.col_answer"), Worth: b.t("method.col_worth"),
		Over: b.number(x.Over, 6), Under: b.number(x.Under, 6), Command: x.Command,
	}
	if x.Rule != report.RuleCodes {
		out.Name, out.Worth = named(b.lang, "how.part_", x.Rule), b.t("method.col_score")
	}
	if x.Rule == report.RuleStrata {
		out.Worth = b.t("method.col_weight")
	}
	var over []string
	for i := range x.Terms {
		t := &x.Terms[i]
		if x.Rule == report.RuleStrata {
			out.Terms = append(out.Terms, b.stratum(t))
			over = append(over, b.number(t.Over, 6))
			continue
		}
		line := MethodTerm{ID: t.ID, Text: t.Text, Out: t.Out, Worth: b.number(t.Worth, 6), Over: b.number(t.Over, 6), Under: b.number(t.Under, 6)}
		if t.N > 0 || x.Rule == report.RuleCodes {
			line.N = i18n.Int(b.lang, t.N)
		}
		if t.Text == t.ID {
			line.Text = named(b.lang, "missing.", t.ID)
		}
		if t.Out {
			line.Worth, line.Over, line.Under = "–", "–", "–"
		} else if t.Over != 0 {
			over = append(over, b.number(t.Over, 6))
		}
		out.Terms = append(out.Terms, line)
	}
	out.Formula = b.formula(x, over)
	out.Error = b.errorText(x)
	switch {
	case x.Rule == report.RuleCodes:
		out.R = rLine(x)
	case x.Rule == report.RuleStrata:
		out.R = rStrata(x)
	case x.Rule == report.RulePooled && x.Valid != nil && x.Interval == kornGraubard:
		out.R = rPooled(x)
	}
	return out
}

// The intervals that the examples in R compute.
const (
	wilson       = "wilson95"
	kornGraubard = "kg95"
	student      = "student95"
)

// errorText words how precise a number is.
func (b *methodBuilder) errorText(x *report.Worked) string {
	if x.SE == nil || x.Low == nil || x.High == nil {
		return ""
	}
	text := ""
	if x.DesignEffect > 0 {
		text = " " + b.t("method.worked_deff", "value", i18n.Decimal(b.lang, stat.FormatHalfUp(x.DesignEffect, 4)))
	}
	return b.t("method.worked_error", "se", i18n.Decimal(b.lang, stat.FormatHalfUp(*x.SE, 4)),
		"low", b.published(*x.Low), "high", b.published(*x.High), "interval", named(b.lang, "interval.", x.Interval)) + text
}

// stratum is a line of an example whose answers count by population.
func (b *methodBuilder) stratum(t *report.WorkedTerm) MethodTerm {
	text := b.t("method.stratum", "name", t.Text, "total", i18n.Int(b.lang, t.Population), "n", i18n.Int(b.lang, t.Sampled), "value", b.number(t.Sum, 6))
	return MethodTerm{ID: t.ID, Text: text, N: i18n.Int(b.lang, t.N), Worth: b.number(t.Worth, 6), Over: b.number(t.Over, 6), Under: b.number(t.Under, 6)}
}

// formula writes the division with its numbers, then as published.
func (b *methodBuilder) formula(x *report.Worked, over []string) string {
	scale := ""
	if x.Scale != 1 {
		scale = b.number(x.Scale, 0) + " × "
	}
	sum := b.number(x.Over, 6)
	if n := len(over); n > 1 && n <= 6 {
		sum = "(" + strings.ReplaceAll(strings.Join(over, " + "), "+ -", "− ") + ")"
	}
	text := scale + sum + " / " + b.number(x.Under, 6) + " = "
	if exact := b.number(x.Estimate, 6); exact != b.published(x.Estimate) {
		text += exact + " ≈ "
	}
	return text + b.published(x.Estimate)
}

// rLine is the number of an item in R, from the file of raw answers. ids holds
// the agencies of the example.
func rLine(x *report.Worked) string {
	var codes, worth []string
	for i := range x.Terms {
		t := &x.Terms[i]
		if !t.Out {
			codes = append(codes, `"`+t.ID+`"`)
			worth = append(worth, rNumber(t.Worth))
		}
	}
	return `x <- read.csv("responses.csv", colClasses = "character")
v <- x[["` + x.ID + `"]][x$agency %in% ids]
w <- setNames(c(` + strings.Join(worth, ", ") + `), c(` + strings.Join(codes, ", ") + `))
` + rNumber(x.Scale) + ` * mean(w[v], na.rm = TRUE)` + rWilson(x)
}

// rWilson is the interval of a share of one item.
func rWilson(x *report.Worked) string {
	if x.Interval != wilson || x.Valid == nil {
		return ""
	}
	return `
n <- sum(!is.na(w[v])); p <- mean(w[v], na.rm = TRUE); z <- qnorm(0.975)
100 * sqrt(p * (1 - p) / (n - 1))                                                             # se
100 * (p + z^2/(2*n) + c(-1, 1) * z * sqrt(p*(1 - p)/n + z^2/(4*n^2))) / (1 + z^2/n)          # Wilson`
}

// rPooled is a pooled share with its standard error and interval: a ratio of sums
// over respondents.
func rPooled(x *report.Worked) string {
	var items []string
	for i := range x.Terms {
		items = append(items, `"`+x.Terms[i].ID+`"`)
	}
	quoted := func(codes []string) string { return `c("` + strings.Join(codes, `", "`) + `")` }
	return `x <- read.csv("responses.csv", colClasses = "character")
a <- as.matrix(x[x$agency %in% ids, c(` + strings.Join(items, ", ") + `)])
counted <- matrix(a %in% ` + quoted(x.Counted) + `, nrow(a)); valid <- matrix(a %in% ` + quoted(x.Valid) + `, nrow(a))
u <- rowSums(counted); d <- rowSums(valid); u <- u[d > 0]; d <- d[d > 0]; m <- length(d)
p <- sum(u) / sum(d); v <- m / (m - 1) * sum((u - p * d)^2) / sum(d)^2
n <- max(colSums(valid)); e <- min(n, p * (1 - p) / v * (qt(0.975, n - 1) / qt(0.975, m - 1))^2)
100 * c(p, sqrt(v))                                                                           # share, se
100 * c(qbeta(0.025, e * p, e * (1 - p) + 1), qbeta(0.975, e * p + 1, e * (1 - p)))           # Korn-Graubard`
}

// rStrata is an item by strata, with R's survey package.
func rStrata(x *report.Worked) string {
	var population, codes, worth []string
	for i := range x.Terms {
		population = append(population, `"w`+x.Terms[i].Wave+`" = `+strconv.FormatInt(x.Terms[i].Population, 10))
	}
	for _, a := range x.Answers {
		codes, worth = append(codes, `"`+a.Code+`"`), append(worth, rNumber(a.Worth))
	}
	scale := ""
	if x.Scale != 1 {
		scale = rNumber(x.Scale) + " * "
	}
	text := `library(survey); options(survey.lonely.psu = "adjust")
x <- read.csv("responses.csv", colClasses = "character"); x <- x[x$agency == "` + x.Agency + `", ]
x$stratum <- paste0("w", x$wave); x$N <- c(` + strings.Join(population, ", ") + `)[x$stratum]
worth <- setNames(c(` + strings.Join(worth, ", ") + `), c(` + strings.Join(codes, ", ") + `))[x[["` + x.ID + `"]]]
x$valid <- !is.na(worth); x$y <- ifelse(x$valid, worth, 0)
d <- subset(svydesign(ids = ~1, strata = ~stratum, fpc = ~N, data = x), valid)   # weights: N / n of each stratum
m <- svymean(~y, d, deff = TRUE); p <- coef(m)[[1]]; se <- SE(m)[[1]]; n <- nrow(d); f <- degf(d)
` + scale + `c(p, se); deff(m)`
	switch x.Interval {
	case kornGraubard:
		text += `
e <- min(n, p * (1 - p) / se^2 * (qt(0.975, n - 1) / qt(0.975, f))^2)
100 * c(qbeta(0.025, e * p, e * (1 - p) + 1), qbeta(0.975, e * p + 1, e * (1 - p)))           # Korn-Graubard`
	case student:
		text += `
` + scale + `(p + c(-1, 1) * qt(0.975, f) * se)                                               # Student`
	}
	return text
}

// rNumber writes a number for a program.
func rNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
