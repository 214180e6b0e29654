"""edatool status: how the spec's part of a broker is just now, and what to do about it."""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from shlex import quote
from shutil import get_terminal_size
from typing import TYPE_CHECKING, NoReturn

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.empty import FromEnvironment
from edatool.cli.everywhere import asked, coloured
from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option
from edatool.cli.writing import output_option, write
from edatool.errors import BrokerError
from edatool.frozen import frozen
from edatool.render.moment import moment
from edatool.render.status import FORMATS

if TYPE_CHECKING:
    from edatool.render.paint import Paint
    from edatool.watch.status import Status
    from edatool.watch.watch import Watch

_EVERY = 5.0
"""Seconds between looks: RabbitMQ counts anew after so many, by default."""


@click.command(cls=Command)
@spec_option
@broker_options
@click.option(
    "--outbox",
    "outboxes",
    cls=FromEnvironment,
    multiple=True,
    metavar="FILE|URL",
    envvar="EDATOOL_OUTBOX_DSN",
    help="Look into this outbox, too; repeat it for more. A URL is better in EDATOOL_OUTBOX_DSN.",
)
@click.option("--once", is_flag=True, help="Look once; so it is without a terminal, in JSON and with -o, too.")
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    default=_EVERY,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait between looks.",
)
@click.option("--prometheus", metavar="[HOST:]PORT", help="Serve what is wrong as metrics for Prometheus, at /metrics.")
@format_option(FORMATS)
@output_option
def status(
    *,
    files: tuple[str, ...],
    outboxes: tuple[str, ...],
    once: bool,
    every: float,
    prometheus: str | None,
    output: str,
    **broker: str | None,
) -> int:
    """Show how the queues of the spec are, and what is wrong, the worst first, with the command to type next.

    On a terminal it goes on until Ctrl-C. Looked at once, it exits with 1 where there is an alert: a threshold of
    `alerts` in the spec is passed, a queue is missing or down, a node is down or short of memory or disk. Rates are
    the average of the last 60 seconds. What is there is only read, and no message is taken. The user needs the tags
    monitoring and policymaker to see all.

    \b
    Example:
      edatool status --broker amqp://user:password@host/vhost
      edatool status --once --format json
      edatool status --prometheus 9420
    """
    from edatool.watch.watch import Watch

    routes = load_spec(files)
    with edatool.connect(address(broker), routes) as vhost:
        watch = Watch(routes, vhost, outboxes)
        options = _spec_options(files)
        if prometheus is not None:
            return _serve(watch, prometheus, every)
        if once or output != "text" or asked().target or not sys.stdout.isatty():
            return _show_once(watch, output, options)
        return _show_live(watch, every, options)


def _spec_options(files: Sequence[str]) -> str:
    """Return what other commands need to find the same spec."""
    return "" if tuple(files) == ("routes.yaml",) else "".join(f" -f {quote(file)}" for file in files)


def _show_once(watch: "Watch", output: str, spec_options: str) -> int:
    from edatool.render.status.shown import ShownStatus

    found = watch.look()
    write(FORMATS.show(output, ShownStatus(found, _width(), _paint(), spec_options)))
    return 1 if found.alarming else 0


def _serve(watch: "Watch", where: str, every: float) -> int:
    from edatool.cli.telling import teller
    from edatool.runtime.metrics.served import exposed
    from edatool.runtime.pausing import pause
    from edatool.runtime.signals import stopped_by_signals
    from edatool.watch.metrics import registry_of

    stopped: list[bool] = []
    tell = teller()
    registry, is_ready = registry_of(watch, every, tell)
    with stopped_by_signals(lambda: stopped.append(True)), exposed(where, is_ready, registry) as port:
        tell(f"metrics on port {port} at /metrics, /healthz and /readyz")
        while not stopped:
            pause(_EVERY, lambda: bool(stopped))
    return 0


@frozen
class _Seen:
    """What was seen last, and why it is no longer seen, where that is so."""

    status: "Status"
    lost: str | None = None


def _show_live(watch: "Watch", every: float, spec_options: str) -> NoReturn:
    from edatool.cli.terminal.live import show_live

    paint = _paint()
    show_live(_Looks(watch, every).look, partial(_lines, paint, spec_options), partial(_below, every))


class _Looks:
    """Looks again and again; once it has seen something, that is kept while the broker cannot be asked."""

    def __init__(self, watch: "Watch", every: float) -> None:
        self._watch, self._every = watch, every
        self._last: _Seen | None = None
        self._lost_since = ""

    def look(self) -> _Seen:
        if self._last is not None:
            time.sleep(self._every)
        try:
            self._last = _Seen(self._watch.look())
            self._lost_since = ""
        except BrokerError as error:
            if self._last is None:
                raise
            self._lost_since = self._lost_since or moment(datetime.now(UTC))
            lost = f"cannot be asked since {self._lost_since} ({error})"
            self._last = _Seen(self._last.status, lost)
        return self._last


def _lines(paint: "Paint", spec_options: str, seen: _Seen | None) -> list[str]:
    from edatool.render.status.shown import ShownStatus

    if seen is None:
        return ["asking the broker ..."]
    width = get_terminal_size().columns
    return FORMATS.show("text", ShownStatus(seen.status, width, paint, spec_options, seen.lost)).splitlines()


def _below(every: float) -> str:
    return f"{moment(datetime.now(UTC))}: looks every {every:g} s, Ctrl-C ends"


def _width() -> int:
    from edatool.render.wrapped import WIDTH

    return get_terminal_size((WIDTH, 0)).columns


def _paint() -> "Paint":
    from edatool.cli.painting import paint
    from edatool.render.paint import unpainted

    return unpainted if coloured(asked()) is False else paint
