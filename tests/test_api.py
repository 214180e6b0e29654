"""The public names: what the commands do, for programs, and as safe."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import edatool
from edatool.broker.address import parse as parse_url
from edatool.filters.parse import parse
from tests.broker_fixtures import Vhost

ROOT = Path(__file__).parent.parent
SPEC = """\
edatool: 1
name: shop
events:
  order.placed: {exchange: events, key: "order.{region}.placed", schema: order.json}
exchanges:
  events: {type: topic}
queues:
  orders: {type: classic}
bindings:
  - {queue: orders, events: [order.placed]}
tests:
  - {name: an order arrives, publish: order.placed, payload: {region: eu}, expect: [orders]}
"""
SCHEMA = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["region"],
  "properties": {"region": {"type": "string"}},
  "examples": [{"region": "us"}]
}
"""
LOSES = r"--allow-unroutable order\.placed"
UNBOUND = SPEC[: SPEC.index("bindings:")]


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "order.json").write_text(SCHEMA)
    file = tmp_path / "routes.yaml"
    file.write_text(SPEC)
    return file


@pytest.fixture
def there(vhost: Vhost) -> Iterator[edatool.Session]:
    with edatool.connect(vhost.url, management=vhost.management) as found:
        yield found


def loaded_by(program: str, *modules: str) -> str:
    """Return which of some modules a program loads, in the folder of the sample."""
    asked = f"{program}; import sys; print(*(one for one in {modules} if one in sys.modules))"
    shown = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    return shown.stdout.strip()


def test_every_public_name_is_there_and_listed() -> None:
    assert set(edatool.__all__) <= set(dir(edatool))
    assert all(getattr(edatool, name) is not None for name in edatool.__all__)
    assert re.fullmatch(r"\d+\.\d+.*", edatool.__version__)


def test_every_public_name_says_what_it_is() -> None:
    public = [getattr(edatool, name) for name in edatool.__all__ if name not in ("__version__", "Format", "Outcome")]
    assert [one.__name__ for one in public if not (one.__doc__ or "").strip()] == []


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'aply'"):
        edatool.aply  # type: ignore[attr-defined]  # noqa: B018


def test_importing_edatool_alone_loads_nothing_else() -> None:
    assert loaded_by("import edatool", "pika", "yaml", "click", "httpx", "jsonschema_rs") == ""


def test_loading_a_spec_needs_no_broker() -> None:
    # The sample has WSDL, which zeep reads: it takes a client of HTTP along.
    minimal = "edatool/templates/minimal/routes.yaml"
    assert loaded_by(f"import edatool; edatool.load({minimal!r})", "pika", "httpx", "click") == ""


def test_python_runs_the_package_as_the_command_line(spec: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "edatool", "validate"], cwd=spec.parent, capture_output=True, text=True, check=False
    )
    assert (shown.returncode, shown.stderr) == (0, "routes.yaml: valid\n")


def test_mypy_has_nothing_against_a_program_that_uses_every_name(tmp_path: Path) -> None:
    program = ROOT / "tests" / "uses_all_names.py"
    text = program.read_text()
    assert [name for name in edatool.__all__ if not re.search(rf"\bedatool\.{name}\b", text)] == []
    (tmp_path / "program.py").write_text(text)
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "program.py"),
            f"--cache-dir={ROOT / '.mypy_cache' / 'program'}",
        ],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("text", ["", "edatool: [", "edatool: 1\nname: shop\nqueues: {a: {typ: quorum}}\n"])
def test_load_raises_nothing_for_what_a_user_wrote(spec: Path, text: str) -> None:
    spec.write_text(text)
    routes = edatool.load("routes.yaml")
    assert not routes.ok
    assert edatool.validate() == routes.findings
    with pytest.raises(edatool.InvalidInput):
        routes.route("order.placed", {})


def test_a_file_that_is_not_there_is_a_finding(spec: Path) -> None:
    assert not edatool.load("other.yaml").ok


def test_an_event_is_routed_with_its_payload_or_the_first_example(spec: Path) -> None:
    routes = edatool.load()
    assert routes.route("order.placed", {"region": "eu"}).queues == ("orders",)
    assert routes.route("order.placed").queues == ("orders",)
    assert routes.route_message(edatool.Message("events", "order.x")).queues == ()
    with pytest.raises(edatool.InvalidInput, match='"region" is a required'):
        routes.route("order.placed", {})
    with pytest.raises(edatool.WrongUsage, match=r"no event 'order.lost': it has order\.placed"):
        routes.route("order.lost", {})


def test_null_is_a_payload_and_not_the_example(spec: Path) -> None:
    with pytest.raises(edatool.InvalidInput):
        edatool.load().route("order.placed", None)


def test_filters_are_read_once_for_everything_that_is_made_from_them(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec.write_text(SPEC.replace("[order.placed]}\n", "[order.placed], filter: {data.total: [{numeric: ['>', 1]}]}}\n"))
    routes = edatool.load()
    assert routes.ok, routes.findings
    read: list[object] = []

    def parse_and_count(*given: Any) -> object:
        read.append(given)
        return parse(*given)

    monkeypatch.setattr("edatool.filters.declared.parse", parse_and_count)
    routes.route("order.placed", {"region": "eu", "total": 2})
    edatool.test(routes)
    assert len(routes.own.bindings) > 1
    assert len(read) <= 1


def test_the_routing_tests_are_run(spec: Path) -> None:
    assert edatool.test(edatool.load()).passed
    spec.write_text(SPEC.replace("expect: [orders]", "expect: unroutable"))
    suite = edatool.test(edatool.load())
    assert (suite.passed, [one.problems for one in suite.results]) == (False, [("it reaches orders",)])


def test_a_spec_goes_to_a_vhost_and_away_again(spec: Path, there: edatool.Session) -> None:
    routes = edatool.load()
    plan = edatool.plan(routes, there)
    assert [str(one) for one in plan.steps] == [
        "create exchange events",
        "create queue orders",
        "create binding events -> queue orders [order.*.placed]",
    ]
    steps: list[str] = []
    edatool.apply(plan, there, on_step=lambda change: steps.append(str(change)))
    assert sorted(steps) == sorted(str(one) for one in plan.steps)
    assert edatool.plan(routes, there).steps == ()
    assert edatool.drift(routes, there).clean
    assert edatool.ledger(routes, there).ours.objects.queues.keys() == {"orders"}
    assert edatool.route(there, edatool.Message("events", "order.eu.placed")).queues == ("orders",)
    taken = edatool.import_(there, "again")
    assert "name: again" in taken.text
    assert taken.objects == 3
    assert '"orders"' in edatool.export(there).text
    edatool.destroy(routes, there)
    assert edatool.ledger(routes, there).ours.objects.size == 0
    assert "orders" not in edatool.export(there).text


def test_a_plan_that_takes_the_only_queue_of_an_event_is_unsafe_until_that_is_agreed_to(
    spec: Path, there: edatool.Session
) -> None:
    edatool.deploy(edatool.load(), there)
    spec.write_text(UNBOUND)
    plan = edatool.plan(edatool.load(), there)
    assert plan.consequences.unsafe == ("order.placed",)
    with pytest.raises(edatool.Unsafe, match=LOSES):
        plan.raise_if_unsafe()
    with pytest.raises(edatool.Unsafe, match=LOSES):
        edatool.apply(plan, there)
    with pytest.raises(edatool.Unsafe, match=LOSES):
        edatool.deploy(edatool.load(), there)
    with pytest.raises(edatool.Unsafe):
        edatool.save_plan(plan, "plan.json")
    plan.raise_if_unsafe(edatool.Allowed(unroutable={"order.placed"}))
    edatool.apply(plan, there)
    assert edatool.plan(edatool.load(), there).steps == ()


def test_what_was_agreed_to_of_one_plan_is_not_of_another(spec: Path, there: edatool.Session) -> None:
    edatool.deploy(edatool.load(), there)
    spec.write_text(UNBOUND)
    edatool.plan(edatool.load(), there).raise_if_unsafe(edatool.Allowed(unroutable={"order.placed"}))
    with pytest.raises(edatool.Unsafe):
        edatool.apply(edatool.plan(edatool.load(), there), there)


def test_a_queue_is_replaced_where_that_was_agreed_to(spec: Path, there: edatool.Session) -> None:
    edatool.deploy(edatool.load(), there)
    spec.write_text(SPEC.replace("classic", "quorum"))
    routes = edatool.load()
    plan = edatool.plan(routes, there)
    with pytest.raises(edatool.Unsafe, match="--replace orders"):
        edatool.apply(plan, there)
    plan.raise_if_unsafe(edatool.Allowed(replace={"orders"}))
    edatool.apply(plan, there)
    assert edatool.plan(routes, there).steps == ()


def test_a_queue_with_messages_is_not_destroyed_unless_they_may_be_lost(spec: Path, there: edatool.Session) -> None:
    routes = edatool.load()
    edatool.deploy(routes, there)
    with edatool.Publisher(routes, there.address) as publisher:
        assert publisher.publish("order.placed", {"region": "eu"}).outcome == "confirmed"
    with pytest.raises(edatool.Unsafe, match="orders"):
        edatool.destroy(routes, there)
    plan = edatool.plan_destroy(routes, there)
    with pytest.raises(edatool.Unsafe, match="orders"):
        edatool.apply(plan, there)
    edatool.destroy(routes, there, discard=["orders"])
    assert edatool.ledger(routes, there).ours.objects.size == 0


def test_without_the_management_api_a_plan_says_why_its_consequences_are_unknown(spec: Path, vhost: Vhost) -> None:
    routes = edatool.load()
    with edatool.connect(vhost.url, routes, management="none") as there:
        plan = edatool.plan(routes, there)
    assert "the management API is switched off" in (plan.consequences.unknown or "")


def test_a_plan_is_not_carried_out_once_the_broker_has_changed(
    spec: Path, there: edatool.Session, vhost: Vhost
) -> None:
    plan = edatool.plan(edatool.load(), there)
    vhost.api.put(f"/api/queues/{vhost.quoted}/orders", json={"durable": True}).raise_for_status()
    with pytest.raises(edatool.Stale):
        edatool.apply(plan, there)


def test_a_plan_is_for_one_vhost(spec: Path, there: edatool.Session) -> None:
    plan = edatool.plan(edatool.load(), there)
    elsewhere = edatool.Session(there.address, "/")
    with pytest.raises(edatool.WrongUsage, match="and not for '/'"):
        edatool.apply(plan, elsewhere)


def test_a_plan_in_a_file_is_carried_out_with_what_was_agreed_to(spec: Path, there: edatool.Session) -> None:
    edatool.deploy(edatool.load(), there)
    spec.write_text(UNBOUND)
    plan = edatool.plan(edatool.load(), there)
    plan.raise_if_unsafe(edatool.Allowed(unroutable={"order.placed"}))
    edatool.save_plan(plan, "plan.json")
    edatool.apply(edatool.load_plan("plan.json"), there)
    assert edatool.plan(edatool.load(), there).steps == ()


def test_an_apply_that_fails_says_how_far_it_came(spec: Path, there: edatool.Session) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        edatool.deploy(edatool.load(), there, on_step=interrupt)
    assert caught.value.__notes__ == ["1 of 3 steps were done; run it again to go on"]


def test_a_vhost_is_that_of_the_spec_or_of_the_url_or_the_default(spec: Path) -> None:
    with edatool.connect("amqp://h/there") as one, edatool.connect(parse_url("amqp://h")) as other:
        assert (one.vhost, other.vhost) == ("there", "/")
    spec.write_text(SPEC + "vhost: mine\n")
    with edatool.connect("amqp://h", edatool.load()) as mine:
        assert mine.vhost == "mine"
    with pytest.raises(edatool.WrongUsage, match="vhost 'mine'"), edatool.connect("amqp://h/there", edatool.load()):
        pass


def test_payloads_of_files_are_tried_and_published(spec: Path, there: edatool.Session) -> None:
    routes = edatool.load()
    Path("orders.jsonl").write_text('{"region": "eu"}\n{}\n')
    batch, noted = edatool.Batch(("orders.jsonl",), "order.placed"), []
    assert edatool.try_batch(routes, batch, on_trial=lambda line, _, way: noted.append((line.number, way))) == {
        "confirmed": 1,
        "rejected": 1,
    }
    assert [(number, way.queues if way else None) for number, way in noted] == [(1, ("orders",)), (2, None)]
    edatool.deploy(routes, there)
    for nothing_new in (False, True):
        done = edatool.publish_batch(routes, there.address, batch, resume="state", rejects="bad.jsonl")
        assert (done.outcomes, done.stopped, done.nothing_new) == ({"confirmed": 1, "rejected": 1}, None, nothing_new)
    assert '"order.placed"' in Path("bad.jsonl").read_text()


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        (edatool.Batch(("orders.jsonl",), "order.lost"), "no event 'order.lost': it has order.placed"),
        (edatool.Batch(("nowhere.jsonl",), "order.placed"), "there is no such file"),
        (edatool.Batch(("-",), "order.placed", payload_field="data"), "needs a field that names the event"),
    ],
)
def test_a_batch_that_cannot_be_published_is_refused_before_anything_is_sent(
    spec: Path, batch: edatool.Batch, words: str
) -> None:
    for refused in (
        lambda: edatool.try_batch(edatool.load(), batch),
        lambda: edatool.publish_batch(edatool.load(), "amqp://h", batch),
    ):
        with pytest.raises(edatool.WrongUsage, match=words):
            refused()


FILTERED = SPEC + "filters:\n  big: {data.total: [{numeric: ['>=', 100]}]}\n"


def test_a_filter_of_the_spec_or_a_pattern_is_tried_on_payloads(spec: Path) -> None:
    spec.write_text(FILTERED)
    routes, payloads = (
        edatool.load(),
        [("large", {"region": "eu", "total": 200}), ("small", {"region": "eu", "total": 2})],
    )
    assert [one.matches for one in edatool.try_filter(payloads, routes=routes, name="big")] == [True, False]
    (_, small) = edatool.try_filter(payloads, pattern="data.total: 200")
    assert [str(failure) for failure, _ in small.failures] == ["data.total is 2, not 200"]
    (one,) = edatool.try_filter(routes=routes, pattern="key: [{prefix: order.}]", event="order.placed")
    assert (one.payload, one.matches) == ("example 0", True)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"name": "small"}, "no filter 'small': it has big"),
        ({"name": "big"}, "give a payload, or an event"),
        ({"name": "big", "event": "order.lost"}, "no event 'order.lost'"),
        ({}, "name a filter of a spec, or give a pattern"),
        ({"name": "big", "pattern": "a: 1"}, "name a filter of a spec, or give a pattern"),
    ],
)
def test_what_a_filter_cannot_be_tried_on_is_said(spec: Path, asked: dict[str, str], words: str) -> None:
    spec.write_text(FILTERED)
    with pytest.raises(edatool.WrongUsage, match=words):
        edatool.try_filter(routes=edatool.load(), **asked)  # type: ignore[arg-type]


def test_a_malformed_pattern_is_a_finding_at_its_place(spec: Path) -> None:
    with pytest.raises(edatool.InvalidInput) as caught:
        edatool.try_filter([("one", {})], pattern="a: [", file="mine.yaml")
    assert str(caught.value.findings[0].at) == "mine.yaml:1:5"


def test_a_router_is_for_specs_with_filters_that_need_one(spec: Path) -> None:
    with pytest.raises(edatool.WrongUsage, match="no filter that needs a router"):
        edatool.filter_router(edatool.load(), "amqp://h")
    spec.write_text(FILTERED.replace("events: [order.placed]}\n", "events: [order.placed], filter: big}\n"))
    assert edatool.filter_router(edatool.load(), "amqp://h/there").vhost == "there"


def test_an_outbox_is_looked_at_sent_and_tidied_up(spec: Path, there: edatool.Session) -> None:
    routes = edatool.load()
    with edatool.Publisher(routes, outbox="outbox.db") as publisher:
        publisher.publish("order.placed", {"region": "eu"})
    assert (edatool.outbox_status("outbox.db").waiting, edatool.retry_outbox("outbox.db")) == (1, 0)
    edatool.deploy(routes, there)
    with edatool.open_relay("outbox.db", there.address) as relay:
        relay.run(once=True)
    assert (relay.counts, edatool.outbox_status(Path("outbox.db")).waiting) == ({"confirmed": 1}, 0)
    assert edatool.purge_outbox("sqlite:///outbox.db", "all") == 0
    assert "CREATE TABLE IF NOT EXISTS edatool_outbox (" in edatool.outbox_ddl()[0]
    assert "CREATE TABLE IF NOT EXISTS edatool_inbox (" in edatool.inbox_ddl()[0]


@pytest.mark.parametrize(
    ("outbox", "error"), [("nowhere.db", edatool.OutboxError), ("mysql://user:secret@host/x", edatool.WrongUsage)]
)
def test_what_is_no_outbox_is_an_error_without_a_password(
    spec: Path, outbox: str, error: type[edatool.EdatoolError]
) -> None:
    with pytest.raises(error) as caught:
        edatool.outbox_status(outbox)
    assert "secret" not in str(caught.value)
