# Two commands on a fresh machine with Python 3.11 or newer: `make run`, `make test`.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
VENV_PYTHON := .venv/Scripts/python.exe
else
VENV_PYTHON := .venv/bin/python
endif
SAMPLE_DAY := 2026-01-08

.PHONY: run test lint format lock setup setup-test builtin docs conformance bench

run: .venv/.ready
	@$(VENV_PYTHON) -m toolkit.builtin.first_sample 40 1
	@$(VENV_PYTHON) -m toolkit run --as-of $(SAMPLE_DAY)
	@echo "结果 / results: outbox/内部/index.html"

test: .venv/.ready-test
	$(VENV_PYTHON) -m pytest -n auto --dist loadfile

lint: .venv/.ready-test
	$(VENV_PYTHON) -m ruff check toolkit tests benchmarks
	$(VENV_PYTHON) -m ruff format --check toolkit tests benchmarks
	$(VENV_PYTHON) -m mypy

format: .venv/.ready-test
	$(VENV_PYTHON) -m ruff format toolkit tests benchmarks
	$(VENV_PYTHON) -m ruff check --fix toolkit tests benchmarks

# Writes templates/ anew from the scripts in toolkit/builtin (a test holds the two together).
builtin: .venv/.ready
	$(VENV_PYTHON) -m toolkit.builtin

# Writes docs/reference/ anew from the running program (a test holds the two together).
docs: .venv/.ready
	$(VENV_PYTHON) -m toolkit.builtin.reference_docs

# Asks both referees of the rule language (LibreOffice is needed) and writes docs/reference/formula-conformance.md anew.
conformance: .venv/.ready-test
	$(VENV_PYTHON) -m tests.conformance_page

# Measures; see benchmarks/README.md.
bench: .venv/.ready
	$(VENV_PYTHON) -m benchmarks

setup: .venv/.ready
setup-test: .venv/.ready-test

.venv/.ready: requirements.lock
	@test -x $(VENV_PYTHON) || $(PYTHON) -m venv .venv
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.ready-test: .venv/.ready requirements-test.lock
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

# Renews the lock files from pyproject.toml (names, versions and hashes only).
lock: .venv/.ready-test
	$(VENV_PYTHON) -m pip install --quiet uv
	$(VENV_PYTHON) -m uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock
	$(VENV_PYTHON) -m uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --extra test pyproject.toml -o requirements-test.lock
