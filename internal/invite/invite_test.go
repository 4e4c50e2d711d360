package invite_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hailong/internal/invite"
	"hailong/internal/response"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// draw draws a code as it is printed.
func draw(random *rand.Rand) string {
	var bits [8]byte
	for i := range bits {
		bits[i] = byte(random.Uint32())
	}
	return invite.New(bits)
}

func TestNewIsParsed(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	seen := map[string]bool{}
	for range 2000 {
		printed := draw(random)
		code, ok := invite.Parse(printed)
		if !ok || len(code) != invite.Characters || strings.ReplaceAll(printed, "-", "") != code {
			t.Fatalf("%q is read as %q %t", printed, code, ok)
		}
		seen[code] = true
	}
	if len(seen) != 2000 {
		t.Errorf("%d different codes of 2000", len(seen))
	}
	if got := invite.New([8]byte{}); got != "0000-0000-000" {
		t.Errorf("got %q", got)
	}
	if a, b := invite.New([8]byte{6: 0xc0, 7: 0}), invite.New([8]byte{6: 0xff, 7: 0xff}); a != b {
		t.Errorf("more than 50 bits count: %q, %q", a, b)
	}
}

func TestParseAsPeopleType(t *testing.T) {
	t.Parallel()
	// 1 and 0 in it: the sum of (place + 2) × value is 2×1 + 3×0 + 4×10 + 5×11 + ... for "10ABCDEFGH".
	sum := 0
	for i, c := range "10ABCDEFGH" {
		sum += (i + 2) * strings.IndexRune(alphabet, c)
	}
	code := "10ABCDEFGH" + string(alphabet[sum%31])
	for _, typed := range []string{
		code, strings.ToLower(code), code[:4] + "-" + code[4:8] + "-" + code[8:], " " + code[:4] + " " + code[4:] + "\t\n",
		"I" + code[1:], "l" + code[1:], "L" + code[1:], "1o" + code[2:], "iO" + code[2:],
		code[:4] + "–" + code[4:8] + "‑" + code[8:],      // dashes of word processors
		code[:4] + "\u00ad" + code[4:] + "\u200e",        // soft hyphen, mark of direction
		code[:4] + "\u00a0" + code[4:8] + "—" + code[8:], // space that does not break
	} {
		if got, ok := invite.Parse(typed); got != code || !ok {
			t.Errorf("%q: got %q %t, want %q", typed, got, ok, code)
		}
	}
	for _, typed := range []string{
		"", "-", code[:10], code + "0", code + code, "U" + code[1:], "Ạ" + code[1:], code[:10] + "é", "1" + code, strings.Repeat(" ", 60) + code,
		"１" + code[1:], code[:10] + "\xff", "ABCD-EFGH-JKMN",
	} {
		if got, ok := invite.Parse(typed); ok || got != "" {
			t.Errorf("%q: got %q %t, want nothing", typed, got, ok)
		}
	}
}

// Every single wrong character is found, and every swap of neighbours, but for 0
// and Z.
func TestTypingMistakesAreFound(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2, 1))
	for range 200 {
		code, _ := invite.Parse(draw(random))
		for i := range len(code) {
			for _, c := range []byte(alphabet) {
				wrong := code[:i] + string(c) + code[i+1:]
				pair := string(code[i]) + string(c)
				if _, ok := invite.Parse(wrong); ok && c != code[i] && pair != "0Z" && pair != "Z0" {
					t.Fatalf("%s for %s is not found", wrong, code)
				}
			}
			if i == 0 {
				continue
			}
			pair := string(code[i-1]) + string(code[i])
			swapped := code[:i-1] + string(code[i]) + string(code[i-1]) + code[i+1:]
			if _, ok := invite.Parse(swapped); ok && code[i-1] != code[i] && pair != "0Z" && pair != "Z0" {
				t.Fatalf("%s for %s is not found", swapped, code)
			}
		}
	}
}

// A code of a slip is not taken for a receipt, nor the other way round.
func TestCodesAreNoReceipts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 1))
	for range 100 {
		code := draw(random)
		if _, ok := response.ParseReceipt(code); ok {
			t.Fatalf("%s is a receipt", code)
		}
		receipt := response.NewID("test", code).Receipt()
		if _, ok := invite.Parse(receipt); ok {
			t.Fatalf("%s is an invitation", receipt)
		}
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	secret := [32]byte{1}
	a := invite.DigestOf(secret, "10ABCDEFGHX")
	if a == (invite.Digest{}) || a != invite.DigestOf(secret, "10ABCDEFGHX") {
		t.Error("a digest is not one of its code")
	}
	if a == invite.DigestOf(secret, "10ABCDEFGHY") || a == invite.DigestOf([32]byte{2}, "10ABCDEFGHX") {
		t.Error("the digest of another code, or under another secret, is the same")
	}
	random := rand.New(rand.NewPCG(4, 1))
	list := make([]invite.Digest, 500)
	for i := range list {
		for j := range list[i] {
			list[i][j] = byte(random.Uint32() % 3)
		}
	}
	slices.SortFunc(list, invite.Digest.Compare)
	for i := 1; i < len(list); i++ {
		if string(list[i-1][:]) > string(list[i][:]) {
			t.Fatalf("%x before %x", list[i-1], list[i])
		}
	}
	if same := list[7]; list[7].Compare(same) != 0 {
		t.Error("a digest differs from itself")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("10ABCDEFGHX")
	f.Add("0000-0000-000")
	f.Add("oooo–oooo–ooo")
	f.Add("\xff\u202e")
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := invite.Parse(typed)
		if !ok {
			if code != "" {
				t.Errorf("%q: not a code, and %q", typed, code)
			}
			return
		}
		if again, ok := invite.Parse(code); again != code || !ok || len(code) != invite.Characters {
			t.Errorf("%q: read as %q, which is read as %q", typed, code, again)
		}
	})
}
