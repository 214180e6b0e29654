"""What Prometheus sees, and what the rules and the dashboard that are made of a spec ask it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pika
import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

import edatool
from edatool.server import node
from edatool.server.installed import free_ports, until
from edatool.silent import silent
from edatool.watch.metrics import registry_of
from edatool.watch.watch import Watch
from tests.cluster_fixtures import require_installed_server
from tests.render.exports import grafana_model
from tests.watch.conftest import SPEC, Watched

Labels = dict[str, str]
RABBITMQS = {"rabbitmq_detailed_queue_messages", "rabbitmq_detailed_queue_consumers"}
"""What is asked of RabbitMQ's own exporter."""


def samples(watch: Watch, on_note: Callable[[str], None] = silent) -> dict[tuple[str, ...], float]:
    """Return all values by name and the values of the labels but for spec and vhost."""
    registry, _ = registry_of(watch, 60, on_note)
    families = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (one.name, *(value for label, value in one.labels.items() if label not in ("spec", "vhost"))): one.value
        for family in families
        for one in family.samples
    }


def test_metrics_say_what_rabbitmq_cannot_know(watched: Watched) -> None:
    with edatool.connect(watched.address, watched.routes) as session:
        found = samples(Watch(watched.routes, session))
    queues = {key[1] for key in found if key[0] == "edatool_queue_missing"}
    assert queues == set(watched.routes.topology.queues), "labels are the spec's names alone"
    assert found["edatool_status_up",] == 1
    assert (found["edatool_queue_missing", "lost"], found["edatool_queue_missing", "deep"]) == (1, 0)
    alerts = {key[1:]: value for key, value in found.items() if key[0] == "edatool_queue_alert" and key[2] != "age"}
    assert alerts == {("deep", "depth"): 1, ("alone", "consumers"): 1, ("dead", "depth"): 0}
    assert 600 <= found["edatool_queue_head_age_seconds", "slow"] < 900
    assert (found["edatool_queue_alert", "slow", "age"], found["edatool_queue_alert", "patient", "age"]) == (1, 0)
    unknown = {("edatool_queue_head_age_seconds", "deep"), ("edatool_queue_alert", "deep", "age")}
    assert not unknown & found.keys(), "what cannot be known is not told"
    assert (found["edatool_drift_objects", "drifted"], found["edatool_drift_objects", "unapplied"]) == (2, 0)
    assert found["edatool_unroutable_messages_total", "dropped"] == 1
    assert found["edatool_policy_surprises",] == 2


def test_without_a_broker_only_that_is_said(watched: Watched) -> None:
    nowhere = replace(watched.address, management="http://127.0.0.1:1")
    with edatool.connect(nowhere, watched.routes) as session:
        notes: list[str] = []
        assert samples(Watch(watched.routes, session), notes.append) == {("edatool_status_up",): 0}
    assert [one.partition(":")[0] for one in notes] == ["the broker cannot be asked"]


@pytest.fixture(scope="module")
def promtool() -> str:
    """The program that checks rules."""
    found = shutil.which("promtool")
    if found is None:
        reason = "promtool is not installed (Debian: prometheus)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def rules_of(tmp_path: Path, spec: str = SPEC) -> Path:
    (tmp_path / "routes.yaml").write_text(spec)
    rules = tmp_path / "rules.yaml"
    rules.write_text(edatool.export(edatool.load(str(tmp_path / "routes.yaml")), "prometheus").text)
    return rules


def check(promtool: str, *arguments: str) -> None:
    done = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules_fire_for_the_queues_that_they_are_about(promtool: str, tmp_path: Path) -> None:
    """As promtool works them out, on series such as RabbitMQ and edatool have."""
    rules_of(tmp_path)
    check(promtool, "check", "rules", str(tmp_path / "rules.yaml"))
    queue, deep = 'vhost="/", queue="{}"', {"vhost": "/", "queue": "deep"}
    ours = 'spec="shop", vhost="/"'

    def series(name: str, labels: str, values: str) -> dict[str, str]:
        return {"series": f"{name}{{{labels}}}", "values": values}

    def fired(alert: str, labels: Labels, summary: str, command: str) -> dict[str, Any]:
        expected = [{"exp_labels": labels, "exp_annotations": {"summary": summary, "next": command}}]
        return {"eval_time": "30m", "alertname": alert, "exp_alerts": expected}

    critical, warning = {"severity": "critical"}, {"severity": "warning"}
    test = {
        "rule_files": ["rules.yaml"],
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    series("rabbitmq_detailed_queue_messages", queue.format("deep"), "4x40"),
                    series("rabbitmq_detailed_queue_messages", queue.format("deeper"), "4x40"),
                    series("rabbitmq_detailed_queue_messages", queue.format("dead"), "1x40"),
                    series("rabbitmq_detailed_queue_consumers", queue.format("alone"), "0x40"),
                    series("rabbitmq_detailed_queue_consumers", queue.format("deep"), "0x40"),
                    series("edatool_queue_missing", f'{ours}, queue="lost"', "1x40"),
                    series("edatool_queue_missing", f'{ours}, queue="deep"', "0x40"),
                    series("edatool_status_up", ours, "1x40"),
                    series("edatool_unroutable_messages_total", f'{ours}, fate="dropped"', "0x28 1x12"),
                    series("edatool_drift_objects", f'{ours}, kind="drifted"', "2x40"),
                    series("edatool_policy_surprises", ours, "0x40"),
                ],
                "alert_rule_test": [
                    fired(
                        "QueueTooDeep",
                        {**critical, **deep, "owner": "order-service"},
                        "deep holds 4 messages, over 3",
                        "edatool peek deep",
                    ),
                    fired(
                        "QueueWithoutConsumers",
                        {**critical, "vhost": "/", "queue": "alone"},
                        "alone has 0 consumers, under 1",
                        "edatool peek alone",
                    ),
                    fired(
                        "QueueMissing",
                        {**critical, "vhost": "/", "queue": "lost", "spec": "shop"},
                        "lost is declared, and not on the broker",
                        "edatool plan",
                    ),
                    fired(
                        "DeadLetters",
                        {**warning, "vhost": "/", "queue": "dead"},
                        "dead holds 1 dead letters",
                        "edatool dead-letters list dead",
                    ),
                    fired(
                        "MessagesDropped",
                        {**warning, "vhost": "/", "spec": "shop", "fate": "dropped"},
                        "messages were dropped, as no queue is bound for them",
                        "edatool validate --profile strict",
                    ),
                    fired(
                        "Drift",
                        {**warning, "vhost": "/", "spec": "shop"},
                        "2 objects are not as the spec says",
                        "edatool drift",
                    ),
                    *({"eval_time": "30m", "alertname": one} for one in ("PolicySurprise", "StatusUnknown")),
                ],
            }
        ],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(test))
    check(promtool, "test", "rules", str(tmp_path / "test.yaml"))


def test_names_that_are_expressions_or_templates_stay_names(promtool: str, tmp_path: Path) -> None:
    spec = (
        "edatool: 1\nname: 'a\"b'\nqueues:\n"
        "  'x.*\"y': {owner: '{{ nobody }}', alerts: {depth: 1}}\n"
        "bindings: [{queue: 'x.*\"y', exchange: amq.topic, key: a}]\n"
    )
    rules = rules_of(tmp_path, spec)
    check(promtool, "check", "rules", str(rules))
    rule = yaml.safe_load(rules.read_text())["groups"][0]["rules"][0]
    assert rule["labels"]["owner"] == '{{ "{{ nobody }}" }}'
    assert r'queue=~"x\\.\\*\"y"' in rule["expr"]


def test_the_dashboard_asks_what_prometheus_reads_and_its_panels_do_not_overlap(promtool: str, tmp_path: Path) -> None:
    rules_of(tmp_path)
    dashboard = json.loads(edatool.export(edatool.load(str(tmp_path / "routes.yaml")), "grafana").text)
    panels = dashboard["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    assert len(expressions) == len(panels) > 8
    rules = {"groups": [{"name": "all", "rules": [{"record": f"r{n}", "expr": e} for n, e in enumerate(expressions)]}]}
    (tmp_path / "asked.yaml").write_text(yaml.safe_dump(rules))
    check(promtool, "check", "rules", str(tmp_path / "asked.yaml"))
    covered = [cell for panel in panels for cell in _cells(panel["gridPos"])]
    assert len(covered) == len(set(covered))
    assert max(x for x, _ in covered) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {panel["type"] for panel in panels} == {"stat", "timeseries"}
    variable = dashboard["templating"]["list"][0]["name"]
    sources = {panel["datasource"]["uid"] for panel in panels}
    assert sources == {f"${{{variable}}}"}


def _cells(place: dict[str, int]) -> Iterator[tuple[int, int]]:
    for x in range(place["x"], place["x"] + place["w"]):
        for y in range(place["y"], place["y"] + place["h"]):
            yield x, y


def test_the_dashboard_is_one_as_grafana_reads_it(tmp_path: Path) -> None:
    rules_of(tmp_path)
    text = edatool.export(edatool.load(str(tmp_path / "routes.yaml")), "grafana").text
    dashboard = grafana_model.read(text)
    assert list(grafana_model.misfits(dashboard)) == []
    assert list(grafana_model.lost(json.loads(text), grafana_model.written(dashboard))) == [], (
        "Grafana does not know it"
    )


def test_rules_and_dashboard_ask_for_metrics_and_labels_that_there_are(watched: Watched, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox.db"
    with edatool.Publisher(watched.routes, "amqp://localhost:1", outbox=outbox) as publisher:
        publisher.publish("deep", {})
    with edatool.connect(watched.address, watched.routes) as session:
        registry, _ = registry_of(Watch(watched.routes, session, [outbox]), 60)
        there = {name: labels | {""} for name, labels in labels_of(generate_latest(registry).decode()).items()}
    there |= {name: {"", "vhost", "queue"} for name in RABBITMQS}
    rules = yaml.safe_load(edatool.export(watched.routes, "prometheus").text)["groups"][0]["rules"]
    panels = json.loads(edatool.export(watched.routes, "grafana").text)["panels"]
    targets = [target for panel in panels for target in panel["targets"]]
    expressions = [(one["expr"], "") for one in rules] + [(one["expr"], one.get("legendFormat", "")) for one in targets]
    asked = {pair for expression, legend in expressions for pair in asked_by(expression, legend)}
    assert {name for name, _ in asked} > RABBITMQS
    assert [(name, label) for name, label in sorted(asked) if label not in there.get(name, ())] == []


def asked_by(expression: str, legend: str) -> Iterator[tuple[str, str]]:
    """Yield the metrics of an expression with each label that is asked of them, and once without any."""
    for name, selected in re.findall(r"((?:edatool|rabbitmq)_\w+)(?:{([^}]*)})?", expression):
        labels = re.findall(r"(\w+)=", selected) + re.findall(r"{{(\w+)}}", legend)
        yield from ((name, label) for label in ("", *labels))


def labels_of(exposition: str) -> dict[str, set[str]]:
    """Return the labels of each metric that Prometheus is told."""
    families = text_string_to_metric_families(exposition)
    return {one.name: set(one.labels) for family in families for one in family.samples}


@pytest.mark.slow
def test_rabbitmq_tells_what_rules_and_dashboard_ask_of_it(node_folder: Path) -> None:
    require_installed_server()
    [port] = free_ports(1)
    (node_folder / "conf.d").mkdir(parents=True)
    (node_folder / "conf.d" / "prometheus.conf").write_text(f"prometheus.tcp.port = {port}\n")
    started = node.start(node_folder, plugins=["rabbitmq_prometheus"])
    with closing(pika.BlockingConnection(pika.URLParameters(started.url))) as connection:
        connection.channel().queue_declare("orders", durable=True)
        families = {"family": ["queue_coarse_metrics", "queue_consumer_count"]}

        def told() -> dict[str, set[str]]:
            return labels_of(httpx.get(f"http://127.0.0.1:{port}/metrics/detailed", params=families).text)

        assert until(lambda: told().keys() >= RABBITMQS, 30), told()
        assert {name: told()[name] for name in RABBITMQS} == {name: {"vhost", "queue"} for name in RABBITMQS}
