"""What a service of SOAP answers: an element, or a fault."""

from typing import Any

from edatool.frozen import frozen
from edatool.soap.envelopes import Envelope, envelope
from edatool.soap.versions import SOAP_11, SOAP_12, FaultKind, SoapFault, SoapVersion


@frozen
class AnsweredFault:
    """A fault; ``kind`` is None where its code is one of the service's own."""

    kind: FaultKind | None
    code: str
    message: str

    def __str__(self) -> str:
        return f"the fault {self.code}: {self.message}"


def read_answer(raw: bytes) -> Any | AnsweredFault | SoapFault:
    """Return the element of an answer, None where its body is empty, its fault, or why it is no SOAP.

    A fault may be of another version than the call, as that may be what it is about.
    """
    read, version = envelope(raw, SOAP_11, is_answer=True), SOAP_11
    if isinstance(read, SoapFault) and read.kind == "version":
        read, version = envelope(raw, SOAP_12, is_answer=True), SOAP_12
    if isinstance(read, Envelope):
        element = read.body
        is_fault = element is not None and element.tag == f"{{{version.namespace}}}Fault"
        return _fault(element, version) if is_fault else element
    return read


def _fault(element: Any, version: SoapVersion) -> AnsweredFault:
    """Read a fault: SOAP 1.1, section 4.4, and SOAP 1.2 part 1, section 5.4."""
    names = {"s": version.namespace}
    if version.is_first:
        codes, texts = element.xpath("*[local-name()='faultcode']"), element.xpath("*[local-name()='faultstring']")
    else:
        codes = element.xpath("s:Code//s:Value", namespaces=names)
        texts = element.xpath("s:Reason/s:Text", namespaces=names)
    said = [" ".join((one.text or "").split()) for one in codes]
    kind = _kind(codes[0], said[0], version) if codes else None
    message = "".join(texts[0].itertext()) if texts else ""
    return AnsweredFault(kind, " ".join(said) or "without a code", message)


def _kind(element: Any, code: str, version: SoapVersion) -> FaultKind | None:
    prefix, _, name = code.rpartition(":")
    # Many leave out the prefix that they should write.
    if prefix and element.nsmap.get(prefix) != version.namespace:
        return None
    kinds = {word: kind for kind, word in version.codes.items()}
    return kinds.get(name.partition(".")[0])  # SOAP 1.1 has codes such as Client.Authentication
