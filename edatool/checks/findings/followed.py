"""Findings that would not be there but for another one: one mistake has one message."""

from collections.abc import Iterable, Iterator, Set

from edatool.findings import Finding, Position, errors
from edatool.spec.yaml_document import TextPlace, YamlDocument

_REFERENCES = frozenset(("E201", "E202", "E203", "E204", "E205", "E206"))
"""Rules about one name that is not declared, which holds whatever is wrong beside it."""


def without_followers(document: YamlDocument, wrong: Iterable[Finding], found: Iterable[Finding]) -> list[Finding]:
    """Return of what rules found what does not follow from what is ``wrong`` with the text and shape of a spec.

    An object that could not be understood as a whole is not judged, but for the names in it.
    """
    places = {one.at for one in errors(list(wrong)) if one.at}
    if not places:
        return list(found)
    doubtful = list(_doubtful(document, places))
    inside = {position for one in doubtful for position in one.positions()}
    heads = {one.key for one in doubtful}
    return [
        one
        for one in found
        if one.at not in places and one.at not in heads and (one.code in _REFERENCES or one.at not in inside)
    ]


def _doubtful(document: YamlDocument, wrong: Set[Position]) -> Iterator[TextPlace]:
    """Yield the objects and items with something wrong in them, all of a kind where it is in their defaults."""
    sections = document.places.below if document.places else {}
    for name, section in sections.items():
        defaults = _below(sections.get("defaults"), str(name).removesuffix("s"))
        if name != "defaults" and defaults and not wrong.isdisjoint(defaults.positions()):
            yield from section.below.values()
        else:
            yield from (one for one in section.below.values() if not wrong.isdisjoint(one.positions()))


def _below(place: TextPlace | None, name: str) -> TextPlace | None:
    return place.below.get(name) if place else None
