# make demo         see it work
# make test         what every change must pass, in a quarter of an hour
# make test-slow      the long proofs
# make test-versions  the broker tests on the newer RabbitMQ servers
# make test-oldest    the tests without a broker, and some with one, on the oldest packages that pyproject.toml allows
# make test-full    all of these, and the long proofs on the newer servers
# make docs         write the pages that are made of the code anew
# make bench        the benchmarks, each printing its figures as JSON
# make clean        as freshly cloned

SHELL := /bin/bash
PYTEST := .venv/bin/python -m pytest
MINIMUM_COVERAGE := 95

.PHONY: setup demo test test-without-broker test-changes test-commands test-others test-slow slow-changes slow-others
.PHONY: test-versions test-oldest test-full docs bench clean

setup:
	@.ci/setup

demo: setup
	.venv/bin/edatool demo

test: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/coverage erase
	+$(MAKE) --jobs=4 --output-sync test-without-broker test-changes test-commands test-others
	.venv/bin/coverage combine --quiet
	.venv/bin/coverage report --fail-under=$(MINIMUM_COVERAGE)

# The parts of the tests, at once: those with a broker mostly wait. Each of these starts a broker of its own.
CHANGES := tests/broker tests/change
COMMANDS := tests/cli
OTHERS := $(foreach folder,$(CHANGES) $(COMMANDS),--ignore=$(folder))

test-without-broker:
	.venv/bin/coverage run -m pytest -m "not broker and not slow"

test-changes:
	.venv/bin/coverage run -m pytest -m "broker and not slow" $(CHANGES)

test-commands:
	.venv/bin/coverage run -m pytest -m "broker and not slow" $(COMMANDS)

test-others:
	.venv/bin/coverage run -m pytest -m "broker and not slow" $(OTHERS)

# What make test leaves out: the long proofs, and the newer RabbitMQ servers.
test-slow: setup
	+$(MAKE) --jobs=2 --output-sync slow-changes slow-others

slow-changes:
	$(PYTEST) -m slow $(CHANGES)

slow-others:
	$(PYTEST) -m slow $(CHANGES:%=--ignore=%)

# Broker tests run by themselves, so that a run without any of them fails; all parts at once, as they mostly wait.
test-versions: setup
ifeq ($(shell id -u),0)
	+$(MAKE) --jobs=6 --output-sync $(foreach version,4.0 4.3,changes-on-$(version) commands-on-$(version) others-on-$(version))
else
	@echo "Left out: RabbitMQ 4.0 and 4.3, which run in a chroot and so take root"
endif

changes-on-%:
	$(ON_VERSION) $(CHANGES)

commands-on-%:
	$(ON_VERSION) $(COMMANDS)

others-on-%:
	$(ON_VERSION) $(OTHERS)

ON_VERSION = server=$$(tests/servers/get $*) && EDATOOL_RABBITMQ_SERVER=$$server $(PYTEST) -m "broker and not slow"

# All of it on every version: about an hour and a half.
test-full: test test-slow test-versions
ifeq ($(shell id -u),0)
	server=$$(tests/servers/get 4.0) && EDATOOL_RABBITMQ_SERVER=$$server $(PYTEST) -m "broker and slow"
	server=$$(tests/servers/get 4.3) && EDATOOL_RABBITMQ_SERVER=$$server $(PYTEST) -m "broker and slow"
endif

test-oldest: setup
	.ci/oldest
	.venv-oldest/bin/python -m pytest -m "not broker and not slow"
	.venv-oldest/bin/python -m pytest -m "broker and not slow" tests/broker tests/runtime/test_publisher.py

docs: setup
	.venv/bin/edatool explain --format markdown > docs/findings.md

bench: setup
	.venv/bin/python -m tests.benchmarks

clean:
	rm -rf .venv .venv-oldest build dist *.egg-info .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find edatool tests -name __pycache__ -prune -exec rm -rf {} +
