"""The canonical layout of a routes.yaml.

- Blocks are indented by two blanks, items of a list too, and one blank stands behind a dash: as ``edatool init`` and
  ``edatool import`` write.
- Sections stand in the order of the reference, with a blank line around each that takes several lines. Comments above
  one move with it; those above the first are about the file, and stay.
- No line ends in blanks, no two blank lines follow each other, and the last line is ended.

Quotes, brackets, where lines break, and the order of names within a section are their author's: they say what belongs
together. A step that would change what the text means is left out.
"""

import re

from edatool.findings import Finding
from edatool.spec.canonical.indentation import indented
from edatool.spec.canonical.sections import in_order
from edatool.spec.canonical.spacing import spaced, trimmed
from edatool.spec.same_json import same_json
from edatool.spec.text import text
from edatool.spec.yaml_document import YamlDocument

_OTHER_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
"""Ends of lines for YAML that most editors do not take for any."""


def canonical(content: str) -> str:
    """Return a text in the canonical layout, which means the same; as it is where it is no YAML."""
    if _OTHER_BREAKS.search(content) or not _read(content)[0].whole:
        return content
    # Blanks that nobody sees, tabs too, could mean something elsewhere: they go before lines move. What comes first
    # brings those above it along.
    for step in (_ended, trimmed, indented, in_order, trimmed, spaced):
        after = step(content)
        content = after if _means_the_same(content, after) else content
    return content


def _ended(content: str) -> str:
    above, _, last = content.rpartition("\n")
    if not last.strip(" \t"):
        # To end these blanks would make a line of them, which counts in a text that keeps the blank lines at its end.
        return content.removesuffix(last)
    return content + ("\r\n" if above.endswith("\r") else "\n")


def _means_the_same(before: str, after: str) -> bool:
    (one, wrong), (other, wrong_after) = _read(before), _read(after)
    return before == after or (len(wrong) == len(wrong_after) and same_json(one.value, other.value))


def _read(content: str) -> tuple[YamlDocument, list[Finding]]:
    return text.read(content, "", None)
