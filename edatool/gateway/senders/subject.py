"""The subject of a client certificate, as text."""

from collections.abc import Sequence

_SHORT = {
    "commonName": "CN",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "countryName": "C",
    "localityName": "L",
    "stateOrProvinceName": "ST",
    "streetAddress": "street",
    "domainComponent": "DC",
    "userId": "UID",
}
_SPECIAL = frozenset(b',+"\\<>;')

Name = Sequence[tuple[str, str]]


def subject_text(names: Sequence[Name]) -> str:
    """Write a subject, as ``SSLSocket.getpeercert`` has it, in the words of ``openssl x509 -nameopt RFC2253``.

    RFC 2253 turns the order of the certificate around.
    """
    return ",".join(
        "+".join(f"{_SHORT.get(kind, kind)}={_escaped(value)}" for kind, value in one) for one in reversed(names)
    )


def _escaped(value: str) -> str:
    text = "".join(
        f"\\{chr(byte)}" if byte in _SPECIAL else chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:02X}"
        for byte in value.encode()
    )
    if text.startswith(("#", " ")):
        text = f"\\{text}"
    return f"{text[:-1]}\\ " if text.endswith(" ") and len(value) > 1 else text
