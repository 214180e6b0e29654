"""The settings that an exchange or a queue really has: its own arguments, and the one policy that applies to it."""

from collections.abc import Mapping
from dataclasses import field

from edatool.frozen import frozen
from edatool.routing.pcre.errors import PatternError, Unsupported
from edatool.routing.pcre.pattern import Pattern, compile_pattern
from edatool.routing.topology import Arguments, Exchange, Policy, Queue

_KINDS_OF_QUEUES = {"classic": "classic_queues", "quorum": "quorum_queues", "stream": "streams"}


@frozen
class Policies:
    """The policies of a vhost, the strongest first; ``unreadable`` names those whose pattern cannot be judged here."""

    readable: tuple[tuple[Pattern, Policy], ...] = ()
    unreadable: tuple[str, ...] = ()
    _applying: dict[tuple[str, tuple[str, ...]], Policy | None] = field(default_factory=dict, repr=False, compare=False)

    def applying(self, name: str, kinds: tuple[str, ...]) -> Policy | None:
        """Return the strongest policy that applies to an object of one of these kinds; the answer is remembered."""
        key = (name, kinds)
        if key not in self._applying:
            found = (one for pattern, one in self.readable if one.apply_to in kinds and pattern.matches(name))
            self._applying[key] = next(found, None)
        return self._applying[key]

    @property
    def tied(self) -> bool:
        """Whether any two have the same priority."""
        return len({one.priority for _, one in self.readable}) < len(self.readable)


@frozen
class DeadLetters:
    """Where a queue's dead letters go; without a key they keep their own."""

    exchange: str
    key: str | None


def policies(declared: Mapping[str, Policy]) -> Policies:
    """Order policies by priority; of equal ones RabbitMQ takes any, we the first by name."""
    readable, unreadable = [], []
    for one in sorted(declared.values(), key=lambda one: (-one.priority, one.name)):
        try:
            readable.append((compile_pattern(one.pattern), one))
        except (PatternError, Unsupported):
            unreadable.append(one.name)
    return Policies(tuple(readable), tuple(unreadable))


def alternate(exchange: Exchange, policies: Policies) -> str | None:
    """Return the name of an exchange's alternate."""
    return _text({**policy_of_exchange(exchange, policies), **exchange.arguments}, "alternate-exchange")


def dead_letters(queue: Queue, policies: Policies) -> DeadLetters | None:
    """Return where a queue's dead letters go, None where they are dropped."""
    exchange = _said(queue, policies, "dead-letter-exchange")
    if exchange is None or queue.type == "stream":
        return None
    return DeadLetters(exchange, _said(queue, policies, "dead-letter-routing-key"))


def message_ttl(queue: Queue, policies: Policies, operators: Policies) -> int | None:
    """Return how long messages stay, in milliseconds: the lowest of the argument and the policies'."""
    given = (
        queue.arguments.get("x-message-ttl"),
        policy_of(queue, policies).get("message-ttl"),
        policy_of(queue, operators).get("message-ttl"),
    )
    times = [time for time in given if isinstance(time, int)]
    return min(times) if times and queue.type != "stream" else None


def policy_of_exchange(exchange: Exchange, policies: Policies) -> Arguments:
    """Return the definition of the policy that applies to an exchange, empty where none does."""
    return _definition(exchange, policies)


def policy_of(queue: Queue, policies: Policies) -> Arguments:
    """Return the definition of the policy that applies to a queue, empty where none does."""
    return _definition(queue, policies)


def policy_on(one: Exchange | Queue, policies: Policies) -> Policy | None:
    """Return the one policy that applies to an object, None where none does."""
    return policies.applying(one.name, kinds(one))


def strongest_on(one: Exchange | Queue, policies: Policies) -> list[Policy]:
    """Return the policies that apply to an object with the highest priority of all that do."""
    applying = matching(one, policies) if policies.tied else []
    return [each for each in applying if each.priority == applying[0].priority]


def matching(one: Exchange | Queue, policies: Policies) -> list[Policy]:
    """Return all policies that would apply to an object if there were no others, the strongest first."""
    own = kinds(one)
    return [each for pattern, each in policies.readable if each.apply_to in own and pattern.matches(one.name)]


def _said(queue: Queue, policies: Policies, name: str) -> str | None:
    """Return what a queue's argument says, under its name in policies, or else its policy."""
    argument = f"x-{name}"
    if argument in queue.arguments:
        return _text(queue.arguments, argument)
    return _text(policy_of(queue, policies), name)


def kinds(one: Exchange | Queue) -> tuple[str, ...]:
    """Return what a policy may be said to apply to so that it applies to this object."""
    if isinstance(one, Exchange):
        return ("all", "exchanges")
    return ("all", "queues", _KINDS_OF_QUEUES.get(one.type, "queues"))


def _definition(one: Exchange | Queue, policies: Policies) -> Arguments:
    applying = policy_on(one, policies)
    return applying.definition if applying else {}


def _text(settings: Arguments, name: str) -> str | None:
    value = settings.get(name)
    return value if isinstance(value, str) else None
