"""The options that commands share, and what they stand for."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

import edatool
from edatool.cli.completing import events, queues_and_exchanges
from edatool.cli.empty import FromEnvironment, from_environment
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.telling import tell
from edatool.visible import visible

if TYPE_CHECKING:
    from edatool.broker.address import Address
    from edatool.change.allowed import Allowed
    from edatool.findings import Finding
    from edatool.render.formats import Formats
    from edatool.routes import Routes

Command = TypeVar("Command", bound=Callable[..., object])

spec_option = click.option(
    "-f",
    "--file",
    "files",
    cls=FromEnvironment,
    multiple=True,
    type=FILE_NAME,
    metavar="FILE",
    envvar="EDATOOL_FILE",
    default=["routes.yaml"],
    show_default="routes.yaml",
    help="The spec, or - for standard input; repeat it to override with later files.",
)


def format_option(*formats: "Formats[Any, Any]") -> Callable[[Command], Command]:
    """Offer output formats, of which the first is the default."""
    names = tuple(dict.fromkeys(name for one in formats for name in one.names))
    return click.option(
        "--format",
        "output",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="The output format.",
    )


def rabbitmq_option(about: str) -> Callable[[Command], Command]:
    """Let a version of RabbitMQ be named."""
    return click.option("--rabbitmq", cls=FromEnvironment, metavar="VERSION", envvar="EDATOOL_RABBITMQ", help=about)


profile_option = click.option(
    "--profile",
    type=click.Choice(["strict", "migration-4"]),
    help="strict: ask the rules that are off by default, too, and make errors of warnings; "
    "migration-4: find what RabbitMQ 4 refuses or ignores.",
)

NOT_REVIEWED = "none"
"""What stands for the number of a plan where none was reviewed."""

yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask.")

dialect_option = click.option(
    "--dialect",
    type=click.Choice(["postgresql", "sqlite"]),
    default="postgresql",
    show_default=True,
    help="The database.",
)

wait_option = click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another apply on the same vhost.",
)


def metrics_options(command: Command) -> Command:
    """Add where a program that goes on is seen from outside."""
    metrics = click.option(
        "--metrics", metavar="[HOST:]PORT", help="Serve metrics for Prometheus at /metrics, and what --health does."
    )
    health = click.option("--health", metavar="[HOST:]PORT", help="Serve /healthz and /readyz.")
    return metrics(health(command))


against_option = click.option(
    "--against",
    default="HEAD",
    show_default=True,
    metavar="COMMIT|PATH",
    help="What to compare with: a commit of git (or COMMIT:PATH), a folder, a spec.",
)

all_messages_option = click.option(
    "--all-messages", is_flag=True, help="In JSON, show every message that was tried, not a few per change."
)

exit_code_option = click.option("--exit-code", is_flag=True, help="Exit with 3 where changes are pending.")

check_option = click.option("--check", is_flag=True, help="Exit with 5 where apply would refuse this.")

by_event_option = click.option("--by-event", is_flag=True, help="List events one by one, also those that fare alike.")


def allowing_options(command: Command) -> Command:
    """Add what a person can agree to, and edatool does not do by itself."""
    for option in reversed(_ALLOWING_OPTIONS):
        command = option(command)
    return command


_ALLOWING_OPTIONS = (
    click.option("--adopt", is_flag=True, help="Take over declared objects that others have made."),
    click.option(
        "--replace",
        multiple=True,
        metavar="NAME",
        shell_complete=queues_and_exchanges,
        help="Replace this queue or exchange, which cannot be changed in place, without losing messages.",
    ),
    click.option(
        "--discard",
        multiple=True,
        metavar="QUEUE",
        shell_complete=queues_and_exchanges,
        help="Remove this queue (or delayed exchange) with what it holds, or limit it further: messages are lost.",
    ),
    click.option(
        "--allow-unroutable",
        multiple=True,
        metavar="EVENT",
        shell_complete=events,
        help="Let this event lose its last queue.",
    ),
    click.option(
        "--allow-removals",
        is_flag=True,
        help="Let more than nine tenths of what this spec has made be removed.",
    ),
)


def allowed(options: dict[str, Any]) -> "Allowed":
    """Return what the options of ``allowing_options`` agree to; they are taken out of ``options``."""
    from edatool.change.allowed import Allowed

    return Allowed(
        adopt=options.pop("adopt"),
        replace=frozenset(options.pop("replace")),
        discard=frozenset(options.pop("discard")),
        unroutable=frozenset(options.pop("allow_unroutable")),
        removals=options.pop("allow_removals"),
    )


def broker_options(command: Command) -> Command:
    """Add what is needed to reach a broker; the callback gets it as one mapping for ``address``."""
    for option in reversed(_BROKER_OPTIONS):
        command = option(command)
    return command


def _file_option(name: str, variable: str, about: str) -> Callable[[Command], Command]:
    return click.option(name, cls=FromEnvironment, type=FILE_NAME, metavar="FILE", envvar=variable, help=about)


_BROKER_OPTIONS = (
    click.option(
        "--broker",
        cls=FromEnvironment,
        metavar="URL",
        envvar="EDATOOL_BROKER",
        default="amqp://localhost",
        show_default=True,
        help="The broker, amqp[s]://user:password@host:port/vhost. A password that is not in it is read from "
        "EDATOOL_PASSWORD.",
    ),
    click.option(
        "--management",
        cls=FromEnvironment,
        metavar="URL",
        envvar="EDATOOL_MANAGEMENT",
        help="The management API; derived from the broker's host if not given; none to do without. "
        "EDATOOL_MANAGEMENT counts for the broker of EDATOOL_BROKER only.",
    ),
    _file_option("--ca", "EDATOOL_CA", "Authorities to trust, PEM."),
    _file_option("--cert", "EDATOOL_CERT", "Client certificate, PEM."),
    _file_option("--cert-key", "EDATOOL_CERT_KEY", "Key of the client certificate, PEM."),
)


def other_broker_options(command: Command) -> Command:
    """Add the same options, with no broker unless the command line names one."""
    about = "Run on this broker too, amqp[s]://user:password@host:port."
    option = click.option("--broker", "other", metavar="URL", help=about)
    for one in reversed((option, *_BROKER_OPTIONS[1:])):
        command = one(command)
    return command


def address(options: dict[str, str | None]) -> "Address":
    """Return the broker that the options of ``broker_options`` name."""
    return _address(options, "broker")


def other_address(options: dict[str, str | None]) -> "Address | None":
    """Return the broker that the options of ``other_broker_options`` name, None where they name none."""
    return _address(options, "other") if options["other"] else None


def _address(options: dict[str, str | None], name: str) -> "Address":
    from urllib.parse import urlsplit

    from edatool.broker.address import Tls, parse

    quieten_pika()
    broker = options[name]
    assert broker
    files = Tls(options["ca"], options["cert"], options["cert_key"])
    found = parse(broker, None if _is_of_another_broker(broker, name) else options["management"], files)
    password, split = from_environment("EDATOOL_PASSWORD"), urlsplit(broker)
    return replace(found, password=password) if password and split.username and not split.password else found


def quieten_pika() -> None:
    """Let pika log to nobody, unless with --debug: we say it better, and Python would print it to stderr."""
    import logging

    if not asked().debug:
        logging.getLogger("pika").addHandler(logging.NullHandler())


_BEFORE_SETTINGS = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)


def _is_of_another_broker(broker: str, name: str) -> bool:
    """Tell whether the management URL was given together with another broker than this one.

    That of the environment belongs to EDATOOL_BROKER, and that of the settings to the broker there. They do not count
    where another broker counts before that one.
    """
    from edatool.broker.address import parse

    context, settings = click.get_current_context(), asked().settings
    of_broker, of_management = (context.get_parameter_source(one) for one in (name, "management"))
    if of_management is ParameterSource.ENVIRONMENT and of_broker is ParameterSource.COMMANDLINE:
        where, own = "EDATOOL_MANAGEMENT", os.environ.get("EDATOOL_BROKER", "")
    elif of_management is ParameterSource.DEFAULT_MAP and settings and of_broker in _BEFORE_SETTINGS:
        where, own = f"management in {settings.file}", str(settings.values.get("broker", ""))
    else:
        return False
    named = parse(broker)
    if own and (parse(own).host, parse(own).port) == (named.host, named.port):
        return False
    click.echo(visible(f"edatool: {where} does not count, as it is not for the broker that is named"), err=True)
    return True


def missing_of(files: "Sequence[str]") -> list[str]:
    """Return the files that were named on the command line, and are not there."""
    elsewhere = ("-", "package:", "broker:")
    return [one for one in files if not one.startswith(elsewhere) and not os.path.lexists(one)]


def load_spec(
    files: tuple[str, ...],
    there: "Address | None" = None,
    *,
    environment: "Mapping[str, str] | None" = None,
    rabbitmq: str | None = None,
    profile: str | None = None,
) -> "Routes":
    """Read the spec and its contracts; the number of warnings goes to stderr.

    With a broker it may be ``broker:NAME``, kept there; the rest is as of ``edatool.load``.

    Raises:
        InvalidInput: with all errors.
        WrongUsage: a file is not there.
    """
    from edatool.errors import InvalidInput, WrongUsage
    from edatool.findings import errors

    if missing := missing_of(files):
        raise WrongUsage(f"{missing[0]} cannot be read: there is no such file; name the spec with -f FILE")
    routes = edatool.load(*files, broker=there, environment=environment, rabbitmq=rabbitmq, profile=profile)
    _tell_warnings(routes.findings, files, profile)
    if not routes.ok:
        raise InvalidInput(errors(list(routes.findings)))
    return routes


def load_spec_if_there(files: tuple[str, ...], there: "Address | None" = None) -> "Routes | None":
    """Read the spec as ``load_spec`` does; None where nobody named one and there is no routes.yaml.

    Raises: as ``load_spec``.
    """
    source = click.get_current_context().get_parameter_source("files")
    if source is ParameterSource.DEFAULT and missing_of(files):
        tell("edatool: there is no routes.yaml here: payloads are not checked")
        return None
    return load_spec(files, there)


def _tell_warnings(findings: "Sequence[Finding]", files: tuple[str, ...], profile: str | None) -> None:
    """Show warnings with --verbose; else only say where: they would bury what a command has to say itself."""
    from edatool.render.findings.totals import totals

    warnings = [finding for finding in findings if not finding.prevents_use]
    if warnings and asked().verbose:
        from edatool.cli.finding import tell_findings

        tell_findings(warnings)
    elif warnings:
        named = "" if files == ("routes.yaml",) else "".join(f" -f {file}" for file in files)
        named += f" --profile {profile}" if profile else ""
        shows = "shows it" if len(warnings) == 1 else "shows them"
        tell(f"{totals(warnings)}: edatool validate{named} {shows}")
