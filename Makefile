# Two commands are enough: `make run` and `make test`. They need Python 3.11 or later, make and a package index.

PY ?= python3
CASE ?= ai
GOLDEN ?= ../shared/data/golden
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
BIN := .venv/bin
PACKAGE := pyproject.toml src/perpetuum/__init__.py

.PHONY: run test lint check bench docs lock wheel data clean
.DEFAULT_GOAL := run

run: .venv/.run
	@$(BIN)/perpetuum run --case $(CASE)

test: .venv/.dev
	@$(BIN)/python -m pytest

lint: .venv/.dev
	$(BIN)/ruff format --check src tests tools bench conftest.py
	$(BIN)/ruff check src tests tools bench conftest.py
	$(BIN)/mypy src
	$(BIN)/lint-imports
	@$(BIN)/python -m tools.locks --check

check: lint docs .venv/.dev
	@for case in src/perpetuum/cases/*/; do $(BIN)/perpetuum ledger --check --case $$(basename $$case) || exit 1; done
	@$(MAKE) --no-print-directory test

bench: .venv/.dev
	@$(BIN)/python -m bench

docs: .venv/.dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet --site-dir site

# Remakes the locks; none of them may hold an address.
lock: .tools/.uv
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet pyproject.toml -o locks/run.txt
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet pyproject.toml --group dev -o locks/dev.txt
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet locks/build.in -o locks/build.txt
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet locks/tools.in -o locks/tools.txt
	@$(PY) -m tools.locks --check

# Builds sdist and wheel, and runs the wheel where the checkout is out of reach.
wheel: .venv/.dev
	@rm -rf dist && $(UV) build --quiet --build-constraints locks/build.txt --require-hashes --out-dir dist
	@$(PY) -m tools.try_wheel $(UV)

# Copies the golden cases that may ship into the repository, with their hashes.
data: .venv/.dev
	@$(BIN)/python -m tools.golden $(GOLDEN)

clean:
	rm -rf .venv .tools dist results site

.tools/.uv:
	@mkdir -p .tools
	@command -v uv >/dev/null 2>&1 || { $(PY) -m venv .tools || { echo "Python cannot make environments here; install the package python3-venv (Debian: apt-get install python3-venv)."; exit 1; }; \
	  .tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/tools.txt; }
	@touch $@

.venv/.made: .tools/.uv
	@$(UV) venv --quiet --allow-existing --python $(PY) .venv
	@touch $@

.venv/.run: .venv/.made locks/run.txt locks/build.txt $(PACKAGE)
	@echo "installing perpetuum ..." >&2
	@test -f .venv/.dev || $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r locks/run.txt
	@$(UV) pip install --quiet --python $(BIN)/python --build-constraints locks/build.txt --no-deps -e .
	@touch $@

.venv/.dev: .venv/.run locks/dev.txt
	@echo "installing what the tests need ..." >&2
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r locks/dev.txt
	@touch $@
