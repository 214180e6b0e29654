"""The sample's services at work, for the demo: programs of Python, on the broker of the demo."""

import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import edatool
from edatool.broker.address import Address
from edatool.cli.demo.programs import Running, running, until

SPECS = ("routes.yaml", "on-this-machine.yaml")
_PATIENCE = 60.0
"""Seconds within which a dead letter has to come."""
_POISON = b'{"order": "A-9", "amount": "80", "provider": "acme"}'


def services(url: str, there: Address) -> None:
    """Tell what the services do with events: one that fails twice, one that comes twice, and one that is no event.

    ``url`` is that of ``there``, with the password.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        edatool.init(name, "shop", name="shop")
        routes = edatool.load(*(str(folder / spec) for spec in SPECS))
        _order_service(folder, url, routes, there)
        _large_orders(folder, routes, there)
        with _service("notifications.py", folder, url) as program:
            until(program, "staff: ")


def _order_service(folder: Path, url: str, routes: edatool.Routes, there: Address) -> None:
    with _service("order_processing.py", folder, url) as program, edatool.connect(there, routes) as vhost:
        click.echo("payment.settled for order A-8, for which the carrier is busy at first:")
        _pay(routes, there)
        until(program, "A-8 is shipped")
        click.echo("The same payment once more, with the same message id: nothing is shipped twice.")
        _pay(routes, there)
        click.echo(f"payment.settled of another client, which breaks the contract: {_POISON.decode()}")
        _send_poison(there, vhost.vhost)
        until(program, "goes to the dead letters")
        click.echo("edatool dead-letters edit dead-letters payment-9, with the amount as a number:")
        _edit(vhost, routes)
        until(program, "A-9 is shipped")


def _pay(routes: edatool.Routes, there: Address) -> None:
    with edatool.Publisher(routes, there) as publisher:
        payment = {"order": "A-8", "amount": 6400, "provider": "acme"}
        publisher.publish("payment.settled", payment, message_id="payment-8")


def _send_poison(there: Address, vhost: str) -> None:
    from edatool.broker.publish.publishing import AmqpMessage, Publishing

    now = int(time.time())
    key = "payment.settled"
    client = Publishing(there, vhost)
    client.send(AmqpMessage("events", key, {}, _POISON, key, "payment-9", "another client", now))
    client.close()


def _edit(vhost: edatool.Session, routes: edatool.Routes) -> None:
    """Edit the poisoned event, once it is where the service said that it goes."""
    until = time.monotonic() + _PATIENCE
    while not edatool.read_dead_letters(vhost, "dead-letters", routes=routes) and time.monotonic() < until:
        time.sleep(0.05)
    edatool.edit_dead_letter(
        vhost, "dead-letters", "payment-9", lambda body: body.replace(b'"80"', b"80"), routes=routes
    )


def _large_orders(folder: Path, routes: edatool.Routes, there: Address) -> None:
    click.echo(
        "large orders start a function: edatool consume large-order-function --run 'python services/large_order.py'"
    )
    run = (sys.executable, str(folder / "services" / "large_order.py"))
    with edatool.open_triggers(
        routes, there, [edatool.Trigger("large-order-check", "large-order-function", run=run)], limit=1
    ) as consumer:
        consumer.run()
    click.echo(f"  {consumer.counts.done} done")


def _service(program: str, folder: Path, url: str) -> AbstractContextManager[Running]:
    return running(("python", f"services/{program}", *SPECS), folder, {"EDATOOL_BROKER": url})
