# Scribe. `make demo` and `make test` do all their own set-up on a machine with Python 3.11, Node 20 and make.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
# assemblyai-emulator: the demo transcribes as in a cloud, on this machine.
ENGINE ?=
# How much `make bench-prod` puts on this machine, and which parts of it (all).
RECORDINGS ?= 300
MINUTES ?= 10
PARTS ?=
VENV := .venv
# The tools of `make test-prod`: nothing of Scribe imports them.
PROD_VENV := .venv-prod
PY := $(CURDIR)/$(VENV)/bin/python
SPA_SOURCES := $(shell find frontend/src frontend/public frontend/index.html frontend/vite.config.ts -type f 2>/dev/null)
# One thread pool per test process: two cores are shared by servers, browser and engine.
TEST_ENV := PYTHONPATH=$(CURDIR)/backend HF_HUB_OFFLINE=1

.PHONY: help demo test test-prod check bench bench-prod setup models lock api-client clean browser test-backend test-journey test-frontend

help: ## What there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: $(VENV)/$(if $(ENGINE),.dev,.base) frontend/dist/index.html ## Start Scribe here, print where (PORT=8000, ENGINE=assemblyai-emulator)
	@cd backend && exec $(PY) -m scribe.cli demo --port $(PORT) $(if $(ENGINE),--engine $(ENGINE))

# The browser first: a quarter of an hour of tests should not end in "there is none".
test: browser check test-backend test-frontend test-journey ## All checks and tests, with all they need

browser:
	@./.ci/ensure-chromium

check: $(VENV)/.dev frontend/node_modules/.installed ## Style, types, import law, sizes, drift of the API client
	@cd backend && $(PY) -m ruff format --check . && $(PY) -m ruff check . && $(PY) -m mypy && ../$(VENV)/bin/lint-imports
	@$(PY) backend/checks/sizes.py
	@cd backend && PYTHONPATH=. $(PY) checks/schema_drift.py
	@cd backend && $(PY) -m scribe.cli openapi | diff -u ../frontend/openapi.json - || { echo "frontend/openapi.json is old: make api-client"; exit 1; }
	@cd frontend && npm run --silent gen:api -- --check && npm run --silent check

test-backend: $(VENV)/.dev models ## Backend tests: real PostgreSQL, Redis, S3
	@cd backend && $(TEST_ENV) $(PY) -m pytest -q -n 2 --dist loadfile --ignore=tests/journey

test-prod: browser $(VENV)/.dev $(PROD_VENV)/.installed frontend/node_modules/.installed models ## What only operators run: the watch, manifests, cloud files, workflows
	@cd backend && PATH=$(CURDIR)/$(PROD_VENV)/bin:$$PATH $(TEST_ENV) $(PY) -m pytest -q tests_prod

test-frontend: frontend/node_modules/.installed ## Frontend unit tests
	@cd frontend && npm test --silent

test-journey: browser $(VENV)/.dev frontend/dist/index.html models ## A real Chromium against the whole running product
	@cd backend && $(TEST_ENV) $(PY) -m pytest -q -n 2 --dist loadfile tests/journey

bench: $(VENV)/.dev frontend/dist/index.html models ## Print speed and size figures (nothing is asserted)
	@cd backend && $(TEST_ENV) $(PY) -m benchmarks

bench-prod: $(VENV)/.dev frontend/dist/index.html models ## What one machine bears (RECORDINGS=300 MINUTES=10 PARTS="overload"); wants nginx
	@cd backend && $(TEST_ENV) $(PY) -m benchmarks.production --recordings $(RECORDINGS) --minutes $(MINUTES) $(PARTS)

setup: $(VENV)/.dev frontend/dist/index.html models ## Everything, without starting anything

models: $(VENV)/.base ## The pinned speech models, checked by SHA-256
	@cd backend && $(PY) -m scribe.cli models fetch

lock: $(VENV)/.dev ## Lock the Python packages anew, with hashes
	@cd backend/requirements && for set in base dev prod; do \
	  ../../$(VENV)/bin/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --strip-extras --allow-unsafe -o $$set.txt $$set.in; done

api-client: $(VENV)/.base frontend/node_modules/.installed ## Write openapi.json and the typed client anew
	@cd backend && $(PY) -m scribe.cli openapi > ../frontend/openapi.json
	@cd frontend && npm run --silent gen:api

clean: ## Remove what was built (not your data in .scribe)
	rm -rf $(VENV) $(PROD_VENV) frontend/node_modules frontend/dist

$(VENV)/.made:
	@./.ci/make-venv $(VENV)
	@touch $@

$(VENV)/.base: $(VENV)/.made backend/requirements/base.txt
	@echo "Installing the Python packages (about 150 MB, once) ..."
	@$(VENV)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r backend/requirements/base.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.base backend/requirements/dev.txt
	@echo "Installing the test tools (once) ..."
	@$(VENV)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r backend/requirements/dev.txt
	@touch $@

$(PROD_VENV)/.installed: backend/requirements/prod.txt
	@./.ci/make-venv $(PROD_VENV)
	@echo "Installing the operators' test tools (once) ..."
	@$(PROD_VENV)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/package.json
	@./.ci/check-node
	@echo "Installing the frontend's packages (once) ..."
	@cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

frontend/dist/index.html: frontend/node_modules/.installed $(SPA_SOURCES)
	@echo "Building the web page ..."
	@cd frontend && npm run --silent build -- --logLevel warn
	@touch $@
