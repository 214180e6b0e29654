"""The values of a message at the paths that filters use, taken out in one walk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from edatool.filters.matches import elements
from edatool.filters.pattern import FieldPath
from edatool.frozen import frozen


class Truth:
    """Stands for true or false where values are keys: Python finds True equal to 1, and JSON does not."""

    __slots__ = ("value",)

    def __init__(self, *, value: bool) -> None:
        self.value = value


TRUE, FALSE = Truth(value=True), Truth(value=False)


@frozen
class Crossed:
    """What stands at a path in several objects of an array."""

    values: list[object]


CONTAINERS = frozenset((list, tuple, dict, Crossed))
"""The types of what was extracted that is no scalar."""


@dataclass(slots=True)
class Step:
    """A place on the way: the number of the path that ends here, and the steps further down."""

    path: FieldPath = ()
    slot: int | None = None
    below: dict[str, "Step"] = field(default_factory=dict)


def key(value: object) -> object:
    """Return a scalar as it is looked up."""
    return TRUE if value is True else FALSE if value is False else value


def plain(value: object) -> object:
    """Return what ``key`` was made of."""
    return value.value if isinstance(value, Truth) else value


def steps(paths: Iterable[FieldPath]) -> Step:
    """Lay out paths for the walk; their numbers are in the order given."""
    start = Step()
    for slot, path in enumerate(paths):
        step = start
        for name in path:
            step = step.below.setdefault(name, Step((*step.path, name)))
        step.slot = slot
    return start


def extract(below: dict[str, Step], inside: dict[str, object], values: dict[int, object]) -> list[FieldPath]:
    """Put what an object has at the paths into ``values``, by their numbers.

    Returns the paths of arrays of several objects, below which values do not belong together.
    """
    crossed: list[FieldPath] = []
    for name, value in inside.items():
        step = below.get(name)
        if step is None:
            continue
        if step.slot is not None:
            values[step.slot] = TRUE if value is True else FALSE if value is False else value
        if step.below:
            if type(value) is dict:
                more = extract(step.below, value, values)
                crossed = crossed + more if crossed else more
            elif isinstance(value, (list, tuple)):
                crossed += _array(step, value, values)
    return crossed


def _array(step: Step, array: object, values: dict[int, object]) -> list[FieldPath]:
    objects = [element for element in elements(array) if isinstance(element, dict)]
    if len(objects) < 2:
        return extract(step.below, objects[0], values) if objects else []
    collected: dict[int, list[object]] = {slot: [] for slot in _slots(step.below)}
    for one in objects:
        inner: dict[int, object] = {}
        extract(step.below, one, inner)
        for slot, value in inner.items():
            collected[slot] += value.values if isinstance(value, Crossed) else [value]
    values.update((slot, Crossed(found)) for slot, found in collected.items())
    return [step.path]


def _slots(below: dict[str, Step]) -> Iterator[int]:
    for step in below.values():
        if step.slot is not None:
            yield step.slot
        yield from _slots(step.below)
