# Everything that a newcomer, a developer and CI call. Nothing is assumed but Debian, Python 3.11, git and make.

PYTHON ?= python3
STORE  ?= var/registry.db
WHOIS  ?= 127.0.0.1:4343
RDAP   ?= 127.0.0.1:8080
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: serve test check bench clauses messages clean

# Serve the sample registry: some thousands of made-up domains under .example.
serve: $(VENV)/.runs $(STORE)
	$(BIN)/dnrd serve --store sqlite:///$(STORE) --whois $(WHOIS) --rdap $(RDAP)

$(STORE): | $(VENV)/.runs
	mkdir -p $(dir $@)
	$(BIN)/dnrd sample --domains 5000 --seed 1 --tld example --out var/sample.xml.gz
	$(BIN)/dnrd ingest --store sqlite:///$@ --registrars var/sample.xml.gz.registrars.yaml var/sample.xml.gz

test: $(VENV)/.tests
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# BENCH_NAMES=1000000 for the big store.
bench: $(VENV)/.tests
	$(BIN)/python -m tests.bench

# Which test proves which clause of which standard.
clauses: $(VENV)/.tests
	@$(BIN)/python -m tests.clauses

# Gather the texts to translate, and bring the catalogues in directory/locale up to date with them.
messages: $(VENV)/.tests
	@$(BIN)/python -m tests.messages

$(VENV)/bin/pip:
	tests/install-debian python
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip

$(VENV)/.runs: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/.tests: pyproject.toml tests/debian-packages.txt $(VENV)/.runs
	tests/install-debian tests
	$(BIN)/pip install --quiet --editable . --group dev --group test
	touch $@

clean:
	rm -rf $(VENV) var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
