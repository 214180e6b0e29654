import json
from pathlib import Path

import pytest

from tests.broker_fixtures import Vhost
from tests.cli.conftest import EdatoolRun


def test_a_broker_that_is_well_is_said_to_be(shop: Path, edatool: EdatoolRun, on_broker: Vhost) -> None:
    well = edatool("doctor")
    assert (well.code, well.err) == (0, "")
    assert "ok       may publish" in well.out
    assert well.out.endswith("All is well.\n")


def test_what_stands_in_the_way_is_an_error_of_the_broker(edatool: EdatoolRun, shop: Path) -> None:
    closed = edatool("doctor", "--broker", "amqp://127.0.0.1:1", "--format", "json")
    assert closed.code == 4
    found = json.loads(closed.out)["checks"]
    assert [(one["name"], one["state"]) for one in found] == [("settings", "ok"), ("host", "ok"), ("port", "error")]


def test_the_page_shows_what_is_printed(edatool: EdatoolRun, shop: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "tasks" / "connect.md").read_text()
    assert edatool("doctor", "--broker", "amqp://127.0.0.1:1").out in page


def test_without_a_spec_in_this_folder_only_the_broker_is_looked_at(
    edatool: EdatoolRun, on_broker: Vhost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDATOOL_FILE", raising=False)
    assert "may apply" not in edatool("doctor").out


def test_a_spec_that_is_named_has_to_be_there(edatool: EdatoolRun, on_broker: Vhost) -> None:
    missing = edatool("doctor", "-f", "nowhere.yaml")
    assert missing.code == 2
    assert "there is no such file" in missing.err
