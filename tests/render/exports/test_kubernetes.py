import re
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from edatool.render.exports.exported import Exported
from edatool.render.exports.kubernetes import resources as exported_resources
from edatool.render.exports.kubernetes_names import resource_name
from edatool.routing.compile import compile_spec
from edatool.routing.settings import SHOVEL, parameter
from edatool.routing.topology import Binding, Exchange, Policy, Queue, Topology, topology
from edatool.spec.load import load_text
from tests.routing.importing.generated import topologies

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
    "OperatorPolicy": {
        *("applyTo", "definition", "name", "pattern", "priority", "rabbitmqClusterReference"),
        "vhost",
    },
    "Vhost": {"name", "tracing", "tags", "defaultQueueType", "limits", "rabbitmqClusterReference"},
    "User": {"tags", "importCredentialsSecret", "rabbitmqClusterReference"},
    "Permission": {"user", "userReference", "vhost", "permissions", "rabbitmqClusterReference"},
    "TopicPermission": {"user", "userReference", "vhost", "permissions", "rabbitmqClusterReference"},
    "Federation": {
        *("name", "vhost", "rabbitmqClusterReference", "uriSecret", "prefetch-count", "ackMode", "expires"),
        *("messageTTL", "maxHops", "reconnectDelay", "trustUserId", "exchange", "queue"),
    },
    "Shovel": {
        *("name", "vhost", "rabbitmqClusterReference", "uriSecret", "ackMode", "prefetchCount", "reconnectDelay"),
        *("addForwardHeaders", "deleteAfter", "srcDeleteAfter", "srcPrefetchCount", "destAddForwardHeaders"),
        *("destAddTimestampHeader", "destProtocol", "destQueue", "destExchange", "destExchangeKey"),
        *("destPublishProperties", "destAddress", "destApplicationProperties", "destProperties"),
        *("destMessageAnnotations", "srcProtocol", "srcQueue", "srcExchange", "srcExchangeKey"),
        *("srcConsumerArgs", "srcAddress"),
    },
}
REQUIRED = {
    "Exchange": {"name", "rabbitmqClusterReference"},
    "Queue": {"name", "rabbitmqClusterReference"},
    "Binding": {"rabbitmqClusterReference"},
    "Policy": {"definition", "name", "pattern", "rabbitmqClusterReference"},
    "OperatorPolicy": {"definition", "name", "pattern", "rabbitmqClusterReference"},
    "Vhost": {"name", "rabbitmqClusterReference"},
    "User": {"rabbitmqClusterReference"},
    "Permission": {"vhost", "permissions", "rabbitmqClusterReference"},
    "TopicPermission": {"vhost", "permissions", "rabbitmqClusterReference"},
    "Federation": {"name", "rabbitmqClusterReference", "uriSecret"},
    "Shovel": {"name", "rabbitmqClusterReference", "uriSecret"},
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
        *there.policies.values(),
    ]


@settings(deadline=None)
@given(topologies(), st.sampled_from(("shop", "Größe", "", "x" * 300)))
def test_the_resources_declare_the_topology_under_valid_and_different_names(there: Topology, prefix: str) -> None:
    found = resources(exported_resources(there, prefix, "/", "rabbit"))
    assert [declared(one) for one in found] == as_the_operator_can(there)
    names = [(one["kind"], one["metadata"]["name"]) for one in found]
    assert len(set(names)) == len(names)
    assert all(DNS_NAME.fullmatch(name) and len(name) <= 253 for _, name in names)


@settings(deadline=None)
@given(topologies())
def test_the_fields_are_those_of_the_custom_resource_definitions(there: Topology) -> None:
    for one in resources(exported_resources(there, "shop", "a", "rabbit")):
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
    local = parameter(SHOVEL, "s", {"src-uri": "amqp://", "dest-uri": "amqp://", "src-protocol": "local"})
    exported = exported_resources(
        topology([Exchange("e", "topic", internal=True)], settings=[local]), "shop", "/", "rabbit"
    )
    assert [one["kind"] for one in resources(exported)] == ["Exchange"]
    assert [note.code for note in exported.notes] == ["W421", "W421"]
    assert "(e)" in exported.notes[0].message
    assert "(s)" in exported.notes[1].message


def test_policies_for_streams_are_exported() -> None:
    there = topology(policies=[Policy("p", ".", "streams", 0, {"max-age": "1D"})])
    exported = exported_resources(there, "shop", "/", "rabbit")
    assert [one["spec"]["applyTo"] for one in resources(exported)] == ["streams"]
    assert exported.notes == ()


ADMINISTERED = """\
edatool: 1
name: shop
virtual_host:
  description: Orders
  tags: [prod]
  default_queue_type: quorum
  limits: {max_connections: 10, max_queues: 20}
users:
  order-service:
    password: {env: ORDER_PASSWORD}
    tags: [management, impersonator]
    permissions: {configure: "^order", read: ".*"}
    topic_permissions: {events: {write: "^order[.]"}}
  certificate: {permissions: {}}
operator_policies:
  bounds: {pattern: "^order", definition: {max-length: 5}, priority: 2}
federation_upstreams:
  far: {uri: [{env: FAR_URI}, "amqp://near"], prefetch_count: 5, message_ttl: 1m, settings: {bind-nowait: true}}
shovels:
  move:
    source: {uri: "amqp://", queue: a, prefetch_count: 3}
    destination: {uri: {file: dest.uri}, exchange: b, exchange_key: c, add_forward_headers: true}
    reconnect_delay: 5s
    settings: {src-delete-after: never}
"""


def test_what_administrators_declare_is_exported_without_secrets() -> None:
    spec = load_text(ADMINISTERED, "routes.yaml").spec
    exported = exported_resources(compile_spec(spec), "shop", "a", "rabbit")
    found = {(one["kind"], one["metadata"]["name"]): one["spec"] for one in resources(exported)}
    for (kind, _), fields in found.items():
        assert fields.pop("rabbitmqClusterReference") == {"name": "rabbit"}
        assert REQUIRED[kind] - {"rabbitmqClusterReference"} <= fields.keys() <= FIELDS[kind]
    assert found["Vhost", "shop-vhost"] == {
        "name": "a",
        "tags": ["prod"],
        "defaultQueueType": "quorum",
        "limits": {"connections": 10, "queues": 20},
    }
    user = {"tags": ["management"], "importCredentialsSecret": {"name": "shop-order-service-user"}}
    assert found["User", "shop-order-service"] == user
    assert found["Permission", "shop-order-service"] == {
        "userReference": {"name": "shop-order-service"},
        "vhost": "a",
        "permissions": {"configure": "^order", "write": "", "read": ".*"},
    }
    (topic,) = [fields for (kind, _), fields in found.items() if kind == "TopicPermission"]
    assert topic["permissions"] == {"exchange": "events", "write": "^order[.]", "read": ""}
    assert found["OperatorPolicy", "shop-bounds"] == {
        "name": "bounds",
        "vhost": "a",
        "pattern": "^order",
        "applyTo": "queues",
        "priority": 2,
        "definition": {"max-length": 5},
    }
    assert found["Federation", "shop-far"] == {
        "name": "far",
        "vhost": "a",
        "uriSecret": {"name": "shop-far-federation-upstream"},
        "prefetch-count": 5,
        "messageTTL": 60000,
    }
    assert found["Shovel", "shop-move"] == {
        "name": "move",
        "vhost": "a",
        "uriSecret": {"name": "shop-move-shovel"},
        "reconnectDelay": 5,
        "srcProtocol": "amqp091",
        "srcQueue": "a",
        "srcPrefetchCount": 3,
        "srcDeleteAfter": "never",
        "destProtocol": "amqp091",
        "destExchange": "b",
        "destExchangeKey": "c",
        "destAddForwardHeaders": True,
    }
    said = [str(note) for note in exported.notes]
    assert "W421 the operator has no words for all of the vhost (description): apply it with edatool" in said
    assert "W421 the operator has no words for all of the user order-service (the tag impersonator)" in "".join(said)
    assert "W421 the operator has no words for all of the federation upstream far (bind-nowait)" in "".join(said)
    made = [one for one in said if one.startswith("W422")]
    assert len(made) == 4
    assert "keys username (order-service), password (as in the environment variable ORDER_PASSWORD)" in made[0]
    assert "keys srcUri (amqp://), destUri (as in the file dest.uri)" in "".join(made)
