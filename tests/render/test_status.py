"""A status, however wide the terminal is."""

from dataclasses import replace

import pytest

from edatool.render.status.shown import ShownStatus
from edatool.render.status.table import sparkline
from edatool.render.status.text import text
from edatool.watch.status import Status, Trouble
from tests.render.golden_texts import STATUS


@pytest.fixture(scope="module")
def long() -> Status:
    """A status with names that are longer than any terminal is wide."""
    queues = [replace(one, name=f"{one.name}.{'x' * 150}.end", owner="o" * 90) for one in STATUS.queues]
    return replace(STATUS, queues=(*queues, *STATUS.queues))


@pytest.mark.parametrize("width", [40, 60, 79, 80, 100, 120, 200])
def test_no_row_of_the_table_is_wider_than_the_terminal(long: Status, width: int) -> None:
    *_, table = text(ShownStatus(long, width)).split("\n\n")
    assert len(table.splitlines()) == 7
    assert [line for line in table.splitlines() if len(line) > width] == []
    assert "depth consumers" in table
    assert ".end " in table, "names keep their ends"


def test_queues_with_the_same_trouble_share_a_line_and_so_do_the_troubles_of_one_queue() -> None:
    missing = Trouble("missing", "alert", "missing", ("plan",))
    queues = [replace(STATUS.queues[0], name=name, troubles=(missing,)) for name in ("a", "b", "c")]
    lines = text(ShownStatus(replace(STATUS, queues=(*queues, STATUS.queues[0])), 100)).splitlines()
    assert [line for line in lines if "missing" in line] == ["! a and 2 more: missing".ljust(87) + "edatool plan"]
    assert len([line for line in lines if line.startswith("! orders: ")]) == 1


def test_the_bars_of_depths_go_from_none_to_the_most() -> None:
    assert sparkline([0, 50, 100]) == "▁▅█"
    assert sparkline([0, 0]) == "▁▁"
