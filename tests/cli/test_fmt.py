from pathlib import Path

import pytest

from tests.cli.conftest import EdatoolRun

ODD = "edatool: 1\nname: x\nqueues:\n    a: {}   # of a\n"
EVEN = "edatool: 1\nname: x\n\nqueues:\n  a: {}   # of a\n"


@pytest.fixture
def odd(shop: Path) -> Path:
    """A file with another layout than the canonical one, and a schema, which has none."""
    (shop / "routes.yaml").write_text(ODD)
    return shop / "routes.yaml"


def test_the_spec_is_laid_out_with_all_that_it_includes(odd: Path, edatool: EdatoolRun) -> None:
    odd.write_text(ODD + "include: [part.yaml]\n")
    (odd.parent / "part.yaml").write_text("queues:\n    b: {}\n")
    result = edatool("fmt")
    assert (result.code, result.out, result.err) == (0, "", "2 files laid out, 0 left as is\n")
    assert odd.read_text() == EVEN.replace("name: x\n", "name: x\ninclude: [part.yaml]\n")
    assert (odd.parent / "part.yaml").read_text() == "queues:\n  b: {}\n"
    assert edatool("fmt").err == "0 files laid out, 2 left as is\n"


def test_check_names_the_files_and_writes_nothing(odd: Path, edatool: EdatoolRun) -> None:
    result = edatool("fmt", "--check", "routes.yaml", "order.json")
    assert (result.code, result.out, result.err) == (1, "routes.yaml\n", "1 file to lay out, 0 left as is\n")
    assert odd.read_text() == ODD
    odd.write_text(EVEN)
    assert edatool("fmt", "--check").code == 0


def test_diff_shows_what_would_change_and_writes_nothing(odd: Path, edatool: EdatoolRun) -> None:
    result = edatool("fmt", "--diff")
    assert result.code == 1
    assert "-    a: {}   # of a\n+  a: {}   # of a\n" in result.out
    assert odd.read_text() == ODD


def test_standard_input_is_printed(odd: Path, edatool: EdatoolRun) -> None:
    assert edatool("fmt", "-", typed=ODD).out == EVEN


def test_a_file_that_is_no_yaml_keeps_all_from_being_written(odd: Path, edatool: EdatoolRun) -> None:
    (odd.parent / "broken.yaml").write_text("edatool: [\n")
    result = edatool("fmt", "routes.yaml", "broken.yaml")
    assert (result.code, result.err.split()[:2]) == (1, ["broken.yaml:1:11:", "E002"])
    assert odd.read_text() == ODD


def test_a_schema_is_left_alone(shop: Path, edatool: EdatoolRun) -> None:
    before = (shop / "order.json").read_text()
    assert edatool("fmt", "order.json").code == 0
    assert (shop / "order.json").read_text() == before
