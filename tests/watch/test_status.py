"""What is wrong with a vhost, on a real broker."""

import secrets
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

import edatool
from edatool.broker.http.answers import Answer, ApiClient
from edatool.cli.main import run
from edatool.watch.watch import Watch
from tests.broker_fixtures import Server, fresh_vhost
from tests.node_control import control
from tests.watch.conftest import SPEC, Watched, opened, until


@pytest.mark.parametrize(
    ("queue", "kinds"),
    [
        ("lost", ["missing"]),
        ("deep", ["depth", "unread"]),
        ("slow", ["age", "unread"]),
        ("patient", ["unread"]),
        ("alone", ["consumers"]),
        ("read", []),
        ("dead", ["dead-letters"]),
        ("unrouted", ["unroutable"]),
        ("limited", ["policy", "policy"]),
        ("edatool.shop.intake", ["router"]),
        ("alone.retry.1h", []),
    ],
)
def test_each_queue_has_its_troubles(watched: Watched, queue: str, kinds: list[str]) -> None:
    assert watched.kinds(queue) == kinds


def test_what_is_worst_comes_first(watched: Watched) -> None:
    status = watched.status
    assert status.alarming
    kinds = [trouble.kind for _, trouble in status.every]
    assert kinds[:4] == ["missing", "depth", "age", "consumers"]
    assert [one.name for one in status.queues][:4] == ["lost", "deep", "slow", "alone"]
    severities = [trouble.severity for _, trouble in status.every]
    assert severities == sorted(severities)


def test_the_age_of_the_oldest_message_is_told_only_where_it_is_known(watched: Watched) -> None:
    assert 600 <= (watched.queue("slow").age or 0) < 700
    assert watched.queue("deep").age_unknown == "RabbitMQ tells the age of messages of classic queues only"
    assert watched.queue("timeless").age_unknown == "its first message says no time, or a consumer has it"
    assert (watched.queue("timeless").age, watched.queue("limited").age_unknown) == (None, None)


def test_what_consumers_have_is_counted(watched: Watched) -> None:
    counts = watched.queue("read").counts
    assert counts
    assert (counts.messages, counts.unacknowledged, counts.consumers) == (1, 1, 1)


def test_a_policy_that_overrides_the_spec_is_a_surprise_with_both_values(watched: Watched) -> None:
    whats = {one.what: one.next for one in watched.queue("limited").troubles}
    assert whats == {
        "operator policy ops sets max-length 5 (spec: 100)": ("drift",),
        "operator policy ops sets expires 3600000 (not in the spec)": ("export", "--live"),
    }
    assert watched.status.surprises == 2


def test_drift_is_counted_and_leads_to_the_command_that_shows_it(watched: Watched) -> None:
    assert watched.status.drift
    assert watched.status.drift.drifted == 2, "the queue, and its binding"
    assert ("vhost", ("drift",)) in [(about, one.next) for about, one in watched.status.every if one.kind == "drift"]


def test_messages_without_a_way_are_counted_where_they_are_dropped(watched: Watched) -> None:
    assert watched.status.unroutable
    assert (watched.status.unroutable.dropped, watched.status.unroutable.returned) == (1, 0)


def test_each_command_to_type_next_does_something_where_the_spec_is(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(watched.routes.spec.root)
    monkeypatch.setenv("EDATOOL_BROKER", watched.vhost.url)
    monkeypatch.setenv("EDATOOL_MANAGEMENT", watched.vhost.management)
    commands = {trouble.next for _, trouble in watched.status.every}
    commands = {(*one, "--help") if one == ("router",) else one for one in commands}  # it would go on
    for command in sorted(commands):
        code = run(command)
        assert code in (0, 3), f"{command}: {capsys.readouterr().err}"
        assert capsys.readouterr().out, f"{command} says nothing"


def test_an_outbox_that_nobody_sends_is_in_trouble(watched: Watched, tmp_path: Path) -> None:
    file, missing = tmp_path / "outbox.db", tmp_path / "none.db"
    with edatool.Publisher(watched.routes, "amqp://localhost:1", outbox=file) as publisher:
        assert publisher.publish("deep", {}).outcome == "accepted"
    with edatool.connect(watched.address, watched.routes) as vhost:
        found = edatool.status(watched.routes, vhost, outboxes=[file, missing])
    first, second = found.outboxes
    assert first.state
    assert (first.state.waiting, second.state) == (1, None)
    assert {about: trouble.next for about, trouble in found.troubles if trouble.kind == "outbox"} == {
        f"outbox {file}": ("outbox", "relay", str(file)),
        f"outbox {missing}": ("outbox", "status", str(missing)),
    }


def test_what_a_user_may_not_see_is_said_and_the_rest_is_shown(watched: Watched) -> None:
    vhost, name = watched.vhost, f"operator-{secrets.token_hex(4)}"
    vhost.api.put(f"/api/users/{name}", json={"password": "p", "tags": "management"}).raise_for_status()
    rights = {"configure": "", "write": "", "read": ""}
    vhost.api.put(f"/api/permissions/{vhost.quoted}/{name}", json=rights).raise_for_status()
    try:
        with edatool.connect(replace(watched.address, user=name, password="p"), watched.routes) as session:
            found = edatool.status(watched.routes, session)
    finally:
        vhost.api.delete(f"/api/users/{name}").raise_for_status()
    assert [one.partition(":")[0] for one in found.unseen] == ["alarms and nodes", "drift", "policies"]
    assert (found.drift, found.surprises) == (None, None)
    assert [trouble.kind for _, trouble in found.every if trouble.severity == "alert"][:2] == ["missing", "depth"]


def test_a_look_takes_three_requests_and_one_in_thirty_seconds_some_more(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = ApiClient.ask

    def noted(self: ApiClient, method: str, path: str, body: object = None) -> Answer:
        asked.append(f"{method} {path.partition('?')[0]}")
        return ask(self, method, path, body)

    monkeypatch.setattr(ApiClient, "ask", noted)
    with edatool.connect(watched.address, watched.routes) as session:
        watch = Watch(watched.routes, session)
        watch.look()
        assert all(one.startswith("GET ") for one in asked), "it only reads"
        asked.clear()
        watch.look()
    quoted = quote(watched.vhost.name, safe="")
    assert asked == ["GET nodes", f"GET queues/{quoted}", "GET vhosts"]


@pytest.mark.slow
def test_an_alarm_a_growing_queue_and_lost_messages_come_and_go(own_folder: Path, own_server: Server) -> None:
    file = own_folder.with_name("routes.yaml")
    file.write_text(SPEC)
    routes = edatool.load(str(file))
    with (
        fresh_vhost(own_server) as vhost,
        edatool.connect(vhost.url, routes, management=vhost.management) as session,
        opened(vhost) as channel,
    ):
        edatool.deploy(routes, session)
        watch = Watch(routes, session)

        def publish_and_look() -> edatool.Status:
            for _ in range(20):
                channel.basic_publish("events", "unread", b"{}")
            channel.basic_publish("", "nowhere", b"{}")
            return watch.look()

        assert {"growing", "unroutable"} <= kinds(until(publish_and_look, lambda found: "growing" in kinds(found)))
        control(own_folder, "set_vm_memory_high_watermark", "absolute", "1")
        alarmed = until(watch.look, lambda found: "alarm" in kinds(found))
        assert alarmed.every[0][1].next == ("doctor",)
        control(own_folder, "set_vm_memory_high_watermark", "0.6")
        until(watch.look, lambda found: "alarm" not in kinds(found))


@pytest.mark.slow
def test_what_a_broker_does_not_count_is_said_and_is_no_zero(
    tmp_path: Path, own_folder: Path, own_server: Server
) -> None:
    (tmp_path / "routes.yaml").write_text("{edatool: 1, name: shop, queues: {orders: {alerts: {depth: 3}}}}")
    routes = edatool.load(str(tmp_path / "routes.yaml"))

    def seen_with(application: str, setting: str, value: str, before: str) -> edatool.Status:
        control(own_folder, "eval", f"application:set_env({application}, {setting}, {value}).")
        try:
            with edatool.connect(vhost.url, routes, management=vhost.management) as session:
                return edatool.status(routes, session)
        finally:
            control(own_folder, "eval", f"application:set_env({application}, {setting}, {before}).")

    with (
        fresh_vhost(own_server) as vhost,
        edatool.connect(vhost.url, routes, management=vhost.management) as session,
        opened(vhost) as channel,
    ):
        edatool.deploy(routes, session)
        for _ in range(4):
            channel.basic_publish("", "orders", b"{}")
        counted = until(lambda: edatool.status(routes, session), lambda one: "depth" in kinds(one))
        assert counted.unseen == ()
        found = seen_with("rabbitmq_management_agent", "rates_mode", "none", "basic")
        assert found.unseen == ("rates: the broker counts none (management.rates_mode)",)
        assert (rate_in(found), "depth" in kinds(found)) == (None, True)
        found = seen_with("rabbitmq_management", "disable_management_stats", "true", "false")
        assert [one.partition(":")[0] for one in found.unseen] == ["consumers, ages and rates"]
        assert (rate_in(found), "depth" in kinds(found)) == (None, True)


@pytest.mark.slow
def test_rates_are_the_average_of_the_last_minute(own_server: Server, tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text("{edatool: 1, name: shop, queues: {orders: {}}}")
    routes = edatool.load(str(tmp_path / "routes.yaml"))
    with (
        fresh_vhost(own_server) as vhost,
        edatool.connect(vhost.url, routes, management=vhost.management) as session,
        opened(vhost) as channel,
    ):
        edatool.deploy(routes, session)
        for _ in range(120):
            channel.basic_publish("", "orders", b"{}")
        until(lambda: edatool.status(routes, session), lambda one: 1.9 < (rate_in(one) or 0) < 2.3)


def rate_in(status: edatool.Status) -> float | None:
    [counts] = [one.counts for one in status.queues]
    return counts.rate_in if counts else None


def kinds(status: edatool.Status) -> set[str]:
    return {trouble.kind for _, trouble in status.every}
