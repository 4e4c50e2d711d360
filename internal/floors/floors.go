// Package floors holds the architecture of the module as data, and the tests
// that keep the code to it.
//
// A package imports only packages on lower floors ([Floors]); neighbours on one
// floor do not know each other. A third-party library is imported by the one
// package it was chosen for ([Fences]). Below [Effects] nothing touches files,
// network, clocks or chance ([Impure]): rules and mathematics are tested by
// tables. Whoever wants a new arrow between packages changes a list here, where
// a reviewer sees it.
//
// The package is used by its own tests only. It reads import clauses, not build
// results, so that a file hidden behind a build tag keeps to the rules as well.
package floors

// Floor is a group of packages that do not import each other.
type Floor struct {
	Name     string   // "F0", "F1" …
	Purpose  string   // what they have in common
	Packages []string // paths below the module
}

// Floors is the list of all packages, lowest floor first. A package imports only
// what stands on a lower floor.
var Floors = []Floor{
	{"F0", "the vocabulary of errors", []string{
		"internal/errs",
	}},
	{"F1", "words, rules, numbers and bytes that know nothing of surveys", []string{
		"internal/docs", "internal/i18n", "internal/logic", "internal/qr", "internal/sheet", "internal/stat", "internal/yamlfile", "static", "surveys",
	}},
	{"F1b", "numbers of samples, indices and tables, made of numbers; numbers from elsewhere", []string{
		"internal/composite", "internal/disclose", "internal/figure", "internal/sample",
	}},
	{"F2", "what is defined: questionnaires and agencies", []string{
		"internal/agency", "internal/questionnaire",
	}},
	{"F3", "what is collected, and what composite indices are made of", []string{"internal/index", "internal/response"}},
	{"F4", "what is counted, and what lets somebody answer", []string{
		"internal/dossier", "internal/draft", "internal/invite", "internal/seal", "internal/tally",
	}},
	{"F5", "what is known at one point of the log", []string{"internal/catalog"}},
	{"F6", "what is done with it: keep, take in, answer, invent, bring from elsewhere", []string{
		"internal/collect", "internal/importer", "internal/report", "internal/simulate", "internal/store",
	}},
	{"F6b", "files for others, and from them", []string{"internal/entry", "internal/export", "internal/weigh"}},
	{"F7", "pages", []string{"internal/page"}},
	{"F8", "the web", []string{"internal/web"}},
	{"F9", "the program, which wires everything", []string{"cmd/hailong"}},
	{"tests", "packages of tests about the whole, which nothing imports", []string{
		"internal/browser", "internal/floors", "internal/golden",
	}},
}

// Effects is the first floor that may touch the world outside the process.
const Effects = "F6"

// Impure are the standard packages that only [Effects] and higher floors import
// (tests are free to).
var Impure = []string{
	"crypto/rand", "log", "log/slog", "math/rand", "math/rand/v2", "net", "net/http",
	"os", "os/exec", "os/signal", "plugin", "runtime/debug", "syscall", "testing", "unsafe",
}

// Fence says who may import a third-party library.
type Fence struct {
	Library   string   // module path, or the path of one package of it
	Packages  []string // paths below the module; empty: nobody
	TestsOnly bool     // any package's tests, and nothing else
}

// Fences is the list of third-party libraries. The longest path that fits an
// import decides. A library that is not on the list may not be imported, and a
// direct requirement of go.mod that is not on the list must go.
var Fences = []Fence{
	{Library: "github.com/alecthomas/kong", Packages: []string{"cmd/hailong"}},
	{Library: "github.com/boombuler/barcode", Packages: []string{"internal/qr"}},
	{Library: "github.com/go-playground/validator/v10", Packages: []string{"internal/questionnaire"}},
	{Library: "github.com/gofiber/fiber/v2", Packages: []string{"internal/web"}},
	{Library: "github.com/google/go-cmp", TestsOnly: true},
	{Library: "github.com/nicksnyder/go-i18n/v2", Packages: []string{"internal/i18n"}},
	{Library: "github.com/prometheus/client_golang", Packages: []string{"internal/web"}},
	{Library: "github.com/schollz/progressbar/v3", Packages: []string{"cmd/hailong"}},
	{Library: "github.com/tdewolff/minify/v2", Packages: []string{"static"}},
	{Library: "github.com/valyala/fasthttp", Packages: []string{"internal/web"}},
	{Library: "github.com/xuri/excelize/v2", Packages: []string{"internal/importer", "internal/sheet"}},
	{Library: "github.com/yuin/goldmark", Packages: []string{"internal/page"}},
	{Library: "go.etcd.io/bbolt", Packages: []string{"internal/store"}},
	{Library: "go.yaml.in/yaml/v4", Packages: []string{"internal/importer", "internal/questionnaire", "internal/yamlfile"}},
	{Library: "gonum.org/v1/gonum", Packages: []string{"internal/golden", "internal/sample", "internal/stat"}},
	{Library: "golang.org/x/text", Packages: []string{"internal/i18n"}},
	{Library: "golang.org/x/text/unicode/norm", Packages: []string{
		"internal/agency", "internal/collect", "internal/i18n", "internal/importer",
	}},
}

// Exceptions are the arrows that tests, and only tests, may draw upwards: "from
// to" and why. One that no test uses any more must go.
var Exceptions = map[string]string{
	"surveys internal/agency":        "checks that the agency file we ship has no mistake",
	"surveys internal/questionnaire": "checks that the questionnaires we ship have no mistake",
}

// TopLevel are the names that the repository's first folder may hold, beside
// those that .gitignore keeps out of it.
var TopLevel = []string{
	".ci", ".git", ".gitignore", ".golangci.yml", "LICENSE", "Makefile", "README.md",
	"cmd", "go.mod", "go.sum", "internal", "static", "surveys",
}

// MaxLines is the length of a file that still fits a head.
const MaxLines = 500

// Pinned are versions that must not move unnoticed: fasthttp parses what
// strangers send, and is raised by us after reading its changes, not by a
// library that happens to ask for more.
var Pinned = map[string]string{"github.com/valyala/fasthttp": "v1.66.0"}
