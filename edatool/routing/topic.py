"""Topic exchanges: patterns of words.

``*`` is exactly one word, ``#`` any number of them; both only as whole words. The empty key has no words,
and ``a.`` has two, the second of them empty.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from edatool.routing.topology import Binding


@dataclass(slots=True)
class Node:
    """A place in the tree of all patterns of one exchange: what may follow, and which bindings end here."""

    after: dict[str, "Node"] = field(default_factory=dict)
    bindings: list[Binding] = field(default_factory=list)
    repeats: bool = False


def words(key: str) -> list[str]:
    """Split a key, or a pattern."""
    return key.split(".") if key else []


def tree(bindings: Iterable[Binding]) -> Node:
    """Build the tree of all patterns."""
    root = Node()
    for binding in bindings:
        node = root
        for word in words(binding.key):
            node = node.after.setdefault(word, Node(repeats=word == "#"))
        node.bindings.append(binding)
    return root


def find(root: Node, key: str) -> list[Binding]:
    """Return the bindings whose pattern matches; takes at most words times nodes steps, whatever the patterns."""
    places: dict[int, Node] = {}
    _reach(places, root)
    for word in words(key):
        before, places = places, {}
        for node in before.values():
            _step(places, node, word)
    return [binding for node in places.values() for binding in node.bindings]


def matches(pattern: str, key: str) -> bool:
    """Tell whether one key matches one pattern; for many of them, build a tree."""
    return bool(find(tree([Binding("", "", key=pattern)]), key))


def _step(places: dict[int, Node], node: Node, word: str) -> None:
    """Reach what one more word leads to."""
    after = node.after
    if node.repeats:
        _reach(places, node)
    if word in after:
        _reach(places, after[word])
    if "*" in after:
        _reach(places, after["*"])


def _reach(places: dict[int, Node], node: Node | None) -> None:
    """Add a place, and those that a ``#`` of no words leads to from it."""
    while node is not None and id(node) not in places:
        places[id(node)] = node
        node = node.after.get("#")


def why_not(pattern: str, key: str) -> str:
    """Say in a few words why a key does not match a pattern."""
    wanted, found = words(pattern), words(key)
    if "#" not in wanted and len(wanted) != len(found):
        return f"the key has {_count(len(found))}, not {len(wanted)}"
    if "#" not in wanted:
        return _difference(wanted, found) or f"{key!r} does not match {pattern!r}"
    start = wanted.index("#")
    end = wanted[::-1].index("#")
    if len(found) < len([word for word in wanted if word != "#"]):
        return f"the key has {_count(len(found))}, too few for {pattern!r}"
    return (
        _difference(wanted[:start], found[:start])
        or _difference(wanted[len(wanted) - end :], found[len(found) - end :], len(found) - end)
        or f"{key!r} does not match {pattern!r}"
    )


def _difference(wanted: list[str], found: list[str], skipped: int = 0) -> str | None:
    for place, (want, word) in enumerate(zip(wanted, found, strict=True), 1 + skipped):
        if want not in ("*", word):
            return f"word {place} is {word!r}, not {want!r}"
    return None


def _count(number: int) -> str:
    return f"{number} word" if number == 1 else f"{number} words"
