"""What can be said of topic patterns without a message: which may match a key, and which say no more than another.

Both walk the tree of patterns that messages are routed by, so that a pattern is read in one place only.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product

from edatool.routing import topic
from edatool.routing.reach.words import Word
from edatool.routing.topic import Node
from edatool.routing.topology import Binding

_FRESH = "\0"  # a word that no pattern names
_MOST_SAMPLES = 1_000


def overlapping(root: Node, key: Iterable[Word]) -> list[Binding]:
    """Return the bindings whose pattern matches some key made of these words, each word taken by itself."""
    places = _with_empty_repeats([root])
    for word in key:
        places = _with_empty_repeats(after for node in places for after in _after(node, word))
    return [binding for node in places for binding in node.bindings]


def _after(node: Node, word: Word) -> Iterator[Node]:
    """Yield the places that one word may lead to."""
    if node.repeats:
        yield node
    if "*" in node.after:
        yield node.after["*"]
    texts = node.after if word.texts is None else word.texts
    yield from (node.after[text] for text in texts if text in node.after and word.may_be(text))


def _with_empty_repeats(nodes: Iterable[Node]) -> list[Node]:
    """Add the places that a ``#`` of no words leads to, and leave each place once."""
    places = list(nodes)
    for node in places:
        if "#" in node.after:
            places.append(node.after["#"])
    return list({id(node): node for node in places}.values())


def contained(narrow: Sequence[Binding], wide: Sequence[Binding]) -> Iterator[tuple[Binding, list[Binding]]]:
    """Yield each narrow binding with the wide ones, besides itself, that match all messages it matches.

    A word that no pattern names is the hardest to match, so ``*`` stands for it and ``#`` for any number of them.
    A run longer than a pattern has ``*`` can be met by its ``#`` only, and is then met at any length: samples with
    runs up to one more than that decide exactly. A pattern with so many ``#`` that samples get too many is left out.
    """
    root = topic.tree(wide)
    longest = 1 + max((topic.words(one.key).count("*") for one in wide), default=0)
    for one in narrow:
        samples = _samples(topic.words(one.key), longest)
        if samples:
            found = [{id(other): other for other in topic.find(root, key)} for key in samples]
            common = set(found[0]).intersection(*found[1:]) - {id(one)}
            yield one, [other for other in wide if id(other) in common] if common else []


def _samples(words: list[str], longest: int) -> list[str]:
    if (longest + 1) ** words.count("#") > _MOST_SAMPLES:
        return []
    fresh = {"*": [[_FRESH]], "#": [[_FRESH] * length for length in range(longest + 1)]}
    choices = product(*(fresh.get(word, [[word]]) for word in words))
    return [".".join(chain.from_iterable(choice)) for choice in choices]
