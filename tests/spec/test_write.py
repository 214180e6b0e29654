import io
import json

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edatool.spec.text import text
from edatool.spec.text.write import WIDTH, as_documents, as_routes

TRICKY = (
    "",
    "yes",
    "NO",
    "null",
    "~",
    "1",
    "1e5",
    "0x1f",
    "1_0",
    "1:30",
    "2001-01-01",
    "<<",
    "a: b",
    "a #b",
    "- a",
    "5s",
    "${HOME}",
    "$${",
    "$$${x",
    "*a",
    "&a",
    "!a",
    "{",
    "]",
    "'",
    '"',
    "\\",
    "a\tb",
    "\x85",
    "\u2028",
    "\ufeff",
    "日",
    " a ",
)

strings = st.sampled_from(TRICKY) | st.text(max_size=8)
scalars = (
    strings
    | st.integers(-(2**63), 2**64)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4), max_leaves=20
)


@settings(deadline=None)
@given(st.dictionaries(strings.filter(bool), values, min_size=1, max_size=4))
@example({"a": {"b" * 60: ["c" * 70, [{"d" * 70: 1, "e" * 70: [1]}]], "": {}}})
def test_a_spec_reads_what_was_written(value: dict[str, object]) -> None:
    document, findings = text.read(as_routes(value, "made\nby a test"), "f", {})
    assert findings == []
    assert json.dumps(document.value) == json.dumps(value)


@settings(deadline=None)
@given(st.lists(st.dictionaries(strings, values, min_size=1, max_size=3), min_size=1, max_size=3), st.integers(0, 3))
def test_another_reader_of_yaml_reads_the_documents_that_were_written(
    documents: list[dict[str, object]], opened: int
) -> None:
    written = as_documents(iter(documents), opened)
    assert json.dumps(list(yaml.safe_load_all(io.StringIO(written)))) == json.dumps(documents)


def test_what_is_short_stands_on_one_line_and_what_is_long_does_not() -> None:
    long = {f"key-{i}": "x" * 20 for i in range(8)}
    written = as_routes(
        {"edatool": 1, "queues": {"a": {"type": "quorum"}, "b": long}, "bindings": [{"q": "a"}, long]}, "c"
    )
    assert written.splitlines()[:6] == ["# c", "edatool: 1", "", "queues:", "  a: {type: quorum}", "  b:"]
    assert "  - {q: a}\n  - key-0: " + "x" * 20 + "\n    key-1: " in written
    assert max(map(len, written.splitlines())) <= WIDTH


@pytest.mark.parametrize("plain", ["order.*.placed", "shop", "5s", "10MiB", "/", "reject-publish"])
def test_usual_words_need_no_quotes(plain: str) -> None:
    assert as_routes({"a": plain}, "") == f"a: {plain}\n"


def test_nothing_that_is_written_hides_or_turns_the_text_around_it() -> None:
    hidden = "a\u202eb\u200b\u2028\x7f\U000e0041"
    written = as_routes({"edatool": 1, "queues": {hidden: {}}}, f"vhost {hidden}")
    assert written.replace("\n", "").isprintable()
    assert list(yaml.safe_load(written)["queues"]) == [hidden]
