"""Numbers that others read otherwise, or that were no numbers to whoever wrote them."""

import re
from collections.abc import Iterator

from edatool.findings import Finding
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
            yield Finding("W106", _message(place.written), place.at)
        waiting += place.below.values()


def _message(written: str) -> str:
    number = int(written, 8 if written[1:2] == "o" else 10)
    return f'{written} is read as the number {number}: write {number}, or quote it, "{written}", if it is a text'
