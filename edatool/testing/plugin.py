"""Fixtures for pytest, which finds them by itself where edatool is installed."""

# Only pytest is imported here, and the rest inside the fixtures: pytest loads this file at every start.
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from edatool.routes import Routes
    from edatool.runtime.publish.publisher import Publisher
    from edatool.testing.memory import MemoryBroker


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option ``edatool_spec``: one file, or several that override each other."""
    about = "the edatool spec, relative to the root folder; several files override each other"
    parser.addini("edatool_spec", about, type="args", default=["routes.yaml"])


@pytest.fixture(scope="session")
def _edatool_checked(pytestconfig: pytest.Config) -> "Routes":
    from edatool.checks.load import load  # noqa: PLC0415 - see the top

    files = [str(pytestconfig.rootpath / name) for name in pytestconfig.getini("edatool_spec")]
    return load(files, os.environ)


@pytest.fixture
def memory_broker(_edatool_checked: "Routes") -> "MemoryBroker":
    """A broker in memory, with the topology of the project's spec; new for each test.

    The spec is read once in a test run: ``routes.yaml``, or what the ini option ``edatool_spec`` names.
    """
    from edatool.testing.memory import MemoryBroker  # noqa: PLC0415 - see the top

    return MemoryBroker.from_spec(_edatool_checked)


@pytest.fixture
def memory_publisher(_edatool_checked: "Routes", memory_broker: "MemoryBroker") -> "Iterator[Publisher]":
    """A Publisher of the project's spec that publishes to ``memory_broker``."""
    from edatool.runtime.publish.publisher import Publisher  # noqa: PLC0415 - see the top

    with Publisher(_edatool_checked, memory_broker) as publisher:
        yield publisher
