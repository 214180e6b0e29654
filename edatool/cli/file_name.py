"""The name of a file or folder on the command line, which shells complete."""

import click

FILE_NAME = click.Path(readable=False)
"""Nothing is asked of it yet: who reads or writes it says what is wrong with it."""
