"""Idempotency keys in the memory of one process."""

import time
from dataclasses import dataclass

from edatool.runtime.keys.claims import UNANSWERED, ClaimAnswer, KeyClaim, Remembered

MOST = 100_000
"""So many keys are remembered; of more the oldest is forgotten."""


@dataclass
class _Known:
    request: str
    is_in_hand: bool = True
    answer: str | None = None
    until: float = float("inf")


class KeysInMemory:
    """A store that ends with its process, of ``most`` keys."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: dict[str, _Known] = {}

    async def claim(self, key: str, request: str) -> ClaimAnswer:
        """Do as ``KeyStore`` says."""
        self._tidy()
        known = self._known.get(key)
        if known and known.until > time.monotonic():
            if known.request != request:
                return "another request"
            if known.is_in_hand:
                return "in hand"
            if known.answer is not None:
                return Remembered(known.answer)
        self._put(key, _Known(request))
        return KeyClaim(key, "")

    async def remember(self, claim: KeyClaim, answer: str, seconds: float) -> None:
        """Do as ``KeyStore`` says."""
        request = self._known[claim.key].request
        self._put(claim.key, _Known(request, is_in_hand=False, answer=answer, until=time.monotonic() + seconds))

    async def reopen(self, claim: KeyClaim) -> None:
        """Do as ``KeyStore`` says."""
        known = self._known[claim.key]
        known.is_in_hand, known.until = False, time.monotonic() + UNANSWERED

    async def forget(self, claim: KeyClaim) -> None:
        """Do as ``KeyStore`` says."""
        del self._known[claim.key]

    def close(self) -> None:
        """Do nothing."""

    def _put(self, key: str, known: _Known) -> None:
        """Put a key behind all others."""
        self._known.pop(key, None)
        self._known[key] = known

    def _tidy(self) -> None:
        now = time.monotonic()
        while self._known:
            key, oldest = next(iter(self._known.items()))
            if oldest.is_in_hand or (oldest.until > now and len(self._known) <= self._most):
                return
            del self._known[key]
