"""edatool consume: events that start programs, functions and HTTP requests, or are only shown."""

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.completing import deliveries, events, filters, queues
from edatool.cli.options import (
    address,
    broker_options,
    format_option,
    load_spec,
    load_spec_if_there,
    metrics_options,
    spec_option,
)
from edatool.cli.telling import teller
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage
from edatool.render.arrivals import FORMATS

if TYPE_CHECKING:
    from edatool.broker.address import Address
    from edatool.routes import Routes
    from edatool.spec.spec import Trigger

_ACTIONS = ("run", "call", "http", "aws_lambda")


@click.command(cls=Command)
@click.argument("queue", required=False, shell_complete=queues)
@spec_option
@broker_options
@click.option("--run", metavar="COMMAND", help="Run this program, without a shell, for each event.")
@click.option("--warm", is_flag=True, help="With --run: start it once, and speak lines of JSON with it.")
@click.option("--call", metavar="MODULE:FUNCTION", help="Call this Python function.")
@click.option("--http", metavar="URL", help="Post each event there, as CloudEvents over HTTP.")
@click.option("--lambda", "aws_lambda", metavar="MODULE:HANDLER", help="Call this function as AWS Lambda does.")
@click.option("--triggers", is_flag=True, help="Start the actions of all triggers of the spec, of every queue.")
@click.option(
    "--delivery",
    metavar="NAME",
    shell_complete=deliveries,
    help="Post the events of its queue as this delivery of the spec says.",
)
@click.option(
    "--filter",
    "wanted",
    metavar="FILTER",
    shell_complete=filters,
    help="Only for what matches this filter of the spec, or pattern in YAML; other events are acknowledged.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="How long an action may take, else it has failed; 30 if not given.",
)
@click.option(
    "--workers", type=click.IntRange(1, 1000), metavar="N", help="How many actions run at once; 10 if not given."
)
@metrics_options
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="End after N events.")
@click.option("--event", metavar="EVENT", shell_complete=events, help="Show what is published of EVENT.")
@click.option(
    "--offset",
    default="next",
    show_default=True,
    metavar="N|first|next",
    help="Where to begin to show a stream.",
)
@format_option(FORMATS)
@output_option
def consume(
    *,
    queue: str | None,
    files: tuple[str, ...],
    run: str | None,
    warm: bool,
    call: str | None,
    http: str | None,
    aws_lambda: str | None,
    triggers: bool,
    delivery: str | None,
    wanted: str | None,
    timeout: float | None,
    workers: int | None,
    metrics: str | None,
    health: str | None,
    limit: int | None,
    event: str | None,
    offset: str,
    output: str,
    **broker: str | None,
) -> int:
    """Start an action with each event of QUEUE, or of all queues with triggers; without an action, show what comes.

    A program gets the payload on standard input and the attributes of the event in its environment, as CE_ID, CE_TYPE
    and so on. Exit code 0 is success; 65 refuses the event, which goes to the dead letters; after any other it is tried
    again as the queue's retries allow. So is what a function raises, and an answer of HTTP that is not 2xx: 4xx refuses
    the event, but for 408, 409, 423, 425 and 429. SIGTERM and Ctrl-C end it: what runs gets done, the rest stays.

    What is only shown is taken from no queue: a temporary queue gets copies by the same bindings, so what is sent to
    QUEUE by its name is not seen; a stream is read itself. --format json prints a line for each message.

    \b
    Example:
      edatool consume orders --run "python ship.py"
      edatool consume orders --http https://shop.example/orders
      edatool consume --triggers
      edatool consume --delivery partner
      edatool consume --event order.placed --filter big-order
    """
    chosen = dict(zip(_ACTIONS, (run, call, http, aws_lambda), strict=True))
    if delivery is not None:
        if queue or event or triggers or warm or wanted or timeout or workers or any(chosen.values()):
            raise WrongUsage("--delivery takes all that it does from the spec: leave out the rest")
        _deliver(delivery, load_spec(files), address(broker), limit=limit, metrics=metrics, health=health)
        return 0
    if not (triggers or warm or any(chosen.values())):
        from edatool.cli.tailing import tail

        there = address(broker)
        routes = load_spec_if_there(files, there)
        return tail(queue, event, wanted, there, routes, limit=limit, offset=offset, output=output)
    if event:
        raise WrongUsage("--event shows what is published: leave out the action, or name the queue that gets the event")
    routes = load_spec(files)
    started = None if triggers else [_trigger(queue, chosen, warm=warm, timeout=timeout)]
    if triggers and (queue or any(chosen.values()) or timeout):
        raise WrongUsage("--triggers takes queues, actions and timeouts from the spec: leave them out")
    only = edatool.read_filter(wanted, routes) if wanted else None
    there, tell = address(broker), teller()
    with edatool.open_triggers(
        routes,
        there,
        started,
        filter=only,
        limit=limit,
        workers=workers,
        metrics=metrics,
        health=health,
        on_note=tell,
    ) as consumer:
        tell(_begins(routes, started, there))
        consumer.run()
    _tell_counts(consumer)
    return 0


def _deliver(
    name: str, routes: "Routes", there: "Address", *, limit: int | None, metrics: str | None, health: str | None
) -> None:
    tell = teller()
    with edatool.open_delivery(
        routes, there, name, limit=limit, metrics=metrics, health=health, on_note=tell
    ) as consumer:
        tell(f"edatool consume for {routes.spec.name} on {there}: the delivery {name}")
        consumer.run()
        _tell_counts(consumer)


def _tell_counts(consumer: edatool.Consumer) -> None:
    write(", ".join(f"{number} {name}" for name, number in consumer.counts.items() if number) or "no events")


def _trigger(queue: str | None, chosen: dict[str, str | None], *, warm: bool, timeout: float | None) -> "Trigger":
    from edatool.spec.spec import Trigger

    if queue is None:
        raise WrongUsage("name the queue whose events start the action, or say --triggers")
    if sum(action is not None for action in chosen.values()) != 1:
        raise WrongUsage("say what each event starts, and one thing only: --run, --call, --http or --lambda")
    if warm and chosen["run"] is None:
        raise WrongUsage("--warm is for programs: say --run")
    return Trigger(
        name=queue,
        queue=queue,
        run=_words(chosen["run"] or ""),
        call=chosen["call"],
        http=chosen["http"],
        aws_lambda=chosen["aws_lambda"],
        warm=warm,
        timeout=None if timeout is None else round(timeout * 1000),
    )


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise WrongUsage(f"--run {command}: {str(error).lower()}: close it") from None


def _begins(routes: "Routes", started: "Iterable[Trigger] | None", there: object) -> str:
    names = [one.queue for one in (routes.spec.triggers.values() if started is None else started)]
    return f"edatool consume for {routes.spec.name} on {there}: {', '.join(names)}"
