"""An event and its payload to the message that carries it."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from edatool.broker.publishing import Message
from edatool.checks.names import MAX_BYTES
from edatool.contracts.contract import Contract
from edatool.contracts.pointer import to_text
from edatool.contracts.violation import Violation
from edatool.spec.spec import Event, Spec
from edatool.spec.template import FieldPath, Template

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes messages of one event; ``now`` gives the seconds since the epoch."""

    event: Event
    contract: Contract | None
    app_id: str
    now: Callable[[], float] = time.time

    def write(self, payload: object, body: bytes) -> Message | list[Violation]:
        """Return the message for a payload and its JSON text, or everything that breaks the contract.

        The routing key is built from the payload, and payload fields are promoted to headers; a field in the key
        must be one word, and a promoted one a string, a whole number or a boolean (others have no header type
        that all clients agree on). A promoted field that is missing or null gives no header.
        """
        if self.contract and not self.contract.is_valid(payload):
            return self.contract.violations(payload)
        key = _key(self.event.key, payload)
        headers = _headers(self.event.headers, payload)
        if isinstance(key, Violation) or isinstance(headers, Violation):
            return [one for one in (key, headers) if isinstance(one, Violation)]
        return Message(
            exchange=self.event.exchange,
            key=key,
            headers=headers,
            body=body,
            type=self.event.name,
            message_id=str(uuid.uuid4()),
            app_id=self.app_id,
            timestamp=int(self.now()),
        )


def writers(spec: Spec, contracts: Mapping[str, Contract]) -> dict[str, Writer]:
    """Return a writer for each event of a spec, by the event's name."""
    return {
        event.name: Writer(event, contracts.get(event.schema or ""), event.producer or spec.name)
        for event in spec.events.values()
    }


def _key(template: Template, payload: object) -> str | Violation:
    words = []
    for part in template.parts:
        word = part if isinstance(part, str) else _word(part, payload)
        if isinstance(word, Violation):
            return word
        words.append(word)
    key = "".join(words)
    if len(key.encode()) > MAX_BYTES:
        return Violation("", f"the routing key would be over {MAX_BYTES} bytes: {key[:40]!r}...")
    return key


def _word(path: FieldPath, payload: object) -> str | Violation:
    value = _value(path, payload)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and value and "." not in value:
        return value
    if value is _ABSENT:
        return Violation(to_text(path.names), "the routing key needs this field, and it is missing")
    return Violation(to_text(path.names), f"the routing key needs one word without dots here, not {_brief(value)}")


def _headers(promoted: Mapping[str, FieldPath], payload: object) -> dict[str, str | int | bool] | Violation:
    headers: dict[str, str | int | bool] = {}
    for name, path in promoted.items():
        value = _value(path, payload)
        if isinstance(value, (str, bool)) or (isinstance(value, int) and -(2**63) <= value < 2**63):
            headers[name] = value
        elif value is not _ABSENT and value is not None:
            message = f"the header {name!r} takes a string, a whole number of 64 bits or a boolean, not {_brief(value)}"
            return Violation(to_text(path.names), message)
    return headers


def _value(path: FieldPath, payload: object) -> object:
    value = payload
    for name in path.names:
        if not isinstance(value, dict) or name not in value:
            return _ABSENT
        value = value[name]
    return value


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
