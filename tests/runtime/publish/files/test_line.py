import io
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edatool.errors import WrongUsage
from edatool.runtime.publish.files import line
from edatool.runtime.publish.files.line import PayloadFile, PayloadLine, after, lines_of

CONTENTS = st.lists(st.binary(max_size=20) | st.sampled_from([b"a\nb\n", b"\n\n", b"\r\n"]), max_size=4)


def read(contents: list[bytes]) -> Iterator[PayloadLine]:
    return lines_of(PayloadFile(str(number), io.BytesIO(one)) for number, one in enumerate(contents))


@given(CONTENTS)
def test_every_line_that_is_not_empty_is_there_once(contents: list[bytes]) -> None:
    found = [(one.file, one.number, one.text) for one in read(contents)]
    assert found == [
        (str(number), nth, text.strip())
        for number, content in enumerate(contents)
        for nth, text in enumerate(io.BytesIO(content), 1)
        if text.strip()
    ]


@given(CONTENTS, st.data())
def test_behind_any_line_the_rest_is_the_same(contents: list[bytes], data: st.DataObject) -> None:
    every = list(read(contents))
    if every:
        number = data.draw(st.integers(0, len(every) - 1))
        last = every[number]
        assert list(after(read(contents), last.position, last.checksum)) == every[number + 1 :]
        with pytest.raises(WrongUsage, match="the same input"):
            after(read(contents), last.position, last.checksum ^ 1)
    assert list(after(read(contents), 0, 0)) == every


def test_bytes_and_checksum_count_everything_over_all_files() -> None:
    *_, last = read([b"a\n\n", b"bc"])
    assert (last.position, last.end, last.checksum) == (3, 5, zlib.crc32(b"a\n\nbc"))


def test_a_whole_file_is_one_payload_also_an_empty_one() -> None:
    (found,) = lines_of([PayloadFile("a.json", io.BytesIO(b"{\n}\n"), whole=True)])
    assert (found.text, found.number, found.place) == (b"{\n}", None, "a.json")
    assert [one.text for one in lines_of([PayloadFile("e", io.BytesIO(b""), whole=True)])] == [b""]


def test_the_end_of_a_line_that_is_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "LONGEST", 10)
    assert [one.text for one in read([b"x" * 35 + b"\n" + b"y" * 10 + b"\nz"])] == [b"x" * 10, b"y" * 10, b"z"]
