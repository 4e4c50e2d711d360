package collect

import (
	"math"
	"strconv"
	"strings"

	"hailong/internal/questionnaire"
	"hailong/internal/response"
)

// amount takes a number literal, or a text as people write numbers: with a
// comma or a point before the decimals. In a text, every digit after the point
// counts: who writes 50.000 where whole numbers are asked means fifty thousand,
// and is asked again instead of counted as fifty.
func amount(item *questionnaire.Item, sent *Value, a *response.Answer) (string, map[string]any) {
	if sent.Kind != String && sent.Kind != Number {
		return "wrong_type", nil
	}
	text := strings.TrimSpace(sent.Text)
	if text == "" {
		return "", nil
	}
	whole, fraction, point := strings.Cut(text, ".")
	if sent.Kind == String && !point {
		whole, fraction, point = strings.Cut(text, ",")
	}
	if point && fraction == "" {
		return "not_a_number", nil
	}
	if sent.Kind == Number {
		fraction = strings.TrimRight(fraction, "0")
	}
	n, code := decimal(whole, fraction, item.Decimals)
	if code == "too_many_decimals" && item.Decimals == 0 {
		code = "not_a_whole_number"
	}
	if code != "" {
		return code, map[string]any{"decimals": item.Decimals}
	}
	value := float64(n) / math.Pow10(item.Decimals)
	if low, high := limits(item); value < low {
		return "too_small", map[string]any{"min": low}
	} else if value > high {
		return "too_large", map[string]any{"max": high}
	}
	*a = response.Answer{State: response.Answered, Amount: n}
	return "", nil
}

// limits returns the least and the largest answer to a number item: its own, or
// those of what can be stored.
func limits(item *questionnaire.Item) (low, high float64) {
	high = float64(beyond-1) / math.Pow10(item.Decimals)
	low = -high
	if item.Min != nil {
		low = max(low, *item.Min)
	}
	if item.Max != nil {
		high = min(high, *item.Max)
	}
	return low, high
}

// An amount has at most 15 digits, so that it is exact as a float too.
const (
	maxDigits = 15
	beyond    = 1_000_000_000_000_000 // the first with one more
)

// decimal reads a plain decimal number (no exponent), given as what stands
// before and after its point, as a whole number of 10^-decimals. One with too
// many digits becomes one that is beyond every limit.
func decimal(whole, fraction string, decimals int) (int64, string) {
	whole, negative := strings.CutPrefix(whole, "-")
	if whole == "" {
		return 0, "not_a_number"
	}
	for _, r := range whole + fraction {
		if r < '0' || r > '9' {
			return 0, "not_a_number"
		}
	}
	if len(fraction) > decimals {
		return 0, "too_many_decimals"
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole)+decimals > maxDigits {
		whole, fraction, decimals = strconv.Itoa(beyond), "", 0
	}
	var n int64
	for _, r := range whole + fraction + strings.Repeat("0", decimals-len(fraction)) {
		n = n*10 + int64(r-'0')
	}
	if negative {
		n = -n
	}
	return n, ""
}
