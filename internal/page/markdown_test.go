package page

import (
	"html/template"
	"strings"
	"testing"

	"hailong/internal/logic"
	"hailong/internal/questionnaire"
)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, src, want string }{
		{"plain", "Xin ông/bà đọc kỹ.", "<p>Xin ông/bà đọc kỹ.</p>"},
		{"quotes are escaped", `a "b" 'c' (d)`, "<p>a &#34;b&#34; &#39;c&#39; (d)</p>"},
		{"emphasis", "*một* **hai**", "<p><em>một</em> <strong>hai</strong></p>"},
		{"list", "- một\n- hai", "<ul>\n<li>một</li>\n<li>hai</li>\n</ul>"},
		{"numbers", "1. một\n2. hai", "<ol>\n<li>một</li>\n<li>hai</li>\n</ol>"},
		{"paragraphs", "một\n\nhai", "<p>một</p>\n<p>hai</p>"},
		{"link", "[a](https://b.vn/c?d=1&e=2)", `<p><a href="https://b.vn/c?d=1&amp;e=2" rel="noopener" target="_blank">a</a></p>`},
		{"bare address", "<https://b.vn>", `<p><a href="https://b.vn" rel="noopener" target="_blank">https://b.vn</a></p>`},
		{"a heading stands below the page's", "# một", "<h2>một</h2>"},
		{"a deep heading too", "#### một", "<h2>một</h2>"},
		{"no pictures", "a ![b *c*](d.png) e", "<p>a b c e</p>"},
		{"no picture in a link", "[![b](d.png)](https://e.vn)", `<p><a href="https://e.vn" rel="noopener" target="_blank">b</a></p>`},
		{"no raw HTML", "a <b onclick=x>c</b>", "<p>a <!-- raw HTML omitted -->c<!-- raw HTML omitted --></p>"},
		{"no block of HTML", "<script>alert(1)</script>", "<!-- raw HTML omitted -->"},
		{"no script in a link", "[a](javascript:alert(1))", `<p><a href="" rel="noopener" target="_blank">a</a></p>`},
		{"no script in a bare address", "<javascript:alert(1)>", `<p><a href="" rel="noopener" target="_blank">javascript:alert(1)</a></p>`},
		{"no data in a link", "[a](data:text/html,x)", `<p><a href="" rel="noopener" target="_blank">a</a></p>`},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := string(markdown(tt.src)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"a *b*":  "a <em>b</em>",
		"a\n\nb": "<p>a</p>\n<p>b</p>",
		"- a":    "<ul>\n<li>a</li>\n</ul>",
		"":       "",
	} {
		if got := string(line(src)); got != want {
			t.Errorf("%q: got %s, want %s", src, got, want)
		}
	}
}

// teller knows an answer of every kind.
func teller(t *testing.T, lang string) *Teller {
	t.Helper()
	answers := map[string]logic.Value{
		"used":          {Kind: logic.Code, Code: "yes"},
		"why_not":       {Kind: logic.Code, Code: "else"},
		"why_not_other": {Kind: logic.Text, Text: "Mưa *to* <b>"},
		"how":           {Kind: logic.Set, Codes: []string{"online", "counter"}},
		"visits":        {Kind: logic.Number, Number: 1234},
		"paid":          {Kind: logic.Number, Number: 12.5},
		"handed_in":     {Kind: logic.Date, Number: 9560},
		"founded":       {Kind: logic.Date, Number: 9556},
		"departments":   {Kind: logic.Text, Text: "t24.so-noi-vu nowhere"},
		"story":         {Kind: logic.Text, Text: "javascript:alert(1)"},
		"needs_1":       {Kind: logic.Code, Code: "staff"},
		"channel":       {Kind: logic.Code, Code: "qr"},
		"agency_level":  {Kind: logic.Text, Text: "commune"},
		"today":         {Kind: logic.Date, Number: 9560},
	}
	return &Teller{
		Questionnaire: survey(t, "every"), Lookup: func(id string) logic.Value { return answers[id] },
		Agencies: registry(t), Agency: "Phường <Bắc> Giang", Lang: lang,
	}
}

func TestTell(t *testing.T) {
	t.Parallel()
	vi, en := teller(t, "vi"), teller(t, "en")
	for text, want := range map[string][2]string{
		"không có gì":        {"không có gì", "không có gì"},
		"${used}":            {"Có", "Yes"},
		"${why_not}.":        {"Mưa *to* <b>.", "Mưa *to* <b>."},
		"${how}":             {"Qua mạng, Tại quầy", "Online, At the counter"},
		"${visits} lần":      {"1.234 lần", "1,234 lần"},
		"${paid}":            {"12,5", "12.5"},
		"${handed_in}":       {"05/03/2026", "5 March 2026"},
		"${founded}":         {"tháng 3/2026", "March 2026"},
		"${departments}":     {"Sở Nội vụ Bắc Ninh, nowhere", "Bac Ninh Department of Home Affairs, nowhere"},
		"${needs_1}":         {"Cán bộ", "Staff"},
		"${channel}":         {"Mã QR", "QR code"},
		"${agency_level}":    {"Xã, phường", "Communes and wards"},
		"${today}":           {"05/03/2026", "5 March 2026"},
		"${agency}":          {"Phường <Bắc> Giang", "Phường <Bắc> Giang"},
		"${service}":         {"…", "…"},
		"${mail} ${nothing}": {"… …", "… …"},
		"${} $x {used}":      {"${} $x {used}", "${} $x {used}"},
	} {
		if got := [2]string{vi.fill(text), en.fill(text)}; got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := (&Teller{Lang: "vi"}).fill("${used} ${agency}"); got != "… …" {
		t.Errorf("without answers: got %q", got)
	}
}

// An answer is never Markdown and never HTML.
func TestTellInMarkdown(t *testing.T) {
	t.Parallel()
	tell := teller(t, "vi")
	for text, want := range map[string]string{
		"**${why_not}**":                 "<p><strong>Mưa *to* &lt;b&gt;</strong></p>",
		"${agency}":                      "<p>Phường &lt;Bắc&gt; Giang</p>",
		"[x](${story})":                  `<p><a href="javascript%3Aalert%281%29" rel="noopener" target="_blank">x</a></p>`,
		"[x](https://a.vn/?q=${agency})": `<p><a href="https://a.vn/?q=Ph%C6%B0%E1%BB%9Dng&#43;%3CB%E1%BA%AFc%3E&#43;Giang" rel="noopener" target="_blank">x</a></p>`,
		"\uE0000\uE001 ${used}":          "<p>0 Có</p>",
		"`${used}`":                      "<p><code>Có</code></p>",
	} {
		if got := string(tell.rich(text, markdown)); strings.ReplaceAll(got, "+", "&#43;") != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestPiped(t *testing.T) {
	t.Parallel()
	q := survey(t, "every")
	for text, want := range map[string]bool{
		"a": false, "${agency} ${today}": false, "${used}": true, "x ${needs_2} y": true, "${nothing}": false,
	} {
		if got := Piped(q, nil, questionnaire.Text{"vi": text}); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
}

// Whatever stands in a text or an answer, no markup of theirs gets through.
func FuzzMarkdown(f *testing.F) {
	f.Add("**a** <b> [c](javascript:d) ![e](f) ${agency}", "<script>")
	f.Add("<a href='${agency}'>", "' onclick='x")
	f.Add("[a]: ${agency}\n\n[a]", "data:text/html,x")
	f.Fuzz(func(t *testing.T, text, answer string) {
		tell := &Teller{Lang: "vi", Agency: answer}
		for _, render := range []func(string) template.HTML{markdown, line} {
			got := strings.ToLower(string(tell.rich(text, render)))
			for _, never := range []string{"<script", "<img", "<iframe", "href=\"javascript", "href=\"data:", "href=\"vbscript", "<b>", "<b "} {
				if strings.Contains(got, never) {
					t.Fatalf("%q with %q gave %s", text, answer, got)
				}
			}
		}
	})
}
