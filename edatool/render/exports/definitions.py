"""A spec, or a vhost as it is, as a definitions file of RabbitMQ."""

from dataclasses import replace
from json import dumps

from edatool.render.exports.exported import Exported, ToExport, unsaid, unsaid_readers
from edatool.routing.definitions.definitions import definitions_of
from edatool.routing.topology import Topology, describe


def definitions(wanted: ToExport) -> Exported:
    """Return the definitions of what the spec makes, without what may hold secrets."""
    own = wanted.routes.own
    left_out = unsaid(
        "this export",
        "users, permissions, operator policies and parameters, which may hold secrets",
        (describe(one) for one in own.settings.values()),
        "apply them with edatool",
    )
    left_out += unsaid_readers("this export", wanted.routes.spec)
    return Exported(definitions_text(replace(own, settings={}), wanted.vhost), tuple(left_out))


def definitions_text(topology: Topology, vhost: str) -> str:
    """Return the definitions of a topology."""
    return dumps(definitions_of(topology, vhost), indent=2) + "\n"
