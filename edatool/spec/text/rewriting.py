"""Files that get another text, and keep all else that they have."""

from codecs import BOM_UTF8

from edatool.errors import WrongUsage
from edatool.frozen import frozen
from edatool.new_file import new_file
from edatool.spec.files import Unreadable, read_file
from edatool.spec.text.text import MAX_BYTES


@frozen
class Rewritten:
    """A file, the text that it has, and the one that it is to get; both without a byte order mark."""

    file: str
    before: str
    after: str


def rewrite(one: Rewritten) -> None:
    """Give a file its new text: it gets that as a whole or not at all, and keeps its mode and its byte order mark.

    A symbolic link stays one, and what it leads to is written.

    Raises:
        WrongUsage: it cannot be read or written, or has got another text in the meantime.
    """
    try:
        raw = read_file(one.file, MAX_BYTES)
    except Unreadable as error:
        raise WrongUsage(f"{one.file} {error}") from None
    mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
    if raw != mark + one.before.encode():
        raise WrongUsage(f"{one.file} has changed in the meantime: run it again")
    with new_file(one.file, force=True) as file:
        file.buffer.write(mark + one.after.encode())
