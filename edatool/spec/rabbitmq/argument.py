"""What there is to know of one argument of queues."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from edatool.frozen import frozen
from edatool.spec.quantity import AGE, DURATION, SIZE, milliseconds, size_in_bytes, stream_age
from edatool.spec.rabbitmq.history import ALWAYS_REFUSED, History
from edatool.spec.shape import Integer, Quantity, Shape

_CONVERSIONS: Mapping[Shape, Callable[[Any], str | int]] = {
    DURATION: milliseconds,
    SIZE: size_in_bytes,
    AGE: stream_age,
}
_SENT_AS: Mapping[Shape, Shape] = {
    DURATION: Integer(),
    SIZE: Integer(),
    AGE: Quantity(("Y", "M", "D", "h", "m", "s"), "an age such as 7D or 12h"),
}


@frozen
class Argument:
    """One argument: how the spec says it, what RabbitMQ makes of it, and what follows where several say it."""

    shape: Shape
    """What the spec takes."""
    types: frozenset[str]
    """The queue types that take it."""
    about: str
    sent: Shape | None = None
    """What RabbitMQ takes, where that does not follow from the shape."""
    unchecked: bool = False
    """Whether some version takes any value for the argument; in policies values are checked nevertheless."""
    policy: History | None = None
    """What the versions make of it in a policy, None where none has ever taken it."""
    operator: History = ALWAYS_REFUSED
    """What they make of it in an operator policy."""
    sent_in_policies: Shape | None = None
    """What RabbitMQ takes in policies, where that is something else."""
    changed: Mapping[str, History] = field(default_factory=dict)
    """What is not the same in all versions, by the queue's type."""
    changed_values: Mapping[int, History] = field(default_factory=dict)
    """Single values that are not the same in all versions, in a queue that takes the argument."""
    changed_in_policies: Mapping[int, History] = field(default_factory=dict)
    """Single values that are not the same in all versions, in policies."""
    instead: str | None = None
    """What to do instead of something that went."""
    feature: str | None = None
    """The deprecated feature by which a server's configuration permits or denies it."""
    lowest: bool = False
    """Whether the lowest value holds of those that the argument and the policies say."""
    policy_first: frozenset[str] = frozenset()
    """The queue types on which a policy goes before the argument."""
    bounds: bool = False
    """Whether messages that a queue holds may go when it gets tighter."""
    in_place: bool = False
    """Whether a policy that sets it has an effect on a queue that is there."""

    @property
    def value(self) -> Shape:
        """What RabbitMQ takes."""
        return self.sent or _SENT_AS.get(self.shape, self.shape)

    @property
    def setting(self) -> Shape:
        """What RabbitMQ takes in policies."""
        return self.sent_in_policies or self.value

    def to_amqp(self, value: Any) -> str | int | bool:
        """Return a value as it is sent."""
        sent: str | int | bool = _CONVERSIONS[self.shape](value) if self.shape in _CONVERSIONS else value
        return sent
