"""The pages that people read, and what stands in them: links, anchors, blocks."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAP = ROOT / "docs" / "README.md"
MADE = MAP.parent / "reference"
"""Where all pages are made of the code."""
_FENCED = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?![a-z]+:)([^)\s]+)\)")


def pages() -> list[Path]:
    """Return every page: those of docs/, and those that lie beside it."""
    return [
        *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
        *sorted(MAP.parent.rglob("*.md")),
    ]


def written_by_hand() -> list[Path]:
    """Return the pages that stand for themselves: neither made of the code, nor a record of what was."""
    return [page for page in pages() if not page.is_relative_to(MADE) and page.name != "CHANGELOG.md"]


def links(page: Path) -> list[tuple[str, Path, str]]:
    """Return the links to files of this repository: as written, the file, and the anchor in it (mostly empty)."""
    found = []
    for link in _LINK.findall(_prose(page)):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        found.append((link, target / "README.md" if target.is_dir() else target, anchor))
    return found


def anchors(page: Path) -> set[str]:
    """Return the anchors that code hosts make of a page's headings."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#+ (.*)$", _prose(page), re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found


def _prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text())
