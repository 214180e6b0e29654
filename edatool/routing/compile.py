"""A Spec to the Topology that RabbitMQ is to have."""

from collections.abc import Iterable, Iterator

from edatool.routing.bindings import bindings_of
from edatool.routing.delays import generated_delays
from edatool.routing.lowering.generated import generated
from edatool.routing.lowering.lowering import Filtering, filtering
from edatool.routing.settings import settings_of
from edatool.routing.topology import Exchange, Policy, Queue, Topology, collect, identity_of, topology
from edatool.spec import spec as declared
from edatool.spec.quantity import as_duration
from edatool.spec.spec import Spec


def compile_spec(spec: Spec, filters: Filtering | None = None) -> Topology:
    """Return the exchanges, queues, bindings, policies and settings that a spec without errors stands for.

    A retry wait becomes a queue from which a message goes back when the wait is over, and delays a chain of queues. A
    filter becomes exchanges and bindings that tell matching messages by their keys and headers, or by what publishers
    add to them; ``filters`` says how, where that is known already.
    """
    plain = _topology(spec, [one for one in spec.bindings if one.filter is None])
    return collect([*plain.objects, *generated(spec, filters or filtering(spec)), *generated_delays(spec)])


def without_filters(spec: Spec) -> Topology:
    """Return a spec's topology as if no binding had a filter: what may go where, whatever is in a message."""
    return _topology(spec, spec.bindings)


def _topology(spec: Spec, bindings: Iterable[declared.SpecBinding]) -> Topology:
    return topology(
        exchanges=[exchange_of(one) for one in spec.exchanges.values()],
        queues=[queue for one in spec.queues.values() for queue in _queues(one)],
        bindings=[binding for one in bindings for binding in bindings_of(spec, one)],
        policies=[policy_of(one) for one in spec.policies.values()],
        settings=settings_of(spec),
    )


def external_part(spec: Spec) -> Topology:
    """Return the exchanges and queues that a spec names and that belong to others."""
    return topology(
        exchanges=[exchange_of(one) for one in spec.exchanges.values() if one.external],
        queues=[queue for one in spec.queues.values() if one.external for queue in _queues(one)],
    )


def without(whole: Topology, part: Topology) -> Topology:
    """Return a topology without the objects of another."""
    left_out = {identity_of(one) for one in part.objects}
    return collect(one for one in whole.objects if identity_of(one) not in left_out)


def exchange_of(one: declared.SpecExchange) -> Exchange:
    """Return a declared exchange as RabbitMQ has it."""
    alternate = {"alternate-exchange": one.alternate} if one.alternate else {}
    return Exchange(one.name, one.type, one.durable, one.auto_delete, one.internal, {**one.arguments, **alternate})


def queue_of(one: declared.SpecQueue) -> Queue:
    """Return a declared queue as RabbitMQ has it."""
    return Queue(one.name, one.durable, one.auto_delete, arguments=queue_arguments(one))


def policy_of(one: declared.SpecPolicy) -> Policy:
    """Return a declared policy or operator policy as RabbitMQ has it."""
    return Policy(one.name, one.pattern, one.apply_to, one.priority, one.definition)


def _queues(one: declared.SpecQueue) -> Iterator[Queue]:
    yield queue_of(one)
    for wait in one.retry if not one.external else ():
        yield retry_queue(one.name, one.type, one.durable, wait)


def queue_arguments(one: declared.SpecQueue) -> dict[str, object]:
    """Return all arguments of a declared queue under their names on the broker; the type is always said."""
    arguments: dict[str, object] = {"x-queue-type": one.type, **one.settings, **one.arguments}
    if one.dead_letter:
        arguments["x-dead-letter-exchange"] = one.dead_letter.exchange
        if one.dead_letter.key is not None:
            arguments["x-dead-letter-routing-key"] = one.dead_letter.key
        if one.dead_letter.strategy:
            arguments["x-dead-letter-strategy"] = one.dead_letter.strategy
    return arguments


def retry_queue_name(queue: str, wait: int) -> str:
    """Return the name of the delay queue in which failed messages of ``queue`` wait ``wait`` milliseconds."""
    return f"{queue}.retry.{as_duration(wait)}"


def retry_queue(queue: str, queue_type: str, durable: bool, wait: int) -> Queue:
    """Return the delay queue in which failed messages of ``queue`` wait ``wait`` milliseconds."""
    back: dict[str, object] = {
        "x-queue-type": queue_type,
        "x-message-ttl": wait,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
    }
    # Without at-least-once a quorum queue may lose a message on its way back; that strategy requires reject-publish.
    safe = {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    arguments = {**back, **safe} if queue_type == "quorum" else back
    return Queue(retry_queue_name(queue, wait), durable, arguments=arguments)
