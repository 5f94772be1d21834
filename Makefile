# The developer's commands. Nothing is needed but Python 3.11 or newer and make: the rest is installed into .venv.

.DEFAULT_GOAL := help
.PHONY: help run test check check-slow fix schema migration playground soak bench bench-quick lock clean python

ifndef PYTHON
PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
endif

BIN := .venv/bin
INSTALL := @$(PYTHON) scripts/bootstrap.py
SECONDS := 120
# Node.js from its wheel, for building the playground where the machine has none
NODE := $(shell command -v npm >/dev/null 2>&1 || echo node)

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## /make \1\t/p' Makefile | expand -t 20

run: python ## start the server on a demonstration network, with a database of its own in .data/
	$(INSTALL) embedded $(NODE)
	@$(BIN)/python scripts/build_playground.py || echo "Going on without the playground."
	@$(BIN)/cma-graphql run

test: python ## run all tests with branch coverage; a part of them with ARGS="tests/core -k money"
	$(INSTALL) embedded dev $(NODE)
	@$(BIN)/python scripts/build_playground.py
	@$(BIN)/python scripts/run_tests.py $(ARGS)

check: python ## check style, types, architecture and the published schema: all that needs no running test suite
	$(INSTALL) embedded dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/cma-graphql schema --check
	$(BIN)/python scripts/breaking_changes.py
	$(BIN)/python -m pytest -q tests/architecture

check-slow: python ## check migrations as SQL, the deployment, dead code, dependencies, spelling and known vulnerabilities
	$(INSTALL) embedded dev
	$(BIN)/python scripts/lint_migrations.py
	$(BIN)/python scripts/lint_deployment.py
	$(BIN)/vulture
	$(BIN)/deptry src migrations
	$(BIN)/codespell
	$(BIN)/python scripts/audit.py

fix: python ## put right what ruff can put right, and format
	$(INSTALL) dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: python ## write schema.graphql from the code
	$(INSTALL)
	$(BIN)/cma-graphql schema

migration: python ## write a migration from the difference between models and migrations: name="add budgets"
	@test -n "$(name)" || { echo 'Give it a name: make migration name="add budgets"' >&2; exit 2; }
	$(INSTALL) embedded
	@$(BIN)/python scripts/new_migration.py "$(name)"

playground: python ## build the playground's page into the package
	$(INSTALL) $(NODE)
	@$(BIN)/python scripts/build_playground.py

soak: python ## follow events while servers are killed and sockets cut, and count what is lost: SECONDS=120, others with ARGS
	$(INSTALL) embedded dev
	@PYTHONPATH=tests $(BIN)/python -m soak --seconds $(SECONDS) $(ARGS)

bench: python ## measure against Mercurius, PostGraphile, Apollo Server, stock Strawberry and GraphQL Yoga: fifty minutes; the first time twenty more
	$(INSTALL) embedded node
	@$(BIN)/python benchmarks/run.py full $(ARGS)

bench-quick: python ## the same in two to three minutes, without growth and the long run; the first time four more
	$(INSTALL) embedded node
	@$(BIN)/python benchmarks/run.py quick $(ARGS)

lock: python ## pin the dependencies of pyproject.toml in requirements/; newest of all with ARGS=--upgrade
	$(INSTALL) lock
	@$(BIN)/python scripts/lock.py $(ARGS)

clean: ## delete all that these commands made: .venv, the data in .data, builds and caches
	rm -rf .venv .data build dist src/*.egg-info src/cma_graphql/transport/playground/static web/*/node_modules
	rm -rf benchmarks/peers/*/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	find src tests migrations scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; if it has another name, give it: make PYTHON=…" >&2; exit 1; }
