"""What a RabbitMQ refuses or ignores of a topology, said before anything is done."""

from collections.abc import Iterable, Iterator, Mapping

from edatool.routing.acceptance.objection import Objection, Part, Server, judged, without_plugin
from edatool.routing.acceptance.policies import plugin_of, policy
from edatool.routing.bindings import BUILT_IN
from edatool.routing.exchange_types.topic_tree import words
from edatool.routing.exchange_types.types import type_named
from edatool.routing.settings import OPERATOR_POLICY, PLUGINS, VHOST, operator_policies
from edatool.routing.topology import Binding, Exchange, Object, Policy, Queue, Setting, collect
from edatool.spec.rabbitmq.arguments import KNOWN, TRANSIENT_UNTIL, argument_history
from edatool.spec.rabbitmq.exchange_types import EXCHANGE_TYPES, Availability
from edatool.spec.rabbitmq.history import ALWAYS_TAKEN, DEPENDS, IGNORED, REFUSED, since, until

_DEFAULT_QUEUE_TYPE = since((3, 11), IGNORED)
_TRANSIENT_QUEUES = until(TRANSIENT_UNTIL)
_MANY_WILDCARDS = until((4, 3, 5))


def objections(objects: Iterable[Object], server: Server, others: Iterable[Object] = ()) -> tuple[Objection, ...]:
    """Return what a server does not take of objects; ``others`` are exchanges that they may be bound to."""
    known = list(objects)
    types = {**BUILT_IN, **{one.name: one.type for one in (*others, *known) if isinstance(one, Exchange)}}
    return tuple(objection for one in known for objection in _of(one, server, types))


def need_plugins(objects: Iterable[Object]) -> bool:
    """Tell whether it depends on the plugins of a server, other than by exchange types, what it takes of objects."""
    return any(
        one.kind in PLUGINS if isinstance(one, Setting) else any(map(plugin_of, one.definition))
        for one in objects
        if isinstance(one, (Policy, Setting))
    )


def _of(one: Object, server: Server, types: Mapping[str, str]) -> Iterator[Objection]:
    match one:
        case Exchange():
            yield from _exchange(one, server)
        case Queue():
            yield from _queue(one, server)
        case Binding():
            yield from _binding(one, server, types)
        case Policy():
            yield from policy(one, one, server, operator=False)
        case Setting():
            yield from _setting(one, server)


def _exchange(one: Exchange, server: Server) -> Iterator[Objection]:
    known = EXCHANGE_TYPES.get(one.type, Availability())
    gone = known.until is not None and server.version >= known.until
    if server.exchange_types is not None:
        missing, verdict = one.type not in server.exchange_types, REFUSED
    else:
        built_in = known.built_in is not None and server.version >= known.built_in
        # What type edatool has not heard of, another plugin may have.
        missing = one.type in EXCHANGE_TYPES and not built_in
        verdict = DEPENDS if known.plugin and not gone else REFUSED
    if missing:
        plugin = f" without the plugin {known.plugin}" if known.plugin and not gone else ""
        why = f"{server.name} does not know exchanges of type {one.type}{plugin}"
        yield Objection(one, "type", verdict, f"{why}: {_way_to(known, gone=gone)}")


def _way_to(known: Availability, *, gone: bool) -> str:
    if gone and known.until:
        first = ".".join(map(str, known.until))
        end = f"the plugin {known.plugin} does not run on {first} and later"
        return f"{end}, so let messages wait in a queue with message_ttl and dead_letter"
    if known.plugin:
        return f"run rabbitmq-plugins enable {known.plugin}"
    return "use another type" if known.built_in else "correct the type, or enable the plugin that has it"


def _queue(one: Queue, server: Server) -> Iterator[Objection]:
    queue_type = one.type
    for name, value in one.arguments.items():
        if name in KNOWN:
            history = argument_history(name, queue_type, value)
            if history is not ALWAYS_TAKEN:
                instead = KNOWN[name].instead or "remove it"
                yield from judged(Part(one, name, f"{name} on a {queue_type} queue", instead), history, server)
    if not one.durable and not one.exclusive and queue_type == "classic":
        part = Part(one, "durable", "queues that are not durable", "make it durable")
        yield from judged(part, _TRANSIENT_QUEUES, server)


def _binding(one: Binding, server: Server, types: Mapping[str, str]) -> Iterator[Objection]:
    if words(one.key).count("#") > 2 and type_named(types.get(one.source, "")).wildcards:
        part = Part(one, "key", f"{one.key!r}, a key with more than two #", "bind with fewer")
        yield from judged(part, _MANY_WILDCARDS, server)


def _setting(one: Setting, server: Server) -> Iterator[Objection]:
    if one.kind == OPERATOR_POLICY:
        for bound in operator_policies(collect([one])).values():
            yield from policy(bound, one, server, operator=True)
    elif one.kind in PLUGINS:
        yield from without_plugin(Part(one, "", f"a {one.kind}"), PLUGINS[one.kind], server)
    elif one.kind == VHOST and "default_queue_type" in one.value:
        part = Part(one, "default_queue_type", "the default queue type of a vhost")
        yield from judged(part, _DEFAULT_QUEUE_TYPE, server)
