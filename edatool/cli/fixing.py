"""What can be fixed in specs: written, or only shown."""

from collections.abc import Sequence

import edatool
from edatool.cli.telling import tell
from edatool.cli.writing import write
from edatool.counted import counted


def fix_specs(specs: Sequence[tuple[str, ...]], rabbitmq: str | None, profile: str | None) -> None:
    """Write the files that have something to fix, and tell what was fixed."""
    for spec in specs:
        for one in edatool.fix(*spec, rabbitmq=rabbitmq, profile=profile).fixed:
            tell(f"{one.at}: {one.code} fixed: {one.fix.description if one.fix else ''}")


def show_fixes(specs: Sequence[tuple[str, ...]], rabbitmq: str | None, profile: str | None) -> int:
    """Print what fixing would change; return 1 where that is something, or errors would be left."""
    from edatool.render.difference import difference

    done = [edatool.fix(*spec, rabbitmq=rabbitmq, profile=profile, write=False) for spec in specs]
    # Specs that share a file have what is wrong in it in common.
    files = {one.file: one for each in done for one in each.files}
    fixed = {one for each in done for one in each.fixed}
    left = {one for each in done for one in each.left}
    if files:
        write(difference(files.values()))
    tell(f"{counted(len(fixed), 'finding')} can be fixed, {len(left)} cannot")
    return 1 if files or any(one.is_error for one in left) else 0
