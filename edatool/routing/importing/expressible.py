"""What routes.yaml can say of a topology; the rest is left out, each with the reason and a way out."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from edatool.findings import Finding
from edatool.routing.bindings import BUILT_IN
from edatool.routing.exchange_types.types import type_named
from edatool.routing.topology import Arguments, Binding, Exchange, Policy, Queue, Topology, topology
from edatool.spec.check import check
from edatool.spec.format import ROUTES
from edatool.spec.rabbitmq.arguments import QUEUE_TYPES, argument_history
from edatool.spec.rabbitmq.history import is_ever_refused
from edatool.spec.rabbitmq.values import ARGUMENT_VALUES, EXCHANGE_VALUES, SETTING_VALUES, refusal
from edatool.spec.shape import Scalar, Shape, accepts
from edatool.spec.yaml_document import YamlDocument

Named = TypeVar("Named", Exchange, Queue, Policy)

LEFT_OUT = "W401"
EXCLUSIVE = "it belongs to one connection and goes with it: nothing needs to be done"

_GENERATED = "the server made its name for one client, which declares it anew: nothing needs to be done"
_RESERVED = "names that begin with amq. are the broker's: use another name"
_NAMELESS = "its name is empty: use another name"
_LINE_BREAK = "its name holds a line break: use another name"


def expressible(there: Topology) -> tuple[Topology, list[Finding]]:
    """Return what routes.yaml can say, and a finding (W401) for each object that is left out.

    Bindings of a queue that is left out are counted with it.
    """
    notes: list[Finding] = []
    bound = Counter(one.destination for one in there.bindings.values() if not one.to_exchange)
    exchanges = dict(_kept(there.exchanges, _exchange, notes, {}))
    queues = dict(_kept(there.queues, _queue, notes, bound))
    policies = dict(_kept(there.policies, policy, notes, {}))
    types = BUILT_IN | {one.name: one.routes_as for one in exchanges.values()}
    bindings = []
    for one in there.bindings.values():
        reason = _binding(one, types, queues)
        if not reason:
            bindings.append(one)
        elif one.to_exchange or one.destination in queues or one.destination not in there.queues:
            notes.append(Finding(LEFT_OUT, f"the binding {one} is left out: {reason}"))
    return topology(exchanges.values(), queues.values(), bindings, policies.values()), notes


def _kept(
    objects: Mapping[str, Named],
    reason_of: Callable[[Named], str | None],
    notes: list[Finding],
    bound: Mapping[str, int],
) -> Iterator[tuple[str, Named]]:
    for name, one in sorted(objects.items()):
        reason = reason_of(one)
        if not reason:
            yield name, one
            continue
        count = bound.get(name, 0)
        bindings = f" with {count} binding{'s' if count > 1 else ''}" if count else ""
        notes.append(Finding(LEFT_OUT, f"the {type(one).__name__.lower()} {name!r} is left out{bindings}: {reason}"))


def _exchange(one: Exchange) -> str | None:
    return _name(one.name) or _arguments(one.arguments) or _wrong_value(EXCHANGE_VALUES, one.arguments)


def _queue(one: Queue) -> str | None:
    if one.exclusive:
        return EXCLUSIVE
    if one.name.startswith("amq.gen-"):
        return _GENERATED
    if one.type not in QUEUE_TYPES:
        return f"its type is {one.type}, which routes.yaml does not have: leave it to who declares it"
    misplaced = [name for name in one.arguments if is_ever_refused(argument_history(name, one.type))]
    if misplaced:
        return f"a {one.type} queue does not take {misplaced[0]}: declare it without"
    if "x-dead-letter-routing-key" in one.arguments and "x-dead-letter-exchange" not in one.arguments:
        return "RabbitMQ refuses x-dead-letter-routing-key without x-dead-letter-exchange: add that"
    return _name(one.name) or _arguments(one.arguments) or _wrong_value(ARGUMENT_VALUES, one.arguments)


def policy(one: Policy) -> str | None:
    """Say why a policy cannot be written, None where it can."""
    wrong = refused("policies", one.name, policy_value(one)) or _wrong_value(SETTING_VALUES, one.definition)
    return _name(one.name) or wrong


def refused(section: str, name: str, value: object) -> str | None:
    """Say what the format does not take of an entry of a section, None where it takes it."""
    found = check(YamlDocument({name: value}), ROUTES.fields[section].shape).findings
    return found[0].message if found else None


def policy_value(one: Policy) -> dict[str, object]:
    """Return a policy as routes.yaml has it; what is said by default is not said."""
    value: dict[str, object] = {"pattern": one.pattern, "apply_to": one.apply_to, "priority": one.priority}
    said = {key: inner for key, inner in value.items() if inner not in ("all", 0) or key == "pattern"}
    return {**said, "definition": dict(one.definition)}


def _binding(one: Binding, types: Mapping[str, str], queues: Mapping[str, Queue]) -> str | None:
    if one.source not in types:
        return f"the exchange {one.source!r} is not there, or not taken over: bind to another one"
    if one.to_exchange and one.destination not in types:
        return f"the exchange {one.destination!r} is not there, or not taken over: bind another one"
    if not one.to_exchange and one.destination not in queues:
        return f"the queue {one.destination!r} is not there, or not taken over: bind another one"
    if type_named(types[one.source]).reads_headers and not one.arguments:
        return "it has no headers to match and so gets every message: bind it with {x-match: all} instead"
    return _arguments(one.arguments)


def _name(name: str) -> str | None:
    if not name:
        return _NAMELESS
    if name.startswith("amq."):
        return _RESERVED
    return _LINE_BREAK if "\n" in name or "\r" in name else None


def _wrong_value(values: Mapping[str, Shape], said: Mapping[str, object]) -> str | None:
    found = (refusal(values, name, value) for name, value in said.items())
    return next((one for one in found if one), None)


def _arguments(arguments: Arguments) -> str | None:
    for name, value in arguments.items():
        if not name:
            return "it has an argument without a name: declare it without"
        if not accepts(Scalar(), value):
            return f"its argument {name} is no string, whole number, true or false: declare it without"
    return None
