import pytest

from edatool.routing.exchange_types.topic import why_not
from edatool.routing.exchange_types.topic_tree import find, tree
from edatool.routing.topology import Binding

MATCHES = [
    ("a.b", "a.b"),
    ("*", "a"),
    ("*.*", "a."),
    ("a.*", "a."),
    ("#", ""),
    ("#", "a.b.c"),
    ("a.#", "a"),
    ("#.b", "b"),
    ("#.#", ""),
    ("*.#", "a"),
    ("#.a.#", "x.a.y.z"),
    ("#.*", "a"),
    ("", ""),
    ("a*", "a*"),
    ("##", "##"),
    ("a.#.b.#.c", "a.x.b.b.y.c"),
]

MISSES = [
    ("a.b", "a.c", "word 2 is 'c', not 'b'"),
    ("*.us", "order.eu", "word 2 is 'eu', not 'us'"),
    ("*", "", "the key has 0 words, not 1"),
    ("*", "a.b", "the key has 2 words, not 1"),
    ("", "a", "the key has 1 word, not 0"),
    ("a", "a.", "the key has 2 words, not 1"),
    ("a", "A", "word 1 is 'A', not 'a'"),
    ("a*", "ab", "word 1 is 'ab', not 'a*'"),
    ("##", "a", "word 1 is 'a', not '##'"),
    ("a.#", "b.c", "word 1 is 'b', not 'a'"),
    ("#.a", "a.b", "word 2 is 'b', not 'a'"),
    ("*.#.*", "a", "the key has 1 word, too few for '*.#.*'"),
    ("#.x.#", "a.b", "'a.b' does not match '#.x.#'"),
]


def found(pattern: str, key: str) -> bool:
    return bool(find(tree([Binding("e", "q", key=pattern)]), key))


@pytest.mark.parametrize(("pattern", "key"), MATCHES)
def test_matches(pattern: str, key: str) -> None:
    assert found(pattern, key)


@pytest.mark.parametrize(("pattern", "key", "why"), MISSES)
def test_misses_and_says_why(pattern: str, key: str, why: str) -> None:
    assert not found(pattern, key)
    assert why_not(pattern, key) == why


def test_a_binding_reached_in_several_ways_is_found_once() -> None:
    bindings = [Binding("e", "q", key="#.#.a.#"), Binding("e", "q", key="#")]
    assert len(find(tree(bindings), "a.a.a")) == 2


def test_many_repeats_in_a_pattern_do_not_explode() -> None:
    pattern = ".".join(["#", "a"] * 100)
    assert found(pattern, ".".join(["a"] * 110))
    assert not found(pattern + ".b", ".".join(["a"] * 110))
