"""Checked plain values to a Spec."""

import os.path
from collections.abc import Mapping
from typing import Any

from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.spec import administration, consuming, deliveries, producing, soap, sources, template
from edatool.spec.alerting import alerts
from edatool.spec.checking import checks
from edatool.spec.consuming import SpecConsumer
from edatool.spec.deliveries import SpecDelivery, posted
from edatool.spec.producing import SpecProducer
from edatool.spec.quantity import milliseconds
from edatool.spec.rabbitmq.arguments import ARGUMENTS, CLASSIC, amqp_name
from edatool.spec.secret import reference
from edatool.spec.spec import (
    Afterwards,
    DeadLetter,
    DeadLetterTarget,
    Event,
    Expectation,
    FilterRouterSettings,
    RawMessage,
    RoutingTest,
    Spec,
    SpecBinding,
    SpecExchange,
    SpecPolicy,
    SpecQueue,
    User,
    VirtualHost,
)
from edatool.spec.template import FieldPath, Template
from edatool.spec.triggers import bindings_of, queues_of, trigger
from edatool.spec.yaml_document import YamlDocument

LONGEST_DELAY = 366 * 24 * 3600
"""Seconds that events may be delayed at most."""

Plain = Mapping[str, Any]


def build(
    value: Plain, document: YamlDocument, root: str, default_queue_type: str = CLASSIC
) -> tuple[Spec, list[Finding]]:
    """Build the Spec of a checked value; what a key template or a field path has wrong comes as findings.

    ``default_queue_type`` is that of the vhost, where the spec itself does not say one.
    """
    builder = _Builder(document, root, value.get("defaults") or {}, _said(value) or default_queue_type, [])
    triggers = value.get("triggers", {})
    queues = {**dict(queues_of(triggers, builder.defaults.get("queue") or {})), **value.get("queues", {})}
    bindings = (_binding(one, i) for i, one in enumerate(value.get("bindings", [])) if one is not None)
    spec = Spec(
        name=value.get("name", ""),
        vhost=value.get("vhost"),
        events={name: builder.event(name, one) for name, one in value.get("events", {}).items()},
        exchanges={name: builder.exchange(name, one) for name, one in value.get("exchanges", {}).items()},
        queues={name: builder.queue(name, one) for name, one in queues.items()},
        bindings=(*bindings, *bindings_of(triggers)),
        consumers={name: builder.consumer(name, one) for name, one in value.get("consumers", {}).items()},
        producers={name: builder.producer(name, one) for name, one in value.get("producers", {}).items()},
        policies={name: _policy(name, one) for name, one in value.get("policies", {}).items()},
        operator_policies={name: _policy(name, one) for name, one in value.get("operator_policies", {}).items()},
        virtual_host=_virtual_host(value["virtual_host"]) if "virtual_host" in value else None,
        users={name: builder.user(name, one) for name, one in value.get("users", {}).items()},
        federation_upstreams={
            name: administration.upstream(one, builder.folder("federation_upstreams", name))
            for name, one in value.get("federation_upstreams", {}).items()
        },
        shovels={
            name: administration.shovel(one, builder.folder("shovels", name))
            for name, one in value.get("shovels", {}).items()
        },
        filters=value.get("filters", {}),
        router=_router(value.get("router") or {}),
        longest_delay=builder.longest_delay(value["delays"]["up_to"]) if "delays" in value else None,
        triggers={name: trigger(name, one, builder.folder("triggers", name)) for name, one in triggers.items()},
        sources={
            name: sources.source(name, one, builder.folder("sources", name))
            for name, one in value.get("sources", {}).items()
        },
        soap={name: soap.soap_service(name, one) for name, one in value.get("soap", {}).items()},
        deliveries={name: builder.delivery(name, one) for name, one in value.get("deliveries", {}).items()},
        alerts=alerts(value.get("alerts") or {}),
        tests=tuple(_test(one, i) for i, one in enumerate(value.get("tests", [])) if one is not None),
        checks=checks(value.get("checks") or {}),
        root=root,
        document=document,
    )
    return spec, builder.findings


@frozen
class _Builder:
    document: YamlDocument
    root: str
    defaults: Plain
    default_queue_type: str
    findings: list[Finding]

    def merged(self, kind: str, own: Plain) -> dict[str, Any]:
        default = self.defaults.get(kind) or {}
        arguments = {**default.get("arguments", {}), **own.get("arguments", {})}
        return {**default, **own, "arguments": arguments}

    def event(self, name: str, own: Plain) -> Event:
        one = self.merged("event", own)
        return Event(
            name=name,
            exchange=one.get("exchange", ""),
            key=self.template(one.get("key", name), name),
            headers=self.headers(one.get("headers", {}), name),
            schema=self.schema_file(one["schema"], "events", name) if "schema" in one else None,
            summary=one.get("summary"),
            producer=one.get("producer"),
            category=one.get("category"),
            contract=one.get("contract", "strict"),
            cloudevents=one.get("cloudevents"),
            source=one.get("source"),
            subject=self.path(one["subject"], "events", name, "subject") if "subject" in one else None,
        )

    def longest_delay(self, text: str) -> int:
        seconds = -(-milliseconds(text) // 1000)
        if not 1 <= seconds <= LONGEST_DELAY:
            where = self.document.where(("delays", "up_to"))
            self.findings.append(Finding("E103", f"events are delayed by 1s to 366d, not {text}", where))
        return seconds

    def template(self, text: str, event: str) -> Template:
        parsed = template.parse(text)
        if isinstance(parsed, Template):
            return parsed
        self.findings.append(Finding("E104", parsed, self.document.where(("events", event, "key"))))
        return Template(())

    def headers(self, headers: Mapping[str, str], event: str) -> dict[str, FieldPath]:
        paths = {header: self.path(text, "events", event, "headers", header) for header, text in headers.items()}
        return {header: path for header, path in paths.items() if path}

    def path(self, text: str, *place: str) -> FieldPath | None:
        path = template.parse_path(text)
        if path is None:
            message = f"{place[-1]!r} has an empty field name in {text!r}: write path.to.field"
            self.findings.append(Finding("E104", message, self.document.where(place)))
        return path

    def schema_file(self, text: str, section: str, name: str) -> str:
        # A schema is named relative to the file that names it, which an included file in a folder may be.
        at = self.document.where((section, name, "schema")) or self.document.where(())
        folder = os.path.dirname(at.file) if at else self.root  # noqa: PTH120 - a name, not a file
        file, sign, pointer = text.partition("#")
        relative = os.path.relpath(os.path.join(folder, file) or ".", self.root or ".")  # noqa: PTH118
        return relative.replace(os.sep, "/") + sign + pointer

    def folder(self, section: str, name: str) -> str:
        """Return the folder of the file that declares an object."""
        at = self.document.where((section, name))
        return os.path.dirname(at.file) if at else self.root  # noqa: PTH120 - a name, not a file

    def user(self, name: str, one: Plain) -> User:
        password = one.get("password")
        rights, topics = one.get("permissions"), one.get("topic_permissions", {})
        return User(
            name=name,
            password=reference(password, self.folder("users", name)) if password else None,
            tags=tuple(tag for tag in one.get("tags", []) if tag),
            permissions=None
            if rights is None
            else {key: rights.get(key, "") for key in ("configure", "write", "read")},
            topic_permissions={
                exchange: {key: allowed.get(key, "") for key in ("write", "read")}
                for exchange, allowed in topics.items()
            },
        )

    def exchange(self, name: str, own: Plain) -> SpecExchange:
        one = self.merged("exchange", own)
        return SpecExchange(
            name=name,
            type=one.get("type", ""),
            durable=one.get("durable", True),
            auto_delete=one.get("auto_delete", False),
            internal=one.get("internal", False),
            external=one.get("external", False),
            alternate=one.get("alternate"),
            arguments=one["arguments"],
            owner=one.get("owner"),
            summary=one.get("summary"),
        )

    def consumer(self, name: str, one: Plain) -> SpecConsumer:
        wrong = consuming.identity((one.get("inbox") or {}).get("identity", "message_id"))
        if isinstance(wrong, str):
            self.findings.append(Finding("E103", wrong, self.document.where(("consumers", name, "inbox", "identity"))))
        if "order_by" in one:
            self.path(one["order_by"], "consumers", name, "order_by")
        return consuming.consumer(name, one)

    def delivery(self, name: str, one: Plain) -> SpecDelivery:
        if "order_by" in one:
            self.path(one["order_by"], "deliveries", name, "order_by")
        schema = self.schema_file(one["schema"], "deliveries", name) if "schema" in one else None
        return deliveries.delivery(name, one, self.folder("deliveries", name), schema)

    def producer(self, name: str, one: Plain) -> SpecProducer:
        for place, wrong in producing.wrong_in(name, one):
            self.findings.append(Finding("E103", wrong, self.document.where(("producers", name, *place))))
        return producing.producer(name, one, self.folder("producers", name))

    def type_of_vhost(self, queue: Plain) -> str:
        """Return the type that RabbitMQ gives to a queue that names none (measured on 4.0 and 4.3)."""
        lasting = queue.get("durable", True) and not queue.get("auto_delete", False)
        return self.default_queue_type if lasting else "classic"

    def queue(self, name: str, own: Plain) -> SpecQueue:
        one = self.merged("queue", own)
        queue_type = one.get("type") or self.type_of_vhost(one)
        fitting = {key: value for key, value in one.items() if key in own or takes(queue_type, key)}
        letter = fitting.get("dead_letter")
        return SpecQueue(
            name=name,
            type=queue_type,
            durable=one.get("durable", True),
            auto_delete=one.get("auto_delete", False),
            external=one.get("external", False),
            dead_letter=_dead_letter(letter) if letter else None,
            retry=tuple(milliseconds(wait) for wait in fitting.get("retry", []) if wait),
            settings={
                amqp_name(key): ARGUMENTS[key].to_amqp(value) for key, value in fitting.items() if key in ARGUMENTS
            },
            arguments=one["arguments"],
            owner=one.get("owner"),
            summary=one.get("summary"),
            alerts=alerts(one.get("alerts", {})),
        )


def leaves_types_to_vhost(value: object) -> bool:
    """Whether a queue of a spec without errors names no type, and nothing else in it does so for it."""
    assert isinstance(value, dict)
    by_default = (value.get("defaults") or {}).get("queue") or {}
    queues = (value.get("queues") or {}).values()
    return not _said(value) and "type" not in by_default and any("type" not in (one or {}) for one in queues)


def _said(value: Plain) -> str | None:
    """Return the default queue type that a spec declares of its vhost."""
    return (value.get("virtual_host") or {}).get("default_queue_type")


def takes(queue_type: str, key: str) -> bool:
    """Whether a default is for this type of queue: a stream does not inherit what only quorum queues have."""
    if key in ARGUMENTS:
        return queue_type in ARGUMENTS[key].types
    return queue_type != "stream" or key not in ("dead_letter", "retry")


def _binding(one: Plain, index: int) -> SpecBinding:
    single = [one["key"]] if "key" in one else None
    return SpecBinding(
        events=tuple(name for name in one.get("events", []) if name),
        exchange=one.get("exchange"),
        queue=one.get("queue"),
        to_exchange=one.get("to_exchange"),
        keys=tuple(key for key in single or one.get("keys", []) if key is not None),
        headers=one.get("headers", {}),
        arguments=one.get("arguments", {}),
        filter=one.get("filter"),
        path=("bindings", index),
    )


def _policy(name: str, one: Plain) -> SpecPolicy:
    return SpecPolicy(
        name=name,
        pattern=one.get("pattern", ""),
        apply_to=one.get("apply_to", "all"),
        priority=one.get("priority", 0),
        definition=one.get("definition", {}),
    )


def _dead_letter(one: Plain) -> DeadLetter:
    by_error = {error: _target(to) for error, to in (one.get("by_error") or {}).items() if to}
    return DeadLetter(one.get("exchange", ""), one.get("key"), one.get("strategy"), by_error)


def _target(to: str | Plain) -> DeadLetterTarget:
    return DeadLetterTarget("", to) if isinstance(to, str) else DeadLetterTarget(to.get("exchange", ""), to.get("key"))


def _router(one: Plain) -> FilterRouterSettings:
    letter = one.get("dead_letter")
    return FilterRouterSettings(
        one.get("type", "quorum"), DeadLetter(letter.get("exchange", ""), letter.get("key"), None) if letter else None
    )


def _virtual_host(one: Plain) -> VirtualHost:
    return VirtualHost(
        description=one.get("description"),
        tags=tuple(tag for tag in one["tags"] if tag) if "tags" in one else None,
        default_queue_type=one.get("default_queue_type"),
        protected_from_deletion=one.get("protected_from_deletion"),
        limits={key.replace("_", "-"): limit for key, limit in one.get("limits", {}).items()},
    )


def _test(one: Plain, index: int) -> RoutingTest:
    raw, after = one.get("message"), one.get("dead_letter")
    return RoutingTest(
        name=one.get("name", ""),
        publish=one.get("publish"),
        payload=one.get("payload"),
        example=None if "payload" in one or "publish" not in one else one.get("example", 0),
        message=RawMessage(raw.get("exchange", ""), raw.get("key", ""), raw.get("headers", {})) if raw else None,
        expect=_expectation(one.get("expect", [])),
        dead_letter=_afterwards(after) if after else None,
        path=("tests", index),
        receive=sources.received(one["receive"]) if one.get("receive") else None,
        event=one.get("event"),
        requests=tuple(posted(request) for request in one.get("requests", [])),
        filtered=tuple(name for name in one.get("filtered", []) if name),
    )


def _expectation(expect: Any) -> Expectation:
    if isinstance(expect, list):
        return Expectation("exactly", tuple(queue for queue in expect if queue))
    if isinstance(expect, dict):
        return Expectation("at_least", tuple(queue for queue in expect.get("at_least", []) if queue))
    return Expectation(expect)


def _afterwards(after: Plain) -> Afterwards:
    queues = tuple(queue for queue in after.get("expect", []) if queue)
    return Afterwards(after.get("queue", ""), after.get("reason", "rejected"), queues)
