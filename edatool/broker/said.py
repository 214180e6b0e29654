"""The words with which RabbitMQ refuses."""

import re

_LONGEST = 500


def said(text: str) -> str:
    """Return words of the broker as they are meant: without HTML's entities, Erlang's binaries and line breaks."""
    from html import unescape  # noqa: PLC0415 - it has all names of HTML, and refusals are rare

    plain = re.sub(r'<<"(.*?)">>', r"'\1'", unescape(text))
    return ": ".join(" ".join(line.split()) for line in plain.splitlines() if line.strip())[:_LONGEST]
