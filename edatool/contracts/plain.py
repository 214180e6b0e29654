"""A quick look at a Python value: whether it is surely JSON."""

from math import isfinite
from typing import Any

_FIXED = frozenset({int, bool, type(None)})


def is_plain(value: object, most: int) -> bool:
    """Say whether ``value`` is made of exactly JSON's types, finite numbers and string keys, and of ``most`` at most.

    Counted are items and characters, shared ones each time. Subclasses and tuples say no: whether they may pass takes a
    closer look. Lone surrogates, the depth and the size of integers are not looked at.
    """
    # Runs for every publish, so it is written for speed: about 0.2 us for each value.
    waiting: list[Any] = [(value,)]
    for items in waiting:
        most -= len(items)
        if most < 0:
            return False
        for item in items:
            kind = type(item)
            if kind is str:
                most -= len(item)
            elif kind is dict:
                for key in item:
                    if type(key) is not str:
                        return False
                    most -= len(key)
                waiting.append(item.values())
            elif kind is list:
                waiting.append(item)
            elif kind is float:
                if not isfinite(item):
                    return False
            elif kind not in _FIXED:
                return False
    return most >= 0
