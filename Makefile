# `make demo` and `make test` need nothing but Python 3.10 or newer, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo-output
FIXTURE := enterprise_data_pipeline
STAMP := $(VENV)/.installed

.PHONY: demo test lint format types unit engine snapshots docs bench constraints clean help

help:  ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet -c constraints.txt --group dev -e ".[verify]"
	touch $@

demo: $(STAMP)  ## Scan, migrate and prove the bundled Prefect 2 project
	PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/demo.sh $(FIXTURE) $(DEMO)

test: lint types unit engine  ## Everything that CI runs

lint: $(STAMP)  ## ruff, and whether generated documents are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/docs.py --check

format: $(STAMP)  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(STAMP)  ## mypy, strict
	$(BIN)/mypy

unit: $(STAMP)  ## Fast tests, with the coverage floor on codemods/
	$(BIN)/pytest -m "not engine" --cov --cov-report=term:skip-covered
	$(BIN)/coverage report --include='codemods/*' --fail-under=90

engine: $(STAMP)  ## Tests on real Prefect 2 and Prefect 3 servers
	$(BIN)/pytest -m engine

snapshots: $(STAMP)  ## Record golden results anew; look at each before you commit it
	$(BIN)/pytest -m "not engine" --snapshot-update

docs: $(STAMP)  ## Write the generated parts of README.md and docs/
	$(BIN)/python tools/docs.py

bench: $(STAMP)  ## Time scan, apply and --help against what they are measured by
	$(BIN)/python benchmarks/scan_speed.py
	$(BIN)/python benchmarks/worst_case.py

constraints: $(STAMP)  ## Resolve constraints.txt anew
	sh tools/constraints.sh

clean:  ## Remove the environment and all output
	rm -rf $(VENV) $(DEMO) .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
