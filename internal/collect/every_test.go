package collect

import (
	"slices"
	"strings"
	"testing"

	"hailong/internal/agency"
	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// day is the day of the tests.
const day = "2026-03-05"

// everyWorld is what is known of a response in the tests of single answers.
func everyWorld(t testing.TB) *World {
	t.Helper()
	registry, err := agency.Parse("agencies.csv", read(t, "agencies.csv"))
	if err != nil {
		t.Fatal(err)
	}
	today, _ := response.ParseDay(day)
	return &World{Agencies: registry, Day: today, Channel: response.QR, Lang: "en", Agency: registry.ByID("tan-chi")}
}

// Answers of each type: those that are taken, in the form in which they are
// kept, and those that are refused.
func TestEveryType(t *testing.T) {
	t.Parallel()
	q := load(t, "every.yaml").Questionnaire
	world := everyWorld(t)
	for item, cases := range everyType {
		for sent, want := range cases {
			id, others, _ := strings.Cut(item, " ")
			body := `{"` + id + `":` + sent + others + `}`
			in, err := ReadJSON(`{"answers":` + body + `}`)
			if err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			var checker Checker
			checker.Check(q, world, in, 99)
			got := codes(checker.Problems())
			if got == "" {
				got = about(q, checker.Answers(), id)
			}
			if got != want {
				t.Errorf("%.100s: got %s, want %s", body, got, want)
			}
		}
	}
}

// about shows the answers to an item and its parts.
func about(q *questionnaire.Questionnaire, list []response.Answer, id string) string {
	list = slices.Clone(list)
	for i := range list {
		if q.Variables()[i].Item.ID != id {
			list[i] = response.Answer{}
		}
	}
	return told(q, list)
}

// everyType holds, by item (and further answers behind a space), what becomes of
// a value: its answer, or the problems.
var everyType = map[string]map[string]string{
	"used": {
		`"yes","place":"here"`: "used=yes", `"no"`: "used=no", `""`: "", `null`: "", `["no"]`: "used:wrong_type", `"YES"`: "used:unknown_option",
		`true`: "used:wrong_type", `1`: "used:unknown_option", `"dont_know"`: "used:unknown_missing", `"có"`: "used:unknown_option",
	},
	"stars": {
		`"1"`: "stars=1", `7`: "stars=7", `"7"`: "stars=7", `0`: "stars:unknown_option", `8`: "stars:unknown_option", `3.0`: "stars:unknown_option",
		`"3 "`: "stars:unknown_option", `-1`: "stars:unknown_option", `[3]`: "stars:wrong_type", `"*"`: "stars:unknown_option", `{}`: "stars:wrong_type",
	},
	"recommend": {
		`0`: "recommend=0", `"0"`: "recommend=0", `10`: "recommend=10", `11`: "recommend:unknown_option", `-1`: "recommend:unknown_option", `"010"`: "recommend:unknown_option",
		`1e1`: "recommend:unknown_option", `9.5`: "recommend:unknown_option", `null`: "", `"x"`: "recommend:unknown_option",
	},
	"place": {
		`"here"`: "place=here", `"else"`: "place=else", `"there"`: "place:unknown_option", `""`: "", `["here","else"]`: "place:too_many_options",
		`"else","place_other":"  ở Ha\u0300 Nội "`: `place=else place_other="ở Hà Nội"`, `"else","place_other":""`: "place=else", `"else","place_other":null`: "place=else",
		`"else","place_other":5`: "place_other:wrong_type", `"else","place_other":"` + strings.Repeat("đ", 201) + `"`: "place_other:too_long",
		`"here","place_other":"x"`: "place=here", `"","place_other":"x"`: "", `"","used":"yes"`: "place:required", `"here","used":"yes"`: "place=here",
	},
	`how ,"used":"yes","place":"here"`: {
		`["counter","post"]`: "how=+counter+post", `["counter"]`: "how:too_few_options", `"counter"`: "how:too_few_options",
		`["counter","post","online"]`: "how=+counter+online+post", `["counter","post","online","else"]`: "how:too_many_options",
		`["none"]`: "how=+none", `"none"`: "how=+none", `["none","post"]`: "how:exclusive", `["counter","counter"]`: "how:duplicate", `[]`: "",
		`"refused"`: "how=refused", `["refused","post"]`: "how:exclusive", `["else","post"],"how_other":"đò"`: `how=+post+else how_other="đò"`,
		`["counter","post"],"how_other":"đò"`: "how=+counter+post", `7`: "how:unknown_option",
	},
	"needs": {
		`["web","time","cost"]`: "needs_1=web needs_2=time needs_3=cost", `["web","time"]`: "needs_1=web needs_2=time", `["web"]`: "needs:too_few_options",
		`"web"`: "needs:too_few_options", `[]`: "", `null`: "", `["web","time","cost","staff"]`: "needs:too_many_options", `["web","web"]`: "needs:ranked_twice",
		`["web","speed"]`: "needs:unknown_option", `"dont_know"`: "needs_1=dont_know needs_2=dont_know needs_3=dont_know",
		`["dont_know"]`: "needs_1=dont_know needs_2=dont_know needs_3=dont_know", `["web","dont_know"]`: "needs:exclusive", `"refused"`: "needs:too_few_options",
		`{"needs_1":"web"}`: "needs:wrong_type", `true`: "needs:wrong_type", `["web",""]`: "needs:rank_gap", `["","web"]`: "needs:rank_gap",
		`["web","time"],"needs_1":"web"`: "needs:duplicate", `null,"needs_1":"web","needs_2":"cost"`: "needs_1=web needs_2=cost",
		`[],"needs_1":"web","needs_3":"cost"`: "needs:rank_gap", `[],"needs_2":"cost"`: "needs:rank_gap", `[],"needs_1":"web","needs_2":"web"`: "needs:ranked_twice",
		`[],"needs_1":["web"],"needs_2":"time","needs_3":"cost"`: "needs_1=web needs_2=time needs_3=cost", `[],"needs_1":["web","time"]`: "needs_1:wrong_type",
		`[],"needs_1":"dont_know"`: "needs_1=dont_know needs_2=dont_know needs_3=dont_know", `[],"needs_4":"web"`: "needs_4:unknown_item",
		`["web","time"],"needs":["web","time"]`: "needs:duplicate",
	},
	"visits": {
		`3`: "visits=3", `"3"`: "visits=3", `0`: "visits=0", `50`: "visits=50", `51`: "visits:too_large", `-1`: "visits:too_small", `2.5`: "visits:not_a_whole_number",
		`"2,5"`: "visits:not_a_whole_number", `"dont_know"`: "visits=dont_know", `"ba"`: "visits:not_a_number", `""`: "", `[3]`: "visits:wrong_type",
	},
	"paid": {
		`3`: "paid=300", `"3,25"`: "paid=325", `"3.25"`: "paid=325", `3.255`: "paid:too_many_decimals", `-0.5`: "paid=-50", `"1.000,5"`: "paid:not_a_number",
		`300,"visits":2`: "paid:check_failed", `200,"visits":2`: "paid=20000", `300,"visits":"dont_know"`: "paid=30000", `"x","visits":2`: "paid:not_a_number",
		`1e3`: "paid:not_a_number", `10000000000000`: "paid:too_large",
	},
	"plate": {
		`"99A-12345"`: `plate="99A-12345"`, `" 99A-1234\n"`: `plate="99A-1234"`, `"99a-12345"`: "plate:bad_pattern", `"99A-123456"`: "plate:bad_pattern", `"x99A-12345"`: "plate:bad_pattern",
		`"99A-12345 và xe"`: "plate:too_long", `""`: "", `"  "`: "", `99`: "plate:wrong_type", `"99A 12345"`: "plate:bad_pattern",
	},
	"story": {
		`"abcd"`: "story:text_too_short", `"abcde"`: `story="abcde"`, `"đđđđđ"`: `story="đđđđđ"`, `" abcd "`: "story:text_too_short", `""`: "", `"refused"`: "story=refused",
		`"` + strings.Repeat("a", 5000) + `"`: `story="` + strings.Repeat("a", 5000) + `"`, `"` + strings.Repeat("a", 5001) + `"`: "story:too_long", `["abcdef"]`: "story:wrong_type", `"\u200b\u200b\u200b\u200b\u200b"`: "",
	},
	"given": {
		`"2026-03-05"`: "given=9560", `"2026-03-06"`: "given:date_too_late", `"2020-02-29"`: "given=7364", `"2020-02-28"`: "given:date_too_early", `"2025-02-29"`: "given:bad_date",
		`"05/03/2026"`: "given:bad_date", `"2026-3-5"`: "given:bad_date", `20260305`: "given:wrong_type", `""`: "", `" 2026-03-05 "`: "given=9560", `"today"`: "given:bad_date", `"2026-03"`: "given:bad_date",
		`"2026-03-04","taken":"2026-03-03"`: "taken:check_failed", `"2026-03-04","taken":"2026-03-04"`: "given=9559", `"x","taken":"2026-03-03"`: "given:bad_date",
	},
	"taken": {
		`"1900-01-01"`: "taken=-36524", `"1899-12-31"`: "taken:bad_date", `"2199-12-31"`: "taken=73048", `"2200-01-01"`: "taken:bad_date", `"1999-12-31"`: "taken=-1", `"2000-01-01"`: "taken=0",
		`"2026-13-01"`: "taken:bad_date", `"0000-00-00"`: "taken:bad_date", `{}`: "taken:wrong_type", `null`: "",
	},
	"founded": {
		`"2026-03"`: "founded=314", `"2026-04"`: "founded:month_too_late", `"1990-01"`: "founded=-120", `"1989-12"`: "founded:month_too_early", `"2026-13"`: "founded:bad_month", `"2026-03-01"`: "founded:bad_month",
		`"3/2026"`: "founded:bad_month", `"dont_know"`: "founded=dont_know", `""`: "", `202603`: "founded:wrong_type",
	},
	"home": {
		`"tan-chi"`: `home="tan-chi"`, `"09292"`: `home="tan-chi"`, `"H05.37"`: `home="tan-chi"`, `"old"`: `home="old"`, `"new"`: "home:agency_closed", `"09294"`: "home:unknown_agency",
		`"so1"`: "home:agency_not_offered", `"bac-ninh"`: "home:agency_not_offered", `"nowhere"`: "home:unknown_agency", `""`: "", `["tan-chi"]`: `home="tan-chi"`,
		`"refused"`: "home=refused", `"dont_know"`: "home:unknown_agency",
		`["tan-chi","old"]`: "home:too_many_options", `5`: "home:wrong_type", `"Xã Tân Chi"`: "home:too_many_options", `{}`: "home:wrong_type",
	},
	"loud":       {`"yes"`: "", `"x"`: "", `null`: ""}, // not by this channel
	"campaign":   {`"a7"`: `campaign="a7"`, `""`: `campaign="none"`, `null`: `campaign="none"`, `5`: "campaign:wrong_type", `"` + strings.Repeat("đ", 201) + `"`: "campaign:too_long", `" a\u0000 b "`: `campaign="a b"`},
	"total":      {`5`: "total:calculated_item", `null`: "", `"","visits":1`: "total=3", `null,"visits":2,"place":"here"`: "total=17", `null,"visits":"dont_know"`: ""},
	"words_used": {`"x"`: "words_used:calculated_item", `null`: "", `null,"used":"yes","place":"here","campaign":"b"`: `words_used="yes-b"`},
	"due":        {`"2026-01-01"`: "due:calculated_item", `null,"given":"2026-03-01"`: "due=9586", `null,"given":"nie"`: "given:bad_date"},
	"hello":      {`"x"`: "hello:unknown_item", `null`: "hello:unknown_item"},
	"level":      {`"1"`: "level:repeated_item", `null`: ""},
}

// Texts with a form of their own. The item's id is put before a problem.
func TestForms(t *testing.T) {
	t.Parallel()
	for item, cases := range map[questionnaire.ItemType]map[string]string{
		questionnaire.Email: {
			"a@b.vn": "a@b.vn", "An.Nguyen+x@Example.COM": "An.Nguyen+x@example.com", "a@b": "!", "a@b.v": "!", "@b.vn": "!", "a@": "!", "a b@c.vn": "!", "a@b@c.vn": "!",
			".a@b.vn": "!", "a.@b.vn": "!", "a..b@c.vn": "!", "a@-b.vn": "!", "a@b-.vn": "!", "a@b..vn": "!", "a@b.vn.": "!", "<a@b.vn>": "!", "An <a@b.vn>": "!", "a,b@c.vn": "!",
			"nguyễn@bắcninh.vn": "nguyễn@bắcninh.vn", strings.Repeat("a", 64) + "@b.vn": strings.Repeat("a", 64) + "@b.vn", strings.Repeat("a", 65) + "@b.vn": "!", "a@" + strings.Repeat("b.", 130) + "vn": "!", "mailto:a@b.vn": "!", "a@b_c.vn": "!",
		},
		questionnaire.Phone: {
			"0912345678": "0912345678", "0912 345 678": "0912345678", "0912.345.678": "0912345678", "(091) 234-5678": "0912345678", "+84912345678": "0912345678", "+84 912 345 678": "0912345678", "+84 0912 345 678": "0912345678",
			"84912345678": "0912345678", "0084 912345678": "0912345678", "0312345678": "0312345678", "0512345678": "0512345678", "0712345678": "0712345678", "0812345678": "0812345678",
			"02438257890": "02438257890", "024 3825 7890": "02438257890", "+84 24 3825 7890": "02438257890", "0222 3822 222": "02223822222", "842438257890": "02438257890",
			"0112345678": "!", "0412345678": "!", "0612345678": "!", "091234567": "!", "09123456789": "!", "0243825789": "!", "912345678": "!", "113": "!", "1900 1234": "!", "18001234": "!", "+1 202 555 0100": "!", "0912 345 67x": "!",
			"": "!", "+": "!", "+84": "!", "84": "!", "0084": "!", "０９１２３４５６７８": "!", "0912345678 hoặc 0912345679": "!", "8491234567": "!", "++84912345678": "!",
		},
		questionnaire.TaxCode: {
			"0100109106": "0100109106", "0100109106-001": "0100109106-001", "0100109106001": "0100109106-001", "0100 109 106": "0100109106", "0100109106 - 012": "0100109106-012", "0100.109.106": "0100109106",
			"0100109107": "?", "0100109160": "?", "1000109106": "?", "010010910": "!", "01001091060": "!", "0100109106-1": "!", "0100109106-000": "!", "0100109106-": "!", "-001": "!", "": "!", "MST 0100109106": "!", "0100109106-0011": "!", "012345678901": "!", "0100109106-001-002": "!",
		},
		questionnaire.DossierCode: {
			"H05.01.02-231122-0001": "H05.01.02-231122-0001", "h05.01.02-231122-0001": "H05.01.02-231122-0001", "000.00.00.H05-231122-0001": "000.00.00.H05-231122-0001", "G22 - 240229 - 123456": "G22-240229-123456",
			"H05-231122-000": "!", "H05-231122-1234567": "!", "H05-231322-0001": "!", "H05-230229-0001": "!", "H05-2311220-0001": "!", "H05--0001": "!", "-231122-0001": "!", "H05..01-231122-0001": "!", "H05.-231122-0001": "!",
			"H05_1-231122-0001": "!", "Đ05-231122-0001": "!", "H05-231122": "!", "": "!", "H05-231122-0001-1": "!", strings.Repeat("H", 50) + "-231122-0001": "!", "H05-23112x-0001": "!",
		},
	} {
		for text, want := range cases {
			got, code := forms[item](text)
			switch code {
			case "":
			case "bad_tax_check":
				got = "?"
			default:
				if code != "bad_"+string(item) {
					t.Errorf("%s %q: got the problem %s", item, text, code)
				}
				got = "!"
			}
			if got != want {
				t.Errorf("%s %q: got %s, want %s", item, text, got, want)
			}
			if again, code := forms[item](got); want != "!" && want != "?" && (again != got || code != "") {
				t.Errorf("%s: %q is not taken as it is kept: %q, %s", item, got, again, code)
			}
		}
	}
}
