"""Numbers that others read otherwise, or that were no numbers to whoever wrote them."""

import re
from collections.abc import Iterator

from edatool.findings import Finding, Fix, ReplaceValue
from edatool.spec.format import ROUTES
from edatool.spec.shape import Integer, Quantity, shape_at
from edatool.spec.yaml_document import TextPlace, YamlDocument

_ODD = re.compile(r"[-+]?0[0-9]+|0o[0-7]+")


def odd_numbers(document: YamlDocument) -> Iterator[Finding]:
    """Yield W106: a number with a zero before it, which YAML 1.1 takes for an octal one, or one written as octal."""
    waiting: list[TextPlace] = [document.places] if document.places else []
    seen = set()
    while waiting:
        place = waiting.pop()
        if place.written and _ODD.fullmatch(place.written) and place.at not in seen:
            seen.add(place.at)
            number = int(place.written, 8 if place.written[1:2] == "o" else 10)
            yield Finding("W106", _message(place.written, number), place.at, _fix(document, place, number))
        waiting += place.below.values()


def _message(written: str, number: int) -> str:
    return f'{written} is read as the number {number}: write {number}, or quote it, "{written}", if it is a text'


def _fix(document: YamlDocument, place: TextPlace, number: int) -> Fix | None:
    """Return the fix where the format takes a number and no text."""
    from edatool.spec.text.fixes import fix_at  # noqa: PLC0415 - hardly anybody writes such numbers

    fix = fix_at(document.texts.get(place.file, ""), place, ReplaceValue((), number))
    numeric = fix and isinstance(shape_at(ROUTES, fix.corrections[0].path), (Integer, Quantity))
    return fix if numeric else None
