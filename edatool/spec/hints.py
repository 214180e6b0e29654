"""The way out for a value of the wrong kind, written as it should be."""

import re

from edatool.spec.nearest import Nearest
from edatool.spec.quantity import DURATION, UNITS_IN_WORDS, as_duration, milliseconds
from edatool.spec.shape import Boolean, Either, Integer, ListOf, MapOf, OneOf, Quantity, Record, Scalar, Shape, Text

YES, NO = ("yes", "on", "y", "true"), ("no", "off", "n", "false")
_LONGEST = 60
_SAFE = re.compile(r"[A-Za-z_][\w./-]*|[0-9]+[A-Za-z]+")


_MEANT = {
    **dict.fromkeys(("source", "from"), "exchange"),
    **dict.fromkeys(("destination", "to"), "queue"),
    **dict.fromkeys(("routing_key", "routing-key", "binding_key", "routingKey", "topic"), "key"),
    **dict.fromkeys(("routing_keys", "binding_keys", "topics"), "keys"),
    **dict.fromkeys(("ttl", "x-message-ttl", "expiration"), "message_ttl"),
    **dict.fromkeys(("dlx", "dlq", "dead_letter_exchange", "x-dead-letter-exchange"), "dead_letter"),
    **dict.fromkeys(("args", "options"), "arguments"),
    **dict.fromkeys(("description", "title", "comment"), "summary"),
    **dict.fromkeys(("version", "edatool_version"), "edatool"),
    **dict.fromkeys(("includes", "imports", "import"), "include"),
    **dict.fromkeys(("messages", "topics"), "events"),
}
"""What other tools call it, and what it is called here."""


def meant(key: str, shape: Record) -> str | None:
    """Return the key of a record that is called otherwise elsewhere."""
    name = _MEANT.get(key)
    return name if name in shape.fields else None


def hint(shape: Shape, value: object, written: str | None, name: str | None) -> str:
    """Return what to write instead of ``value``, behind a colon; '' where nobody can tell.

    ``written`` is how a value that is no string was written, ``name`` the key that it stands behind.
    """
    if value is None and written and written.startswith("#"):
        return f": what begins with # is a comment, so quote it if it is meant, {quoted(written)}"
    if value is None and isinstance(shape, (ListOf, MapOf)):
        return f": write {'[]' if isinstance(shape, ListOf) else '{}'}, or remove the key"
    way_out = _way_out(shape, value, written, name)
    return f": {way_out}" if way_out else ""


def _way_out(shape: Shape, value: object, written: str | None, name: str | None) -> str | None:
    match shape:
        case Text():
            return _text(value, written, name)
        case Boolean():
            return _boolean(value)
        case Integer():
            return _integer(value)
        case Quantity():
            return _quantity(shape, value)
        case OneOf():
            return _choice(shape, value)
        case ListOf():
            return _list(shape, value, name)
        case MapOf() | Record():
            return None if isinstance(shape, Record) and shape.secret else _mapping(shape, value)
        case Either() if not shape.secret:
            return next((out for one in shape.options if (out := _way_out(one, value, written, name))), None)
        case _:
            return None


def _text(value: object, written: str | None, name: str | None) -> str | None:
    match value:
        case bool() | int() | float():
            return f"quote it, {quoted(written or str(value))}"
        case dict() if len(value) == 1 and None in value.values():
            return f"quote it, {quoted('{' + next(iter(value)) + '}')}"
        case list() if name == "key" and value and all(isinstance(one, str) for one in value):
            return f"write keys: {_flow(value)}"
        case [str(one)]:
            return f"write {_item(one)} without brackets"
        case _:
            return None


def _boolean(value: object) -> str | None:
    word = value.lower() if isinstance(value, str) else ""
    if word in (*YES, *NO):
        return f"write {'true' if word in YES else 'false'}" + (" without quotes" if value in ("true", "false") else "")
    return None


def _integer(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        return f"write {int(value)}"
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}([_,. ][0-9]{3})*|-?[0-9]{1,18}", value):
        number = re.sub(r"[^0-9-]", "", value)
        return f"write {number}" + (" without quotes" if number == value else "")
    return None


def _quantity(shape: Quantity, value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        # Whoever writes thousands counts as RabbitMQ does.
        return f"give it a unit, as in {value}{'ms' if 'ms' in shape.units and value >= 1000 else 's'}"
    match = (
        re.fullmatch(r"([0-9]{1,12})([.][0-9]{1,3})?\s*([A-Za-z]+)", value.strip()) if isinstance(value, str) else None
    )
    if match is None:
        return None
    unit = match[3] if match[3] in shape.units else UNITS_IN_WORDS.get(match[3].lower(), match[3])
    if unit not in shape.units:
        return None
    if match[2]:
        return (
            f"write {as_duration(round(float(match[1] + match[2]) * milliseconds('1' + unit)))}"
            if shape is DURATION
            else None
        )
    return f"write {match[1]}{unit}"


def _choice(shape: OneOf, value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    by_word = {str(option).lower().replace("-", "_"): str(option) for option in shape.options}
    near = Nearest().to(str(value).lower().replace("-", "_"), by_word)
    if near is None:
        return f"write {shape.options[0]}" if len(shape.options) == 1 else None
    same = str(value).lower().replace("-", "_") == near
    quotes = " without quotes" if str(value) == by_word[near] else ""
    return f"write {by_word[near]}{quotes}" if same else f"did you mean {by_word[near]}?"


def _list(shape: ListOf, value: object, name: str | None) -> str | None:
    prefix = f"{name}: " if name else ""
    match value:
        case str() if isinstance(shape.item, (Text, Quantity)) and value:
            return f"write {prefix}{_flow([one.strip() for one in value.split(',') if one.strip()])}"
        case bool() | int() | float() if isinstance(shape.item, (Text, Quantity)):
            return f"write {prefix}[{value}]"
        case dict() if value:
            return "begin each item with -"
        case _:
            return None


def _mapping(shape: MapOf | Record, value: object) -> str | None:
    inner = shape.value if isinstance(shape, MapOf) else None
    match value:
        case [dict() as first, *_] if "name" in first and inner:
            return f"write {_item(str(first['name']))}: and the rest below it, instead of - name: {first['name']}"[:120]
        case [str(first), *_] if isinstance(inner, Record):
            return f"write {_item(first)}: {{}} and no -"
        case [str(first), *_] if isinstance(inner, (Text, Scalar)):
            return f"write {{{_item(first)}: ...}}"
        case str() if isinstance(inner, Record):
            return f"write {_item(value)}: {{}} in a line below"
        case [dict(), *_]:
            return "remove the -"
        case str() if isinstance(shape, Record) and value:
            return _in_record(shape, value)
        case _:
            return None


def _in_record(shape: Record, value: str) -> str | None:
    kind = shape.fields["type"].shape if "type" in shape.fields else None
    if isinstance(kind, OneOf) and value in kind.options:
        return f"write {{type: {value}}}"
    return f"write {{exchange: {_item(value)}}}" if "exchange" in shape.fields else None


def _flow(items: list[str]) -> str:
    shown = [_item(one) for one in items[:4]] + (["..."] if len(items) > 4 else [])
    return f"[{', '.join(shown)}]"


def _item(text: str) -> str:
    return text if _SAFE.fullmatch(text) and len(text) <= _LONGEST else quoted(text)


def quoted(text: str) -> str:
    """Return a text as it is to be written, in the quotes that need no escapes in it."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return f"'{short}'" if '"' in short or "\\" in short else f'"{short}"'
