"""The values of a message at the paths that filters use, taken out in one walk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edatool.filters.content import MISSING
from edatool.filters.matches import elements
from edatool.filters.pattern import FieldPath


class Crossed(list[object]):
    """What stands at a path in several objects of an array: those of one object do not belong to another's."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Step:
    """A place on the way: the steps further down, and the numbers of the paths that end there, by name.

    ``names`` has both for each name: the name again, the number and the step, where there are any.
    """

    path: FieldPath = ()
    below: dict[str, "Step"] = field(default_factory=dict)
    slots: dict[str, int] = field(default_factory=dict)
    names: dict[str, tuple[str, int | None, "Step | None"]] = field(default_factory=dict)


def steps(paths: Iterable[FieldPath]) -> Step:
    """Lay out paths for the walk; their numbers are in the order given."""
    start = Step()
    for slot, path in enumerate(paths):
        step = start
        for name in path[:-1]:
            step = step.below.setdefault(name, Step((*step.path, name)))
        step.slots[path[-1]] = slot
    _join(start)
    return start


def _join(step: Step) -> None:
    step.names = {name: (name, step.slots.get(name), step.below.get(name)) for name in step.slots | step.below}
    for one in step.below.values():
        _join(one)


def extract(step: Step, inside: Mapping[str, object], values: dict[int, object], crossed: list[FieldPath]) -> None:
    """Put what an object has at the paths below a step into ``values``, by their numbers.

    Into ``crossed``, the paths of arrays of several objects, below which values do not belong together.
    """
    names, get = step.names, inside.get
    both = [names[name] for name in inside if name in names] if len(names) > len(inside) else names.values()
    for name, slot, below in both:
        value = get(name, MISSING)
        if value is MISSING:
            continue
        if slot is not None:
            values[slot] = value
        if below is not None:
            if type(value) is dict:
                extract(below, value, values, crossed)
            elif isinstance(value, (dict, list, tuple)):
                _array(below, value, values, crossed)


def _array(step: Step, array: object, values: dict[int, object], crossed: list[FieldPath]) -> None:
    objects = [element for element in elements(array) if isinstance(element, dict)]
    if len(objects) == 1:
        extract(step, objects[0], values, crossed)
    elif objects:
        crossed.append(step.path)
        for one in objects:
            inner: dict[int, object] = {}
            extract(step, one, inner, crossed)
            for slot, value in inner.items():
                several = values.get(slot)
                if not isinstance(several, Crossed):
                    several = values[slot] = Crossed()
                if isinstance(value, Crossed):
                    several += value
                else:
                    several.append(value)
