"""edatool completion: what makes a shell complete edatool's commands, options and names."""

import click
from click.shell_completion import get_completion_class

from edatool.cli.command import Command
from edatool.cli.writing import output_option, write

SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(SHELLS))
@output_option
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print what lets a shell complete commands, options, and the events, queues and exchanges of routes.yaml.

    \b
    Example:
      eval "$(edatool completion bash)"                                    in ~/.bashrc (bash 4.4 or later)
      eval "$(edatool completion zsh)"                                     in ~/.zshrc, behind compinit
      edatool completion fish > ~/.config/fish/completions/edatool.fish
    """
    found = get_completion_class(shell)
    assert found
    write(found(context.find_root().command, {}, "edatool", "_EDATOOL_COMPLETE").source())
    return 0
