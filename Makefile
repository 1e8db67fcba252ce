# Maître. `make help` says what there is; every target makes what it needs itself.
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
PY := .venv/bin/python
MAITRE := $(PY) -m tools.maitre
CONSOLE := $(MAITRE) console

.PHONY: help setup run up down status logs check format test test-unit test-faults journeys bench client contracts openapi types \
        console lock \
        migrate backup restore demo import-cdnow compose-env compose-check schemathesis-long images clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with what requirements.lock names (everything below does so itself)
	@tools/setup.sh

run: setup ## everything on this machine, in the foreground: servers, services, gateway, demo; Ctrl-C stops it
	@$(MAITRE) run

up: setup ## the same in the background; returns when all is ready (CRM_DEMO=0: without the demo restaurant)
	@$(MAITRE) up

down: setup ## stop what `make up` started
	@$(MAITRE) down

status: setup ## what runs, since when, and where
	@$(MAITRE) status

logs: setup ## follow the logs (NAME=loyalty-worker: of one process)
	@$(MAITRE) logs $(NAME)

check: setup ## everything that needs no server: format, lint, imports, types, isolation, architecture, contracts, deploy
	@$(MAITRE) check

format: setup ## bring the code into the one format
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix-only --quiet .

test: setup ## the whole test suite on a real PostgreSQL and RabbitMQ of its own (ARGS="-k refund": what pytest takes)
	@$(MAITRE) with-servers -- $(PY) -m pytest $(ARGS)

test-unit: setup ## the tests that need no server
	@$(PY) -m pytest contracts tests/architecture $(wildcard services/*/tests/rules) $(ARGS)

test-faults: setup ## kill everything while orders flow in (part of `make test`)
	@$(MAITRE) with-servers -- $(PY) -m pytest tests/faults $(ARGS)

journeys: setup ## the stories that cross services (part of `make test`)
	@$(MAITRE) with-servers -- $(PY) -m pytest tests/journeys $(ARGS)

bench: setup ## measure beside baselines; prints a table and writes bench/results.json (ARGS="--rows 7,8")
	@$(MAITRE) with-servers -- $(PY) -m bench.run $(ARGS)

contracts: setup ## write the JSON Schemas and contracts/asyncapi.yaml from the event classes
	@$(PY) tools/export_contracts.py

client: setup ## write a typed Python client of the whole API into .run/client
	@$(PY) -m tools.make_client $(ARGS)

openapi: setup ## write every openapi.json and docs/permissions.md from the code, and the console's types from that
	@$(PY) -m tools.export_openapi
	@$(CONSOLE) types

types: setup ## write the console's types from the gateway's openapi.json
	@$(CONSOLE) types

console: setup ## build the console into frontend/dist (make run and make up do so themselves)
	@$(CONSOLE) build

lock: setup ## resolve the dependencies anew and write all locks (ARGS=--upgrade)
	@tools/lock.sh $(ARGS)

migrate: setup ## bring the databases of the running suite to the newest schema
	@$(MAITRE) migrate

backup: setup ## back up the running suite: data in backups/, keys apart in backups-keys/ (ARGS=--with-secrets)
	@$(MAITRE) backup $(ARGS)

restore: setup ## restore a backup: make restore FROM=backups/20260131T120000Z [KEYS=backups-keys/...]
	@$(MAITRE) restore $(if $(FROM),--from $(FROM)) $(if $(KEYS),--keys $(KEYS)) $(ARGS)

demo: setup ## load the demo restaurant into the running suite
	@$(MAITRE) demo $(ARGS)

import-cdnow: setup ## import a CDNOW order history through the gateway: make import-cdnow FILE=CDNOW_sample.txt
	@$(PY) tools/import_cdnow.py $(FILE) $(ARGS)

compose-env: setup ## write .env with random secrets for `docker compose up` (an existing one stays)
	@$(PY) -m tools.compose_env

compose-check: setup ## build the images, start docker-compose.yml on a real engine, smoke-test it, take it down
	@$(PY) -m tools.compose_check $(ARGS)

schemathesis-long: setup ## the long form of the API fuzzing that `make test` runs briefly
	@CRM_SCHEMATHESIS_EXAMPLES=500 $(MAITRE) with-servers -- $(PY) -m pytest tests/api --timeout=0 $(ARGS)

images: setup ## build one image per deployable
	@.venv/bin/docker-compose build $(ARGS)

clean: setup ## stop the suite and remove .run/ with all its data
	@$(MAITRE) clean $(ARGS)
