"""Queues of a spec that name no type, for a vhost that is there."""

import os

import click

from edatool.broker.address import Address
from edatool.broker.http.management import Management
from edatool.checks.load import Checked, on_vhost
from edatool.errors import BrokerError, InvalidInput
from edatool.spec.arguments import CLASSIC
from edatool.spec.build import leaves_types_to_vhost
from edatool.visible import visible

_UNKNOWN = "edatool: queues that name no type become classic: what the vhost would make of them cannot be seen"


def typed(checked: Checked, address: Address, vhost: str) -> Checked:
    """Return a spec whose queues have the type that the vhost gives them, where they name none.

    Raises:
        InvalidInput: what the spec says of such a queue is not for that type.
        BrokerError: the user named a management URL, and nobody answers there, or somebody who refuses.
    """
    if not leaves_types_to_vhost(checked.spec.document.value):
        return checked
    given = _default_queue_type(address, vhost)
    if given is None:
        click.echo(_UNKNOWN, err=True)
    try:
        return on_vhost(checked, given or CLASSIC, os.environ)
    except InvalidInput:
        click.echo(
            visible(f"edatool: queues that name no type become {given}, for the vhost {vhost} says so"), err=True
        )
        raise


def _default_queue_type(address: Address, vhost: str) -> str | None:
    if address.management is None:
        return None
    try:
        with Management(address, vhost) as management:
            return management.default_queue_type()
    except BrokerError:
        if address.management_given:
            raise
        return None
