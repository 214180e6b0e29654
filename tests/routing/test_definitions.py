import pytest

from edatool.errors import WrongUsage
from edatool.routing.definitions import definitions_of, topology_of
from edatool.routing.topology import Binding, Exchange, Policy, Queue, topology
from tests.broker_fixtures import Vhost

ALL = topology(
    [Exchange("e", "topic", arguments={"alternate-exchange": "f"}), Exchange("f", "fanout", auto_delete=True)],
    [Queue("q", arguments={"x-queue-type": "classic", "x-max-length": 5})],
    [Binding("e", "q", key="a.#"), Binding("e", "f", to_exchange=True, key="#")],
    [Policy("p", "^q", "queues", 3, {"max-length": 3})],
)


def test_a_topology_is_the_same_after_it_was_written_and_read() -> None:
    assert topology_of(definitions_of(ALL), "/") == ALL


def test_rabbitmq_imports_what_is_written_and_exports_the_same(vhost: Vhost) -> None:
    vhost.api.post(f"/api/definitions/{vhost.quoted}", json=definitions_of(ALL)).raise_for_status()
    exported = vhost.api.get(f"/api/definitions/{vhost.quoted}").raise_for_status().json()
    assert topology_of(exported, vhost.name) == ALL


@pytest.mark.parametrize("wrong", [None, [], {}, {"queues": {}}, {"queues": [{"name": "q"}]}])
def test_what_is_no_definitions_file_is_refused(wrong: object) -> None:
    with pytest.raises(WrongUsage, match="definitions file"):
        topology_of(wrong, "/")
