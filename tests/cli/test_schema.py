"""The JSON Schemas that are printed and published."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from edatool.render.schemas import OUTPUTS
from tests.cli.conftest import SPEC, EdatoolRun

URL = "https://shop.example/schemas"


def test_the_format_of_a_spec_is_printed(edatool: EdatoolRun) -> None:
    assert json.loads(edatool("schema").out)["title"] == "edatool routes"


def test_that_of_an_output_says_what_the_command_prints(shop: Path, edatool: EdatoolRun) -> None:
    schema = json.loads(edatool("schema", "--of", "route").out)
    jsonschema_rs.validate(schema, json.loads(edatool("route", "--exchange", "events", "--format", "json").out))


def test_all_are_published_with_the_address_that_each_will_have(shop: Path, edatool: EdatoolRun) -> None:
    done = edatool("schema", "--publish", "public/schemas", "--url", f"{URL}/")
    files = sorted(Path("public/schemas").iterdir())
    assert done.out.split() == [f"public/schemas/{name}.schema.json" for name in ("routes", *OUTPUTS)]
    assert len(files) == len(OUTPUTS) + 1
    for one in files:
        schema = json.loads(one.read_text())
        assert schema["$id"] == f"{URL}/{one.name}"
        assert jsonschema_rs.meta.is_valid(schema)


def test_without_an_address_a_folder_is_one(shop: Path, edatool: EdatoolRun) -> None:
    edatool("schema", "--publish", "schemas")
    file = shop / "schemas" / "plan.schema.json"
    assert json.loads(file.read_text())["$id"] == file.as_uri()


def test_nothing_is_overwritten_without_force_and_then_nothing_is_written(shop: Path, edatool: EdatoolRun) -> None:
    Path("schemas").mkdir()
    Path("schemas/validate.schema.json").write_text("mine")
    refused = edatool("schema", "--publish", "schemas")
    assert (refused.code, "--force" in refused.err) == (2, True)
    assert [one.name for one in Path("schemas").iterdir()] == ["validate.schema.json"]
    assert edatool("schema", "--publish", "schemas", "--force").code == 0


@pytest.mark.parametrize("url", ["schemas", "shop.example"])
def test_an_address_that_is_none_is_refused(url: str, edatool: EdatoolRun) -> None:
    assert edatool("schema", "--url", url).code == 2


def test_a_folder_that_cannot_be_made_is_a_usage_error(shop: Path, edatool: EdatoolRun) -> None:
    Path("file").write_text(SPEC)
    refused = edatool("schema", "--publish", "file/schemas")
    assert (refused.code, "file/schemas cannot be written" in refused.err) == (2, True)
