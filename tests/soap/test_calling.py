"""Payloads as elements of somebody's XSD, whatever that is made of, and back."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from edatool.soap.calling import NotCallable, payload_of
from edatool.soap.documents import Documents, RefusedWsdl
from edatool.soap.operation import SoapOperation, read_operation

WSDL = """\
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
             xmlns:a="urn:a" xmlns:b="urn:b" xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a">
  <types>TYPES</types>
  <message name="Call"><part name="parameters" element="a:Call"/></message>
  <portType name="P"><operation name="Call"><input message="a:Call"/></operation></portType>
  <binding name="P" type="a:P">
    <soap:binding style="STYLE" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Call"><soap:operation soapAction=""/><input><soap:body use="literal"/></input></operation>
  </binding>
  <service name="P"><port name="P" binding="a:P"><soap:address location="http://a.example"/></port></service>
</definitions>
"""
CALL = """<x:schema targetNamespace="urn:a"><x:element name="Call"><x:complexType>{}</x:complexType></x:element>{}
</x:schema>"""
SEQUENCE = "<x:sequence>{}</x:sequence>"
PRICE = """<x:element name="Price"><x:complexType><x:simpleContent><x:extension base="x:decimal">
<x:attribute name="currency" use="required"/></x:extension></x:simpleContent></x:complexType></x:element>"""
TREE = """<x:complexType name="Named"><x:sequence><x:element name="Name" type="x:token"/></x:sequence></x:complexType>
<x:complexType name="Tree"><x:complexContent><x:extension base="a:Named"><x:sequence>
<x:element name="Under" type="a:Tree" minOccurs="0" maxOccurs="9"/></x:sequence></x:extension></x:complexContent>
</x:complexType>"""
GROUP = """<x:group name="G"><x:sequence><x:element name="One" type="x:double"/><x:element name="Two"/></x:sequence>
</x:group>"""
LIST = '<x:simpleType name="T"><x:list itemType="x:int"/></x:simpleType>'


def operation(folder: Path, types: str, style: str = "document") -> SoapOperation:
    (folder / "a.wsdl").write_text(WSDL.replace("TYPES", types).replace("STYLE", style))
    return read_operation(Documents.read(folder, "a.wsdl"), "Call")


@pytest.mark.parametrize(
    ("types", "payload"),
    [
        (CALL.format(SEQUENCE.format(PRICE), ""), {"Price": {"currency": "EUR", "value": 12.5}}),
        (
            CALL.format(SEQUENCE.format(PRICE.replace("currency", "value")), ""),
            {"Price": {"attr__value": "EUR", "value": 12.5}},
        ),
        (
            CALL.format(SEQUENCE.format('<x:element name="Root" type="a:Tree"/>'), TREE),
            {"Root": {"Name": "a", "Under": [{"Name": "b", "Under": [{"Name": "c"}]}, {"Name": "d"}]}},
        ),
        (CALL.format(SEQUENCE.format('<x:group ref="a:G"/>'), GROUP), {"One": 1.5, "Two": "any"}),
        (CALL.format('<x:all><x:element name="A" type="x:int"/></x:all>', ""), {"A": 7}),
        (
            CALL.format(SEQUENCE.format('<x:element name="A" type="x:string" nillable="true" maxOccurs="3"/>'), ""),
            {"A": ["1", None, "3"]},
        ),
        (
            CALL.format(SEQUENCE.format('<x:element ref="b:B"/>'), "").replace(
                '"urn:a">', '"urn:a"><x:import namespace="urn:b"/>', 1
            )
            + '<x:schema targetNamespace="urn:b"><x:element name="B" type="x:boolean"/></x:schema>',
            {"B": True},
        ),
        (
            CALL.format(SEQUENCE.format('<x:element name="A" type="a:T"/>'), "")
            + f'<x:schema targetNamespace="urn:a">{LIST}</x:schema>',
            {"A": "1 2 3"},
        ),
    ],
    ids=[
        "simple content",
        "a name for two",
        "a type in itself",
        "a group",
        "all",
        "lists with nil",
        "another schema",
        "two of one namespace",
    ],
)
def test_what_an_operation_is_called_with_keeps_its_xsd_and_says_all_of_the_payload(
    types: str, payload: dict[str, Any], tmp_path: Path
) -> None:
    one = operation(tmp_path, types)
    element = one.called_with(payload)
    assert one.validator.validate(element)
    assert payload_of(one.request, etree.fromstring(etree.tostring(element))) == payload


def test_numbers_are_written_without_an_exponent(tmp_path: Path) -> None:
    one = operation(tmp_path, CALL.format(SEQUENCE.format('<x:element name="A" type="x:decimal" maxOccurs="9"/>'), ""))
    # Older libxml2 takes no more than 24 digits for a decimal.
    element = one.called_with({"A": [1e-7, 1e22, 10**23]})
    assert [child.text for child in element] == ["0.0000001", "1" + "0" * 22, "1" + "0" * 23]


def doubled(times: int) -> str:
    """Return groups of which each has the next one twice."""
    twice = '<x:group name="G{}"><x:sequence><x:group ref="a:G{}"/><x:group ref="a:G{}"/></x:sequence></x:group>'
    last = f'<x:group name="G{times}"><x:sequence><x:element name="A"/></x:sequence></x:group>'
    return "".join(twice.format(one, one + 1, one + 1) for one in range(times)) + last


@pytest.mark.parametrize(
    ("types", "style", "why"),
    [
        (CALL.format(SEQUENCE.format('<x:group ref="a:G0"/>'), doubled(30)), "document", "more than 20000 parts"),
        (CALL.format("", ""), "rpc", "not document/literal"),
        (
            '<x:schema targetNamespace="urn:a"><x:element name="Call" type="x:int"/></x:schema>',
            "document",
            "not one element",
        ),
        (CALL.format(SEQUENCE.format('<x:element name="A" type="a:None"/>'), ""), "document", "cannot be read"),
        (CALL.format("<x:sequence><x:element/></x:sequence>", ""), "document", "."),
    ],
)
def test_what_cannot_be_called_is_refused_with_its_reason(types: str, style: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedWsdl, match=why):
        operation(tmp_path, types, style)


def test_an_operation_that_only_the_binding_knows_is_not_there(tmp_path: Path) -> None:
    text = WSDL.replace("TYPES", CALL.format("", "")).replace("STYLE", "document")
    (tmp_path / "a.wsdl").write_text(text.replace('<operation name="Call"><input', '<operation name="Other"><input'))
    with pytest.raises(RefusedWsdl, match="no operation 'Call' that is called by SOAP: there is none"):
        read_operation(Documents.read(tmp_path, "a.wsdl"), "Call")


def test_a_service_in_many_files_is_put_together(tmp_path: Path) -> None:
    for folder in ("bindings", "types/shared"):
        (tmp_path / folder).mkdir(parents=True)
    schemas = '<x:schema><x:import namespace="urn:a" schemaLocation="../types/a.xsd"/></x:schema>'
    inner = WSDL.replace("TYPES", schemas).replace("STYLE", "document")
    service = inner[inner.index("  <service") : inner.index("</definitions>")]
    (tmp_path / "bindings/a.wsdl").write_text(inner.replace(service, ""))
    (tmp_path / "a.wsdl").write_text(
        '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" '
        f'xmlns:a="urn:a" targetNamespace="urn:b"><import namespace="urn:a" location="bindings/a.wsdl"/>{service}'
        "</definitions>"
    )
    head = '<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:b="urn:b"'
    (tmp_path / "types/a.xsd").write_text(
        f'{head} xmlns:a="urn:a" targetNamespace="urn:a" elementFormDefault="qualified">'
        '<x:include schemaLocation="shared/id.xsd"/><x:import namespace="urn:b" schemaLocation="shared/b.xsd"/>'
        '<x:element name="Call"><x:complexType><x:sequence><x:element name="Id" type="a:Id"/><x:element ref="b:Day"/>'
        "</x:sequence></x:complexType></x:element></x:schema>"
    )
    (tmp_path / "types/shared/id.xsd").write_text(  # of no namespace, so that it takes that of who includes it
        f'{head}><x:simpleType name="Id"><x:restriction base="x:string"><x:maxLength value="3"/></x:restriction>'
        "</x:simpleType></x:schema>"
    )
    (tmp_path / "types/shared/b.xsd").write_text(
        f'{head} targetNamespace="urn:b"><x:include schemaLocation="id.xsd"/><x:element name="Day" type="x:date"/>'
        "</x:schema>"
    )
    one = read_operation(Documents.read(tmp_path, "a.wsdl"), "Call")
    element = one.called_with({"Id": "007", "Day": "2026-12-01"})
    assert [child.tag for child in element] == ["{urn:a}Id", "{urn:b}Day"]
    with pytest.raises(NotCallable, match="maxLength"):
        one.called_with({"Id": "0007", "Day": "2026-12-01"})
