"""How high up each item stands: near to its neighbours, in its order, and apart from those above and below."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from edatool.render.graph.layout.layers import Layers

_SWEEPS = 24
_LAST = 6
"""In so many of them, the last, neighbours of both sides count."""
_STRAIGHT = 8.0
"""How much more lines that pass by, and words with their box, are drawn to each other than others."""
_APART = 14.0
_LINES_APART = 4.0


class Pull(NamedTuple):
    """Where an item is drawn to, and how much."""

    aim: float
    weight: float


def heights(made: Layers) -> list[float]:
    """Return the middle of each item, from 0 on.

    Layer by layer each item is drawn to its neighbours, and lines that pass by more than boxes, so that they are
    straight. Within a layer that is a regression with an order to keep, which pooling adjacent violators solves.
    """
    middles = [0.0] * len(made.sizes)
    for layer in made.layers:
        _spread(made, layer, middles, [Pull(0.0, 1.0)] * len(layer))
    for sweep in range(_SWEEPS):
        rightwards = sweep % 2 == 0
        both = sweep >= _SWEEPS - _LAST
        for layer in made.layers if rightwards else made.layers[::-1]:
            _spread(made, layer, middles, [_pull(made, item, middles, rightwards, both) for item in layer])
    for layer in made.layers:
        _beside_ends(made, layer, middles)
    top = min((middles[item] - size.height / 2 for item, size in enumerate(made.sizes)), default=0)
    return [middle - top for middle in middles]


def _beside_ends(made: Layers, layer: Sequence[int], middles: list[float]) -> None:
    """Put words at the height of the box beside which they stand, as far as there is room."""
    if any(item in made.ends for item in layer):
        weights = (_STRAIGHT if item in made.ends else 1.0 for item in layer)
        _spread(made, layer, middles, list(map(Pull, (middles[made.ends.get(item, item)] for item in layer), weights)))


def _pull(made: Layers, item: int, middles: Sequence[float], rightwards: bool, both: bool) -> Pull:
    """Return where an item is drawn to by its neighbours of one side or of both, and how much."""
    near, far = (made.left[item], made.right[item]) if rightwards else (made.right[item], made.left[item])
    total = weight = 0.0
    for one in (*near, *(far if both or not near else ())):
        passing = not (made.is_box(item) or made.is_box(one))
        strength = _STRAIGHT if passing or made.ends.get(item) == one or made.ends.get(one) == item else 1.0
        total += strength * middles[one]
        weight += strength
    return Pull(total / weight, weight) if weight else Pull(middles[item], 0.1)


def _spread(made: Layers, layer: Sequence[int], middles: list[float], pulls: Sequence[Pull]) -> None:
    """Put the items of a layer as near to where they are drawn as their order and their sizes allow."""
    offsets = _stacked(made, layer)
    pools: list[tuple[float, float, int]] = []
    for pull, offset in zip(pulls, offsets, strict=True):
        mean, total, count = pull.aim - offset, pull.weight, 1
        while pools and pools[-1][0] > mean:
            other, own, size = pools.pop()
            mean, total, count = (mean * total + other * own) / (total + own), total + own, count + size
        pools.append((mean, total, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    for item, mean, offset in zip(layer, means, offsets, strict=True):
        middles[item] = mean + offset


def _stacked(made: Layers, layer: Sequence[int]) -> list[float]:
    """Return the middles of items that stand as close together as they may."""
    offsets = [0.0] * bool(layer)
    for above, item in pairwise(layer):
        apart = _APART if made.is_box(item) or made.is_box(above) else _LINES_APART
        offsets.append(offsets[-1] + made.sizes[above].height / 2 + apart + made.sizes[item].height / 2)
    return offsets
