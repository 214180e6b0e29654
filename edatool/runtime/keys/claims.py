"""What is asked of a store of idempotency keys, and what it answers."""

from typing import Literal, Protocol

from edatool.frozen import frozen

UNANSWERED = 24 * 3600.0
"""Seconds for which a key that was reopened, or whose lease was over, is kept for the same request."""


@frozen
class KeyClaim:
    """The request is the claimant's alone, until the lease is over; ``owner`` tells its claim from later ones."""

    key: str
    owner: str


@frozen
class Remembered:
    """The request was made before, and this was the answer."""

    text: str


InTheWay = Literal["in hand", "another request"]
"""The first request under the key has no answer yet; or it was another one."""
ClaimAnswer = KeyClaim | Remembered | InTheWay


class KeyStore(Protocol):
    """Remembers requests by their keys; used in one event loop, and with others of the same place at the same time.

    ``claim`` and ``remember`` return when what they say is as durable as the store is. All but ``close`` raise
    KeyStoreError where it cannot be used.
    """

    async def claim(self, key: str, request: str) -> ClaimAnswer:
        """Claim a key for a request, which is told from others under the same key by this text."""

    async def remember(self, claim: KeyClaim, answer: str, seconds: float) -> None:
        """Keep the answer for so long; nothing is changed where the claim was lost."""

    async def reopen(self, claim: KeyClaim) -> None:
        """Let the same request claim the key again, and no other, as nobody knows what became of it."""

    async def forget(self, claim: KeyClaim) -> None:
        """Let any request claim the key again, as nothing became of this one."""

    def close(self) -> None:
        """End the connection."""
