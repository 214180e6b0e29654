"""The expected values are PCRE's: each line was tried on Erlang/OTP 25, 27 and 29, which RabbitMQ matches with."""

import time
import warnings

import pytest

from edatool.errors import InvalidInput
from edatool.routing.pcre.errors import PatternError, Unsupported
from edatool.routing.pcre.pattern import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "found", "not_found"),
    [
        ("", ["", "anything"], []),
        ("^orders", ["orders", "orders.eu"], ["my.orders"]),
        ("^.$", ["a"], ["é", ""]),
        ("^..$", ["é", "ab"], ["a"]),
        ("^é*$", ["é"], ["", "éé"]),
        ("^(?!amq\\.).*", ["orders"], ["amq.topic"]),
        ("^((?!dead).)*$", ["orders"], ["orders.dead"]),
        ("(?<!\\.dead)$", ["orders"], ["orders.dead"]),
        ("^[[:alpha:]]+$", ["abc"], ["a1", ""]),
        ("^[[:^digit:]_]$", ["a", "_"], ["1"]),
        ("^\\Qa.b*\\E$", ["a.b*"], ["axb*"]),
        ("^\\Qa.b", ["a.b"], ["axb"]),
        ("^a\\hb$", ["a b", "a\tb"], ["a\nb", "ab"]),
        ("^a\\Rb$", ["a\nb", "a\r\nb"], ["a b"]),
        ("^\\x{61}\\x62\\063$", ["ab3"], ["abc"]),
        ("(?i)^ORDERS$", ["orders", "OrDerS"], ["order"]),
        ("^a(?i)b|c$", ["aB", "xC"], ["AB"]),
        ("^(?i:É)$", ["É"], ["é"]),
        ("^\\d$", ["1"], ["٣"]),
        ("^\\v$", ["\n"], ["v"]),
        ("a$", ["a", "a\n"], ["ab"]),
        ("a\\z", ["a"], ["a\n"]),
        ("(?m)^b$", ["a\nb\nc"], ["ab"]),
        ("(?s)a.b", ["a\nb"], ["ab"]),
        ("a.b", ["axb"], ["a\nb"]),
        ("^(a|b)\\1$", ["aa", "bb"], ["ab"]),
        ("^(?>a+)ab", [], ["aab"]),
        ("^a++b", ["aab"], ["b"]),
        ("^[]a]$", ["]", "a"], ["b"]),
        ("^[^]a]$", ["b"], ["]", "a"]),
        ("^[a-]$", ["-"], ["b"]),
        ("^[\\w-]+$", ["a-b_1"], ["a b"]),
        ("^a{2}$", ["aa"], ["a{2}"]),
        ("^a{,x$", ["a{,x"], ["a"]),
    ],
)
def test_a_pattern_finds_what_pcre_finds_in_bytes(pattern: str, found: list[str], not_found: list[str]) -> None:
    compiled = compile_pattern(pattern)
    assert [name for name in [*found, *not_found] if compiled.matches(name)] == found


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[a", "*a", "a{3,2}", "[z-a]", "a\\", "[[:foo:]]", "[[.a.]]", "[:alpha:]", "(?<n>a)(?<n>b)"]
)
def test_what_rabbitmq_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["a(?R)?b", "(*UCP)a", "\\p{L}", "a{,3}", "(?|a|b)", "(?C1)", "(?i)(a)\\1", "(?x)a"]
)
def test_what_cannot_be_translated_is_said_not_guessed(pattern: str) -> None:
    with pytest.raises(Unsupported):
        compile_pattern(pattern)


@pytest.mark.parametrize("depth", [10_000, 60])
def test_groups_nested_deep_are_no_recursion_without_end(depth: int) -> None:
    with pytest.raises(Unsupported):
        compile_pattern("(" * depth + ")" * depth)


@pytest.mark.parametrize("name", ["ê", "menú"])
def test_letters_beyond_ascii_depend_on_the_brokers_erlang(name: str) -> None:
    assert compile_pattern("^\\w+$").depends_on_erlang(name)
    assert not compile_pattern("^.+$").depends_on_erlang(name)
    assert not compile_pattern("^\\w+$").depends_on_erlang("é")


def test_a_pattern_without_end_is_given_up_with_its_name() -> None:
    begun = time.monotonic()
    with pytest.raises(InvalidInput, match="takes too long"):
        compile_pattern("^(a|aa)+$").matches("a" * 200 + "!")
    assert time.monotonic() < begun + 20


def test_no_warning_of_python_escapes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pattern in ("[[a]", "[+--b]", "[a&&b]", "[a||b]", "[a~~b]", "x(?i)a"):
            compile_pattern(pattern)
