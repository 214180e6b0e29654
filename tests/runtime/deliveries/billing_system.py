"""A billing system that speaks SOAP, made of zeep alone; what it knows of messages is its WSDL."""

from email.message import Message
from pathlib import Path
from typing import Any

import zeep
from lxml import etree
from zeep.helpers import serialize_object

FOLDER = Path(__file__).parents[2] / "checks/cases/wsdl"
NAMESPACES = {
    "Soap11": "http://schemas.xmlsoap.org/soap/envelope/",
    "Soap12": "http://www.w3.org/2003/05/soap-envelope",
}


class BillingSystem:
    def __init__(self, port: str, operation: str = "Bill") -> None:
        document = zeep.wsdl.Document(str(FOLDER / "billing.wsdl"), zeep.Transport())
        self._namespace = NAMESPACES[port]
        self._operation = document.services["Billing"].ports[port].binding.get(operation)

    def read(self, headers: Message, body: bytes) -> Any:
        """Return the parameters of a call as zeep reads them, of an operation with headers both."""
        envelope = etree.fromstring(body)
        assert envelope.tag == f"{{{self._namespace}}}Envelope"
        kind, action = headers.get_content_type(), f"urn:legacy:billing#{self._operation.name}"
        if "2003" in self._namespace:
            assert (kind, headers.get_param("action")) == ("application/soap+xml", action)
        else:
            assert (kind, headers["SOAPAction"]) == ("text/xml", f'"{action}"')
        return serialize_object(self._operation.input.deserialize(envelope), dict)

    def answer(self, **values: object) -> bytes:
        text: bytes = etree.tostring(self._operation.output.serialize(**values).content)
        return text
