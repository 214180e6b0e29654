"""Messages of the broker in memory and of a live one, in a form in which they can be compared."""

from edatool.testing.held import HeldMessage
from tests.testing.live_queues import Got


def seen(held: HeldMessage) -> tuple[object, ...]:
    return held.body, held.exchange, held.key, held.type, held.message_id, held.redelivered, held.headers


def told(got: Got) -> tuple[object, ...]:
    """What the live broker tells of a message, without the times of its deaths, which are not modelled."""
    method, one, body = got
    headers = dict(one.headers or {})
    if "x-death" in headers:
        deaths = headers["x-death"]
        headers["x-death"] = [{name: death[name] for name in death if name != "time"} for death in deaths]
    return body, method.exchange, method.routing_key, one.type, one.message_id, method.redelivered, headers
