"""A spec's queues as a dashboard of Grafana (schema version 39, of Grafana 10.3 and later)."""

from json import dumps
from typing import Any

from edatool.render.exports.exported import Exported, ToExport
from edatool.render.exports.promql import consumers, depth, ours
from edatool.watch.roles import Role, roles

Plain = dict[str, Any]

_SCHEMA_VERSION = 39
_COLUMNS = 24
"""How wide a dashboard is."""
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def grafana(wanted: ToExport) -> Exported:
    """Return a dashboard: what is wrong at the top, then how many messages and consumers queues have, by their role."""
    spec = wanted.routes.spec.name
    dashboard = {
        "title": f"Events of {spec}",
        "tags": ["edatool"],
        "schemaVersion": _SCHEMA_VERSION,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "templating": {
            "list": [{"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}]
        },
        "panels": _placed([*_wrong(spec, wanted.vhost), *_queues(wanted), *_around(spec, wanted.vhost)]),
    }
    return Exported(dumps(dashboard, indent=2, ensure_ascii=False) + "\n")


def _wrong(spec: str, vhost: str) -> list[Plain]:
    selected = ours(spec, vhost)
    return [
        _number("Past a threshold", f"sum(edatool_queue_alert{selected})", "edatool status"),
        _number("Missing queues", f"sum(edatool_queue_missing{selected})", "edatool plan"),
        _number("Drift", f"sum(edatool_drift_objects{selected})", "edatool drift"),
        _number("Policy surprises", f"sum(edatool_policy_surprises{selected})", "edatool status"),
    ]


def _queues(wanted: ToExport) -> list[Plain]:
    by_role, vhost = roles(wanted.routes), wanted.vhost
    titles: tuple[tuple[Role, str], ...] = (
        ("events", "Messages in queues"),
        ("dead-letters", "Dead letters"),
        ("unroutable", "Messages that no queue is bound for"),
        ("delay", "Messages that wait to be tried again, or to be due"),
        ("intake", "Messages that wait for edatool router"),
    )
    panels = []
    for role, title in titles:
        if names := [name for name, one in by_role.items() if one == role]:
            panels.append(_curves(title, depth(vhost, names), "{{queue}}"))
            if role == "events":
                panels.append(_curves("Consumers", consumers(vhost, names), "{{queue}}"))
    return panels


def _around(spec: str, vhost: str) -> list[Plain]:
    selected = ours(spec, vhost)
    return [
        _curves("Age of the oldest message", f"edatool_queue_head_age_seconds{selected}", "{{queue}}", unit="s"),
        _curves(
            "Unroutable messages", f"rate(edatool_unroutable_messages_total{selected}[5m])", "{{fate}}", unit="mps"
        ),
        _curves("Outboxes", "edatool_outbox_messages", "{{outbox}} {{state}}"),
    ]


def _number(title: str, expr: str, command: str) -> Plain:
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 1}]
    return {
        "type": "stat",
        "title": title,
        "description": f"Type next: {command}",
        "gridPos": {"w": 6, "h": 4},
        "datasource": _SOURCE,
        "targets": [{"refId": "A", "expr": expr, "instant": True, "datasource": _SOURCE}],
        "fieldConfig": {
            "defaults": {"thresholds": {"mode": "absolute", "steps": steps}, "color": {"mode": "thresholds"}},
            "overrides": [],
        },
        "options": {
            "colorMode": "background",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
    }


def _curves(title: str, expr: str, legend: str, unit: str = "short") -> Plain:
    return {
        "type": "timeseries",
        "title": title,
        "gridPos": {"w": 12, "h": 8},
        "datasource": _SOURCE,
        "targets": [{"refId": "A", "expr": expr, "legendFormat": legend, "datasource": _SOURCE}],
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "table", "placement": "right", "calcs": ["lastNotNull"]}},
    }


def _placed(panels: list[Plain]) -> list[Plain]:
    """Return the panels with numbers and places, from left to right in lines of panels that are equally high."""
    x = y = height = 0
    placed = []
    for number, one in enumerate(panels, start=1):
        size = one["gridPos"]
        if x + size["w"] > _COLUMNS or (x and size["h"] != height):
            x, y = 0, y + height
        placed.append({"id": number, **one, "gridPos": {"x": x, "y": y, **size}})
        x, height = x + size["w"], size["h"]
    return placed
