"""A cluster of three, for tests that kill its nodes."""

from collections.abc import Iterator

import pytest

from edatool.broker.address import Address
from tests.broker_fixtures import connected, fresh_vhost
from tests.cluster_fixtures import Member, new_cluster, require_installed_server, start_dead


@pytest.fixture(scope="module")
def cluster(can_start_a_node: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Member]]:
    require_installed_server()
    with new_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def nodes(cluster: list[Member]) -> Iterator[list[Address]]:
    """A vhost of this test alone, as each of the nodes has it; all of them run before the test and after it."""
    with connected(cluster[1].url, cluster[1].management) as server, fresh_vhost(server) as vhost:
        yield [one.address(vhost.quoted) for one in cluster]
        start_dead(cluster)
