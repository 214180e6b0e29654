"""How a producer shows who it is, in the words of OpenAPI."""

import re
from typing import Any

from edatool.frozen import frozen
from edatool.spec.producing import SpecProducer
from edatool.spec.signatures import SpecSignature
from edatool.webhooks.scheme import SECRET_PREFIX, Scheme, scheme_of

_NOT_IN_A_NAME = re.compile("[^A-Za-z0-9._-]")
"""Names of components in OpenAPI 3.1 have no other characters."""


@frozen
class Secured:
    """The schemes by name, and the ways to be known, any of which is enough; a way takes all of its schemes."""

    schemes: dict[str, Any]
    ways: list[dict[str, list[str]]]


def secured(producer: SpecProducer) -> Secured:
    """Return the ways in which a producer is known."""
    ways: list[dict[str, Any]] = []
    if producer.tokens:
        ways.append({"token": {"type": "http", "scheme": "bearer"}})
    if producer.tokens or producer.password:
        ways.append({"password": {"type": "http", "scheme": "basic"}})
    if producer.certificate:
        ways.append({"certificate": {"type": "mutualTLS"}})
    if producer.signature:
        ways.append(_signature(producer.signature))
    schemes = {name: scheme for way in ways for name, scheme in way.items()}
    return Secured(schemes, [{name: [] for name in way} for way in ways])


def _signature(signature: SpecSignature) -> dict[str, Any]:
    """Return a scheme for each header that a signature takes, for OpenAPI has none of several headers."""
    scheme = scheme_of(signature)
    signed = [".".join(path.names[1:]).lower() for path in scheme.signed.fields if path.names[0] == "headers"]
    when = f"when the request was signed, in seconds since 1970, within {signature.tolerance:g} s of the gateway's time"
    about = dict.fromkeys(signed, "It is signed, too.")
    if scheme.timestamp:
        about[scheme.timestamp.header] = f"{scheme.timestamp.prefix}TIMESTAMP: {when}."
    about[scheme.signature.header] = _about(scheme, when)
    return {
        f"signature.{_NOT_IN_A_NAME.sub('_', name)}": {
            "type": "apiKey",
            "in": "header",
            "name": name,
            "description": text,
        }
        for name, text in about.items()
    }


def _about(scheme: Scheme, when: str) -> str:
    value, timestamp = f"{scheme.signature.prefix}SIGNATURE", ""
    if scheme.timestamp and scheme.timestamp.header == scheme.signature.header:
        value = scheme.signature.separator.join((f"{scheme.timestamp.prefix}TIMESTAMP", value))
        timestamp = f" {{timestamp}} is TIMESTAMP, {when}."
    key = "a secret of the producer"
    if scheme.secret_in_base64:
        key += f", which is base64 behind {SECRET_PREFIX}"
    made = f"the HMAC-{scheme.algorithm.upper()}, in {scheme.encoding}, of {scheme.signed} by {key}"
    body = "{body} is the body as it is sent, and nothing where there is none"
    return f"{value}: SIGNATURE is {made}. {body}.{timestamp} A signature is good for one request."
