"""The text of a file."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from edatool.spec.text.lines import line_and_column

_UTF_16 = (BOM_UTF16_LE, BOM_UTF16_BE)


class Undecoded(Exception):
    """Why bytes are no text, in words that go on behind the name of the file, and where."""

    def __init__(self, what: str, line: int = 1, column: int = 1) -> None:
        self.line, self.column = line, column
        super().__init__(what)


def decoded(raw: bytes) -> str:
    """Return the text of a file in UTF-8, without a byte order mark.

    Raises:
        Undecoded: it is in another encoding.
    """
    raw = raw.removeprefix(BOM_UTF8)
    if raw.startswith(_UTF_16) or b"\0" in raw[:4]:
        raise Undecoded("UTF-16 or UTF-32")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        raise Undecoded("not UTF-8", *line_and_column(before, len(before))) from None
