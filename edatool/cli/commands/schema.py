"""edatool schema: the format of routes.yaml, for editors."""

import click

from edatool.cli.command import Command
from edatool.cli.writing import output_option, write


@click.command(cls=Command)
@output_option
def schema() -> int:
    """Print the JSON Schema of routes.yaml, from which editors complete and check.

    \b
    Example:
      edatool schema > routes.schema.json
      # then, as the first line of routes.yaml:
      # yaml-language-server: $schema=routes.schema.json
    """
    import json

    from edatool.spec import format as routes

    write(json.dumps(routes.schema(), indent=2))
    return 0
