"""Queues of a spec that name no type, for a vhost that is there."""

from collections.abc import Callable, Mapping

from edatool.broker.session import Session
from edatool.checks.load import on_vhost
from edatool.errors import BrokerError, InvalidInput
from edatool.routes import Routes
from edatool.spec.build import leaves_types_to_vhost
from edatool.spec.rabbitmq.arguments import CLASSIC


def typed(checked: Routes, vhost: Session, environment: Mapping[str, str], on_note: Callable[[str], None]) -> Routes:
    """Return a spec whose queues have the type that the vhost gives them, where they name none.

    Raises:
        InvalidInput: what the spec says of such a queue is not for that type.
        BrokerError: the user named a management URL, and nobody answers there, or somebody who refuses.
    """
    if not leaves_types_to_vhost(checked.spec.document.value):
        return checked
    given = _read_default_type(vhost)
    if given is None:
        on_note("queues that name no type become classic: what the vhost would make of them cannot be seen")
    try:
        return on_vhost(checked, given or CLASSIC, environment)
    except InvalidInput:
        on_note(f"queues that name no type become {given}, for the vhost {vhost.vhost} says so")
        raise


def _read_default_type(vhost: Session) -> str | None:
    if vhost.address.management is None:
        return None
    try:
        return vhost.http.read_default_queue_type()
    except BrokerError:
        if vhost.address.management_given:
            raise
        return None
