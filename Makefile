# make demo         see it work: the sample, its routing on a real RabbitMQ, and its services
# make test         what every change must pass, in less than five minutes
# make coverage       the same, measured: it fails where the tests run too little of edatool
# make test-slow      the long proofs, and all examples of the tests that make up theirs
# make test-versions  the broker tests on the newer RabbitMQ servers
# make test-oldest    the tests without a broker, and some with one, on the oldest packages that pyproject.toml allows
# make test-full    all of these, and the long proofs on the newer servers
# make docs         write anew what pages show of the code and of commands
# make pictures     draw the pictures of pages anew, with Chromium and npm
# make golden       write the texts of tests/render/golden and tests/mistakes anew: all that people read
# make bench        the benchmarks, each printing its figures as JSON
# make clean        as freshly cloned

SHELL := /bin/bash
MINIMUM_COVERAGE := 95
# More at once than there are cores, for tests with a broker mostly wait; the long proofs want to be less disturbed.
AT_ONCE := 8
test-slow test-full: AT_ONCE := 2
TESTS = -m pytest --numprocesses=$(AT_ONCE) --dist=loadfile --no-loadscope-reorder
# Without compiled files each of the many processes that tests start would compile edatool anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test test-quick check coverage test-slow test-versions test-oldest test-full docs pictures golden bench
.PHONY: clean

setup:
	@.ci/setup

demo: setup
	.venv/bin/edatool demo --sample

test: setup
	+$(MAKE) --jobs=2 --output-sync check test-quick

coverage:
	+$(MAKE) test MEASURED=yes

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test-quick:
ifdef MEASURED
	.venv/bin/coverage erase
	.venv/bin/coverage run $(TESTS) -m "not slow"
	.venv/bin/coverage combine --quiet
	.venv/bin/coverage report --fail-under=$(MINIMUM_COVERAGE)
else
	.venv/bin/python $(TESTS) -m "not slow"
endif

test-slow: setup
	.venv/bin/python $(TESTS) --hypothesis-profile=full -m "slow or hypothesis"

# Broker tests run by themselves, so that a run without any of them fails; side by side, for they mostly wait.
test-versions: setup
ifeq ($(shell id -u),0)
	tests/servers/get 4.0
	tests/servers/get 4.3
	+$(MAKE) --jobs=2 --output-sync test-on-4.0 test-on-4.3
else
	@echo "Left out: RabbitMQ 4.0 and 4.3, which run in a chroot and so take root"
endif

test-on-%: AT_ONCE := 6
test-on-%:
	$(call on_version,$*) -m "broker and not slow"

on_version = server=$$(tests/servers/get $(1)) && EDATOOL_RABBITMQ_SERVER=$$server .venv/bin/python $(TESTS)

test-oldest: setup
	.ci/oldest
	.venv-oldest/bin/python $(TESTS) -m "not broker and not slow"
	.venv-oldest/bin/python $(TESTS) -m "broker and not slow" tests/broker tests/runtime/test_publisher.py

# All of it on every version: about an hour and a half.
test-full: coverage test-slow test-versions test-oldest
ifeq ($(shell id -u),0)
	$(call on_version,4.0) -m "broker and slow"
	$(call on_version,4.3) -m "broker and slow"
endif

docs: setup
	.venv/bin/python -m tests.pages.written
	.venv/bin/python -m tests.pages.drawn
	.venv/bin/python -m tests.pages.walked

pictures: setup
	.venv/bin/python -m tests.pipeline.pictures
	.venv/bin/python -m tests.site.pictures

golden: setup
	.venv/bin/python -m tests.render.golden_texts
	.venv/bin/python -m tests.mistakes.written

bench: setup
	.venv/bin/python -m tests.benchmarks

clean:
	rm -rf .venv .venv-oldest build dist *.egg-info .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find edatool tests -name __pycache__ -prune -exec rm -rf {} +
