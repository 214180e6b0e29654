"""edatool docs: the spec as a site for people."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.options import load_spec, profile_option, spec_option
from edatool.cli.telling import tell
from edatool.cli.writing import force_option


@click.command(cls=Command)
@spec_option
@click.option(
    "-o", "--output", "folder", type=FILE_NAME, metavar="FOLDER", required=True, help="Write the site into this folder."
)
@profile_option
@force_option
def docs(*, files: tuple[str, ...], folder: str, profile: str | None) -> int:
    """Write a site that shows the spec: what events there are, where they go and why, and what reads which field.

    It opens from the disk and from any web server, and asks nothing of either. What an earlier run left in the folder
    is replaced; files of others stay.

    \b
    Example:
      edatool docs -o site
    """
    written = edatool.write_docs(edatool.docs(load_spec(files, profile=profile)), folder, force=asked().force)
    tell(f"{folder}: {written} files; open {folder}/index.html")
    return 0
