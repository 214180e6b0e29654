"""What may be sent, in OpenAPI 3.1."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

from edatool.contracts.contract import Contract
from edatool.contracts.documents.bundle import bundle
from edatool.contracts.documents.drafts import DRAFT_7, DRAFT_2019_09, DRAFT_2020_12
from edatool.gateway.description.security_schemes import Secured, secured
from edatool.gateway.idempotency.idempotency_key import LONGEST, PATTERN
from edatool.routes import Routes
from edatool.runtime.cloudevents import STRUCTURED
from edatool.spec.producing import SpecProducer
from edatool.spec.spec import Event

_PROBLEMS = {
    "400": "The request, or its Idempotency-Key, is malformed",
    "401": "The request does not show who sends it",
    "403": "The producer may not send the event",
    "404": "There is no such event",
    "408": "The body did not come in time",
    "409": "No queue is bound for the event, or the first request under its key is in hand",
    "413": "The body is too large",
    "415": "The content type is not read",
    "422": "The payload breaks its contract, as violations say, or its key was used for another request",
    "429": "The producer has sent as many events as it may for now",
    "503": "No events are taken for now",
    "504": "Nobody knows whether the event has arrived",
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A request that is repeated under the same key makes no second event",
    "schema": {"type": "string", "maxLength": LONGEST, "pattern": PATTERN},
}
_TAKEN = {
    "type": "object",
    "required": ["event", "message_id", "outcome"],
    "properties": {
        "event": {"type": "string"},
        "message_id": {"type": "string"},
        "outcome": {"enum": ["confirmed", "accepted"]},
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "violations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def openapi(routes: Routes, events: Collection[str], producer: SpecProducer | None) -> dict[str, Any]:
    """Return a document of how these events of a spec are posted, by a producer, or by anybody."""
    spec = routes.spec
    known = {name: spec.events[name] for name in spec.events if name in events}
    contracts = {one.schema: routes.contracts[one.schema] for one in known.values() if one.schema}
    bundled, names = bundle(contracts.values(), lambda name: f"#/components/schemas/payload.{name}")
    schemas = {f"payload.{name}": _alone(one.schema, one.draft) for name, one in bundled.items()}
    by = secured(producer) if producer else Secured({}, [])
    return {
        "openapi": "3.1.0",
        "info": {"title": spec.name, "version": "1", "description": "Events that are published as they are posted"},
        **({"security": by.ways} if by.ways else {}),
        "paths": {
            f"/events/{quote(name, safe='')}": {"post": _operation(routes, event, names)}
            for name, event in known.items()
        },
        "components": {
            "schemas": {"taken": _TAKEN, "problem": _PROBLEM, **schemas},
            "responses": {
                "taken": {
                    "description": "The broker has confirmed the event, or the outbox has it",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/taken"}}},
                },
                **{f"problem-{status}": _problem(about) for status, about in _PROBLEMS.items()},
            },
            "parameters": {"key": _KEY},
            "securitySchemes": by.schemes,
        },
    }


def _operation(routes: Routes, event: Event, names: Mapping[str, str]) -> dict[str, Any]:
    contract = routes.contracts.get(event.schema or "")
    schema = {"$ref": f"#/components/schemas/payload.{names[contract.name]}"} if contract else True
    examples = {str(number): {"value": one} for number, one in enumerate(contract.examples)} if contract else {}
    plain = {"schema": schema, **({"examples": examples} if examples else {})}
    return {
        "operationId": event.name,
        **({"summary": event.summary} if event.summary else {}),
        "parameters": [{"$ref": "#/components/parameters/key"}],
        "requestBody": {
            "required": True,
            "content": {"application/json": plain, STRUCTURED: _enveloped(event, schema, contract)},
        },
        "responses": {
            "202": {"$ref": "#/components/responses/taken"},
            **{status: {"$ref": f"#/components/responses/problem-{status}"} for status in _PROBLEMS},
        },
    }


def _enveloped(event: Event, schema: object, contract: Contract | None) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    fixed = {"specversion": {"const": "1.0"}, "type": {"const": event.name}}
    properties = {**fixed, "id": text, "source": text, "data": schema}
    may_be_left_out = {"data"} if contract is None or contract.is_valid(None) else set()
    required = [name for name in properties if name not in may_be_left_out]
    return {"schema": {"type": "object", "required": required, "properties": properties}}


def _problem(about: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/problem"}
    return {"description": about, "content": {"application/problem+json": {"schema": schema}}}


def _alone(schema: Any, draft: str) -> Any:
    """Return a bundled schema that says its draft, where that is not the one of OpenAPI 3.1.

    Bundled, those of draft 4 and 6 are written as draft-07 has them.
    """
    if not isinstance(schema, dict) or draft == DRAFT_2020_12:
        return schema
    return {"$schema": draft if draft == DRAFT_2019_09 else f"{DRAFT_7}#", **schema}
