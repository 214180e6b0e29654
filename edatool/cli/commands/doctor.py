"""edatool doctor: what may stand between us and a broker."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

import edatool
from edatool.cli.command import Command
from edatool.cli.everywhere import asked
from edatool.cli.options import address, broker_options, format_option, load_spec, spec_option
from edatool.cli.writing import output_option, write
from edatool.render.checkup import FORMATS

if TYPE_CHECKING:
    from edatool.checkup.check import Check
    from edatool.routes import Routes


@click.command(cls=Command)
@spec_option
@broker_options
@format_option(FORMATS)
@output_option
def doctor(files: tuple[str, ...], output: str, **broker: str | None) -> int:
    """Look at all that may stand between us and a broker; exits with 4 where something does.

    From the outside in: host, port, TLS and its certificate, logins, tags, permissions for what the spec needs,
    version, plugins, alarms, feature flags, clocks, the ledger and the lock. Nothing is changed. Without a routes.yaml
    in this folder only the broker is looked at.

    \b
    Example:
      edatool doctor --broker amqps://user:password@host/vhost
      edatool doctor --format json
    """
    from edatool.cli.painting import paint
    from edatool.render.checkup.shown import ShownCheckup

    routes = _spec(files)
    with edatool.connect(address(broker), routes) as vhost:
        checks = [_settings(), *edatool.doctor(vhost, routes)]
        write(FORMATS.show(output, ShownCheckup(checks, f"Checkup of {vhost}", paint)))
    return edatool.BrokerError.exit_code if any(one.state == "error" for one in checks) else 0


def _settings() -> "Check":
    from edatool.checkup.check import ok

    settings = asked().settings
    if settings is None:
        return ok("settings", "none: there is no edatool.toml, and no [tool.edatool] in a pyproject.toml")
    return ok("settings", f"{settings.file} is in force: {', '.join(settings.values) or 'it says nothing'}")


def _spec(files: tuple[str, ...]) -> "Routes | None":
    """Read the spec, which need not be there where none is named."""
    return None if files == ("routes.yaml",) and not Path("routes.yaml").exists() else load_spec(files)
