"""The pages of docs/ that are made of the code: ``make docs`` writes them."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.pages import commands, findings, json_formats, python

DOCS = Path(__file__).parents[2] / "docs"
PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "findings.md": findings.page,
    "json.md": json_formats.page,
    "python.md": python.page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())
