"""SOAP 1.1 (W3C note of 2000) and SOAP 1.2 (recommendation of 2007): where they differ."""

from collections.abc import Mapping
from typing import Literal

from edatool.frozen import frozen

FaultKind = Literal["sender", "receiver", "version", "must-understand"]


@frozen
class SoapVersion:
    """The words of one version."""

    namespace: str
    content_type: str
    codes: Mapping[FaultKind, str]
    role: str
    """The attribute that tells whom a header is for."""
    own_roles: tuple[str, ...]
    is_first: bool

    def status(self, kind: FaultKind) -> int:
        """Return the HTTP status of a fault: SOAP 1.1 has 500 for all, SOAP 1.2 has 400 for those of the sender."""
        return 400 if kind == "sender" and not self.is_first else 500


SOAP_11 = SoapVersion(
    "http://schemas.xmlsoap.org/soap/envelope/",
    "text/xml",
    {
        "sender": "Client",
        "receiver": "Server",
        "version": "VersionMismatch",
        "must-understand": "MustUnderstand",
    },
    "actor",
    ("http://schemas.xmlsoap.org/soap/actor/next",),
    is_first=True,
)
_ROLES = "http://www.w3.org/2003/05/soap-envelope/role"
SOAP_12 = SoapVersion(
    "http://www.w3.org/2003/05/soap-envelope",
    "application/soap+xml",
    {
        "sender": "Sender",
        "receiver": "Receiver",
        "version": "VersionMismatch",
        "must-understand": "MustUnderstand",
    },
    "role",
    (f"{_ROLES}/next", f"{_ROLES}/ultimateReceiver"),
    is_first=False,
)
VERSIONS = {one.content_type: one for one in (SOAP_11, SOAP_12)}


@frozen
class XmlViolation:
    """What is wrong with an element, named by the way to it, such as ``order.placed/lines[2]/total``."""

    element: str
    message: str


@frozen
class SoapFault:
    """Why a message was not taken; without an ``outcome``, nothing was tried."""

    kind: FaultKind
    message: str
    outcome: str = ""
    violations: tuple[XmlViolation, ...] = ()
    message_id: str | None = None
    subcode: str | None = None
    """A code of WS-Security, with the prefix wsse."""


UNAUTHENTICATED = SoapFault("sender", "The sender is not known", subcode="wsse:FailedAuthentication")
"""Of a request that shows nothing that is known, whatever is wrong with it."""
