import io
import json
from typing import Any

import pytest

import edatool
from edatool.contracts.limits import DEEPEST
from edatool.routing.importing.source import defined
from edatool.routing.topology import Topology

MADE: list[tuple[str, str, dict[str, Any]]] = [
    ("rabbitmq_vhost", "shop", {"id": "shop", "name": "shop", "max_queues": "10", "description": "", "tracing": False}),
    (
        "rabbitmq_exchange",
        "events",
        {
            "id": "events@shop",
            "name": "events",
            "vhost": "shop",
            "settings": [
                {"type": "topic", "durable": True, "auto_delete": False, "arguments": {"alternate-exchange": "dead"}}
            ],
        },
    ),
    (
        "rabbitmq_queue",
        "orders",
        {
            "id": "orders@shop",
            "name": "orders",
            "vhost": "shop",
            "settings": [
                {
                    "durable": True,
                    "auto_delete": False,
                    "arguments": None,
                    "arguments_json": '{"x-queue-type":"quorum","x-delivery-limit":5}',
                }
            ],
        },
    ),
    (
        "rabbitmq_queue",
        "plain",
        {
            "name": "plain",
            "vhost": "shop",
            "settings": [{"durable": True, "auto_delete": False, "arguments": {}, "arguments_json": None}],
        },
    ),
    (
        "rabbitmq_binding",
        "orders",
        {
            "id": "shop/events/orders/queue/order.%23",
            "source": "events",
            "vhost": "shop",
            "destination": "orders",
            "destination_type": "queue",
            "properties_key": "order.%23",
            "routing_key": "order.#",
            "arguments": {},
            "arguments_json": None,
        },
    ),
    (
        "rabbitmq_policy",
        "limits",
        {
            "name": "limits",
            "vhost": "shop",
            "policy": [
                {
                    "pattern": "^tmp",
                    "priority": 2,
                    "apply_to": "queues",
                    "definition": {"max-length": "5", "overflow": "reject-publish"},
                }
            ],
        },
    ),
    ("rabbitmq_user", "somebody", {"name": "somebody", "password": "never shown"}),
    ("aws_vpc", "main", {"cidr_block": "10.0.0.0/16"}),
]


def shown(made: list[tuple[str, str, dict[str, Any]]] = MADE) -> dict[str, Any]:
    """A state as terraform show -json prints it, half of it in a module."""
    resources = [
        {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "values": values}
        for kind, name, values in made
    ]
    data = {"address": "data.rabbitmq_vhost.x", "mode": "data", "type": "rabbitmq_vhost", "name": "x", "values": {}}
    root = {"resources": [data, *resources[:3]], "child_modules": [{"address": "module.m", "resources": resources[3:]}]}
    return {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": root}}


def kept(made: list[tuple[str, str, dict[str, Any]]] = MADE) -> dict[str, Any]:
    """A state as terraform.tfstate keeps it."""
    resources = [
        {
            "mode": "managed",
            "type": kind,
            "name": name,
            "provider": 'provider["registry.terraform.io/cyrilgdn/rabbitmq"]',
            "instances": [{"schema_version": 0, "attributes": values, "sensitive_attributes": []}],
        }
        for kind, name, values in made
    ]
    return {"version": 4, "terraform_version": "1.9.0", "serial": 3, "resources": resources}


def taken(state: object) -> tuple[Topology, list[str]]:
    text = state if isinstance(state, str) else json.dumps(state, indent=1)
    found = defined(edatool.read_terraform_state(io.BytesIO(text.encode())), None, administration=False)
    return found.topology, [str(one) for one in found.besides]


@pytest.mark.parametrize("state", [shown(), kept()], ids=["show", "tfstate"])
def test_resources_of_all_types_are_taken_over(state: dict[str, Any]) -> None:
    there, _ = taken(state)
    assert there.exchanges["events"].arguments == {"alternate-exchange": "dead"}
    assert (there.exchanges["events"].type, there.exchanges["events"].durable) == ("topic", True)
    assert there.queues["orders"].arguments == {"x-queue-type": "quorum", "x-delivery-limit": 5}
    assert (there.queues["plain"].type, there.queues["plain"].durable) == ("classic", True)
    assert [str(one) for one in there.bindings.values()] == ["events -> queue orders [order.#]"]
    (limits,) = there.policies.values()
    assert (limits.pattern, limits.apply_to, limits.priority) == ("^tmp", "queues", 2)
    assert limits.definition == {"max-length": 5, "overflow": "reject-publish"}
    assert there.size == 5


@pytest.mark.parametrize("state", [shown(), kept()], ids=["show", "tfstate"])
def test_all_that_is_left_out_is_listed(state: dict[str, Any]) -> None:
    said = [one.partition(": ")[2] for one in taken(state)[1]]
    behind = "is not taken over: keep it where it is managed now"
    assert said == [
        f"W403 max_queues of rabbitmq_vhost.shop {behind}",
        f"W403 rabbitmq_user.somebody {behind}",
        f"W403 what is not of RabbitMQ (1 aws_vpc) {behind}",
    ]


def test_places_are_those_in_the_state() -> None:
    text = json.dumps(kept(), indent=1)
    place = next(one for one in taken(kept())[1] if "rabbitmq_user" in one).split(":")[1]
    before = text.splitlines()[: int(place)]
    assert [line for line in before if '"type": "' in line][-1].strip() == '"type": "rabbitmq_user",'


def test_resources_of_one_name_have_their_keys_and_modules_in_their_address() -> None:
    state = kept([MADE[0], MADE[6]])
    state["resources"][1] |= {"module": "module.m"}
    state["resources"][1]["instances"][0]["index_key"] = "a"
    state["resources"][1]["instances"].append({"deposed": "01", "attributes": {}})
    state["resources"][1]["instances"].append({"attributes_flat": {}})
    (_, user, *others) = taken(state)[1]
    assert [one.partition("W403 ")[2].partition(" is not")[0] for one in others] == [
        "module.m.rabbitmq_user.somebody (deposed 01)",
        "module.m.rabbitmq_user.somebody",
    ]
    assert 'module.m.rabbitmq_user.somebody["a"] is not taken over' in user


def test_nodes_of_a_policy_are_a_list_again() -> None:
    policy = {"pattern": "", "priority": 0, "apply_to": "all", "definition": {"ha-mode": "nodes", "ha-params": "a,b"}}
    there, _ = taken(kept([("rabbitmq_policy", "p", {"name": "p", "vhost": "/", "policy": [policy]})]))
    assert there.policies["p"].definition == {"ha-mode": "nodes", "ha-params": ["a", "b"]}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("{", "-:1:2: not JSON"),
        ("[]", "is no state that can be read: write one with terraform show -json"),
        ({"version": 3, "modules": []}, "is no state that can be read"),
        ({"format_version": "1.0", "planned_values": {}}, "is no state that can be read"),
        (kept([]), "is no Terraform state with exchanges"),
        (kept([MADE[7]]), "is no Terraform state with exchanges"),
        ("[" * (DEEPEST + 1), "nested deeper"),
        (kept([("rabbitmq_queue", "q", {"vhost": "/"})]), "the queue '?' lacks name: a string is needed"),
        (
            kept([("rabbitmq_queue", "q", {"name": "q", "settings": [{"arguments_json": "{"}]})]),
            "-, arguments_json of rabbitmq_queue.q:1:2: not JSON",
        ),
        (kept([("rabbitmq_queue", "q", {"name": "q", "settings": [{"arguments_json": "[1]"}]})]), "as arguments"),
        (kept([("rabbitmq_exchange", "e", {"name": "e", "settings": 5})]), "lacks type"),
        (kept([("rabbitmq_policy", "p", {"name": "p", "policy": [{"definition": 1, "pattern": ""}]})]), "definition"),
    ],
)
def test_what_cannot_be_read_is_refused(state: object, words: str) -> None:
    with pytest.raises(edatool.WrongUsage) as caught:
        taken(state)
    assert words in str(caught.value)
    assert "never shown" not in str(caught.value)
