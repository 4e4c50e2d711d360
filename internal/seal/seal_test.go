package seal_test

import (
	"strconv"
	"strings"
	"testing"

	"hailong/internal/response"
	"hailong/internal/seal"
)

func secret() [32]byte { return [32]byte{1, 2, 3} }

func TestPass(t *testing.T) {
	t.Parallel()
	kiosk := seal.Place{Survey: "counter", Agency: "t24", Counter: "A3", Channel: response.Kiosk}
	anyCounter, anyAgency := kiosk, kiosk
	anyCounter.Counter = ""
	anyAgency.Agency, anyAgency.Counter = "", ""
	place := func(change func(p *seal.Place)) seal.Place {
		p := kiosk
		change(&p)
		return p
	}
	for name, test := range map[string]struct {
		made seal.Place
		at   seal.Place
		day  response.Day
		want bool
	}{
		"its place":                {kiosk, kiosk, 9800, true},
		"on the last day":          {kiosk, kiosk, 9900, true},
		"a day later":              {kiosk, kiosk, 9901, false},
		"one for any counter":      {anyCounter, kiosk, 9800, true},
		"one for any agency":       {anyAgency, kiosk, 9800, true},
		"another counter":          {kiosk, place(func(p *seal.Place) { p.Counter = "A4" }), 9800, false},
		"no counter":               {kiosk, anyCounter, 9800, false},
		"another agency":           {anyCounter, place(func(p *seal.Place) { p.Agency = "t25" }), 9800, false},
		"another survey":           {anyAgency, place(func(p *seal.Place) { p.Survey = "sipas" }), 9800, false},
		"another channel":          {anyAgency, place(func(p *seal.Place) { p.Channel = response.Paper }), 9800, false},
		"a name with a zero byte":  {kiosk, place(func(p *seal.Place) { p.Agency = "t24\x00A3"; p.Counter = "" }), 9800, false},
		"a part moved to the next": {place(func(p *seal.Place) { p.Agency = "t24A"; p.Counter = "3" }), kiosk, 9800, false},
	} {
		if got := seal.Passed(secret(), test.at, seal.Pass(secret(), test.made, 9900), test.day); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
	pass := seal.Pass(secret(), kiosk, 9900)
	for _, forged := range []string{
		"", "-", pass[:len(pass)-1], pass + "a", "0" + pass, "zz" + pass[2:], strings.ToUpper(pass), strings.Replace(pass, "-", "--", 1),
		"7n1-" + pass[4:], strings.Repeat("9", 30) + pass[3:], "+" + pass, pass[:4] + strings.Repeat("a", 16),
	} {
		if forged != pass && seal.Passed(secret(), kiosk, forged, 9800) {
			t.Errorf("%q passes", forged)
		}
	}
	if seal.Passed([32]byte{9}, kiosk, pass, 9800) {
		t.Error("it passes under another secret")
	}
	if len(pass) > 24 {
		t.Errorf("a pass of %d characters, in every link", len(pass))
	}
}

// solve finds a solution as a browser does.
func solve(challenge string) string {
	for n := 0; ; n++ {
		if s := strconv.Itoa(n); seal.Solves(challenge, s) {
			return s
		}
	}
}

func TestEffort(t *testing.T) {
	t.Parallel()
	const issued = int64(1_800_000_000)
	challenge := seal.Challenge(secret(), "sipas", "key", issued)
	solution := solve(challenge)
	for name, test := range map[string]struct {
		survey, key, challenge, solution string
		after                            int64
		want                             seal.Effort
	}{
		"worked":                {"sipas", "key", challenge, solution, 1, seal.Worked},
		"worked after a day":    {"sipas", "key", challenge, solution, 86400, seal.Worked},
		"too old":               {"sipas", "key", challenge, solution, 86401, seal.None},
		"of the future":         {"sipas", "key", challenge, solution, -61, seal.None},
		"clock a minute behind": {"sipas", "key", challenge, solution, -60, seal.Worked},
		"waited":                {"sipas", "key", challenge, "", seal.Wait, seal.Waited},
		"waited too little":     {"sipas", "key", challenge, "", seal.Wait - 1, seal.None},
		"wrong and waited":      {"sipas", "key", challenge, solution + "0", 60, seal.Waited},
		"wrong":                 {"sipas", "key", challenge, solution + "0", 1, seal.None},
		"no number":             {"sipas", "key", challenge, "x" + solution, 1, seal.None},
		"too large a number":    {"sipas", "key", challenge, "99999999999999999999", 1, seal.None},
		"another key":           {"sipas", "other", challenge, solution, 60, seal.None},
		"another survey":        {"other", "key", challenge, solution, 60, seal.None},
		"a zero byte":           {"sipas\x00key", "", challenge, solution, 60, seal.None},
		"no challenge":          {"sipas", "key", "", "", 60, seal.None},
		"half a challenge":      {"sipas", "key", challenge[:6], "", 60, seal.None},
		"another second":        {"sipas", "key", "0" + challenge, solution, 60, seal.None},
	} {
		if got := seal.Done(secret(), test.survey, test.key, test.challenge, test.solution, issued+test.after); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
	if seal.Done([32]byte{9}, "sipas", "key", challenge, solution, issued+60) != seal.None {
		t.Error("a challenge of another folder counts")
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	count := func(d seal.Device, agency string) int { return d.Count(secret(), "sipas", "", agency) }
	var d seal.Device
	if count(seal.ParseDevice(secret(), d.Text(secret())), "always") != 0 {
		t.Error("a new device has answered")
	}
	for i := range 60 {
		d = seal.ParseDevice(secret(), d.Text(secret()))
		d.Add(secret(), "sipas", "", strconv.Itoa(i))
		d.Add(secret(), "sipas", "", "always")
	}
	for agency, want := range map[string]int{"always": 60, "59": 1, "21": 1, "20": 0, "0": 0, "never": 0} {
		if got := count(d, agency); got != want {
			t.Errorf("agency %s: got %d, want %d", agency, got, want)
		}
	}
	if d.Count(secret(), "sipas", "2", "always") != 0 || d.Count(secret(), "other", "", "always") != 0 {
		t.Error("another wave, or another survey, counts")
	}
	before := d
	d.Add(secret(), "sipas", "", "59")
	if count(before, "59") != 1 || count(d, "59") != 2 || count(before, "always") != 60 {
		t.Error("counting changed a copy")
	}
	for range 300 {
		d.Add(secret(), "sipas", "", "always")
	}
	if got := count(d, "always"); got != 255 {
		t.Errorf("got %d, want it to stop at 255", got)
	}
	text := d.Text(secret())
	if len(text) > 300 {
		t.Errorf("a cookie of %d bytes", len(text))
	}
	for i := range len(text) {
		c := byte('A')
		if text[i] == c {
			c = 'B'
		}
		if got := seal.ParseDevice(secret(), text[:i]+string(c)+text[i+1:]); count(got, "always") != 0 {
			t.Fatalf("character %d was changed, and it counts", i)
		}
	}
	if got := seal.ParseDevice([32]byte{9}, text); count(got, "always") != 0 {
		t.Error("the record of another folder counts")
	}
}

func FuzzParseDevice(f *testing.F) {
	var d seal.Device
	d.Add(secret(), "sipas", "", "t24")
	f.Add(d.Text(secret()))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		d := seal.ParseDevice(secret(), text)
		again := seal.ParseDevice(secret(), d.Text(secret()))
		if d.Text(secret()) != again.Text(secret()) {
			t.Errorf("%q is read in two ways", text)
		}
	})
}

func FuzzPassed(f *testing.F) {
	kiosk := seal.Place{Survey: "counter", Agency: "t24", Counter: "A3", Channel: response.Kiosk}
	pass := seal.Pass(secret(), kiosk, 9900)
	f.Add(pass, pass)
	f.Fuzz(func(t *testing.T, text, challenge string) {
		if seal.Passed(secret(), kiosk, text, 9800) && text != pass {
			t.Errorf("%q passes", text)
		}
		if seal.Done(secret(), "sipas", "key", challenge, text, 1_800_000_000) != seal.None {
			t.Errorf("%q counts", challenge)
		}
	})
}
