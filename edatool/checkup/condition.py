"""The broker itself: its version, what the spec needs of it, its nodes, its feature flags and its clock."""

from datetime import datetime

from edatool.broker.http.about import read_server
from edatool.broker.http.condition import NodeState, read_disabled_feature_flags, read_nodes
from edatool.broker.session import Session
from edatool.checkup.check import Check, Checks, error, ok, warning
from edatool.errors import BrokerError
from edatool.routes import Routes
from edatool.routing.acceptance.objections import objections
from edatool.routing.topology import describe
from edatool.routing.version import numbers
from edatool.spec.rabbitmq.history import OLDEST, REFUSED

CLOSE = 60.0
"""Seconds by which clocks may differ: messages with a time to live, and who applied last, are compared by them."""


def condition(vhost: Session, routes: Routes | None, now: datetime) -> Checks:
    """Look at the broker by the management API."""
    try:
        yield from _version(vhost)
        if routes:
            yield from _needs(vhost, routes)
        yield _nodes(read_nodes(vhost.http))
        yield _feature_flags(read_disabled_feature_flags(vhost.http))
        yield _clock(vhost.http.read_clock(), now)
    except BrokerError as silent:
        yield error("management", silent)


def _version(vhost: Session) -> Checks:
    version = vhost.http.read_version()
    if numbers(version) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        yield warning(
            "version", f"RabbitMQ {version} is older than what edatool is tested with: upgrade to {oldest} or later"
        )
    else:
        yield ok("version", f"RabbitMQ {version}")


def _needs(vhost: Session, routes: Routes) -> Checks:
    wanted = list(routes.own.objects)
    found = objections(wanted, read_server(vhost.http, wanted), routes.external.objects)
    for one in found:
        says = f"{describe(one.object)}: {one.why}"
        yield error("spec", says) if one.verdict is REFUSED else warning("spec", says)
    if not found:
        yield ok("spec", "this RabbitMQ takes all that is declared")


def _nodes(nodes: list[NodeState] | None) -> Check:
    if nodes is None:
        return warning("nodes", "the user may not see alarms and nodes that are down: give it the tag monitoring")
    down = [one.name for one in nodes if not one.running]
    apart = [one.name for one in nodes if one.partitions]
    full = [one.name for one in nodes if one.out_of_memory or one.out_of_disk]
    if full:
        return error(
            "nodes", f"short of memory or disk, so nothing can be published: {', '.join(full)}: make room there"
        )
    if apart:
        return error(
            "nodes", f"a partition of the network keeps nodes apart: {', '.join(apart)}: mend it, then restart them"
        )
    if down:
        return warning("nodes", f"down: {', '.join(down)}: start them, or take them out of the cluster")
    return ok("nodes", f"{', '.join(one.name for one in nodes)}: running, with memory and disk left")


def _feature_flags(disabled: list[str] | None) -> Check:
    if disabled:
        way_out = "run rabbitmqctl enable_feature_flag all before the next upgrade, which may need them"
        return warning("feature flags", f"disabled: {', '.join(disabled)}: {way_out}")
    return ok("feature flags", "all stable ones are enabled" if disabled == [] else "the user may not see them")


def _clock(there: datetime | None, now: datetime) -> Check:
    if there is None:
        return ok("clock", "the broker does not tell its time")
    seconds = abs((there - now).total_seconds())
    if seconds > CLOSE:
        return warning("clock", f"{seconds:.0f} s apart from the broker's: let both follow a time server")
    return ok("clock", "as the broker's")
