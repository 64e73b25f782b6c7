# Two commands are enough: `make run` and `make test`. They need Python 3.11 or later, make and a package index.

PY ?= python3
CASE ?= ai
GOLDEN ?= ../shared/data/golden
BIN := .venv/bin
PACKAGE := pyproject.toml src/perpetuum/__init__.py
CODE := src tests tools conftest.py $(wildcard bench)
COMPILE = pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

UV := $(shell command -v uv 2>/dev/null)
ifeq ($(UV),)
UV := .tools/bin/uv
OWN_UV := .tools/bin/uv
endif

# uv does not read pip's settings: the index pip was told of is passed on while uv runs, and written nowhere.
# `pip config get` would look into one file only.
INDEX = index="$${UV_DEFAULT_INDEX:-$${UV_INDEX_URL:-$$PIP_INDEX_URL}}"; \
	[ -n "$$index" ] || index="$$($(PY) -m pip config list 2>/dev/null | sed -n "s/^[gi][a-z]*\.index-url='\(.*\)'$$/\1/p" | tail -n 1)"; \
	[ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index";

.PHONY: run test lint check bench docs hindcast lock wheel data clean
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:

run: .venv/.run
	@$(BIN)/perpetuum run --case $(CASE)

test: .venv/.dev
	@$(BIN)/python -m pytest

lint: .venv/.dev
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports
	@$(BIN)/python -m tools.locks

check: lint docs .venv/.dev
	@for case in src/perpetuum/cases/*/; do $(BIN)/perpetuum ledger --check --case "$$(basename "$$case")" || exit 1; done
	@$(MAKE) --no-print-directory test

bench: .venv/.dev
	@$(BIN)/python bench/run.py

# Calibrates, forecasts from earlier dates and scores them; keeps the scenario and the scores with the case; replays the
# past; and remakes the tables in docs/hindcast.md, docs/replay.md and their twins.
hindcast: .venv/.dev
	@$(BIN)/python -m tools.hindcast $(CASE)
	@[ "$(CASE)" != ai ] || $(BIN)/python -m tools.replay

docs: .venv/.dev
	@if [ -d docs ]; then NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir site; \
	else echo "there is no folder docs, so no pages were built"; fi

# Remakes the locks; none of them may hold an address.
lock: $(OWN_UV)
	@$(INDEX) $(UV) $(COMPILE) pyproject.toml --extra connectors --extra report -o locks/run.txt >/dev/null
	@$(INDEX) $(UV) $(COMPILE) pyproject.toml --extra connectors --extra report --group dev -o locks/dev.txt >/dev/null
	@$(INDEX) $(UV) $(COMPILE) locks/build.in -o locks/build.txt >/dev/null
	@$(INDEX) $(UV) $(COMPILE) locks/tools.in -o locks/tools.txt >/dev/null
	@$(PY) -m tools.locks

# Builds sdist and wheel, and runs the wheel where the checkout is out of reach.
wheel: $(OWN_UV)
	@rm -rf dist
	@$(INDEX) $(UV) build --quiet --python $(PY) --build-constraints locks/build.txt --require-hashes --out-dir dist
	@$(INDEX) $(PY) -m tools.try_wheel $(UV)

# Copies the golden cases that may ship into the repository, with their hashes, and checks that the case
# still holds every row of the research tables beside them.
data: .venv/.dev
	@$(PY) -m tools.golden $(GOLDEN)
	@$(BIN)/python -m pytest -rs tests/ledger/test_conversion.py

clean:
	rm -rf .venv .tools dist results site

.tools/bin/uv: locks/tools.txt
	@$(PY) -m venv .tools || { echo "Python cannot make environments here; install the package python3-venv (Debian: apt-get install python3-venv)." >&2; exit 1; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/tools.txt
	@touch $@

.venv/.made: | $(OWN_UV)
	@$(INDEX) $(UV) venv --quiet --allow-existing --python $(PY) .venv
	@touch $@

.venv/.run: .venv/.made locks/run.txt locks/build.txt $(PACKAGE)
	@echo "installing perpetuum ..." >&2
	@$(INDEX) $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r locks/run.txt
	@$(INDEX) $(UV) pip install --quiet --python $(BIN)/python --build-constraints locks/build.txt --no-deps -e .
	@touch $@

.venv/.dev: .venv/.run locks/dev.txt
	@echo "installing what the tests need ..." >&2
	@$(INDEX) $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r locks/dev.txt
	@touch $@
