"""edatool graph: a picture of what a spec declares."""

from typing import TYPE_CHECKING

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.options import format_option, load_spec, spec_option
from edatool.cli.writing import output_option, write
from edatool.render.graph import FORMATS

if TYPE_CHECKING:
    from edatool.render.graph import TextFormat


@click.command(cls=Command)
@spec_option
@format_option(FORMATS)
@output_option
def graph(*, files: tuple[str, ...], output: "TextFormat") -> int:
    """Draw who sends what, where it goes, and who reads it; dead letters and retries, too.

    SVG stands by itself, light or dark as its reader has it.

    \b
    Example:
      edatool graph -o routes.svg
      edatool graph --format mermaid
      edatool graph --format dot | dot -Tpdf > routes.pdf
    """
    write(edatool.draw(edatool.graph(load_spec(files)), output), nl=False)
    return 0
