"""What the receiver's own schema refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from edatool.contracts.contract import Contract
from edatool.contracts.load import load
from edatool.runtime.consume.failures import Reject
from edatool.runtime.deliveries.message import DeliveredMessage
from edatool.spec.deliveries import delivery
from tests.runtime.deliveries.endpoint import Endpoint
from tests.runtime.deliveries.partner_shop import Shop
from tests.runtime.triggers.consumed import consumed

NUMBERED = {"required": ["number"], "properties": {"number": {"type": "integer"}}}


def test_what_the_receiver_refuses_is_never_sent_and_a_dead_letter_with_the_reason(
    shop: Shop, partner: Endpoint
) -> None:
    shop.publish("B-1", "A-1")
    assert shop.deliver("of-customer-a", 2) == {"done": 1, "dead": 1}
    assert [json.loads(body)["id"] for _, _, body in partner.got] == ["A-1"]
    (reason,) = shop.reasons()
    assert reason.startswith('of-customer-a.json refuses what is made of it: /customer: "A" was expected')


@pytest.fixture
def receiver(tmp_path: Path) -> Contract:
    (tmp_path / "receiver.json").write_text(json.dumps(NUMBERED))
    contracts, wrong = load(tmp_path, ["receiver.json"])
    assert not wrong
    return contracts["receiver.json"]


@pytest.mark.parametrize("kind", ["binary", "structured", "payload"])
def test_the_payload_is_looked_at_as_it_is_posted_in_every_format(receiver: Contract, kind: str) -> None:
    def posted(payload: object, **said: Any) -> Any:
        event = consumed(payload=payload, body=json.dumps(payload).encode())
        made = DeliveredMessage(delivery("partner", {"format": kind, **said}, ""), [], receiver)(event)
        body = json.loads(made.body)
        return body["data"] if kind == "structured" else body

    with pytest.raises(Reject, match=r'^receiver.json refuses what is made of it: "number" is a required property'):
        posted({"id": 7})
    with pytest.raises(Reject, match="/number: "):
        posted({"id": "A-1"}, fields={"number": "data.id"})
    assert posted({"number": 7}) == posted({"id": 7}, fields={"number": "data.id"}) == {"number": 7}
