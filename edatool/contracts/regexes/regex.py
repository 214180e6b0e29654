"""Regular expressions in time linear in the text: those of ``pattern`` in a contract, without what takes longer."""

import re
import warnings
from dataclasses import field

import jsonschema_rs

from edatool.frozen import frozen

_LOOK = re.compile(r"\(\?<?[=!]")
_BACK = re.compile(r"\\[1-9]|\\k<|\(\?P=")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@frozen
class Regex:
    """A compiled regular expression; equal to any other of the same text."""

    text: str
    _compiled: jsonschema_rs.Draft202012Validator = field(repr=False, compare=False)

    def found_in(self, text: str) -> bool:
        """Say whether some part of a text matches; ``^`` and ``$`` are its ends."""
        return self._compiled.is_valid(text)


def compile_regex(text: str) -> Regex | str:
    """Compile a regular expression of JSON Schema (ECMA-262), or say in a few words what is wrong with it."""
    for character in _ESCAPED.findall(text):
        if character in "<>":  # the engine's own, an edge of a word; to JSON Schema the character itself
            return f"{character} needs no backslash"
    compiled = linear(text)
    return _wrong(text) if compiled is None else Regex(text, compiled)


def linear(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    """Compile a regular expression for an engine of linear time; None where that does not take it."""
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except jsonschema_rs.ValidationError:
        return None


def _wrong(text: str) -> str:
    if _LOOK.search(text):
        return "it looks ahead or behind, which may take long"
    if _BACK.search(text):
        return "it has a back reference, which may take long"
    try:
        with warnings.catch_warnings(action="ignore"):  # Python's, of what other engines read otherwise
            re.compile(text)
    except re.error as error:
        return str(error)
    return "it is no regular expression of JSON Schema, or too large"
