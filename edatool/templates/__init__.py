"""What a spec can begin with, as files: a folder for each part of a template.

A name that begins with ``dot_`` stands for one that begins with a dot, which ``ls`` would not show.
"""

import re
from collections.abc import Mapping
from pathlib import Path

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "minimal": ("minimal",),
    "shop": ("shop", "services"),
    "ci": ("minimal", "ci"),
}
"""The folders of each template."""

_HERE = Path(__file__).parent


def files_of(template: str) -> dict[str, str]:
    """Return the text of each file of a template, by the path that it is to have."""
    folders = [_HERE / folder for folder in TEMPLATES[template]]
    return {
        re.sub(r"(^|/)dot_", r"\1.", file.relative_to(folder).as_posix()): file.read_text(encoding="utf-8")
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix != ".pyc"  # pip compiles the programs among them
    }
