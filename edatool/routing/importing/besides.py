"""What a definitions file holds besides what is taken over of it, so that nothing is lost in silence."""

from collections.abc import Iterator
from typing import Any

from edatool.findings import Finding
from edatool.routing.definitions.entries import Entry, entries
from edatool.routing.definitions.keys import KEYS
from edatool.routing.definitions.settings import KNOWN_COMPONENTS, OF_A_VHOST
from edatool.routing.definitions.vhosts import ALONE, about, belonging
from edatool.routing.settings import LIMIT
from edatool.routing.topology import Topology

NOT_TAKEN = "W403"
KEEP = "keep it where it is managed now"
OR_ELSE = ", or import with --administration"

_ACCESS = ("users", "permissions", "topic_permissions")
_ABOUT_THE_FILE = frozenset(
    (
        *("rabbit_version", "rabbitmq_version", "product_name", "product_version", "explanation", ALONE),
        *("rabbitmq_definition_format", "original_cluster_name", "metadata", "limits", *OF_A_VHOST),
    )
)
# RabbitMQ makes these itself; ours are the ledgers and what is kept with them.
_GLOBAL_PARAMETERS = ("cluster_name", "cluster_tags", "internal_", "edatool")


def besides(definitions: Entry, vhost: str, there: Topology, *, administration: bool) -> list[Finding]:
    """Return a finding (W403) on each thing of a file that is not taken over; ``there`` is what was read of it."""
    sentences = [
        *parameters(_parameter_names(definitions, vhost), administration=administration),
        *(_without_users(definitions) if administration else _access(definitions)),
        *_of_the_vhost(definitions, vhost, there, administration=administration),
        *_global_parameters(definitions),
        *(f"RabbitMQ does not know {key!r} of the file, which is not taken over" for key in _unknown(definitions)),
    ]
    return [Finding(NOT_TAKEN, sentence) for sentence in sentences]


def parameters(names: list[str], *, administration: bool) -> Iterator[str]:
    """Say of parameters, named by component and name, that they are not taken over, of those that are not."""
    for name in names:
        known = name.split()[0] in KNOWN_COMPONENTS
        if not (known and administration):
            yield f"the parameter {name} is not taken over: {KEEP}{OR_ELSE if known else ''}"


def _parameter_names(definitions: Entry, vhost: str) -> list[str]:
    belongs = belonging(definitions, vhost)
    found = entries(definitions, "parameters", belongs, [])
    return sorted(f"{one['component']} {one['name']}" for one in found)


def _without_users(definitions: Entry) -> Iterator[str]:
    if "users" not in definitions:
        yield "the file has no users: export the definitions of the whole broker to take them over"


def _access(definitions: Entry) -> Iterator[str]:
    for kind in _ACCESS:
        if definitions.get(kind):
            yield f"{kind} of the file are not taken over: keep them where they are managed now{OR_ELSE}"


def _of_the_vhost(definitions: Entry, vhost: str, there: Topology, *, administration: bool) -> Iterator[str]:
    limits = {one.name: one.value["value"] for one in there.settings.values() if one.kind == LIMIT}
    for key, value in about(definitions, vhost).items():
        if key == "limits":
            if value != limits:
                yield "limits of the vhost itself are not taken over: RabbitMQ reads them from a parameter vhost-limits"
        elif key not in OF_A_VHOST:
            yield f"{key} of the vhost is not taken over: a spec cannot say it"
        elif not administration and (key, value) != ("default_queue_type", "classic"):
            yield f"{key} of the vhost is not taken over: {KEEP}{OR_ELSE}"


def _global_parameters(definitions: Entry) -> Iterator[str]:
    listed: Any = definitions.get("global_parameters")
    names = [one.get("name") for one in listed or () if isinstance(one, dict)] if isinstance(listed, list) else []
    for name in names:
        if not str(name).startswith(_GLOBAL_PARAMETERS):
            yield f"the global parameter {name!r} is not taken over: {KEEP}"


def _unknown(definitions: Entry) -> list[str]:
    known = {*KEYS, "global_parameters", *_ABOUT_THE_FILE} - {"settings"}
    return sorted(definitions.keys() - known)
