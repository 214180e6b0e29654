"""A program as its author might write it: it uses every public name, and mypy --strict has nothing against it."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import assert_never

import edatool


def findings(file: str) -> list[str]:
    found: tuple[edatool.Finding, ...] = edatool.validate(file, environment={}, rabbitmq="4.3", profile="strict")
    places: list[edatool.Position] = [one.at for one in found if one.at]
    return [edatool.report(found, "sarif"), *(f"{place.file}:{place.line}" for place in places)]


def fixed(file: str) -> dict[str, str]:
    done: edatool.Fixed = edatool.fix(file, environment={}, rabbitmq="4.3", write=False)
    fixes: list[edatool.Fix] = [one.fix for one in done.fixed if one.fix]
    edits: list[edatool.Edit] = [edit for one in fixes for edit in one.edits]
    rewritten: tuple[edatool.Rewritten, ...] = done.files
    rewritten += edatool.fmt(file, write=False)
    return {one.file: one.after for one in rewritten} if edits else {}


def loaded(file: str) -> edatool.Routes:
    try:
        routes = edatool.load(file)
        routes.require_valid()
        ignored: tuple[edatool.Ignored, ...] = routes.ignored
        print(*(f"{one.finding.code}: {one.reason}" for one in ignored))
    except edatool.InvalidInput as error:
        raise SystemExit("\n".join(str(one) for one in error.findings)) from None
    except (edatool.WrongUsage, edatool.BrokerError, edatool.NeedsPerson) as error:
        raise SystemExit(error.exit_code) from None
    return routes


def destinations(routes: edatool.Routes, vhost: edatool.Session, definitions: str) -> list[tuple[str, ...]]:
    trace: edatool.Trace = routes.route("order.placed", {"region": "eu", "total": 1})
    message = edatool.Message("events", "order.eu.placed", {"tier": "gold"})
    file: edatool.DefinitionsFile = edatool.read_definitions(definitions)
    others = [edatool.route(on, message, rabbitmq="3.12", explain=False) for on in (routes, vhost, file)]
    return [one.queues for one in (trace, *others)]


def received(routes: edatool.Routes, body: bytes) -> tuple[str, object]:
    came: edatool.WebhookEvent = edatool.receive(routes, "bank", body, {"X-Event": "paid"})
    return came.event, came.payload


def posted(routes: edatool.Routes, payload: object) -> bytes:
    return edatool.delivery_request(
        routes, "partner", "order.placed", payload, message_id="a", at=0.0, secrets=["whsec_bWFkZS11cA=="]
    ).body


def documented(routes: edatool.Routes) -> int:
    history = edatool.read_history(routes, "routes.yaml", most=3)
    beside = {"staging": routes, "production": edatool.load_environment("production.sh")}
    return edatool.write_docs(edatool.docs(routes, environments=beside, history=history), "site", force=True)


def tested(routes: edatool.Routes) -> bool:
    suite: edatool.Suite = edatool.test(routes)
    Path("comment.md").write_text(edatool.comment("production", findings=routes.findings, suite=suite))
    return suite.passed and suite.covered.percent > 90


def commented(routes: edatool.Routes) -> str:
    text = edatool.comment("production", findings=routes.findings, ignored=routes.ignored, most=900_000)
    try:
        edatool.reviewed_plan("github", "production", request=7, environ={"GITHUB_TOKEN": "t"})
        return edatool.post_comment("github", "production", text, request=7, environ={"GITHUB_TOKEN": "t"})
    except edatool.CodeHostError as error:
        return str(error)


def compared(routes: edatool.Routes, definitions: edatool.DefinitionsFile) -> int:
    before: edatool.Before = edatool.load_before("origin/main", "routes.yaml", environment={}, on_note=print)
    found: edatool.Diff = edatool.diff(routes, before, rabbitmq="4.3")
    new: tuple[edatool.Finding, ...] = edatool.new_findings(routes, before)
    offline = edatool.plan(routes, definitions)
    print(*found.new, *found.mended, *new, *offline.unasked)
    return 3 if found.contracts or found.declarations or not found.empty else 0


def deployed(routes: edatool.Routes, broker: str, file: str) -> int:
    with edatool.connect(broker, routes, management="none") as vhost:
        seen: list[edatool.Progress] = []
        plan: edatool.Plan = edatool.plan(routes, vhost, on_note=print, on_progress=seen.append)
        consequences: edatool.Consequences = plan.consequences
        if consequences.unknown or consequences.unsafe:
            return 5
        try:
            plan.raise_if_unsafe(edatool.Allowed(replace={"orders"}, discard=frozenset()))
            edatool.save_plan(plan, file)
            reviewed: edatool.PlanFile = edatool.load_plan(file)
            edatool.apply(reviewed, vhost)
            edatool.apply(plan, vhost, wait=1.5, on_step=print, on_note=print)
            edatool.deploy(routes, vhost, edatool.Allowed(adopt=True))
        except (edatool.Unsafe, edatool.Stale, edatool.Locked) as error:
            return error.exit_code
        except (edatool.BrokerRefused, edatool.BrokerUnreachable, edatool.BrokerBlocked):
            return 4
        print(edatool.dump_plan(edatool.plan_destroy(routes, vhost)))
        edatool.destroy(routes, vhost, discard=["orders"])
    return 0


def looked_at(routes: edatool.Routes, vhost: edatool.Session) -> bool:
    ledgers: edatool.Ledgers = edatool.ledger(routes, vhost)
    edatool.release(routes, vhost, ["queue orders"])
    drifted: edatool.Drifted = edatool.drift(routes, vhost)
    return drifted.clean and not ledgers.refused


def well(vhost: edatool.Session, routes: edatool.Routes) -> bool:
    checks: list[edatool.Check] = list(edatool.doctor(vhost, routes))
    return all(one.state == "ok" for one in checks)


def begun(folder: str) -> list[str]:
    begun: edatool.Begun = edatool.init(folder, "ci", name="shop")
    elsewhere = (
        edatool.read_asyncapi("asyncapi.yaml"),
        edatool.read_kubernetes("rabbit.yaml"),
        edatool.read_terraform_state("terraform.tfstate"),
    )
    taken = [edatool.init(one.name, one, vhost="/") for one in elsewhere]
    return [f"{one.folder}/{file}" for one in (begun, *taken) for file in one.files]


def described(folder: str) -> bool:
    plan: Mapping[str, object] = edatool.schema("plan", url="https://shop.example/schemas")
    files: tuple[str, ...] = edatool.publish_schemas(folder, url="https://shop.example/schemas", force=True)
    return bool(plan and files)


def written(routes: edatool.Routes, vhost: edatool.Session) -> list[str]:
    format_name: edatool.Format = "kubernetes"
    takeover: edatool.Takeover = edatool.import_(vhost, "shop")
    exported: edatool.Exported = edatool.export(routes, format_name, cluster="rabbit")
    return [takeover.text, exported.text, *(str(one) for one in (*takeover.wrong, *exported.notes))]


def drawn(routes: edatool.Routes) -> str:
    graph: edatool.Graph = edatool.graph(routes, before=edatool.load_before("HEAD"), most=80)
    parts = edatool.graph(routes, event="order.placed"), edatool.graph(routes, queue="orders")
    assert edatool.draw_png(graph)
    return edatool.draw(graph) + "".join(edatool.draw(one, "mermaid") for one in parts)


def published(routes: edatool.Routes, broker: str) -> str:
    outbox = edatool.Outbox("outbox.db", limit=10_000_000)
    try:
        with edatool.Publisher(routes, broker, outbox=outbox) as publisher:
            receipt: edatool.Receipt = publisher.publish("order.placed", {"region": "eu"})
    except (edatool.OutboxFull, edatool.OutboxGone, edatool.OutboxError) as error:
        return str(error)
    return told(receipt.outcome, receipt.violations)


def published_from_files(routes: edatool.Routes, broker: str) -> bool:
    batch = edatool.Batch(("orders.jsonl",), event="order.placed")
    places: list[str] = []

    def note(line: edatool.PayloadLine, receipt: edatool.Receipt) -> None:
        if not receipt.ok:
            places.append(line.place)

    outcomes = edatool.try_batch(routes, batch, rejects="bad.jsonl")
    if outcomes.get("rejected"):
        return False
    done: edatool.PublishedBatch = edatool.publish_batch(
        routes, broker, batch, resume="orders.state", rate=100, on_receipt=note
    )
    return done.stopped is None and not done.nothing_new and not places


def filtered(routes: edatool.Routes, broker: str) -> bool:
    tried: tuple[edatool.Tried, ...] = edatool.try_filter([("an order", {"total": 1})], pattern="data.total: 1")
    router: edatool.FilterRouter = edatool.filter_router(routes, broker, on_note=print)
    router.run(until_empty=True)
    return router.counts.passed > 0 and all(one.matches for one in tried)


def kept(broker: str) -> int:
    print(*edatool.outbox_ddl("sqlite"), *edatool.inbox_ddl("sqlite"), sep=";\n")
    relay: edatool.Relay
    with edatool.open_relay("outbox.db", broker, attempts=3, on_note=print) as relay:
        relay.run(once=True)
    status: edatool.OutboxStatus = edatool.outbox_status("postgresql://user@host/name")
    counts: Sequence[edatool.InboxCount] = edatool.inbox_status("inbox.db")
    forgotten = edatool.purge_inbox("redis://host:6379/0", 7 * 86400, "order-service")
    removed = edatool.purge_outbox("outbox.db", "all") + forgotten
    return status.waiting + removed + edatool.retry_outbox("outbox.db") + sum(one.events for one in counts)


def on_this_machine(routes: edatool.Routes, folder: Path) -> bool:
    node: edatool.Node
    with edatool.private_broker(["rabbitmq_shovel"]) as node, edatool.connect(node.url, routes) as vhost:
        edatool.deploy(routes, vhost)
    print(edatool.start_broker(folder, port=5672).version)
    return edatool.broker_status(folder) is not None and edatool.stop_broker(folder)


def told(outcome: edatool.Outcome, violations: tuple[edatool.Violation, ...]) -> str:
    match outcome:
        case "confirmed" | "accepted":
            return "on its way"
        case "rejected":
            return ", ".join(str(one) for one in violations)
        case "unroutable" | "nacked" | "unknown":
            return "not sure"
        case _:
            assert_never(outcome)


def consumed(body: bytes) -> object:
    event: edatool.CloudEvent | edatool.Violation | None = edatool.read_cloudevent({}, body)
    return event.data if isinstance(event, edatool.CloudEvent) else None


def reacted(routes: edatool.Routes, broker: str) -> int:
    consumer = edatool.Consumer(routes, broker, workers=4, inbox="inbox.db")

    @consumer.on("payment.settled", "payment.failed", queue="order-processing")
    def handle(event: edatool.ConsumedEvent) -> None:
        match event.payload:
            case {"amount": 0}:
                raise edatool.Drop
            case {"amount": int(amount)} if amount < 0:
                raise edatool.Reject("nobody pays less than nothing")
            case _ if event.attempt == 1:
                raise edatool.Retry(after=60)
        with sqlite3.connect("shop.db") as transaction:
            try:
                event.complete_within(transaction)
            except edatool.ClaimLost:
                transaction.rollback()
            except (edatool.InboxFull, edatool.InboxError) as error:
                print(error)

    consumer.run()
    counts: edatool.ConsumerCounts = consumer.counts
    return counts.done


def seen(vhost: edatool.Session) -> None:
    edatool.tail(vhost, "orders", limit=3, on_message=lambda one: print(one.id))


def watched(routes: edatool.Routes, vhost: edatool.Session) -> list[str]:
    found: edatool.Status = edatool.status(routes, vhost, outboxes=["outbox.db"])
    return [f"{about} {trouble.what}" for about, trouble in found.every]


def brought_back(vhost: edatool.Session, routes: edatool.Routes, folder: Path) -> edatool.Rounded:
    timeouts = edatool.Selection(error="Timeout")
    found: edatool.DeadList = edatool.list_dead_letters(vhost, "dead", routes=routes, selection=timeouts)
    print([f"{one.queue}: {one.messages}" for one in found.groups])
    first: edatool.DeadMessage = edatool.read_dead_letters(vhost, "dead", limit=1)[0]
    edatool.edit_dead_letter(vhost, "dead", first.id, lambda body: body.replace(b"ten", b"10"), routes=routes)
    edatool.move_dead_letters(vhost, "dead", to_queue="parked", selection=edatool.Selection(reason="contract"))
    with (folder / "dead.jsonl").open("w+b") as file:
        edatool.export_dead_letters(vhost, "dead", file)
        file.seek(0)
        edatool.import_dead_letters(vhost, "copies", file)
    edatool.drop_dead_letters(vhost, "dead", folder / "dropped.jsonl", selection=edatool.Selection(queue="audit"))
    return edatool.replay_dead_letters(vhost, "dead", routes=routes, rate=100)


def acted(routes: edatool.Routes, broker: str, trigger: edatool.Trigger) -> object:
    only: edatool.Filter = edatool.read_filter("key: order.placed", routes)
    with edatool.open_triggers(routes, broker, [trigger], filter=only, limit=1, on_note=print) as consumer:
        consumer.run()
    with edatool.open_delivery(routes, broker, "partner", limit=1, on_note=print) as consumer:
        consumer.run()
    return edatool.lambda_handler(edatool.Consumer(routes, broker))({"rmqMessagesByQueue": {}}, None)


def served(routes: edatool.Routes, broker: str) -> str:
    tls = edatool.ServedTls("cert.pem", "key.pem", clients="ca.pem")
    try:
        with edatool.open_gateway(routes, broker, "127.0.0.1:0", tls=tls, keys="keys.db", proxies=[]) as found:
            gateway: edatool.Gateway = found
            gateway.run()
    except edatool.KeyStoreError as error:
        return str(error)
    return gateway.url


def main() -> int:
    try:
        return len(findings("routes.yaml"))
    except edatool.EdatoolError as error:
        print(edatool.__version__, error)
        return error.exit_code
