# Two commands start the house: `make demo` and `make test`. Each installs what is missing, and skips what is there.
.DEFAULT_GOAL := help
SHELL := /bin/bash
LINGTING := $(or $(CARGO_TARGET_DIR),target)/release/lingting
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help demo serve test bench eval models web fmt lint tools tools-demo tools-test build

help: ## lists the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

demo: tools tools-demo models ## three calls by real SIP, from greeting to handoff, with the live page
	$(LINGTING) demo

serve: tools models ## answers calls with lingting.toml, or as the demo does without one
	$(LINGTING) serve

test: tools-test web ## all tests, with real models, SIP clients and a browser
	cargo run --quiet -- models pull
	RUST_TEST_THREADS=4 cargo test
	npm --prefix web test
	npm --prefix web run e2e

bench: tools models ## latency and cost of calls; writes nothing, prints a table
	cargo bench --bench calls

eval: models ## recognition, intents and slots against labelled data
	$(LINGTING) eval asr $(or $(LINGTING_DATA),../shared/data)/speech/aishell_s0252
	$(LINGTING) eval asr $(or $(LINGTING_DATA),../shared/data)/speech/aishell_s0252 --channel phone
	$(LINGTING) eval intents fixtures/intents/test/*.tsv fixtures/intents/test2/*.tsv --at-least 90
	$(LINGTING) eval slots fixtures/slots/test
	$(LINGTING) eval slots fixtures/slots/test2

models: build ## fetches, verifies and converts the models
	$(LINGTING) models pull

build: web
	cargo build --release

web: web/node_modules/.built ## builds the pages

web/node_modules/.built: $(WEB_SOURCES)
	scripts/install-tools.sh web
	npm --prefix web install --no-save --no-audit --no-fund --loglevel error
	npm --prefix web run build
	touch $@

fmt: ## formats the code
	cargo fmt

lint: web ## checks the format and the lints
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	npm --prefix web run lint

tools:
	scripts/install-tools.sh build

tools-demo:
	scripts/install-tools.sh demo

tools-test:
	scripts/install-tools.sh build test
