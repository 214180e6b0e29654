"""What apply would refuse, for those who read findings."""

from edatool.change.allowed import Allowed
from edatool.change.plan import Plan
from edatool.change.refused_changes import refused_changes
from edatool.cli.finding import annotate, write_findings
from edatool.render.plan import FORMATS


def write_refused(plan: Plan, agreed: Allowed, output: str, command: str, spec: str, *, err: bool = False) -> None:
    """Print in a format of findings what apply would refuse; in one of plans only let GitHub Actions show it."""
    found = list(refused_changes(plan, agreed))
    if output not in FORMATS.names:
        write_findings(found, (), output, command, spec, err=err)
    elif output == "text":
        annotate(found, spec)
