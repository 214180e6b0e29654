"""Fixtures for all tests; those that need a RabbitMQ mark their tests ``broker``."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from edatool.broker.address import Address
from edatool.change.replacing import queue
from edatool.server import node
from tests import examples, postgresql_fixtures, redis_fixtures
from tests.broker_fixtures import Server, Vhost, any_server, connected, fresh_vhost, private_server, require_node
from tests.cluster_fixtures import Member, new_cluster, require_installed_server, start_dead
from tests.sessions import closed_at_the_end
from tests.tls_fixtures import Secured, behind_tls

examples.register()
os.environ.pop("GITHUB_ACTIONS", None)  # where these tests run is nothing that edatool is to know

NEED_A_BROKER = {"server", "can_start_a_node"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if NEED_A_BROKER.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("broker")
    # Files that mostly wait for a broker first: what mostly computes fills the cores at the end.
    waiting = {item.path for item in items if item.get_closest_marker("broker")}
    items.sort(key=lambda item: item.path not in waiting)


@pytest.fixture(scope="session")
def folder_of_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(scope="session")
def server(folder_of_run: Path) -> Iterator[Server]:
    """The RabbitMQ of this test run."""
    with any_server(folder_of_run / "server") as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def statistics_of_private_servers() -> Iterator[None]:
    """Be sure of statistics after twelve times the time in which a private server tells them, half a second."""
    with pytest.MonkeyPatch.context() as patch:
        if "EDATOOL_TEST_BROKER" not in os.environ:
            patch.setattr(queue, "STATISTICS_LAG", 6.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def measure_no_other_processes() -> None:
    """Measure what runs in the processes of the tests only: in those that they start it takes twice the time."""
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


@pytest.fixture(autouse=True)
def close_sessions() -> Iterator[None]:
    with closed_at_the_end():
        yield


@pytest.fixture
def vhost(server: Server) -> Iterator[Vhost]:
    """A vhost for this test alone."""
    with fresh_vhost(server) as vhost:
        yield vhost


@pytest.fixture
def secured(vhost: Vhost, tmp_path: Path) -> Iterator[Secured]:
    """The broker of this test behind TLS, for clients with a certificate."""
    with behind_tls(vhost, tmp_path) as secured:
        yield secured


@pytest.fixture(scope="session")
def can_start_a_node() -> None:
    """Nothing, where a private node can be started."""
    require_node()


@pytest.fixture(scope="module")
def own_folder(can_start_a_node: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a node for the tests of one file alone, such as may be killed."""
    require_installed_server()
    return tmp_path_factory.mktemp("own") / "node"


@pytest.fixture(scope="module")
def own_server(own_folder: Path) -> Iterator[Server]:
    """The server in it."""
    with private_server(own_folder) as server:
        yield server


@pytest.fixture
def node_folder(can_start_a_node: None, tmp_path: Path) -> Iterator[Path]:
    """A folder to start a private node in; what was started there is removed after the test."""
    folder = tmp_path / "node"
    yield folder
    node.remove(folder)


@pytest.fixture(scope="session")
def cluster(can_start_a_node: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Member]]:
    """Three nodes in a cluster, for the tests that kill some of them."""
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
    return postgresql_server.new_database()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the Redis of this test run."""
    with redis_fixtures.private_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The URL of a Redis with nothing in it."""
    import redis

    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
    return redis_server
