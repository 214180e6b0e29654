"""Types of XML as XSD."""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from edatool.soap.xml_types import XmlField, XmlObject, XmlScalar

XSD = "http://www.w3.org/2001/XMLSchema"
_XS = ElementMaker(namespace=XSD, nsmap={"xs": XSD})


def xsd(namespace: str, elements: Mapping[str, XmlObject]) -> Any:
    """Return an XSD, as an element of lxml, of elements that have these types."""
    named = [_XS.element(_complex(one), name=name) for name, one in elements.items()]
    return _XS.schema(*named, targetNamespace=namespace, elementFormDefault="qualified")


def validator(schema: Any) -> Any:
    """Return the validator of an XSD, an ``lxml.etree.XMLSchema``."""
    return etree.XMLSchema(schema)


def _complex(one: XmlObject) -> Any:
    return _XS.complexType(_XS.sequence(*(_element(name, field) for name, field in one.fields.items())))


def _element(name: str, field: XmlField) -> Any:
    said = {"name": name, "minOccurs": str(field.least)}
    said["maxOccurs"] = "unbounded" if field.most is None else str(field.most)
    if field.is_nillable:
        said["nillable"] = "true"
    if isinstance(field.type, XmlObject):
        return _XS.element(_complex(field.type), **said)
    if not field.type.facets:
        return _XS.element(type=f"xs:{field.type.base}", **said)
    return _XS.element(_restricted(field.type), **said)


def _restricted(one: XmlScalar) -> Any:
    facets = [_XS(name, value=value) for name, value in one.facets]
    return _XS.simpleType(_XS.restriction(*facets, base=f"xs:{one.base}"))
