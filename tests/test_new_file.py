from pathlib import Path

import pytest

from edatool.errors import WrongUsage
from edatool.new_file import new_file


def test_a_file_is_there_when_all_of_it_is(tmp_path: Path) -> None:
    with new_file(str(tmp_path / "a")) as file:
        file.write("all")
        file.flush()
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_text() == "all"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_after_an_error_there_is_what_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    lent = new_file(str(tmp_path / "a"), force=True)
    lent.__enter__().write("new")
    assert not lent.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert (tmp_path / "a").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_an_error_inside_is_not_taken_for_one_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), new_file(str(tmp_path / "a")):
        raise ConnectionError


def test_what_is_there_is_overwritten_by_force_only_and_keeps_its_mode(tmp_path: Path) -> None:
    there = tmp_path / "a"
    there.write_text("old")
    there.chmod(0o640)
    with pytest.raises(WrongUsage, match="a is there already: name another file, or overwrite it with --force"):
        new_file(str(there)).__enter__()
    with new_file(str(there), force=True) as file:
        file.write("new")
    assert (there.read_text(), there.stat().st_mode & 0o777) == ("new", 0o640)


def test_what_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="is there already"), new_file(str(tmp_path / "a")):
        (tmp_path / "a").write_text("of somebody else")
    assert (tmp_path / "a").read_text() == "of somebody else"


def test_an_empty_file_as_mktemp_makes_it_has_nothing_to_lose(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with new_file(str(tmp_path / "a")) as file:
        file.write("new")
    assert (tmp_path / "a").read_text() == "new"


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a")
    with new_file(str(tmp_path / "link")) as file:
        file.write("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_text() == "new"


def test_a_device_is_written_to() -> None:
    with new_file("/dev/null") as file:
        file.write("new")
    assert Path("/dev/null").is_char_device()


def test_a_private_file_is_for_its_owner_also_where_it_was_for_all(tmp_path: Path) -> None:
    (tmp_path / "a").touch(0o666)
    with new_file(str(tmp_path / "a"), private=True) as file:
        file.write("new")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("name", "why"), [("nosuch/a", "cannot be written"), (".", "is a folder"), ("a/b", "written")])
def test_what_cannot_be_written_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").touch()
    with pytest.raises(WrongUsage, match=why):
        new_file(name).__enter__()
