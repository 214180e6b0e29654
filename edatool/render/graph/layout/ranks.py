"""The layer of each box."""

from collections.abc import Iterator, Sequence

from edatool.render.graph.layout.values import Key, Link

STEP = 2
"""Boxes stand in every second layer; words of lines stand between them."""


def ranks(boxes: Sequence[Key], links: Sequence[Link]) -> dict[Key, int]:
    """Return the layer of each box: as far left as what comes to it lets it be, and near to where it leads.

    Lines that close a circle do not count.
    """
    order = _without_circles(boxes, links)
    place = {key: number for number, key in enumerate(order)}
    forward: dict[Key, set[Key]] = {key: set() for key in boxes}
    backward: dict[Key, set[Key]] = {key: set() for key in boxes}
    for link in links:
        if place[link.source] < place[link.target]:
            forward[link.source].add(link.target)
            backward[link.target].add(link.source)
    found: dict[Key, int] = {}
    for key in order:
        found[key] = max((found[one] + STEP for one in backward[key]), default=0)
    for key in reversed(order):
        # What comes from where all begins does not hold it back: that moves along.
        if forward[key] and len(forward[key]) > sum(bool(backward[one]) for one in backward[key]):
            found[key] = max(found[key], min(found[one] for one in forward[key]) - STEP)
    return found


def _without_circles(boxes: Sequence[Key], links: Sequence[Link]) -> list[Key]:
    """Return the boxes in an order that all lines follow but those that close circles, seen from where all begins."""
    targets: dict[Key, list[Key]] = {key: [] for key in boxes}
    for link in links:
        if link.source != link.target:
            targets[link.source].append(link.target)
    reached = {link.target for link in links if link.source != link.target}
    order: list[Key] = []
    seen: set[Key] = set()
    for root in [*(key for key in boxes if key not in reached), *boxes]:
        if root in seen:
            continue
        seen.add(root)
        waiting: list[tuple[Key, Iterator[Key]]] = [(root, iter(targets[root]))]
        while waiting:
            key, onward = waiting[-1]
            following = next((one for one in onward if one not in seen), None)
            if following is None:
                order.append(key)
                waiting.pop()
            else:
                seen.add(following)
                waiting.append((following, iter(targets[following])))
    return order[::-1]
