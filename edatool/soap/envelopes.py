"""Envelopes of SOAP 1.1 and 1.2: read strictly, and written."""

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from edatool.frozen import frozen
from edatool.soap import username_token
from edatool.soap.answer_types import NAMESPACE, REFUSED, TAKEN
from edatool.soap.username_token import SECURITY, WSSE
from edatool.soap.versions import SoapFault, SoapVersion

DEEPEST = 80
"""How many elements may be in each other: those of a payload, and the envelope's."""
MOST_ELEMENTS = 20_000
"""Of a message; a validator takes time by the square of those that are wrong."""
LONGEST_ATTRIBUTE = 4096
MOST_ATTRIBUTES = 32
"""Of one element."""
ADDRESSING = ("http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing")
"""WS-Addressing 1.0, and what came before it, in which a MessageID tells a message from all others."""
_SECURED = {"wsse": WSSE}
_TRUE = ("1", "true")
_MESSAGE_IDS = tuple(f"{{{namespace}}}MessageID" for namespace in ADDRESSING)


@frozen
class Envelope:
    """The one element that its body has, and of its headers the id that its sender has given it, and Security."""

    body: Any
    message_id: str | None = None
    security: Any = None


def envelope(raw: bytes, version: SoapVersion, *, is_answer: bool = False) -> Envelope | SoapFault:
    """Return what an envelope has in it, or why it is none.

    An answer may have any encoding, as it is the other side's to choose, and an empty body, which is None.
    """
    root = _read(raw, any_encoding=is_answer)
    if isinstance(root, SoapFault):
        return root
    if root.tag != f"{{{version.namespace}}}Envelope":
        return SoapFault("version", f"the root element is no Envelope of {version.namespace}, as the content type says")
    parts = list(root)
    header = parts.pop(0) if parts and parts[0].tag == f"{{{version.namespace}}}Header" else ()
    for block in header:
        if block.get(f"{{{version.namespace}}}mustUnderstand") in _TRUE and not _is_understood(block, version):
            return SoapFault("must-understand", f"the header {etree.QName(block).localname} is not understood here")
    is_body = len(parts) == 1 and parts[0].tag == f"{{{version.namespace}}}Body"
    if is_body and is_answer and not len(parts[0]):
        return Envelope(None)
    if not is_body or len(parts[0]) != 1:
        return SoapFault("sender", "an Envelope has a Header, if any, and one Body with one element")
    message_id = next((block.text or "" for block in header if block.tag in _MESSAGE_IDS), None)
    security = [block for block in header if block.tag == SECURITY and _is_ours(block, version)]
    if len(security) > 1:
        return SoapFault("sender", "an Envelope has one header Security for each role")
    return Envelope(parts[0][0], message_id, security[0] if security else None)


def _read(raw: bytes, *, any_encoding: bool) -> Any | SoapFault:
    """Read XML without a DTD, in UTF-8 if not any; nothing outside of it is looked at."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        return SoapFault("sender", f"this is no XML: {error.msg}")
    about = root.getroottree().docinfo
    if about.internalDTD is not None or about.externalDTD is not None:
        return SoapFault("sender", "XML with a DTD is not read: leave DOCTYPE out")
    if not any_encoding and (about.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        return SoapFault("sender", f"XML in {about.encoding} is not read: send UTF-8")
    wrong = _over_limits(root)
    return root if wrong is None else wrong


def _over_limits(root: Any) -> SoapFault | None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if count > MOST_ELEMENTS:
            return SoapFault("sender", f"the message has more than {MOST_ELEMENTS} elements")
        if depth > DEEPEST:
            return SoapFault("sender", f"elements are nested deeper than {DEEPEST}")
        if len(element.attrib) > MOST_ATTRIBUTES:
            return SoapFault("sender", f"an element has more than {MOST_ATTRIBUTES} attributes")
        if any(len(value) > LONGEST_ATTRIBUTE for value in element.attrib.values()):
            return SoapFault("sender", f"an attribute is longer than {LONGEST_ATTRIBUTE} characters")
    return None


def _is_understood(block: Any, version: SoapVersion) -> bool:
    """Whether a header is read here, or need not be."""
    if block.tag == SECURITY:
        return username_token.is_understood(block)
    return block.tag in _MESSAGE_IDS or not _is_ours(block, version)


def _is_ours(block: Any, version: SoapVersion) -> bool:
    return block.get(f"{{{version.namespace}}}{version.role}") in (None, "", *version.own_roles)


def taken(version: SoapVersion, event: str, message_id: str, outcome: str) -> bytes:
    """Return the envelope for an event that was taken."""
    answer = etree.Element(f"{{{NAMESPACE}}}{TAKEN}", nsmap={None: NAMESPACE})
    _texts(answer, (("event", event), ("message_id", message_id), ("outcome", outcome)))
    return enveloped(version, answer)


def fault(version: SoapVersion, one: SoapFault) -> bytes:
    """Return the envelope of a fault, with its outcome and violations as details."""
    namespace = version.namespace
    root = etree.Element(f"{{{namespace}}}Fault", nsmap={"soap": namespace})
    code = f"soap:{version.codes[one.kind]}"
    if version.is_first:
        # SOAP 1.1 has these names without a namespace, and one code only.
        inside = etree.SubElement(root, "faultcode", nsmap=_SECURED if one.subcode else None)
        inside.text = one.subcode or code
        etree.SubElement(root, "faultstring").text = _clean(one.message)
    else:
        inside = etree.SubElement(root, f"{{{namespace}}}Code", nsmap=_SECURED if one.subcode else None)
        etree.SubElement(inside, f"{{{namespace}}}Value").text = code
        if one.subcode:
            subcode = etree.SubElement(inside, f"{{{namespace}}}Subcode")
            etree.SubElement(subcode, f"{{{namespace}}}Value").text = one.subcode
        reason = etree.SubElement(root, f"{{{namespace}}}Reason")
        text = etree.SubElement(reason, f"{{{namespace}}}Text")
        text.text = _clean(one.message)
        text.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    if one.outcome:
        detail = etree.SubElement(root, "detail" if version.is_first else f"{{{namespace}}}Detail")
        refused = etree.SubElement(detail, f"{{{NAMESPACE}}}{REFUSED}", nsmap={None: NAMESPACE})
        known = [("outcome", one.outcome), *([("message_id", one.message_id)] if one.message_id else [])]
        _texts(refused, known)
        for each in one.violations:
            violation = etree.SubElement(refused, f"{{{NAMESPACE}}}violation")
            _texts(violation, (("element", each.element), ("message", each.message)))
    return enveloped(version, root)


def enveloped(version: SoapVersion, inside: Any, headers: Sequence[Any] = ()) -> bytes:
    """Return the envelope that has an element in its body, with these headers."""
    root = etree.Element(f"{{{version.namespace}}}Envelope", nsmap={"soap": version.namespace})
    if headers:
        etree.SubElement(root, f"{{{version.namespace}}}Header").extend(headers)
    etree.SubElement(root, f"{{{version.namespace}}}Body").append(inside)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return text


def _texts(parent: Any, texts: Iterable[tuple[str, str]]) -> None:
    for name, text in texts:
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return "".join(one if one.isprintable() else " " for one in text)
