"""The header Security with which a call shows who makes it."""

import base64
import secrets
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from edatool.soap.username_token import BASE64, DIGEST, SECURITY, TEXT, WSSE, WSU, PasswordDigest
from edatool.soap.versions import SoapVersion
from edatool.spec.deliveries import SpecUsernameToken

_NONCE_BYTES = 16  # a nonce of so many is none that was there before
_WSSE = ElementMaker(namespace=WSSE, nsmap={"wsse": WSSE})
_WSU = ElementMaker(namespace=WSU, nsmap={"wsu": WSU})


def security(version: SoapVersion, token: SpecUsernameToken, password: str | None, now: float) -> Any:
    """Return the header of one call that is made at ``now``, in seconds since 1970; no other call has the same digest.

    Without a password it is for people: the place of the password is empty.

    Raises:
        ValueError: the name or the password has a character that XML has not.
    """
    shown = _WSSE.Password(Type=DIGEST if token.is_digest else TEXT)
    parts = [_WSSE.Username(token.username), shown]
    if password is not None and token.is_digest:
        created = datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = PasswordDigest(secrets.token_bytes(_NONCE_BYTES), created)
        shown.text = made.of(password.encode("utf-8", "surrogateescape")).decode()
        nonce = base64.b64encode(made.nonce).decode()
        parts += [_WSSE.Nonce(nonce, EncodingType=BASE64), _WSU.Created(created)]
    elif password is not None:
        shown.text = password
    namespaces = {"wsse": WSSE, "soap": version.namespace}
    header = etree.Element(SECURITY, {f"{{{version.namespace}}}mustUnderstand": "1"}, nsmap=namespaces)
    header.append(_WSSE.UsernameToken(*parts))
    return header
