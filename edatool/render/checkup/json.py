"""A checkup for programs."""

from json import dumps

from edatool.render.checkup.shown import ShownCheckup

FORMAT_VERSION = 1


def json(shown: ShownCheckup) -> str:
    """Return all checks as JSON; the keys are part of the format, whose version is ``format_version``."""
    checks = [{"name": one.name, "state": one.state, "says": one.says} for one in shown.checks]
    return dumps({"format_version": FORMAT_VERSION, "checks": checks}, indent=2)
