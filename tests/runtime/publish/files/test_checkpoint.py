import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edatool.errors import WrongUsage
from edatool.runtime.publish.files.checkpoint import Checkpoint, read, write

FRESH = Checkpoint("run", "order.placed", ("orders.jsonl",))


def test_a_state_is_the_same_after_it_was_kept(tmp_path: Path) -> None:
    later = replace(FRESH, position=3, checksum=7, outcomes={"confirmed": 3})
    write(tmp_path / "state", later)
    assert read(tmp_path / "state", FRESH) == later


@pytest.mark.parametrize(
    "damage",
    [
        {"format_version": True},
        {"format_version": 1.0},
        {"position": True},
        {"position": "3"},
        {"position": -1},
        {"checksum": None},
        {"outcomes": []},
        {"outcomes": {"confirmed": True}},
        {"run": 5},
    ],
)
def test_a_damaged_state_is_refused(tmp_path: Path, damage: dict[str, Any]) -> None:
    state = tmp_path / "state"
    write(state, FRESH)
    state.write_text(json.dumps(json.loads(state.read_text()) | damage))
    with pytest.raises(WrongUsage, match="name another file"):
        read(state, FRESH)
