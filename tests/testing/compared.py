"""Messages of the broker in memory and of a live one, in a form in which they can be compared."""

from edatool.routing.version import Version
from edatool.testing.held import RETURNS_GO_ON, Held
from tests.testing.live_queues import Got


def seen(held: Held, version: Version) -> tuple[object, ...]:
    headers = dict(held.headers)
    if version < RETURNS_GO_ON and held.deaths:
        headers.pop("x-delivery-count", None)
    return held.body, held.exchange, held.key, held.type, held.message_id, headers


def told(got: Got, version: Version) -> tuple[object, ...]:
    """What the live broker tells of a message, without what is not modelled."""
    method, properties, body = got
    headers = {name: value for name, value in (properties.headers or {}).items() if name != "x-acquired-count"}
    stale = version < RETURNS_GO_ON and "x-death" in headers
    if stale:
        headers.pop("x-delivery-count", None)
    for death in headers.get("x-death", []):
        del death["time"]
    return body, method.exchange, method.routing_key, properties.type, properties.message_id, headers
