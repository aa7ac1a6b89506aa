# Two commands set everything up on a fresh Debian machine with git, make and Python 3.11: make demo, make test.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
export UV_NO_PROGRESS := 1

.PHONY: demo test check bench lock clean go chromium isolation

demo: $(VENV)/.demo
	$(BIN)/clausework demo

GO_IS_THERE := command -v go >/dev/null && test -d /usr/share/gocode/src/golang.org/x/mod/sumdb

CHROMIUM_IS_THERE := test -x /usr/bin/chromium

ISOLATION_IS_THERE := $(BIN)/python -c "from clausework.evidence.isolation import isolated as i; exit(not i(['true'])[1])"

test: check isolation
	$(BIN)/coverage erase
	$(GO_IS_THERE) || export CLAUSEWORK_TEST_WITHOUT_GO=1; \
	  $(CHROMIUM_IS_THERE) || export CLAUSEWORK_TEST_WITHOUT_CHROMIUM=1; \
	  $(ISOLATION_IS_THERE) || export CLAUSEWORK_TEST_WITHOUT_ISOLATION=1; $(BIN)/coverage run -m pytest --numprocesses auto --dist loadfile
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=90

check: $(VENV)/.develop go chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.develop
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r locks/bench.txt
	$(BIN)/python -m bench

# The agreement tests verify our logs with Go's own implementation, which Debian packages.
go:
	@$(GO_IS_THERE) || { test "$$(id -u)" = 0 && apt-get update -qq && \
	  apt-get install -y -qq golang-go golang-golang-x-mod-dev >/dev/null; } || \
	  echo "Not run: agreement with Go. Install Debian's golang-go and golang-golang-x-mod-dev to run it."

# People sign with passkeys in a browser; the tests do so in a real one, which Debian packages.
chromium:
	@$(CHROMIUM_IS_THERE) || { test "$$(id -u)" = 0 && apt-get update -qq && \
	  apt-get install -y -qq chromium >/dev/null; } || \
	  echo "Not run: signing in a real browser. Install Debian's chromium to run it."

# Class C is built from its archive without a network; the tests cut it off as the gate does.
isolation: $(VENV)/.develop
	@$(ISOLATION_IS_THERE) || \
	  echo "Not run: building without a network. Permit 'unshare --net' (in a container: --privileged) to run it."

$(UV): locks/uv.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	touch $(UV)

$(VENV)/.demo: $(UV) locks/demo.txt pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r locks/demo.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.develop: $(UV) locks/develop.txt pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r locks/develop.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/.demo

# Lock files carry hashes and no addresses.
COMPILE := $(UV) pip compile --quiet --generate-hashes --no-header --no-annotate --universal --python-version 3.11
lock: $(UV)
	$(COMPILE) pyproject.toml -o locks/run.txt
	$(COMPILE) --extra demo --extra package pyproject.toml -o locks/demo.txt
	$(COMPILE) --extra demo --extra package --extra develop pyproject.toml -o locks/develop.txt
	$(COMPILE) --extra demo --extra package --extra develop --extra bench pyproject.toml -o locks/bench.txt
	echo uv | $(COMPILE) - -o locks/uv.txt

clean:
	rm -rf $(VENV) .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# What is published in docs/ and made from the code; a test of each says when it is stale.
schemas: $(VENV)/.develop
	$(BIN)/python -c "import json; from clausework.ledger.records.schema import predicate_schemas as s; print(json.dumps(s(), indent=1, sort_keys=True))" > docs/schemas/records.json
	$(BIN)/python -c "from clausework.gates.facts_schema import facts_schema_text as t; print(t(), end='')" > docs/schemas/facts.json
	$(BIN)/python -c "from clausework.gates.page import checks_page as p; print(p(), end='')" > docs/checks.md
	$(BIN)/python -c "from clausework.plan.schema import schema_text as t; print(t(), end='')" > docs/clausework.schema.json
	$(BIN)/python -c "from clausework.evidence.page import formats_page as p; print(p(), end='')" > docs/formats/README.md
	$(BIN)/python -c "from clausework.items.page import sources_page as p; print(p(), end='')" > docs/items/README.md
