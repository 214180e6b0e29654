"""What a shell may offer for a word of the command line: names of the spec."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

import edatool

if TYPE_CHECKING:
    from edatool.spec.spec import Spec


def events(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the events of the spec."""
    return _offered(context, begun, lambda spec: spec.events)


def exchanges(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the exchanges of the spec."""
    return _offered(context, begun, lambda spec: spec.exchanges)


def queues(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the queues of the spec."""
    return _offered(context, begun, lambda spec: spec.queues)


def sources(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the sources of webhooks of the spec."""
    return _offered(context, begun, lambda spec: spec.sources)


def deliveries(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the deliveries of the spec."""
    return _offered(context, begun, lambda spec: spec.deliveries)


def filters(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the filters of the spec."""
    return _offered(context, begun, lambda spec: spec.filters)


def queues_and_exchanges(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer both."""
    return _offered(context, begun, lambda spec: (*spec.queues, *spec.exchanges))


def events_then_files(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the events of the spec for the first word, and files for those behind it."""
    already: Any = context.params.get(parameter.name or "")
    return [CompletionItem(begun, type="file")] if already else events(context, parameter, begun)


def codes(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Offer the codes of findings, with what they are about."""
    from edatool.checks.catalogue import CATALOGUE

    return [CompletionItem(one.code, help=one.name) for one in CATALOGUE if one.code.startswith(begun.upper())]


def _offered(context: click.Context, begun: str, names: "Callable[[Spec], Iterable[str]]") -> list[CompletionItem]:
    """Offer names of the spec that the words before name; of one that cannot be read, none."""
    try:
        spec = edatool.load(*context.params.get("files") or ()).spec
    except (edatool.EdatoolError, OSError):
        return []
    return [CompletionItem(name) for name in names(spec) if name.startswith(begun)]
