"""A pattern of PCRE translated for ``regex``: every atom into the set of bytes that it stands for."""

from collections.abc import Iterable
from dataclasses import replace

import regex

from edatool.frozen import frozen
from edatool.routing.pcre.errors import PatternError, Unsupported
from edatool.routing.pcre.tables import ALL, DIGIT, HORIZONTAL, SPACE, VERTICAL, Tables

MOST_REPEATS = 65535
"""The limit of PCRE."""
MOST_LEVELS = 50


_CONTROLS = {ord("a"): 7, ord("e"): 27, ord("f"): 12, ord("n"): 10, ord("r"): 13, ord("t"): 9}
_NEWLINE = rb"(?>\r\n|[\n\x0b\x0c\r\x85])"
_LOOKING = (b"?=", b"?!", b"?<=", b"?<!")

_QUOTED = regex.compile(rb"\\Q(.*?)(?:\\E|\Z)|\\.", regex.DOTALL)
_BAR, _CLOSING, _BACKSLASH = (regex.compile(one) for one in (rb"\|", rb"\)", rb"\\"))
_NEGATION, _BRACKET, _TO, _BACKSPACE = (regex.compile(one) for one in (rb"\^", rb"\]", rb"-(?=[^\]])", b"b"))
_OPTIONS = regex.compile(rb"\(\?([ims]*)(?:-([ims]+))?\)")
_GROUP = regex.compile(
    rb"\?(?:P?<(?P<name>[A-Za-z_]\w*)>|'(?P<name>[A-Za-z_]\w*)'|(?P<on>[ims]*)(?:-(?P<off>[ims]+))?:|=|!|<=|<!|>)"
    rb"|(?![?*])"
)
_QUANTIFIER = regex.compile(rb"(?:[*+?]|\{(?P<least>\d+)(?:,(?P<most>\d*))?\})[+?]?")
_LATER_QUANTIFIER = regex.compile(rb"\{[ \t\d,]*\d[ \t\d,]*\}")
_SHORTHAND = regex.compile(rb"[dwshvDWSHV]")
_ASSERTION = regex.compile(rb"[AGzZbB]")
_ANY_NEWLINE, _NO_NEWLINE = regex.compile(b"R"), regex.compile(rb"N(?!\{)")
_BACK_REFERENCE = regex.compile(rb"[1-9](?!\d)")
_CODE = regex.compile(rb"x\{(?P<braced>[0-9A-Fa-f]+)\}|x(?P<hex>[0-9A-Fa-f]{1,2})|(?P<octal>0[0-7]{0,2})")
_POSIX = regex.compile(rb"\[:(\^?)([a-z]+):\]")
_NAMED = regex.compile(rb"\[([.=:])[^\]\\]*?\1\]")
"""What looks like a class or a collating element, and stands outside of brackets or is none."""


@frozen
class _Modes:
    """The options in force: case is ignored, the dot takes newlines, ``^`` and ``$`` also mean lines."""

    i: bool = False
    s: bool = False
    m: bool = False

    def changed(self, on: str, off: str) -> "_Modes":
        return replace(self, **dict.fromkeys(on, True), **dict.fromkeys(off, False))


def translate(text: bytes, tables: Tables) -> bytes:
    """Return a pattern for ``regex`` that finds the same in bytes.

    Raises:
        PatternError: RabbitMQ refuses it.
        Unsupported: it has a part that cannot be translated.
    """
    if text.startswith(b"(*"):
        raise Unsupported("a verb such as (*UCP)")
    return _Translation(text, tables).whole()


class _Translation:
    """One pattern on its way; ``at`` is the next byte to read."""

    def __init__(self, text: bytes, tables: Tables) -> None:
        self.text, self.tables, self.at = _QUOTED.sub(_unquoted, text), tables, 0
        self.names: set[bytes] = set()
        self.depth = 0

    def whole(self) -> bytes:
        translated = self.alternatives(_Modes())
        if self.at < len(self.text):
            raise PatternError("a closing parenthesis without an opening one")
        return translated

    def alternatives(self, modes: _Modes) -> bytes:
        """Read up to the end of the group; options that are set in it hold up to there."""
        pieces: list[bytes] = []
        while self.at < len(self.text) and self.text[self.at] != ord(")"):
            if options := self.taken(_OPTIONS):
                modes = modes.changed(options[1].decode(), (options[2] or b"").decode())
            elif self.taken(_BAR):
                pieces.append(b"|")
            else:
                pieces.append(self.item(modes))
        return b"".join(pieces)

    def item(self, modes: _Modes) -> bytes:
        """Read an atom with its quantifier, or an assertion."""
        if self.taken(_QUANTIFIER):
            raise PatternError("a quantifier that follows nothing it could repeat")
        if self.taken(_NAMED):
            raise PatternError("a class outside of brackets")
        if self.taken(_LATER_QUANTIFIER):
            raise Unsupported("a quantifier that only later versions of PCRE have")
        byte = self.text[self.at : self.at + 1]
        self.at += 1
        match byte:
            case b"(":
                return self.group(modes)
            case b"\\":
                return self.escape(modes)
            case b"^":
                return self.assertion(rb"(?:\A|(?<=\n)(?!\Z))" if modes.m else rb"\A")
            case b"$":
                return self.assertion(rb"(?=\n|\Z)" if modes.m else rb"(?=\n?\Z)")
            case b".":
                return self.quantified(_emitted(ALL if modes.s else ALL - {10}))
            case b"[":
                return self.quantified(_emitted(self.bracketed(modes)))
        return self.quantified(_emitted(self.cased({byte[0]}, modes)))

    def group(self, modes: _Modes) -> bytes:
        """Read a group, whose parenthesis has been read."""
        kind = self.taken(_GROUP)
        if kind is None:
            raise Unsupported(f"the group ({_shown(self.text[self.at : self.at + 2])}")
        opening, scoped = kind[0], modes
        if kind["on"] is not None:
            scoped = modes.changed(kind["on"].decode(), (kind["off"] or b"").decode())
            opening = b"?:"
        elif kind["name"]:
            opening = b""
            if kind["name"] in self.names:
                raise PatternError(f"two groups of the name {_shown(kind['name'])}")
            self.names.add(kind["name"])
        self.depth += 1
        if self.depth > MOST_LEVELS:
            raise Unsupported(f"groups nested more than {MOST_LEVELS} deep")
        inside = self.alternatives(scoped)
        self.depth -= 1
        if not self.taken(_CLOSING):
            raise PatternError("an opening parenthesis without a closing one")
        translated = b"(" + opening + inside + b")"
        return self.assertion(translated) if opening in _LOOKING else self.quantified(translated)

    def escape(self, modes: _Modes) -> bytes:
        """Read what follows a backslash outside of brackets."""
        if (shorthand := self.shorthand()) is not None:
            return self.quantified(_emitted(shorthand))
        if assertion := self.taken(_ASSERTION):
            return self.assertion(self.asserted(assertion[0]))
        if self.taken(_ANY_NEWLINE):
            return self.quantified(_NEWLINE)
        if self.taken(_NO_NEWLINE):
            return self.quantified(_emitted(ALL - {10}))
        if back := self.taken(_BACK_REFERENCE):
            if modes.i:
                raise Unsupported("a back reference that ignores case")
            return self.quantified(b"(?:\\" + back[0] + b")")
        return self.quantified(_emitted(self.cased({self.character()}, modes)))

    def asserted(self, letter: bytes) -> bytes:
        word = _emitted(self.tables.word)
        match letter:
            case b"A" | b"G":  # a search begins at the start of the name
                return rb"\A"
            case b"z":
                return rb"\Z"
            case b"Z":
                return rb"(?=\n?\Z)"
            case b"b":
                return b"(?:(?<=%b)(?!%b)|(?<!%b)(?=%b))" % (word, word, word, word)
        return b"(?:(?<=%b)(?=%b)|(?<!%b)(?!%b))" % (word, word, word, word)

    def shorthand(self) -> frozenset[int] | None:
        """Read what stands for a set of bytes after a backslash."""
        sets = {"d": DIGIT, "w": self.tables.word, "s": SPACE, "h": HORIZONTAL, "v": VERTICAL}
        letter = self.taken(_SHORTHAND)
        if letter is None:
            return None
        some = sets[letter[0].decode().lower()]
        return ALL - some if letter[0].isupper() else some

    def character(self) -> int:
        """Read what stands for one byte after a backslash."""
        if code := self.taken(_CODE):
            digits, base = (code["octal"], 8) if code["octal"] else (code["braced"] or code["hex"], 16)
            if int(digits, base) > 255:
                raise PatternError("a character over 255")
            return int(digits, base)
        if self.at == len(self.text):
            raise PatternError("a backslash at the end")
        byte = self.text[self.at]
        self.at += 1
        if byte in _CONTROLS:
            return _CONTROLS[byte]
        if byte < 128 and chr(byte).isalnum():
            raise Unsupported(f"\\{chr(byte)}")
        return byte

    def bracketed(self, modes: _Modes) -> frozenset[int]:
        """Read a set in brackets, of which the first one has been read."""
        is_negated = self.taken(_NEGATION) is not None
        found: frozenset[int] = frozenset()
        is_first = True
        while is_first or not self.taken(_BRACKET):
            is_first = False
            found |= self.cased(self.member(), modes)
        return ALL - found if is_negated else found

    def member(self) -> frozenset[int]:
        """Read a class, a character, or a range of them in brackets."""
        if self.at == len(self.text):
            raise PatternError("a bracket without a closing one")
        if posix := self.taken(_POSIX):
            if posix[2].decode() not in self.tables.classes:
                raise PatternError(f"{_shown(posix[0])} is no POSIX class")
            some = self.tables.classes[posix[2].decode()]
            return self.not_ranged(ALL - some if posix[1] else some)
        if self.taken(_NAMED):
            raise PatternError("a collating element")
        if self.taken(_BACKSLASH):
            if (shorthand := self.shorthand()) is not None:
                return self.not_ranged(shorthand)
            first = 8 if self.taken(_BACKSPACE) else self.character()
        else:
            first = self.text[self.at]
            self.at += 1
        return self.ranged(first)

    def ranged(self, first: int) -> frozenset[int]:
        if not self.taken(_TO):
            return frozenset({first})
        if self.taken(_BACKSLASH):
            if self.taken(_SHORTHAND):
                raise Unsupported("a range that ends in a class")
            last = 8 if self.taken(_BACKSPACE) else self.character()
        elif _POSIX.match(self.text, self.at):
            raise Unsupported("a range that ends in a class")
        else:
            last = self.text[self.at]
            self.at += 1
        if last < first:
            raise PatternError("a range out of order")
        return frozenset(range(first, last + 1))

    def not_ranged(self, some: frozenset[int]) -> frozenset[int]:
        if self.text[self.at : self.at + 1] == b"-" and self.text[self.at + 1 : self.at + 2] not in (b"]", b""):
            raise Unsupported("a range that begins with a class")
        return some

    def quantified(self, atom: bytes) -> bytes:
        """Add the quantifier that follows an atom."""
        quantifier = self.taken(_QUANTIFIER)
        if quantifier is None:
            return atom
        least = int(quantifier["least"] or 0)
        most = int(quantifier["most"] or least)
        if max(least, most) > MOST_REPEATS:
            raise PatternError(f"a quantifier over {MOST_REPEATS}")
        if most < least:
            raise PatternError("a quantifier out of order")
        return atom + quantifier[0]

    def assertion(self, translated: bytes) -> bytes:
        if _QUANTIFIER.match(self.text, self.at):
            raise Unsupported("an assertion that is repeated")
        return translated

    def cased(self, some: Iterable[int], modes: _Modes) -> frozenset[int]:
        return self.tables.both_cases(some) if modes.i else frozenset(some)

    def taken(self, what: "regex.Pattern[bytes]") -> "regex.Match[bytes] | None":
        """Go past what comes next if it is this."""
        found = what.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found


def _unquoted(quoted: "regex.Match[bytes]") -> bytes:
    """Write what stands between \\Q and \\E as codes, and leave any other escape."""
    if quoted[0].startswith(rb"\Q"):
        return b"".join(b"\\x%02x" % byte for byte in quoted[1])
    return b"" if quoted[0] == rb"\E" else quoted[0]


def _emitted(some: frozenset[int]) -> bytes:
    """Return what matches one byte of a set."""
    if len(some) == 1:
        return b"\\x%02x" % next(iter(some))
    if not some:
        return b"(?!)"
    return b"[" + b"".join(b"\\x%02x" % byte for byte in sorted(some)) + b"]"


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "replace")
