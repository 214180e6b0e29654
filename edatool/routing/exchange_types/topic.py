"""Topic exchanges: the key of a binding is a pattern of words."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain, product
from typing import TYPE_CHECKING

from edatool.frozen import frozen
from edatool.routing.exchange_types.exchange_type import Contained, ExchangeType, each_once
from edatool.routing.exchange_types.topic_tree import TopicNode, find, overlapping, tree, words
from edatool.routing.lowering import stamps
from edatool.routing.message import Letter
from edatool.routing.topology import Binding, Exchange
from edatool.routing.trace import Hop
from edatool.routing.version import Version
from edatool.spec.template import Template

if TYPE_CHECKING:
    from edatool.routing.reach.flow import Flow

_FRESH = "\0"  # a word that no pattern names
_MOST_SAMPLES = 1_000
_REMEMBERED = 4096
"""Keys of which an exchange remembers the bindings: stamps and most keys come again and again."""


@frozen
class ByPattern:
    """The bindings of a topic exchange."""

    exchange: str
    bindings: tuple[Binding, ...]
    patterns: TopicNode
    find: Callable[[str], list[Binding]]

    def match(self, letter: Letter, /) -> Hop:
        """Return the bindings whose pattern one of the keys matches."""
        return Hop(self.exchange, "topic", each_once(map(self.find, letter.keys)))

    def may_match(self, flow: "Flow", /) -> Sequence[Binding]:
        """Return the bindings whose pattern the key of some message may match."""
        return self.bindings if flow.words is None else overlapping(self.patterns, flow.words)


def _lay_out(exchange: Exchange, bindings: tuple[Binding, ...], _version: Version) -> ByPattern:
    root = tree(bindings)
    return ByPattern(exchange.name, bindings, root, lru_cache(_REMEMBERED)(partial(find, root)))


def matches(pattern: str, key: str) -> bool:
    """Tell whether one key matches one pattern; for many of them, build a tree."""
    return bool(find(tree([Binding("", "", key=pattern)]), key))


def pattern_of(template: Template) -> str:
    """Return the pattern that all keys of a template match; a word that holds a field becomes ``*``.

    The publisher refuses field values that are not one word.
    """
    marked = "".join(part if isinstance(part, str) else "\0" for part in template.parts).split(".")
    return ".".join("*" if "\0" in word else word for word in marked)


def contained(narrow: Sequence[Binding], wide: Sequence[Binding]) -> Contained:
    """Yield each narrow binding with the wide ones, besides itself, that match all messages it matches.

    A word that no pattern names is the hardest to match, so ``*`` stands for it and ``#`` for any number of them.
    A run longer than a pattern has ``*`` can be met by its ``#`` only, and is then met at any length: samples with
    runs up to one more than that decide exactly. A pattern with so many ``#`` that samples get too many is left out.
    """
    root = tree(wide)
    longest = 1 + max((words(one.key).count("*") for one in wide), default=0)
    for one in narrow:
        samples = _samples(words(one.key), longest)
        if samples:
            found = [{id(other): other for other in find(root, key)} for key in samples]
            common = set(found[0]).intersection(*found[1:]) - {id(one)}
            yield one, [other for other in wide if id(other) in common] if common else []


def _samples(pattern: list[str], longest: int) -> list[str]:
    if (longest + 1) ** pattern.count("#") > _MOST_SAMPLES:
        return []
    fresh = {"*": [[_FRESH]], "#": [[_FRESH] * length for length in range(longest + 1)]}
    choices = product(*(fresh.get(word, [[word]]) for word in pattern))
    return [".".join(chain.from_iterable(choice)) for choice in choices]


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


def _why_no_key(binding: Binding, letter: Letter, _version: Version) -> str:
    if binding.source.startswith("edatool.") and binding.key.startswith(stamps.OWN):
        return stamps.why_not(binding.key)
    own = [key for key in letter.keys if not key.startswith(stamps.OWN)] or letter.keys
    return "; ".join(dict.fromkeys(why_not(binding.key, key) for key in own))


def _catch_all(exchange: Exchange, to: str, _bindings: Iterable[Binding]) -> list[Binding]:
    return [Binding(exchange.name, to, to_exchange=True, key="#")]


TYPE = ExchangeType(
    _lay_out,
    _why_no_key,
    matches_key=matches,
    wildcards=True,
    event_key=pattern_of,
    contained=contained,
    catch_all=_catch_all,
)
