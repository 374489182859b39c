# Everything starts here on a machine with Node 20.19 or newer, npm and make: each target installs what it needs first.

STACK ?= prod
CLOUD ?=
BLUEPRINT ?=
stack = --stack $(STACK) $(if $(CLOUD),--cloud $(CLOUD)) $(if $(BLUEPRINT),--blueprint $(BLUEPRINT))

# Newer than the lock file once its packages are installed.
installed = node_modules/.installed

.PHONY: help install preview test bench

help:
	@echo "make preview [STACK=prod] [CLOUD=aws|gcp] [BLUEPRINT=name]   show what a stack would be, offline"
	@echo "make test                                                    types, lint, format and all tests"
	@echo "make bench                                                   time and memory of the preview"

install: $(installed)

$(installed): package-lock.json
	npm ci --loglevel=notice
	@touch $@

preview: $(installed)
	@npm run --silent preview -- $(stack)

test: $(installed)
	@node --require=tsx/cjs test/all.ts

bench: $(installed)
	@npm run --silent bench
