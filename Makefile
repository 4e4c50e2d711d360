# make run    serve the shipped surveys on http://localhost:8080, data in ./data
# make check  everything that must hold before a change is merged; installs what it needs
# make fmt    format the code · make fuzz, make bench  as named · make setup  only install
#
# Each step prints one line when it is well, and everything when it is not. All steps run
# even when one fails; what was found is in dist/check.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := check
.NOTPARALLEL:

GO ?= go
LINT := $(GO) tool -modfile=internal/tools/go.mod golangci-lint
STEP := .ci/step
FUZZTIME ?= 20s

.PHONY: run check setup fmt fuzz bench clean

run:
	$(GO) run ./cmd/hailong serve

check: export BROWSER_TESTS = required
check: export BROWSER_ARTIFACTS = $(CURDIR)/dist/browser
check:
	@rm -rf dist/check && mkdir -p dist/check
	@$(STEP) setup .ci/setup
	@$(STEP) format $(LINT) fmt --diff ./...
	@$(STEP) vet $(GO) vet ./...
	@$(STEP) lint $(LINT) run ./...
	@$(STEP) tidy $(GO) mod tidy -diff
	@$(STEP) subjects .ci/subjects
	@.ci/tests $(GO)
	@$(STEP) fuzz .ci/fuzz $(GO) $(if $(CI),30s,5s)
	@.ci/totals | sed 's|^|total |'

setup:
	@.ci/setup

fmt:
	$(LINT) fmt ./...
	$(GO) fix ./...

# One fuzzer at a time, because the go command takes only one.
fuzz:
	@grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' cmd internal surveys static | sort | while read -r file; do \
	  grep -oE '^func Fuzz[A-Za-z0-9_]+' "$$file" | cut -c6- | while read -r name; do \
	    echo "== $$name in $$(dirname "$$file")"; \
	    $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")"; \
	  done; \
	done

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

clean:
	rm -rf dist internal/browser/node_modules
