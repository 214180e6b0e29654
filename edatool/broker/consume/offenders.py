"""Messages for which the broker closes the channel when they are sent on: it does not say which one it was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from edatool.broker.properties import OF_QUEUES, raw

MOST_REMEMBERED = 1000
"""Messages of which it is remembered that they cannot be sent."""


@dataclass(slots=True)
class Offenders:
    """Finds them by sending messages one by one; the same content is taken for the same message."""

    suspects: int = 0
    """How many messages are to be sent alone."""
    _guilty: dict[bytes, None] = field(default_factory=dict)

    def closed(self, sent: Sequence[bytes]) -> None:
        """Note that the channel was closed while messages with these digests were on their way."""
        if len(sent) == 1:
            self._guilty[sent[0]] = None
            if len(self._guilty) > MOST_REMEMBERED:
                del self._guilty[next(iter(self._guilty))]
        self.suspects = max(self.suspects, len(sent))

    def has(self) -> bool:
        """Tell whether any message was found."""
        return bool(self._guilty)

    def on(self, digest: bytes) -> bool:
        """Tell whether a message is one of them."""
        return digest in self._guilty


def digest_of(properties: Any, body: bytes) -> bytes:
    """Return 16 bytes that stand for a message, whatever queues added to it."""
    content = raw(properties, without=OF_QUEUES).content
    return blake2b(len(content).to_bytes(8) + content + body, digest_size=16).digest()
