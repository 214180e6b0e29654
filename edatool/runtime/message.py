"""An event and its payload to the message that carries it."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from edatool.broker.publishing import Message
from edatool.contracts.contract import Contract
from edatool.contracts.violation import Violation
from edatool.routing.addressing import address
from edatool.spec.spec import Event, Spec


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes messages of one event; ``now`` gives the seconds since the epoch."""

    event: Event
    contract: Contract | None
    app_id: str
    now: Callable[[], float] = time.time

    def write(self, payload: object, body: bytes) -> Message | list[Violation]:
        """Return the message for a payload and its JSON text, or everything that breaks the contract."""
        if self.contract and not self.contract.is_valid(payload):
            return self.contract.violations(payload)
        addressed = address(self.event, payload)
        if isinstance(addressed, list):
            return addressed
        return Message(
            exchange=addressed.exchange,
            key=addressed.key,
            headers=addressed.headers,
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
