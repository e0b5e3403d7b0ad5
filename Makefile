# Needs Python 3.11 or newer and make; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MODULES := smarketing connectors reports tests bench tools wsgi.py

.PHONY: help setup run test check format clean

help:  ## Say what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 10

setup: $(STAMP)  ## Build .venv and install the program with its tools

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "smarketing needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make setup PYTHON=python3.12")'
	@echo "building $(VENV) and installing (a minute, the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $(STAMP)

run: $(STAMP)  ## Serve the sample company on http://127.0.0.1:8000
	@SMARKETING_HOME=$${SMARKETING_HOME:-var/demo} $(BIN)/smarketing demo

test: $(STAMP)  ## Run every test
	@tools/browser.sh
	@echo "running the tests (SQLite, PostgreSQL and a browser; a few minutes)"
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadgroup --cov --cov-report=term:skip-covered

check: $(STAMP)  ## Lint, format, types, and who may import whom
	@$(BIN)/ruff check $(MODULES)
	@$(BIN)/ruff format --check $(MODULES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP)  ## Format the code
	@$(BIN)/ruff check --fix $(MODULES)
	@$(BIN)/ruff format $(MODULES)

clean:  ## Remove the environment and the sample company that `make run` made
	@rm -rf $(VENV) var/demo
