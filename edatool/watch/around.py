"""What is wrong around the queues: nodes, messages without a way, drift and outboxes."""

from collections.abc import Iterator, Sequence

from edatool.broker.http.condition import NodeState
from edatool.broker.http.statistics import Unroutable
from edatool.counted import counted
from edatool.spec.alerting import Alerts
from edatool.watch.duration import spoken
from edatool.watch.status import About, DriftCount, Trouble, WatchedOutbox

_DOCTOR = ("doctor",)


def node_troubles(node: NodeState) -> Iterator[About]:
    """Yield what is wrong with a node: RabbitMQ takes no messages anywhere while one has an alarm."""
    about = f"node {node.name}"
    if not node.running:
        yield about, Trouble("node", "alert", "does not run", _DOCTOR)
    for what, alarming in (("memory", node.out_of_memory), ("disk", node.out_of_disk)):
        if alarming:
            yield about, Trouble("alarm", "alert", f"too little {what}, publishers are blocked", _DOCTOR)
    if node.partitions:
        yield about, Trouble("partition", "alert", f"lost sight of {', '.join(node.partitions)}", _DOCTOR)


def unroutable_troubles(seen: Sequence[Unroutable]) -> Iterator[About]:
    """Yield that messages were lost from the first of these looks to the last; nobody can mend what was before."""
    lost = seen[-1].dropped - seen[0].dropped if seen else 0
    if lost > 0:
        what = f"{counted(lost, 'message')} just dropped, as no queue is bound for them"
        yield "vhost", Trouble("unroutable", "notice", what, ("validate", "--profile", "strict"))


def drift_troubles(drift: DriftCount | None) -> Iterator[About]:
    """Yield what is not as the last apply left it, and what was not applied."""
    if drift and drift.drifted:
        what = f"{counted(drift.drifted, 'object')} changed since the last apply"
        yield "vhost", Trouble("drift", "notice", what, ("drift",))
    if drift and drift.unapplied:
        what = f"{counted(drift.unapplied, 'object')} of the spec not applied yet"
        yield "vhost", Trouble("drift", "notice", what, ("plan",))


def outbox_troubles(one: WatchedOutbox, alerts: Alerts) -> Iterator[About]:
    """Yield what is wrong with an outbox, whose oldest message is to be no older than those in queues."""
    about, state, name = f"outbox {one.name}", one.state, () if "://" in one.name else (one.name,)
    if state is None:
        yield about, Trouble("outbox", "notice", f"cannot be read: {one.unread}", ("outbox", "status", *name))
        return
    if state.parked_messages:
        what = f"{counted(state.parked_messages, 'message')} the broker never took"
        yield about, Trouble("outbox", "notice", what, ("outbox", "status", *name))
    if state.waiting and not state.relays:
        what = f"{counted(state.waiting, 'message')} waiting, and no relay sends"
        yield about, Trouble("outbox", "notice", what, ("outbox", "relay", *name))
    if alerts.age is not None and state.age is not None and state.age > alerts.age:
        what = f"oldest message waits {spoken(state.age)}, over {spoken(alerts.age)}"
        yield about, Trouble("outbox", "alert", what, ("outbox", "status", *name))
