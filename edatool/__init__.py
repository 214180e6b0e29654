"""Event routing on RabbitMQ as code.

What the command line does, a program does with the same functions::

    import edatool

    routes = edatool.load("routes.yaml")
    trace = routes.route("order.placed", {"region": "eu", "total": 120})
    with edatool.connect("amqps://user:password@host", routes) as vhost:
        plan = edatool.plan(routes, vhost)
        plan.raise_if_unsafe(edatool.Allowed(replace=frozenset({"orders"})))
        edatool.apply(plan, vhost, on_step=print)

and a service publishes with ``Publisher``. All of it is loaded when it is first asked for.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edatool.api.beginning import Begun, init
    from edatool.api.commenting import comment, post_comment, reviewed_plan
    from edatool.api.connecting import connect
    from edatool.api.consuming import open_triggers
    from edatool.api.dead_letters.keeping import drop_dead_letters, export_dead_letters, import_dead_letters
    from edatool.api.dead_letters.looking import list_dead_letters, read_dead_letters
    from edatool.api.dead_letters.sending import edit_dead_letter, move_dead_letters, replay_dead_letters
    from edatool.api.delivering import delivery_request, open_delivery
    from edatool.api.deploying import apply, deploy, destroy, plan, plan_destroy
    from edatool.api.diagnosing import doctor
    from edatool.api.diffing import diff, load_before, new_findings
    from edatool.api.documenting import docs, load_environment, read_history, write_docs
    from edatool.api.filters import filter_router, read_filter, try_filter
    from edatool.api.formats import (
        export,
        import_,
        read_asyncapi,
        read_definitions,
        read_kubernetes,
        read_terraform_state,
    )
    from edatool.api.graphing import draw, graph
    from edatool.api.inboxes import inbox_ddl, inbox_status, purge_inbox
    from edatool.api.ledgers import drift, ledger, release
    from edatool.api.outboxes import open_relay, outbox_ddl, outbox_status, purge_outbox, retry_outbox
    from edatool.api.plans import dump_plan, load_plan, save_plan
    from edatool.api.publishing import PublishedBatch, publish_batch, try_batch
    from edatool.api.rasterizing import draw_png
    from edatool.api.reports import report
    from edatool.api.rewriting import fix, fmt
    from edatool.api.routing import receive, route, test
    from edatool.api.schemas import publish_schemas, schema
    from edatool.api.serving import open_gateway
    from edatool.api.specs import load, validate
    from edatool.api.tailing import tail
    from edatool.api.watching import status
    from edatool.broker.session import Session
    from edatool.change.allowed import Allowed
    from edatool.change.consequences.consequences import Consequences
    from edatool.change.drift import Drifted
    from edatool.change.ledgers import Ledgers
    from edatool.change.offline.diff import Before, Diff
    from edatool.change.plan import Plan
    from edatool.change.planfile import PlanFile
    from edatool.change.progress import Progress
    from edatool.checks.findings.fixing import Fixed
    from edatool.checkup.check import Check
    from edatool.contracts.violation import Violation
    from edatool.errors import (
        BrokerBlocked,
        BrokerError,
        BrokerRefused,
        BrokerUnreachable,
        ClaimLost,
        CodeHostError,
        EdatoolError,
        InboxError,
        InboxFull,
        InvalidInput,
        KeyStoreError,
        Locked,
        NeedsPerson,
        OutboxError,
        OutboxFull,
        OutboxGone,
        Stale,
        Unsafe,
        WrongUsage,
    )
    from edatool.filters.pattern import Filter
    from edatool.filters.tried import Tried
    from edatool.findings import Edit, Finding, Fix, Ignored, Position
    from edatool.gateway.gateway import Gateway, ServedTls
    from edatool.render.exports import Format
    from edatool.render.exports.exported import Exported
    from edatool.routes import Routes
    from edatool.routing.definitions.file import DefinitionsFile
    from edatool.routing.graph.graph import Graph
    from edatool.routing.importing.source import Takeover
    from edatool.routing.message import Message
    from edatool.routing.suite import Suite
    from edatool.routing.trace import Trace
    from edatool.runtime.cloudevents import CloudEvent
    from edatool.runtime.cloudevents import read as read_cloudevent
    from edatool.runtime.consume.consumer import Consumer
    from edatool.runtime.consume.counts import ConsumerCounts
    from edatool.runtime.consume.event import ConsumedEvent
    from edatool.runtime.consume.failures import Drop, Reject, Retry
    from edatool.runtime.dead_letters.groups import DeadList
    from edatool.runtime.dead_letters.history import DeadMessage
    from edatool.runtime.dead_letters.round import Rounded
    from edatool.runtime.dead_letters.selection import Selection
    from edatool.runtime.inbox.claims import InboxCount
    from edatool.runtime.outbox.outbox import Outbox
    from edatool.runtime.outbox.relay import Relay
    from edatool.runtime.outbox.status import OutboxStatus
    from edatool.runtime.publish.files.batch import Batch
    from edatool.runtime.publish.files.line import PayloadLine
    from edatool.runtime.publish.publisher import Publisher
    from edatool.runtime.publish.receipt import Outcome, Receipt
    from edatool.runtime.router.router import FilterRouter
    from edatool.runtime.triggers.aws_lambda import lambda_handler
    from edatool.server.node import Node
    from edatool.server.node import private as private_broker
    from edatool.server.node import start as start_broker
    from edatool.server.node import status as broker_status
    from edatool.server.node import stop as stop_broker
    from edatool.spec.spec import Trigger
    from edatool.spec.text.rewriting import Rewritten
    from edatool.watch.status import Status
    from edatool.webhooks.webhook import WebhookEvent

    __version__: str

__all__ = [
    "Allowed",
    "Batch",
    "Before",
    "Begun",
    "BrokerBlocked",
    "BrokerError",
    "BrokerRefused",
    "BrokerUnreachable",
    "Check",
    "ClaimLost",
    "CloudEvent",
    "CodeHostError",
    "Consequences",
    "ConsumedEvent",
    "Consumer",
    "ConsumerCounts",
    "DeadList",
    "DeadMessage",
    "DefinitionsFile",
    "Diff",
    "Drifted",
    "Drop",
    "EdatoolError",
    "Edit",
    "Exported",
    "Filter",
    "FilterRouter",
    "Finding",
    "Fix",
    "Fixed",
    "Format",
    "Gateway",
    "Graph",
    "Ignored",
    "InboxCount",
    "InboxError",
    "InboxFull",
    "InvalidInput",
    "KeyStoreError",
    "Ledgers",
    "Locked",
    "Message",
    "NeedsPerson",
    "Node",
    "Outbox",
    "OutboxError",
    "OutboxFull",
    "OutboxGone",
    "OutboxStatus",
    "Outcome",
    "PayloadLine",
    "Plan",
    "PlanFile",
    "Position",
    "Progress",
    "PublishedBatch",
    "Publisher",
    "Receipt",
    "Reject",
    "Relay",
    "Retry",
    "Rewritten",
    "Rounded",
    "Routes",
    "Selection",
    "ServedTls",
    "Session",
    "Stale",
    "Status",
    "Suite",
    "Takeover",
    "Trace",
    "Tried",
    "Trigger",
    "Unsafe",
    "Violation",
    "WebhookEvent",
    "WrongUsage",
    "__version__",
    "apply",
    "broker_status",
    "comment",
    "connect",
    "delivery_request",
    "deploy",
    "destroy",
    "diff",
    "docs",
    "doctor",
    "draw",
    "draw_png",
    "drift",
    "drop_dead_letters",
    "dump_plan",
    "edit_dead_letter",
    "export",
    "export_dead_letters",
    "filter_router",
    "fix",
    "fmt",
    "graph",
    "import_",
    "import_dead_letters",
    "inbox_ddl",
    "inbox_status",
    "init",
    "lambda_handler",
    "ledger",
    "list_dead_letters",
    "load",
    "load_before",
    "load_environment",
    "load_plan",
    "move_dead_letters",
    "new_findings",
    "open_delivery",
    "open_gateway",
    "open_relay",
    "open_triggers",
    "outbox_ddl",
    "outbox_status",
    "plan",
    "plan_destroy",
    "post_comment",
    "private_broker",
    "publish_batch",
    "publish_schemas",
    "purge_inbox",
    "purge_outbox",
    "read_asyncapi",
    "read_cloudevent",
    "read_dead_letters",
    "read_definitions",
    "read_filter",
    "read_history",
    "read_kubernetes",
    "read_terraform_state",
    "receive",
    "release",
    "replay_dead_letters",
    "report",
    "retry_outbox",
    "reviewed_plan",
    "route",
    "save_plan",
    "schema",
    "start_broker",
    "status",
    "stop_broker",
    "tail",
    "test",
    "try_batch",
    "try_filter",
    "validate",
    "write_docs",
]

_HOMES = {
    "edatool.api.beginning": ("Begun", "init"),
    "edatool.api.commenting": ("comment", "post_comment", "reviewed_plan"),
    "edatool.api.connecting": ("connect",),
    "edatool.api.dead_letters.keeping": ("drop_dead_letters", "export_dead_letters", "import_dead_letters"),
    "edatool.api.dead_letters.looking": ("list_dead_letters", "read_dead_letters"),
    "edatool.api.dead_letters.sending": ("edit_dead_letter", "move_dead_letters", "replay_dead_letters"),
    "edatool.api.consuming": ("open_triggers",),
    "edatool.api.delivering": ("delivery_request", "open_delivery"),
    "edatool.api.deploying": ("apply", "deploy", "destroy", "plan", "plan_destroy"),
    "edatool.api.documenting": ("docs", "load_environment", "read_history", "write_docs"),
    "edatool.api.filters": ("filter_router", "read_filter", "try_filter"),
    "edatool.api.diagnosing": ("doctor",),
    "edatool.api.diffing": ("diff", "load_before", "new_findings"),
    "edatool.api.formats": (
        "export",
        "import_",
        "read_asyncapi",
        "read_definitions",
        "read_kubernetes",
        "read_terraform_state",
    ),
    "edatool.api.graphing": ("draw", "graph"),
    "edatool.api.inboxes": ("inbox_ddl", "inbox_status", "purge_inbox"),
    "edatool.api.ledgers": ("drift", "ledger", "release"),
    "edatool.api.outboxes": ("open_relay", "outbox_ddl", "outbox_status", "purge_outbox", "retry_outbox"),
    "edatool.api.plans": ("dump_plan", "load_plan", "save_plan"),
    "edatool.api.publishing": ("PublishedBatch", "publish_batch", "try_batch"),
    "edatool.api.rasterizing": ("draw_png",),
    "edatool.api.reports": ("report",),
    "edatool.api.rewriting": ("fix", "fmt"),
    "edatool.api.routing": ("receive", "route", "test"),
    "edatool.api.schemas": ("publish_schemas", "schema"),
    "edatool.api.serving": ("open_gateway",),
    "edatool.api.specs": ("load", "validate"),
    "edatool.api.tailing": ("tail",),
    "edatool.api.watching": ("status",),
    "edatool.broker.session": ("Session",),
    "edatool.change.allowed": ("Allowed",),
    "edatool.change.consequences.consequences": ("Consequences",),
    "edatool.change.drift": ("Drifted",),
    "edatool.change.ledgers": ("Ledgers",),
    "edatool.change.offline.diff": ("Before", "Diff"),
    "edatool.change.plan": ("Plan",),
    "edatool.change.planfile": ("PlanFile",),
    "edatool.change.progress": ("Progress",),
    "edatool.checks.findings.fixing": ("Fixed",),
    "edatool.checkup.check": ("Check",),
    "edatool.contracts.violation": ("Violation",),
    "edatool.errors": (
        "BrokerBlocked",
        "BrokerError",
        "BrokerRefused",
        "BrokerUnreachable",
        "ClaimLost",
        "CodeHostError",
        "EdatoolError",
        "InboxError",
        "InboxFull",
        "InvalidInput",
        "KeyStoreError",
        "Locked",
        "NeedsPerson",
        "OutboxError",
        "OutboxFull",
        "OutboxGone",
        "Stale",
        "Unsafe",
        "WrongUsage",
    ),
    "edatool.filters.pattern": ("Filter",),
    "edatool.filters.tried": ("Tried",),
    "edatool.findings": ("Edit", "Finding", "Fix", "Ignored", "Position"),
    "edatool.gateway.gateway": ("Gateway", "ServedTls"),
    "edatool.render.exports": ("Format",),
    "edatool.render.exports.exported": ("Exported",),
    "edatool.routes": ("Routes",),
    "edatool.routing.definitions.file": ("DefinitionsFile",),
    "edatool.routing.graph.graph": ("Graph",),
    "edatool.routing.importing.source": ("Takeover",),
    "edatool.routing.message": ("Message",),
    "edatool.routing.suite": ("Suite",),
    "edatool.routing.trace": ("Trace",),
    "edatool.runtime.cloudevents": ("CloudEvent", "read_cloudevent"),
    "edatool.runtime.consume.consumer": ("Consumer",),
    "edatool.runtime.consume.counts": ("ConsumerCounts",),
    "edatool.runtime.consume.event": ("ConsumedEvent",),
    "edatool.runtime.consume.failures": ("Drop", "Reject", "Retry"),
    "edatool.runtime.dead_letters.groups": ("DeadList",),
    "edatool.runtime.dead_letters.history": ("DeadMessage",),
    "edatool.runtime.dead_letters.round": ("Rounded",),
    "edatool.runtime.dead_letters.selection": ("Selection",),
    "edatool.runtime.inbox.claims": ("InboxCount",),
    "edatool.runtime.outbox.outbox": ("Outbox",),
    "edatool.runtime.outbox.relay": ("Relay",),
    "edatool.runtime.outbox.status": ("OutboxStatus",),
    "edatool.runtime.publish.files.batch": ("Batch",),
    "edatool.runtime.publish.files.line": ("PayloadLine",),
    "edatool.runtime.publish.publisher": ("Publisher",),
    "edatool.runtime.publish.receipt": ("Outcome", "Receipt"),
    "edatool.runtime.router.router": ("FilterRouter",),
    "edatool.runtime.triggers.aws_lambda": ("lambda_handler",),
    "edatool.spec.text.rewriting": ("Rewritten",),
    "edatool.spec.spec": ("Trigger",),
    "edatool.watch.status": ("Status",),
    "edatool.webhooks.webhook": ("WebhookEvent",),
    "edatool.server.node": ("Node", "broker_status", "private_broker", "start_broker", "stop_broker"),
}
_ELSEWHERE = {name: module for module, names in _HOMES.items() for name in names}
_CALLED_OTHERWISE = {
    "broker_status": "status",
    "private_broker": "private",
    "read_cloudevent": "read",
    "start_broker": "start",
    "stop_broker": "stop",
}


if not TYPE_CHECKING:  # else any name would do for a type checker

    def __getattr__(name: str) -> object:
        # Loaded when asked for: the command line starts without the publisher and what it needs.
        if name == "__version__":
            from importlib.metadata import version  # noqa: PLC0415 - as above

            return version("edatool-rabbitmq")
        if name not in _ELSEWHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found: object = getattr(importlib.import_module(_ELSEWHERE[name]), _CALLED_OTHERWISE.get(name, name))
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
