# Two commands matter: `make chat` serves the page, `make test` checks everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NIGHTLAMP_HOME ?= var
SCAN := bot corpus index evals tests benchmarks
export NIGHTLAMP_HOME
export HF_HUB_OFFLINE := 1
export GRADIO_ANALYTICS_ENABLED := False

.DEFAULT_GOAL := help
.PHONY: help setup chat index test lint types unit evals browser constraints pictures clean

help: ## Show what there is to run
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# The stamp holds a hash of what decides the environment, so a second start installs nothing.
setup: ## Make .venv with the pinned versions
	@PYTHON="$(PYTHON)" sh scripts/setup.sh

index: setup ## Build the index when it is missing or stale
	@$(BIN)/nightlamp index info >/dev/null 2>&1 || $(BIN)/nightlamp index build

chat: index ## Serve the page on 127.0.0.1:7860
	@$(BIN)/nightlamp serve

browser:
	@sh scripts/browser.sh

lint: setup ## ruff
	$(BIN)/ruff check .

types: setup ## mypy --strict
	$(BIN)/mypy

test: setup browser ## ruff, mypy and every test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

evals: index ## Every eval suite against its bars
	$(BIN)/nightlamp eval run

pictures: index browser ## Take the pictures in docs/images
	$(BIN)/python -m tests.bot.web.pictures docs/images

constraints: ## Regenerate constraints.txt from pyproject.toml in a fresh environment
	@PYTHON="$(PYTHON)" sh scripts/constraints.sh

clean: ## Remove what was built at run time
	rm -rf $(NIGHTLAMP_HOME) .mypy_cache .ruff_cache .pytest_cache .hypothesis
