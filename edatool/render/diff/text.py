"""A diff for people."""

from collections.abc import Iterator

from edatool.render.diff.sections import sections
from edatool.render.diff.shown import ShownDiff
from edatool.render.plan.fates import COLOURS
from edatool.render.plan.text import with_sections
from edatool.render.wrapped import wrapped


def text(shown: ShownDiff) -> str:
    """Return the plan, with what differs besides before its counts."""
    return with_sections(shown.plan, _sections(shown))


def _sections(shown: ShownDiff) -> Iterator[list[str]]:
    paint, width = shown.plan.paint, shown.plan.width
    for heading, lines in sections(shown.diff):
        if lines:
            told = [(line[0], part) for line in lines for part in wrapped(f"  {line}", width)]
            yield [heading, *(paint(part, COLOURS.get(mark, "yellow")) for mark, part in told)]
