# `make run` and `make test` each work as the very first command in a fresh clone.

SUITS := -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p $(SUITS) && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
READY_STACK := $(VENV)/.installed-stack
ARGS ?=
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

.DEFAULT_GOAL := help
.PHONY: help run test test-unit coverage mutants test-slow test-all test-scheduler test-stack record jdbc lint hooks bench sql clean lock

help: ## Show this help
	@echo "Sparkify: the warehouse pipeline, and a local stand-in for S3 and Redshift"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  Arguments pass through: make run ARGS="--days 3"'

run: $(READY) ## Start the stack, fill it, run the pipeline, show the star schema
	@$(BIN)/sparkify run $(ARGS)

test: $(READY) ## Run the tests that this machine can run in some minutes
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder $(ARGS)

test-unit: $(READY) ## Run those that take an instant and no other process
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadscope -m "not medium and not slow and not nightly" \
		tests/unit $(ARGS)

coverage: $(READY) ## Run them all as "make test" does, and tell which lines and branches they reach
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage html --quiet
	@$(BIN)/coverage report --skip-covered

mutants: $(READY) ## Would the tests notice an error? make mutants SEED=1 N=100 ARGS="sql/bind"
	@$(BIN)/python -m tests.mutants --seed $(or $(SEED),0) --count $(or $(N),40) $(ARGS)

test-slow: $(READY) ## Run those that take their time: kills, a full disk, ten thousand objects
	@$(MAKE) --no-print-directory test ARGS='-m slow $(ARGS)'

test-all: $(READY) ## Run all of these and those that take long
	@$(MAKE) --no-print-directory test ARGS='-m "" $(ARGS)'
	@SPARKIFY_TEST_ALL=1 $(MAKE) --no-print-directory test-scheduler

test-scheduler: $(READY) ## Run the tests on Airflow's own scheduler: backfill, cleared tasks
	@$(BIN)/python -m pytest tests/scheduler $(ARGS)

test-stack: $(READY_STACK) ## Run the tests of the stack in containers, and in a real browser
	@eval "$$($(BIN)/python -m tests.stack.images.stand_ins)" && SPARKIFY_TEST_STORES=container \
		$(BIN)/python -m pytest tests/stack tests/objectstore tests/pipeline $(ARGS)

record: $(READY) ## Put the contract to another warehouse: make record TARGET=... BUCKET=...
	@$(BIN)/python -m tests.redshift.recording "$(TARGET)" --bucket "$(BUCKET)" $(ARGS)

jdbc: ## Fetch Redshift's JDBC driver with Maven, for its tests
	mvn --quiet dependency:get -Dtransitive=false -Dartifact=com.amazon.redshift:redshift-jdbc42:2.1.0.33

lint: $(READY_STACK) ## Check style, formatting, types and which way imports point
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

hooks: ## Let git run lint before each push from this checkout
	git config core.hooksPath .githooks

bench: $(READY) ## Measure, as ratios against references measured in the same run
	@$(BIN)/python -m bench $(ARGS)

sql: $(READY) ## Query the last run: make sql ARGS='"select count(*) from songplays"'
	@$(BIN)/sparkify sql $(ARGS)

clean: ## Remove the virtual environment, caches and local runs
	rm -rf $(VENV) .sparkify .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist htmlcov .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock: $(READY) ## Resolve the dependencies again and pin them
	$(COMPILE) --extra dev pyproject.toml -o requirements.lock
	for image in airflow redshift; do $(COMPILE) --constraint requirements.lock \
		docker/$$image/requirements.in -o docker/$$image/requirements.lock; done
	$(COMPILE) --no-deps requirements-stack.in -o requirements-stack.lock

$(READY): requirements.lock requirements-uv.lock requirements-connector.lock pyproject.toml
	@$(or $(PYTHON),false) $(SUITS) || { echo "Python 3.11, 3.12 or 3.13 is needed$(PYTHON:%=, % is none): name one with PYTHON=..." >&2; exit 1; }
	@echo "Installing into $(VENV) with $$($(PYTHON) --version) ..."
	@$(BIN)/python $(SUITS) || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --target $(VENV)/connector-2.1 -r requirements-connector.lock
	@touch $@

$(READY_STACK): $(READY) requirements-stack.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements-stack.lock
	@touch $@
