"""A picture of what goes through a broker just now."""

import edatool
from edatool.routing.graph.graph import NodeId
from tests.watch.conftest import Watched


def test_queues_say_what_they_hold_and_which_of_them_nobody_reads(watched: Watched) -> None:
    with edatool.connect(watched.address, watched.routes) as vhost:
        found = edatool.graph(watched.routes, live=vhost)
    details = {key.name: one.details[-1] for key, one in found.nodes.items() if key.kind == "queue"}
    assert (details["deep"], details["unread"], details["lost"]) == ("4 held", "2 held", "not on the broker")
    assert found.nodes[NodeId("retry", "alone")].details == ("after 1h", "0 waiting")
    assert str(watched.address) in found.notes[0]


def test_rates_stand_on_the_lines_to_queues(watched: Watched) -> None:
    with edatool.connect(watched.address, watched.routes) as vhost:
        found = edatool.graph(watched.routes, queue="deep", live=vhost)
    assert all(one.rate and one.rate.endswith("/s") for one in found.edges if one.target == NodeId("queue", "deep"))
