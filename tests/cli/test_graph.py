"""edatool graph."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import EdatoolRun
from tests.git_repository import repository


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("chosen", "begins"), [("svg", "<svg "), ("mermaid", "flowchart LR"), ("dot", "digraph ")])
def test_a_picture_of_the_spec_is_written(edatool: EdatoolRun, chosen: str, begins: str) -> None:
    found = edatool("graph", "--format", chosen)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith(begins)
    assert "orders" in found.out


def test_what_was_changed_since_a_commit_is_marked(shop: Path, edatool: EdatoolRun) -> None:
    repository(shop)
    file = shop / "routes.yaml"
    file.write_text(file.read_text().replace("{max_length: 1,", "{max_length: 2,"))
    assert '"#126; full' in edatool("graph", "--diff", "HEAD", "--format", "mermaid").out


@pytest.mark.usefixtures("shop")
def test_what_is_no_whole_spec_is_nothing_to_compare_a_picture_with(edatool: EdatoolRun) -> None:
    Path("definitions.json").write_text('{"vhosts": [{"name": "/"}], "queues": [], "exchanges": [], "bindings": []}')
    for against in ("broker:shop", "definitions.json"):
        found = edatool("graph", "--diff", against)
        assert (found.code, "a file, a folder or a commit" in found.err) == (2, True), found.err


@pytest.mark.usefixtures("shop")
def test_what_is_folded_is_told(edatool: EdatoolRun) -> None:
    found = edatool("graph", "--most", "1")
    assert found.code == 0
    assert "boxes are folded into" in found.err


@pytest.mark.usefixtures("shop")
def test_without_a_program_that_makes_png_the_way_out_is_told(
    edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = edatool("graph", "--format", "png", "-o", "routes.png")
    assert found.code == 2
    assert "librsvg2-bin" in found.err
    assert "--format svg" in found.err
    assert not Path("routes.png").exists()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("program", ["rsvg-convert", "dot"])
def test_png_is_made_by_what_is_installed(
    tmp_path: Path, edatool: EdatoolRun, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    path = shutil.which(program)
    if path is None:
        assert os.environ.get("CI") != "true", f"{program} is missing"
        pytest.skip(f"{program} is not installed")
    alone = tmp_path / "bin"
    alone.mkdir()
    (alone / program).symlink_to(path)
    monkeypatch.setenv("PATH", str(alone))
    found = edatool("graph", "--format", "png", "-o", "routes.png")
    assert (found.code, found.err) == (0, "")
    assert Path("routes.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("shop")
def test_graphviz_takes_what_is_written_for_it(edatool: EdatoolRun) -> None:
    if shutil.which("dot") is None:
        assert os.environ.get("CI") != "true", "dot is missing"
        pytest.skip("Graphviz is not installed")
    drawn = edatool("graph", "--format", "dot").out
    done = subprocess.run(["dot", "-Tplain"], input=drawn, capture_output=True, text=True, check=True)
    assert (done.stderr, "orders" in done.stdout) == ("", True)
