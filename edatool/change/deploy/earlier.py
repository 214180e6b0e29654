"""The spec as the last apply left it."""

from collections.abc import Mapping
from typing import Any

from edatool.broker.http import stored_specs as on_broker
from edatool.broker.session import Session
from edatool.checks.stored import from_json
from edatool.errors import BrokerError, NeedsPerson
from edatool.routes import Routes
from edatool.spec.load import load_text


def read_earlier(vhost: Session, spec: str) -> Routes | None:
    """Return the spec that was applied last: its topology does not tell how events were published, nor its filters.

    None where it is not known: what becomes of messages may be uncertain then.
    """
    try:
        return earlier_of(on_broker.read(vhost, spec), spec)
    except (BrokerError, NeedsPerson):
        return None


def earlier_of(kept: Mapping[str, Any], spec: str) -> Routes | None:
    """Return the spec that is kept on the broker in this form, None where it cannot be read."""
    try:
        found = load_text(from_json(kept, spec).routes, spec)
    except NeedsPerson:
        return None
    return None if any(one.prevents_use for one in found.findings) else Routes(found.spec, {})
