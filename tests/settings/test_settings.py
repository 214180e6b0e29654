import re
from pathlib import Path

import pytest

from edatool.errors import InvalidInput, WrongUsage
from edatool.settings.find import find
from edatool.settings.format import SETTINGS
from edatool.settings.read import read

SHARED = """\
[project]
name = "shop"

[tool.edatool]
files = [
    "routes.yaml",
]
"""


def refused(text: str, folder: Path, name: str = "edatool.toml") -> list[str]:
    """Return what is said of a file that is wrong."""
    (folder / name).write_text(text)
    with pytest.raises(InvalidInput) as raised:
        read(folder / name, folder)
    return [str(one) for one in raised.value.findings]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a folder in it."""
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "shop" / "a" / "b").mkdir(parents=True)
    return tmp_path / "shop"


def test_the_nearest_file_up_to_the_root_of_the_repository_is_found(repository: Path) -> None:
    assert find(repository / "a" / "b") is None
    (repository / "pyproject.toml").write_text("[tool.edatool]\n")
    assert find(repository / "a" / "b") == repository / "pyproject.toml"
    (repository / "a" / "edatool.toml").touch()
    assert find(repository / "a" / "b") == repository / "a" / "edatool.toml"


def test_none_is_found_above_the_repository_or_outside_of_one_above_the_folder(repository: Path) -> None:
    (repository.parent / "edatool.toml").touch()
    assert find(repository / "a") is None
    (repository / ".git").rmdir()
    assert find(repository / "a") is None
    assert find(repository.parent) == repository.parent / "edatool.toml"


@pytest.mark.parametrize(
    "text", ["", "[tool.ruff]\n", "# [tool.edatool]\n", "[tool.edatool", "[project]\nname = 'edatool'\n"]
)
def test_a_pyproject_without_our_settings_is_passed_over(repository: Path, text: str) -> None:
    (repository / "edatool.toml").touch()
    (repository / "a" / "pyproject.toml").write_text(text)
    assert find(repository / "a") == repository / "edatool.toml"


def test_two_files_in_one_folder_are_refused(repository: Path) -> None:
    (repository / "edatool.toml").touch()
    (repository / "pyproject.toml").write_text("[tool.edatool]\n")
    with pytest.raises(WrongUsage, match="keep them in one"):
        find(repository)


def test_files_are_named_from_the_working_directory(repository: Path) -> None:
    (repository / "edatool.toml").write_text(
        "files = ['routes.yaml', '-', 'package:shop/routes.yaml']\nca = '/etc/ca.pem'\n"
    )
    found = read(repository / "edatool.toml", repository / "a")
    assert found.file == "../edatool.toml"
    assert found.values == {"files": ["../routes.yaml", "-", "package:shop/routes.yaml"], "ca": "/etc/ca.pem"}


def test_what_a_pyproject_says_in_its_table_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(SHARED)
    assert read(tmp_path / "pyproject.toml", tmp_path).values == {"files": ["routes.yaml"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\nbrokr = "amqp://a"\n', "edatool.toml:2:1: E101 unknown key 'brokr': did you mean 'broker'?"),
        ('"cert key" = "a"\n', "edatool.toml:1:1: E101 unknown key 'cert key': did you mean 'cert-key'?"),
        ("wait = 5\n", f"edatool.toml:1:1: E101 unknown key 'wait': known here: {', '.join(SETTINGS.fields)}"),
        ("[tool.edatool]\n", f"edatool.toml:1:2: E101 unknown key 'tool': known here: {', '.join(SETTINGS.fields)}"),
        ('color = "blue"\n', "edatool.toml:1:1: E103 color: auto, always or never is needed, not 'blue'"),
        ("rabbitmq = 4.3\n", "edatool.toml:1:1: E103 rabbitmq: a version in quotes, such as '4.3' is needed, not 4.3"),
        ("files = 'routes.yaml'\n", "edatool.toml:1:1: E103 files: a list is needed, not 'routes.yaml': "),
        ("files = []\n", "edatool.toml:1:1: E103 files: this list is empty: write at least one item"),
        ("broker = amqp\n", "edatool.toml:1:10: E601 this is not TOML: Invalid value"),
        ("broker = 'a'\nbroker = 'b'\n", "edatool.toml:2:13: E601 this is not TOML: Cannot overwrite a value"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    found = refused(text, tmp_path)
    assert [one[: len(said)] for one in found] == [said]


def test_a_place_in_a_pyproject_is_counted_from_its_begin(tmp_path: Path) -> None:
    found = refused(SHARED + "brokr = 'amqp://a'\n", tmp_path, "pyproject.toml")
    assert found == ["pyproject.toml:8:1: E101 unknown key 'brokr': did you mean 'broker'?"]


@pytest.mark.parametrize("text", ["tool.edatool = {brokr = 'a'}\n", "[tool]\nedatool.brokr = 'a'\n"])
def test_other_ways_to_write_a_table_count_too(tmp_path: Path, text: str) -> None:
    assert "unknown key 'brokr'" in refused(text, tmp_path, "pyproject.toml")[0]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    assert len(refused("colour = 'never'\nformat = 'xml'\nbroker = 'amqp://u:secret@h'\n", tmp_path)) == 3


@pytest.mark.parametrize("key", ["broker", "management"])
def test_a_password_is_refused_and_not_shown(tmp_path: Path, key: str) -> None:
    (said,) = refused(f"{key} = 'amqps://shop:hunter2@broker.example/shop'\n", tmp_path)
    assert said.startswith(f"edatool.toml:1:1: E602 {key} has a password in it")
    assert "EDATOOL_PASSWORD" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("content", [b"\xff", b"# " + b"x" * 2**20])
def test_what_cannot_be_read_is_a_finding(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "edatool.toml").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"edatool\.toml:1:1: E601"):
        read(tmp_path / "edatool.toml", tmp_path)


def test_the_page_has_all_keys() -> None:
    page = (Path(__file__).parents[2] / "docs" / "tasks" / "settings.md").read_text()
    table = page.partition("| key | says |")[2].partition("\n\n")[0]
    assert re.findall(r"`([a-z-]+)`(?=,| \|| beside)", re.sub(r"\|[^|]*\|$", "|", table, flags=re.MULTILINE)) == list(
        SETTINGS.fields
    )
