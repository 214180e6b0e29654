"""JSON to the elements that an operation is called with, and its answers to JSON: by the types of its XSD."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from edatool.soap.parameters import Composite, Parameter, SoapElement
from edatool.soap.payloads import NIL, is_nil, number


class NotCallable(Exception):
    """A payload says what an operation has no place for; the message names the place."""


def element_of(of: SoapElement, payload: object) -> Any:
    """Return the element that says a payload; whether it is right, its XSD knows.

    Raises:
        NotCallable: the operation has no such parameter, or it cannot be said in XML.
    """
    namespace = etree.QName(of.tag).namespace
    # With a prefix, as elements inside may have no namespace.
    root = etree.Element(of.tag, nsmap={"call": namespace} if namespace else None)
    _fill(root, of.type, payload, ())
    return root


def headers_of(of: Composite, payload: object) -> list[Any]:
    """Return the headers that say a payload, each by its name; whether they are right, their XSD knows.

    Raises:
        NotCallable: there is no such header, or it cannot be said in XML.
    """
    root = etree.Element("headers")
    _fill(root, of, payload, ())
    return list(root)


def payload_of(of: SoapElement, element: Any) -> dict[str, Any]:
    """Return what an element says that keeps its XSD.

    Raises:
        Unfit: it has a number that JSON cannot be relied on to keep.
    """
    return _read(element, of.type)


def _fill(element: Any, of: Composite, value: object, way: tuple[str, ...]) -> None:
    if not isinstance(value, Mapping):
        raise NotCallable(f"{'.'.join(way) or 'the payload'} has to be an object")
    for name in value:
        if name not in of.parts:
            raise NotCallable(f"the operation has no parameter {'.'.join((*way, name))!r}")
    for name, part in of.parts.items():
        if name in value:
            _put(element, part, value[name], (*way, name))


def _put(element: Any, part: Parameter, value: object, way: tuple[str, ...]) -> None:
    """Add a part to an element; null is nil where that may be, else nothing."""
    if isinstance(value, list):
        if not part.is_list:
            raise NotCallable(f"the parameter {'.'.join(way)!r} may be there once only")
        for one in value:
            _put_one(element, part, one, way)
    else:
        _put_one(element, part, value, way)


def _put_one(element: Any, part: Parameter, value: object, way: tuple[str, ...]) -> None:
    if value is None and not part.is_nillable:
        return
    if part.is_attribute:
        element.set(part.tag, _text(value, way))
        return
    child = etree.SubElement(element, part.tag) if part.tag else element
    if value is None:
        child.set(NIL, "true")
    elif isinstance(part.type, Composite):
        _fill(child, part.type, value, way)
    else:
        try:
            child.text = _text(value, way)
        except ValueError:
            raise NotCallable(f"the parameter {'.'.join(way)!r} has a character that XML has not") from None


def _text(value: object, way: tuple[str, ...]) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return f"{Decimal(repr(value)):f}"  # xs:decimal has no exponent
    raise NotCallable(f"the parameter {'.'.join(way)!r} is a text, a number or a boolean")


def _read(element: Any, of: Composite) -> dict[str, Any]:
    found: dict[str, Any] = {}
    children: dict[str, list[Any]] = {}
    for child in element:
        children.setdefault(child.tag, []).append(child)
    for name, part in of.parts.items():
        if part.is_attribute:
            if part.tag in element.attrib:
                found[name] = _simple(element, element.get(part.tag), part)
        elif not part.tag:
            found[name] = _simple(element, element.text or "", part)
        elif part.tag in children:
            values = [_value(child, part) for child in children[part.tag]]
            found[name] = values if part.is_list else values[0]
        elif part.is_list and part.is_required:
            found[name] = []
    return found


def _value(element: Any, part: Parameter) -> Any:
    if is_nil(element):
        return None
    return _read(element, part.type) if isinstance(part.type, Composite) else _simple(element, element.text or "", part)


def _simple(element: Any, text: str, part: Parameter) -> Any:
    match part.type:
        case "number":
            return number(element, text.strip())
        case "boolean":
            return text.strip() in ("1", "true")
    return text
