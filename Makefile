# Hearthside's commands. Everything they make lies in .venv, .cache, data and frontend/.
.PHONY: help setup dev run test test-detoxify check fix bench load summary-report train lock wire clean

PY := .venv/bin/python

help: ## Show these lines
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 15

setup: ## Prepare the environment and the front end, without serving
	@scripts/setup

dev: ## setup, and what checks and tests need
	@scripts/setup --dev

run: setup ## Make the demo practice and serve it on http://127.0.0.1:8000
	@HEARTHSIDE_DEMO=1 .venv/bin/hearthside demo
	@HEARTHSIDE_DEMO=1 exec .venv/bin/hearthside serve --host 127.0.0.1 --port 8000

test: dev ## Every test: Python on SQLite and PostgreSQL, front end, journeys in a real browser
	@$(PY) scripts/steps.py test

test-detoxify: dev ## The Detoxify backend and the model exported for it, with torch in .cache/detoxify
	@scripts/setup_detoxify
	@.cache/detoxify/bin/python -m pytest -q tests/detoxify

check: dev ## Every check: style, types, layers, house rules, security
	@$(PY) scripts/steps.py check

fix: dev ## Put style right where a program can
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

bench: dev ## Print what a delivery costs beside Channels' tutorial chat, and what screening costs with and without the model
	@$(PY) -m bench.fanout
	@$(PY) -m bench.screening

load: dev ## Replay texts as posts over real sockets: make load TEXTS=file.jsonl
	@$(PY) -m tests.load.replay $(TEXTS)

summary-report: dev ## Say how well drafted themes name the topics of real talk: make summary-report TEXTS=file.jsonl
	@$(PY) -m bench.summaries $(TEXTS)

train: dev ## Make the model that ships, its report and its card: make train DATA=folder
	@scripts/setup_detoxify
	@.cache/detoxify/bin/python -m moderation.training --data $(DATA)

wire: setup ## Write frontend/src/wire.ts from the events
	@.venv/bin/hearthside wire

lock: dev ## Renew the lock files within what the .in files allow
	@scripts/lock

clean: ## Remove what setup and tests made; data/ stays
	@rm -rf .venv .cache frontend/node_modules frontend/dist
