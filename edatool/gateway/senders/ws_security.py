"""Senders that show who they are in the header Security of an envelope."""

import time
from typing import Any

from edatool.gateway.senders.producers import Sender, Senders
from edatool.runtime.keys.claims import KeyClaim, KeyStore
from edatool.soap.username_token import PasswordDigest, UsernameToken, has_expired, seconds, username_token

TOLERANCE = 300.0
"""Seconds by which the time of a digest may differ from ours: what the UsernameToken Profile advises."""


class WsSecurity:
    """Knows those of ``senders`` that have a password, or a token; used in one event loop."""

    def __init__(self, senders: Senders, keys: KeyStore) -> None:
        self.senders, self._keys = senders, keys

    async def sender(self, security: Any, *, is_secret: bool) -> Sender | str:
        """Return whose header Security this is, or why it is nobody's, for who runs the service.

        Raises:
            KeyStoreError: nobody knows whether it was shown before.
        """
        now, token = time.time(), None if security is None else username_token(security)
        if token is None:
            return "it has no UsernameToken that can be read"
        if has_expired(security, now):
            return "its Timestamp is over"
        if token.digest is not None:
            return await self._of_digest(token, token.digest, now)
        return self._of_text(token) if is_secret else "it shows a password without TLS"

    def _of_text(self, token: UsernameToken) -> Sender | str:
        found = self.senders.by_token(token.username, token.password.encode())
        return found or "its name or its password is wrong"

    async def _of_digest(self, token: UsernameToken, digest: PasswordDigest, now: float) -> Sender | str:
        created = seconds(digest.created)
        if created is None or abs(now - created) > TOLERANCE:
            return f"it was not created within {TOLERANCE:.0f} s of now"
        found = None
        # All are compared, so that how long it takes tells nothing.
        for one in self.senders.known:
            if one.password and digest.is_of(one.password, token.password) and token.username == one.name:
                found = one
        if found is None:
            return "its name or its digest is wrong"
        claim = await self._keys.claim("\n".join(("nonce", found.name, digest.nonce.hex())), "")
        if not isinstance(claim, KeyClaim):
            return "its nonce was used before"
        # It could be used until then: from so long before its time until so long after it.
        await self._keys.remember(claim, "", 2 * TOLERANCE)
        return found
