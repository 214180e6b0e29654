"""The billing system, older than the shop: it speaks SOAP, and nothing else.

python services/billing.py URL, with the URL of edatool gateway; its first line is its own URL. It writes an invoice
when it is called (schemas/billing.wsdl), and calls the shop when it has sent that.
"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import httpx

OWN, SHOPS = "urn:billing", "urn:shop:billing"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
numbers = count(43)


class Billing(BaseHTTPRequestHandler):
    """Writes invoices."""

    def do_POST(self) -> None:
        """Answer a call with the number of an invoice, and send that."""
        call = content(self.rfile.read(int(self.headers["Content-Length"])))
        print(f"is called with   {shown(call)}")
        invoice = {"number": f"{next(numbers):04}"}
        answer = element(OWN, "InvoiceWritten", invoice)
        print(f"  answers        {shown(answer)}")
        body = enveloped(answer)
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        of = {each: call.findtext(f"{{{OWN}}}{each}") or "" for each in ("order", "amount")}
        tell({**invoice, "order": of["order"], "total": of["amount"]})

    def log_message(self, *_: object) -> None:
        """Say nothing more of each call."""


def tell(invoice: dict[str, str]) -> None:
    """Tell the shop that an invoice was sent."""
    call = element(SHOPS, "invoice.sent", invoice)
    print(f"  calls          {shown(call)}")
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    answer = httpx.post(f"{sys.argv[1]}/soap/billing", content=enveloped(call), headers=headers)
    print(f"  is answered    {shown(content(answer.content))}", flush=True)


def element(namespace: str, name: str, children: dict[str, str]) -> Element:
    """Make an element with children in its namespace."""
    made = Element(f"{{{namespace}}}{name}")
    for each, text in children.items():
        SubElement(made, f"{{{namespace}}}{each}").text = text
    return made


def enveloped(inside: Element) -> bytes:
    """Return an envelope around an element."""
    envelope = Element(f"{{{SOAP}}}Envelope")
    SubElement(envelope, f"{{{SOAP}}}Body").append(inside)
    return ElementTree.tostring(envelope)


def content(envelope: bytes) -> Element:
    """Return what is in an envelope."""
    body = ElementTree.fromstring(envelope).find(f"{{{SOAP}}}Body")  # noqa: S314 - the shop is trusted
    assert body is not None
    return body[0]


def shown(one: Element) -> str:
    """Return an element as people read it."""
    return ElementTree.tostring(one, "unicode", default_namespace=one.tag[1:].partition("}")[0])


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Billing)
    print(f"http://127.0.0.1:{server.server_port}/soap", flush=True)
    server.serve_forever()
