"""JSON text to values, with nothing that JSON (RFC 8259) or its readers disagree on."""

import json
import math
import re
from typing import Any, NoReturn, TypeAlias

from edatool.contracts.scan import line_column, spots, too_deep
from edatool.frozen import frozen

Json: TypeAlias = dict[str, Any] | list[Any] | str | int | float | bool | None

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_COMMA_AT_THE_END = re.compile(r",\s*[}\]]")
_SURROGATE = "[\ud800-\udfff]"
"""It compiles slowly, when it is used."""


@frozen
class JsonFlaw:
    """Why a text is refused, and where; line and column count from 1."""

    message: str
    line: int
    column: int


def read(raw: bytes | str, max_depth: int) -> Json | JsonFlaw:
    """Read JSON strictly: no NaN or infinity, no number beyond Python's, no key twice, no lone surrogate.

    Bytes have to be UTF-8 without a byte order mark (RFC 8259, section 8.1). Never raises.
    """
    text = _text(raw)
    if isinstance(text, JsonFlaw):
        return text
    deep = too_deep(text, max_depth)
    if deep is not None:
        return JsonFlaw(f"nested deeper than {max_depth} levels: flatten it", *line_column(text, deep))
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return _parsing_flaw(text, error)
    except ValueError:
        return _first_flaw(text) or JsonFlaw("not JSON that can be read", 1, 1)
    if _ESCAPED_SURROGATE.search(text) and not _is_unicode(value):
        return _first_flaw(text) or value
    return value


def _is_unicode(value: Json) -> bool:
    """Say whether all surrogates are in pairs; finding where one is not takes ten times as long."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(raw: bytes | str) -> str | JsonFlaw:
    if isinstance(raw, str):
        text, surrogate = raw, None if raw.isascii() else re.search(_SURROGATE, raw)
        if surrogate:
            return JsonFlaw(_lone(surrogate[0]), *line_column(raw, surrogate.start()))
    else:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            before = raw[: error.start].decode("utf-8")
            return JsonFlaw("not UTF-8: encode it as UTF-8", *line_column(before, len(before)))
    if text.startswith("\ufeff"):
        return JsonFlaw("it begins with a byte order mark: leave it out", 1, 1)
    return text


def _parsing_flaw(text: str, error: json.JSONDecodeError) -> JsonFlaw:
    """Say what is wrong where the parser stopped: in our words where its own differ between Pythons, or say little."""
    before = text[: error.pos].rstrip()
    comma = len(before) - 1 if before.endswith(",") else error.pos
    if _COMMA_AT_THE_END.match(text, comma):
        return JsonFlaw("not JSON: a comma too many", *line_column(text, comma))
    if not text.strip():
        what = "it is empty"
    elif text.startswith("'", error.pos):
        what = "strings and keys stand in double quotes"
    elif text.startswith(("//", "/*", "#"), error.pos):
        what = "there are no comments in it"
    else:
        said = error.msg.removesuffix(" at").removesuffix(" starting")
        what = f"{said[0].lower()}{said[1:]}"
    return JsonFlaw(f"not JSON: {what}", error.lineno, error.colno)


# The three hooks only say that something is wrong: the parser does not tell them where.


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


# A decoder made once: json.loads would make one for every text.
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite)


def _first_flaw(text: str) -> JsonFlaw | None:
    keys: set[tuple[str | int, ...]] = set()
    for spot in spots(text):
        message = _string_flaw(spot.piece) if spot.piece[0] == '"' else _number_flaw(spot.piece)
        if spot.is_key and spot.path in keys:
            message = f"the key {_short(spot.piece)} stands here again: keep one"
        if message:
            return JsonFlaw(message, *line_column(text, spot.offset))
        if spot.is_key:
            keys.add(spot.path)
    return None


def _string_flaw(token: str) -> str | None:
    surrogate = re.search(_SURROGATE, json.loads(token)) if _ESCAPED_SURROGATE.search(token) else None
    return _lone(surrogate[0]) if surrogate else None


def _number_flaw(token: str) -> str | None:
    if token in ("NaN", "Infinity", "-Infinity"):
        return f"JSON has no {token}: use null or leave it out"
    if token[0] not in "-0123456789":
        return None
    try:
        beyond = math.isinf(float(token)) if any(mark in token for mark in ".eE") else int(token) is None
    except ValueError:
        beyond = True
    return f"the number {_short(token)} is too large: send it as a string" if beyond else None


def _lone(surrogate: str) -> str:
    return f"half a character, \\u{ord(surrogate):x}, stands alone: surrogates come in pairs"


def _short(token: str) -> str:
    return token if len(token) <= 40 else f"{token[:37]}..."
