package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"hailong/internal/questionnaire"
)

// Formulosity reads a survey of Formulosity: a folder with metadata.yaml,
// questions.yaml and perhaps variables.yaml.
func Formulosity(folder fs.FS, opts Options) (Result, error) {
	f := &formulosity{form: &form{report: &Report{Format: "Formulosity"}, tags: &tags{}, names: newScope(nil), scales: ids{}}, lists: map[string]*list{}}
	var about formulosityMetadata
	var questions formulosityQuestions
	var variables formulosityVariables
	if err := readYAML(folder, "metadata.yaml", &about, true); err != nil {
		return Result{}, err
	}
	if err := readYAML(folder, "questions.yaml", &questions, true); err != nil {
		return Result{}, err
	}
	if err := readYAML(folder, "variables.yaml", &variables, false); err != nil {
		return Result{}, err
	}
	if len(questions.Questions) > maxEntries {
		return Result{}, unreadable("split the survey", "questions.yaml has more than %d questions", maxEntries)
	}
	f.about(folder, &about, &questions, opts)
	for _, v := range variables.Variables {
		l := &list{name: v.ID, scale: f.scales.take(idOf(v.ID, "scale"))}
		f.fill(l, v.Options, nil)
		f.lists[v.ID] = l
	}
	p := &page{name: "questions", loose: true}
	for i, q := range questions.Questions {
		if made := f.question(&q, fmt.Sprintf("questions[%d]", i)); made != nil {
			p.questions = append(p.questions, made)
		}
	}
	f.pages = []*page{p}
	return f.assemble(opts)
}

type formulosity struct {
	*form
	lists map[string]*list // by id of a variable
}

type formulosityMetadata struct {
	Title   string `yaml:"title"`
	Intro   string `yaml:"intro"`
	Outro   string `yaml:"outro"`
	Theme   string `yaml:"theme"`
	Webhook any    `yaml:"webhook"`
}

type formulosityQuestions struct {
	Questions []formulosityQuestion `yaml:"questions"`
}

type formulosityQuestion struct {
	Type        string   `yaml:"type"`
	ID          string   `yaml:"id"`
	Label       string   `yaml:"label"`
	Description string   `yaml:"description"`
	Min         *int     `yaml:"min"`
	Max         *int     `yaml:"max"`
	Options     []string `yaml:"options"`
	Variable    string   `yaml:"optionsFromVariable"`
	Validation  struct {
		Min *int `yaml:"min"`
		Max *int `yaml:"max"`
	} `yaml:"validation"`
}

type formulosityVariables struct {
	Variables []struct {
		ID      string   `yaml:"id"`
		Type    string   `yaml:"type"`
		Options []string `yaml:"options"`
	} `yaml:"variables"`
}

const yamlCure = "see the examples of Formulosity"

// readYAML reads one file of the folder. Anchors and aliases are refused, so that
// a small file can't become a large one.
func readYAML(folder fs.FS, name string, into any, required bool) error {
	file, err := folder.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		if required {
			return unreadable("choose the folder of one survey, with metadata.yaml and questions.yaml", "there is no %s", name)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, 1<<20+1))
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > 1<<20 {
		return unreadable("split the survey", "%s has more than %d bytes", name, 1<<20)
	}
	if bytes.Count(data, []byte(","))+bytes.Count(data, []byte("\n")) > 100_000 {
		return unreadable("split the survey", "%s has too many parts", name)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(yamlLimits{}))
	if err != nil {
		return unreadable("save it as UTF-8", "%s can't be read (%v)", name, err)
	}
	var root yaml.Node
	if err := loader.Load(&root); err != nil {
		return unreadable(yamlCure, "%s is no YAML (%v)", name, err)
	}
	if line := aliased(&root); line > 0 {
		return unreadable("write it out", "%s has anchors or aliases (& and *) on line %d", name, line)
	}
	if err := root.Decode(into); err != nil {
		return unreadable(yamlCure, "%s is not as Formulosity has it (%v)", name, err)
	}
	return nil
}

// yamlLimits stops the YAML reader before it follows any nesting that no survey has.
type yamlLimits struct{}

var errDeep = errors.New("it is nested too deep")

// CheckDepth is called for every level of brackets and of indents.
func (yamlLimits) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > 2*maxNesting {
		return errDeep
	}
	return nil
}

// CheckAlias is called for every alias; they are refused later, with their line.
func (yamlLimits) CheckAlias(int, int) error { return nil }

// aliased returns the line of the first anchor or alias, 0 without one.
func aliased(n *yaml.Node) int {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n.Line
	}
	for _, c := range n.Content {
		if line := aliased(c); line > 0 {
			return line
		}
	}
	return 0
}

func (f *formulosity) about(folder fs.FS, m *formulosityMetadata, questions *formulosityQuestions, opts Options) {
	var sample strings.Builder
	sample.WriteString(m.Title + m.Intro)
	for _, q := range questions.Questions[:min(100, len(questions.Questions))] {
		sample.WriteString(q.Label)
	}
	f.tags.guess = canonicalTag(opts.Language)
	if f.tags.guess == "" {
		f.tags.guess = guessLanguage(sample.String())
		f.report.add(OtherEntry, "metadata.yaml", "", "").change("the survey does not name its language: taken for %s; if that is wrong, import it again with the language", f.tags.guess)
	}
	f.title, f.thanks = f.say(m.Title), f.say(m.Outro)
	f.slug = m.Title
	if intro := f.say(m.Intro); len(intro) > 0 {
		f.intro = []texts{intro}
	}
	if m.Webhook != nil {
		f.report.add(OtherEntry, "webhook", "", "").change("left out: read new responses with the API")
	}
	if m.Theme == "custom" {
		f.report.add(OtherEntry, "theme", "", "").note("left out: it is only about looks")
	}
	if file, err := folder.Open("security.yaml"); err == nil {
		_ = file.Close()
		f.report.add(OtherEntry, "security.yaml", "", "").change("left out: duplicates are prevented by keys of submissions and by invitations")
	}
}

func (f *formulosity) say(s string) texts {
	if s = clean(s); s == "" {
		return nil
	}
	return texts{f.tags.guess: s}
}

// fill fills a list of plain texts.
func (f *formulosity) fill(l *list, options []string, e *Entry) {
	for i, o := range options {
		if i < 5000 {
			l.choices = append(l.choices, choice{name: o, label: f.say(o)})
		}
	}
	l.codes(nil)
	if e != nil && len(options) > 0 {
		e.note("the options had no codes: %s is the first", l.choices[0].code)
	}
}

// question makes a question, nil if it is refused.
func (f *formulosity) question(q *formulosityQuestion, at string) *question {
	e := f.report.add(QuestionEntry, at, q.ID, q.Type)
	made := &question{entry: e, name: q.ID, scope: f.names, text: f.say(q.Label), help: f.say(q.Description)}
	if q.ID == "" {
		made.name = clip(plain(q.Label, '_'), maxName)
		e.change("it had no id: made of its label")
	}
	if !f.typed(made, q) {
		if e.Outcome != Refused {
			e.refuse("this type is not known")
		}
		return nil
	}
	return made
}

func (f *formulosity) typed(made *question, q *formulosityQuestion) bool {
	chars := func() {
		for _, limit := range []struct {
			op string
			n  *int
		}{{">=", q.Validation.Min}, {"<=", q.Validation.Max}} {
			if limit.n != nil && *limit.n > 0 && !made.size("string-length", limit.op, &node{op: "num", num: float64(*limit.n)}) {
				made.entry.change("the limit of %d is left out", *limit.n)
			} else if limit.n != nil {
				made.entry.note("limits count characters here, not bytes")
			}
		}
	}
	switch q.Type {
	case "single-choice":
		made.kind = questionnaire.Single
	case "multiple-choice":
		made.kind = questionnaire.Multiple
	case "ranking":
		made.kind = questionnaire.Ranking
	case "short-text":
		single := 1
		made.kind, made.item.Lines = questionnaire.TextType, &single
		chars()
		return true
	case "long-text":
		made.kind = questionnaire.LongText
		chars()
		return true
	case "date":
		made.kind = questionnaire.Date
		return true
	case "email":
		made.kind = questionnaire.Email
		return true
	case "yes-no":
		made.kind, made.own = questionnaire.YesNo, true
		made.list = &list{choices: []choice{{name: "yes", code: "yes", label: f.tags.stand("yes")}, {name: "no", code: "no", label: f.tags.stand("no")}}}
		return true
	case "rating":
		return f.rating(made, q)
	case "file":
		made.entry.refuse("%s", noFile)
		return false
	default:
		return false
	}
	return f.choose(made, q)
}

func (f *formulosity) choose(made *question, q *formulosityQuestion) bool {
	made.list = f.lists[q.Variable]
	if made.list == nil {
		made.list, made.own = &list{name: q.ID}, true
		f.fill(made.list, q.Options, made.entry)
	}
	for _, limit := range []struct {
		op string
		n  *int
	}{{">=", q.Validation.Min}, {"<=", q.Validation.Max}} {
		if limit.n != nil && made.kind == questionnaire.Multiple && !made.size("count-selected", limit.op, &node{op: "num", num: float64(*limit.n)}) {
			made.entry.change("the limit of %d is left out", *limit.n)
		}
	}
	return made.fits()
}

func (f *formulosity) rating(made *question, q *formulosityQuestion) bool {
	least, most := 1, 5
	if q.Min != nil {
		least = *q.Min
	}
	if q.Max != nil {
		most = *q.Max
	}
	if least < -100 || most > 100 || most <= least {
		made.entry.refuse("a rating from %d to %d", least, most)
		return false
	}
	made.list, made.own = numbers(least, most), true
	if least == 1 && slices.Contains([]int{3, 4, 5, 6, 7, 8, 9, 10}, most) {
		top := float64(most)
		made.kind, made.item.Max = questionnaire.Rating, &top
		made.item.Low = questionnaire.Text(f.tags.stand("low"))
		made.item.High = questionnaire.Text(f.tags.stand("high"))
		made.entry.warn("the ends have no words: write what they mean")
		return true
	}
	made.kind = questionnaire.Single
	made.list.codes(nil)
	made.entry.change("a rating from %s to %s is a list of options", strconv.Itoa(least), strconv.Itoa(most))
	return made.fits()
}
