"""The UsernameToken of WS-Security: OASIS, «Web Services Security: UsernameToken Profile» 1.0 and 1.1."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Any

from edatool.frozen import frozen

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
SECURITY = f"{{{WSSE}}}Security"
DIGEST = f"{_OASIS}-username-token-profile-1.0#PasswordDigest"
TEXT = f"{_OASIS}-username-token-profile-1.0#PasswordText"
BASE64 = f"{_OASIS}-soap-message-security-1.0#Base64Binary"
_TOKEN, _TIMESTAMP = f"{{{WSSE}}}UsernameToken", f"{{{WSU}}}Timestamp"
_LONGEST_NONCE = 128


@frozen
class PasswordDigest:
    """What a digest is made of beside the password; ``created`` is in the sender's own words.

    One follows the other in it: a space at the end of the nonce could as well begin the time, which would then be a
    token with another nonce and the same digest. So no time with spaces around it is a time.
    """

    nonce: bytes
    created: str

    def of(self, password: bytes) -> bytes:
        """Return the digest of a password, in base64."""
        made = self.nonce + self.created.encode() + password
        return base64.b64encode(hashlib.sha1(made).digest())  # noqa: S324 - the profile has no other

    def is_of(self, password: bytes, shown: str) -> bool:
        """Whether the digest of a password is the one that is shown; how long it takes tells nothing of that."""
        return hmac.compare_digest(self.of(password), shown.encode())


@frozen
class UsernameToken:
    """A name with a password: in the clear, or what ``digest`` makes of it, in base64."""

    username: str
    password: str
    digest: PasswordDigest | None = None


def is_understood(security: Any) -> bool:
    """Whether a header Security has nothing in it but what is read here."""
    return all(one.tag in (_TOKEN, _TIMESTAMP) for one in security)


def username_token(security: Any) -> UsernameToken | None:
    """Return the one token of a header Security, None where there is none that can be read."""
    tokens = security.findall(_TOKEN)
    parts = {one.tag: one for one in tokens[0]} if len(tokens) == 1 else {}
    username, password = (parts.get(f"{{{WSSE}}}{name}") for name in ("Username", "Password"))
    if username is None or password is None or len(parts) != len(tokens[0]):
        return None
    name, shown, kind = username.text or "", (password.text or ""), password.get("Type")
    if kind in (None, TEXT):
        return UsernameToken(name, shown)
    nonce, created = _nonce(parts.get(f"{{{WSSE}}}Nonce")), parts.get(f"{{{WSU}}}Created")
    if kind != DIGEST or nonce is None or created is None:
        return None
    return UsernameToken(name, shown.strip(), PasswordDigest(nonce, created.text or ""))


def has_expired(security: Any, now: float) -> bool:
    """Whether a header Security says that it is over at ``now``, in seconds since 1970."""
    told = [(one.text or "").strip() for one in security.findall(f"{_TIMESTAMP}/{{{WSU}}}Expires")]
    return any((until := seconds(text)) is None or until <= now for text in told)


def seconds(text: str) -> float | None:
    """Return a time with its zone in seconds since 1970, None where it is no such time, or has spaces around it."""
    try:
        found = datetime.fromisoformat(text)
        return found.timestamp() if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _nonce(element: Any) -> bytes | None:
    try:
        nonce = base64.b64decode((element.text or "").strip(), validate=True) if element is not None else b""
    except (binascii.Error, ValueError):
        return None
    return nonce if 0 < len(nonce) <= _LONGEST_NONCE else None
