"""Signatures as Standard Webhooks has them: one for each key, so that a key can be replaced."""

from collections.abc import Iterable, Sequence

from edatool.broker.http.secrets import resolve
from edatool.errors import WrongUsage
from edatool.spec.deliveries import SpecDelivery
from edatool.spec.signatures import SpecSignature
from edatool.webhooks.request import WebhookRequest
from edatool.webhooks.scheme import scheme_of
from edatool.webhooks.signature import signature

_SCHEME = scheme_of(SpecSignature("standard-webhooks", ()))
_ID = "webhook-id"


def keys_of(delivery: SpecDelivery) -> list[bytes]:
    """Return the keys by which a delivery is signed.

    Raises:
        WrongUsage: a secret is not there, or malformed.
    """
    return [key(delivery.name, resolve(one)) for one in delivery.secrets]


def signatures(event_id: str, body: bytes, keys: Sequence[bytes], now: float) -> dict[str, str]:
    """Return the headers of a body that is signed by each key at a time, in seconds since 1970."""
    request = WebhookRequest({_ID: event_id}, body)
    signed = [signature(_SCHEME, one, request, now) for one in keys]
    header = _SCHEME.signature.header
    return {_ID: event_id, **signed[0], header: _SCHEME.signature.separator.join(_values(header, signed))}


def _values(header: str, signed: Iterable[dict[str, str]]) -> list[str]:
    return [one[header] for one in signed]


def key(delivery: str, secret: str) -> bytes:
    """Return the key in a secret.

    Raises:
        WrongUsage: it is malformed.
    """
    found = _SCHEME.key(secret)
    if found is None:
        raise WrongUsage(f"a secret of the delivery {delivery!r} is malformed: it has to be whsec_ and base64")
    return found
