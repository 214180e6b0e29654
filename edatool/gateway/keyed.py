"""What producers send, published once for each key."""

from edatool.gateway.answered import Answered
from edatool.gateway.answers import Answer
from edatool.gateway.posting import Posting
from edatool.gateway.producers import Sender
from edatool.runtime.keys.claims import KeyStore

REMEMBERED = 24 * 3600.0
"""Seconds for which the answer to an Idempotency-Key is given again."""


class KeyedPosting:
    """Publishes for ``posting``, with keys in a store."""

    def __init__(self, posting: Posting, keys: KeyStore) -> None:
        self._posting, self._answered = posting, Answered(keys, REMEMBERED)

    async def publish(
        self, sender: Sender, event: str, text: bytes, key: str | None, message_id: str | None = None
    ) -> Answer:
        """Publish a payload that is JSON text; a key is of one sender and one event, and the message id by default."""
        if key is None:
            return await self._posting.publish(event, text, message_id)
        return await self._answered.answer(
            "\n".join((sender.name, event, key)),
            lambda: self._posting.publish(event, text, message_id or key),
            of=text,
        )
