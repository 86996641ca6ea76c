# make run     serves an example workspace on this machine; installs what that needs
# make test    the whole gate: lint, types, house rules and every test; installs what that needs
# make help    the rest

PORT    ?= 8080
WORKERS ?= 4
COUNT   ?= 100000
IN      ?= compounder/domain

VENV    := .venv
PYTHON  := $(VENV)/bin/python
PIP     := $(PYTHON) -m pip --disable-pip-version-check -qq
READY   := $(VENV)/ready
TOOLS   := $(VENV)/ready-to-test
EXAMPLE := .make/example
# The example stays in its folder, whatever database and keys this shell names.
ALONE   := env -u COMPOUNDER_DATABASE_URL -u COMPOUNDER_KEYS -u COMPOUNDER_SITE COMPOUNDER_HOME=$(EXAMPLE)

export PYTHONUNBUFFERED := 1
# Each of the many programs that the tests start would compile the whole package anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-long lint unit coverage bench slips agreement mutants pictures format clean

help: ## show what can be made
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1 \2/p' $(MAKEFILE_LIST) | awk '{printf "  make %-10s", $$2; $$1=$$2=""; print}'

run: $(READY) $(EXAMPLE)/made ## serve an example workspace at http://127.0.0.1:8080 (PORT=8080)
	@$(ALONE) $(VENV)/bin/compounder run --port $(PORT)

test: $(TOOLS) ## the whole gate; what mypy has to say comes while the tests run
	@$(MAKE) --no-print-directory --jobs 2 lint unit

test-long: $(TOOLS) ## the gate's tests with long fuzz runs
	COMPOUNDER_LONG=1 $(PYTHON) -m pytest -n $(WORKERS) --dist worksteal --timeout 0

lint: $(TOOLS) ## ruff and mypy
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

unit: $(TOOLS) ## every test: units and properties, both databases, paper, browser
	$(PYTHON) -m pytest -n $(WORKERS) --dist worksteal

coverage: $(TOOLS) ## which lines no test reaches
	$(PYTHON) -m coverage erase
	$(PYTHON) -m coverage run -m pytest -n $(WORKERS) --dist worksteal
	$(PYTHON) -m coverage combine --quiet
	$(PYTHON) -m coverage report

bench: $(TOOLS) ## every figure against its floor, as a table of ratios; fills a million batches on each database
	$(PYTHON) -m bench

slips: $(TOOLS) ## slips of the hand, and which get past the program (COUNT=2000)
	@$(PYTHON) -m bench.slips $(COUNT)

agreement: $(TOOLS) ## random orders, worked out twice by two programs (COUNT=10000)
	@$(PYTHON) -m bench.agreement $(COUNT)

mutants: $(TOOLS) ## change the rules one by one and see which change no test notices (IN=compounder/domain/batch)
	@$(PYTHON) -m bench.mutants $(IN)

pictures: $(TOOLS) ## take the pictures of README and guides again
	$(PYTHON) docs/pictures.py

format: $(TOOLS) ## put the code into its house style
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

clean: ## forget everything that was made here, the example workspace too
	rm -rf $(VENV) .make build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An interrupted step leaves no stamp, so the next run takes it up again.

$(PYTHON):
	@python=$$(.ci/python) && echo "Making the virtual environment ..." && "$$python" -m venv --clear $(VENV)

$(READY): $(PYTHON) pyproject.toml .ci/paper
	@.ci/paper $(PYTHON)
	@echo "Installing Compounder ..."
	@$(PIP) install --upgrade "pip >= 25.1"
	@$(PIP) install --editable .
	@touch $@

$(TOOLS): $(READY) .ci/browser
	@echo "Installing what the tests need ..."
	@.ci/browser & $(PIP) install --group dev && wait
	@.ci/browser $(PYTHON)
	@touch $@

$(EXAMPLE)/made: | $(READY)
	@echo "Making the example workspace ..."
	@rm -rf $(EXAMPLE) && mkdir -p $(dir $(EXAMPLE))
	@$(ALONE) $(VENV)/bin/compounder example $(EXAMPLE)
	@touch $@
