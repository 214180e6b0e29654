"""All that people read, made of a small shop by the real code: ``make golden`` writes it to tests/render/golden.

The texts are at hand for whoever changes one: read it aloud. Nothing in them depends on the machine or the clock.
"""

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import click

import edatool
from edatool.api.reports import shown_findings
from edatool.broker.consume.delivery import Delivery
from edatool.broker.consume.visit.visited import Visited
from edatool.broker.http.statistics import QueueCounts, Unroutable
from edatool.broker.properties import joined
from edatool.change.allowed import Allowed
from edatool.change.consequences.after import after
from edatool.change.consequences.consequences import consequences
from edatool.change.drift import Drifted, drift
from edatool.change.ledger import Ledger, LedgerEntry, begun, finished
from edatool.change.ledgers import Ledgers
from edatool.change.ownership import Ownership
from edatool.change.plan import Plan, plan_apply
from edatool.change.tightening import Backlog
from edatool.change.waiting import WaitingMessages
from edatool.checks.catalogue import CATALOGUE
from edatool.checkup.check import Check
from edatool.cli.main import edatool as command_line
from edatool.cli.main import run
from edatool.filters.content import Content
from edatool.filters.tried import Tried
from edatool.filters.why import why_not
from edatool.render.checkup.shown import ShownCheckup
from edatool.render.comment.shown import ShownComment
from edatool.render.diff.shown import ShownDiff
from edatool.render.drift.shown import ShownDrift
from edatool.render.dry_run.shown import ShownTrial
from edatool.render.exports.exported import ToExport
from edatool.render.findings.shown import ShownFindings
from edatool.render.formats import Formats
from edatool.render.ledgers.shown import ShownLedgers
from edatool.render.messages.shown import ShownMessage
from edatool.render.node.shown import ShownNode
from edatool.render.plan.shown import ShownPlan
from edatool.render.receipts.shown import ShownReceipt
from edatool.render.relayed.shown import ShownRelayed
from edatool.render.rounds.shown import Ended, ShownRound
from edatool.render.rules.shown import ShownRules
from edatool.render.status.shown import ShownStatus
from edatool.render.tests.shown import ShownSuite
from edatool.render.trace.shown import ShownDelivery, ShownTrace
from edatool.routes import Routes
from edatool.routing.acceptance.objection import named
from edatool.routing.acceptance.objections import objections
from edatool.routing.topology import Binding, Exchange, Object, Policy, Queue, Topology, collect, identity_of
from edatool.routing.version import numbers
from edatool.runtime.dead_letters.groups import DeadGroup, DeadList
from edatool.runtime.dead_letters.headers import (
    ATTEMPTS,
    CONSUMER,
    EDITED,
    ERROR,
    EXCHANGE,
    KEY,
    QUEUE,
    REASON,
    REPLAYS,
)
from edatool.runtime.dead_letters.headers import DIED as DIED_AT
from edatool.runtime.dead_letters.history import dead_message
from edatool.runtime.dead_letters.round import Rounded
from edatool.runtime.dead_letters.today import today
from edatool.runtime.inbox.claims import InboxCount
from edatool.runtime.outbox.schema import OutboxDestination
from edatool.runtime.outbox.status import HeldKey, OutboxStatus, Parked
from edatool.runtime.publish.dry_run import DryRun
from edatool.runtime.publish.files.envelope import always
from edatool.runtime.publish.files.line import PayloadFile, lines_of
from edatool.runtime.publish.files.sending import send
from edatool.server.node import Node
from edatool.spec.alerting import Alerts
from edatool.testing import MemoryBroker
from edatool.watch.status import DriftCount, QueueStatus, Status, Trouble, WatchedOutbox

HERE = Path(__file__).parent
TEXTS = HERE / "golden"
SHOP = HERE / "shop"
RENDER = Path(edatool.__file__).parent / "render"
ENVIRONMENT = {"SHOP_PASSWORD": "never shown", "COLUMNS": "100"}
RUN = "019b0000-0000-7000-8000-000000000000"
AT = ("2026-03-01T09:30:00Z", "2026-03-02T14:05:00Z")

FOREIGN: list[Object] = [Exchange("legacy", "fanout"), Exchange("amq.gen", "direct"), Queue("reports"), Queue("mirror")]
THEIRS: list[Object] = [Queue("newsletter", arguments={"x-queue-type": "quorum"})]

NODE = Node("amqp://edatool:of-this-node@127.0.0.1:5673", "http://127.0.0.1:15673", "4.1.0", 4711, Path("/tmp/shop"))

EXAMINED = (
    Check("host", "ok", "broker is at 10.1.2.3"),
    Check("tls", "warning", "TLSv1.3, the certificate is for broker, until 2026-03-20: renew it"),
    Check(
        "may publish",
        "error",
        "permissions are missing: write on 'events': grant them with rabbitmqctl set_permissions",
    ),
)

DELIVERIES = {
    "orders": [
        ShownDelivery(
            "partner", "https://partner.example/orders", True, {"Content-Type": "application/json"}, '{"id":1}'
        ),
        ShownDelivery("carrier", "$CARRIER_URL", False, refused="it cannot be said by HTTP"),
        ShownDelivery("club", "$CLUB_URL", False, filter="vip", unsent="it does not match the filter vip"),
    ]
}


def texts() -> dict[str, str]:
    """Return all of them by the names of their files."""
    with contextlib.chdir(SHOP), mock.patch.dict(os.environ, ENVIRONMENT):
        return {**dict(_shown()), **{_help_file(name): text for name, text in helps()}}


def _help_file(command: str) -> str:
    return f"help/{'-'.join(command.split()[1:]) or 'edatool'}.text"


def formats() -> dict[str, Formats[Any, Any]]:
    """Return the formats of each value, by the names of the folders in ``edatool/render``."""
    folders = sorted(one.parent.name for one in RENDER.glob("*/__init__.py"))
    return {name: import_module(f"edatool.render.{name}").FORMATS for name in folders}


def _shown() -> Iterator[tuple[str, str]]:
    values = _values()
    for name, found in formats().items():
        for case, value in values[name].items():
            for form in found.names:
                if (name, case, form) not in _DONE_BY_OTHERS:
                    yield f"{name}/{case}.{form}", _text(found.show(form, value))


_DONE_BY_OTHERS = {
    ("rules", "all", "json"),
    ("rules", "all", "markdown"),
    ("plan", "by-event", "json"),
    ("plan", "by-event", "mermaid"),
}
"""Of all rules: docs/reference/findings.md is one of tests/pages, and JSON is that of one rule so many times.
Listing events one by one makes a difference in text, and nowhere else."""


def _text(shown: str | edatool.Exported) -> str:
    if isinstance(shown, str):
        return shown
    notes = "".join(f"{note}\n" for note in shown.notes)
    return f"{shown.text}--- on stderr ---\n{notes}"


def helps() -> Iterator[tuple[str, str]]:
    """Yield each command, from edatool itself on, with what its ``--help`` prints."""
    yield "edatool", _printed("--help")
    for path, _ in commands(command_line):
        yield " ".join(("edatool", *path)), _printed(*path, "--help")


def commands(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield all commands below a group, with the words that call them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        yield (*above, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))


def _printed(*arguments: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(arguments) == 0
    return out.getvalue()


def _values() -> dict[str, dict[str, Any]]:
    """Return the values that are shown, by folder and case."""
    before, now = edatool.load("before.yaml"), edatool.load("routes.yaml")
    assert before.ok
    assert now.ok, now.findings
    found = list(edatool.validate("broken.yaml"))
    agreed = Allowed(adopt=True, replace=frozenset({"orders"}), discard=frozenset({"audit"}))
    title = "Plan for shop on amqp://broker:5672, vhost shop"
    changed = planned(before, now)
    order = now.message("order.placed", {"region": "eu", "total": 900, "tier": "gold"})
    unbound = edatool.Message("events", "stock.counted")
    delayed = edatool.Message("campaigns", "", {"x-delay": 5000})
    assert isinstance(order, edatool.Message)
    return {
        "checkup": {"troubled": ShownCheckup(EXAMINED, "Checkup of amqps://shop@broker:5671, vhost shop")},
        "comment": {
            "all": ShownComment(
                "production",
                in_repository(found),
                ShownSuite(timeless(edatool.test(now)), now.spec.name),
                ShownPlan(changed, title),
            ),
            "diff": ShownComment(
                "production",
                in_repository(list(now.findings)),
                plan=compared(now, before).plan,
                diff=compared(now, before).diff,
            ),
            "nothing": ShownComment("staging", in_repository([])),
        },
        "dead_list": {
            "some": DeadList("dead", DEAD_GROUPS, 57, 60, 2),
            "none": DeadList("dead", (), 0, 0, 0),
        },
        "diff": {
            "change": compared(now, before),
            "broken": compared(before, edatool.load("broken.yaml")),
            "nothing": compared(now, now),
        },
        "drift": {
            "some": ShownDrift(drifted(before, now), "Drift of shop on amqp://broker:5672, vhost shop"),
            "none": ShownDrift(Drifted((), (), (), applied(before)), "Drift of shop on amqp://broker:5672, vhost shop"),
        },
        "dry_run": {f"line-{one.line.number}": one for one in tried(now)},
        "exports": {"shop": ToExport(now, cluster="rabbit", version="2.0.0")},
        "filters": {"examples": filtered(now)},
        "findings": {"broken": in_repository(found), "none": in_repository([])},
        "graph": {"shop": edatool.graph(now)},
        "inbox": {
            "two": [InboxCount("order-service", "dead", 2, 7_300.0), InboxCount("payments", "done", 1, 90.0)],
            "none": [],
        },
        "ledgers": {
            "two": ShownLedgers([applied(before), replacing(before)], "shop"),
            "none": ShownLedgers([], "shop"),
        },
        "node": {
            "started": ShownNode(NODE.folder, NODE, started=True),
            "running": ShownNode(NODE.folder, NODE),
            "stopped": ShownNode(NODE.folder, stopped=True),
            "none": ShownNode(NODE.folder),
            "none-stopped": ShownNode(NODE.folder, stopped=False),
        },
        "arrivals": {"one": messages(now)[0]},
        "messages": {"two": messages(now), "none": []},
        "outbox": {"troubled": TROUBLED, "empty": OutboxStatus(0, 0, None, 0, 0, (), ())},
        "plan": {
            "change": ShownPlan(changed, title),
            "agreed": ShownPlan(changed, title, agreed),
            "first": ShownPlan(planned(None, now), title),
            "by-event": ShownPlan(changed, title, by_event=True, verbose=True, width=120),
            "nothing": ShownPlan(planned(now, now), title),
            "unseen": ShownPlan(unseen(now), title),
        },
        "receipts": {one.receipt.outcome: one for one in published(now)},
        "relayed": {
            "some": ShownRelayed({"confirmed": 3, "refused": 1, "unanswered": 2}, 3, 1),
            "nothing": ShownRelayed({}, 0, 0),
        },
        "rounds": {"some": ROUND, "dry-run": DRY_ROUND},
        "rules": {
            "one": ShownRules([one for one in CATALOGUE if one.code == "W261"], all_of_them=False),
            "all": ShownRules(CATALOGUE, all_of_them=True),
        },
        "status": {
            "troubled": ShownStatus(STATUS, width=100, spec_options=" -f shop.yaml"),
            "lost": ShownStatus(STATUS, lost="cannot be asked since 2026-11-30T09:31:00Z (nobody answers)"),
            "well": ShownStatus(replace(STATUS, troubles=(), queues=STATUS.queues[-1:], outboxes=(), unseen=())),
        },
        "tests": {"some-fail": ShownSuite(timeless(edatool.test(now)), now.spec.name)},
        "trace": {
            "why-not": ShownTrace(order, edatool.route(now, order), missed=True),
            "order": ShownTrace(
                order, edatool.route(now, order), readers={"orders": ["order-service", "audit"]}, deliveries=DELIVERIES
            ),
            "unroutable": ShownTrace(unbound, edatool.route(now, unbound), missed=True),
            "delayed": ShownTrace(delayed, edatool.route(before, delayed)),
            "refused": ShownTrace(edatool.Message("nowhere", "a"), edatool.route(now, edatool.Message("nowhere", "a"))),
        },
    }


def on_broker(before: Routes | None) -> Topology:
    """Return what the vhost holds: what was applied, what others made, and what two of them changed of it."""
    ours = list(before.own.objects) if before else []
    return collect([*ours, *FOREIGN, *THEIRS])


def planned(before: Routes | None, now: Routes) -> Plan:
    """Return the plan of the shop, as ``edatool.plan`` makes it where the broker is a RabbitMQ 4.0."""
    there = on_broker(before)
    ownership = Ownership(before.own if before else Topology(), {identity_of(one): "marketing" for one in THEIRS})
    plan = plan_apply(
        now.own, there, ownership, external=now.external, held={"audit": Backlog(2500), "orders": Backlog(3)}
    )
    return replace(
        plan,
        spec=now.spec.name,
        vhost="shop",
        declared=now,
        filtering=now.filtering,
        objections=objections(plan.desired.objects, named("4.0"), there.objects),
        waiting=(WaitingMessages("campaigns", 12),) if before and before is not now else (),
        consequences=consequences(now, there, after(there, plan.compared.changes), numbers("4.0"), earlier=before),
    )


def compared(now: Routes, before: Routes) -> ShownDiff:
    """Return what differs between two specs, as ``edatool diff --rabbitmq 4.0`` shows it."""
    found = edatool.diff(now, edatool.Before("main", before), rabbitmq="4.0")
    return ShownDiff(found, ShownPlan(found.plan, f"Diff of {now.spec.name} against main"))


def unseen(now: Routes) -> Plan:
    """Return the plan of one who may not look."""
    why = "'shop' may not use the management API: give it the tag management"
    plan = plan_apply(now.own, None, None, external=now.external, unseen=why, unowned="what is there cannot be seen")
    return replace(plan, spec=now.spec.name, vhost="shop", declared=now, filtering=now.filtering)


def applied(before: Routes) -> Ledger:
    """Return the ledger after two applies."""
    objects, first = before.own, collect(list(before.own.objects)[:5])
    entries = (
        LedgerEntry(1, AT[0], "ada@laptop", None, 5, 0, 0),
        LedgerEntry(2, AT[1], "ci@runner", "4f2a9c1", objects.size - 5, 1, 2),
    )
    ledger = finished(begun(Ledger("shop", "shop"), entries[0], first), first, [])
    return finished(
        begun(ledger, entries[1], objects), objects, [Queue("nightly"), Binding("events", "nightly", key="#")]
    )


def replacing(before: Routes) -> Ledger:
    """Return the ledger of another spec, whose first apply was killed while it replaced a queue."""
    entry = LedgerEntry(1, AT[1], "bob@laptop", None, 0, 1, 0)
    return begun(Ledger("marketing", "shop"), entry, collect(THEIRS), {"newsletter": {}})


def drifted(before: Routes, now: Routes) -> Drifted:
    """Return the drift of the shop, in which somebody was busy."""
    own = before.own
    changed = replace(own.policies["short"], definition={"max-length": 9})
    audit = next(one for one in own.bindings.values() if one.destination == "audit")
    lost = {identity_of(one) for one in (audit, own.queues["nobody"], own.policies["short"])}
    there = [
        *(one for one in on_broker(before).objects if identity_of(one) not in lost),
        changed,
        Queue("nightly"),
        Binding("events", "mirror", key="order.#"),
        Binding("events", "newsletter", key="order.#"),
        Policy("all", "", "queues", 0, {"max-length": 100000, "message-ttl": 60000}),
    ]
    others = replace(replacing(before), objects=collect([*THEIRS, Binding("events", "newsletter", key="order.#")]))
    operator = Policy("guard", "", "queues", 1, {"max-length": 1000})
    return drift(now.own, collect(there), Ledgers(applied(before), (others,)), now.external, [operator])


def filtered(now: Routes) -> list[Tried]:
    """Return what the filter of big orders says of the examples of orders."""
    where = now.spec.document.where
    orders = now.contracts["order.json"].examples
    return [
        Tried(
            f"example {number}",
            [(one, where(one.at)) for one in why_not(now.filters.named["big-order"], Content(each, ""))],
        )
        for number, each in enumerate(orders)
    ]


def in_repository(found: Sequence[edatool.Finding]) -> ShownFindings:
    """Return findings as they are shown in the folder ``shop`` of a repository."""
    return replace(shown_findings(found, spec="broken.yaml"), root="/repository", folder="/repository/shop")


def timeless(suite: edatool.Suite) -> edatool.Suite:
    """Return results as if each test took a millisecond."""
    ran = tuple(replace(one, seconds=0.001) for one in suite.ran)
    return replace(suite, ran=ran, seconds=0.25)


def tried(now: Routes) -> Iterator[ShownTrial]:
    """Yield where the orders of a file would go."""
    connection = DryRun(now.router)
    with edatool.Publisher(now, connection) as publisher, Path("orders.jsonl").open("rb") as stream:
        lines = lines_of([PayloadFile("orders.jsonl", stream)])
        for line, receipt in send(publisher, lines, always("order.placed"), RUN):
            yield ShownTrial(receipt, connection.traces.popleft() if receipt.outcome != "rejected" else None, line)


def published(now: Routes) -> Iterator[ShownReceipt]:
    """Yield what became of publishes: of one payload, and of some in a file."""
    broker = MemoryBroker.from_spec(now)
    with edatool.Publisher(now, broker) as publisher, Path("orders.jsonl").open("rb") as stream:
        for line, receipt in send(
            publisher, lines_of([PayloadFile("orders.jsonl", stream)]), always("order.placed"), RUN
        ):
            yield ShownReceipt(receipt, line)
        yield ShownReceipt(publisher.publish("stock.counted", {}, message_id=RUN))


DIED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
DEAD_GROUPS = (
    DeadGroup("orders", "it failed 4 times, the last time with Timeout", "shop.Timeout", 40, DIED, DIED + timedelta(1)),
    DeadGroup("audit", "expired", None, 15, DIED, DIED),
    DeadGroup(None, "", None, 2, None, None),
)
_ENDED = (
    Ended("m-1", "confirmed", ""),
    Ended("m-2", "invalid", "/total: it is 'ten', not a number"),
    Ended("m-3", "unroutable", "there is no queue orders"),
    Ended("m-4", "unroutable", "there is no queue orders"),
)
ROUND = ShownRound(
    "dead", "replayed", Rounded({"confirmed": 1, "invalid": 1, "unroutable": 2}, 4, 4, 1, None, stopped=True), _ENDED
)
DRY_ROUND = ShownRound(
    "history", "replayed", Rounded({"would": 1}, 1, 0, 0, 8, stopped=False), [Ended("m-1", "would", "to queue orders")]
)


def messages(now: Routes) -> list[ShownMessage]:
    """Return a dead letter of a consumer, and one of RabbitMQ that breaks its contract."""
    why = {
        REASON: "it failed 4 times, the last time with Timeout",
        ERROR: "shop.Timeout",
        ATTEMPTS: 4,
        CONSUMER: "billing",
        DIED_AT: "2026-03-01T09:30:00Z",
        QUEUE: "orders",
        EXCHANGE: "events",
        KEY: "order.eu.placed",
        REPLAYS: 1,
        EDITED: ["ada@laptop: /total: 4 became 5"],
    }
    death = {
        "queue": "orders",
        "reason": "rejected",
        "exchange": "events",
        "routing-keys": ["order.eu.placed"],
        "count": 2,
        "time": DIED,
    }
    found = (
        visited_message("m-1", b'{"region": "eu", "total": 5}', {**why, "tier": "gold"}),
        visited_message("m-2", b'{"region": 7}', {"x-death": [death]}),
    )
    return [ShownMessage(one, today(one, now)) for one in map(dead_message, found)]


def visited_message(message_id: str, body: bytes, headers: dict[str, object]) -> Visited:
    """Return an order that lies in a queue."""
    delivery = Delivery("", "dead", headers, body, "application/json", "order.placed", message_id)
    return Visited(delivery, joined({"message_id": bytes([len(message_id)]) + message_id.encode()}), 0, None, True)


TROUBLED = OutboxStatus(
    waiting=42,
    bytes=10_240,
    age=5400.0,
    parked_messages=3,
    relays=1,
    held=(
        HeldKey(OutboxDestination("shop", "events", "order.eu.placed"), 40, 1, 8.0, "nobody answers"),
        HeldKey(OutboxDestination("shop", "", "reports"), 2, 4, 60.0, "NO_ROUTE"),
    ),
    parked=(
        Parked(OutboxDestination("shop", "payments", ""), "payment.failed", 3, "NOT_FOUND - no exchange 'payments'"),
    ),
)

STATUS = Status(
    spec="shop",
    vhost="shop",
    at=DIED,
    troubles=(("vhost", Trouble("drift", "notice", "2 objects changed since the last apply", ("drift",))),),
    queues=(
        QueueStatus(
            "orders",
            "events",
            "order-service",
            QueueCounts("orders", "classic", "running", 12_345, 40, 0, None, 51.5, 10.25, 41.0),
            720.5,
            None,
            Alerts(10_000, 300.0, 1),
            (11_000, 11_700, 12_345),
            (
                Trouble("depth", "alert", "12,345 messages, over 10,000", ("peek", "orders")),
                Trouble("age", "alert", "oldest message waits 12m, over 5m", ("peek", "orders")),
            ),
        ),
        QueueStatus(
            "lost letters",
            "dead-letters",
            None,
            None,
            None,
            None,
            Alerts(),
            (0, 0, 0),
            (Trouble("missing", "alert", "missing: declared, and not on the broker", ("plan",)),),
        ),
        QueueStatus(
            "payments",
            "events",
            None,
            QueueCounts("payments", "quorum", "running", 3, 3, 1, None, 2.0, 2.0, 0.0),
            None,
            "RabbitMQ tells the age of messages of classic queues only",
            Alerts(),
            (2, 0, 3),
        ),
    ),
    unroutable=Unroutable(7, 1),
    drift=DriftCount(2, 0),
    surprises=0,
    outboxes=(WatchedOutbox("outbox.db", TROUBLED), WatchedOutbox("none.db", None, "there is no file none.db")),
    unseen=("alarms and nodes: 'shop' lacks the tag monitoring",),
)


def written(shown: dict[str, str]) -> None:
    """Write the texts, and remove those that nothing makes any more."""
    for old in _files():
        if old not in shown:
            (TEXTS / old).unlink()
    for name, text in shown.items():
        file = TEXTS / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_ended(text), encoding="utf-8")


def kept() -> dict[str, str]:
    """Return the texts under version control by the names of their files."""
    return {name: (TEXTS / name).read_text(encoding="utf-8") for name in _files()}


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def expected() -> dict[str, str]:
    """Return the texts as they are to be under version control."""
    return {name: _ended(text) for name, text in texts().items()}


def _files() -> Sequence[str]:
    return sorted(one.relative_to(TEXTS).as_posix() for one in TEXTS.rglob("*") if one.is_file())


if __name__ == "__main__":
    written(texts())
    sys.stdout.write(f"{len(_files())} texts are in {TEXTS}\n")
