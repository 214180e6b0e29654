from pathlib import Path

import pytest

from edatool.errors import WrongUsage
from edatool.runtime.publish.files.rejects import open_rejects


@pytest.mark.parametrize(
    ("before", "goes_on", "after"),
    [(b"old\n", False, b"new\n"), (b"old\n", True, b"old\nnew\n"), (b"cu", True, b"cu\nnew\n"), (b"", True, b"new\n")],
)
def test_a_new_run_starts_anew_and_one_that_goes_on_adds_whole_lines(
    tmp_path: Path, before: bytes, goes_on: bool, after: bytes
) -> None:
    (tmp_path / "bad").write_bytes(before)
    with open_rejects(str(tmp_path / "bad"), goes_on=goes_on, force=True) as file:
        file.write(b"new\n")
    assert (tmp_path / "bad").read_bytes() == after


def test_a_new_run_does_not_overwrite_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"old\n")
    with pytest.raises(WrongUsage, match="is there already"):
        open_rejects(str(tmp_path / "bad"), goes_on=False, force=False)


def test_a_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="nosuch"):
        open_rejects(str(tmp_path / "nosuch" / "bad"), goes_on=True, force=False)
