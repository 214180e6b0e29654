"""edatool filter: what filters say of payloads."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edatool.cli.options import format_option, load_spec, spec_option
from edatool.errors import InvalidInput, WrongUsage
from edatool.render.filters import FORMATS

if TYPE_CHECKING:
    from edatool.filters.content import Content
    from edatool.filters.pattern import Filter
    from edatool.filters.reading import Where
    from edatool.routes import Routes


@click.group("filter")
def filter_() -> None:
    """Try the filters of a spec, or a pattern that is not in it yet.

    Example: edatool filter test big-order order.json
    """


@filter_.command("test", short_help="Say whether a filter matches payloads, and why not.")
@click.argument("arguments", nargs=-1, metavar="[FILTER] [PAYLOAD]...")
@click.option("--pattern", metavar="YAML|FILE", help="Instead of FILTER: a pattern in YAML, or a file of one.")
@click.option("--event", metavar="EVENT", help="An event of the spec: its key and headers are matched too.")
@click.option("--key", metavar="KEY", help="The routing key; with --event, instead of the event's.")
@spec_option
@format_option(FORMATS)
def test(
    *,
    arguments: tuple[str, ...],
    pattern: str | None,
    event: str | None,
    key: str | None,
    files: tuple[str, ...],
    output: str,
) -> int:
    """Try FILTER, a name under filters in the spec, on PAYLOADs: files of JSON, or - for standard input.

    Without a PAYLOAD the examples of the schema of --event are taken. Exits with 0 if all match, with 1 if not.

    \b
    Example:
      edatool filter test big-order order.json
      edatool filter test big-order --event order.placed
      edatool filter test --pattern 'data.total: [{numeric: [">", 100]}]' order.json
    """
    from edatool.filters.tried import Tried
    from edatool.filters.why import why_not

    named, paths = (None, arguments) if pattern is not None else (arguments[:1], arguments[1:])
    if named == ():
        raise WrongUsage("name a filter of the spec, or give a --pattern")
    checked = load_spec(files) if named or event else None
    one, where = _named(checked, named[0]) if checked and named else _pattern(pattern or "")
    tried = [
        Tried(name, [(failure, where(failure.at)) for failure in why_not(one, content)])
        for name, content in _contents(checked, event, key, paths)
    ]
    click.echo(FORMATS.show(output, tried))
    return 0 if all(one.matches for one in tried) else 1


def _named(checked: "Routes", name: str) -> "tuple[Filter, Where]":

    filters = checked.filters.named
    if name not in filters:
        raise WrongUsage(f"the spec declares no filter {name!r}: it has {', '.join(filters) or 'none'}")
    return filters[name], checked.spec.document.where


def _pattern(text: str) -> "tuple[Filter, Where]":
    from edatool.filters.parse import parse
    from edatool.spec.text import read

    is_file = "\n" not in text and Path(text).is_file()
    content, name = (_content(text), text) if is_file else (text, "--pattern")
    document, wrong = read(content, name, {})
    parsed = wrong or parse(document.value, (), document.where)
    if isinstance(parsed, list):
        raise InvalidInput(parsed)
    return parsed, document.where


def _content(file: str) -> str:
    from edatool.spec.files import Unreadable, read_file
    from edatool.spec.text import MAX_BYTES

    try:
        return read_file(file, MAX_BYTES).decode("utf-8-sig")
    except Unreadable as error:
        raise WrongUsage(f"{file} {error}") from None
    except UnicodeDecodeError:
        raise WrongUsage(f"{file} is not UTF-8: save it as UTF-8") from None


def _contents(
    checked: "Routes | None", event: str | None, key: str | None, paths: tuple[str, ...]
) -> "Iterator[tuple[str, Content]]":
    from edatool.filters.content import Content

    if event is not None and checked:
        declared = checked.spec.events.get(event)
        if declared is None:
            raise WrongUsage(f"the spec declares no event {event!r}: it has {', '.join(checked.spec.events) or 'none'}")
    if not paths and not event:
        raise WrongUsage("give a payload, a file of JSON or -, or an --event whose schema has examples")
    for name, payload in _payloads(checked, event, paths):
        if checked and event:
            yield name, _published(checked, event, name, payload, key)
        else:
            yield name, Content(payload, key or "")


def _payloads(checked: "Routes | None", event: str | None, paths: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    if not paths and checked and event:
        contract = checked.contracts.get(checked.spec.events[event].schema or "")
        if contract is None or not contract.examples:
            raise WrongUsage(f"the schema of {event!r} has no example: give a payload")
        yield from ((f"example {number}", example) for number, example in enumerate(contract.examples))
    from edatool.contracts.limits import PayloadLimits

    for path in paths:
        # Nobody needs more to see that it is too much, and a device has no end.
        try:
            with click.open_file(path, "rb") as opened:
                content = opened.read(PayloadLimits().max_bytes + 1)
        except OSError as error:
            raise WrongUsage(f"{path} cannot be read: {error.strerror}") from None
        yield path, _parsed(path, content)


def _parsed(path: str, text: bytes) -> object:
    from edatool.contracts.payload import Violation, parse
    from edatool.routes import unpublished

    value = parse(text)
    if isinstance(value, Violation):
        raise unpublished([f"{path}: {value}"])
    return value


def _published(checked: "Routes", event: str, name: str, payload: object, key: str | None) -> "Content":
    """Return what is published of an event with this payload."""
    from edatool.filters.content import Content
    from edatool.routes import unpublished
    from edatool.routing.addressing import address

    message = address(checked.spec.events[event], payload)
    if isinstance(message, list):
        raise unpublished(f"{name} is not published as {event!r}: {one}" for one in message)
    return Content(payload, message.key if key is None else key, dict(message.headers), event)
