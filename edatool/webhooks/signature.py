"""Signatures of requests, made and checked. Whatever a stranger sends, nothing here raises."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from edatool.spec.template import FieldPath
from edatool.webhooks.request import WebhookRequest
from edatool.webhooks.scheme import HeaderPart, Scheme

_LONGEST_TIME = 12
"""Digits of a time in seconds: enough for thirty thousand years."""


def refusal(scheme: Scheme, keys: Sequence[bytes], request: WebhookRequest, now: float, tolerance: float) -> str | None:
    """Say why the signature of a request is not good, None where one of the keys has made it.

    ``now`` and ``tolerance`` are in seconds. What is said is for who runs the source, and not for the sender.
    """
    stated = _signatures(scheme.signature, request)
    if not stated:
        return f"the header {scheme.signature.header} has no signature"
    time = _time(scheme, request)
    if scheme.timestamp is not None:
        if not (time.isascii() and time.isdigit() and len(time) <= _LONGEST_TIME):
            return f"the header {scheme.timestamp.header} has no time in seconds"
        if abs(now - int(time)) > tolerance:
            return f"it was signed {abs(now - int(time)):.0f} s from now, and {tolerance:.0f} s are allowed"
    good = [_digest(scheme, key, request, time) for key in keys]
    # All are compared, so that the time it takes does not tell which key was nearly right.
    same = [hmac.compare_digest(_comparable(scheme, one), each) for one in stated for each in good]
    return None if any(same) else f"the signature in {scheme.signature.header} is of another secret, or another body"


def signed_digest(scheme: Scheme, request: WebhookRequest) -> str:
    """Return what tells what was signed from all else, whatever else a request has and how its signature is written."""
    return hashlib.sha256(_signed(scheme, request, _time(scheme, request))).hexdigest()


def signature(scheme: Scheme, key: bytes, request: WebhookRequest, now: float) -> dict[str, str]:
    """Return the headers that the sender of a request adds at a time, in seconds since 1970."""
    time = str(int(now))
    value = scheme.signature.prefix + _digest(scheme, key, request, time).decode()
    if scheme.timestamp is None:
        return {scheme.signature.header: value}
    stamp = scheme.timestamp.prefix + time
    if scheme.timestamp.header == scheme.signature.header:
        return {scheme.signature.header: scheme.signature.separator.join((stamp, value))}
    return {scheme.timestamp.header: stamp, scheme.signature.header: value}


def _time(scheme: Scheme, request: WebhookRequest) -> str:
    return "" if scheme.timestamp is None else (_signatures(scheme.timestamp, request) or [""])[0]


def _comparable(scheme: Scheme, stated: str) -> bytes:
    return _bytes(stated.lower() if scheme.encoding == "hex" else stated)


def _signatures(part: HeaderPart, request: WebhookRequest) -> list[str]:
    value = request.headers.get(part.header)
    return [] if value is None else part.found(value)


def _digest(scheme: Scheme, key: bytes, request: WebhookRequest, time: str) -> bytes:
    made = hmac.new(key, _signed(scheme, request, time), scheme.algorithm)
    return made.hexdigest().encode() if scheme.encoding == "hex" else base64.b64encode(made.digest())


def _signed(scheme: Scheme, request: WebhookRequest, time: str) -> bytes:
    def part(one: str | FieldPath) -> bytes:
        if isinstance(one, str):
            return one.encode("utf-8", "surrogatepass")
        match one.names:
            case ("body",):
                return request.body
            case ("timestamp",):
                return time.encode()
            case ("headers", *name):
                return _bytes(request.headers.get(".".join(name).lower(), ""))
        return b""

    return b"".join(map(part, scheme.signed.parts))


def _bytes(header: str) -> bytes:
    """Return the bytes of a header, which servers read as Latin-1."""
    return header.encode("latin-1", "replace")
