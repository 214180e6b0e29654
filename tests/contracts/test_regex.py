"""Regular expressions of contracts and filters: their dialect, and that no text takes long."""

import pytest

from edatool.contracts.regexes.regex import Regex, compile_regex


@pytest.mark.parametrize(
    ("regex", "text", "expected"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        ("c$", "abc\n", False),
        (r"^\d+$", "12", True),
        (r"^\d$", "٣", False),
        (r"^\w$", "é", False),
        (r"^\s$", "\N{NO-BREAK SPACE}", True),
        ("^.$", "日", True),
        ("^[a&&b]$", "&", True),
        ("(?i)^ä$", "Ä", True),
        (r"^\p{Lu}$", "Ä", True),
        (r"^\u0041$", "A", True),
    ],
)
def test_it_is_found_as_json_schema_says(regex: str, text: str, expected: bool) -> None:
    compiled = compile_regex(regex)
    assert isinstance(compiled, Regex)
    assert compiled.found_in(text) is expected


@pytest.mark.parametrize("regex", ["^(a*)*$", "^(a|aa)+$", "(.*)*x", "^(a?){50}a{50}$"])
def test_no_text_takes_long(regex: str) -> None:
    compiled = compile_regex(regex)
    assert isinstance(compiled, Regex)
    assert not compiled.found_in("a" * 1_000_000 + "b")  # forever, with an engine that goes back


def test_one_that_would_need_much_memory_is_refused() -> None:
    assert compile_regex("(a{1000}){1000}") == "it is no regular expression of JSON Schema, or too large"
