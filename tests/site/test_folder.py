import json
from pathlib import Path

import pytest

import edatool


def contents(folder: Path) -> dict[str, str]:
    return {one.relative_to(folder).as_posix(): one.read_text() for one in folder.rglob("*") if one.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    edatool.write_docs({"index.html": "1", "events/a.html": "a", "queues/q.html": "q"}, str(tmp_path / "site"))
    return tmp_path / "site"


def test_pages_of_what_is_gone_are_removed_with_their_folders(folder: Path) -> None:
    edatool.write_docs({"index.html": "2", "events/b.html": "b"}, str(folder))
    assert contents(folder).keys() - {".edatool-site.json"} == {"index.html", "events/b.html"}
    assert not (folder / "queues").exists()


def test_files_of_others_stay_even_where_they_were_pages_once(folder: Path) -> None:
    (folder / "CNAME").write_text("docs.example")
    (folder / "events" / "a.html").write_text("written anew by hand")
    edatool.write_docs({"index.html": "2"}, str(folder))
    assert contents(folder)["CNAME"] == "docs.example"
    assert contents(folder)["events/a.html"] == "written anew by hand"


def test_nothing_is_written_where_a_page_would_overwrite_what_is_not_ours(folder: Path) -> None:
    (folder / "index.html").write_text("by hand")
    before = contents(folder)
    with pytest.raises(edatool.WrongUsage, match=r"index.html is not as we wrote it"):
        edatool.write_docs({"events/a.html": "new", "index.html": "2"}, str(folder))
    assert contents(folder) == before
    edatool.write_docs({"index.html": "2"}, str(folder), force=True)
    assert contents(folder)["index.html"] == "2"


def test_a_list_that_somebody_else_made_leads_out_of_the_folder_nowhere(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "mine").write_text("1")
    listed = json.loads((folder / ".edatool-site.json").read_text())
    (folder / ".edatool-site.json").write_text(
        json.dumps({**listed, "../mine": listed["index.html"], str(tmp_path / "mine"): listed["index.html"]})
    )
    edatool.write_docs({"index.html": "2"}, str(folder))
    assert (tmp_path / "mine").read_text() == "1"


def test_a_page_is_not_written_through_a_link_of_somebody_else(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.html").write_text("a")
    for file in (folder / "events").iterdir():
        file.unlink()
    (folder / "events").rmdir()
    (folder / "events").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(edatool.WrongUsage, match=r"events/a.html is not as we wrote it"):
        edatool.write_docs({"index.html": "2", "events/a.html": "b"}, str(folder))
    with pytest.raises(edatool.WrongUsage, match=r"events/new.html is not as we wrote it"):
        edatool.write_docs({"index.html": "2", "events/new.html": "b"}, str(folder))
    edatool.write_docs({"index.html": "2"}, str(folder))
    assert contents(tmp_path / "elsewhere") == {"a.html": "a"}


def test_an_error_leaves_the_site_as_it_was(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(edatool.WrongUsage, match="cannot be written"):
        edatool.write_docs({"index.html": "2", f"events/{'x' * 300}.html": "b"}, str(folder))
    assert contents(folder) == before
    assert [one.name for one in folder.parent.iterdir()] == [folder.name]


def test_a_run_that_was_killed_half_way_is_finished_by_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, left = Path.replace, [3]

    def killed(self: Path, to: Path) -> Path:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        edatool.write_docs({"index.html": "2", "events/b.html": "b"}, str(folder))
    monkeypatch.undo()
    assert contents(folder)["index.html"] == "2"
    edatool.write_docs({"index.html": "3"}, str(folder))
    assert contents(folder).keys() - {".edatool-site.json"} == {"index.html"}


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("")
    with pytest.raises(edatool.WrongUsage, match="is a file: name a folder"):
        edatool.write_docs({"index.html": "1"}, str(tmp_path / "site"))
