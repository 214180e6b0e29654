"""Fanout exchanges: every binding gets every message, whatever its key."""

from collections.abc import Iterable, Sequence

from edatool.routing.exchange_types.exchange_type import Alike, Contained, ExchangeType
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop
from edatool.routing.version import Version
from edatool.spec.template import Template


def _lay_out(exchange: Exchange, bindings: tuple[Binding, ...], _version: Version) -> Alike:
    return Alike(Hop(exchange.name, "fanout", bindings))


def _event_key(_template: Template) -> str:
    return ""


def _contained(narrow: Sequence[Binding], wide: Sequence[Binding]) -> Contained:
    yield from ((one, [other for other in wide if other is not one]) for one in narrow)


def _catch_all(exchange: Exchange, to: str, _bindings: Iterable[Binding]) -> list[Binding]:
    return [Binding(exchange.name, to, to_exchange=True)]


TYPE = ExchangeType(_lay_out, event_key=_event_key, contained=_contained, catch_all=_catch_all)
