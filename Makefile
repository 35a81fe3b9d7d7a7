# make demo    install into .venv and run the whole pipeline on the bundled synthetic portal
# make test    install and run the tests
# make fuzz    the property tests with new random examples
# make lint    formatting, style, types, import rules, conventions
# make bench   speed and memory, beside peers (minutes)
# make docs    the documentation as a site in site/
# make lock    pin the dependencies again
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
TESTS ?= tests

.PHONY: demo test fuzz lint bench docs lock clean
.DELETE_ON_ERROR:
# Crawl workers and parsers are processes of their own: they start twice as fast from cached bytecode.
unexport PYTHONDONTWRITEBYTECODE

$(STAMP): pyproject.toml requirements/bootstrap.lock requirements/dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/fincity --home demo-home demo

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

fuzz: $(STAMP)
	FINCITY_EXAMPLES=new $(BIN)/python -m pytest -n 2 --dist loadgroup -m hypothesis $(TESTS)

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/fincity check

bench: $(STAMP)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.lock
	$(BIN)/python -m benchmarks

docs: $(STAMP)
	$(BIN)/mkdocs build --strict

lock: $(STAMP)
	echo 'uv>=0.8' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate - -o requirements/bootstrap.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra dev pyproject.toml -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra peers -c requirements/dev.lock pyproject.toml -o requirements/bench.lock

clean:
	rm -rf .venv demo-home site dist
