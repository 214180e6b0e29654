"""The page docs/reference/spec.md, made of the format of routes.yaml, with examples of every_key/routes.yaml."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from edatool.spec import administration
from edatool.spec.format import ROUTES
from edatool.spec.rabbitmq import arguments
from edatool.spec.shape import Either, ListOf, MapOf, Record, RecordField, Shape, expected

FOLDER = Path(__file__).with_name("every_key")
EXAMPLES: Mapping[str, Any] = yaml.safe_load((FOLDER / "routes.yaml").read_text())
HEAD = """\
# Keys of the spec

Every key of `routes.yaml`: what it holds, what it means, an example, and RabbitMQ's own word for it, an argument
(`x-…`) or a field. What has none is edatool's. **Bold** keys are required. This page is made of the format that
`edatool validate` checks by and that `edatool schema` prints for editors.

`${NAME}` and `${NAME:-default}` in any string are replaced from the environment; `$${` is a literal `${`. A variable
may stand where a number, true or false is expected, too.
"""
COLUMNS = "| key | holds | meaning | for example | RabbitMQ |\n|---|---|---|---|---|"
WORDS = {
    "vhost": "virtual host",
    "events": "messages, by their property `type`",
    "events.producer": "property `app_id`",
    "events.exchange": "`exchange` of `basic.publish`",
    "events.key": "`routing_key` of `basic.publish`",
    "events.headers": "property `headers`",
    "exchanges": "exchange",
    "exchanges.type": "`type`",
    "exchanges.alternate": "`alternate-exchange`",
    "exchanges.internal": "`internal`",
    "exchanges.durable": "`durable`",
    "exchanges.auto_delete": "`auto_delete`",
    "exchanges.arguments": "`arguments`",
    "queues": "queue",
    "queues.type": "`x-queue-type`",
    "queues.durable": "`durable`",
    "queues.auto_delete": "`auto_delete`",
    "queues.dead_letter.exchange": "`x-dead-letter-exchange`",
    "queues.dead_letter.key": "`x-dead-letter-routing-key`",
    "queues.dead_letter.strategy": "`x-dead-letter-strategy`",
    "queues.retry": "queues with `x-message-ttl` and `x-dead-letter-exchange`",
    "queues.arguments": "`arguments`",
    "bindings": "binding",
    "bindings.exchange": "`source`",
    "bindings.queue": "`destination`",
    "bindings.to_exchange": "`destination`",
    "bindings.key": "`routing_key`",
    "bindings.keys": "`routing_key`",
    "bindings.headers": "`arguments`",
    "bindings.arguments": "`arguments`",
    "consumers": "consumer",
    "consumers.queue": "`queue` of `basic.consume`",
    "consumers.prefetch": "`prefetch_count` of `basic.qos`",
    "policies": "policy",
    "policies.pattern": "`pattern`",
    "policies.apply_to": "`apply-to`",
    "policies.priority": "`priority`",
    "policies.definition": "`definition`",
    "operator_policies": "operator policy",
    "virtual_host": "virtual host",
    "virtual_host.description": "`description`",
    "virtual_host.tags": "`tags`",
    "virtual_host.default_queue_type": "`default_queue_type`",
    "virtual_host.protected_from_deletion": "`protected_from_deletion`",
    "virtual_host.limits.max_connections": "`max-connections`",
    "virtual_host.limits.max_queues": "`max-queues`",
    "users": "user",
    "users.password": "`password_hash`",
    "users.tags": "`tags`",
    "users.permissions.configure": "`configure`",
    "users.permissions.write": "`write`",
    "users.permissions.read": "`read`",
    "users.topic_permissions": "topic permission",
    "users.topic_permissions.write": "`write`",
    "users.topic_permissions.read": "`read`",
    "federation_upstreams": "parameter `federation-upstream`",
    "shovels": "parameter `shovel`",
}
"""RabbitMQ's words for the keys whose names the code does not make of each other."""
SAME_KEYS = {"operator_policies": "policies"}
LONG = {"defaults", "filters"}
"""Keys that other pages tell of."""
_SECTIONS = {name for name, field in ROUTES.fields.items() if isinstance(field.shape, (MapOf, ListOf, Record))} - {
    *LONG,
    "include",
}


def page() -> str:
    """Return the text of the page."""
    lines = [HEAD, COLUMNS, *(_row(path, one) for path, one in keys() if "." not in path), ""]
    for section, field in ROUTES.fields.items():
        below = [_row(path, one) for path, one in keys() if path.startswith(f"{section}.")]
        if section in SAME_KEYS:
            lines += [
                f"## {section}",
                "",
                f"Their keys are those of [{SAME_KEYS[section]}](#{SAME_KEYS[section]}).",
                "",
            ]
        elif section in _SECTIONS:
            lines += [f"## {section}", "", f"{field.about[0].upper()}{field.about[1:]}.", "", COLUMNS, *below, ""]
    return "\n".join(lines)


def keys() -> list[tuple[str, RecordField]]:
    """Return all keys with the paths to them, without the names that users choose: ``queues.dead_letter.key``."""
    return [(path, field) for path, field in _below("", ROUTES) if not path.startswith("defaults.")]


def _below(path: str, shape: Shape) -> Iterator[tuple[str, RecordField]]:
    match shape:
        case Record():
            for key, field in shape.fields.items():
                name = f"{path}.{key}" if path else key
                yield name, field
                yield from _below(name, field.shape)
        case MapOf(below) | ListOf(below):
            yield from _below(path, below)
        case Either(options, secret=False):
            for option in options:
                yield from _below(path, option)


def _row(path: str, field: RecordField) -> str:
    section, _, key = path.partition(".")
    name = f"**`{key or section}`**" if field.required else f"`{key or section}`"
    if path in _SECTIONS:
        name = f"[{name}](#{path})"
    shown = "" if path in _SECTIONS or path in LONG else f"`{example(path)}`"
    holds = expected(field.shape).removesuffix(",")
    return (
        f"| {name} | " + " | ".join(one.replace("|", "\\|") for one in (holds, field.about, shown, word(path))) + " |"
    )


def word(path: str) -> str:
    """Return RabbitMQ's word for a key; nothing for one of edatool's own."""
    section, _, key = path.partition(".")
    if section == "queues" and key in arguments.ARGUMENTS:
        types = arguments.ARGUMENTS[key].types
        some = "" if len(types) == len(arguments.QUEUE_TYPES) else f" ({', '.join(sorted(types))})"
        return f"`{arguments.amqp_name(key)}`{some}"
    if section in {"federation_upstreams", "shovels"} and key:
        end, _, setting = key.rpartition(".")
        named = administration.amqp_name(setting, administration.ENDS[end] if end else "")
        return f"`{named}`" if named else ""
    return WORDS.get(path, "")


def example(path: str) -> str:
    """Return the first value of a key in every_key/routes.yaml, as YAML on one line."""
    value = next(_values(EXAMPLES, path.split(".")), None)
    assert value is not None, f"tests/pages/every_key/routes.yaml needs an example of {path}"
    return yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).removesuffix("\n...\n").strip()


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _values(one, path)
    elif isinstance(value, dict):
        if path[0] in value:
            yield from _values(value[path[0]], path[1:])
        else:
            for one in value.values():
                yield from _values(one, path)
