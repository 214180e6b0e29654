# make demo         see it work
# make test         what every change must pass, in a few minutes
# make test-full    the slow proofs too, and the newer RabbitMQ servers
# make bench        the benchmarks, each printing its figures as JSON
# make clean        as freshly cloned

SHELL := /bin/bash
PYTEST := .venv/bin/python -m pytest
MINIMUM_COVERAGE := 95

.PHONY: setup demo test test-full bench clean

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
	.venv/bin/coverage run -m pytest -m "not slow"
	.venv/bin/coverage combine --quiet
	.venv/bin/coverage report --fail-under=$(MINIMUM_COVERAGE)

# Broker tests run by themselves, so that a run without any of them fails.
test-full: setup
	$(PYTEST) -m "not broker"
	$(PYTEST) -m broker
ifeq ($(shell id -u),0)
	server=$$(tests/servers/get 4.0) && EDATOOL_RABBITMQ_SERVER=$$server $(PYTEST) -m broker
	server=$$(tests/servers/get 4.3) && EDATOOL_RABBITMQ_SERVER=$$server $(PYTEST) -m broker
else
	@echo "Left out: RabbitMQ 4.0 and 4.3, which run in a chroot and so take root"
endif

bench: setup
	.venv/bin/python -m tests.benchmarks

clean:
	rm -rf .venv build dist *.egg-info .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find edatool tests -name __pycache__ -prune -exec rm -rf {} +
