"""What status says of a cluster of which a node is stopped."""

from pathlib import Path

import pytest

import edatool
from edatool.broker.address import Address
from edatool.watch.watch import Watch
from tests.cluster_fixtures import Member, start_dead
from tests.watch.conftest import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SPEC = """\
edatool: 1
name: shop
events:
  placed: {exchange: events}
exchanges:
  events: {type: topic}
queues:
  everywhere: {type: quorum}
  on-one-node: {type: classic}
bindings:
  - {queue: everywhere, events: [placed]}
  - {queue: on-one-node, events: [placed]}
"""


def test_a_stopped_node_and_the_queues_that_only_it_has_are_alerts(
    tmp_path: Path, cluster: list[Member], nodes: list[Address]
) -> None:
    (tmp_path / "routes.yaml").write_text(SPEC)
    routes = edatool.load(str(tmp_path / "routes.yaml"))
    with edatool.connect(nodes[0], routes) as session:
        edatool.deploy(routes, session)
    with edatool.Publisher(routes, nodes[0]) as publisher:
        for _ in range(3):
            assert publisher.publish("placed", {}).ok
    with edatool.connect(nodes[1], routes) as session:
        watch = Watch(routes, session)
        before = until(watch.look, lambda found: depths(found) == {"everywhere": 3, "on-one-node": 3})
        assert (alerts(before), before.unseen) == ([], ())
        cluster[0].kill()
        wrong = [(f"node {cluster[0].name}", "node"), ("on-one-node", "down")]
        until(watch.look, lambda found: alerts(found) == wrong and depths(found)["everywhere"] == 3)
        start_dead(cluster)
        until(watch.look, lambda found: depths(found) == depths(before) and alerts(found) == [])


def depths(status: edatool.Status) -> dict[str, int | None]:
    return {one.name: one.counts.messages for one in status.queues if one.counts}


def alerts(status: edatool.Status) -> list[tuple[str, str]]:
    return [(about, trouble.kind) for about, trouble in status.every if trouble.severity == "alert"]
