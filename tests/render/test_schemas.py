"""The JSON Schemas of outputs say all that is printed, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from edatool.render.schemas import OUTPUTS, schema_of
from tests.promised import broken_promises
from tests.render import golden_texts

IN_JSON = sorted(name for name, formats in golden_texts.formats().items() if "json" in formats.names)


def printed(folder: str) -> Iterator[Any]:
    """Yield what is printed of a value, in all cases."""
    for name, text in golden_texts.kept().items():
        if name.startswith(f"{folder}/") and name.endswith(".json"):
            yield json.loads(text)


def test_every_output_has_a_schema_and_every_schema_an_output() -> None:
    assert sorted(set(OUTPUTS.values())) == IN_JSON


@pytest.mark.parametrize("name", OUTPUTS)
def test_what_is_printed_is_what_the_schema_says_and_no_key_more(name: str) -> None:
    schema: Any = schema_of(name)
    assert jsonschema_rs.meta.is_valid(schema)
    found = list(printed(OUTPUTS[name]))
    assert found
    assert [error for one in found for error in broken_promises(name, one)] == []


@pytest.mark.parametrize("name", OUTPUTS)
def test_later_versions_may_print_more(name: str) -> None:
    schema: Any = schema_of(name)
    more = {**next(printed(OUTPUTS[name])), "new": 1}
    assert jsonschema_rs.validator_for(schema).is_valid(more)
    assert len(broken_promises(name, more)) == 1
