"""Fixtures for all tests; those that need a RabbitMQ mark their tests ``broker``."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest

from edatool.broker.address import Address
from edatool.server import node
from tests import postgresql_fixtures
from tests.broker_fixtures import Server, Vhost, any_server, connected, fresh_vhost, require_node
from tests.cluster_fixtures import Member, new_cluster, require_installed_server, start_dead

# How long an example takes says more of the machine than of the code; a test has its own timeout.
hypothesis.settings.register_profile("edatool", deadline=None)
hypothesis.settings.load_profile("edatool")

NEED_A_BROKER = {"server", "can_start_a_node"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if NEED_A_BROKER.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("broker")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The RabbitMQ of this test run."""
    with any_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def vhost(server: Server) -> Iterator[Vhost]:
    """A vhost for this test alone."""
    with fresh_vhost(server) as vhost:
        yield vhost


@pytest.fixture(scope="session")
def can_start_a_node() -> None:
    """Nothing, where a private node can be started."""
    require_node()


@pytest.fixture
def node_folder(can_start_a_node: None, tmp_path: Path) -> Iterator[Path]:
    """A folder to start a private node in; what was started there is removed after the test."""
    folder = tmp_path / "node"
    yield folder
    node.remove(folder)


@pytest.fixture(scope="module")
def cluster(can_start_a_node: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Member]]:
    """Three nodes in a cluster, for the tests of one file that kill some of them."""
    require_installed_server()
    with new_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def nodes(cluster: list[Member]) -> Iterator[list[Address]]:
    """A vhost of this test alone, as each of the nodes has it; all of them run before the test and after it."""
    with connected(cluster[1].url, cluster[1].management) as server, fresh_vhost(server) as vhost:
        yield [one.address(vhost.quoted) for one in cluster]
        start_dead(cluster)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql_fixtures.Server]:
    """The PostgreSQL of this test run."""
    with postgresql_fixtures.private_server() as server:
        yield server


@pytest.fixture
def postgresql(postgresql_server: postgresql_fixtures.Server) -> str:
    """The DSN of a database for this test alone."""
    name = postgresql_fixtures.new_name()
    with psycopg.connect(postgresql_server.dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgresql_server.dsn(name)
