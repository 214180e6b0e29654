import re
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.render.exports.exported import Exported
from edatool.render.exports.kubernetes import kubernetes, resource_name
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from tests.routing.imported.generated import topologies

DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")

# The fields of spec in the operator's custom resource definitions (config/crd/bases), and those that are required.
FIELDS = {
    "Exchange": {"arguments", "autoDelete", "durable", "name", "rabbitmqClusterReference", "type", "vhost"},
    "Queue": {
        *("arguments", "autoDelete", "deleteIfEmpty", "deleteIfUnused", "durable", "name"),
        *("rabbitmqClusterReference", "type", "vhost"),
    },
    "Binding": {
        *("arguments", "destination", "destinationType", "rabbitmqClusterReference", "routingKey", "source"),
        "vhost",
    },
    "Policy": {
        *("applyTo", "definition", "name", "pattern", "priority", "rabbitmqClusterReference"),
        "vhost",
    },
}
REQUIRED = {
    "Exchange": {"name", "rabbitmqClusterReference"},
    "Queue": {"name", "rabbitmqClusterReference"},
    "Binding": {"rabbitmqClusterReference"},
    "Policy": {"definition", "name", "pattern", "rabbitmqClusterReference"},
}


def resources(exported: Exported) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(exported.text) if one]


def declared(one: dict[str, Any]) -> Exchange | Queue | Binding | Policy:
    """Return what the operator declares for a resource."""
    spec = one["spec"]
    arguments = spec.get("arguments", {})
    match one["kind"]:
        case "Exchange":
            return Exchange(spec["name"], spec["type"], spec["durable"], spec["autoDelete"], arguments=arguments)
        case "Queue":
            typed = {"x-queue-type": spec["type"], **arguments}
            return Queue(spec["name"], spec["durable"], spec["autoDelete"], arguments=typed)
        case "Binding":
            to_exchange = spec["destinationType"] == "exchange"
            return Binding(spec["source"], spec["destination"], to_exchange, spec["routingKey"], arguments)
        case _:
            return Policy(spec["name"], spec["pattern"], spec["applyTo"], spec["priority"], spec["definition"])


def as_the_operator_can(there: Topology) -> list[Exchange | Queue | Binding | Policy]:
    return [
        *(
            Exchange(one.name, one.type, one.durable, one.auto_delete, arguments=one.arguments)
            for one in there.exchanges.values()
        ),
        *there.queues.values(),
        *there.bindings.values(),
        *(one for one in there.policies.values() if one.apply_to != "streams"),
    ]


@settings(deadline=None)
@given(topologies(), st.sampled_from(("shop", "Größe", "", "x" * 300)))
def test_the_resources_declare_the_topology_under_valid_and_different_names(there: Topology, prefix: str) -> None:
    found = resources(kubernetes(there, prefix, "/", "rabbit"))
    assert [declared(one) for one in found] == as_the_operator_can(there)
    names = [(one["kind"], one["metadata"]["name"]) for one in found]
    assert len(set(names)) == len(names)
    assert all(DNS_NAME.fullmatch(name) and len(name) <= 253 for _, name in names)


@settings(deadline=None)
@given(topologies())
def test_the_fields_are_those_of_the_custom_resource_definitions(there: Topology) -> None:
    for one in resources(kubernetes(there, "shop", "a", "rabbit")):
        assert one["apiVersion"] == "rabbitmq.com/v1beta1"
        assert REQUIRED[one["kind"]] <= one["spec"].keys() <= FIELDS[one["kind"]]
        assert one["spec"]["vhost"] == "a"
        assert one["spec"]["rabbitmqClusterReference"] == {"name": "rabbit"}


def test_a_name_that_kubernetes_takes_is_kept() -> None:
    assert resource_name(Queue("orders.retry.5s"), "shop") == "shop-orders.retry.5s"
    assert resource_name(Queue("Orders"), "shop").startswith("shop-orders-")


def test_bindings_that_differ_in_their_arguments_have_different_names() -> None:
    bindings = [
        Binding("e", "q", key="a", arguments=arguments) for arguments in ({}, {"n": 1}, {"n": "1"}, {"n": True})
    ]
    assert len({resource_name(one, "shop") for one in bindings}) == 4


def test_what_the_operator_cannot_do_is_said() -> None:
    there = topology(
        [Exchange("e", "topic", internal=True)], policies=[Policy("p", ".", "streams", 0, {"max-age": "1D"})]
    )
    exported = kubernetes(there, "shop", "/", "rabbit")
    assert [one["kind"] for one in resources(exported)] == ["Exchange"]
    assert [note.code for note in exported.notes] == ["W421", "W421"]
    assert "(e)" in exported.notes[0].message
    assert "(p)" in exported.notes[1].message
