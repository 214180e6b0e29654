"""A spec as an AsyncAPI 3.0 document with the AMQP bindings, version 0.3.0."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from edatool.contracts.contract import Contract
from edatool.contracts.documents.bundle import Bundled, bundle
from edatool.contracts.documents.drafts import DRAFT_2019_09
from edatool.contracts.fields import field_of
from edatool.contracts.pointer import to_text
from edatool.findings import Finding
from edatool.render.exports.exported import Exported, ToExport, unsaid
from edatool.render.exports.unsaid_by_asyncapi import EXCHANGE_TYPES, unsaid_by_asyncapi
from edatool.routing.bindings import exchange_type
from edatool.routing.reach.events_of_queues import events_of_queues
from edatool.spec.spec import Event, Spec, SpecQueue
from edatool.spec.template import FieldPath
from edatool.spec.text.write import as_documents

Plain = dict[str, Any]

_BINDING_VERSION = {"bindingVersion": "0.3.0"}
_PERSISTENT = 2


def asyncapi(wanted: ToExport) -> Exported:
    """Return the document of a spec without errors: a channel for each event, and one for each queue.

    A queue's channel has the messages that may come to it.
    """
    spec, contracts = wanted.routes.spec, wanted.routes.contracts
    schemas, names = bundle(contracts.values(), lambda name: f"#/components/schemas/{name}/schema")
    events = {name: _message(one, contracts, names) for name, one in spec.events.items()}
    comes_to = events_of_queues(spec, contracts)
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": spec.name, "version": wanted.version},
        "defaultContentType": "application/json",
        "channels": {
            **{f"event.{name}": _event_channel(spec, one, contracts, events) for name, one in spec.events.items()},
            **{f"queue.{name}": _queue_channel(spec, one, comes_to[name]) for name, one in spec.queues.items()},
        },
        "operations": {
            **{f"publish.{name}": _publish(one) for name, one in spec.events.items()},
            **_consumes(spec, comes_to),
        },
        "components": {"schemas": _components(schemas)},
    }
    notes = (*unsaid_by_asyncapi(spec), *_later(schemas))
    return Exported(as_documents(iter([document]), opened=2), notes)


def _message(event: Event, contracts: Mapping[str, Contract], schemas: Mapping[str, str]) -> Plain:
    contract = contracts.get(event.schema or "")
    headers = {
        name: {"type": ["string", "integer", "boolean"], "description": f"{path} of the payload"}
        for name, path in event.headers.items()
    }
    return _said(
        name=event.name,
        summary=event.summary,
        tags=_tags(event.category),
        headers={"type": "object", "properties": headers} if headers else None,
        payload=_reference("components", "schemas", schemas[contract.name]) if contract else None,
        examples=[{"payload": one} for one in contract.examples] if contract else None,
        bindings={"amqp": {"messageType": event.name, **_BINDING_VERSION}},
    )


def _event_channel(spec: Spec, event: Event, contracts: Mapping[str, Contract], messages: Mapping[str, Plain]) -> Plain:
    names = _parameter_names(event)
    contract = contracts.get(event.schema or "")
    address = "".join(part if isinstance(part, str) else f"{{{names[part]}}}" for part in event.key.parts)
    return _said(
        address=address,
        messages={event.name: messages[event.name]},
        parameters={name: _parameter(path.names, contract) for path, name in names.items()},
        bindings={"amqp": {"is": "routingKey", "exchange": _exchange(spec, event.exchange), **_BINDING_VERSION}},
    )


def _parameter_names(event: Event) -> dict[FieldPath, str]:
    """Name the fields of a key as parameters, ``customer.tier`` as ``customer_tier``, no two alike."""
    names: dict[FieldPath, str] = {}
    for path in event.key.fields:
        name = re.sub("[^A-Za-z0-9_-]", "_", "_".join(path.names))
        while path not in names and name in names.values():
            name += "_"
        names.setdefault(path, name)
    return names


def _parameter(path: tuple[str, ...], contract: Contract | None) -> Plain:
    values = field_of(contract, path).values if contract else None
    return _said(
        location=f"$message.payload#{to_text(path)}",
        enum=[str(value) for value in values] if values and all(isinstance(one, str) for one in values) else None,
    )


def _exchange(spec: Spec, name: str) -> Plain:
    declared = spec.exchanges.get(name)
    kind = declared.type if declared else exchange_type(spec, name)
    return _said(
        name=name,
        type=kind if kind in EXCHANGE_TYPES else None,
        durable=declared.durable if declared else True,
        autoDelete=declared.auto_delete if declared else False,
        vhost=spec.vhost,
    )


def _queue_channel(spec: Spec, queue: SpecQueue, events: list[str]) -> Plain:
    described = _said(
        name=queue.name, durable=queue.durable, exclusive=False, autoDelete=queue.auto_delete, vhost=spec.vhost
    )
    return _said(
        address=queue.name,
        summary=queue.summary,
        messages={name: _reference("channels", f"event.{name}", "messages", name) for name in events},
        tags=_tags(queue.owner),
        bindings={"amqp": {"is": "queue", "queue": described, **_BINDING_VERSION}},
    )


def _publish(event: Event) -> Plain:
    channel = f"event.{event.name}"
    return _said(
        action="send",
        channel=_reference("channels", channel),
        tags=_tags(event.producer),
        messages=[_reference("channels", channel, "messages", event.name)],
        bindings={"amqp": {"deliveryMode": _PERSISTENT, "timestamp": True, **_BINDING_VERSION}},
    )


def _consumes(spec: Spec, comes_to: Mapping[str, list[str]]) -> dict[str, Plain]:
    """Return an operation for each consumer of each queue, and one for a queue whose consumers are not declared."""
    found = {
        f"{one.name}.consume.{queue}": _consume(
            queue, comes_to[queue], one.owner or spec.queues[queue].owner, one.summary
        )
        for one in spec.consumers.values()
        for queue in one.queues
        if queue in spec.queues
    }
    read = spec.readers
    rest = (queue for name, queue in spec.queues.items() if name not in read)
    return found | {f"consume.{one.name}": _consume(one.name, comes_to[one.name], one.owner, None) for one in rest}


def _consume(queue: str, events: list[str], owner: str | None, summary: str | None) -> Plain:
    channel = f"queue.{queue}"
    return _said(
        action="receive",
        channel=_reference("channels", channel),
        summary=summary,
        tags=_tags(owner),
        messages=[_reference("channels", channel, "messages", name) for name in events],
        bindings={"amqp": {"ack": True, **_BINDING_VERSION}},
    )


def _components(schemas: Mapping[str, Bundled]) -> Plain:
    """Return all schemas under one draft, the oldest that reads them, for references may not lead to another one."""
    drafts = {one.draft for one in schemas.values() if one.later}
    draft = "2020-12" if drafts - {DRAFT_2019_09} else "2019-09" if drafts else "draft-07"
    schema_format = f"application/schema+json;version={draft}"
    return {name: {"schemaFormat": schema_format, "schema": one.schema} for name, one in schemas.items()}


def _later(schemas: Mapping[str, Bundled]) -> Iterator[Finding]:
    words = [f"{keyword} in {name}" for name, one in schemas.items() for keyword in one.later]
    yield from unsaid(
        "AsyncAPI", "keywords after draft-07", words, "tools that read draft-07 alone will not check these"
    )


def _tags(name: str | None) -> list[Plain] | None:
    return [{"name": name}] if name else None


def _reference(*path: str) -> Plain:
    return {"$ref": "#" + quote(to_text(path), safe="/$")}


def _said(**fields: object) -> Plain:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value is not None and value not in ({}, [])}
