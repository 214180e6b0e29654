"""Messages for which the broker closes the channel when they are sent on: it does not say which one it was."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from edatool.broker.properties import OF_QUEUES, raw
from edatool.broker.publish.blame import largest_body

MOST_REMEMBERED = 1000
"""Messages of which it is remembered that they cannot be sent."""


@dataclass(slots=True)
class Offenders:
    """Finds them by sending messages one by one; the same content is taken for the same message."""

    suspects: int = 0
    """How many messages are to be sent alone."""
    _largest: int | None = None
    """Bytes of the largest body that the broker takes, where it has refused a larger one."""
    _guilty: dict[bytes, None] = field(default_factory=dict)

    def closed(self, why: str, sent: Sequence[bytes]) -> None:
        """Note with which words the channel was closed while messages with these digests were on their way."""
        if (largest := largest_body(why)) is not None:
            self._largest = largest
            return
        if len(sent) == 1:
            self._guilty[sent[0]] = None
            if len(self._guilty) > MOST_REMEMBERED:
                del self._guilty[next(iter(self._guilty))]
        self.suspects = max(self.suspects, len(sent))

    def why_not(self, properties: Any, body: bytes) -> str:
        """Say why the broker does not take a message; nothing where it may."""
        if self.is_too_large(body):
            return f"it has {len(body)} bytes, and the broker takes {self._largest}"
        if self._guilty and digest_of(properties, body) in self._guilty:
            return "the broker closes the channel when it is sent on"
        return ""

    def is_too_large(self, body: bytes) -> bool:
        """Tell whether the broker takes no message with such a body, whatever its properties."""
        return self._largest is not None and len(body) > self._largest


def digest_of(properties: Any, body: bytes) -> bytes:
    """Return 16 bytes that stand for a message, whatever queues added to it."""
    content = raw(properties, without=OF_QUEUES).content
    return blake2b(len(content).to_bytes(8) + content + body, digest_size=16).digest()
