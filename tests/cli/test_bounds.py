"""Limits that would drop what a queue holds now, on a real broker: shown, refused, and accepted by name."""

import json
from pathlib import Path

import pika
import pytest

from edatool.broker.address import parse
from edatool.broker.amqp import parameters
from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun

POLICY = "policies:\n  limits: {{pattern: ^orders$, apply_to: queues, definition: {{{definition}}}}}\n"
HELD = 20


@pytest.fixture
def filled(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> Path:
    """The shop's spec, applied, with messages in the queue of orders."""
    assert edatool("apply", "--yes").code == 0
    with pika.BlockingConnection(parameters(parse(on_broker.url), on_broker.name)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for _ in range(HELD):
            channel.basic_publish("", "orders", b"12345")
    return shop / "routes.yaml"


def held(vhost: Vhost, queue: str = "orders") -> int:
    with pika.BlockingConnection(parameters(parse(vhost.url), vhost.name)) as connection:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


@pytest.mark.parametrize(
    "definition",
    ["max-length: 5", "max-length-bytes: 20", "message-ttl: 60000", "expires: 60000", "delivery-limit: 3"],
)
def test_a_policy_that_bounds_what_is_held_is_refused(
    filled: Path, edatool: EdatoolRun, on_broker: Vhost, definition: str
) -> None:
    filled.write_text(filled.read_text() + POLICY.format(definition=definition))
    name = definition.split(":", maxsplit=1)[0]
    sentence = f"queue orders holds {HELD} messages, and its policy limits sets {definition.replace(':', '')}"
    assert sentence in edatool("plan").out
    (found,) = json.loads(edatool("plan", "--format", "json").out)["tightenings"]
    assert (found["queue"], found["setting"], found["messages"], found["may_lose"]) == ("orders", name, HELD, True)
    assert f"holds {HELD} messages" in edatool("plan", "--format", "markdown").out
    refused = edatool("apply", "--yes")
    assert refused.code == 5
    assert f"{sentence}: let it be consumed first, or accept that messages go with --discard orders" in refused.out
    assert on_broker.api.get(f"/api/policies/{on_broker.quoted}").json() == []
    assert held(on_broker) == HELD


def test_a_limit_above_what_is_held_needs_no_word_and_one_below_drops_what_was_agreed_to(
    filled: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    spec = filled.read_text()
    filled.write_text(spec + POLICY.format(definition="max-length: 1000"))
    assert edatool("apply", "--yes").code == 0
    filled.write_text(spec + POLICY.format(definition="max-length: 5"))
    assert edatool("apply", "--yes", "--discard", "orders").code == 0
    assert "Nothing to do" in edatool("plan").out


def test_an_operator_policy_counts_and_a_queue_that_refuses_messages_keeps_them(
    filled: Path, edatool: EdatoolRun, on_broker: Vhost
) -> None:
    spec = filled.read_text()
    filled.write_text(spec + "operator_" + POLICY.format(definition="max-length: 5"))
    assert edatool("apply", "--yes").code == 5
    filled.write_text(spec + POLICY.format(definition="max-length: 5, overflow: reject-publish"))
    assert edatool("apply", "--yes").code == 0
    assert held(on_broker) == HELD


@pytest.mark.parametrize(
    "argument", ["max_length: 5", "max_length_bytes: 20B", "message_ttl: 1m", "expires: 1m", "max_length_bytes: 99B"]
)
def test_a_replacement_whose_new_queue_would_drop_what_the_old_one_holds_is_refused(
    filled: Path, edatool: EdatoolRun, on_broker: Vhost, argument: str
) -> None:
    filled.write_text(filled.read_text().replace("orders: {type: quorum}", f"orders: {{type: classic, {argument}}}"))
    refused = edatool("apply", "--yes", "--replace", "orders")
    assert refused.code == 5
    assert f"queue orders holds {HELD} messages, and its argument sets" in refused.out
    assert held(on_broker) == HELD


def test_an_exchange_in_which_messages_may_wait_is_removed_only_where_that_is_agreed_to(
    shop: Path, edatool: EdatoolRun, on_broker: Vhost, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In place of the type of a plugin that is not there, and of which RabbitMQ tells how many messages wait.
    monkeypatch.setattr("edatool.change.waiting.DELAYED", "fanout")
    spec = shop / "routes.yaml"
    spec.write_text("edatool: 1\nname: shop\nexchanges: {later: {type: fanout}, kept: {type: topic}}\n")
    assert edatool("apply", "--yes").code == 0
    spec.write_text("edatool: 1\nname: shop\nexchanges: {kept: {type: topic}}\n")
    refused = edatool("apply", "--yes")
    assert (refused.code, "exchange later may hold messages" in refused.out) == (5, True)
    assert "accept that messages go with --discard later" in edatool("plan").out
    assert edatool("apply", "--yes", "--discard", "later").code == 0
    assert edatool("plan", "--exit-code").code == 0
