"""What a live RabbitMQ says of itself that decides what it takes."""

from collections.abc import Iterable

from edatool.broker.http.answers import TABLE
from edatool.broker.http.management import Management
from edatool.broker.session import Session
from edatool.errors import BrokerRefused
from edatool.routing.acceptance.objection import Server
from edatool.routing.acceptance.objections import need_plugins
from edatool.routing.topology import Object
from edatool.routing.version import numbers

_MAY_SEE_NODES = {"monitoring", "administrator"}


def read_server(management: Management, wanted: Iterable[Object]) -> Server:
    """Return a server as far as that decides about what is wanted on it, and as far as the user may see it.

    Raises:
        BrokerError: as of every method of Management.
    """
    overview = management.read_overview()
    return Server(
        f"RabbitMQ {overview.version}",
        numbers(overview.version),
        overview.exchange_types,
        _plugins(management) if need_plugins(wanted) else None,
        _features(management),
    )


def read_version(session: Session) -> Server | None:
    """Return what a RabbitMQ says of itself over AMQP: its version, and nothing of its plugins and configuration.

    None where it does not say that it is one.

    Raises:
        BrokerUnreachable, BrokerRefused: there is no connection.
    """
    unmet, properties = session.greet(), session.server
    if unmet:
        raise unmet
    version = str(properties.get("version", ""))
    if properties.get("product") != "RabbitMQ" or not version[:1].isdigit():
        return None
    return Server(f"RabbitMQ {version}", numbers(version), features=None)


def _features(management: Management) -> dict[str, bool]:
    """Return which deprecated features are permitted: 3.13 begins to name them, some later version tells the state."""
    try:
        found = management.get("deprecated-features", [{"name": str, "state?": str}]) or ()
    except BrokerRefused:
        return {}
    return {one["name"]: one["state"] == "permitted" for one in found if one.get("state")}


def _plugins(management: Management) -> frozenset[str] | None:
    """Return the plugins that any node has enabled; None where the user may not know, or no node says so yet."""
    if not _MAY_SEE_NODES.intersection(management.read_tags()):
        return None
    nodes = management.get("nodes?columns=enabled_plugins", [TABLE]) or ()
    # A node that has just started shows nothing, as an empty list.
    known = [node["enabled_plugins"] for node in nodes if node and "enabled_plugins" in node]
    return frozenset(plugin for plugins in known for plugin in plugins) if known else None
