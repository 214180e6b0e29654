"""Files of other tools that were taken for a spec."""

from collections.abc import Mapping

_DEFINITIONS = (
    "a definitions file of RabbitMQ",
    "edatool import --definitions FILE -o routes.yaml makes a spec of it",
)
_CONTRACT = ("a JSON Schema", "name it as the schema of an event in a spec")
_PLAN = ("a plan of edatool", "edatool apply FILE carries it out")
_SPEC = "a spec begins with edatool: 1"
_BY_KEYS: Mapping[tuple[str, ...], tuple[str, str]] = {
    ("rabbit_version",): _DEFINITIONS,
    ("rabbitmq_version",): _DEFINITIONS,
    ("vhosts", "queues"): _DEFINITIONS,
    ("vhosts", "exchanges"): _DEFINITIONS,
    ("format_version", "fingerprint"): _PLAN,
    ("asyncapi",): ("an AsyncAPI document", _SPEC),
    ("openapi",): ("an OpenAPI document", _SPEC),
    ("swagger",): ("an OpenAPI document", _SPEC),
    ("apiVersion", "kind"): ("a manifest of Kubernetes", _SPEC),
    ("services",): ("a file of docker compose", _SPEC),
    ("jobs", "on"): ("a workflow of GitHub", _SPEC),
    ("repos",): ("a configuration of pre-commit", _SPEC),
    ("$schema",): _CONTRACT,
    ("type", "properties"): _CONTRACT,
}


def foreign(value: Mapping[str, object]) -> str | None:
    """Say what a file is that is no spec, and what to do with it; None where it may be one."""
    if "edatool" in value:
        return None
    sections = [value.get("queues"), value.get("exchanges")]
    objects = [one for section in sections if isinstance(section, list) for one in section]
    if any(isinstance(one, dict) and {"name", "durable"} <= one.keys() for one in objects):
        return _sentence(*_DEFINITIONS)
    found = next((said for keys, said in _BY_KEYS.items() if all(key in value for key in keys)), None)
    return _sentence(*found) if found else None


def _sentence(what: str, way_out: str) -> str:
    return f"this is {what}, and no spec: {way_out}"
