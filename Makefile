# Everything a fresh machine needs beyond python3.11+, make and a package installer is set up by these rules.
# The first Python that really runs and is new enough: a version manager leaves shims for versions it does not have.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do $$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
FROM ?= ../shared/data

.PHONY: demo test check bench refit docs lock assets clean

demo: $(VENV)/demo ## build the built-in case, print the answer, serve the pages
	$(BIN)/comity demo

test: $(VENV)/dev ## every test, in a real browser and on a real Spark where the machine has them
	sh tools/prepare.sh
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/dev ## what a reviewer would ask first: lint, types, import order
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev ## slow measurements of this machine, on real files in FROM
	$(BIN)/comity bench --from $(FROM)

refit: export OPENBLAS_NUM_THREADS ?= 1 # threads for small matrices cost more than they save
refit: $(VENV)/demo ## fit the shipped numbers of ties and of rupture anew, from the files in FROM
	$(BIN)/python tools/refit_ties.py $(FROM)
	$(BIN)/python tools/refit.py --from $(FROM)

docs: $(VENV)/dev ## the documentation as a site in site/
	$(BIN)/zensical build --clean

lock: ## pin what `uv sync` installs
	uv lock

assets: ## fetch the vendored script and the boundaries anew (needs npm)
	sh tools/assets.sh

clean:
	rm -rf $(VENV) site dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "comity needs Python 3.11 or newer with venv, and found none. Install one, or name it: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[dev,nlp,spark]'
	@touch $@ $(VENV)/demo
