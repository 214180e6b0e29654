"""How a broker is just now: its nodes, their alarms, and its feature flags."""

from edatool.broker.http.management import Management
from edatool.errors import BrokerRefused
from edatool.frozen import frozen

_NODE = {"name": str, "running": bool, "mem_alarm?": bool, "disk_free_alarm?": bool, "partitions?": [str]}
_FLAG = {"name": str, "state": str, "stability?": str}


@frozen
class NodeState:
    """A node of the cluster; ``partitions`` are the nodes that it lost sight of."""

    name: str
    running: bool
    out_of_memory: bool
    out_of_disk: bool
    partitions: tuple[str, ...] = ()


def read_nodes(management: Management) -> list[NodeState] | None:
    """Return the nodes of the cluster, None where the user may not see them (it needs the tag ``monitoring``)."""
    columns = ",".join(name.removesuffix("?") for name in _NODE)
    try:
        found = management.get(f"nodes?columns={columns}", [_NODE]) or ()
    except BrokerRefused:
        return None
    return [
        NodeState(
            one["name"],
            one["running"],
            bool(one.get("mem_alarm")),
            bool(one.get("disk_free_alarm")),
            tuple(one.get("partitions") or ()),
        )
        for one in found
    ]


def read_disabled_feature_flags(management: Management) -> list[str] | None:
    """Return the stable feature flags that are not enabled, None where the user may not see them."""
    try:
        found = management.get("feature-flags", [_FLAG]) or ()
    except BrokerRefused:
        return None
    stable = (one for one in found if one.get("stability") == "stable")
    return sorted(one["name"] for one in stable if one["state"] == "disabled")
