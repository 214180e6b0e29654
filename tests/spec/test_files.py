import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from edatool.spec.files import Unreadable, read_file
from edatool.spec.load import load
from edatool.spec.text.text import MAX_BYTES

HEAD = "edatool: 1\nname: shop\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a spec in another folder, as the current one."""
    inside = tmp_path / "spec"
    inside.mkdir()
    monkeypatch.chdir(inside)
    return inside


def pipe(path: str) -> None:
    os.mkfifo(path)


def device(path: str) -> None:
    os.symlink("/dev/zero", path)  # noqa: PTH211 - made by a plain function, like the others


def listener(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path)


def directory(path: str) -> None:
    Path(path).mkdir()


def large(path: str) -> None:
    with Path(path).open("wb") as file:
        file.truncate(MAX_BYTES + 1)


def loop(path: str) -> None:
    Path(path).symlink_to(path)


ODD = [
    (pipe, "is no regular file, but a device or a pipe: write what comes from it to a file"),
    (device, "is no regular file, but a device or a pipe: write what comes from it to a file"),
    (listener, "cannot be read: No such device or address"),
    (directory, "is a folder: name a file in it"),
    (large, f"is over {MAX_BYTES} bytes: split it"),
    (loop, "cannot be read: Too many levels of symbolic links"),
]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(("make", "said"), ODD, ids=[make.__name__ for make, _ in ODD])
def test_what_is_no_file_of_a_bounded_size_is_said_and_never_waited_for(make: Callable[[str], None], said: str) -> None:
    make("odd.yaml")
    with pytest.raises(Unreadable, match=f"^{said}$"):
        read_file("odd.yaml", MAX_BYTES)
    assert [str(one) for one in load(["odd.yaml"], {}).findings] == [f"odd.yaml:1:1: E001 odd.yaml {said}"]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("make", [pipe, listener, directory, large], ids=lambda make: str(make.__name__))
def test_an_include_of_what_is_no_file_is_said_where_it_is_named(make: Callable[[str], None]) -> None:
    make("odd.yaml")
    Path("r.yaml").write_text(HEAD + "include: [odd.yaml]\nbindings: [{queue: in-odd, exchange: x, key: a}]\n")
    (finding,) = load(["r.yaml"], {}).findings
    assert str(finding).startswith("r.yaml:3:11: E001 odd.yaml ")


def outside(folder: Path) -> str:
    (folder.parent / "secret").write_text("root: x\nname: hunter2\n")
    return "../secret"


def absolute(folder: Path) -> str:
    outside(folder)
    return str(folder.parent / "secret")


def linked(folder: Path) -> str:
    (folder / "harmless.yaml").symlink_to(folder.parent / outside(folder).removeprefix("../"))
    return "harmless.yaml"


def around(folder: Path) -> str:
    outside(folder)
    (folder / "teams").mkdir()
    return "teams/../../secret"


def endless(folder: Path) -> str:
    return "/dev/zero"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("make", [outside, absolute, linked, around, endless], ids=lambda make: str(make.__name__))
def test_nothing_outside_the_folder_of_the_spec_is_included(folder: Path, make: Callable[[Path], str]) -> None:
    name = make(folder)
    Path("r.yaml").write_text(HEAD + f"include: [{name}]\n")
    findings = load(["r.yaml"], {}).findings
    assert [(one.code, str(one.at)) for one in findings] == [("E010", "r.yaml:3:11")]
    assert findings[0].message.endswith("is outside the folder of the spec: move it inside")
    assert "hunter2" not in str(findings)


def test_an_included_file_may_include_from_the_whole_folder_of_the_spec(folder: Path) -> None:
    (folder / "teams").mkdir()
    Path("r.yaml").write_text(HEAD + "include: [teams/a.yaml]\n")
    Path("teams/a.yaml").write_text("include: [../b.yaml]\n")
    Path("b.yaml").write_text("queues: {b: {}}\n")
    loaded = load(["r.yaml"], {})
    assert (loaded.findings, set(loaded.spec.queues)) == ([], {"b"})
    assert {file.name for file in loaded.files} == {"r.yaml", "a.yaml", "b.yaml"}


def test_more_files_than_anybody_has_are_a_finding(folder: Path) -> None:
    for number in range(1001):
        Path(f"{number}.yaml").write_text("{}")
    Path("r.yaml").write_text(HEAD + f"include: [{', '.join(f'{number}.yaml' for number in range(1001))}]\n")
    findings = load(["r.yaml"], {}).findings
    assert {one.message for one in findings} == {"more than 1000 files are included: put some together"}


@pytest.mark.parametrize(
    ("content", "at", "said"),
    [
        (HEAD.encode("utf-16"), "1:1", "UTF-16 or UTF-32: save it as UTF-8"),
        (HEAD.encode("utf-16-le"), "1:1", "UTF-16 or UTF-32: save it as UTF-8"),
        (HEAD.encode("utf-32"), "1:1", "UTF-16 or UTF-32: save it as UTF-8"),
        (HEAD.encode() + b"vhost: caf\xe9\n", "3:11", "not UTF-8: save it as UTF-8"),
        (b"\xef\xbb\xbf" + HEAD.encode() + b"vhost: caf\xe9\n", "3:11", "not UTF-8: save it as UTF-8"),
    ],
)
def test_another_encoding_is_one_finding_where_it_begins(content: bytes, at: str, said: str) -> None:
    Path("r.yaml").write_bytes(content)
    assert [str(one) for one in load(["r.yaml"], {}).findings] == [f"r.yaml:{at}: E001 r.yaml is {said}"]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_ends_of_lines_and_a_byte_order_mark_do_not_matter(newline: str, mark: bytes) -> None:
    text = HEAD + "queues:\n  orders: {}\n  invoices: {typ: quorum}\n"
    Path("r.yaml").write_bytes(mark + text.replace("\n", newline).encode())
    assert [str(one) for one in load(["r.yaml"], {}).findings] == [
        "r.yaml:5:14: E101 unknown key 'typ': did you mean 'type'?"
    ]
