# SPDX-FileCopyrightText: 2026 The community.northflank authors
# SPDX-License-Identifier: GPL-3.0-or-later

PYTHON ?= python3
NOX := .venv/bin/nox

.PHONY: help
help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  A part of the tests alone: $(NOX) --list, then $(NOX) --session lint'

.PHONY: demo
demo: $(NOX) ## Watch backup schedules roll out over a simulated fleet
	$(NOX) --session demo

.PHONY: test
test: $(NOX) ## Run the checks and tests of a change: minutes
	QUICK=1 .venv/bin/python tests/support/count_tests.py $(NOX)

.PHONY: test-all
test-all: $(NOX) ## Run every test and check, as CI does
	.venv/bin/python tests/support/count_tests.py $(NOX)

.PHONY: lint
lint: $(NOX) ## Check style, types, spelling and licences; what pre-commit runs
	$(NOX) --session lint extra-checks

.PHONY: matrix
matrix: $(NOX) ## Run all that Ansible has a part in with every ansible-core
	$(NOX) --session units integration playbooks examples "sanity(2.16)" "sanity(2.21)" "sanity(2.22)"

.PHONY: docs
docs: $(NOX) ## Build the site of the documentation: build/docs/index.html
	$(NOX) --session docs

.PHONY: release
release: $(NOX) ## Check that this commit may be released, and build it: build/*.tar.gz
	$(NOX) --session release

$(NOX): tests/constraints.txt
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --constraint tests/constraints.txt nox antsibull-nox
	@touch $@

.PHONY: screenshots
screenshots: $(NOX) ## Make the screenshots of the documentation
	$(NOX) --session screenshots

.PHONY: bench
bench: $(NOX) ## Measure what a rollout costs, and write docs/performance
	$(NOX) --session "benchmark(2.21)"
