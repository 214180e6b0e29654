"""Findings for people."""

from collections.abc import Iterator

from edatool.findings import Finding
from edatool.render.findings.excerpt import excerpt
from edatool.render.findings.shown import ShownFindings
from edatool.render.paint import Paint, unpainted
from edatool.visible import visible

_COLOURS = {"error": "red", "warning": "yellow"}


def text(shown: ShownFindings) -> str:
    """Return a line for each finding, as compilers print them, and below it the line of the file with its place."""
    return "\n".join(line for one in shown.findings for line in _lines(one, shown, shown.paint))


def text_of(one: Finding, shown: ShownFindings) -> str:
    """Return the same of one of them, without colours."""
    return "\n".join(_lines(one, shown, unpainted))


def _lines(one: Finding, shown: ShownFindings, paint: Paint) -> Iterator[str]:
    colour = _COLOURS[one.severity]
    yield str(one).replace(one.code, paint(one.code, colour), 1)
    line = shown.line(one.at)
    if one.at and line and not line.isspace():
        number = f"{one.at.line:>5}"
        written, mark = excerpt(line, one.at.column, shown.width - len(number) - len(" | "))
        yield f"{number} | {written}".rstrip()
        yield f"{' ' * len(number)} | {paint(mark, colour)}"
    if one.fix:
        yield visible(f"      = fix: {one.fix.description}")
