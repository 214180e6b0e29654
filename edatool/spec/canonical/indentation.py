"""Blocks indented by two blanks each."""

import re
from collections.abc import Iterator
from dataclasses import field
from typing import Any, Literal, NamedTuple

import yaml

from edatool.frozen import mutable

_STEP = 2
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DASHES = re.compile(r"^(?:- +)+(?=\S)")
_OPENING = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_CLOSING = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_BEGINNING = (yaml.KeyToken, yaml.ValueToken, yaml.BlockEntryToken)
_VALUE = (yaml.ScalarToken, yaml.AliasToken, yaml.AnchorToken, yaml.TagToken, *_OPENING)
_AFTER_INDENTLESS = (yaml.KeyToken, yaml.BlockEndToken)


class _Block(NamedTuple):
    """A list or mapping: the column of what it consists of, and the one that this gets; both from 0.

    A list whose dashes stand right below the key that it belongs to has no token that begins or ends it: it is
    ``indentless``.
    """

    old: int
    new: int
    kind: Literal["list", "mapping", "indentless", "none"]


_Open = tuple[_Block, ...]
_OUTSIDE: _Open = (_Block(0, 0, "none"),)


def indented(text: str) -> str:
    """Return a text with its blocks indented by two blanks each; what goes on in further lines moves with its first.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    reading = _Reading(text.split("\n"))
    for token in yaml.scan(text, Loader=_LOADER):
        reading.token(token)
    return "\n".join(reading.moved())


@mutable
class _Reading:
    """The blocks that are open; and that were where a line begins with a key or a dash, or goes on with a value."""

    lines: list[str]
    open: _Open = _OUTSIDE
    brackets: list[Any] = field(default_factory=list)
    begun: dict[int, _Open] = field(default_factory=dict)
    going_on: dict[int, _Open] = field(default_factory=dict)

    def token(self, token: Any) -> None:
        """Read one token."""
        if isinstance(token, _OPENING):
            self.brackets.append(token)
        elif isinstance(token, _CLOSING):
            self.goes_on(self.brackets.pop(), token)
        elif not self.brackets:
            self.block(token)
        if isinstance(token, _VALUE):
            self.goes_on(token, token)

    def block(self, token: Any) -> None:
        """Read a token that is not within brackets."""
        if self.open[-1].kind == "indentless" and isinstance(token, _AFTER_INDENTLESS):
            self.open = self.open[:-1]
        if isinstance(token, yaml.BlockEndToken):
            self.open = self.open[:-1]
        elif isinstance(token, yaml.BlockMappingStartToken):
            self.enter(token, "mapping")
        elif isinstance(token, yaml.BlockSequenceStartToken):
            self.enter(token, "list")
        elif isinstance(token, _BEGINNING):
            if isinstance(token, yaml.BlockEntryToken) and self.open[-1].kind == "mapping":
                self.enter(token, "indentless")
            if self.is_first(token):
                self.begun[token.start_mark.line] = self.open

    def enter(self, token: Any, kind: Literal["list", "mapping", "indentless"]) -> None:
        """Read the beginning of a list or mapping."""
        new = self.open[-1].new + _STEP if len(self.open) > 1 else 0
        self.open = (*self.open, _Block(token.start_mark.column, new, kind))

    def is_first(self, token: Any) -> bool:
        """Whether only blanks stand before a token in its line."""
        return not self.lines[token.start_mark.line][: token.start_mark.column].strip(" ")

    def goes_on(self, first: Any, last: Any) -> None:
        """Read a value, which may go on in further lines, or stand in one that neither key nor dash begins."""
        begin, end = first.start_mark.line, last.end_mark.line + (1 if last.end_mark.column else 0)
        if begin in self.begun or not self.is_first(first):
            begin += 1
        for line in range(begin, end):
            self.going_on.setdefault(line, self.open)

    def moved(self) -> Iterator[str]:
        """Yield the lines where they are to be."""
        above = _OUTSIDE
        for number, line, below in zip(range(len(self.lines)), self.lines, self.below(), strict=True):
            above = self.begun.get(number, above)
            column = len(line) - len(line.lstrip(" "))
            if number in self.begun:
                yield " " * above[-1].new + _DASHES.sub(lambda dashes: "- " * dashes[0].count("-"), line[column:])
            elif number in self.going_on:
                yield " " * max(0, column + _shift(self.going_on[number])) + line[column:]
            elif line[column:].startswith("#"):
                yield " " * _of_comment(column, above, below) + line[column:]
            else:
                yield line

    def below(self) -> list[_Open]:
        """Return, for each line, what is open where the next one begins with a key or a dash."""
        found = []
        below = _OUTSIDE
        for number in reversed(range(len(self.lines))):
            found.append(below)
            below = self.begun.get(number, below)
        return found[::-1]


def _of_comment(column: int, above: _Open, below: _Open) -> int:
    """Return the column that a comment gets: that of the block that it is aligned with, below it or above."""
    for block in (*reversed(below), *reversed(above)):
        if block.old == column:
            return block.new
    return max(0, column + _shift(above if column > below[-1].old else below))


def _shift(blocks: _Open) -> int:
    return blocks[-1].new - blocks[-1].old
