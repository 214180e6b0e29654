"""All that a vhost holds, for a spec to be written of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from edatool.broker.http.answers import TABLE
from edatool.broker.http.management import Management
from edatool.broker.identity import require_one_broker
from edatool.broker.live import note_unmet
from edatool.broker.session import Session
from edatool.errors import BrokerRefused, WrongUsage
from edatool.findings import Finding
from edatool.routing.definitions.definitions import topology_of
from edatool.routing.importing.besides import NOT_TAKEN, OR_ELSE, parameters
from edatool.routing.importing.source import ImportSource
from edatool.routing.topology import Identity, Setting


def read_source(vhost: Session, *, administration: bool, on_note: Callable[[str], None]) -> ImportSource:
    """Read a vhost; with ``administration`` also the vhost itself, users, operator policies, upstreams and shovels.

    ``on_note`` is told where AMQP does not let us in.

    Raises:
        WrongUsage: there is no management API; or it is that of another broker.
        BrokerRefused: the user lacks a tag.
        BrokerError: the management API does not answer, or not as it should.
    """
    there = vhost.address
    if there.management is None:
        raise WrongUsage("a broker can be imported by its management API only: name it with --management")
    management = vhost.http
    topology, version = management.read(), management.read_version()
    settings = _read_settings(management, vhost.vhost) if administration else {}
    exclusive = {one.name: one for one in management.read_exclusive_queues()}
    names = management.read_parameter_names()
    note_unmet(require_one_broker(vhost), vhost, on_note)
    return ImportSource(
        replace(topology, queues={**topology.queues, **exclusive}, settings=settings),
        vhost.vhost,
        f"{there.host}:{there.port}, vhost {vhost.vhost}, RabbitMQ {version}",
        tuple(_besides(names, administration=administration)),
        there.user,
    )


def _besides(names: list[str] | None, *, administration: bool) -> Iterator[Finding]:
    unseen = "parameters, operator policies and limits cannot be seen by this user: use one with the tag policymaker"
    sentences = [unseen] if names is None else parameters(names, administration=administration)
    for sentence in sentences:
        yield Finding(NOT_TAKEN, sentence)
    if not administration:
        what = "users, permissions and what the vhost says of itself are not taken over"
        yield Finding(NOT_TAKEN, f"{what}: keep them where they are managed now{OR_ELSE}")


def _read_settings(management: Management, vhost: str) -> Mapping[Identity, Setting]:
    """Return all settings of a vhost without the secrets in them."""
    if "administrator" not in management.read_tags():
        way_out = "give it the tag, or import without --administration"
        raise BrokerRefused(f"{management.user!r} lacks the tag administrator, which --administration needs: {way_out}")
    # RabbitMQ 3.10 leaves out of its definitions what a vhost says of itself.
    vhosts = [management.get(f"vhosts/{management.vhost}", TABLE)]
    definitions = management.get("definitions", TABLE)
    return topology_of({**definitions, "vhosts": vhosts}, vhost, administration=True).settings
