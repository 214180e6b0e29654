"""An operation of somebody's WSDL: which envelopes call it, and what its answers say."""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from threading import Lock
from typing import Any
from warnings import catch_warnings

from lxml import etree

from edatool.frozen import frozen
from edatool.soap.calling import NotCallable, element_of, headers_of
from edatool.soap.documents import Documents, RefusedWsdl
from edatool.soap.imported import validator_of
from edatool.soap.parameters import Composite, SoapElement, composite_of
from edatool.soap.versions import SOAP_11, SOAP_12, SoapVersion

_NAMESPACE = re.compile(r"\{[^{}]*\}")


@frozen
class SoapOperation:
    """An operation, document/literal; ``answer`` is None for one that answers no element with parts.

    ``header`` has the headers of SOAP that its binding declares, each by its name.
    """

    name: str
    version: SoapVersion
    action: str
    request: SoapElement
    answer: SoapElement | None
    header: Composite
    validator: Any
    """An ``lxml.etree.XMLSchema`` of the elements of all messages."""
    _one_by_one: Lock = field(default_factory=Lock)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of HTTP with which it is called: SOAP 1.1, section 6.1.1, and SOAP 1.2 part 2, section 7.1.4."""
        if self.version.is_first:
            return {"Content-Type": f"{self.version.content_type}; charset=utf-8", "SOAPAction": f'"{self.action}"'}
        action = f'; action="{self.action}"' if self.action else ""
        return {"Content-Type": f"{self.version.content_type}; charset=utf-8{action}"}

    def called_with(self, payload: object) -> Any:
        """Return the element that calls it with a payload.

        Raises:
            NotCallable: it has no such parameter, or its XSD refuses the value of one.
        """
        element = element_of(self.request, payload)
        wrong = self.violation(element)
        if wrong:
            raise NotCallable(wrong)
        return element

    def headers_with(self, payload: object) -> list[Any]:
        """Return the headers of SOAP that say a payload.

        Raises:
            NotCallable: it has no such header, or its XSD refuses what one says.
        """
        headers = headers_of(self.header, payload)
        wrong = next(filter(None, map(self.violation, headers)), None)
        if wrong:
            raise NotCallable(wrong)
        return headers

    def violation(self, element: Any) -> str | None:
        """Return how an element breaks the XSD, None where it does not."""
        with self._one_by_one:  # for what is wrong is kept by the validator
            if self.validator.validate(element):
                return None
            message: str = self.validator.error_log[0].message
        return _NAMESPACE.sub("", message).rstrip(".")


def read_operation(documents: Documents, name: str, port: str | None = None) -> SoapOperation:
    """Read an operation of a WSDL; without a port it is called by the first that has it.

    Raises:
        RefusedWsdl: there is none that can be called, or the WSDL is wrong.
        ImportError: zeep is not installed.
    """
    from zeep.wsdl.bindings.soap import Soap11Binding, SoapBinding  # noqa: PLC0415 - an extra

    ports = _ports(documents)
    found = [
        one.binding
        for one in ports
        if isinstance(one.binding, SoapBinding) and port in (None, one.name) and name in one.binding.all()
    ]
    if not found:
        raise RefusedWsdl(_none_such(ports, name, port))
    binding = found[0]
    operation = binding.get(name)
    if operation.style != "document":
        raise RefusedWsdl(f"the operation {name!r} is not document/literal: no other is called")
    version = SOAP_11 if isinstance(binding, Soap11Binding) else SOAP_12
    request, answer = _element(operation.input), _element(operation.output) if operation.output else None
    if request is None:
        raise RefusedWsdl(f"what the operation {name!r} is called with is not one element with others")
    action, header = operation.soapaction or "", _header(operation.input)
    return SoapOperation(name, version, action, request, answer, header, validator_of(documents))


def _header(message: Any) -> Composite:
    """Return the headers that a message may have; none is required, as WSDL 1.1 (section 3.7) tells nothing of that."""
    parts = composite_of(message.header.type).parts.values()
    return Composite({etree.QName(one.tag).localname: replace(one, is_required=False) for one in parts})


def _element(message: Any) -> SoapElement | None:
    from zeep.xsd import ComplexType  # noqa: PLC0415 - an extra

    body = message.body
    # zeep makes a Body of messages that have several elements.
    if body is None or etree.QName(body.qname).localname == "Body" or not isinstance(body.type, ComplexType):
        return None
    return SoapElement(body.qname.text, composite_of(body.type))


def _ports(documents: Documents) -> list[Any]:
    from zeep import Settings  # noqa: PLC0415 - an extra
    from zeep.wsdl import Document  # noqa: PLC0415 - an extra

    settings = Settings(forbid_dtd=True, forbid_entities=True)
    try:
        with catch_warnings(action="ignore"):  # of parts that are left out; what is called and missing is told below
            document = Document(documents.main, _Read(documents), settings=settings)
    except RefusedWsdl:
        raise
    except Exception as error:  # noqa: BLE001 - zeep raises whatever it stumbles over in what others have written
        raise RefusedWsdl(f"the WSDL cannot be read: {type(error).__name__}: {error}") from None
    return [port for service in document.services.values() for port in service.ports.values()]


class _Read:
    """What zeep loads documents with."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def load(self, url: str) -> bytes:
        return self._documents.at(url)


def _none_such(ports: list[Any], name: str, port: str | None) -> str:
    there = sorted({f"{operation} at {one.name}" for one in ports for operation in one.binding.all()})
    asked = f"{name!r} at the port {port!r}" if port else repr(name)
    return f"the WSDL has no operation {asked} that is called by SOAP: there is {', '.join(there) or 'none'}"
