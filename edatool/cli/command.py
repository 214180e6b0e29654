"""A command: with the options that all have, its help in sections, and its results where ``-o`` wants them."""

from typing import Any

import click

from edatool.cli.defaults import defaults, settings_here
from edatool.cli.everywhere import OPTIONS, GlobalOptions, coloured
from edatool.cli.sections import write_sections
from edatool.cli.standard_input import require_one_reader
from edatool.cli.writing import results_in
from edatool.errors import EdatoolError, InvalidInput, WrongUsage
from edatool.visible import visible


class Command(click.Command):
    """A command, made by ``@click.command(cls=Command)``."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return its own parameters, and those of all commands."""
        return [*super().get_params(ctx), *OPTIONS]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in sections."""
        write_sections(self.get_params(ctx), ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line, with the defaults of the settings; wrong ones keep nobody from ``--help``."""
        given = ctx.ensure_object(GlobalOptions)
        try:
            given.settings = settings_here()
        except EdatoolError as error:
            given.refused = error
        if given.settings:
            ctx.default_map = defaults(self.params, given.settings.values)
        rest = super().parse_args(ctx, args)
        ctx.color = coloured(given)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and put its results into the file of ``-o`` if it ends without an error."""
        given = ctx.ensure_object(GlobalOptions)
        if given.refused:
            raise given.refused
        if given.quiet and given.verbose:
            raise WrongUsage("--quiet and --verbose exclude each other: give one of them")
        require_one_reader(ctx.params)
        if given.verbose and given.settings:
            click.echo(visible(f"edatool: settings of {given.settings.file}"), err=True)
        with results_in(given):
            try:
                return super().invoke(ctx)
            except InvalidInput as error:
                # What reads a format is to read what is wrong, too; people are told in any case.
                if ctx.params.get("output", "text") == "text":
                    raise
                return _wrong(error, ctx, given)


def _wrong(error: InvalidInput, ctx: click.Context, given: GlobalOptions) -> int:
    """Print in the format that was asked for what keeps a command from working; a format that has no such is none.

    Raises:
        InvalidInput: the format has none.
    """
    from edatool.cli.finding import tell_findings, write_findings
    from edatool.render.findings import FORMATS

    if ctx.params["output"] not in FORMATS.names:
        raise error
    spec, *_ = ctx.params.get("files") or ("routes.yaml",)
    write_findings(error.findings, (), ctx.params["output"], str(ctx.info_name), spec)
    if given.target:
        tell_findings(error.findings, color=coloured(given))
    return error.exit_code


class Group(click.Group):
    """A group of such commands, which has the same options."""

    command_class = Command

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return its own parameters, and those of all commands."""
        return [*super().get_params(ctx), *OPTIONS]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, and the options in sections."""
        self.format_commands(ctx, formatter)
        write_sections(self.get_params(ctx), ctx, formatter)
