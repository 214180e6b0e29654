"""The options in a command's help, sorted by what they are about."""

from collections.abc import Mapping, Sequence

import click

SECTIONS: Mapping[str, Sequence[str]] = {
    "Options": (),
    "What may be lost or taken over": (
        "--adopt",
        "--replace",
        "--discard",
        "--discard-all",
        "--allow-unroutable",
        "--allow-removals",
    ),
    "Broker": ("--broker", "--management", "--ca", "--cert", "--cert-key"),
    "Output": ("--format", "--output", "--force"),
    "Everywhere": ("--quiet", "--verbose", "--color", "--debug", "--version", "--help"),
}
"""The sections in their order; those of the first are all that no other one names."""


def write_sections(params: Sequence[click.Parameter], context: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the options of a command."""
    section_of = {name: section for section, names in SECTIONS.items() for name in names}
    sections: dict[str, list[tuple[str, str]]] = {name: [] for name in SECTIONS}
    for one in params:
        record = one.get_help_record(context)
        if record and isinstance(one, click.Option):
            sections[section_of.get(one.opts[-1], "Options")].append(record)
    for name, records in sections.items():
        if records:
            with formatter.section(name):
                formatter.write_dl(records)
