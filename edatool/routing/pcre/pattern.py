"""Patterns of policies and permissions, as RabbitMQ matches them: PCRE on the bytes of names, without Unicode.

What counts as a letter depends on the broker's Erlang: up to OTP 27 it asks the tables of ISO 8859-1, from OTP 28 on
those of ASCII (measured on 25, 27 and 29, byte by byte).
"""

import re
from collections.abc import Callable
from dataclasses import field
from functools import partial

from edatool.errors import InvalidInput
from edatool.findings import Finding
from edatool.frozen import frozen
from edatool.routing.pcre.errors import Unsupported

_REPEATS = re.compile(rb"[*+{]")
_REPEATED_GROUP = re.compile(rb"\)[*+{]")
SECONDS = 0.5
"""The longest time to try one name; RabbitMQ gives up after ten million steps, and takes that for no match."""


Search = Callable[[bytes], object]
"""Finds a pattern in bytes, or returns None."""


@frozen
class Pattern:
    """A pattern that is looked for anywhere in a name."""

    text: str
    _ascii: Search = field(repr=False, compare=False)
    _latin1: Search = field(repr=False, compare=False)

    @property
    def may_take_long(self) -> bool:
        """Whether there may be names that take too long."""
        return any(isinstance(one, partial) for one in (self._ascii, self._latin1))

    def matches(self, name: str) -> bool:
        """Say whether RabbitMQ finds the pattern in a name, on Erlang/OTP 28 or later.

        Raises:
            InvalidInput: that takes too long.
        """
        return self._found(self._ascii, name)

    def depends_on_erlang(self, name: str) -> bool:
        """Say whether it is found, or not found, on older Erlangs only.

        Raises:
            InvalidInput: that takes too long.
        """
        if name.isascii() or self._latin1 is self._ascii:
            return False
        return self._found(self._latin1, name) != self._found(self._ascii, name)

    def _found(self, search: Search, name: str) -> bool:
        try:
            return search(_bytes(name)) is not None
        except TimeoutError:
            message = f"the pattern {self.text!r} takes too long on the name {name!r}: repeat nothing that repeats"
            raise InvalidInput([Finding("E288", message)]) from None


def compile_pattern(text: str) -> Pattern:
    """Read a pattern of a policy or a permission.

    Raises:
        PatternError: RabbitMQ refuses it.
        Unsupported: it has a part that cannot be judged here.
    """
    # Here, for few specs have a policy.
    import regex  # noqa: PLC0415

    from edatool.routing.pcre.tables import ASCII, LATIN_1  # noqa: PLC0415
    from edatool.routing.pcre.translation import translate  # noqa: PLC0415

    modern, older = (translate(_bytes(text), tables) for tables in (ASCII, LATIN_1))
    try:
        search = _search(modern)
        return Pattern(text, search, search if older == modern else _search(older))
    except (re.error, regex.error) as error:
        raise Unsupported(str(error)) from None


def _search(translated: bytes) -> Search:
    if len(_REPEATS.findall(translated)) < 2 and not _REPEATED_GROUP.search(translated):
        # Nothing takes long that repeats one set of bytes, and Python's own engine is the faster one.
        return re.compile(translated).search
    import regex  # noqa: PLC0415 - as above

    return partial(regex.compile(translated).search, timeout=SECONDS)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
