"""The tree of all patterns of a topic exchange.

``*`` is exactly one word, ``#`` any number of them; both only as whole words. The empty key has no words,
and ``a.`` has two, the second of them empty.
"""

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING

from edatool.frozen import mutable
from edatool.routing.topology import Binding

if TYPE_CHECKING:
    from edatool.routing.reach.words import Word


@mutable
class TopicNode:
    """A place in the tree of all patterns of one exchange: what may follow, and which bindings end here."""

    after: dict[str, "TopicNode"] = field(default_factory=dict)
    bindings: list[Binding] = field(default_factory=list)
    repeats: bool = False


def words(key: str) -> list[str]:
    """Split a key, or a pattern."""
    return key.split(".") if key else []


def tree(bindings: Iterable[Binding]) -> TopicNode:
    """Build the tree of all patterns."""
    root = TopicNode()
    for binding in bindings:
        node = root
        for word in words(binding.key):
            node = node.after.setdefault(word, TopicNode(repeats=word == "#"))
        node.bindings.append(binding)
    return root


def find(root: TopicNode, key: str) -> list[Binding]:
    """Return the bindings whose pattern matches; takes at most words times nodes steps, whatever the patterns."""
    places: dict[int, TopicNode] = {}
    _reach(places, root)
    for word in words(key):
        before, places = places, {}
        for node in before.values():
            _step(places, node, word)
    return [binding for node in places.values() for binding in node.bindings]


def _step(places: dict[int, TopicNode], node: TopicNode, word: str) -> None:
    """Reach what one more word leads to."""
    after = node.after
    if node.repeats:
        _reach(places, node)
    if word in after:
        _reach(places, after[word])
    if "*" in after:
        _reach(places, after["*"])


def _reach(places: dict[int, TopicNode], node: TopicNode | None) -> None:
    """Add a place, and those that a ``#`` of no words leads to from it."""
    while node is not None and id(node) not in places:
        places[id(node)] = node
        node = node.after.get("#")


def overlapping(root: TopicNode, key: Iterable["Word"]) -> list[Binding]:
    """Return the bindings whose pattern matches some key made of these words, each word taken by itself."""
    places = _with_empty_repeats([root])
    for word in key:
        places = _with_empty_repeats(after for node in places for after in _after(node, word))
    return [binding for node in places for binding in node.bindings]


def _after(node: TopicNode, word: "Word") -> Iterator[TopicNode]:
    """Yield the places that one word may lead to."""
    if node.repeats:
        yield node
    if "*" in node.after:
        yield node.after["*"]
    texts = node.after if word.texts is None else word.texts
    yield from (node.after[text] for text in texts if text in node.after and word.may_be(text))


def _with_empty_repeats(nodes: Iterable[TopicNode]) -> list[TopicNode]:
    """Add the places that a ``#`` of no words leads to, and leave each place once."""
    places = list(nodes)
    for node in places:
        if "#" in node.after:
            places.append(node.after["#"])
    return list({id(node): node for node in places}.values())
