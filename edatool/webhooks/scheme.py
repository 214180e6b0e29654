"""Ways of signing a request with a shared secret, all of them an HMAC over a text with the body in it."""

import base64
import binascii
from typing import Literal

from edatool.frozen import frozen
from edatool.spec.signatures import SpecSignature
from edatool.spec.template import Template, parse

SECRET_PREFIX = "whsec_"  # noqa: S105 - what stands before a secret of Standard Webhooks


@frozen
class HeaderPart:
    """A part of a header: of the parts between ``separator`` one that begins with ``prefix``."""

    header: str
    prefix: str = ""
    separator: str = ""

    def found(self, value: str) -> list[str]:
        """Return what stands behind the prefix in each such part of a header's value."""
        parts = value.split(self.separator) if self.separator else [value]
        return [part.strip()[len(self.prefix) :] for part in parts if part.strip().startswith(self.prefix)]


@frozen
class Scheme:
    """Where the signature stands, what is signed, and how; ``id`` is the path of the request's id, where it has one."""

    signature: HeaderPart
    signed: Template
    algorithm: str = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    timestamp: HeaderPart | None = None
    secret_in_base64: bool = False
    id: str | None = None

    def key(self, secret: str) -> bytes | None:
        """Return the key that a secret stands for, None where it is malformed."""
        if not self.secret_in_base64:
            return secret.encode("utf-8", "surrogatepass")
        try:
            return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True) or None
        except (binascii.Error, ValueError):
            return None


def _template(text: str) -> Template:
    template = parse(text)
    return template if isinstance(template, Template) else Template(())


_STYLES = {
    # https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md: the symmetric signature, v1.
    "standard-webhooks": Scheme(
        HeaderPart("webhook-signature", "v1,", " "),
        _template("{headers.webhook-id}.{timestamp}.{body}"),
        encoding="base64",
        timestamp=HeaderPart("webhook-timestamp"),
        secret_in_base64=True,
        id="headers.webhook-id",
    ),
    # https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    "github": Scheme(HeaderPart("x-hub-signature-256", "sha256="), _template("{body}"), id="headers.x-github-delivery"),
    # https://docs.stripe.com/webhooks, "Verify manually"
    "stripe": Scheme(
        HeaderPart("stripe-signature", "v1=", ","),
        _template("{timestamp}.{body}"),
        timestamp=HeaderPart("stripe-signature", "t=", ","),
        id="data.id",
    ),
    # https://docs.slack.dev/authentication/verifying-requests-from-slack
    "slack": Scheme(
        HeaderPart("x-slack-signature", "v0="),
        _template("v0:{timestamp}:{body}"),
        timestamp=HeaderPart("x-slack-request-timestamp"),
        id="data.event_id",
    ),
}


def scheme_of(signature: SpecSignature) -> Scheme:
    """Return how a source's requests are signed; a template with errors signs nothing."""
    if signature.style is not None:
        return _STYLES[signature.style]
    return Scheme(
        HeaderPart(signature.header.lower(), signature.prefix),
        _template(signature.signed),
        signature.algorithm,
        signature.encoding,
        HeaderPart(signature.timestamp.lower()) if signature.timestamp else None,
    )
