"""The pages of docs/ that are made of the code: ``make docs`` writes them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.pages import commands, findings, json_formats, python

DOCS = Path(__file__).parents[2] / "docs"


def made() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    return {
        "commands.md": commands.page(),
        "findings.md": findings.page(),
        **findings.pages(),
        "json.md": json_formats.page(),
        "python.md": python.page(),
    }


def kept(names: Iterable[str]) -> dict[str, str]:
    """Return the text of each page of these names that is there, and of any other in a folder where all are made."""
    files = {*map(DOCS.joinpath, names), *DOCS.glob("findings/*")}
    return {one.relative_to(DOCS).as_posix(): one.read_text() for one in files if one.exists()}


def written(pages: Mapping[str, str]) -> None:
    """Write the pages, and remove those that nothing makes any more."""
    for old in kept(pages).keys() - pages.keys():
        (DOCS / old).unlink()
    for name, text in pages.items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(text)


if __name__ == "__main__":
    written(made())
