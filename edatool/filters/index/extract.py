"""The values of a message at the paths that filters use, taken out in one walk."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from edatool.filters.matches import elements
from edatool.filters.pattern import FieldPath
from edatool.frozen import mutable


class Crossed(list[object]):
    """What stands at a path in several objects of an array: those of one object do not belong to another's."""

    __slots__ = ()


@mutable
class Step:
    """A place on the way: the steps further down, and the numbers of the paths that end there, by name."""

    path: FieldPath = ()
    below: dict[str, "Step"] = field(default_factory=dict)
    slots: dict[str, int] = field(default_factory=dict)


def steps(paths: Iterable[FieldPath]) -> Step:
    """Lay out paths for the walk; their numbers are in the order given."""
    start = Step()
    for slot, path in enumerate(paths):
        step = start
        for name in path[:-1]:
            step = step.below.setdefault(name, Step((*step.path, name)))
        step.slots[path[-1]] = slot
    return start


Array = tuple[Step, list[dict[str, object]]]
"""The place of an array, and the objects in it: there are several."""


def extract(step: Step, inside: Mapping[str, object], values: dict[int, object], arrays: list[Array]) -> None:
    """Put what an object has at the paths below a step into ``values``, by their numbers.

    Arrays of several objects, below which values do not belong together, are put into ``arrays`` instead.
    """
    slots, below = step.slots, step.below
    for name in slots if len(slots) <= len(inside) else inside:
        if name in slots and name in inside:
            values[slots[name]] = inside[name]
    for name in below if len(below) <= len(inside) else inside:
        if name not in below or name not in inside:
            continue
        value = inside[name]
        if type(value) is dict:
            extract(below[name], value, values, arrays)
        elif isinstance(value, (dict, list, tuple)):
            objects = [element for element in elements(value) if isinstance(element, dict)]
            if len(objects) == 1:
                extract(below[name], objects[0], values, arrays)
            elif objects:
                arrays.append((below[name], objects))


def join(array: Array, values: dict[int, object]) -> list[FieldPath]:
    """Put what all the objects of an array have into ``values``; return its path, and those of arrays in it."""
    step, objects = array
    paths = [step.path]
    for one in objects:
        inner: dict[int, object] = {}
        arrays: list[Array] = []
        extract(step, one, inner, arrays)
        paths += [path for below in arrays for path in join(below, inner)]
        for slot, value in inner.items():
            several = values.get(slot)
            if not isinstance(several, Crossed):
                several = values[slot] = Crossed()
            if isinstance(value, Crossed):
                several += value
            else:
                several.append(value)
    return paths
