"""The files of a commit, in repositories as they are and as somebody would make them who means harm."""

from pathlib import Path

import pytest

from edatool.checks.load import load
from edatool.errors import WrongUsage
from edatool.spec import git_tree as module
from edatool.spec.git_tree import git_tree
from tests.git_repository import Repository, repository

SPEC = "edatool: 1\nname: shop\nevents: {order.placed: {exchange: events, schema: order.json}}\n"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "routes.yaml").write_text(SPEC)
    (folder / "order.json").write_text('{"type": "object"}')
    return repository(folder)


def read(name: str, ref: str = "HEAD") -> bytes | None:
    with git_tree(ref, Path()) as tree:
        assert tree is not None
        return tree.get(name)


def test_a_file_is_as_it_was_committed_and_nothing_is_checked_out(made: Repository) -> None:
    (made.folder / "routes.yaml").write_text("changed")
    assert read("routes.yaml") == SPEC.encode()
    assert (made.folder / "routes.yaml").read_text() == "changed"


def test_names_are_relative_to_the_current_folder(made: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    (made.folder / "below").mkdir()
    monkeypatch.chdir("below")
    assert read("../routes.yaml") == SPEC.encode()
    assert read("routes.yaml") is None


def test_what_is_no_file_of_the_commit_is_missing(made: Repository) -> None:
    names = ("../routes.yaml", "/etc/passwd", ".git/config", "none.yaml", "a\nHEAD:routes.yaml", "routes.yaml\0", "")
    with git_tree("HEAD", Path()) as tree:
        assert tree is not None
        assert [name for name in names if name in tree] == []


def test_a_link_is_followed_within_the_commit_only(made: Repository) -> None:
    (made.folder.parent / "other").mkdir()
    (made.folder.parent / "other" / "routes.yaml").write_text("a secret")
    links = {"within": "routes.yaml", "outside": "../other/routes.yaml", "absolute": "/etc/passwd", "circle": "circle"}
    for name, target in links.items():
        (made.folder / name).symlink_to(target)
    made.commit()
    with git_tree("HEAD", Path()) as tree:
        assert tree is not None
        assert {name: tree.get(name) for name in links} == {**dict.fromkeys(links), "within": SPEC.encode()}


def test_a_submodule_is_none_of_its_files(made: Repository, tmp_path: Path) -> None:
    commit = made.run("rev-parse", "HEAD")
    made.run("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    made.run("commit", "--quiet", "--message", "a submodule")
    assert (read("sub"), read("sub/routes.yaml")) == (None, None)
    with git_tree("HEAD", Path()) as tree:
        assert tree is not None
        assert "routes.yaml" in set(tree)


def test_of_a_huge_file_only_the_beginning_is_read(made: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1000)
    (made.folder / "huge.yaml").write_bytes(b"#" * 5_000_000)
    made.commit()
    with git_tree("HEAD", Path()) as tree:
        assert tree is not None
        assert tree["huge.yaml"] == b"#" * 1000
        assert tree["routes.yaml"] == SPEC.encode()


def test_a_spec_over_the_limit_is_a_finding(made: Repository) -> None:
    (made.folder / "huge.yaml").write_bytes(b"#" * (module.MOST + 1))
    made.commit()
    with git_tree("HEAD", Path()) as tree:
        (finding,) = load(["huge.yaml"], {}, tree=tree).findings
    assert str(finding) == "huge.yaml:1:1: E001 huge.yaml is over 16777216 bytes: split it"


def test_what_names_no_commit_is_refused(made: Repository) -> None:
    for ref in ("-x", "--output=/tmp/x", "none", "main\nHEAD", "HEAD:routes.yaml", ":/change", ""):
        with pytest.raises(WrongUsage, match="git has no such commit here"), git_tree(ref, Path()):
            pass


def test_a_commit_that_a_shallow_clone_lacks_is_told_with_the_way_out(made: Repository, tmp_path: Path) -> None:
    first = made.commit()
    made.commit()
    made.run("clone", "--quiet", "--depth", "1", f"file://{made.folder}", str(tmp_path / "shallow"))
    with (
        pytest.raises(WrongUsage, match=r"this clone is shallow: fetch it \(fetch-depth: 0 of"),
        git_tree(first, tmp_path / "shallow"),
    ):
        pass


@pytest.mark.parametrize("ref", ["0" * 40, "HEAD"])
def test_before_the_first_commit_there_is_nothing(tmp_path: Path, ref: str) -> None:
    Repository(tmp_path).run("init", "--quiet")
    with git_tree(ref, tmp_path) as tree:
        assert tree is None


def test_a_bare_repository_and_none_at_all_are_told(made: Repository, tmp_path: Path) -> None:
    made.run("clone", "--quiet", "--bare", str(made.folder), str(tmp_path / "bare"))
    for folder in ("bare", "."):
        with pytest.raises(WrongUsage, match="is in no checkout of git"), git_tree("HEAD", tmp_path / folder):
            pass


def test_what_git_is_told_of_another_repository_does_not_count(
    made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    monkeypatch.setenv("GIT_INDEX_FILE", "none")
    assert read("routes.yaml") == SPEC.encode()


def test_no_program_that_a_repository_names_is_run(made: Repository, tmp_path: Path) -> None:
    ran, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    program.chmod(0o700)
    (made.folder / ".gitattributes").write_text("* filter=x diff=x\n")
    made.commit()
    for key in (
        "filter.x.smudge",
        "diff.x.textconv",
        "diff.x.command",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
    ):
        made.run("config", key, str(program))
    ran.unlink(missing_ok=True)
    made.run("config", "core.hooksPath", str(tmp_path))
    (tmp_path / "post-checkout").symlink_to(program)
    with git_tree("HEAD", Path()) as tree:
        assert tree is not None
        assert load(["routes.yaml"], {}, tree=tree).contracts
        assert list(tree)
    assert not ran.exists()


def test_a_spec_with_its_parts_and_schemas_is_read_from_a_commit(made: Repository) -> None:
    schemas = made.folder / "schemas"
    schemas.mkdir()
    (schemas / "order.json").write_text('{"$ref": "https://shop.example/money"}')
    (schemas / "money.json").write_text('{"$id": "https://shop.example/money", "type": "number"}')
    (made.folder / "routes.yaml").write_text(
        "edatool: 1\nname: shop\ninclude: [part.yaml]\nexchanges: {events: {type: topic}}\n"
    )
    part = "edatool: 1\nevents: {order.placed: {exchange: events, schema: schemas/order.json}}\n"
    (made.folder / "part.yaml").write_text(part)
    made.commit()
    for name in ("part.yaml", "routes.yaml", "schemas/order.json", "schemas/money.json"):
        (made.folder / name).unlink()
    with git_tree("HEAD", Path()) as tree:
        found = load(["routes.yaml"], {}, tree=tree)
    assert found.ok, found.findings
    assert found.contracts["schemas/order.json"].is_valid(5)
    assert not found.contracts["schemas/order.json"].is_valid("five")


def test_what_lies_outside_of_the_folder_is_refused_as_on_a_disk(made: Repository) -> None:
    (made.folder / "specs").mkdir()
    spec = "edatool: 1\nname: shop\ninclude: [../part.yaml]\nevents: {a: {exchange: x, schema: ../order.json}}\n"
    (made.folder / "specs" / "routes.yaml").write_text(spec)
    (made.folder / "part.yaml").write_text("edatool: 1\n")
    made.commit()
    of_disk = load(["specs/routes.yaml"], {})
    with git_tree("HEAD", Path()) as tree:
        of_commit = load(["specs/routes.yaml"], {}, tree=tree)
    assert of_commit.findings == of_disk.findings
    assert {one.code for one in of_commit.findings} >= {"E010", "E304"}
