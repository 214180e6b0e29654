"""The kinds of change between a topology that is wanted and one that is there."""

from edatool.frozen import frozen
from edatool.routing.topology import Object, describe


@frozen
class Difference:
    """One property or argument that differs; None stands for one that is absent."""

    name: str
    before: object
    after: object


@frozen
class Create:
    """An object that is not there yet."""

    object: Object

    def __str__(self) -> str:
        return f"create {describe(self.object)}"


@frozen
class Update:
    """An object that changes in place."""

    object: Object
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        return f"change {describe(self.object)}"


@frozen
class Replace:
    """An object that would have to be deleted and made again, for RabbitMQ does not change it in place."""

    object: Object
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        return f"replace {describe(self.object)}"


@frozen
class IgnoredUpdate:
    """A difference that RabbitMQ would not even refuse: it answers that all is well, and keeps what it has."""

    object: Object
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        return f"leave {describe(self.object)}"


@frozen
class Adopt:
    """An object that is wanted and there, but was not made from this spec; ``owner`` is the spec that it is from.

    Whether it also has to change is said by a change of its own.
    """

    object: Object
    owner: str | None = None

    def __str__(self) -> str:
        return f"adopt {describe(self.object)}"


@frozen
class Delete:
    """An object that is to go; ``needed_by`` are objects that stay and would lose by it."""

    object: Object
    needed_by: tuple[Object, ...] = ()

    def __str__(self) -> str:
        return f"remove {describe(self.object)}"


Change = Create | Adopt | Update | Replace | IgnoredUpdate | Delete
