"""What an operation of somebody's WSDL is called with, and answers: elements and attributes, each by its own name."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from edatool.frozen import frozen
from edatool.soap.documents import RefusedWsdl

Simple = Literal["string", "number", "boolean", "other"]
"""What a text stands for; ``other`` are dates and all else that has a form of its own, ``string`` may have any."""

MOST_PARTS = 20_000
"""Of an element with all in it; groups of groups may say very many in few words."""
_TEXT = "value"
_TEXT_OF_ZEEP = "_value_1"


@frozen
class Parameter:
    """A part of an element: ``tag`` is its name with the namespace, "" for the text of one that has attributes, too.

    ``is_required``: an element around it is not right without it; of alternatives none is.
    """

    tag: str
    type: "Simple | Composite"
    is_attribute: bool = False
    is_list: bool = False
    is_required: bool = False
    is_nillable: bool = False


@frozen
class Composite:
    """An element with parts, in the order in which they stand; it may be part of itself."""

    parts: Mapping[str, Parameter]


@frozen
class SoapElement:
    """The one element of a body; ``tag`` is its name with the namespace."""

    tag: str
    type: Composite


def composite_of(xsd_type: Any) -> Composite:
    """Return the parts of a complex type of zeep.

    Raises:
        RefusedWsdl: there are too many.
    """
    return _Reader().composite(xsd_type)


class _Reader:
    def __init__(self) -> None:
        self._known: dict[int, Composite] = {}
        self._left = MOST_PARTS

    def composite(self, xsd_type: Any) -> Composite:
        known = self._known.get(id(xsd_type))
        if known is None:
            parts: dict[str, Parameter] = {}
            # It is known before its parts are read, for one of these may be of this type.
            known = self._known[id(xsd_type)] = Composite(parts)
            parts |= self._elements(one for _, one in xsd_type.elements_nested)
            for name, part in self._attributes(xsd_type).items():
                parts[f"attr__{name}" if name in parts else name] = part
        return known

    def _attributes(self, xsd_type: Any) -> dict[str, Parameter]:
        return {
            name: Parameter(one.qname.text, simple_of(one.type), is_attribute=True, is_required=one.required)
            for name, one in xsd_type.attributes
            if getattr(one, "qname", None) is not None
        }

    def _elements(
        self, particles: Iterable[Any], *, is_list: bool = False, is_required: bool = True
    ) -> dict[str, Parameter]:
        from zeep.xsd import Any as Anything  # noqa: PLC0415 - an extra
        from zeep.xsd import Choice, Element  # noqa: PLC0415 - an extra

        found: dict[str, Parameter] = {}
        for one in particles:
            self._left -= 1
            if self._left < 0:
                raise RefusedWsdl(f"the XSD has an element with more than {MOST_PARTS} parts")
            if isinstance(one, Anything):
                continue
            repeats, needed = is_list or one.accepts_multiple, is_required and one.min_occurs > 0
            if not isinstance(one, Element):
                needed = needed and not isinstance(one, Choice)
                found |= self._elements(one, is_list=repeats, is_required=needed)
            elif one.attr_name == _TEXT_OF_ZEEP:
                found[_TEXT] = Parameter("", simple_of(one.type), is_required=True)
            else:
                found[one.attr_name] = Parameter(
                    one.qname.text,
                    self._type(one.type),
                    is_list=repeats,
                    is_required=needed,
                    is_nillable=bool(one.nillable),
                )
        return found

    def _type(self, xsd_type: Any) -> Simple | Composite:
        from zeep.xsd import ComplexType  # noqa: PLC0415 - an extra

        return self.composite(xsd_type) if isinstance(xsd_type, ComplexType) else simple_of(xsd_type)


def simple_of(xsd_type: Any) -> Simple:
    """Return what the text of a simple type of zeep stands for."""
    from zeep.xsd.types.builtins import (  # noqa: PLC0415 - an extra
        Boolean,
        BuiltinType,
        Decimal,
        Double,
        Float,
        String,
    )

    match xsd_type:
        case Boolean():
            return "boolean"
        case Decimal() | Double() | Float():
            return "number"
        case BuiltinType() if not isinstance(xsd_type, String):
            return "other"
    return "string"
