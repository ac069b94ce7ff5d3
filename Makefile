# SPDX-FileCopyrightText: 2026 The community.northflank authors
# SPDX-License-Identifier: GPL-3.0-or-later

PYTHON ?= python3
NOX := .venv/bin/nox

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  To run a single session: $(NOX) --list, then for example $(NOX) --session lint'

.PHONY: demo
demo: $(NOX) ## Roll out backup schedules to a simulated fleet
	$(NOX) --session demo

.PHONY: test
test: $(NOX) ## Run the tests and checks that a change needs (minutes)
	QUICK=1 .venv/bin/python tests/support/count_tests.py $(NOX)

.PHONY: test-all
test-all: $(NOX) ## Run every test and check, as CI does
	.venv/bin/python tests/support/count_tests.py $(NOX)

.PHONY: lint
lint: $(NOX) ## Check style, types, spelling and licenses, as pre-commit does
	$(NOX) --session lint extra-checks

.PHONY: matrix
matrix: $(NOX) ## Run the tests with every supported ansible-core
	$(NOX) --session units integration playbook_commands inventory_commands playbooks examples "sanity(2.16)" "sanity(2.21)" "sanity(2.22)"

.PHONY: docs
docs: $(NOX) ## Build the documentation: build/docs/index.html
	$(NOX) --session docs

.PHONY: release
release: $(NOX) ## Check that this commit can be released, and build it: build/*.tar.gz
	$(NOX) --session release

$(NOX): tests/constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --constraint tests/constraints.txt nox antsibull-nox
	@touch $@

.PHONY: screenshots
screenshots: $(NOX) ## Take the screenshots of the documentation
	$(NOX) --session screenshots

.PHONY: bench
bench: $(NOX) ## Run the benchmark, and write docs/performance
	$(NOX) --session "benchmark(2.21)"

.PHONY: bench-scale
bench-scale: $(NOX) ## Measure large fleets, and write docs/performance
	$(NOX) --session "benchmark_scale(2.21)"
