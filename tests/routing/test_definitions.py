import pytest

from edatool.errors import WrongUsage
from edatool.routing.definitions.definitions import definitions_of, take, topology_of
from edatool.routing.definitions.vhosts import vhosts_of
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


def test_what_a_broker_exports_of_an_exchange_that_says_little_is_read_again(vhost: Vhost) -> None:
    little = {"name": "e", "type": "topic", "durable": True, "arguments": {}}
    vhost.api.post(f"/api/definitions/{vhost.quoted}", json={"exchanges": [little]}).raise_for_status()
    exported = vhost.api.get(f"/api/definitions/{vhost.quoted}").raise_for_status().json()
    assert topology_of(exported, vhost.name).exchanges == {"e": Exchange("e", "topic")}


def test_an_operator_policy_has_no_default_priority(vhost: Vhost) -> None:
    value: dict[str, object] = {"pattern": "^q", "definition": {"max-length": 5}}
    definitions = {"parameters": [{"component": "operator_policy", "name": "o", "value": value}]}
    for refused in (True, False):
        answer = vhost.api.post(f"/api/definitions/{vhost.quoted}", json=definitions)
        taken = take(definitions, vhost.name, access=False, administration=True)
        assert (answer.is_success, not taken.refused) == (not refused, not refused)
        value["priority"] = 0


def test_ignored_keys_are_told_in_the_order_of_the_file() -> None:
    entry = {"name": "q", "vhost": "/", "durable": True, **dict.fromkeys("zebra", 1)}
    taken = take({"queues": [entry]}, "/", access=False, administration=False)
    assert [one.path[-1] for one in taken.remarks] == list("zebra")


def test_all_of_an_export_of_one_vhost_counts_whatever_its_objects_name() -> None:
    definitions = definitions_of(ALL)
    definitions["policies"][0]["vhost"] = "shop"
    assert topology_of(definitions, "/") == ALL
    assert vhosts_of(definitions) == ["shop"]


def test_only_the_named_vhost_of_several_counts() -> None:
    a, b = definitions_of(ALL, "a"), definitions_of(topology(queues=[Queue("other")]), "b")
    both = {kind: a[kind] + b[kind] for kind in a}
    assert topology_of(both, "a") == ALL
    assert list(topology_of(both, "b").queues) == ["other"]
    assert topology_of(both, "c").size == 0


@pytest.mark.parametrize("named", ["its own", "another"])
def test_objects_that_name_a_vhost_are_imported_into_any(vhost: Vhost, named: str) -> None:
    name = vhost.name if named == "its own" else "not there"
    vhost.api.post(f"/api/definitions/{vhost.quoted}", json=definitions_of(ALL, name)).raise_for_status()
    exported = vhost.api.get(f"/api/definitions/{vhost.quoted}").raise_for_status().json()
    assert topology_of(exported, vhost.name) == ALL


@pytest.mark.parametrize("wrong", [None, [], {}, {"queues": {}}, {"queues": [{"durable": True}]}])
def test_what_is_no_definitions_file_is_refused(wrong: object) -> None:
    with pytest.raises(WrongUsage, match="definitions file"):
        topology_of(wrong, "/")
