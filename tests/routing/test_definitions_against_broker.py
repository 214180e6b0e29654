"""What is made of a definitions file is what RabbitMQ makes of it, and what RabbitMQ refuses is refused."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from edatool.broker import address
from edatool.broker.http.management import Management
from edatool.routing.definitions.definitions import VhostDefinitions, take
from edatool.routing.topology import Binding, Topology, collect
from tests.broker_fixtures import Vhost
from tests.routing import handwritten


def test_hand_written_definitions_are_read_as_rabbitmq_reads_them(vhost: Vhost) -> None:
    compare(vhost, range(50))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_many_hand_written_definitions_are_read_as_rabbitmq_reads_them(vhost: Vhost) -> None:
    compare(vhost, range(1000, 1600))


def compare(vhost: Vhost, numbers: range) -> None:
    taken: dict[int, Topology] = {}
    for number in numbers:
        definitions = handwritten.definitions(number)
        answer = vhost.api.post(f"/api/definitions/{vhost.quoted}", json=definitions)
        ours = read(definitions, vhost)
        if answer.is_success and ours:
            taken[number] = ours.topology
        elif answer.is_success:
            assert list(refused_with_a_reason(definitions, vhost)), (number, definitions)
        elif ours:
            assert list(taken_with_a_reason(definitions, vhost)), (number, definitions, answer.text)
    with Management(address.parse(vhost.url, vhost.management), vhost.name) as management:
        there = management.read()
    # Before 4.3 RabbitMQ cannot delete a queue that is bound to an exchange without auto_delete.
    for name in there.exchanges:
        vhost.api.delete(f"/api/exchanges/{vhost.quoted}/{name}").raise_for_status()
    live = by_number(there)
    assert len(taken) > len(numbers) / 10
    for number, topology in taken.items():
        # RabbitMQ declares many at once, and of two of one name not always the first comes first.
        if has_twice(handwritten.definitions(number)):
            continue
        assert live.get(number, Topology()) == topology, (number, handwritten.definitions(number))


def read(definitions: dict[str, Any], vhost: Vhost) -> VhostDefinitions | None:
    found = take(
        {"queues": [], **definitions, "original_vhost_name": "x"}, vhost.name, access=False, administration=False
    )
    return None if found.refused else found


def by_number(there: Topology) -> dict[int, Topology]:
    """Return what each file has made; a binding is of the file of its destination."""
    objects: dict[int, list[Any]] = {}
    for one in there.objects:
        name = getattr(one, "destination", None) or one.name  # type: ignore[union-attr]
        # A binding whose key was left out: only exchanges that do not look at it have such.
        same = replace(one, key="") if isinstance(one, Binding) and one.key == "undefined" else one
        objects.setdefault(int(name.partition(".")[0]), []).append(same)
    return {number: collect(found) for number, found in objects.items()}


def entries(definitions: dict[str, Any], section: str) -> list[dict[str, Any]]:
    return list(definitions.get(section, []))


def has_twice(definitions: dict[str, Any]) -> bool:
    names = [(key, one["name"]) for key in ("exchanges", "queues") for one in entries(definitions, key)]
    return len(names) != len(set(names))


def taken_with_a_reason(definitions: dict[str, Any], vhost: Vhost) -> Iterator[str]:
    """Yield why something that this RabbitMQ refuses is taken."""
    sections = ("exchanges", "queues", "bindings")
    if any("arguments" in one and one["arguments"] is None for key in sections for one in entries(definitions, key)):
        yield "null for an empty table: many writers write it"
    if any(one.get("routing_key") is None for one in entries(definitions, "bindings")):
        yield "no routing key: RabbitMQ takes it for other exchanges than topics"
    if vhost.version < (4,) and any(
        not {"durable", "auto_delete"} <= one.keys() for one in entries(definitions, "queues")
    ):
        yield "RabbitMQ 4.0 and later take queues that do not say whether they are durable"
    if vhost.version < (4, 3) and any("durable" not in one for one in entries(definitions, "exchanges")):
        yield "RabbitMQ 4.3 takes exchanges that do not say whether they are durable"
    if vhost.version < (4,) and any(one.get("apply-to") == "streams" for one in entries(definitions, "policies")):
        yield "later versions have policies for streams"
    if vhost.version >= (4,) and entries(definitions, "bindings"):
        yield "RabbitMQ 3 passes over bindings of what is not there"


def refused_with_a_reason(definitions: dict[str, Any], vhost: Vhost) -> Iterator[str]:
    """Yield why something that this RabbitMQ takes is refused."""
    if any(
        not {"source", "destination"} <= {k for k, v in one.items() if isinstance(v, str)}
        for one in entries(definitions, "bindings")
    ):
        yield "RabbitMQ 3 passes over a binding of nothing"
