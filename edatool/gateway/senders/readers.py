"""Who reads what the gateway tells of itself."""

import hashlib

from starlette.requests import Request

from edatool.errors import KeyStoreError
from edatool.gateway.answers import Refused
from edatool.gateway.idempotency.answered import in_hand, no_keys, other_request
from edatool.gateway.idempotency.keyed import key_of_signature
from edatool.gateway.senders.producers import Sender, Senders, who_are_you
from edatool.runtime.keys.claims import KeyClaim, KeyStore


class Readers:
    """Knows readers by whatever senders are known by; a signature is good for one path. Used in one event loop."""

    def __init__(self, senders: Senders, keys: KeyStore) -> None:
        self._senders, self._keys = senders, keys

    async def sender(self, request: Request) -> Sender:
        """Return who reads.

        Raises:
            Refused: it is nobody who may, or the signature was of another request.
            ClientDisconnect: the reader went away.
        """
        known = await self._senders.identified(request)
        if known is None:
            raise who_are_you()
        if known.signature is not None:
            try:
                await self._once(known.sender, known.signature, request.url.path)
            except KeyStoreError as error:
                raise Refused(no_keys(error)) from None
        return known.sender

    async def _once(self, sender: Sender, signature: str, path: str) -> None:
        """Remember what was read by a signature; the same may be read again."""
        of = hashlib.sha256(f"GET {path}".encode()).hexdigest()
        match await self._keys.claim(key_of_signature(sender, signature), of):
            case KeyClaim() as claim:
                await self._keys.remember(claim, "", 2 * sender.tolerance)
            case "another request":
                raise Refused(other_request())
            case "in hand":
                raise Refused(in_hand())
