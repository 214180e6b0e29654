"""edatool export: the spec in the formats of others."""

import click


@click.command(short_help="Write the spec for other tools.")
def export() -> int:
    """Example:"""
    return 0
