"""Layers of items: boxes, the words of lines, and where lines pass by."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from edatool.frozen import mutable
from edatool.render.graph.layout.ranks import ranks
from edatool.render.graph.layout.values import Key, Link, Size

PASSING = Size(0, 10)
"""The room of a line that passes by."""


@mutable
class Layers:
    """Items by number: their sizes, layers, and their neighbours in the layers to the left and to the right.

    ``chains`` are the items of each link, from left to right; ``boxes`` the number of each box.
    """

    sizes: list[Size] = field(default_factory=list)
    layers: list[list[int]] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    left: list[list[int]] = field(default_factory=list)
    right: list[list[int]] = field(default_factory=list)
    boxes: dict[Key, int] = field(default_factory=dict)
    chains: list[tuple[int, ...]] = field(default_factory=list)
    labels: list[int | None] = field(default_factory=list)
    """The item of each link's words."""
    ends: dict[int, int] = field(default_factory=dict)
    """The item beside which words are to stand."""

    def is_box(self, item: int) -> bool:
        """Tell boxes, which come first, from what stands between them."""
        return item < len(self.boxes)

    def add(self, size: Size, rank: int) -> int:
        """Add an item without neighbours."""
        self.layers += [[] for _ in range(rank + 1 - len(self.layers))]
        number = len(self.sizes)
        self.sizes.append(size)
        self.rank.append(rank)
        self.layers[rank].append(number)
        self.left.append([])
        self.right.append([])
        return number

    def join(self, one: int, other: int) -> None:
        """Make two items of adjacent layers neighbours, the first to the left of the second."""
        if other not in self.right[one]:
            self.right[one].append(other)
            self.left[other].append(one)


def layers(boxes: Mapping[Key, Size], links: Sequence[Link]) -> Layers:
    """Put boxes into layers, and what links need into the layers between."""
    made = Layers()
    placed = ranks(list(boxes), links)
    for key, size in boxes.items():
        made.boxes[key] = made.add(size, placed[key])
    passing: dict[Key, int] = {}
    for link in links:
        made.chains.append(_chain(made, link, passing))
    return made


def _chain(made: Layers, link: Link, passing: dict[Key, int]) -> tuple[int, ...]:
    source, target = made.boxes[link.source], made.boxes[link.target]
    made.labels.append(None)
    if source == target:
        return (source,)
    backwards = made.rank[source] > made.rank[target]
    first, last = (target, source) if backwards else (source, target)
    between = range(made.rank[first] + 1, made.rank[last])
    near_last = (link.at == "target") != backwards
    own = (between[-1] if near_last else between[0]) if link.label else None
    shared = link.source if link.at == "target" else link.target
    chain = [first]
    for rank in between:
        if rank == own:
            assert link.label
            item = made.labels[-1] = made.add(link.label, rank)
        else:
            key = (shared, link.at, link.bundle, backwards, rank)
            item = passing[key] if key in passing else passing.setdefault(key, made.add(PASSING, rank))
        made.join(chain[-1], item)
        chain.append(item)
    made.join(chain[-1], last)
    chain.append(last)
    if own is not None:
        made.ends[chain[own - made.rank[first]]] = chain[own - made.rank[first] + (1 if near_last else -1)]
    return tuple(chain)
