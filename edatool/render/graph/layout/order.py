"""The order of the items of each layer, such that few lines cross.

Sweeps by barycentres, from left to right and back (Sugiyama, Tagawa and Toda 1981), and then neighbours change places
where that helps. Crossings are counted with a tree of sums (Barth, Mutzel and Jünger 2004).
"""

from collections.abc import Sequence
from itertools import pairwise

from edatool.render.graph.layout.layers import Layers

_SWEEPS = 12
_ROUNDS = 6


def order(made: Layers) -> None:
    """Put the items of each layer in order."""
    _as_reached(made)
    best = [list(layer) for layer in made.layers]
    fewest = crossings(made)
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        _sweep(made, rightwards=sweep % 2 == 0)
        found = crossings(made)
        if found < fewest:
            best, fewest = [list(layer) for layer in made.layers], found
    made.layers[:] = best
    if fewest:
        _exchange(made)


def crossings(made: Layers) -> int:
    """Count how often lines cross between layers."""
    return sum(
        _crossings(
            [place[one] for item in layer for one in sorted(made.right[item], key=place.__getitem__)], len(place)
        )
        for layer, following in zip(made.layers, made.layers[1:], strict=False)
        for place in [{item: number for number, item in enumerate(following)}]
    )


def _crossings(ends: Sequence[int], size: int) -> int:
    """Count the pairs of which the first is greater than a later one."""
    first = 1
    while first < size:
        first *= 2
    tree, found = [0] * (2 * first), 0
    for end in ends:
        at = end + first
        tree[at] += 1
        while at > 1:
            if at % 2 == 0:
                found += tree[at + 1]
            at //= 2
            tree[at] += 1
    return found


def _as_reached(made: Layers) -> None:
    """Begin with what belongs together side by side."""
    seen: dict[int, int] = {}
    for root in [item for layer in made.layers for item in layer]:
        waiting = [root]
        while waiting:
            item = waiting.pop()
            if item not in seen:
                seen[item] = len(seen)
                waiting += [*made.left[item][::-1], *made.right[item][::-1]]
    for layer in made.layers:
        layer.sort(key=seen.__getitem__)


def _sweep(made: Layers, *, rightwards: bool) -> None:
    neighbours = made.left if rightwards else made.right
    turned = made.layers if rightwards else made.layers[::-1]
    for before, layer in pairwise(turned):
        place = {item: number for number, item in enumerate(before)}
        stretch = len(before) / len(layer) if layer else 0
        aim = {
            item: sum(place[one] for one in neighbours[item]) / len(neighbours[item])
            if neighbours[item]
            else number * stretch
            for number, item in enumerate(layer)
        }
        layer.sort(key=aim.__getitem__)


def _exchange(made: Layers) -> None:
    for _ in range(_ROUNDS):
        better = False
        for rank, layer in enumerate(made.layers):
            sides = [
                (side, {item: number for number, item in enumerate(made.layers[beside])})
                for side, beside in ((made.left, rank - 1), (made.right, rank + 1))
                if 0 <= beside < len(made.layers)
            ]
            ends = {item: [sorted(place[one] for one in side[item]) for side, place in sides] for item in layer}
            for at in range(len(layer) - 1):
                upper, lower = layer[at], layer[at + 1]
                now = sum(map(_between, ends[upper], ends[lower]))
                then = sum(map(_between, ends[lower], ends[upper]))
                if then < now:
                    layer[at], layer[at + 1] = lower, upper
                    better = True
        if not better:
            return


def _between(upper: Sequence[int], lower: Sequence[int]) -> int:
    """Count how often the lines of two neighbours cross."""
    found = at = 0
    for end in upper:
        while at < len(lower) and lower[at] < end:
            at += 1
        found += at
    return found
