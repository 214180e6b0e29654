"""edatool schema: the format of routes.yaml, for editors."""

import click


@click.command()
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

    click.echo(json.dumps(routes.schema(), indent=2))
    return 0
