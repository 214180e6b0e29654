"""The pages of docs/reference, all of them made of the code: ``make docs`` writes them."""

from collections.abc import Mapping

from tests.pages import commands, environment, findings, json_formats, manual, python, spec_keys
from tests.pages.reading import MADE


def made() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    return {
        "commands.md": commands.page(),
        "findings.md": findings.page(),
        **findings.pages(),
        "edatool.1": manual.page(),
        "environment.md": environment.page(),
        "json.md": json_formats.page(),
        "python.md": python.page(),
        "spec.md": spec_keys.page(),
    }


def kept() -> dict[str, str]:
    """Return the text of each page that is there: all of docs/reference is made."""
    return {one.relative_to(MADE).as_posix(): one.read_text() for one in MADE.rglob("*") if one.is_file()}


def written(pages: Mapping[str, str]) -> None:
    """Write the pages, and remove those that nothing makes any more."""
    for old in kept().keys() - pages.keys():
        (MADE / old).unlink()
    for name, text in pages.items():
        (MADE / name).parent.mkdir(exist_ok=True)
        (MADE / name).write_text(text)


if __name__ == "__main__":
    written(made())
