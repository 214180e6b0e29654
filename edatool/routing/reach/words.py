"""The words that the keys of an event are made of, whatever its payload says."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from edatool.contracts.contract import Contract
from edatool.contracts.fields import field_of
from edatool.contracts.payload_field import PayloadField
from edatool.frozen import frozen
from edatool.routing.addressing import address
from edatool.routing.message import Message
from edatool.spec.spec import Event
from edatool.spec.template import FieldPath, Template

_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
# Patterns are ECMA 262. Those made of these parts only, Python reads in the same way.
_READ_ALIKE = re.compile(r"(?:[\w ^$|*+?.,:{}()/-]|\\[dw.\-/]|\[\^?(?:[\w .:/+*-]|\\[dw.\-/])+\])*", re.ASCII)
_BOOLEAN = frozenset(("boolean",))


@frozen
class Word:
    """One word: ``texts`` are all that it may be; where they are not known, ``accepts`` tells of each text."""

    texts: frozenset[str] | None
    accepts: Callable[[str], bool]

    def may_be(self, text: str) -> bool:
        """Tell whether some message may have this text here; when in doubt, it may."""
        return self.accepts(text) if self.texts is None else text in self.texts


def literal(text: str) -> Word:
    """Return a word that is always the same."""
    return Word(frozenset((text,)), text.__eq__)


Made = dict[tuple[Contract, FieldPath], Word]
"""The words that fields give, each made once: events share contracts, and a word remembers what it may be."""


def words_of(event: Event, contract: Contract | None, made: Made) -> tuple[Word, ...]:
    """Return the words of an event's keys; they are decided one by one, as if fields did not depend on each other."""
    if not event.key.parts:
        return ()
    return tuple(_word(parts, event, contract, made) for parts in split(event.key))


def text_of(event: Event, value: object) -> str | None:
    """Return the word that a field's value becomes in a key, None where it cannot be one."""
    alone = replace(event, key=Template((FieldPath(("field",)),)), headers={})
    addressed = address(alone, {"field": value})
    return addressed.key if isinstance(addressed, Message) else None


def split(key: Template) -> list[list[str | FieldPath]]:
    """Divide the parts of a template into words, at the dots of the literal text."""
    words: list[list[str | FieldPath]] = [[]]
    for part in key.parts:
        if isinstance(part, FieldPath):
            words[-1].append(part)
        else:
            first, *others = part.split(".")
            words[-1] += [first] if first else []
            words += [[text] if text else [] for text in others]
    return words


def _word(parts: list[str | FieldPath], event: Event, contract: Contract | None, made: Made) -> Word:
    match parts:
        case [FieldPath() as path]:
            if contract is None:
                return Word(None, bool)
            if (contract, path) not in made:
                made[contract, path] = word_of(path, event, contract)
            return made[contract, path]
        case _:
            shape = "".join(re.escape(part) if isinstance(part, str) else ".+" for part in parts)
            fixed = all(isinstance(part, str) for part in parts)
            text = "".join(str(part) for part in parts)
            return literal(text) if fixed else Word(None, _matching(re.compile(shape, re.DOTALL)))


def word_of(path: FieldPath, event: Event, contract: Contract) -> Word:
    """Return the word that a field gives in the keys of an event."""
    found = field_of(contract, path.names)
    values = (True, False) if found.types == _BOOLEAN else found.values
    if values is None:
        return Word(None, cache(_allowed(found)))
    texts = (text_of(event, value) for value in values)
    return Word(frozenset(text for text in texts if text is not None), bool)


def _matching(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _allowed(found: PayloadField) -> Callable[[str], bool]:
    """Return a test of whether a text can stand for a string, an integer or a boolean that the field may be."""
    types = found.types or frozenset(("string", "integer", "boolean"))
    as_string = _strings(found.pattern) if "string" in types else _nothing
    return lambda text: (
        bool(text and as_string(text))
        or (bool({"integer", "number"} & types) and _INTEGER.fullmatch(text) is not None)
        or ("boolean" in types and text in ("true", "false"))
    )


def _strings(pattern: str | None) -> Callable[[str], bool]:
    """Return a test for strings that takes too many rather than too few."""
    if pattern is None or not _READ_ALIKE.fullmatch(pattern) or "--" in pattern or "{," in pattern:
        return bool
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error:
        return bool
    return lambda text: compiled.search(text) is not None


def _nothing(_: str) -> bool:
    return False
