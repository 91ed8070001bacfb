# Every verb makes the environment first, if need be, and may be run again at any time. `make help` lists them.
# PYTHON=python3.12 chooses the interpreter (3.11 or newer); VENV=folder where the environment lives.

VENV ?= .venv
PYTHON ?=
# How many workers run the tests (half of a test is waiting, so twice two cores; with six, each of two whole runs had a test
# that lost its processor at the wrong moment); a notebook stays on one of them.
JOBS ?= 4
# Handed on: make lab LAB_ARGS="--no-browser --port=9000"; make test TESTS=tests/unit/wire/test_cable.py
LAB_ARGS ?=
TESTS ?=
BENCH_ARGS ?=
SABOTAGE ?=
NOTEBOOKS ?=
NAME ?=
TITLE ?=
# Where `make lab` lays the learner's own copy of the lessons, and opens it.
LESSONS ?= my-lessons

# A path as one word of the shell, whatever is in it: a blank, an apostrophe. (`abspath` would take it for several.)
quoted = '$(subst ','\'',$(1))'
BIN := $(call quoted,$(if $(filter /%,$(firstword $(VENV))),,$(CURDIR)/)$(VENV)/bin)
# The folders that are ours: what lies beside them, as my-lessons/ does, is the learner's.
OURS := bench deploy docs labkit lessons notebooks sabotage tests tools
export PYTHON
# Where this is set, each of the hundreds of processes that tests start would compile all of labkit for itself.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help lab test test-browser sabotage lesson notebooks recordings bench site lint format dist lock hub environment browser grading site-environment clean

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

lab: environment ## open your own copy of the lessons, my-lessons/, in JupyterLab
	@exec $(BIN)/labkit lab $(call quoted,$(LESSONS)) -- $(LAB_ARGS)

test: environment grading ## run every test: unit, network, golden, grading, and the notebooks through strict nbval
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(TESTS)

test-browser: browser ## drive JupyterLab in Chromium: run the lessons, look for errors, see the site
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/browser

sabotage: environment ## break things on purpose: does a lesson or a test notice? (SABOTAGE="names", or --list)
	$(BIN)/python -m sabotage --jobs $(JOBS) $(SABOTAGE)

lesson: environment ## lay out a new lesson with an example of each part (NAME=loss, TITLE="its title")
	@$(BIN)/python -m tools.lesson $(call quoted,$(NAME)) --title $(call quoted,$(TITLE))

notebooks: environment ## execute what changed, text or code, into both editions (NOTEBOOKS="--all", or names)
	$(BIN)/python -m tools.notebooks build $(NOTEBOOKS)

recordings: environment ## record the changed lessons for the other modes (NOTEBOOKS="--all", or names)
	$(BIN)/python -m tools.recordings $(NOTEBOOKS)

bench: environment ## measure, beside what one would use otherwise
	$(BIN)/python -m bench $(BENCH_ARGS)

site: site-environment ## build the site (lessons, handbook, reference, glossary) into build/site/html
	@$(BIN)/../site/bin/python -m tools.site

lint: environment ## check style, types, imports between rooms, and the notebooks
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . || { echo "make format mends what ruff can mend." >&2; exit 1; }
	$(BIN)/mypy
	$(BIN)/python -m tools.notebooks lint
	$(BIN)/python -m pytest -q tests/unit/repository/test_architecture.py

format: environment ## let ruff mend what it can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

dist: environment ## build what is published, sdist and wheel, check both, and install and run it elsewhere
	@tools/environment $(call quoted,$(VENV)) dist
	tools/dist $(call quoted,$(VENV))
	$(BIN)/python -m pytest $(or $(TESTS),tests/installed)

hub: ## a JupyterHub to try on this machine, in .venv/hub: deploy/README.md
	@tools/environment $(call quoted,$(VENV)) hub
	@exec $(BIN)/../hub/bin/jupyterhub -f deploy/demo/jupyterhub_config.py

lock: ## pin the newest packages that pyproject.toml allows (needs uv)
	tools/lock

environment: # the venv, made again when the lock changes
	@tools/environment $(call quoted,$(VENV))

browser: # and what drives Chromium
	@tools/environment $(call quoted,$(VENV)) browser

grading: # and nbgrader, in an environment of its own inside
	@tools/environment $(call quoted,$(VENV)) grading

site-environment: # and Sphinx, in an environment of its own inside
	@tools/environment $(call quoted,$(VENV)) site

clean: ## remove the environment and what tools left
	rm -rf $(call quoted,$(VENV)) .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist labkit.egg-info __pycache__
	find Makefile $(wildcard $(OURS)) -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
