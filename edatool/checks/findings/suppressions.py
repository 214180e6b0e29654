"""What a spec says is to be ignored: in comments, and in ``checks: {ignore: ...}``."""

import os.path
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from fnmatch import fnmatchcase

from edatool.checks.catalogue import rule_named
from edatool.findings import Finding, Position
from edatool.frozen import frozen
from edatool.spec.spec import Spec
from edatool.spec.text.comments import Comment, comments
from edatool.spec.yaml_document import TextPlace, YamlDocument

_SAID = re.compile(r"\[([\w\s,-]+)\]\s+because\s+(\S.*)")

Line = tuple[str, int]
"""A file, and the number of a line in it."""


@frozen
class Suppression:
    """Rules, by code or name, whose findings are to be ignored in these lines, or in the files of a pattern.

    Of a comment that does not say which rules and why, both are empty.
    """

    at: Position | None
    rules: tuple[str, ...]
    reason: str
    lines: Set[Line] = frozenset()
    files: str = ""

    @property
    def codes(self) -> Set[str]:
        """The codes of its rules, without those of errors, which nothing suppresses."""
        rules = (rule_named(word) for word in self.rules)
        return {rule.code for rule in rules if rule and rule.severity != "error"}


class Suppressed:
    """Finds the suppressions of a finding, by their numbers."""

    def __init__(self, said: Sequence[Suppression], root: str) -> None:
        """Patterns of files are relative to the folder ``root``."""
        self._root = root or "."
        self._codes = [one.codes for one in said]
        self._patterns = [(number, one.files) for number, one in enumerate(said) if one.files]
        self._of_line: dict[Line, list[int]] = defaultdict(list)
        for number, one in enumerate(said):
            for line in one.lines:
                self._of_line[line].append(number)

    def by(self, finding: Finding) -> list[int]:
        """Return the numbers of those that suppress a finding."""
        if finding.at is None:
            return []
        there = [*self._of_line.get((finding.at.file, finding.at.line), ()), *self._of_file(finding.at.file)]
        return [number for number in there if finding.code in self._codes[number]]

    def _of_file(self, file: str) -> Iterator[int]:
        if self._patterns:
            name = os.path.relpath(file, self._root).replace(os.sep, "/")
            yield from (number for number, pattern in self._patterns if fnmatchcase(name, pattern))


def suppressions(spec: Spec) -> Iterator[Suppression]:
    """Yield what a spec says is to be ignored."""
    yield from _by_comments(spec.document)
    for index, one in enumerate(spec.checks.ignore):
        yield Suppression(spec.where("checks", "ignore", index), (one.rule,), one.because, files=one.files)


def _by_comments(document: YamlDocument) -> Iterator[Suppression]:
    asked = [(file, one) for file, text in document.texts.items() for one in comments(text)]
    below = _lines_below(document, {(file, one.about) for file, one in asked}) if asked else {}
    for file, one in asked:
        rules, reason = _said(one)
        about = (file, one.about)
        yield Suppression(Position(file, one.line, one.column), rules, reason, below.get(about, set()) | {about})


def _said(comment: Comment) -> tuple[tuple[str, ...], str]:
    said = _SAID.fullmatch(comment.text)
    return (tuple(word.strip() for word in said[1].split(",")), said[2]) if said else ((), "")


def _lines_below(document: YamlDocument, heads: Set[Line]) -> Mapping[Line, set[Line]]:
    """Return the lines of all that is in the objects whose keys stand on some lines, in whichever files."""
    found: dict[Line, set[Line]] = defaultdict(set)
    waiting = list(document.places.below.values()) if document.places else []
    while waiting:
        place = waiting.pop()
        for head in _lines_of_key(place):
            if head in heads:
                found[head].update((at.file, at.line) for at in place.positions())
        waiting += place.below.values()
    return found


def _lines_of_key(place: TextPlace | None) -> Iterator[Line]:
    """Yield where the key of something stands, also in files that a later one overrides."""
    while place:
        yield place.file, place.key_line
        place = place.earlier
