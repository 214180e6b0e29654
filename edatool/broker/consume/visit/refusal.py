"""Why the broker closed a channel over a message, where the words name what it does not take."""

import re

from edatool.broker.publish.blame import largest_body
from edatool.frozen import frozen

_EXCHANGE = re.compile(r"(?:no exchange|access to exchange|cannot publish to internal exchange) '([^']*)'")
_DEFAULT = "amq.default"
"""What RabbitMQ calls the default exchange where it refuses to let somebody publish to it."""


@frozen
class Refusal:
    """No message goes to ``exchange``, or none whose body is over ``most_bytes``; ``words`` are the broker's."""

    words: str
    exchange: str | None
    most_bytes: int | None

    def concerns(self, exchange: str, size: int) -> bool:
        """Tell whether it holds for a message to an exchange with a body of so many bytes."""
        return (exchange or _DEFAULT) == self.exchange or (self.most_bytes is not None and size > self.most_bytes)


def refusal(words: str) -> Refusal | None:
    """Read the words with which a channel was closed; None where they name no exchange and no size."""
    found, most = _EXCHANGE.search(words), largest_body(words)
    if found is None and most is None:
        return None
    return Refusal(words, found[1] if found else None, most)
