"""What producers send, published once for each key and each signature."""

from edatool.frozen import frozen
from edatool.gateway.answers import Answer
from edatool.gateway.idempotency.answered import Answered
from edatool.gateway.posting import Posting
from edatool.gateway.senders.producers import Sender
from edatool.runtime.keys.claims import KeyStore

REMEMBERED = 24 * 3600.0
"""Seconds for which the answer to an Idempotency-Key is given again."""


@frozen
class RequestKeys:
    """What tells a request of a sender from others: its key, and its signature, where it has them."""

    key: str | None = None
    signature: str | None = None

    def of(self, number: int) -> "RequestKeys":
        """Return those of one event of many, which are numbered from 1."""
        return RequestKeys(*(one and f"{one}:{number}" for one in (self.key, self.signature)))


class KeyedPosting:
    """Publishes for ``posting``, with keys in a store."""

    def __init__(self, posting: Posting, keys: KeyStore) -> None:
        self.posting, self._answered = posting, Answered(keys)

    async def publish(
        self, sender: Sender, event: str, text: bytes, keys: RequestKeys, message_id: str | None = None
    ) -> Answer:
        """Publish a payload that is JSON text.

        A key is of one sender and one event, and the message id where there is no other. A signature is of one
        request: for another event, or under another key, it is refused.
        """

        async def publish() -> Answer:
            return await self.posting.publish(event, text, message_id or keys.key)

        async def once() -> Answer:
            if keys.key is None:
                return await publish()
            return await self._answered.answer("\n".join((sender.name, event, keys.key)), publish, REMEMBERED, text)

        if keys.signature is None:
            return await once()
        asked = "\n".join((event, keys.key or "")).encode() + b"\n" + text
        key = key_of_signature(sender, keys.signature)
        return await self._answered.answer(key, once, 2 * sender.tolerance, asked)


def key_of_signature(sender: Sender, signature: str) -> str:
    """Return the key under which it is remembered what a sender has signed so."""
    return "\n".join(("signature", sender.name, signature))
