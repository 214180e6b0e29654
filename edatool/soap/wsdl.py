"""A service as WSDL 1.1: document/literal, bound to SOAP 1.1 and SOAP 1.2."""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from edatool.soap.answer_types import ANSWERS, NAMESPACE, REFUSED, TAKEN
from edatool.soap.xml_types import XmlObject
from edatool.soap.xsd import xsd

_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_BINDINGS = {"Soap11": f"{_WSDL}soap/", "Soap12": f"{_WSDL}soap12/"}
_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"


def wsdl(name: str, namespace: str, operations: Mapping[str, XmlObject], address: str) -> bytes:
    """Return the WSDL of a service that is called at an address."""
    w = ElementMaker(namespace=_WSDL, nsmap={None: _WSDL, "tns": namespace, "answer": NAMESPACE})
    answers = [_message(w, one, f"answer:{one}") for one in ANSWERS]
    called = [_message(w, f"{one}.request", f"tns:{one}") for one in operations]
    port_type = w.portType(*(_operation(w, one) for one in operations), name=name)
    bindings = [_binding(w, f"{name}{kind}", name, soap, operations) for kind, soap in _BINDINGS.items()]
    ports = [
        w.port(
            ElementMaker(namespace=soap).address(location=address), name=f"{name}{kind}", binding=f"tns:{name}{kind}"
        )
        for kind, soap in _BINDINGS.items()
    ]
    root = w.definitions(
        w.types(xsd(namespace, operations), xsd(NAMESPACE, ANSWERS)),
        *called,
        *answers,
        port_type,
        *bindings,
        w.service(*ports, name=name),
        name=name,
        targetNamespace=namespace,
    )
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return text


def _message(w: Any, name: str, element: str) -> Any:
    return w.message(w.part(name="parameters", element=element), name=name)


def _operation(w: Any, name: str) -> Any:
    return w.operation(
        w.input(message=f"tns:{name}.request"),
        w.output(message=f"tns:{TAKEN}"),
        w.fault(message=f"tns:{REFUSED}", name=REFUSED),
        name=name,
    )


def _binding(w: Any, name: str, port_type: str, soap: str, operations: Mapping[str, XmlObject]) -> Any:
    s = ElementMaker(namespace=soap, nsmap={"soap": soap})
    bound = [
        w.operation(
            s.operation(soapAction="", style="document"),
            w.input(s.body(use="literal")),
            w.output(s.body(use="literal")),
            w.fault(s.fault(use="literal", name=REFUSED), name=REFUSED),
            name=one,
        )
        for one in operations
    ]
    return w.binding(s.binding(style="document", transport=_TRANSPORT), *bound, name=name, type=f"tns:{port_type}")
