"""Elements to payloads: by the type of each, never by what its text looks like."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from math import isfinite
from typing import Any

from lxml import etree

from edatool.soap.versions import XmlViolation
from edatool.soap.xml_types import XmlField, XmlObject, XmlScalar
from edatool.soap.xsd import validator, xsd

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
"""The attribute of an element that has no value."""
_MOST = 20
"""So many violations are told."""
_LONGEST = 300
_DIGITS = 1000


class Unfit(Exception):
    """What an element has no payload can have."""

    def __init__(self, element: Any, message: str) -> None:
        super().__init__(message)
        self.violation = XmlViolation(_way_to(element), message)


class Operations:
    """The operations of a service: elements of its namespace, each with its type."""

    def __init__(self, namespace: str, types: Mapping[str, XmlObject]) -> None:
        self._namespace, self._types = namespace, types
        self._validator = validator(xsd(namespace, types))

    def named(self, element: Any) -> str | None:
        """Return the operation that an element of a body calls, None for those of others."""
        name = etree.QName(element)
        return name.localname if name.namespace == self._namespace and name.localname in self._types else None

    def payload(self, element: Any) -> dict[str, Any] | tuple[XmlViolation, ...]:
        """Return the payload that an operation is called with, or how its element breaks the XSD."""
        if not self._validator.validate(element):
            prefixes = _prefixes(element)
            return tuple(_violation(element, error, prefixes) for error in islice(self._validator.error_log, _MOST))
        try:
            return _object(element, self._types[etree.QName(element).localname])
        except Unfit as unfit:
            return (unfit.violation,)


def _object(element: Any, of: XmlObject) -> dict[str, Any]:
    found: dict[str, Any] = {name: [] for name, field in of.fields.items() if field.is_list and field.is_required}
    for child in element:
        name = etree.QName(child).localname
        field = of.fields[name]
        value = _value(child, field)
        if field.is_list:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def is_nil(element: Any) -> bool:
    """Whether an element says that it has no value."""
    return (element.get(NIL) or "").strip() in ("1", "true")


def _value(element: Any, field: XmlField) -> Any:
    if is_nil(element):
        return None
    if isinstance(field.type, XmlObject):
        return _object(element, field.type)
    return _scalar(element, field.type)


def _scalar(element: Any, of: XmlScalar) -> Any:
    text: str = element.text or ""
    match of.base:
        case "string":
            return text
        case "boolean":
            return text.strip() in ("1", "true")
        case "integer" | "decimal":
            return number(element, text.strip())


def number(element: Any, text: str) -> int | float:
    """Return the number that a text is.

    Raises:
        Unfit: JSON cannot be relied on to keep it.
    """
    if len(text) > _DIGITS:
        raise Unfit(element, f"the number has more than {_DIGITS} digits")
    if text.lstrip("+-").isdecimal():
        return int(text)
    exact = Decimal(text)
    near = float(exact)
    if not isfinite(near) or Decimal(repr(near)) != exact:
        raise Unfit(element, "the number has more digits than a number of JSON is sure to keep: send 15 at most")
    return near


def _prefixes(element: Any) -> dict[str, str]:
    """Return the prefixes that are declared in an element or around it; each declaration is looked at once."""
    inside = (declared for _, declared in etree.iterwalk(element, events=("start-ns",)))
    return {prefix: uri for prefix, uri in (*element.nsmap.items(), *inside) if prefix}


def _violation(element: Any, error: Any, prefixes: Mapping[str, str]) -> XmlViolation:
    """Return what a validator says, with the way to the element instead of its namespace."""
    _, _, below = (error.path or "").lstrip("/").partition("/")
    found = element.xpath(f"./{below}", namespaces=prefixes) if below else [element]
    message = error.message.replace(f"{{{etree.QName(element).namespace}}}", "")
    return XmlViolation(_way_to(found[0] if found else element), message[:_LONGEST])


def way_of(operation: str, pointer: str) -> str:
    """Return the way to the element that became what a JSON Pointer leads to."""
    found = operation
    for part in pointer.split("/")[1:]:
        found += f"[{int(part) + 1}]" if part.isdecimal() else f"/{part}"
    return found


def _way_to(element: Any) -> str:
    """Return the names from the operation's element to this one, numbered where there are several of a name."""
    inside = [*reversed(list(element.iterancestors())), element][2:]  # without Envelope and Body
    names = []
    for one in inside:
        same = list(one.getparent().iterchildren(one.tag))
        number = f"[{same.index(one) + 1}]" if len(same) > 1 else ""
        names.append(f"{etree.QName(one).localname}{number}")
    return "/".join(names)
