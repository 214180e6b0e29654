"""edatool schema: the format of routes.yaml for editors, and those of outputs for programs."""

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.file_name import FILE_NAME
from edatool.cli.writing import output_option, write
from edatool.errors import WrongUsage
from edatool.render.schemas import OUTPUTS


@click.command(cls=Command)
@click.option(
    "--of",
    type=click.Choice(["routes", *OUTPUTS]),
    default="routes",
    show_default=True,
    metavar="NAME",
    help=f"routes.yaml, or what a command prints with --format json: {', '.join(OUTPUTS)}.",
)
@click.option(
    "--publish",
    type=FILE_NAME,
    metavar="FOLDER",
    help="Write all of them into this folder; it is made if need be.",
)
@click.option("--url", metavar="URL", help="Where they will be served from: each gets its $id by it.")
@output_option
def schema(of: str, publish: str | None, url: str | None) -> int:
    """Print the JSON Schema of routes.yaml, from which editors complete and check, or that of an output.

    \b
    Example:
      edatool schema -o routes.schema.json
      # then, as the first line of routes.yaml:
      # yaml-language-server: $schema=routes.schema.json
      edatool schema --of plan
      edatool schema --publish public/schemas --url https://shop.example/schemas
    """
    import json

    if url is not None and "://" not in url:
        raise WrongUsage("--url takes where the schemas will be served from, such as https://shop.example/schemas")
    if publish is None:
        write(json.dumps(edatool.schema(of, url=url), indent=2))
        return 0
    for file in edatool.publish_schemas(publish, url=url, force=asked().force):
        write(file)
    return 0
