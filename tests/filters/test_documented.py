"""Every example of docs/tasks/filters.md does what the page says."""

import re
from pathlib import Path
from typing import Any

import pytest

from edatool.filters.content import Content
from edatool.filters.index.index import index
from edatool.filters.matches import matches
from edatool.filters.operators import NAMES
from edatool.filters.why import why_not
from edatool.spec.text import text
from tests.filters.generated import read

PAGE = (Path(__file__).parents[2] / "docs" / "tasks" / "filters.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(filter: ?.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES: list[Any] = [text.read(block, "filters.md", {})[0].value for block in BLOCKS]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["filter"])[:60])
def test_an_example_matches_what_it_says(example: dict[str, list[object]]) -> None:
    one = read(example["filter"])
    for wanted, payloads in ((True, example["matches"]), (False, example["misses"])):
        for payload in payloads:
            assert matches(one, Content(payload)) == wanted, payload
            assert index({"it": one}).matching(Content(payload)) == (["it"] if wanted else [])
            assert (why_not(one, Content(payload)) == []) == wanted, payload


@pytest.mark.parametrize("name", [*NAMES, "$or", "$and", "$not", "semantics"])
def test_every_operator_has_an_example(name: str) -> None:
    assert len(EXAMPLES) > 25
    assert any(f"'{name}'" in str(example["filter"]) for example in EXAMPLES)


def test_headers_key_and_type_are_matched() -> None:
    one = read({"headers.x-tenant": "acme", "key": [{"prefix": "order."}], "type": "order.placed"})
    assert matches(one, Content({}, "order.eu", {"x-tenant": "acme"}, "order.placed"))
    assert not matches(one, Content({}, "order.eu", {"x-tenant": "acme"}))
    assert not matches(one, Content({}, "order.eu", {}, "order.placed"))
