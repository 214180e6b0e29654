"""Why a text is not YAML, in the words of the person who wrote it."""

import re
from collections.abc import Callable

import yaml

from edatool.frozen import frozen
from edatool.spec.hints import quoted
from edatool.spec.text.lines import LINE_BREAK

_NAME = r"[\w.$-]+"
_LONGEST = 60
_LONGEST_LINE = 1000


@frozen
class YamlFlaw:
    """What is wrong with a text, and where; line and column count from 1."""

    message: str
    line: int
    column: int


@frozen
class _Broken:
    """Where the parser stopped, and where that began which it was in; all count from 0."""

    lines: list[str]
    context: str
    problem: str
    line: int
    column: int
    from_line: int
    from_column: int

    @property
    def here(self) -> str:
        return self.lines[self.line]

    @property
    def before(self) -> str:
        """The nearest line above that holds more than blanks."""
        return next((one for one in reversed(self.lines[: self.line]) if one.strip()), "")

    @property
    def before_number(self) -> int:
        return next((i for i in range(self.line - 1, -1, -1) if self.lines[i].strip()), 0)


_CLOSED_BY = {"[": "]", "{": "}"}
_Reader = Callable[[_Broken], YamlFlaw | None]


def explain(error: yaml.MarkedYAMLError, text: str) -> YamlFlaw:
    """Say what keeps a text from being YAML, and the way out where it is a mistake that people make."""
    broken = _broken(error, LINE_BREAK.split(text))
    # Nobody writes longer lines by hand, and the readers would take their time.
    if max(len(broken.here), len(broken.before), len(broken.lines[broken.from_line])) <= _LONGEST_LINE:
        for reader in _READERS:
            if flaw := reader(broken):
                return flaw
    what = ", ".join(part for part in (broken.context, broken.problem) if part)
    return _flaw(f"this is not YAML: {what}", broken.line, broken.column)


def _broken(error: yaml.MarkedYAMLError, lines: list[str]) -> _Broken:
    mark = error.problem_mark or error.context_mark
    context = error.context_mark or mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    at_context = (context.line, context.column) if context else (0, 0)
    return _Broken(
        lines, error.context or "", error.problem or "", *_within(lines, line, column), *_within(lines, *at_context)
    )


def _within(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """Return a position that is in the text: what is missing at its end is told of its last line."""
    while line >= len(lines) or (line and not lines[line]):
        line, column = line - 1, len(lines[line - 1]) if line <= len(lines) else 0
    return line, min(column, len(lines[line]))


def _flaw(message: str, line: int, column: int) -> YamlFlaw:
    return YamlFlaw(message, line + 1, column + 1)


def _word(line: str, column: int) -> str:
    """Return the value that begins at a column, up to what ends it in YAML."""
    inside = any(
        line.count(opening, 0, column) > line.count(closing, 0, column) for opening, closing in _CLOSED_BY.items()
    )
    end = re.compile(r"[,\]}]|\s#" if inside else r"\s#|$").search(line, column)
    return line[column : end.start() if end else None].strip()


def _tab(broken: _Broken) -> YamlFlaw | None:
    indent = broken.here[: len(broken.here) - len(broken.here.lstrip())]
    if "\t" in indent and ("tab" in broken.problem or "cannot start any token" in broken.problem):
        return _flaw("a tab stands here: indent with spaces", broken.line, indent.index("\t"))
    return None


_BEGINS = {
    "while scanning an alias": "an alias",
    "while scanning an anchor": "an anchor",
    "while scanning a tag": "a tag",
    "while scanning a block scalar": "a text of several lines",
}


def _special(broken: _Broken) -> YamlFlaw | None:
    """A value that begins with what has a meaning in YAML: ``*.x``, ``&x``, ``!x``, ``>x``, ``@x``."""
    unfit = "cannot start any token" in broken.problem or "node content" in broken.problem
    if broken.context not in _BEGINS and not unfit:
        return None
    line, column = (broken.line, broken.column) if unfit else (broken.from_line, broken.from_column)
    word = _word(broken.lines[line], column) or broken.lines[line][column : column + 1]
    if not word:
        return None
    begins = f" begins {_BEGINS[broken.context]} in YAML" if broken.context in _BEGINS else " cannot begin a value"
    return _flaw(f"{word[0]}{begins}: if it belongs to a text, quote it, {quoted(word)}", line, column)


def _braces(broken: _Broken) -> YamlFlaw | None:
    """A key such as ``{region}.placed`` without quotes."""
    match = re.search(r"(?:^|[:,\[]|-\s)\s*(\{[\w.-]+\}[^\s,\]#]+)", broken.here)
    if match and broken.problem.startswith("did not find expected") and match.start(1) < broken.column:
        message = f"a value that begins with {{ is a mapping in YAML: quote it, {quoted(match[1])}"
        return _flaw(message, broken.line, match.start(1))
    return None


def _after_quotes(broken: _Broken) -> YamlFlaw | None:
    """Something behind the quote that ends a string: ``'it's'``."""
    match = re.search(r"(?:[:,\[]|-\s)\s*((['\"]).*?\2)(?=[^\s,\]}:#])", broken.here)
    if match and broken.problem.startswith("did not find expected") and match.end(1) <= broken.column:
        way_out = (
            "double it if it belongs to the text, ''" if match[2] == "'" else 'write \\" if it belongs to the text'
        )
        return _flaw(f"this {match[2]} ends the string: {way_out}", broken.line, match.end(1) - 1)
    return None


def _second_colon(broken: _Broken) -> YamlFlaw | None:
    if not broken.problem.startswith("mapping values are not allowed"):
        return None
    if dash := re.match(r"\s*-(?=[^\s-])", broken.here):
        word = broken.here[dash.end() :].strip()
        return _flaw(f"a blank is missing behind the dash: write - {word[:_LONGEST]}", broken.line, dash.end() - 1)
    name = re.fullmatch(rf"(\s*)(?:- )?({_NAME})\s*", broken.before)
    glued = re.fullmatch(rf"(\s*(?:- )?)({_NAME}):(\S.*)", broken.before)
    if glued and "//" not in glued[3][:2]:
        message = f"a blank is missing behind the colon: write {glued[2]}: {glued[3][:_LONGEST]}"
        return _flaw(message, broken.before_number, len(glued[1]) + len(glued[2]))
    if name:
        message = f"a colon is missing behind {name[2]}: write {name[2][:_LONGEST]}:"
        return _flaw(message, broken.before_number, len(name[1]))
    two = re.match(rf"\s*(?:- )?{_NAME}:\s+(\S.*)", broken.here)
    if two and two.start(1) <= broken.column:
        return _flaw(f"a second colon in one line: quote the value, {quoted(two[1])}", broken.line, two.start(1))
    message = (
        f"this line is indented deeper than line {broken.before_number + 1}, which has a value already: align them"
    )
    return _flaw(message, broken.line, len(broken.here) - len(broken.here.lstrip()))


def _no_colon(broken: _Broken) -> YamlFlaw | None:
    if "could not find expected ':'" not in broken.problem:
        return None
    line, column = broken.from_line, broken.from_column
    word = broken.lines[line][column:].strip()
    if glued := re.match(rf"({_NAME}):(?=[^\s:])", word):
        message = f"a blank is missing behind the colon: write {glued[1]}: {word[glued.end() :][:_LONGEST]}"
        return _flaw(message, line, column + len(glued[1]))
    if re.match(r"-\w", word):
        return _flaw(f"a blank is missing behind the dash: write - {word[1:_LONGEST]}", line, column)
    return _flaw(f"a colon is missing behind {word[:_LONGEST]!r}: write key: value", line, column)


def _unclosed(broken: _Broken) -> YamlFlaw | None:
    """A bracket or a quote that is never closed."""
    if broken.context == "while parsing a flow node" and not broken.here[broken.column :].strip():
        return _flaw("a [ or { is not closed before the end: close it", broken.line, broken.column)
    opening = broken.lines[broken.from_line][broken.from_column : broken.from_column + 1]
    if broken.context.startswith("while parsing a flow") and opening in _CLOSED_BY:
        began = f"the {opening} of line {broken.from_line + 1}, column {broken.from_column + 1}"
        message = f"{began} is not closed before here: write {_CLOSED_BY[opening]}, or a comma between two items"
        return _flaw(message, broken.line, broken.column)
    if broken.context == "while scanning a quoted scalar" and opening in ("'", '"'):
        return _flaw(f"the {opening} that stands here is never closed: close it", broken.from_line, broken.from_column)
    return None


def _closed_twice(broken: _Broken) -> YamlFlaw | None:
    found = broken.here[broken.column : broken.column + 1]
    if found in ("]", "}") and broken.problem.startswith("did not find expected"):
        return _flaw(f"this {found} closes nothing: remove it", broken.line, broken.column)
    return None


def _escape(broken: _Broken) -> YamlFlaw | None:
    if "escape" not in broken.problem:
        return None
    if "Unicode" in broken.problem:
        message = "this escape is no character, or half of one as JSON has them: write the character itself"
        return _flaw(message, broken.line, broken.column)
    message = "\\ begins an escape within double quotes: use single quotes, or double it"
    return _flaw(message, broken.line, max(broken.column - 1, 0))


def _indentation(broken: _Broken) -> YamlFlaw | None:
    """A line that stands neither where the one above does nor deeper."""
    indent = len(broken.here) - len(broken.here.lstrip())
    if broken.column != indent:
        return None
    if "'-' indicator" in broken.problem:
        message = (
            f"a list began in line {broken.from_line + 1}, and this is no item of it: begin it with -, or indent it"
        )
        return _flaw(message, broken.line, indent)
    if "expected key" in broken.problem and broken.here.lstrip().startswith("- "):
        message = "an item of a list among keys: indent it below the key that it belongs to"
        return _flaw(message, broken.line, indent)
    if "expected key" in broken.problem or "<document start>" in broken.problem:
        message = "the indentation of this line fits no line above: align it with the others"
        return _flaw(message, broken.line, indent)
    return None


_READERS: tuple[_Reader, ...] = (
    _tab,
    _braces,
    _after_quotes,
    _special,
    _second_colon,
    _no_colon,
    _unclosed,
    _closed_twice,
    _escape,
    _indentation,
)
