# make briefing   creates the environment, installs, builds the briefing and the deck, says where they are
# make test       installs what tests need, then lint, types, imports and tests; SLOW=1 adds the slow ones
# make bench      measures against other tools; needs Node.js for one of them
# make clean      removes the environment, the caches and what was built
#
# Works with GNU make 3.81 and later. Another interpreter: make briefing PYTHON=python3.12

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
JOBS ?= 2

RECENT := import sys; raise SystemExit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c "$(RECENT)" 2>/dev/null && echo $$name && break; done)

ifdef SLOW
TESTS := -m ''
endif

.PHONY: briefing test bench clean
# Two pip processes must not write one environment at the same time.
.NOTPARALLEL:

briefing: $(VENV)/.installed
	@$(RUN) -m ijreport build .

test: $(VENV)/.test
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --config pyproject.toml
	@$(RUN) -m pytest -n $(JOBS) $(TESTS)

bench: $(VENV)/.bench
	@command -v npm >/dev/null || { echo "make bench needs Node.js with npm on the PATH" >&2; exit 1; }
	@npm ci --prefix tests/benchmarks/pptxgenjs --silent --no-audit --no-fund
	@$(RUN) -m tests.benchmarks

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf tests/benchmarks/pptxgenjs/node_modules tests/validators/node_modules
	find build -mindepth 1 ! -name .gitignore -delete
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make the second run instant; editing the source needs no new installation.
$(VENV)/.installed: pyproject.toml constraints.txt $(RUN)
	@echo "Installing ijreport into $(VENV) (once) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	@echo "Installing what the tests need (once) ..."
	@$(PIP) --editable '.[test]'
	@touch $@

$(VENV)/.bench: $(VENV)/.installed
	@echo "Installing what the benchmarks need (once) ..."
	@$(PIP) --editable '.[bench]'
	@touch $@

# Made in two steps, so that an environment without pip (Debian's python3-venv is missing) is never taken for a whole one.
$(RUN):
	@if ! $(PYTHON) -c "$(RECENT)" 2>/dev/null; then \
		echo "ijreport needs Python 3.11 or later; name yours: make briefing PYTHON=/path/to/python3" >&2; exit 1; fi
	@if ! $(PYTHON) -c "import ensurepip, venv" 2>/dev/null; then \
		echo "This Python cannot make environments: its venv module is missing." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; fi
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }
