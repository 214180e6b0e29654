"""A spec's thresholds as alerting rules of Prometheus."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from edatool.render.exports.exported import Exported, ToExport
from edatool.render.exports.promql import consumers, depth, ours, quoted
from edatool.routes import Routes
from edatool.spec.alerting import Alerts
from edatool.spec.spec import SpecQueue
from edatool.spec.text.write import as_documents
from edatool.watch.roles import Role, roles

Plain = dict[str, Any]

_SOON, _LATER = "2m", "15m"
"""How long something has to be so: longer than a restart takes, and longer than a rollout."""


def prometheus(wanted: ToExport) -> Exported:
    """Return a file of rules: one for each threshold and owner, and those for what is wrong whatever the thresholds.

    Age, missing queues, drift and unroutable messages are what ``edatool status --prometheus`` tells.
    """
    spec = wanted.routes.spec.name
    rules = [*_of_thresholds(wanted), *_of_dead_letters(wanted), *_of_status(spec, wanted.vhost)]
    return Exported(as_documents(iter([{"groups": [{"name": f"edatool {spec}", "rules": rules}]}]), opened=4))


def _of_thresholds(wanted: ToExport) -> Iterator[Plain]:
    vhost, found = wanted.vhost, list(_thresholds(wanted.routes))
    for (most, owner), names in _grouped(found, lambda one: one.depth):
        what = "{{ $labels.queue }} holds {{ $value }} messages, over " + str(most)
        yield _rule(
            "QueueTooDeep",
            f"{depth(vhost, names)} > {most}",
            _SOON,
            what,
            "edatool peek {{ $labels.queue }}",
            owner=owner,
        )
    for (fewest, owner), names in _grouped(found, lambda one: one.consumers):
        what = "{{ $labels.queue }} has {{ $value }} consumers, under " + str(fewest)
        command = "edatool peek {{ $labels.queue }}"
        yield _rule("QueueWithoutConsumers", f"{consumers(vhost, names)} < {fewest}", _SOON, what, command, owner=owner)
    if any(alerts.age is not None for _, alerts in found):
        selected = ours(wanted.routes.spec.name, vhost, threshold="age")
        what = "the oldest message of {{ $labels.queue }} waits too long"
        yield _rule("QueueTooOld", f"edatool_queue_alert{selected} == 1", _SOON, what, "edatool status")


def _thresholds(routes: Routes) -> Iterator[tuple[SpecQueue, Alerts]]:
    by_role = roles(routes)
    for one in routes.spec.queues.values():
        yield one, one.alerts.over(routes.spec.alerts) if by_role[one.name] == "events" else one.alerts


def _grouped(
    found: Iterable[tuple[SpecQueue, Alerts]], threshold: Callable[[Alerts], int | None]
) -> Iterable[tuple[tuple[int, str | None], list[str]]]:
    """Return the names of queues that have a threshold and their owner in common."""
    groups: dict[tuple[int, str | None], list[str]] = {}
    for queue, alerts in found:
        value = threshold(alerts)
        if value is not None:
            groups.setdefault((value, queue.owner), []).append(queue.name)
    return groups.items()


def _of_dead_letters(wanted: ToExport) -> Iterator[Plain]:
    held: tuple[tuple[Role, str, str, str], ...] = (
        ("dead-letters", "DeadLetters", "dead letters", "edatool dead-letters list {{ $labels.queue }}"),
        ("unroutable", "UnroutableMessages", "messages that no queue is bound for", "edatool peek {{ $labels.queue }}"),
    )
    by_role = roles(wanted.routes)
    for role, alert, what, command in held:
        if names := [name for name, one in by_role.items() if one == role]:
            said = f"{{{{ $labels.queue }}}} holds {{{{ $value }}}} {what}"
            yield _rule(alert, f"{depth(wanted.vhost, names)} > 0", _LATER, said, command, severity="warning")


def _of_status(spec: str, vhost: str) -> Iterator[Plain]:
    selected = ours(spec, vhost)
    dropped = ours(spec, vhost, fate="dropped")
    yield _rule(
        "QueueMissing",
        f"edatool_queue_missing{selected} == 1",
        _SOON,
        "{{ $labels.queue }} is declared, and not on the broker",
        "edatool plan",
    )
    yield _rule(
        "StatusUnknown",
        f"absent(edatool_status_up{selected}) or edatool_status_up{selected} == 0",
        _SOON,
        "edatool status cannot ask the broker, or does not run",
        "edatool doctor",
    )
    yield _rule(
        "MessagesDropped",
        f"increase(edatool_unroutable_messages_total{dropped}[5m]) > 0",
        "0s",
        "messages were dropped, as no queue is bound for them",
        "edatool validate --profile strict",
        severity="warning",
    )
    yield _rule(
        "Drift",
        f"sum by (spec, vhost) (edatool_drift_objects{selected}) > 0",
        _LATER,
        "{{ $value }} objects are not as the spec says",
        "edatool drift",
        severity="warning",
    )
    yield _rule(
        "PolicySurprise",
        f"edatool_policy_surprises{selected} > 0",
        _LATER,
        "{{ $value }} settings of queues are not the spec's, as policies say otherwise",
        "edatool status",
        severity="warning",
    )


def _rule(
    alert: str, expr: str, since: str, what: str, command: str, *, owner: str | None = None, severity: str = "critical"
) -> Plain:
    return {
        "alert": alert,
        "expr": expr,
        "for": since,
        "labels": {"severity": severity, **({"owner": _literal(owner)} if owner else {})},
        "annotations": {"summary": what, "next": command},
    }


def _literal(text: str) -> str:
    """Return what Prometheus, for which labels are templates, makes this text of."""
    return f"{{{{ {quoted(text)} }}}}" if "{{" in text else text
