"""Corrections of values as edits of the text that they are written in, which leave all else as it is.

There is none where a variable, an alias or a comment stands: what it means to others only a person can tell.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import yaml

from edatool.findings import Correction, Edit, Fix, Remove, Rename, ReplaceValue
from edatool.spec.text.layout import Found, Node, Part, layout
from edatool.spec.text.write import quoted
from edatool.spec.yaml_document import TextPlace, YamlDocument

_Change = tuple[int, int, str]
_LINE = re.compile(r"[^\r\n]*(\r\n|[\r\n]|$)")


def fix(document: YamlDocument, correction: Correction) -> Fix | None:
    """Return the fix that makes a correction; None where the text of the value is not its alone."""
    place = document.place(correction.path)
    if place is None or not _stays(document, place, correction):
        return None
    return fix_at(document.texts.get(place.file, ""), place, correction)


def _stays(document: YamlDocument, place: TextPlace, correction: Correction) -> bool:
    """Whether what is said elsewhere is said there in every environment: in the same file, and without a variable."""
    if not isinstance(correction, Remove) or correction.said is None:
        return True
    other = document.place(correction.said)
    if other is None or other.file != place.file:
        return False
    laid_out = layout(document.texts[other.file])
    there = laid_out.at(other)
    return there is not None and "$" not in laid_out.text[there.part.start : there.part.value.end]


def fix_at(text: str, place: TextPlace, correction: Correction) -> Fix | None:
    """Return the fix that makes a correction of what has a place in a text, wherever its path leads in others."""
    try:
        laid_out = layout(text)
    except yaml.YAMLError:
        return None
    there = laid_out.at(place)
    change = _change(laid_out.text, there, correction) if there else None
    if there is None or change is None or "<<" in there.path:
        return None
    start, end, new = change
    edit = Edit(laid_out.position(place.file, start), laid_out.position(place.file, end), new)
    description = f"write {new}" if new else "remove it"
    return Fix(description, (edit,), (replace(correction, path=there.path),))


def _change(text: str, there: Found, correction: Correction) -> _Change | None:
    match correction:
        case ReplaceValue(value=value):
            return _rewritten(text, there.part.value, value)
        case Rename(key=key) if there.part.key:
            return _rewritten(text, there.part.key, key)
        case Remove():
            return _removed(text, there)
        case _:
            return None


def _rewritten(text: str, scalar: Node, value: str | int | bool) -> _Change | None:
    written = text[scalar.start : scalar.end]
    if (
        scalar.parts is not None
        or scalar.style in ("|", ">", "*")
        or not written
        or written[0] in "&!"
        or "$" in written
    ):
        return None
    return scalar.start, scalar.end, quoted(value) if isinstance(value, str) else json.dumps(value)


def _removed(text: str, there: Found) -> _Change | None:
    start, end = _in_flow(there) if there.flow else _in_block(text, there)
    if start == end or "${" in text[start:end] or "#" in _around(text, start, end, there.part):
        return None
    return start, end, ""


def _in_flow(there: Found) -> tuple[int, int]:
    """Return what to take out of a list or a mapping in brackets, with one of the commas beside it."""
    part, among, number = there.part, there.among, there.number
    if number:
        return among[number - 1].value.end, part.value.end
    return part.start, among[1].start if len(among) > 1 else part.value.end


def _in_block(text: str, there: Found) -> tuple[int, int]:
    """Return the lines of an entry or an item, nothing where they are not its alone or a comment stands above."""
    part = there.part
    start = text.rfind("\n", 0, part.start) + 1
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start]
    rest = _LINE.match(text, part.value.end)
    before = text[start : part.start].strip(" ")
    alone = before == ("" if part.key else "-") and not above.lstrip().startswith("#")
    return (start, rest.end()) if rest and alone else (0, 0)


def _around(text: str, start: int, end: int, part: Part) -> str:
    """Return what stands around scalars: signs, blanks and comments."""
    around = []
    for scalar in _scalars(part):
        around.append(text[start : max(scalar.start, start)])
        start = scalar.end
    return "".join([*around, text[start:end]])


def _scalars(part: Part) -> Iterator[Node]:
    for one in (part.key, part.value):
        if one and one.parts is None:
            yield one
        for inner in (one and one.parts) or ():
            yield from _scalars(inner)
