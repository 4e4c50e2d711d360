# Reads the events of `go test -json`: prints a line for each package, the output of failed
# tests, and writes "N passed, N failed" to the file named by the variable result.
# Subtests count. A package that fails without a failed test (it does not build, it
# panics, it runs out of time) counts as one failure.

# field returns a string field of an event. Quotes inside a value are escaped, so the
# pattern can only match a real key.
function field(name,    at, rest) {
	at = index($0, "\"" name "\":\"")
	if (at == 0) return ""
	rest = substr($0, at + length(name) + 4)
	match(rest, /^([^"\\]|\\.)*/)
	return substr(rest, 1, RLENGTH)
}

function text(s) {
	gsub(/\\u003c/, "<", s); gsub(/\\u003e/, ">", s); gsub(/\\u0026/, "\\&", s)
	gsub(/\\u001b/, "\033", s); gsub(/\\r/, "", s); gsub(/\\n/, "\n", s); gsub(/\\t/, "\t", s)
	gsub(/\\"/, "\"", s); gsub(/\\\\/, "\\", s)
	return s
}

# Output of a build that failed stands under ImportPath, of a test under Package and Test.
{ action = field("Action"); pkg = field("Package"); test = field("Test"); key = pkg SUBSEP test }

action == "build-output" { said[field("ImportPath")] = said[field("ImportPath")] text(field("Output")); next }
action == "output" { out[key] = out[key] text(field("Output")); next }

action == "pass" && test != "" { passed++; count[pkg]++; delete out[key]; next }
action == "skip" && test != "" { skipped++; printf "%s", out[key]; delete out[key]; next }
action == "fail" && test != "" { failed++; bad[pkg]++; printf "%s", out[key]; delete out[key]; next }

action == "pass" { printf "      ok    %s (%d)\n", pkg, count[pkg]; next }
action == "skip" { next }
action == "fail" {
	if (!bad[pkg]) {
		failed++
		for (k in out) if (index(k, pkg SUBSEP) == 1) printf "%s", out[k]
		for (p in said) if (p == pkg || index(p, pkg " ") == 1) printf "%s", said[p]
	}
	printf "      FAIL  %s (%d passed, %d failed)\n", pkg, count[pkg], bad[pkg]
}

END {
	if (skipped) printf "      %d skipped\n", skipped
	printf "%d passed, %d failed\n", passed, failed >result
}
