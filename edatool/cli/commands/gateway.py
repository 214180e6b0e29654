"""edatool gateway: takes events by HTTP."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.empty import FromEnvironment
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import address, broker_options, load_spec, metrics_options, spec_option
from edatool.cli.telling import tell
from edatool.cli.writing import output_option, write


@click.command(cls=Command)
@spec_option
@broker_options
@click.option(
    "--listen", default="127.0.0.1:8080", show_default=True, metavar="[HOST:]PORT", help="Where to take requests."
)
@click.option("--tls-cert", type=FILE_NAME, metavar="FILE", help="Serve TLS with this certificate, PEM.")
@click.option("--tls-key", type=FILE_NAME, metavar="FILE", help="Its key, PEM.")
@click.option("--tls-clients", type=FILE_NAME, metavar="FILE", help="Authorities of clients' certificates, PEM.")
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Take requests from this address or network only; repeatable. It has TLS, and says the subject of a client's "
    "certificate in X-Client-Subject.",
)
@click.option(
    "--outbox", type=FILE_NAME, metavar="FILE", help="Keep events in a file until the broker has them, and answer then."
)
@click.option(
    "--keys",
    cls=FromEnvironment,
    envvar="EDATOOL_KEYS",
    metavar="FILE|DSN",
    help="Remember requests by their keys here, beyond the end of the process: a file, or "
    "postgresql://user:password@host/name, which gateways may share; better in EDATOOL_KEYS.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long the broker may take for an event.",
)
@click.option(
    "--in-flight",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="How many requests to have in hand at once.",
)
@metrics_options
@output_option
def gateway(
    *,
    files: tuple[str, ...],
    listen: str,
    tls_cert: str | None,
    tls_key: str | None,
    tls_clients: str | None,
    proxies: tuple[str, ...],
    outbox: str | None,
    keys: str | None,
    timeout: float,
    in_flight: int,
    metrics: str | None,
    health: str | None,
    **broker: str | None,
) -> int:
    """Publish events that are posted by HTTP.

    POST /events/EVENT publishes the JSON that is its body. The answer tells what is true: 202 when the broker has
    confirmed the event, or the outbox has it; 422 with all that breaks its contract; 409 where no queue is bound for
    it; 503 when the broker takes nothing, 504 when nobody knows. /healthz and /readyz tell whether all is well.

    The producers of the spec may send, each the events that it names, with a token, a certificate, a signature or, in
    SOAP, a password. Where the spec declares none, anybody may who is on this machine, and it listens nowhere else;
    with sources it does, and takes their webhooks alone there.

    SIGTERM and Ctrl-C end it: requests in hand have their answers first.

    \b
    Example:
      edatool gateway --listen 127.0.0.1:8080 --broker amqp://user:password@host/vhost
    """
    from edatool.runtime.metrics.measured import registry_for
    from edatool.runtime.metrics.served import served
    from edatool.runtime.signals import stopped_by_signals

    routes, there = load_spec(files), address(broker)
    registry = registry_for(metrics)
    opened = edatool.open_gateway(
        routes,
        there,
        listen,
        tls=_tls(tls_cert, tls_key, tls_clients),
        proxies=proxies,
        outbox=outbox,
        keys=keys,
        timeout=timeout,
        in_flight=in_flight,
        registry=registry,
    )
    with opened as found, stopped_by_signals(found.stop), served(metrics, health, registry, found.is_ready):
        tell(f"edatool gateway for {routes.spec.name} at {found.url}, to {there}")
        if found.is_open:
            tell("anybody on this machine may send, as the spec declares no producers")
        found.run()
    write(", ".join(f"{number} {name}" for name, number in found.counts.items()) or "no events")
    return 0


def _tls(certificate: str | None, key: str | None, clients: str | None) -> "edatool.ServedTls | None":
    if certificate and key:
        return edatool.ServedTls(certificate, key, clients)
    if certificate or key or clients:
        raise edatool.WrongUsage("TLS takes a certificate and its key: give --tls-cert and --tls-key")
    return None
