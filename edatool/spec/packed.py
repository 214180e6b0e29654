"""Long texts as they lie on the broker, in global parameters: compressed, in base64."""

import base64
import zlib


def pack(text: str) -> str:
    """Return a text in its packed form."""
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def unpack(packed: str, most: int) -> bytes:
    """Return the text, in UTF-8, of at most so many bytes: a few kilobytes might else become gigabytes.

    Raises:
        ValueError: it is not packed as it should be, or larger.
    """
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(base64.b64decode(packed, validate=True), most)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unpacking.eof:
        raise ValueError(f"it is over {most} bytes, or cut off")
    return text
